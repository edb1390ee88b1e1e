/** From packets to what happens to flows: begun, gone on, ended; every packet of the file is counted once. */
import type { Parsed } from "../../engine/contract.ts";
import { segmentOf, type Segment, type Unusable } from "./frames.ts";
import type { CaptureFile } from "./pcap.ts";

/** What became of a packet. Their counts add up to the file's packets. */
export type Fate = "begins a flow" | "goes on" | "ends a flow" | "inside to inside" | "outside to outside" | "unsolicited" | "after its flow" | "reset without a flow" | "cut off by the end of the file" | Unusable;

export interface FlowEvent {
  readonly timeMs: number;
  readonly do: "begin" | "end";
  /** Number of the flow, from 0. */
  readonly flow: number;
  /** Whether the packet that ended it came from outside; false for an idle flow. */
  readonly inbound: boolean;
}
export interface Flow {
  readonly protocol: "tcp" | "udp" | "icmp";
  readonly inside: number;
  readonly insidePort: number;
  readonly outside: number;
  readonly outsidePort: number;
}
export interface Flows {
  readonly flows: readonly Flow[];
  readonly events: readonly FlowEvent[];
  readonly counts: { readonly [F in Fate]?: number };
  readonly total: number;
}

/** Capture time without a packet after which a flow has ended. */
export const idleMs = { tcp: 300_000, udp: 60_000, icmp: 60_000 } as const;

export interface Prefix {
  readonly base: number;
  readonly mask: number;
}
/** `192.168.0.0/16`; refuses anything else. */
export function parsePrefix(text: string): Parsed<Prefix> {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  const parts = match === null ? [] : match.slice(1).map(Number);
  if (parts.length !== 5 || parts.slice(0, 4).some((part) => part > 255) || parts[4] > 32)
    return { ok: false, error: { at: "--inside", expected: "an IPv4 prefix such as 192.168.0.0/16", found: JSON.stringify(text) } };
  const mask = parts[4] === 0 ? 0 : (-1 << (32 - parts[4])) >>> 0;
  const base = ((parts[0] << 24) | (parts[1] << 16) | (parts[2] << 8) | parts[3]) >>> 0;
  return { ok: true, value: { base: (base & mask) >>> 0, mask } };
}

interface Live {
  readonly flow: number;
  lastMs: number;
  finInside: boolean;
  finOutside: boolean;
}

/** Follows every packet; a flow ends by RST, by FIN in both directions, or by idleness in capture time. */
export function followFlows(file: CaptureFile, inside: readonly Prefix[]): Flows {
  const counts: { [F in Fate]?: number } = {};
  const count = (fate: Fate): void => {
    counts[fate] = (counts[fate] ?? 0) + 1;
  };
  const isInside = (address: number): boolean => inside.some((prefix) => (address & prefix.mask) >>> 0 === prefix.base);
  const flows: Flow[] = [];
  const events: FlowEvent[] = [];
  const live = new Map<string, Live>();
  /** TCP flows that were closed: what still comes of them (a last acknowledgement, a retransmission) begins nothing. */
  const closed = new Set<string>();

  const endIdle = (now: number): void => {
    for (const [key, one] of live) {
      if (now - one.lastMs <= idleMs[flows[one.flow].protocol]) continue;
      live.delete(key);
      events.push({ timeMs: now, do: "end", flow: one.flow, inbound: false });
    }
  };
  const goesOn = (key: string, one: Live, segment: Segment, timeMs: number, inbound: boolean): void => {
    one.lastMs = timeMs;
    if (segment.fin && inbound) one.finOutside = true;
    if (segment.fin && !inbound) one.finInside = true;
    if (!segment.rst && !(one.finInside && one.finOutside)) return count("goes on");
    live.delete(key);
    closed.add(key);
    events.push({ timeMs, do: "end", flow: one.flow, inbound });
    count("ends a flow");
  };

  let nowMs = 0;
  for (const packet of file.packets) {
    const segment = segmentOf(file.linkType, packet.bytes);
    // Captures may hold packets out of order; capture time never runs backwards here.
    nowMs = Math.max(nowMs, packet.timeMs);
    if (typeof segment === "string") {
      count(segment);
      continue;
    }
    endIdle(nowMs);
    const fromInside = isInside(segment.source);
    const toInside = isInside(segment.destination);
    if (fromInside === toInside) {
      count(fromInside ? "inside to inside" : "outside to outside");
      continue;
    }
    const flow: Flow = fromInside
      ? { protocol: segment.protocol, inside: segment.source, insidePort: segment.sourcePort, outside: segment.destination, outsidePort: segment.destinationPort }
      : { protocol: segment.protocol, inside: segment.destination, insidePort: segment.destinationPort, outside: segment.source, outsidePort: segment.sourcePort };
    const key = `${flow.protocol} ${flow.inside}:${flow.insidePort} ${flow.outside}:${flow.outsidePort}`;
    const known = live.get(key);
    if (known !== undefined) goesOn(key, known, segment, nowMs, toInside);
    else if (segment.protocol === "tcp" && !segment.syn && closed.has(key)) count("after its flow");
    else if (toInside) count("unsolicited");
    // A reset for a flow that is gone ends nothing and begins nothing.
    else if (segment.rst) count("reset without a flow");
    else {
      live.set(key, { flow: flows.length, lastMs: nowMs, finInside: segment.fin, finOutside: false });
      events.push({ timeMs: nowMs, do: "begin", flow: flows.length, inbound: false });
      flows.push(flow);
      count("begins a flow");
    }
  }
  if (file.cutShort) count("cut off by the end of the file");
  return { flows, events, counts, total: file.packets.length + (file.cutShort ? 1 : 0) };
}
