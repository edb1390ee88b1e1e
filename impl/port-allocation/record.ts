/** The record of an operation: one row of an Int32Array per slot, so that it can be saved as it is. All words of a row but `head` are set when its operation begins. */

/** Words of a row. */
export const recordWords = 32;

/** Where in a row each word stands. */
export const Field = {
  /** Slot of the task. */
  slot: 0,
  core: 1,
  /** Stage to run next: a member of `Step`. */
  step: 2,
  /** Row that goes on when the row of one port is done: a member of `Row`. */
  row: 3,
  subscriber: 4,
  /** 0 TCP, 1 everything else. */
  protocol: 5,
  /** Position of the NAT address; -1: any. */
  address: 6,
  /** Hash of the reply with port 0. */
  hash: 7,
  /** 1: the hash leaves the ports out. */
  icmp: 8,
  /** Ports admitted by parity: a member of `Parity`. */
  parity: 9,
  /** Ports admitted by number, inclusive. */
  low: 10,
  high: 11,
  /** What leaves ports out: a member of `Filter`. */
  filter: 12,
  /** The particular port; -1: none; -2: one that can never be given. */
  exact: 13,
  /** The port tried first; -1: none. */
  liked: 14,
  /** 1: served from the well-known table. */
  wellKnown: 15,
  /** The claimed chunk: its table, its cell, and the port to be taken from it (-1: the first admitted one). */
  claimedTable: 16,
  claimedCell: 17,
  claimedPort: 18,
  /** Port of the unit: what was given, or is to be freed; -1: refused, or none. */
  handle: 19,
  /** Ports wanted, and ports done so far. */
  count: 20,
  done: 21,
  /** Handle + 1 of the last port given to the operation; 0: none left. The rest follow port by port. */
  head: 22,
  /** Slot of the operation that a `free` or `release-block` refers to. */
  source: 23,
  /** 1: the unit's port was freed here; 0: handed over. */
  freedHere: 24,
  /** Block asked for; -1: any. */
  block: 25,
  /** Arguments of a question. */
  remote: 26,
  remotePort: 27,
  port: 28,
  /** 1: the port to be freed came from this core's list, or from its own queue. */
  collected: 29,
  /** Block reserved last: address × blocks + block; -1: none. */
  reserved: 30,
} as const;

/** What an allocation admits: every port, those of one parity, those of a range (and perhaps of one parity). */
export const Filter = { none: 0, parity: 1, range: 2 } as const;

/** Stages by name: what runs when a task moves next. */
export const Step = { allocate: 0, takeClaimed: 1, release: 2, collect: 3, age: 4, reserveBlock: 5, releaseBlock: 6, locate: 7, inverse: 8, replyCore: 9 } as const;

/** Rows that call the row of one port until they are done; `single`: the row is somebody else's, or has but one stage. */
export const Row = { single: 0, allocate: 1, free: 2, collect: 3, age: 4 } as const;
