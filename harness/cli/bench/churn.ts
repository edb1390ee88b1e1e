/** A load of port allocation that all competitors carry: a table of full size, half of it given out, ports freed and allocated again. */
import { SeededRandom } from "../../engine/random.ts";
import type { Allocate, PortConfig } from "../../../spec/port-allocation/terms.ts";

/** All ports from 1024 on of one address, on four cores, as documented: 128 slots, chunks of 16. */
export const fullTable: PortConfig = {
  cores: 4,
  family: 4,
  addresses: ["198.51.100.1"],
  remotes: ["203.0.113.5", "203.0.113.77", "192.0.2.130"],
  subscribers: 1000,
  allocation: "dynamic",
  low: 1024,
  high: 65_535,
  wellKnown: null,
  parity: false,
  preserve: false,
  key: "6d5a56da255b0ec24167253d43a38fb0d0ca2bcbae7b30b477cb2da38030f20c6a42b73bbeac01fa",
  bits: 7,
  indirection: Array.from({ length: 128 }, (_, at) => at % 4),
  slotBits: 7,
  chunk: 16,
  ownPerSlot: 32,
  ownSlots: 0,
  blockSize: 16,
  blocksPerSubscriber: 1,
  memoryOptimised: false,
  mapping: "endpoint-independent",
  reuseDelayMs: 0,
  delayQueueMax: 1,
};

/** Profile under which every core owns a share of each slot. */
export const fullTableProfile = "product";

/** Flows open at once: about half of the table. */
export const flowCount = 30_000;

/** The free choice of where a search begins; the same for all competitors. */
export function startOf(slot: number, _stage: number, count: number): number {
  return Math.imul(count + slot * 977, 0x9e3779b1) >>> 0;
}

/** What allocates and frees single ports. */
export interface Allocator {
  /** A number that names the port given, -1 if there is none. */
  allocate(core: number, command: Allocate): number;
  free(core: number, port: number): void;
}

/** Flows that come and go, in an order that is the same for everybody. */
export class Churn {
  readonly #commands: readonly Allocate[];
  readonly #order: Int32Array;
  readonly #ports = new Int32Array(flowCount);
  readonly #allocator: Allocator;

  constructor(allocator: Allocator, pairs: number) {
    const random = new SeededRandom(5);
    this.#allocator = allocator;
    this.#commands = Array.from({ length: 512 }, () => ({
      kind: "allocate",
      subscriber: random.int(1000),
      address: 0,
      protocol: "tcp",
      remote: random.int(3),
      remotePort: 1024 + random.int(60_000),
      privatePort: 1024 + random.int(60_000),
      typePort: 0,
      want: null,
      count: 1,
    }));
    this.#order = Int32Array.from({ length: pairs }, () => random.int(flowCount));
    for (let flow = 0; flow < flowCount; flow++) this.#open(flow);
  }

  #open(flow: number): void {
    const port = this.#allocator.allocate(flow & 3, this.#commands[flow & 511]);
    if (port < 0) throw new Error(`flow ${flow} got no port although half of the table is free: the allocator leaks`);
    this.#ports[flow] = port;
  }

  /** Frees and allocates again for each flow of the order; answers the number of pairs. */
  round(): number {
    for (const flow of this.#order) {
      this.#allocator.free(flow & 3, this.#ports[flow]);
      this.#open(flow);
    }
    return this.#order.length;
  }
}
