/** The rules of distribution over cores, and the situations every campaign must reach. */
import type { Goal, Rule } from "../side.ts";
import { stages, type StageName } from "./terms.ts";

/** The rules; the position of one is its number. */
export const rules: readonly Rule[] = [
  { id: "RSS-1", text: "The hash is Toeplitz under a key of 40 bytes (of which IPv4 uses 16): over source address, destination address, source port and destination port for TCP and UDP on IPv4 and IPv6, over the two addresses for everything else and for fragments.", source: "001:412-422; D53", confidence: "documented" },
  { id: "RSS-2", text: "The lowest 1 to 7 bits of the hash, their number fixed at start-up, index an indirection table of 2 to 128 buckets; a bucket names a core.", source: "001:424-426", confidence: "documented" },
  { id: "RSS-3", text: "A bucket can be moved to another core while traffic flows; a packet decided by hash that waits at a core which is no longer its bucket's is handed over.", source: "001:426; D54", confidence: "documented", choices: "Only the bucket's present core moves it; only the indirection table is looked at again when a packet is delivered." },
  { id: "RSS-4", text: "Rules on the tuple override the hash: the first that is on, covers the packet and names an available core decides.", source: "001:432", confidence: "documented", choices: "A rule whose core is not available is passed over. A rule that asks for ports covers no packet whose ports cannot be seen." },
  { id: "RSS-5", text: "The least loaded core gets every packet, or the next n packets; a core's load grows with the cost of what it was given.", source: "001:370-372", confidence: "documented", choices: "Among equally loaded cores the choice is free. A packet counts from being given until it is finished." },
  { id: "RSS-6", text: "The buckets of a core that becomes unavailable are moved to available cores by the control core, one a step; until then their packets are lost, and counted.", source: "001:454; D54", confidence: "documented", choices: "Which core gets a bucket is free. A core that returns gets back the buckets it was configured with: the control core asks their present cores." },
  { id: "RSS-7", text: "One key holds for all nodes: another node adopts key, number of bits and table; a hash computed once under it travels with the packet and is used again to pick the core.", source: "001:480; D35", confidence: "documented", choices: "A hash from a node that has not adopted the key is not used. A node with another number of cores cannot adopt. Moves after the adoption are known there after the next one." },
  { id: "RSS-8", text: "Encapsulated traffic is distributed by its inner headers, after decryption or decompression.", source: "001:480", confidence: "documented", choices: "Every decision, not only the hash, looks at the inner headers." },
  { id: "RSS-9", text: "Traffic to an address registered as internal to a node is delivered to that node without hashing; the distributor may assign such addresses.", source: "001:480", confidence: "documented", choices: "On this node the control core gets it, and no flow is made of it. An address of another node must be let go before it is registered anew." },
  { id: "RSS-10", text: "The core that will receive the reply is computed from the reversed, translated tuple.", source: "001:602, 662", confidence: "documented", choices: "As a plain packet would be decided; where that depends on load or state there is no answer." },
  { id: "RSS-11", text: "A packet that reaches another core than the right one is handed over, by core-to-core message or through shared memory, and keeps its hash.", source: "001:400, 430-432, 560", confidence: "documented", choices: "A flow known to one core only gets its packets there, wherever they came; once sent there a packet is not sent back to its bucket's core." },
  { id: "RSS-12", text: "A table of ports or addresses in shared memory steers packets to cores.", source: "001:446", confidence: "documented", choices: "It is looked at after the rules and before the schemes; destination ports and addresses." },
  { id: "RSS-13", text: "By function: the destination port belongs to a function, and a function to one or several cores.", source: "001:344-350", confidence: "documented" },
  { id: "RSS-14", text: "The indirection table may leave cores out, and a control core may carry no traffic: no scheme, rule, tag or move gives packets to a core that carries none.", source: "001:426, 436, 452", confidence: "documented" },
  { id: "RSS-15", text: "On IPv6 the hash looks past extension headers for addresses and upper protocol; a fragment header, an encrypted header or the end of the chain leaves the two addresses.", source: "001:422", confidence: "documented", choices: "Profile patent: only the type of two addresses looks past them, so a packet with extension headers takes it. Addresses inside options and routing headers are not used." },
  { id: "RSS-16", text: "Packets of one flow are delivered in order while its core does not change.", source: "001:410", confidence: "documented", choices: "The order is that in which the distributor placed them; a packet that was handed over has changed its core." },
  { id: "RSS-17", text: "A distributor outside the node may tag a packet with the core it is meant for; the tag decides if that core is available.", source: "001:434", confidence: "documented", choices: "A tag that names none is ignored." },
  { id: "RSS-18", text: "A packet for a core whose queue is full is dropped, and counted for that core; nothing else changes.", source: "001:432; D60", confidence: "chosen", choices: "That a hand-over may find no room is not said; it is never silent." },
  { id: "RSS-19", text: "Order of decision: internal address, tag, rules, steering table, then the schemes in their order; the first that gives an available core decides. If none does the packet is dropped and counted.", source: "001:402, 432, 446, 480", confidence: "chosen", choices: "The documents name each alone. The hash names its bucket's core, available or not (RSS-6)." },
  { id: "RSS-20", text: "The load of a core is the sum of the costs of the packets given to it and not yet finished, dropped, lost or handed over; it is never negative.", source: "001:370", confidence: "inferred" },
  { id: "RSS-21", text: "By load thresholds: the core where a packet arrives keeps it below the low threshold, passes it to the least loaded other from the high one on, and between them keeps it if no available core has less load.", source: "001:402", confidence: "documented", choices: "The three criteria of the text, combined." },
  { id: "RSS-22", text: "By votes: each core votes for load; the vote with the greatest weight, made of its age and of a priority for the load it was given under, wins and is used up.", source: "001:384", confidence: "documented", choices: "Weight = ageWeight × age (bounded) + priorityWeight × number of levels above the load; among equals the choice is free." },
  { id: "RSS-23", text: "By client and server: all packets between two addresses, either way, go to one core.", source: "001:368", confidence: "documented", choices: "The first packet, or the first after that core went, gets a least loaded one." },
  { id: "RSS-24", text: "By establishment: packets of a conversation, either way, go to the core that established it.", source: "001:364-366", confidence: "documented" },
  { id: "RSS-25", text: "Schemes combine: one that does not apply to a packet leaves it to the next; the last always applies.", source: "001:374-376, 404", confidence: "documented" },
  { id: "RSS-26", text: "By time slice: one core gets all packets for a given time, then a different one follows.", source: "001:372", confidence: "documented", choices: "Which one is free; the same if it is the only one available." },
  { id: "RSS-27", text: "By virtual address: a packet goes to the core of its destination address, or to the least loaded of several.", source: "001:354-358", confidence: "documented" },
  { id: "RSS-28", text: "By network card: a packet goes to the core of the card it came in by, or to the least loaded of several.", source: "001:354-360", confidence: "documented" },
  { id: "RSS-29", text: "Before a bucket moves its core publishes the flows it knows in it, one a step; a core that does not know a published flow adopts it. Under schemes that choose by load every flow is published from the start.", source: "D54", confidence: "chosen", choices: "Flows known only to a core that goes are lost with its memory; published ones are taken over by the control core." },
];

const numbers = new Map(rules.map((rule, at) => [rule.id, at]));
/** Position of a rule; an unknown id is our own mistake. */
export function ruleNumber(id: string): number {
  const at = numbers.get(id);
  if (at === undefined) throw new Error(`no rule of distribution is called ${id}`);
  return at;
}

/** Rule named when the implementation takes a stage that the rules do not foresee there. */
const stageRuleIds: { readonly [K in StageName]: string } = {
  unwrap: "RSS-8",
  "to-node": "RSS-9",
  internal: "RSS-9",
  "by-tag": "RSS-17",
  "by-rule": "RSS-4",
  "by-steering": "RSS-12",
  "by-hash": "RSS-2",
  "by-carried-hash": "RSS-7",
  "by-address": "RSS-27",
  "by-card": "RSS-28",
  "by-function": "RSS-13",
  "by-pair": "RSS-23",
  "by-establisher": "RSS-24",
  "by-load": "RSS-5",
  "by-slice": "RSS-26",
  "by-threshold": "RSS-21",
  "by-vote": "RSS-22",
  "drop-full": "RSS-18",
  "drop-none": "RSS-19",
  lost: "RSS-6",
  "hand-over": "RSS-3",
  accept: "RSS-9",
  hit: "RSS-11",
  "hand-home": "RSS-11",
  adopt: "RSS-29",
  establish: "RSS-29",
  await: "RSS-20",
  finish: "RSS-20",
  "finish-none": "RSS-20",
  publish: "RSS-29",
  "move-bucket": "RSS-3",
  "refuse-bucket": "RSS-3",
  "refuse-core": "RSS-14",
  down: "RSS-6",
  "move-away": "RSS-6",
  strand: "RSS-6",
  "take-over": "RSS-29",
  "forget-flow": "RSS-29",
  "down-end": "RSS-6",
  up: "RSS-6",
  "ask-back": "RSS-6",
  "up-end": "RSS-6",
  "refuse-control": "RSS-6",
  vote: "RSS-22",
  "set-rule": "RSS-4",
  steer: "RSS-12",
  register: "RSS-9",
  "refuse-address": "RSS-9",
  assign: "RSS-9",
  "refuse-assign": "RSS-9",
  "share-key": "RSS-7",
  "share-bucket": "RSS-7",
  "share-again": "RSS-7",
  "share-end": "RSS-7",
  "refuse-peer": "RSS-7",
  answer: "RSS-10",
};
/** The same by number of stage and number of rule. */
export const stageRules: readonly number[] = stages.map((stage) => ruleNumber(stageRuleIds[stage]));

/** Situations every campaign must reach; those of a profile only in that profile. */
export const goals: readonly Goal[] = [
  { id: "rss/four-tuple", text: "A packet was decided by the hash of addresses and ports." },
  { id: "rss/two-tuple", text: "A packet was decided by the hash of its addresses only." },
  { id: "rss/ipv6-past-extensions", text: "Ports behind extension headers were hashed." },
  { id: "rss/ipv6-addresses-only", text: "An IPv6 packet with extension headers was hashed by its addresses." },
  { id: "rss/inner", text: "An encapsulated packet was decided by its inner headers." },
  { id: "rss/carried-used", text: "A hash that came with the packet was used." },
  { id: "rss/carried-unused", text: "A hash from a node that had not adopted the key was computed anew." },
  { id: "rss/tag-ignored", text: "A tag named no available core and was ignored." },
  { id: "rss/rule", text: "A rule decided." },
  { id: "rss/rule-passed-over", text: "A rule covered a packet and was passed over because its core was not available." },
  { id: "rss/steered", text: "The steering table decided." },
  { id: "rss/tie", text: "Several cores were equally loaded and one was chosen." },
  { id: "rss/same-for-n", text: "A core got a further packet of its n." },
  { id: "rss/slice-ended", text: "A time slice ended and a different core followed." },
  { id: "rss/kept-below-threshold", text: "A core below its low threshold kept a packet." },
  { id: "rss/passed-on-by-threshold", text: "A core at or above its high threshold passed a packet on." },
  { id: "rss/older-vote-won", text: "A vote won against one given under less load, by its age." },
  { id: "rss/pair-reversed", text: "A packet followed an earlier one of the other direction of its pair." },
  { id: "rss/established-reversed", text: "A packet went to the core that established the other direction." },
  { id: "rss/second-scheme", text: "A scheme did not apply and a later one decided." },
  { id: "rss/established", text: "A core got to know a new flow." },
  { id: "rss/moved-in-the-middle", text: "A packet was handed over because its bucket had moved while it waited." },
  { id: "rss/handed-home", text: "A packet was handed to the one core that knew its flow." },
  { id: "rss/published", text: "A flow was published before its bucket moved." },
  { id: "rss/adopted", text: "A core adopted a published flow." },
  { id: "rss/refused-bucket", text: "A move was refused because the bucket had gone to another core." },
  { id: "rss/refused-core", text: "A move was refused because its target was not available." },
  { id: "rss/moved-away", text: "The control core moved a bucket of a core that had gone." },
  { id: "rss/stranded", text: "No core was left to take a bucket." },
  { id: "rss/lost", text: "A packet was lost at a core that had gone." },
  { id: "rss/flow-lost", text: "A flow was lost with the memory of its core." },
  { id: "rss/orphan", text: "The control core took over a published flow." },
  { id: "rss/returned", text: "A bucket went back to a core that had returned." },
  { id: "rss/full", text: "A packet found a full queue." },
  { id: "rss/hand-over-full", text: "A hand-over found a full queue." },
  { id: "rss/waited-to-finish", text: "A finish waited for a packet under way." },
  { id: "rss/dropped-none", text: "No core was available for a packet." },
  { id: "rss/order", text: "A second packet of a flow was delivered on the same core." },
  { id: "rss/shared-again", text: "The table changed while a node adopted it, and it began again." },
  { id: "rss/home-gone", text: "A flow was made anew whose home was not up any more." },
  { id: "rss/internal", text: "A packet to an internal address of this node went to the control core." },
  { id: "rss/other-node", text: "A packet to an internal address of another node was left to that node." },
  { id: "rss/assigned", text: "The distributor assigned an internal address." },
  { id: "rss/unforeseen", text: "The reply core could not be foreseen." },
];
const goalNumbers = new Map(goals.map((goal, at) => [goal.id, at]));
/** Position of a goal; an unknown id is our own mistake. */
export function goalNumber(id: string): number {
  const at = goalNumbers.get(id);
  if (at === undefined) throw new Error(`no goal of distribution is called ${id}`);
  return at;
}
