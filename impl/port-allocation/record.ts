/**
 * The record of an operation: one row of an Int32Array per slot, so that it can be saved as it is. All words that an operation reads are set
 * when it begins.
 *
 * Modules on a packet's way take the constants they use into constants of their own: optimised code has those folded in, while it loads imported ones
 * at every use, which took a fifth of an operation's time.
 */

const shift = 5;
/** Words of a row, a power of two: a record's index also says its slot. */
export const recordWords = 1 << shift;

/** Slot of the task whose record begins at `r`. */
export function slotOf(r: number): number {
  return r >>> shift;
}

/** Where in a row each word stands. */
export const Field = {
  core: 0,
  /** Stage to run next: a member of `Step`. */
  step: 1,
  /** Row that goes on when the row of one port is done: a member of `Row`. */
  row: 2,
  subscriber: 3,
  /** 0 TCP, 1 everything else. */
  protocol: 4,
  /** Position of the NAT address; `anyAddress`: any. */
  address: 5,
  /** Shuffled scheme: where in `replySlots` the slots stand whose replies come to this core. */
  local: 6,
  /** Ports admitted by parity: a member of `Parity`. */
  parity: 7,
  /** What leaves ports out: a member of `Filter`. */
  filter: 8,
  /** With `Filter.range`, ports admitted by number, inclusive. */
  low: 9,
  high: 10,
  /** The port to be tried first; `noPort`: none; `neverGiven`: one that can never be given. */
  wished: 11,
  /** With a wish, 1: that port or none. */
  must: 12,
  /** The claimed chunk: its table, its cell, and the port to be taken from it (`noPort`: the first admitted one). */
  claimedTable: 13,
  claimedCell: 14,
  claimedPort: 15,
  /** Port of the unit: what was given, or is to be freed; -1: refused, or none. */
  handle: 16,
  /** Ports wanted, and ports done so far. */
  count: 17,
  done: 18,
  /** Handle + 1 of the last port given to the operation; 0: none left. The rest follow port by port. */
  head: 19,
  /** Slot of the operation that a `free` refers to. */
  source: 20,
  /** 1: the unit's port was freed here; 0: handed over. */
  freedHere: 21,
  /** Block asked for; -1: any. */
  block: 22,
  /** 1: the port to be freed came from this core's list. */
  collected: 23,
  /** Block reserved last: address × blocks + block; -1: none. */
  reserved: 24,
  /** Port that a question is about. */
  port: 25,
  /** Hash that a question is about. */
  hash: 26,
  /** Ageing, 1: it came by the core's timer. */
  timer: 27,
} as const;

/** In place of a port. */
export const noPort = -1;
export const neverGiven = -2;
/** In place of an address. */
export const anyAddress = -1;

/** What an allocation admits: every port, those of one parity, those of a range (and perhaps of one parity). */
export const Filter = { none: 0, parity: 1, range: 2 } as const;

/** Stages by name: what runs when a task moves next. */
export const Step = {
  fromSlots: 0,
  fromBlocks: 1,
  fromWellKnown: 2,
  takeClaimed: 3,
  release: 4,
  collect: 5,
  age: 6,
  reserveBlock: 7,
  releaseBlock: 8,
  locate: 9,
  inverse: 10,
  replyCore: 11,
} as const;

/** Rows that call the row of one port until they are done; `one`: that row by itself, which somebody else calls; `single`: an operation of one stage. */
export const Row = { one: 0, allocate: 1, free: 2, collect: 3, age: 4, single: 5 } as const;
