/** The rules of shared memory and slabs, and the situations every campaign must reach. */
import type { Goal, Rule } from "../side.ts";
import { stages, type StageName } from "./terms.ts";

/** The rules; the position of one is its number. */
export const rules: readonly Rule[] = [
  { id: "SLAB-1", text: "Shared memory has a configured limit and is allocated once, by the first core that needs it; every core maps it at one address; then come page map and global tables (once), its own tables, and it is ready. Each step is left out where it has been done.", source: "001:734, 744-762", confidence: "documented", choices: "The address is free. Start-up that found no memory goes on where it stopped when it is asked for again." },
  { id: "SLAB-2", text: "All allocation of shared memory is in pages of one size from the global pool; a page is free or belongs to one allocator.", source: "001:736", confidence: "documented", choices: "2 MB as documented; here in units." },
  { id: "SLAB-3", text: "Each core has an allocator with a free queue for each kind; an object taken from it is marked with its owner.", source: "001:738, 766-768", confidence: "documented", choices: "Which object of the queue is free. Page and object show who may free them: the core, or all by the locked allocator." },
  { id: "SLAB-4", text: "With an empty queue a page is taken from the global pool and all of its objects are queued; without a free page the request is refused.", source: "001:770-772; D60", confidence: "documented", choices: "Refused is decided under the lock of the pool. Objects on the owner's list count for nothing until they are scanned." },
  { id: "SLAB-5", text: "Only the owner of a page allocates and frees its objects; other cores may read them; what is locked is the page.", source: "001:738; D24", confidence: "documented", choices: "Another core counts references and gives ports under the lock of the page." },
  { id: "SLAB-6", text: "An object that another core releases goes to the owner's list of objects to free, never to a free queue.", source: "001:776-778; D11", confidence: "documented" },
  { id: "SLAB-7", text: "The owner walks its list periodically and frees each object, one object a step of each kind: what depends on it first (its port), then it is cleaned and queued.", source: "001:780-786", confidence: "documented", choices: "The period runs from the first object on an empty list, and one that runs goes on, whoever empties the list meanwhile; 1 s by default. Objects are taken in the order in which they were listed. An object its owner frees goes the same way at once." },
  { id: "SLAB-8", text: "Kinds that are not evenly spread over cores have one allocator with one queue, under a lock; any core allocates and frees by it.", source: "001:740", confidence: "documented" },
  { id: "SLAB-9", text: "An object is never handed out twice, never freed twice, and never freed while referenced.", source: "001:774; D24", confidence: "documented", choices: "A second release, and one while referenced, are refused and change nothing; so is a reference to an object that has been released." },
  { id: "SLAB-10", text: "Configuration lives in the memory of each core; subscriber records are replicated, in shared memory, for each core; sessions, mappings, filtering entries and hash tables are shared by all.", source: "001:732", confidence: "documented" },
  { id: "SLAB-11", text: "A second allocator serves initialisation with memory of any size: page map, hash tables.", source: "001:736", confidence: "documented", choices: "It has pages of its own from the beginning. Which run of free units it gives is free." },
  { id: "SLAB-12", text: "A request may come from another core; the allocator's core serves it, the object goes to the core that asked, and is marked as the allocator's core's own.", source: "001:40, 764-768", confidence: "documented" },
  { id: "SLAB-13", text: "A replicated object is one object on each core: all are allocated, or none; all are released together.", source: "001:732; D73", confidence: "inferred", choices: "What was had before one was refused goes back as any released object does." },
  { id: "SLAB-14", text: "Private memory is not touched by other cores: its pages come from the core's own, and another core's release, reference, port or read is refused.", source: "001:732-734", confidence: "documented" },
  { id: "SLAB-15", text: "A page taken is never given back.", source: "001:738; D24", confidence: "chosen", choices: "Profile patent: a page whose last object would be queued goes back in that step instead, to the global pool or the core's private pages." },
  { id: "SLAB-16", text: "Before a core is ready nothing is allocated, released or scanned by it.", source: "001:762", confidence: "inferred", choices: "The initialisation allocator serves from the time the core has mapped the memory." },
  { id: "SLAB-17", text: "A port that an object holds belongs to nothing else and is free again in the step that releases it, before its object can be handed out again.", source: "001:780-784", confidence: "documented", choices: "One port an object, taken any time between allocation and release; it stands for whatever depends on the object." },
];

const numbers = new Map(rules.map((rule, at) => [rule.id, at]));
/** Position of a rule; an unknown id is our own mistake. */
export function ruleNumber(id: string): number {
  const at = numbers.get(id);
  if (at === undefined) throw new Error(`no rule of slabs is called ${id}`);
  return at;
}

/** Rule named when the implementation takes a stage that the rules do not foresee there. */
const stageRuleIds: { readonly [K in StageName]: string } = {
  "allocate-memory": "SLAB-1",
  map: "SLAB-1",
  "allocate-tables": "SLAB-1",
  "allocate-local": "SLAB-1",
  ready: "SLAB-1",
  dequeue: "SLAB-3",
  "take-page": "SLAB-4",
  "fill-queue": "SLAB-4",
  "refuse-memory": "SLAB-4",
  "refuse-unready": "SLAB-16",
  ask: "SLAB-12",
  receive: "SLAB-12",
  "receive-none": "SLAB-12",
  withdraw: "SLAB-13",
  "begin-free": "SLAB-9",
  "release-port": "SLAB-7",
  requeue: "SLAB-7",
  "return-page": "SLAB-15",
  "list-object": "SLAB-6",
  "refuse-free": "SLAB-9",
  "take-listed": "SLAB-7",
  "scan-end": "SLAB-7",
  refer: "SLAB-9",
  "refuse-refer": "SLAB-9",
  unrefer: "SLAB-9",
  attach: "SLAB-17",
  "refuse-attach": "SLAB-17",
  reserve: "SLAB-11",
  "give-back": "SLAB-11",
  answer: "SLAB-10",
};
/** The same by number of stage and number of rule. */
export const stageRules: readonly number[] = stages.map((stage) => ruleNumber(stageRuleIds[stage]));

/** Situations every campaign must reach; those of a profile only in that profile. */
export const goals: readonly Goal[] = [
  { id: "slab/memory-first", text: "A core found no memory allocated and allocated it." },
  { id: "slab/memory-mapped-only", text: "A core found the memory allocated and only mapped it." },
  { id: "slab/tables-found", text: "A core found the global tables and left them." },
  { id: "slab/started-together", text: "A core began to start up while another was between two steps of it." },
  { id: "slab/started-again", text: "A core that was ready started up again." },
  { id: "slab/start-refused", text: "Start-up found no room for its tables." },
  { id: "slab/dequeued", text: "An object came from a queue that held one." },
  { id: "slab/page-taken", text: "A page was taken for an empty queue." },
  { id: "slab/private-page", text: "A core took a page of its private memory." },
  { id: "slab/refused", text: "No page was left." },
  { id: "slab/refused-while-listed", text: "No page was left though objects of the kind were waiting on the list." },
  { id: "slab/unready", text: "A core was asked before it was ready." },
  { id: "slab/asked", text: "An object went to a core that had asked for it." },
  { id: "slab/asked-in-vain", text: "A core that was asked had nothing." },
  { id: "slab/replicated", text: "A replicated object was allocated on several cores." },
  { id: "slab/withdrawn", text: "Replicas went back because one was refused." },
  { id: "slab/page-beaten", text: "The objects of a page just taken for the locked allocator were gone before its taker had one." },
  { id: "slab/locked-race", text: "A core freed an object of the locked allocator that another had taken." },
  { id: "slab/freed-own", text: "An owner freed its object at once." },
  { id: "slab/listed", text: "Another core listed an object." },
  { id: "slab/listed-while-scanning", text: "An object was listed while its owner was scanning." },
  { id: "slab/scanned", text: "A scan freed an object." },
  { id: "slab/scanned-several", text: "A scan freed several objects." },
  { id: "slab/port-first", text: "A port was released before its object was queued." },
  { id: "slab/port-on-scan", text: "A scan released the port of an object." },
  { id: "slab/freed-twice", text: "A second release was refused." },
  { id: "slab/freed-referenced", text: "A release was refused because of references." },
  { id: "slab/refer-late", text: "A reference was refused because the object had been released." },
  { id: "slab/used-again", text: "An object that had been freed was handed out again." },
  { id: "slab/private-refused", text: "A core was refused another's private memory." },
  { id: "slab/page-returned", text: "A page went back with the last of its objects (profile patent)." },
  { id: "slab/reserved-between", text: "The initialisation allocator filled a gap between two reservations." },
  { id: "slab/reserve-refused", text: "No run of units was long enough though enough were free in all." },
  { id: "slab/ports-gone", text: "No port was left for an object." },
];
const goalNumbers = new Map(goals.map((goal, at) => [goal.id, at]));
/** Position of a goal; an unknown id is our own mistake. */
export function goalNumber(id: string): number {
  const at = goalNumbers.get(id);
  if (at === undefined) throw new Error(`no goal of slabs is called ${id}`);
  return at;
}
