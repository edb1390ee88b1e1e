/** The words of the node: one appliance made of five systems. Its configuration says what each of them is told (`parts.ts`); its stages are theirs. */
import { stages as slabStages, type StartUp } from "../memory-slab/terms.ts";
import { stages as natStages, type Arrive, type Configure, type Loop, type NatRule, type NatType, type Protocol, type Rebalance, type Reply, type Send, type StaticMapping, type Sweep } from "../nat-session/terms.ts";
import { stages as portStages, type Age, type Collect } from "../port-allocation/terms.ts";
import { stages as quotaStages, type QuotaParameters, type Reconfigure } from "../quota/terms.ts";
import { stages as rssStages, type CoreDown, type CoreUp, type Register, type SetRule, type Steer, type SteeringEntry, type TupleRule, type Vote } from "../rss-distribution/terms.ts";

/** How packets are given to cores. Under every scheme but `hash` a flow's packets may reach any core, and both keys of every session are global. */
export const schemes = ["hash", "pair", "least-loaded", "time-slice", "thresholds", "votes"] as const;
export type SchemeName = (typeof schemes)[number];

/** What decides before the scheme (RSS-19), and that it can change: addresses by their position among `addressesOf(config)`. Cores may go and come back as well. */
export interface Policy {
  /** Whether core 0, the control core, carries traffic. */
  readonly controlCarries: boolean;
  readonly rules: readonly TupleRule[];
  readonly steering: readonly SteeringEntry[];
}

export interface NodeConfig {
  /** 1 to 8; core 0 is the control core, and all carry traffic unless a policy says otherwise of core 0. */
  readonly cores: number;
  /** Inside hosts: IPv4 address and traffic domain; no two alike in both. 1 to 64. */
  readonly subscribers: readonly { readonly domain: number; readonly address: string }[];
  /** Outside endpoints, 1 to 4096. */
  readonly remotes: readonly { readonly address: string; readonly port: number }[];
  /** NAT addresses, 1 to 4. */
  readonly addresses: readonly string[];
  /** Ports of the pool of each NAT address, in each of its two tables; at most 32,768, from 1024 on. */
  readonly low: number;
  readonly high: number;
  readonly rules: readonly NatRule[];
  /** Their external ports lie outside low to high: port allocation knows nothing of them. */
  readonly statics: readonly StaticMapping[];
  readonly type: NatType;
  readonly idleMs: { readonly tcp: number; readonly udp: number; readonly icmp: number };
  readonly sweepMs: number;
  readonly distribution: {
    readonly scheme: SchemeName;
    /** Toeplitz key, 80 hexadecimal digits. */
    readonly key: string;
    /** 2, 4, 8 or 16 cores. */
    readonly table: readonly number[];
    readonly carrier: "message" | "shared";
    readonly queueMax: number;
    /** Packets in a row that the core in turn gets where loads are compared (`least-loaded`, and `votes` when nobody has voted); absent: 1. */
    readonly packets?: number;
    /** Absent: the scheme alone decides, and every core stays. */
    readonly policy?: Policy;
  };
  readonly memory: {
    readonly limitPages: number;
    readonly initialPages: number;
    readonly pageUnits: number;
    /** Units of a session structure. */
    readonly sessionUnits: number;
    readonly scanMs: number;
  };
  readonly ports: {
    readonly allocation: "dynamic" | "block" | "deterministic";
    readonly slotBits: number;
    readonly chunk: number;
    readonly ownPerSlot: number;
    readonly ownSlots: number;
    readonly blockSize: number;
    readonly blocksPerSubscriber: number;
    readonly parity: boolean;
    readonly preserve: boolean;
    readonly memoryOptimised: boolean;
    readonly reuseDelayMs: number;
    readonly delayQueueMax: number;
    /** Ports below 1024 that are kept apart; absent: none. Not with deterministic allocation. */
    readonly wellKnown?: { readonly low: number; readonly high: number };
  };
  /** By group of subscribers; null: not counted. */
  readonly quotas: readonly { readonly ports: QuotaParameters | null; readonly sessions: QuotaParameters | null }[];
  readonly groupOf: readonly number[];
}

/** What is told to the distribution: `vote` with the scheme `votes`, the others with a policy. */
export type DistributionCommand = Vote | SetRule | Steer | Register | CoreDown | CoreUp;
/** Packets are submitted on the core whose distributor they reach. */
export type NodeCommand = Send | Loop | Arrive | Reply | StartUp | Rebalance | Configure | Reconfigure | Sweep | Collect | Age | DistributionCommand;

/** Every system's stages, each with its system's name before it, in this order. */
export const stages = [
  ...rssStages.map((name) => `distribution: ${name}` as const),
  ...slabStages.map((name) => `memory: ${name}` as const),
  ...natStages.map((name) => `session: ${name}` as const),
  ...portStages.map((name) => `port: ${name}` as const),
  ...quotaStages.map((name) => `quota: ${name}` as const),
  "undo",
] as const;
/** Number of the first stage of each system. */
export const firstStage = {
  distribution: 0,
  memory: rssStages.length,
  session: rssStages.length + slabStages.length,
  port: rssStages.length + slabStages.length + natStages.length,
  quota: rssStages.length + slabStages.length + natStages.length + portStages.length,
} as const;
/** Number of `undo`. */
export const undoStage = stages.length - 1;

/** Protocol by its position in `protocols` of NAT sessions. */
export type { Protocol };

/**
 * Outcomes. A packet (send, loop, arrive, reply): as NAT sessions answer; [dropped] if no core had room for it, or was there. Message `packet`: the outcome of the packet that it ended, [handedOn] if it went to another core, [dropped] if that one had no room, or this one is not up. rebalance: [done, sessions published] or [refusedBucket].
 * With a policy rebalance answers as distribution does, as does its message; so do vote, set-rule, steer, register, core-down, core-up. start-up: as memory answers. reconfigure: as quota answers. sweep: [done, sessions retired]. configure, collect, age: [done] and, for collect and age, ports.
 */
export const Outcome = { dropped: 100, handedOn: 101 } as const;

/** Tasks that wait for a session wait for this number + the lead's object; those that wait for a packet, for the slot of its operation. */
export const sessionWait = 1 << 20;
