/** What one case asks for when it asks for ports: its habits are drawn once, so that whole kinds of wish are absent from a case. */
import type { Random } from "../../engine/contract.ts";
import type { Allocate, PortConfig, Protocol } from "../../../spec/port-allocation/terms.ts";

const protocols = ["tcp", "udp", "icmp"] as const;
const remotePorts = [80, 443, 53, 5060, 33_000] as const;
const bulks = [2, 4, 8, 24] as const;

/** Habits of one case. Chances are out of 16. */
export interface FlowHabits {
  readonly mainProtocol: Protocol;
  readonly otherProtocol: number;
  readonly particular: number;
  readonly range: number;
  readonly wellKnown: number;
  readonly typePort: number;
  /** Chance that the private port lies within the normal range, so that it can be kept. */
  readonly ownWithin: number;
  /** Parity of all private ports, or -1: any. */
  readonly parity: number;
  readonly bulkMax: number;
  readonly anyAddress: number;
}

/** Draws the habits of one case. */
export function drawHabits(random: Random, config: PortConfig): FlowHabits {
  const some = (most: number): number => (random.oneIn(2) ? 0 : 1 + random.int(most));
  return {
    mainProtocol: random.pick(protocols),
    otherProtocol: some(10),
    particular: some(8),
    range: some(8),
    wellKnown: config.wellKnown === null ? random.int(2) : some(9),
    typePort: some(8),
    ownWithin: random.oneIn(3) ? 2 : 12,
    parity: random.int(3) - 1,
    bulkMax: random.pick(bulks),
    anyAddress: random.int(17),
  };
}

/** One request for ports. `below1024` alone decides whether the well-known table is asked. */
export function drawAllocate(random: Random, config: PortConfig, habits: FlowHabits): Allocate {
  const below1024 = random.int(16) < habits.wellKnown;
  const wellKnown = below1024 ? config.wellKnown : null;
  const low = wellKnown === null ? config.low : wellKnown.low;
  const span = wellKnown === null ? config.high - config.low + 1 : wellKnown.high - wellKnown.low + 1;
  return {
    kind: "allocate",
    subscriber: random.int(config.subscribers),
    address: addressFor(random, config, habits),
    protocol: random.int(16) < habits.otherProtocol ? random.pick(protocols) : habits.mainProtocol,
    remote: random.int(config.remotes.length),
    remotePort: random.pick(remotePorts),
    privatePort: privatePort(random, habits, below1024, low, span),
    typePort: random.int(16) < habits.typePort ? low + random.int(span) : 0,
    want: wish(random, habits, low, span),
    count: 1 + random.int(habits.bulkMax),
  };
}

function addressFor(random: Random, config: PortConfig, habits: FlowHabits): number {
  if (config.allocation === "deterministic") return -1;
  if (config.allocation === "block" && random.int(16) < habits.anyAddress) return -1;
  return random.int(config.addresses.length);
}

function privatePort(random: Random, habits: FlowHabits, below1024: boolean, low: number, span: number): number {
  let port = random.int(16) < habits.ownWithin ? low + random.int(span) : below1024 ? 1 + random.int(1023) : 1024 + random.int(64_512);
  if (habits.parity >= 0) port = (port & ~1) | habits.parity;
  if (below1024) return Math.min(port, 1023);
  return Math.max(port, 1024);
}

function wish(random: Random, habits: FlowHabits, low: number, span: number): Allocate["want"] {
  const draw = random.int(16);
  if (draw < habits.particular) return { port: Math.min(65_535, random.oneIn(6) ? low + span : low + random.int(span)) };
  if (draw >= habits.particular + habits.range) return null;
  const first = low + random.int(span);
  return { low: first, high: Math.min(65_535, first + random.int(1 + (span >> 1))) };
}
