/** The words of port allocation: configuration, commands, stages, outcomes. Numbers are positions in these lists. */
import type { Command } from "../side.ts";

export type Protocol = "tcp" | "udp" | "icmp";
/** Each NAT address has two tables: 0 for TCP, 1 for everything else (ICMP identifiers count as ports there). */
export function tableOf(protocol: Protocol): 0 | 1 {
  return protocol === "tcp" ? 0 : 1;
}

export interface PortConfig {
  /** 1 to 8. */
  readonly cores: number;
  /** Family of the NAT addresses and the remotes. */
  readonly family: 4 | 6;
  /** 1 to 4 NAT addresses, in text. */
  readonly addresses: readonly string[];
  /** Remote addresses that commands name by position. */
  readonly remotes: readonly string[];
  /** Number of subscribers (internal addresses). */
  readonly subscribers: number;
  /** `dynamic` takes the shuffled scheme; `block` and `deterministic` the basic one (PORT-20). */
  readonly allocation: "dynamic" | "block" | "deterministic";
  /** Normal range of ports, inclusive; at least 1, and at least 1024 where the well-known range is kept apart. */
  readonly low: number;
  readonly high: number;
  /** Option, range preservation: ports of the separate well-known table, within 1..1023; null: off. */
  readonly wellKnown: { readonly low: number; readonly high: number } | null;
  /** Option: parity is preserved. */
  readonly parity: boolean;
  /** Option: the sender's own port is tried first. */
  readonly preserve: boolean;
  /** Toeplitz key, 80 hexadecimal digits. */
  readonly key: string;
  /** Bits of the hash that index the indirection table, 1..7 and at most `slotBits`. */
  readonly bits: number;
  /** 2^bits cores. */
  readonly indirection: readonly number[];
  /** Slots of the shuffled scheme are 2^slotBits; 7 as documented, fewer for small tables. */
  readonly slotBits: number;
  /** Ports of a chunk; 16 as documented, smaller for small tables. The last of a slot or block may be shorter. */
  readonly chunk: number;
  /** Shuffled scheme: own ports of each core in each slot (at most floor(ports of the slot / cores)). */
  readonly ownPerSlot: number;
  /** Shuffled scheme, profile `patent`: slots below this number belong wholly to core (slot mod cores), the others are shared. */
  readonly ownSlots: number;
  /** Block scheme: ports of a block. Deterministic: ignored, computed. */
  readonly blockSize: number;
  /** Blocks a subscriber may hold in one table, at least 1. */
  readonly blocksPerSubscriber: number;
  /** Memory optimisation: a core keeps bits only for what is its own or held. Changes nothing that can be seen. */
  readonly memoryOptimised: boolean;
  readonly mapping: "endpoint-independent" | "address-dependent" | "address-and-port-dependent";
  /** How long a freed port rests before it is given out again, and how many ports of one core rest at once. */
  readonly reuseDelayMs: number;
  readonly delayQueueMax: number;
}

/** What a port is asked for: its subscriber, the reply's place in the distribution, and the wishes. */
export interface Allocate extends Command {
  readonly kind: "allocate";
  readonly subscriber: number;
  /** Position of the NAT address; -1 (only block allocation): any. Deterministic allocation computes it and takes -1 only. */
  readonly address: number;
  readonly protocol: Protocol;
  /** Position of the remote address. */
  readonly remote: number;
  readonly remotePort: number;
  /** The sender's own port. */
  readonly privatePort: number;
  /** The default port of the packet's type, tried instead of the own port where `preserve` is on; 0: none. */
  readonly typePort: number;
  /** A particular port, a range (inclusive), or nothing in particular. */
  readonly want: { readonly port: number } | { readonly low: number; readonly high: number } | null;
  /** Ports wanted, one after another; the first refusal ends the operation. Yields the ports given. */
  readonly count: number;
}
/** Free every port that `of` was given, last given first, on whichever core this runs. Uses it up. */
export interface Free extends Command {
  readonly kind: "free";
  readonly of: string;
}
/** Collect the ports that other cores handed over to this core. Also the timer `collect`. */
export interface Collect extends Command {
  readonly kind: "collect";
}
/** Let go of the ports of this core that have rested long enough. Also the timer `age`, which comes as long as ports rest. */
export interface Age extends Command {
  readonly kind: "age";
}
/** Reserve a block for a subscriber (block allocation only): address and block given by position, or -1 to have them searched. */
export interface ReserveBlock extends Command {
  readonly kind: "reserve-block";
  readonly subscriber: number;
  readonly protocol: Protocol;
  readonly address: number;
  readonly block: number;
}
/** Return the block that `of` reserved; refused while one of its chunks is held. Uses the reservation up. */
export interface ReleaseBlock extends Command {
  readonly kind: "release-block";
  readonly of: string;
}
/** Where does a port stand: position, slot or block, chunk, owner. Changes nothing. */
export interface Locate extends Command {
  readonly kind: "locate";
  readonly port: number;
}
/** Deterministic NAT, backwards: which subscriber may use this external endpoint. Changes nothing. */
export interface Inverse extends Command {
  readonly kind: "inverse";
  readonly address: number;
  readonly port: number;
}
/** Which core receives the reply from (remote, remotePort) to (address, port). Changes nothing. */
export interface ReplyCore extends Command {
  readonly kind: "reply-core";
  readonly protocol: Protocol;
  readonly remote: number;
  readonly remotePort: number;
  readonly address: number;
  readonly port: number;
}
export type PortCommand = Allocate | Free | Collect | Age | ReserveBlock | ReleaseBlock | Locate | Inverse | ReplyCore;

/** The documented stages; what each does, and when, stands in `stages.ts`. */
export const stages = [
  "take",
  "claim",
  "take-claimed",
  "take-well-known",
  "reserve",
  "refuse",
  "free",
  "free-well-known",
  "hand-over",
  "delay",
  "collect",
  "collect-empty",
  "expire",
  "age-done",
  "release-block",
  "answer",
] as const;
export type StageName = (typeof stages)[number];
/** Number of a stage. */
export const Stage = Object.fromEntries(stages.map((name, at) => [name, at])) as { readonly [K in StageName]: number };

/**
 * Outcomes. allocate: [code, ports given]. free: [done, ports returned or handed over]. collect, age: [done, ports]. reserve-block: [code, address, block] (refused: [code, -1, -1]).
 * release-block: [code]. locate: [place, position, slot or block, chunk or -1, owner core or -1] with `place` as below. inverse: [done, subscriber or -1]. reply-core: [done, core].
 */
export const Outcome = { done: 0, refused: 1 } as const;
/** Where `locate` finds a port: outside every table, in the well-known table, own port, in a shared chunk, in the left-over end of a table cut into blocks. */
export const Place = { outside: 0, wellKnown: 1, own: 2, shared: 3, leftOver: 4 } as const;

/** How long after a hand-over the holder's timer `collect` comes due. */
export const collectAfterMs = 1000;

/** Whether freed ports rest before they are given out again (D18). */
export function rests(config: PortConfig, profile: string): boolean {
  return profile !== "patent" && config.allocation === "dynamic" && config.mapping !== "address-and-port-dependent" && config.reuseDelayMs > 0;
}
