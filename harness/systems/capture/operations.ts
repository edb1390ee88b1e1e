/** From a capture to a case of ports under quotas: a flow's first packet opens it, its end closes it, capture time passes in between. */
import type { Case, Event } from "../../engine/case.ts";
import type { Parsed } from "../../engine/contract.ts";
import { mix32 } from "../../engine/random.ts";
import type { PortQuotaCommand, PortQuotaConfig } from "../../../spec/port-quota/terms.ts";
import { addressText } from "./frames.ts";
import { followFlows, parsePrefix, type Fate, type Flow, type FlowEvent, type Prefix } from "./flows.ts";
import { readPcap } from "./pcap.ts";

export interface CaptureOptions {
  /** Prefixes of the inside, as text. */
  readonly inside: readonly string[];
  readonly profile: string;
  readonly allocation: "dynamic" | "block" | "deterministic";
  /** 1 to 8. */
  readonly cores: number;
  readonly seed: number;
}

export interface CaptureCase {
  readonly case: Case;
  readonly flows: number;
  /** What became of the packets; the counts add up to `total`. */
  readonly counts: { readonly [F in Fate]?: number };
  readonly total: number;
}

/** The published verification key: it splits the ports evenly. */
const key = "6d5a56da255b0ec24167253d43a38fb0d0ca2bcbae7b30b477cb2da38030f20c6a42b73bbeac01fa";
/** The distributor's table: 128 buckets over the cores in turn. */
const bits = 7;

function numbered(values: Iterable<number>): Map<number, number> {
  const numbers = new Map<number, number>();
  for (const value of values) if (!numbers.has(value)) numbers.set(value, numbers.size);
  return numbers;
}

function configFor(flows: readonly Flow[], subscribers: number, remotes: readonly string[], options: CaptureOptions): PortQuotaConfig {
  const addresses = Math.min(4, Math.max(1, Math.ceil(subscribers / 64)));
  const total = Math.max(1024, flows.length * 2);
  return {
    ports: {
      cores: options.cores,
      family: 4,
      addresses: Array.from({ length: addresses }, (_, at) => `198.51.100.${at + 1}`),
      remotes,
      subscribers,
      allocation: options.allocation,
      low: 1024,
      high: 65535,
      wellKnown: null,
      parity: false,
      preserve: false,
      key,
      bits,
      indirection: Array.from({ length: 1 << bits }, (_, bucket) => bucket % options.cores),
      slotBits: 7,
      chunk: 16,
      ownPerSlot: Math.floor(384 / options.cores),
      ownSlots: 96,
      blockSize: 512,
      blocksPerSubscriber: 8,
      memoryOptimised: true,
      mapping: "endpoint-independent",
      reuseDelayMs: 120_000,
      delayQueueMax: 4096,
    },
    quota: {
      cores: options.cores,
      groupOf: Array.from({ length: subscribers }, () => 0),
      memoryUnits: 1024,
      quotas: [[{ total, exclusive: Math.floor(total / (4 * options.cores)), chunk: 16 }, null, null]],
    },
  };
}

/** Where the distributor would send a packet of the flow: stable for a direction, as a hash is. */
function coreOf(flow: Flow, inbound: boolean, cores: number): number {
  const ports = mix32(flow.insidePort, flow.outsidePort);
  return (mix32(mix32(flow.inside, flow.outside), inbound ? mix32(ports, 1) : ports) >>> 0) % cores;
}

function eventsOf(flows: readonly Flow[], happenings: readonly FlowEvent[], subscriberOf: Map<number, number>, remoteOf: Map<number, number>, config: PortQuotaConfig): Event[] {
  const events: Event[] = [];
  const openedBy: string[] = [];
  const { cores, addresses, allocation } = config.ports;
  const submit = (core: number, command: PortQuotaCommand): void => {
    events.push({ id: `op${events.length}`, do: "op", node: 0, core, command });
  };
  let nowMs = 0;
  for (const one of happenings) {
    if (one.timeMs > nowMs) {
      events.push({ id: `ev${events.length}`, do: "advance", node: 0, ms: one.timeMs - nowMs });
      nowMs = one.timeMs;
    }
    const flow = flows[one.flow];
    if (one.do === "end") {
      submit(coreOf(flow, one.inbound, cores), { kind: "close", of: openedBy[one.flow] });
      continue;
    }
    openedBy[one.flow] = `op${events.length}`;
    const subscriber = subscriberOf.get(flow.inside)!;
    submit(coreOf(flow, false, cores), {
      kind: "open",
      allocate: {
        kind: "allocate",
        subscriber,
        address: allocation === "dynamic" ? subscriber % addresses.length : -1,
        protocol: flow.protocol,
        remote: remoteOf.get(flow.outside)!,
        remotePort: flow.outsidePort,
        privatePort: flow.insidePort,
        typePort: 0,
        want: null,
        count: 1,
      },
    });
  }
  return events;
}

/** Refuses what is no capture, prefixes that are none, and captures without a flow from inside to outside. */
export function captureCase(bytes: Uint8Array, options: CaptureOptions): Parsed<CaptureCase> {
  const inside: Prefix[] = [];
  for (const text of options.inside) {
    const prefix = parsePrefix(text);
    if (!prefix.ok) return prefix;
    inside.push(prefix.value);
  }
  const file = readPcap(bytes);
  if (!file.ok) return file;
  const { flows, events: happenings, counts, total } = followFlows(file.value, inside);
  if (flows.length === 0)
    return { ok: false, error: { at: "the packets", expected: `a flow from ${options.inside.join(", ")} to elsewhere`, found: `none in ${total} packets` } };
  const subscriberOf = numbered(flows.map((flow) => flow.inside));
  const remoteOf = numbered(flows.map((flow) => flow.outside));
  const config = configFor(flows, subscriberOf.size, [...remoteOf.keys()].map(addressText), options);
  const events = eventsOf(flows, happenings, subscriberOf, remoteOf, config);
  const one: Case = { format: 1, system: "port-quota", profile: options.profile, config, seed: options.seed, events, deviations: [], rest: true };
  return { ok: true, value: { case: one, flows: flows.length, counts, total } };
}
