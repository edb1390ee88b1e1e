/** What the words mean: of a session structure, a key, and the record of an operation. */

/** Words of a session structure: a cache line, in the order of the view's columns and with their meaning. */
export const Row = {
  state: 0,
  subscriber: 1,
  protocol: 2,
  privatePort: 3,
  remoteAddress: 4,
  remotePort: 5,
  natAddress: 6,
  natPort: 7,
  stamp: 8,
  references: 9,
  partner: 10,
  lead: 11,
  binding: 12,
  uses: 13,
  static: 14,
  paired: 15,
  words: 16,
} as const;

/** Side of a key: it is looked up by packets from the inside or from the outside. */
export const From = { inside: 0, outside: 1 } as const;

/**
 * Words of a key. `party`: subscriber + 1, or position of the NAT address + 1; `port`: that of the party. `remoteAddress` and `remotePort` are those of the session.
 * `protocol`: position + 1. `ref`: object × 2 + side of the structure that stands under it, where there is one.
 */
export const Key = { side: 0, party: 1, protocol: 2, port: 3, remoteAddress: 4, remotePort: 5, hash: 6, ref: 7, words: 8 } as const;

/** What is known of one structure while it is made or given back. `object` as it is, of the first -1 where none was taken yet; the rest as in a structure, 0 where not known yet; `founder`: as `uses`. */
export const Half = { object: 0, subscriber: 1, privatePort: 2, natAddress: 3, natPort: 4, founder: 5, static: 6, words: 7 } as const;

/** Words of an operation's record. */
export const Field = {
  core: 0,
  node: 1,
  /** Stage to run next: a member of `Step`. */
  step: 2,
  /** 1: an operation, which others may refer to; 0: a message or timer. */
  operation: 3,
  /** Free choices made so far. */
  draws: 4,

  /** The packet: position of the protocol, subscriber + 1 or 0, addresses and ports, salt, and its two checksums. */
  protocol: 5,
  from: 6,
  sourceAddress: 7,
  sourcePort: 8,
  destinationAddress: 9,
  destinationPort: 10,
  salt: 11,
  ipSum: 12,
  transportSum: 13,
  /** A member of `Direction`. */
  direction: 14,
  /** Bucket of the distributor that the packet belongs to; of a rebalance, the one to move. */
  bucket: 15,
  /** Its key. */
  key: 16,

  /** What it was forwarded as: addresses, ports, and the subscriber + 1 who received it (0: the outside). */
  sentFromAddress: 24,
  sentFromPort: 25,
  sentToAddress: 26,
  sentToPort: 27,
  receiver: 28,

  /** NAT type of the creation: bits as in the view. */
  type: 29,
  /** What was taken and not given back: bits of `Held`. */
  held: 30,
  /** What is to be given back, and what comes when it is: a step. */
  giving: 31,
  after: 32,
  /** What was lacking. */
  lacking: 33,
  /** The port taken: position of its address, and port. */
  portAddress: 34,
  port: 35,
  /** 1: the subscriber had no paired address; the endpoint had no mapping. */
  noPair: 36,
  noMapping: 37,
  /** Position + 1 of the paired address that is used. */
  pairAddress: 38,
  /** Lead of the session that won. */
  winner: 39,
  /** A founder that is freed with the last who used its mapping. */
  founder: 40,

  /** Object to look at next, and how many were retired or published. */
  cursor: 41,
  count: 42,
  /** Core that gets the bucket; kind of failure. */
  to: 43,
  what: 44,

  /** The session's structure or the lead; in hairpin, the receiver's. */
  first: 45,
  second: 52,
  words: 64,
} as const;

/** Where a packet goes: out, in, or from one subscriber to another's external endpoint. */
export const Direction = { outbound: 0, inbound: 1, hairpin: 2 } as const;

/** What an operation may hold, in the order in which it goes back: the lowest first. A founder's that ends with its last user comes before all. */
export const Held = {
  founderPair: 1 << 0,
  founderPort: 1 << 1,
  founderMemory: 1 << 2,
  ownKey: 1 << 3,
  claim: 1 << 4,
  firstMapping: 1 << 5,
  secondMapping: 1 << 6,
  pair: 1 << 7,
  port: 1 << 8,
  firstQuota: 1 << 9,
  secondQuota: 1 << 10,
  firstMemory: 1 << 11,
  secondMemory: 1 << 12,
  everything: (1 << 13) - 1,
} as const;

/** Stage that comes next; the last two end an operation that has given everything back. */
export const Step = {
  enter: 0,
  look: 1,
  receiver: 2,
  sender: 3,
  pair: 4,
  memory: 5,
  quota: 6,
  port: 7,
  portAnywhere: 8,
  insertPair: 9,
  insertMapping: 10,
  claim: 11,
  insertOwn: 12,
  insertReverse: 13,
  place: 14,
  give: 15,
  lost: 16,
  sweep: 17,
  expire: 18,
  rebalance: 19,
  configure: 20,
  fail: 21,
  refused: 22,
  unmatched: 23,
} as const;

/** Bits of a NAT type. */
export const Type = { mapping: 1, fullCone: 2, pairing: 4 } as const;
