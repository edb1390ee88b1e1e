/** What the words mean: of a task's record, and of a unit of quota. */

/** Row that a task is in; `session` asks before every step whether another row runs in its place. */
export const Phase = {
  place: 0,
  wait: 1,
  finish: 2,
  deliver: 3,
  session: 4,
  obtain: 5,
  sessionUnit: 6,
  portUnit: 7,
  allocate: 8,
  undo: 9,
  freePort: 10,
  releasePort: 11,
  releaseSession: 12,
  freeMemory: 13,
  collect: 14,
  releaseCollected: 15,
  age: 16,
  memory: 17,
  quota: 18,
  distribution: 19,
} as const;

/** Most words of a packet's outcome. */
const outcomeWords = 7;

/**
 * Words of a task's record. `operation`: of a packet that is processed, the slot of its operation, or `noOperation`. `counted` and `chunk`: of the unit of port quota just granted. `paired`: position of the paired address, -1 none. `attempt`: addresses that had no port.
 * `handle`: of the port that goes back. `done`: ports collected. Of an operation `count` words of outcome from `outcome` on, written when its packet has been processed.
 */
export const Field = {
  phase: 0,
  core: 1,
  operation: 2,
  counted: 3,
  chunk: 4,
  paired: 5,
  attempt: 6,
  handle: 7,
  done: 8,
  count: 9,
  outcome: 10,
  words: 10 + outcomeWords,
} as const;

/** In place of an operation's slot: no packet is processed. */
export const noOperation = -1;

/** A unit of quota: in the low bits as the view has it, above them the position of its subscriber; 0: none. */
export const Unit = { shift: 8, mask: 255 } as const;
export function unitWord(subscriber: number, core: number, counted: number): number {
  return (subscriber << Unit.shift) | (1 + 2 * core + counted);
}
export function subscriberOf(unit: number): number {
  return unit >> Unit.shift;
}
/** Core of the ledger that it came from. */
export function ledgerOf(unit: number): number {
  return ((unit & Unit.mask) - 1) >> 1;
}
/** Whether it counts, 1 or 0. */
export function countedOf(unit: number): number {
  return ((unit & Unit.mask) - 1) & 1;
}
