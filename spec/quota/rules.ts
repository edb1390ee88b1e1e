/** The rules of the quota system, and the situations every campaign must reach. */
import type { Goal, Rule } from "../side.ts";

export const rules: readonly Rule[] = [
  {
    id: "QUOTA-1",
    text: "Per subscriber and resource each core has an exclusive quota E; the rest, S = Q − cores × E, is shared and given out in chunks of at least one unit. Parameters that would make S negative are refused and change nothing.",
    source: "001:792, 812; D25",
    confidence: "documented",
    choices: "The ledger counts units, not chunks.",
  },
  { id: "QUOTA-2", text: "Where no quota is configured a request is allowed and counts nothing.", source: "001:828-830", confidence: "documented", choices: "Records that exist when a quota is taken away stay as they are until one is configured again." },
  { id: "QUOTA-3", text: "While used < exclusive + held a request is allowed, and used grows by one. Used never exceeds exclusive + held.", source: "001:832-834", confidence: "documented" },
  { id: "QUOTA-4", text: "Otherwise, if at least one shared unit remains, min(chunk, remaining) units move to this core under lock and the request is allowed; remaining never becomes negative by it.", source: "001:836-838; D26", confidence: "documented", choices: "A remainder smaller than the chunk is granted." },
  { id: "QUOTA-5", text: "Otherwise the request is denied and nothing changes.", source: "001:840", confidence: "documented" },
  { id: "QUOTA-6", text: "The first request of a subscriber on a core makes that core's record from the published parameters; the first on the node makes the node's record. Each is made once.", source: "001:816-824", confidence: "documented" },
  { id: "QUOTA-7", text: "Freeing a unit lowers used by one; then, if shared units are held and exclusive + held − used > chunk (strictly), min(chunk, held) of them go back.", source: "001:800-808; D27", confidence: "documented", choices: "The unit returns to the ledger of the core that granted it, wherever it is released (D32)." },
  { id: "QUOTA-8", text: "A resource that used no units gives none back.", source: "001:802", confidence: "documented", choices: "Whether it used one is settled when it was granted." },
  { id: "QUOTA-9", text: "A changed configuration is applied core by core to every subscriber of the group that has records, one subscriber and core a step, the node's record last; a request that begins after the change is judged by it at once.", source: "001:794, 842-848; D31", confidence: "documented", choices: "A request that finds its core's record older than the change brings it up to date first. A changed chunk size holds for later grants and returns (D30)." },
  { id: "QUOTA-10", text: "When exclusive shrinks from E to E', max(0, min(used, E) − E') units are borrowed from the shared quota; nothing in use is cut off.", source: "001:796, 856; D28", confidence: "documented" },
  { id: "QUOTA-11", text: "When exclusive grows from E to E', min(E' − E, held) shared units go back.", source: "001:798, 858; D29", confidence: "documented" },
  { id: "QUOTA-12", text: "The change of the shared total is added to what remains, which may become negative; then nothing is granted until it is at least 1 again.", source: "001:796, 862-864; D28", confidence: "documented" },
  { id: "QUOTA-13", text: "At every step the shared units held by all cores and those remaining add up to the shared total; used is never negative; without a reduction the units in use never exceed Q.", source: "001:790; D31", confidence: "documented" },
  { id: "QUOTA-14", text: "Exclusive quota is used first and shared quota is given back first: nothing is borrowed while used < exclusive + held.", source: "001:794", confidence: "documented" },
  { id: "QUOTA-15", text: "Quotas are configured and changed for a group; each subscriber of it has parameters of its own, derived from the configuration and the memory size: Q is a number of units or floor(memory × percent / 100).", source: "001:810-812, 842", confidence: "documented", choices: "The share of memory is one way to derive; the text names none." },
];

const numbers = new Map(rules.map((rule, at) => [rule.id, at]));
/** Position of a rule; an unknown id is our own mistake. */
export function ruleNumber(id: string): number {
  const at = numbers.get(id);
  if (at === undefined) throw new Error(`no quota rule is called ${id}`);
  return at;
}

export const goals: readonly Goal[] = [
  { id: "quota/remainder", text: "A grant smaller than the chunk was made from what remained." },
  { id: "quota/denied", text: "A request was denied." },
  { id: "quota/granted-after-denial", text: "A subscriber that had been denied was granted the same resource again." },
  { id: "quota/overdrawn", text: "What remains became negative." },
  { id: "quota/recovered", text: "What remains was negative and became at least 1." },
  { id: "quota/borrowed-by-shrinking", text: "A smaller exclusive quota borrowed units for what was in use." },
  { id: "quota/returned-by-growing", text: "A larger exclusive quota sent held units back." },
  { id: "quota/given-back", text: "A release gave a chunk back." },
  { id: "quota/no-longer-due", text: "A release meant to give back, and found at the next step that it need not." },
  { id: "quota/foreign-release", text: "A unit was released on another core than the one that granted it." },
  { id: "quota/uncounted-after-configured", text: "A unit granted without quota was released under one." },
  { id: "quota/refreshed", text: "A request brought its own record up to date before the change reached it." },
  { id: "quota/unpublished-midway", text: "A quota was taken away between a request's look-up and its next stage." },
  { id: "quota/chunk-changed", text: "Units were given back under another chunk size than they were granted under." },
  { id: "quota/refused-change", text: "A change was refused because its shared part would be negative." },
];
const goalNumbers = new Map(goals.map((goal, at) => [goal.id, at]));
/** Position of a goal; an unknown id is our own mistake. */
export function goalNumber(id: string): number {
  const at = goalNumbers.get(id);
  if (at === undefined) throw new Error(`no quota goal is called ${id}`);
  return at;
}
