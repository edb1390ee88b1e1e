/** What the words mean: of shared memory, of a core's own, of what the configuration says, and of an operation's record. */

/** Words of the node under the lock of the tables, in the order of the view; two more words of bits follow: cores that are up, rules that are on. */
export const Node = { dropped: 0, moves: 1, turn: 2, left: 3, slice: 4, sliceEnd: 5, up: 6, rules: 7, words: 8 } as const;

/** Words of a core's vote and of a flow's numbering, under the lock of the tables. */
export const Vote = { time: 0, levels: 1, words: 2 } as const;
export const Numbered = { sequence: 0, core: 1, words: 2 } as const;

/** What another node has adopted; its buckets follow. */
export const Peer = { adopted: 0, bits: 1, words: 2 } as const;

/** Words under the lock of a core's queue, first what the view has of them; the records that wait follow where they are carried in shared memory. */
export const Queue = { load: 0, waiting: 1, dropped: 2, lost: 3, head: 4, words: 5 } as const;

/** Words of a flow under the lock of its conversation, two flows to one; the establishing core stands with the even one. */
export const Known = { home: 0, published: 1, establisher: 2, words: 3 } as const;

/** What a core has to itself: the flows it knows, as bits; the number delivered last of each follows. */
export const Own = { flows: 0, words: 1 } as const;

/** Words of a packet while it waits, as they are sent. */
export const recordWords = 7;

/** What can be seen of a packet's headers, as bits. */
export const Seen = { protocol: 1, ports: 2 } as const;

/**
 * Words of an operation's record.
 * - `origin` to `times`: the packet, as it is sent; `protocol` to `seen`: its headers, addresses by position (-1: not one of the configuration's) and what both contribute to the hash.
 * - `scheme` and `to`: position of the scheme that decides, and the core that it gives. `wide`: every queue's lock is needed.
 * - `queues` and `conversations`: locks held, as bits.
 * - `what` and `with`: what a command names, in its order. `count`: what the operation has done so far. `cursor`: bucket that comes next. `noted`: moves counted when a table was shared first. `asked`: 1 for a rebalance that was asked for by message. `stranded`: 1.
 * - `answers` words of outcome from `code` on.
 */
export const Field = {
  step: 0,
  core: 1,
  node: 2,
  draws: 3,
  origin: 4,
  flow: 5,
  sequence: 6,
  hash: 7,
  how: 8,
  cost: 9,
  times: 10,
  protocol: 11,
  source: 12,
  destination: 13,
  sourcePort: 14,
  destinationPort: 15,
  isIpv6: 16,
  addressHash: 17,
  seen: 18,
  card: 19,
  carriedNode: 20,
  carriedHash: 21,
  tag: 22,
  scheme: 23,
  to: 24,
  wide: 25,
  queues: 26,
  conversations: 27,
  what: 28,
  with: 29,
  count: 30,
  cursor: 31,
  noted: 32,
  asked: 33,
  stranded: 34,
  answers: 35,
  code: 36,
  words: 39,
} as const;

/** Stage that comes next. */
export const Step = {
  unwrap: 0,
  decide: 1,
  deliver: 2,
  look: 3,
  finish: 4,
  rebalance: 5,
  down: 6,
  goingDown: 7,
  up: 8,
  comingUp: 9,
  vote: 10,
  setRule: 11,
  steer: 12,
  register: 13,
  assign: 14,
  shareKey: 15,
  shareBucket: 16,
  shareEnd: 17,
  replyCore: 18,
  nodeCore: 19,
} as const;

/** Where a packet is: 0 while it waits, core + 1 once it was delivered there, or this. */
export const gone = -1;
export const waits = 0;
