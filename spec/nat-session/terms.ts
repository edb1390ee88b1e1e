/** The words of NAT sessions: configuration, commands, stages, outcomes. Numbers are positions in these lists. */
import type { Command } from "../side.ts";

export const protocols = ["tcp", "udp", "icmp"] as const;
export type Protocol = (typeof protocols)[number];
/** Protocol numbers as they stand in an IPv4 header, by position in `protocols`. */
export const protocolNumbers = [6, 17, 1] as const;

/** What new sessions are made with; existing ones keep what they were made with (NAT-18). */
export interface NatType {
  /** Endpoint-independent mapping: sessions of one subscriber endpoint and protocol share one external endpoint. Off: every session has its own. */
  readonly mapping: boolean;
  /** Endpoint-independent filtering: whoever sends to the external endpoint of a mapping is let in. Off: only the remotes of live sessions are. */
  readonly fullCone: boolean;
  /** Paired pooling: the sessions of one subscriber keep to one NAT address. */
  readonly pairing: boolean;
}

/** A side of a packet that a rule asks for: addresses that agree with `address` in the first `bits` bits, ports from `low` to `high`. */
export interface Match {
  readonly address: string;
  readonly bits: number;
  readonly low: number;
  readonly high: number;
}
/** The first rule of the list that covers a packet's direction, source and destination decides (NAT-1). */
export interface NatRule {
  readonly action: "permit" | "deny";
  readonly direction: "outbound" | "inbound" | "both";
  readonly source: Match | null;
  readonly destination: Match | null;
}
/** A subscriber's endpoint that is reachable on a fixed external one; never ages, and its port is no port of the pool. */
export interface StaticMapping {
  readonly protocol: Protocol;
  readonly subscriber: number;
  readonly port: number;
  readonly address: number;
  readonly externalPort: number;
}

export interface NatConfig {
  /** 1 to 8. */
  readonly cores: number;
  /** 1 to 64 inside hosts: IPv4 address and traffic domain; no two alike in both. */
  readonly subscribers: readonly { readonly domain: number; readonly address: string }[];
  /** 1 to 4096 outside endpoints. */
  readonly remotes: readonly { readonly address: string; readonly port: number }[];
  /** 1 to 4 NAT addresses; none is a subscriber's or a remote's. */
  readonly addresses: readonly string[];
  /** Ports of the pool of each NAT address, in each of its two tables (TCP; everything else); at most 32,768. */
  readonly low: number;
  readonly high: number;
  /** Session structures of each core, 1 to 4096. */
  readonly objects: number;
  /** Sessions a subscriber may have; null: not counted. */
  readonly quota: number | null;
  readonly rules: readonly NatRule[];
  readonly statics: readonly StaticMapping[];
  readonly type: NatType;
  /** Buckets of the distributor: which core a packet belongs to. 2, 4, 8 or 16 cores. */
  readonly table: readonly number[];
  /** A per-packet scheme: packets are processed where they arrive, and both keys of every session are global (D54). */
  readonly perPacket: boolean;
  /** Idle limit of each protocol, 1 s to 1 day. */
  readonly idleMs: { readonly tcp: number; readonly udp: number; readonly icmp: number };
  /** Between two sweeps of a core, 1 s to 300 s. */
  readonly sweepMs: number;
  /** Part of a node, which a file cannot say: what stands in `columnsOfItself` is not there. */
  readonly isPart?: boolean;
}

/** A packet from a subscriber's endpoint to a remote. `salt`, 0 to 65535, is its identification, sequence number and payload. Yields 1 if it was translated and forwarded. */
export interface Send extends Command {
  readonly kind: "send";
  readonly protocol: Protocol;
  readonly subscriber: number;
  readonly port: number;
  readonly remote: number;
  readonly salt: number;
}
/** A packet from a subscriber's endpoint to an external endpoint of this NAT (hairpin). Yields 1 if it was translated and forwarded. */
export interface Loop extends Command {
  readonly kind: "loop";
  readonly protocol: Protocol;
  readonly subscriber: number;
  readonly port: number;
  readonly address: number;
  readonly externalPort: number;
  readonly salt: number;
}
/** A packet from a remote to an external endpoint, asked for or not. Yields 1 if it was translated and forwarded. */
export interface Arrive extends Command {
  readonly kind: "arrive";
  readonly protocol: Protocol;
  readonly remote: number;
  readonly address: number;
  readonly externalPort: number;
  readonly salt: number;
}
/** The answer of whoever received the packet that operation `of` forwarded: its translated tuple, turned round. Yields 1 if it was translated and forwarded. */
export interface Reply extends Command {
  readonly kind: "reply";
  readonly of: string;
  readonly salt: number;
}
/** This core hands one of its buckets to another core, after publishing the sessions that it holds in it (D54). Refused if the bucket is not this core's. */
export interface Rebalance extends Command {
  readonly kind: "rebalance";
  readonly bucket: number;
  readonly to: number;
}
/** New sessions are made with this type from now on. */
export interface Configure extends Command {
  readonly kind: "configure";
  readonly type: NatType;
}
/** The next `count` calls of this kind fail on this core: what the allocators and tables around the sessions may do at any call. */
export interface Fail extends Command {
  readonly kind: "fail";
  readonly what: FailKind;
  readonly count: number;
}
/** A sweep of this core now, beside those of its timer. */
export interface Sweep extends Command {
  readonly kind: "sweep";
}
export type NatCommand = Send | Loop | Arrive | Reply | Rebalance | Configure | Fail | Sweep;

/** What can be lacking, in the order in which creation needs it. */
export const failKinds = ["memory", "quota", "port", "pair", "mapping", "claim", "own", "reverse"] as const;
export type FailKind = (typeof failKinds)[number];

/** Documented stages; what each does stands in `stages.ts`. */
export const stages = [
  "deny", "pass", "hand-over", "hit", "wait", "miss", "adopt", "absent",
  "unmatched", "use-static", "use-mapping", "no-mapping", "use-pair", "no-pair",
  "take-memory", "take-quota", "take-port", "insert-pair", "lost-pair", "insert-mapping", "lost-mapping", "claim", "lost-claim", "insert-own", "insert-reverse", "place",
  "refuse-memory", "refuse-quota", "refuse-port", "refuse-pair", "refuse-mapping", "refuse-claim", "refuse-own", "refuse-reverse",
  "undo-own", "undo-claim", "give-mapping", "give-pair", "free-port", "give-quota", "free-memory",
  "keep", "drop-copy", "retire", "sweep-end",
  "publish", "move-bucket", "refuse-bucket", "configure", "fail",
] as const;
export type StageName = (typeof stages)[number];
/** Number of each stage. */
export const Stage: { readonly [K in StageName]: number } = Object.fromEntries(stages.map((name, at) => [name, at])) as { [K in StageName]: number };

/**
 * Outcome of a packet: [forwarded | passed, source address, source port, destination address, destination port, IP checksum, transport checksum] (addresses as 32-bit integers), [handedOver, core], [denied], [unmatched], or [refused, kind of `failKinds`].
 * rebalance: [done, sessions published] or [refusedBucket]. configure, fail: [done]. sweep: [done, sessions retired].
 */
export const Outcome = { forwarded: 0, passed: 1, handedOver: 2, denied: 3, unmatched: 4, refused: 5, done: 6, refusedBucket: 7 } as const;

/** State of a session structure. `taken`: memory only. `making`: claimed, not yet usable. `dying`: out of the tables, giving back. `binding`: its session is gone, others use its external endpoint. */
export const State = { free: 0, taken: 1, making: 2, live: 3, dying: 4, binding: 5 } as const;
/** Bits of `local` and `global`. */
export const KeyBit = { outbound: 1, inbound: 2 } as const;
