/** Rules of the node: those of its five systems, and what holds between them. */
import type { Goal, Rule } from "../side.ts";
import { goals as slabGoals, rules as slabRules } from "../memory-slab/rules.ts";
import { goals as natGoals, rules as natRules } from "../nat-session/rules.ts";
import { goals as portGoals, rules as portRules } from "../port-allocation/rules.ts";
import { goals as quotaGoals, rules as quotaRules } from "../quota/rules.ts";
import { goals as rssGoals, rules as rssRules } from "../rss-distribution/rules.ts";

const ownRules: readonly Rule[] = [
  { id: "NODE-1", text: "A packet is given to a core by the distribution, waits in that core's queue, and is processed there as a NAT session's packet; its load is given back when its processing has ended, however it ended.", source: "001:336-410, 432, 498; D61", confidence: "inferred" },
  { id: "NODE-2", text: "A new session takes, in this order, its structure from its core's memory, its unit of the subscriber's session quota, and for a port a unit of the port quota and then the port, each by the rows of the system that has them.", source: "001:572, 584-586, 772, 826-840; D6, D61", confidence: "inferred" },
  { id: "NODE-3", text: "Whatever is refused along the way, everything taken before goes back to the system that it came from, and once the packet is dropped nothing has changed in any of them.", source: "001:548-550, 772, 840; D6, D73", confidence: "inferred", choices: "Parameters that a quota record has taken over by then, shared units that were lent to the core with a session's unit, chunks and blocks of ports that a core has claimed, and pages of memory stay." },
  { id: "NODE-4", text: "At rest every structure of memory in use is one session's or mapping's, every port in use belongs to one of them, and every unit in use of a quota stands for one session or one port.", source: "001:558, 586, 618-630, 786; D20", confidence: "inferred" },
  { id: "NODE-5", text: "The core that a key belongs to is the one to which the distribution gives the packets that look it up.", source: "001:540, 602-606, 662; D5, D54", confidence: "inferred" },
  { id: "NODE-6", text: "A bucket moves only after its core's sessions in it are published, in the distribution's one table.", source: "001:426; D54", confidence: "chosen" },
  { id: "NODE-7", text: "No two live flows share an external tuple (protocol, NAT endpoint, remote endpoint).", source: "001:536, 542, 640; D1", confidence: "documented" },
  { id: "NODE-8", text: "The answer to a packet that went out reaches the endpoint that its flow began at.", source: "001:536, 600-608", confidence: "documented" },
  { id: "NODE-10", text: "Where rules, a steering table, internal addresses or votes may choose a packet's core, or a core may go, every core is right for every packet: both keys of a session are global from the start, and its translation outlives any such change.", source: "001:400-404, 432, 446, 454; D54", confidence: "chosen", choices: "A core that has gone gets no packets and loses those that wait; what it has begun it ends, and sessions, ports and units stay in its hands, since it may return. The documents say nothing of its memory but what D54 decides of a core that dies." },
  { id: "NODE-9", text: "A port's unit of quota goes back to the ledger it came from, by the core that frees the port for good, whichever session's end freed it.", source: "001:774-786; D11, D32", confidence: "chosen" },
];
export const rules: readonly Rule[] = [...rssRules, ...slabRules, ...natRules, ...portRules, ...quotaRules, ...ownRules];
/** Number of the first rule of each system. */
export const firstRule = {
  distribution: 0,
  memory: rssRules.length,
  session: rssRules.length + slabRules.length,
  port: rssRules.length + slabRules.length + natRules.length,
  quota: rssRules.length + slabRules.length + natRules.length + portRules.length,
} as const;

const numbers = new Map(rules.map((rule, at) => [rule.id, at]));
/** Position of a rule; an unknown id is our own mistake. */
export function ruleNumber(id: string): number {
  const at = numbers.get(id);
  if (at === undefined) throw new Error(`no rule of the node is called ${id}`);
  return at;
}

const ownGoals: readonly Goal[] = [
  { id: "node/forwarded-fresh", text: "A session was made with structure, units and port, and its packet forwarded." },
  { id: "node/refused-memory", text: "A packet was dropped because memory had no structure." },
  { id: "node/refused-session-quota", text: "A packet was dropped because of its subscriber's session quota, and its structure went back." },
  { id: "node/refused-port-quota", text: "A packet was dropped because of its subscriber's port quota, and structure and session unit went back." },
  { id: "node/refused-port", text: "A packet was dropped for want of a port, and the units and the structure went back." },
  { id: "node/second-address", text: "A port was found at an address after another had none." },
  { id: "node/queue-full", text: "A packet was dropped because a core's queue was full." },
  { id: "node/handed-over", text: "A packet was handed over to the core that its bucket had gone to." },
  { id: "node/moved-in-creation", text: "A bucket moved while a session of it was in the making." },
  { id: "node/retired", text: "A session was retired and everything went back." },
  { id: "node/structure-reused", text: "A structure was used again by another core's session." },
];
export const goals: readonly Goal[] = [...rssGoals, ...slabGoals, ...natGoals, ...portGoals, ...quotaGoals, ...ownGoals];
/** Number of the first goal of each system. */
export const firstGoal = {
  distribution: 0,
  memory: rssGoals.length,
  session: rssGoals.length + slabGoals.length,
  port: rssGoals.length + slabGoals.length + natGoals.length,
  quota: rssGoals.length + slabGoals.length + natGoals.length + portGoals.length,
} as const;
const goalNumbers = new Map(goals.map((goal, at) => [goal.id, at]));
/** Position of a goal; an unknown id is our own mistake. */
export function goalNumber(id: string): number {
  const at = goalNumbers.get(id);
  if (at === undefined) throw new Error(`no goal of the node is called ${id}`);
  return at;
}
