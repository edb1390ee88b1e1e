/** Drawing configurations of port allocation: tables small enough to run out within a case, views small enough to be compared whole. */
import type { Random } from "../../engine/contract.ts";
import type { PortConfig } from "../../../spec/port-allocation/terms.ts";
import { drawCores } from "../cores.ts";

/** The key of the published verification suite, and one that hashes both directions of a flow alike. */
export const keys = ["6d5a56da255b0ec24167253d43a38fb0d0ca2bcbae7b30b477cb2da38030f20c6a42b73bbeac01fa", "6d5a".repeat(20)] as const;

/** Addresses of both families that drawn configurations use, in order. */
export const addressesOf = { 4: ["198.51.100.1", "198.51.100.2", "198.51.100.7"], 6: ["2001:db8::1", "2001:db8:0:0:0:0:0:2", "2001:db8:0:1:2:3::7"] } as const;
/** Remote addresses likewise. */
export const remotesOf = { 4: ["203.0.113.5", "203.0.113.77", "192.0.2.130"], 6: ["2001:db8:ffff::5", "2001:db8:ffff::77", "64:ff9b::192.0.2.130"] } as const;

const allocations = ["dynamic", "dynamic", "dynamic", "dynamic", "dynamic", "block", "block", "block", "deterministic", "deterministic"] as const;
const mappings = ["endpoint-independent", "endpoint-independent", "address-dependent", "address-and-port-dependent"] as const;
const delaysMs = [0, 100, 1000, 5000] as const;
const queues = [1, 2, 3, 8, 32] as const;
const chunkSizes = [2, 3, 4, 4, 8, 8, 16] as const;

/** A configuration for this many cores and subscribers; about 300 to 1,500 entries of the view with `portsMax` at 128. */
export function drawConfigFor(random: Random, cores: number, subscribers: number, portsMax: number): PortConfig {
  const allocation = random.pick(allocations);
  const dynamic = allocation === "dynamic";
  const family = random.oneIn(4) ? 6 : 4;
  const chunk = random.pick(chunkSizes);
  const addressCount = random.pick([1, 1, 1, 2, 2, 3]);
  const blocksPerSubscriber = allocation === "dynamic" ? 1 : 1 + random.int(3);
  const wellKnown = drawWellKnown(random);
  // Now and then slots so large that a core's own ports in one of them need two words.
  const wide = dynamic && addressCount === 1 && portsMax >= 128 && random.oneIn(10);
  const ports = wide ? 160 + random.int(50) : 24 + random.int(Math.max(1, Math.floor(portsMax / addressCount) - 24));
  const low = drawLow(random, ports, wellKnown === null ? 1 : 1024);
  const slotBits = wide ? 1 : drawSlotBits(random, ports, cores, addressCount);
  const bits = random.oneIn(2) ? slotBits : 1 + random.int(slotBits);
  const spread = random.oneIn(2);
  return {
    cores,
    family,
    addresses: addressesOf[family].slice(0, addressCount),
    remotes: remotesOf[family].slice(0, 1 + random.int(3)),
    subscribers,
    allocation,
    low,
    high: low + ports - 1,
    wellKnown,
    parity: random.int(5) < 2,
    preserve: random.int(5) < 2,
    key: random.pick(keys),
    bits,
    indirection: Array.from({ length: 1 << bits }, (_, at) => (spread ? at % cores : random.int(cores))),
    slotBits,
    chunk,
    ownPerSlot: wide ? 40 : dynamic ? random.pick([0, 1, 1, 2, 3, 8]) : 0,
    ownSlots: dynamic ? random.int((1 << slotBits) + 1) : 0,
    blockSize: allocation === "block" ? Math.min(ports, random.pick([2, chunk, chunk + 3, 2 * chunk, 2 * chunk, 3 * chunk, 10])) : 0,
    blocksPerSubscriber,
    memoryOptimised: random.oneIn(2),
    mapping: random.pick(mappings),
    reuseDelayMs: random.pick(delaysMs),
    delayQueueMax: random.pick(queues),
  };
}

/** A configuration of few subscribers, shared by all cores. */
export function drawConfig(random: Random): PortConfig {
  return drawConfigFor(random, drawCores(random), 1 + random.int(3), 128);
}

function drawWellKnown(random: Random): PortConfig["wellKnown"] {
  if (!random.oneIn(3)) return null;
  // Now and then whole words of the bitmap, or a little more.
  const width = random.oneIn(3) ? random.pick([32, 32, 35]) : 2 + random.int(11);
  const low = random.pick([1, 512, 1024 - width]);
  return { low, high: low + width - 1 };
}

/** At the least port, at the upper end, aligned, or anywhere. */
function drawLow(random: Random, ports: number, least: number): number {
  const last = 65_536 - ports;
  switch (random.int(4)) {
    case 0:
      return least;
    case 1:
      return last;
    case 2:
      return 1024 + 64 * random.int(100);
    default:
      return least + random.int(last - least + 1);
  }
}

/** Mostly so that a slot has about a port for every core or more; the documented 7 bits now and then. */
function drawSlotBits(random: Random, ports: number, cores: number, addressCount: number): number {
  if (addressCount === 1 && random.oneIn(10)) return 7;
  if (random.oneIn(4)) return 2 + random.int(addressCount === 1 ? 5 : 4);
  return Math.max(2, Math.min(5, Math.floor(Math.log2(ports / (cores + 2))) - random.int(2)));
}
