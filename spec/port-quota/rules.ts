/** Rules of the pair: those of its two systems, and what holds between them. */
import type { Goal, Rule } from "../side.ts";
import { goals as portGoals, rules as portRules } from "../port-allocation/rules.ts";
import { goals as quotaGoals, rules as quotaRules } from "../quota/rules.ts";

const ownRules: readonly Rule[] = [
  { id: "PAIR-1", text: "A flow gets its quota unit before its port; a denied unit means that no port is looked for.", source: "001:572, 826-840; D6", confidence: "inferred" },
  { id: "PAIR-2", text: "A request that gets its unit but no port gives back what it took, a quota chunk granted for it included: nothing has changed.", source: "001:772, 840; D73", confidence: "chosen" },
  { id: "PAIR-3", text: "A quota unit is released with its port, by the core that frees it for good; while a port waits in another core's list its unit stays in use.", source: "001:774-786; D11, D32", confidence: "chosen", choices: "A port that rests before it is used again has been freed: its unit is released when the rest begins." },
  { id: "PAIR-4", text: "At rest every unit in use stands for one port in use, ledger by ledger.", source: "001:786, 800-808", confidence: "inferred" },
];
export const rules: readonly Rule[] = [...portRules, ...quotaRules, ...ownRules];

const numbers = new Map(rules.map((rule, at) => [rule.id, at]));
/** Position of a rule; an unknown id is our own mistake. */
export function ruleNumber(id: string): number {
  const at = numbers.get(id);
  if (at === undefined) throw new Error(`no rule of ports under quotas is called ${id}`);
  return at;
}

const ownGoals: readonly Goal[] = [
  { id: "pair/denied-by-quota", text: "A flow was denied by its quota while ports were free." },
  { id: "pair/undone", text: "A unit was given back because no port was free." },
  { id: "pair/chunk-undone", text: "A quota chunk granted for a flow went back because no port was free." },
  { id: "pair/handed-unit", text: "A unit was released by the core that collected its port." },
];
export const goals: readonly Goal[] = [...portGoals, ...quotaGoals, ...ownGoals];
const goalNumbers = new Map(goals.map((goal, at) => [goal.id, at]));
/** Position of a goal; an unknown id is our own mistake. */
export function goalNumber(id: string): number {
  const at = goalNumbers.get(id);
  if (at === undefined) throw new Error(`no goal of ports under quotas is called ${id}`);
  return at;
}
