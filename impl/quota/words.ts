/** What the words mean: of shared memory, and of an operation's record. */
import { resources } from "../../spec/quota/terms.ts";

/** Resources of a subscriber; a *pair* is subscriber × kinds + resource, and so is what is published for a group. */
export const kinds = resources.length;

/** Words of a core's ledger; the first six are columns of the view. `ready`: the node's record is known to be there. */
export const Ledger = { present: 0, generation: 1, exclusive: 2, chunk: 3, used: 4, held: 5, ready: 6, words: 7 } as const;

/** Words of a node's record, all of them columns of the view. */
export const Node = { present: 0, generation: 1, total: 2, remaining: 3, words: 4 } as const;

/**
 * Words of published parameters. Their generation, and whether there are any, stand in a word of their own that is read without the lock:
 * generation × 2, and 1 more where parameters are published.
 */
export const Published = { total: 0, exclusive: 1, chunk: 2, words: 3 } as const;

/**
 * Words of an operation's record. `pair`: of a change, what is published for its group. `seen`: the generation at look-up. `wanted`: units still to be granted or
 * returned; `granted`: those that were; `counted`: 1 if they count, all of them or none, since what is missing or old is settled before the first is granted.
 * `chunk`: shared units that came with the unit granted last. `change`: records that a change has come by. `answer`: an outcome.
 */
export const Field = { kind: 0, step: 1, core: 2, pair: 3, seen: 4, wanted: 5, granted: 6, counted: 7, chunk: 8, change: 9, answer: 10, words: 11 } as const;

/** Stage that comes next. */
export const Step = { lookUp: 0, use: 1, initCore: 2, initGlobal: 3, refresh: 4, borrow: 5, release: 6, giveBack: 7, publish: 8, apply: 9 } as const;

/** What an operation is. */
export const Kind = { request: 0, release: 1, reconfigure: 2 } as const;
