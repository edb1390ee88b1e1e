/** From a capture to a case of the node: every packet that goes between inside and outside, with the answers re-addressed to wherever the translation put their flow. */
import type { Case, Event } from "../../engine/case.ts";
import type { Parsed } from "../../engine/contract.ts";
import type { NodeCommand, NodeConfig } from "../../../spec/node/terms.ts";
import { publishedKey } from "../../../spec/rss-distribution/terms.ts";
import { addressText, segmentOf, type Segment, type Unusable } from "./frames.ts";
import { idleMs, parsePrefix, type Prefix } from "./flows.ts";
import type { CaptureOptions } from "./operations.ts";
import { readPcap, type CaptureFile } from "./pcap.ts";

/** What a packet of the file is to the node; the counts add up to the file's packets. */
export type Role = "outbound" | "answer" | "inside to inside" | "outside to outside" | "unsolicited" | "cut off by the end of the file" | Unusable;

/** A packet that the node gets: the operation, and the inside endpoint of its flow. */
export interface Sent {
  readonly id: string;
  readonly role: "outbound" | "answer";
  /** 32-bit unsigned. */
  readonly inside: number;
  readonly insidePort: number;
}
export interface NodeCapture {
  readonly case: Case;
  readonly sent: readonly Sent[];
  readonly flows: number;
  readonly counts: { readonly [R in Role]?: number };
  readonly total: number;
}

const cores = 4;
const buckets = 16;
const maxMs = 86_400_000;

interface Flow {
  readonly subscriber: number;
  readonly remote: number;
  /** The last packet that went out, which an answer answers. */
  lastOut: string;
}
interface Met {
  readonly segment: Segment;
  readonly timeMs: number;
  readonly role: "outbound" | "answer";
  readonly key: string;
}

/** Tells the packets of flows from the others. An answer is a packet to an inside endpoint from where that endpoint has sent to. */
function rolesOf(file: CaptureFile, inside: readonly Prefix[], count: (role: Role) => void): Met[] {
  const isInside = (address: number): boolean => inside.some((prefix) => (address & prefix.mask) >>> 0 === prefix.base);
  const begun = new Set<string>();
  const met: Met[] = [];
  let nowMs = 0;
  for (const packet of file.packets) {
    const segment = segmentOf(file.linkType, packet.bytes);
    nowMs = Math.max(nowMs, Math.floor(packet.timeMs));
    if (typeof segment === "string") {
      count(segment);
      continue;
    }
    const out = isInside(segment.source);
    if (out === isInside(segment.destination)) {
      count(out ? "inside to inside" : "outside to outside");
      continue;
    }
    const key = out ? keyOf(segment.protocol, segment.source, segment.sourcePort, segment.destination, segment.destinationPort) : keyOf(segment.protocol, segment.destination, segment.destinationPort, segment.source, segment.sourcePort);
    if (out) begun.add(key);
    const role = out ? "outbound" : begun.has(key) ? "answer" : "unsolicited";
    count(role);
    if (role !== "unsolicited") met.push({ segment, timeMs: nowMs, role, key });
  }
  if (file.cutShort) count("cut off by the end of the file");
  return met;
}
function keyOf(protocol: string, inside: number, insidePort: number, outside: number, outsidePort: number): string {
  return `${protocol} ${inside}:${insidePort} ${outside}:${outsidePort}`;
}

/** The number of a value among those met before, in the order of first meeting. */
class Numbers<T> {
  readonly items: T[] = [];
  readonly #at = new Map<string, number>();
  of(key: string, item: T): number {
    const known = this.#at.get(key);
    if (known !== undefined) return known;
    this.#at.set(key, this.items.length);
    this.items.push(item);
    return this.items.length - 1;
  }
}

/** Refuses what is no capture, prefixes that are none, and captures without a packet from inside to outside. */
export function nodeCapture(bytes: Uint8Array, options: CaptureOptions): Parsed<NodeCapture> {
  const inside: Prefix[] = [];
  for (const text of options.inside) {
    const prefix = parsePrefix(text);
    if (!prefix.ok) return prefix;
    inside.push(prefix.value);
  }
  const file = readPcap(bytes);
  if (!file.ok) return file;
  const counts: { [R in Role]?: number } = {};
  const met = rolesOf(file.value, inside, (role) => (counts[role] = (counts[role] ?? 0) + 1));
  const total = file.value.packets.length + (file.value.cutShort ? 1 : 0);
  if (met.length === 0) return { ok: false, error: { at: "the packets", expected: `one from ${options.inside.join(", ")} to elsewhere`, found: `none in ${total} packets` } };
  const subscribers = new Numbers<string>();
  const remotes = new Numbers<{ readonly address: string; readonly port: number }>();
  const flows = new Map<string, Flow>();
  const events: Event[] = Array.from({ length: cores }, (_, core) => ({ id: `op${core}`, do: "op", node: 0, core, command: { kind: "start-up" } }) as Event);
  const sent: Sent[] = [];
  let nowMs = 0;
  for (const { segment, timeMs, role, key } of met) {
    for (; nowMs < timeMs; nowMs += Math.min(maxMs, timeMs - nowMs)) events.push({ id: `ev${events.length}`, do: "advance", node: 0, ms: Math.min(maxMs, timeMs - nowMs) });
    const id = `op${events.length}`;
    const salt = events.length & 0xffff;
    const out = role === "outbound";
    const flow = flows.get(key) ?? begin(segment, subscribers, remotes);
    flows.set(key, flow);
    const command: NodeCommand = out
      ? { kind: "send", protocol: segment.protocol, subscriber: flow.subscriber, port: Math.max(1, segment.sourcePort), remote: flow.remote, salt }
      : { kind: "reply", of: flow.lastOut, salt };
    if (out) flow.lastOut = id;
    events.push({ id, do: "op", node: 0, core: events.length % cores, command });
    sent.push({ id, role, inside: out ? segment.source : segment.destination, insidePort: Math.max(1, out ? segment.sourcePort : segment.destinationPort) });
  }
  const config = configFor(subscribers.items, remotes.items, flows.size, options.allocation);
  return { ok: true, value: { case: { format: 1, system: "node", profile: options.profile, config, seed: options.seed, events, deviations: [], rest: true }, sent, flows: flows.size, counts, total } };
}

function begin(segment: Segment, subscribers: Numbers<string>, remotes: Numbers<{ readonly address: string; readonly port: number }>): Flow {
  const address = addressText(segment.source);
  const outside = addressText(segment.destination);
  const port = segment.protocol === "icmp" ? 1 : Math.max(1, segment.destinationPort);
  return { subscriber: subscribers.of(address, address), remote: remotes.of(`${outside}:${port}`, { address: outside, port }), lastOut: "" };
}

/** An appliance with room for every flow at once, and quotas that are counted but never run out. */
function configFor(subscribers: readonly string[], remotes: readonly { readonly address: string; readonly port: number }[], flows: number, allocation: CaptureOptions["allocation"]): NodeConfig {
  const dynamic = allocation === "dynamic";
  const perSubscriber = 64 * Math.ceil((2 * flows) / 64);
  const ports = dynamic ? 4096 : Math.min(32_768, perSubscriber * subscribers.length);
  const units = Math.max(1024, flows * 2);
  const quota = { total: units, exclusive: Math.floor(units / (2 * cores)), chunk: 16 };
  const pageUnits = 16;
  return {
    cores,
    subscribers: subscribers.map((address) => ({ domain: 0, address })),
    remotes,
    addresses: ["203.0.113.1"],
    low: 1024,
    high: 1023 + ports,
    rules: [{ action: "permit", direction: "both", source: null, destination: null }],
    statics: [],
    type: { mapping: false, fullCone: false, pairing: false },
    idleMs,
    sweepMs: 10_000,
    distribution: { scheme: "hash", key: publishedKey, table: Array.from({ length: buckets }, (_, bucket) => bucket % cores), carrier: "message", queueMax: 64 },
    memory: { limitPages: 1 + cores + Math.ceil((flows * 1.25) / pageUnits), initialPages: 1, pageUnits, sessionUnits: 1, scanMs: 1000 },
    ports: {
      allocation,
      slotBits: 7,
      chunk: 16,
      ownPerSlot: dynamic ? 4 : 0,
      ownSlots: dynamic ? 64 : 0,
      blockSize: allocation === "block" ? 64 : 0,
      blocksPerSubscriber: dynamic ? 1 : allocation === "block" ? perSubscriber / 64 : 1,
      parity: false,
      preserve: false,
      memoryOptimised: true,
      reuseDelayMs: 0,
      delayQueueMax: 64,
    },
    quotas: [{ ports: quota, sessions: quota }],
    groupOf: subscribers.map(() => 0),
  };
}
