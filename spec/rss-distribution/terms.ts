/** The words of distribution over cores: configuration, commands, stages, outcomes. Numbers are positions in these lists. */
import type { Command } from "../side.ts";

export const protocols = ["tcp", "udp", "icmp"] as const;
export type Protocol = (typeof protocols)[number];

/** The published key of the verification suite, and one under which both directions of a flow hash alike (RSS-1). Any other 40 bytes will do too. */
export const publishedKey = "6d5a56da255b0ec24167253d43a38fb0d0ca2bcbae7b30b477cb2da38030f20c6a42b73bbeac01fa";
export const symmetricKey = "6d5a".repeat(20);

/** Extension headers of IPv6. `fragment`, `encrypted` and `none` (no next header) end what can be seen. */
export const extensionKinds = ["hop-by-hop", "routing", "destination", "authentication", "fragment", "encrypted", "none"] as const;
export type Extension = (typeof extensionKinds)[number];

/** Two endpoints that talk; flow 2i is conversation i as it stands here, flow 2i + 1 the other way. Addresses are positions in `addresses`. */
export interface Conversation {
  readonly protocol: Protocol;
  readonly source: number;
  readonly destination: number;
  /** 0 for ICMP. */
  readonly sourcePort: number;
  readonly destinationPort: number;
}

/** What a rule asks of a tuple (null: anything), and the core it names. */
export interface TupleRule {
  readonly protocol: Protocol | null;
  readonly source: number | null;
  readonly destination: number | null;
  readonly sourcePort: number | null;
  readonly destinationPort: number | null;
  readonly core: number;
  /** Whether it holds at the start. */
  readonly on: boolean;
}

/** Entry of the steering table: a destination port or address (position), and its core; -1: none at the start. */
export interface SteeringEntry {
  readonly by: "port" | "address";
  readonly value: number;
  readonly core: number;
}

/** A scheme, one of the list that is tried in order. Lists of cores are by position and may be empty (does not apply). */
export type Scheme =
  | { readonly kind: "hash" }
  | { readonly kind: "virtual-address"; readonly coresOf: readonly (readonly number[])[] }
  | { readonly kind: "card"; readonly coresOf: readonly (readonly number[])[] }
  | { readonly kind: "function"; readonly functions: readonly { readonly low: number; readonly high: number; readonly cores: readonly number[] }[] }
  | { readonly kind: "pair" }
  | { readonly kind: "established" }
  | { readonly kind: "least-loaded"; readonly packets: number }
  | { readonly kind: "time-slice"; readonly ms: number }
  | { readonly kind: "thresholds"; readonly low: number; readonly high: number }
  | { readonly kind: "votes"; readonly ageWeight: number; readonly ageMaxMs: number; readonly priorityWeight: number; readonly levels: readonly number[] };

export interface RssConfig {
  /** 1 to 8. */
  readonly cores: number;
  /** The core that sees to the others. Always up. */
  readonly control: number;
  /** By core: whether it carries traffic. At least one does. */
  readonly traffic: readonly boolean[];
  /** Toeplitz key, 80 hexadecimal digits. */
  readonly key: string;
  /** Bits of the hash that index the table, 1 to 7. */
  readonly bits: number;
  /** 2^bits cores that carry traffic. */
  readonly indirection: readonly number[];
  /** 2 to 8 addresses, IPv4 or IPv6, in text. */
  readonly addresses: readonly string[];
  /** 1 to 8 conversations, each within one family. */
  readonly conversations: readonly Conversation[];
  /** Network cards, 1 to 4. */
  readonly cards: number;
  readonly rules: readonly TupleRule[];
  readonly steering: readonly SteeringEntry[];
  /** 1 to 4 schemes; the last is `hash`, `pair`, `least-loaded`, `time-slice` or `thresholds`. */
  readonly schemes: readonly Scheme[];
  /** How packets get to the core they are meant for. */
  readonly carrier: "message" | "shared";
  /** Packets that may wait at one core. */
  readonly queueMax: number;
  /** By node: its number of cores. Node 0 is this one. 1 to 4 nodes. */
  readonly nodes: readonly number[];
  /** By address: the node it is registered with as internal, -1 for none. */
  readonly internal: readonly number[];
  /** Addresses that the distributor may assign to nodes. */
  readonly assignable: readonly number[];
  /** Part of a node, which a file cannot say: what stands in `columnsOfItself` is not there. */
  readonly isPart?: boolean;
}

/** A packet arrives at the distributor of this core. Yields 1 if it was placed in a core's queue. */
export interface Packet extends Command {
  readonly kind: "packet";
  /** Its (inner) headers: conversation × 2 + direction. */
  readonly flow: number;
  readonly card: number;
  /** What processing it costs, 1 to 100. */
  readonly cost: number;
  /** IPv4 only; on IPv6 the extension says it. */
  readonly fragment: boolean;
  /** IPv6 only, in the order of the headers, at most 4. */
  readonly extensions: readonly Extension[];
  /** Flow of the headers around it; null: not encapsulated. */
  readonly outer: number | null;
  /** How the inner headers are hidden; only if encapsulated. */
  readonly sealed: "encrypted" | "compressed" | null;
  /** Hash that another node computed, unsigned 32 bits, and that node (from 1). */
  readonly carried: { readonly hash: number; readonly node: number } | null;
  /** Core that a distributor outside wrote into it, 0 to 7, whether there is one or not. */
  readonly tag: number | null;
}
/** The packet `of` is processed: its load goes. Uses it up. */
export interface Finish extends Command {
  readonly kind: "finish";
  readonly of: string;
}
/** This core hands one of its buckets to another core. A message of the same name asks for it, with body [bucket, to]. */
export interface Rebalance extends Command {
  readonly kind: "rebalance";
  readonly bucket: number;
  readonly to: number;
}
/** The control core learns that a core is unavailable. */
export interface CoreDown extends Command {
  readonly kind: "core-down";
  readonly core: number;
}
/** The control core learns that a core is available again. */
export interface CoreUp extends Command {
  readonly kind: "core-up";
  readonly core: number;
}
/** This core votes for load. Only with the scheme `votes`. */
export interface Vote extends Command {
  readonly kind: "vote";
}
/** A rule of the configuration holds from now on, or no longer. */
export interface SetRule extends Command {
  readonly kind: "set-rule";
  readonly rule: number;
  readonly on: boolean;
}
/** An entry of the steering table names this core, which carries traffic, from now on; -1: none. */
export interface Steer extends Command {
  readonly kind: "steer";
  readonly entry: number;
  readonly core: number;
}
/** An address is registered as internal to a node; -1: is no longer. */
export interface Register extends Command {
  readonly kind: "register";
  readonly address: number;
  readonly node: number;
}
/** The distributor assigns a free address of `assignable` to a node. */
export interface Assign extends Command {
  readonly kind: "assign";
  readonly node: number;
}
/** Another node adopts key, bits and table. */
export interface ShareKey extends Command {
  readonly kind: "share-key";
  readonly node: number;
}
/** Which core receives the reply of a flow whose source is translated to (address, port)? Changes nothing. */
export interface ReplyCore extends Command {
  readonly kind: "reply-core";
  readonly flow: number;
  readonly address: number;
  readonly port: number;
}
/** Which core of another node takes a packet with this hash? Changes nothing. */
export interface NodeCore extends Command {
  readonly kind: "node-core";
  readonly node: number;
  readonly hash: number;
}
export type RssCommand = Packet | Finish | Rebalance | CoreDown | CoreUp | Vote | SetRule | Steer | Register | Assign | ShareKey | ReplyCore | NodeCore;

/** The documented stages; what each does, and when, stands in `stages.ts`. */
export const stages = [
  "unwrap", "to-node", "internal", "by-tag", "by-rule", "by-steering", "by-hash", "by-carried-hash", "by-address", "by-card", "by-function", "by-pair", "by-establisher", "by-load", "by-slice", "by-threshold", "by-vote",
  "drop-full", "drop-none",
  "lost", "hand-over", "accept", "hit", "hand-home", "adopt", "establish",
  "await", "finish", "finish-none",
  "publish", "move-bucket", "refuse-bucket", "refuse-core",
  "down", "move-away", "strand", "take-over", "forget-flow", "down-end", "up", "ask-back", "up-end", "refuse-control",
  "vote", "set-rule", "steer", "register", "refuse-address", "assign", "refuse-assign",
  "share-key", "share-bucket", "share-again", "share-end", "refuse-peer",
  "answer",
] as const;
export type StageName = (typeof stages)[number];
/** Number of a stage. */
export const Stage = Object.fromEntries(stages.map((name, at) => [name, at])) as { readonly [K in StageName]: number };

/**
 * Outcomes. packet: [placed, core, hash], [dropped, core, hash] (core -1: none was available), or [toNode, node, 0]; `hash` as a signed 32-bit integer, 0 where none was used. Message `packet`: [delivered, core], [handedOver, core it goes to], [dropped, core that was full] or [lost, core].
 * finish: [done, core] or [done, -1]. rebalance (operation and message): [done, flows published] or [refused, 0]. core-down: [done, buckets moved], core-up: [done, buckets asked for], either [refused, 0]. vote, set-rule, steer, register, share-key: [done] or [refused]. assign: [done, address] or [refused, -1].
 * reply-core: [done, core, hash] or [unforeseen, -1, 0]. node-core: [done, core] or [refused, -1].
 */
export const Outcome = { done: 0, refused: 1, placed: 2, dropped: 3, toNode: 4, delivered: 5, handedOver: 6, lost: 7, unforeseen: 8 } as const;

/** How a packet that waits was decided; the word `how` of its record. */
export const How = { otherwise: 0, byHash: 1, internal: 2 } as const;

/** Buckets of the indirection table. */
export function bucketCount(config: RssConfig): number {
  return 1 << config.bits;
}
/** Flows: two to a conversation. */
export function flowCount(config: RssConfig): number {
  return config.conversations.length * 2;
}
/** Whether a scheme may choose by load, so that one flow's packets reach several cores; then every flow is published from the start (RSS-29). */
export function choosesByLoad(config: RssConfig): boolean {
  return config.schemes.some((scheme) => {
    switch (scheme.kind) {
      case "least-loaded":
      case "time-slice":
      case "thresholds":
      case "votes":
        return true;
      case "virtual-address":
      case "card":
        return scheme.coresOf.some((cores) => cores.length > 1);
      case "function":
        return scheme.functions.some(({ cores }) => cores.length > 1);
      default:
        return false;
    }
  });
}
