/** Where the ports of a table stand: slots or blocks, own ports, chunks. Follows from the configuration alone and never changes while a case runs. */
import { blockCount, portCount, portsPerBlock, slotCount } from "../../spec/port-allocation/geometry.ts";
import type { PortConfig } from "../../spec/port-allocation/terms.ts";
import { keyWindows, portContribution } from "../toeplitz.ts";

/** The fixed order of a table's ports (PORT-4). Ports are written as offsets from `low`; a group is a slot (shuffled) or a block (basic). */
interface Order {
  /** Offset of the port at a position, and the reverse. */
  readonly portAt: Int32Array;
  readonly positionOf: Int32Array;
  /** First position of each group, and one past the last. */
  readonly groupFirst: Int32Array;
}

const orders = new Map<string, Order>();
/** Ports in all orders kept; beyond it they are computed anew. */
const portsKept = 4_000_000;
let portsHeld = 0;

function keep(name: string, ports: number, make: () => Order): Order {
  const kept = orders.get(name);
  if (kept !== undefined) return kept;
  if (portsHeld + ports > portsKept) {
    orders.clear();
    portsHeld = 0;
  }
  const made = make();
  orders.set(name, made);
  portsHeld += ports;
  return made;
}

/** By slot, and ascending within the slot (D8). */
function shuffled(config: PortConfig): Order {
  const { key, family, slotBits, low } = config;
  const ports = portCount(config);
  const slots = slotCount(config);
  return keep(`${key} ${family} ${slotBits} ${low} ${ports}`, ports, () => {
    const windows = keyWindows(key);
    const slotOf = Int32Array.from({ length: ports }, (_, offset) => portContribution(windows, family, low + offset) & (slots - 1));
    const groupFirst = new Int32Array(slots + 1);
    for (const slot of slotOf) groupFirst[slot + 1]++;
    for (let slot = 0; slot < slots; slot++) groupFirst[slot + 1] += groupFirst[slot];
    const next = groupFirst.slice();
    const portAt = new Int32Array(ports);
    const positionOf = new Int32Array(ports);
    for (let offset = 0; offset < ports; offset++) {
      const position = next[slotOf[offset]]++;
      portAt[position] = offset;
      positionOf[offset] = position;
    }
    return { portAt, positionOf, groupFirst };
  });
}

/** Bit i is port i plus an offset (PORT-2); what the blocks leave over stands after the last. */
function basic(config: PortConfig): Order {
  const ports = portCount(config);
  const blocks = blockCount(config);
  const each = portsPerBlock(config);
  return keep(`basic ${ports} ${blocks} ${each}`, ports, () => {
    const identity = Int32Array.from({ length: ports }, (_, offset) => offset);
    return { portAt: identity, positionOf: identity, groupFirst: Int32Array.from({ length: blocks + 1 }, (_, block) => block * each) };
  });
}

/** All tables of a case are laid out alike: one shape serves them all. Its arrays are used again from case to case and may be longer than needed. */
export class TableShape {
  /** Slots or blocks, and the chunks that there really are. */
  groups = 0;
  chunks = 0;
  portAt: Int32Array = new Int32Array(0);
  positionOf: Int32Array = new Int32Array(0);
  groupFirst: Int32Array = new Int32Array(0);
  /** Own positions of core c in group g: from `ownFirst` to before `ownEnd`, at g × cores + c. */
  ownFirst = new Int32Array(0);
  ownEnd = new Int32Array(0);
  /** First chunk of each group, and one past the last. */
  chunkLow = new Int32Array(0);
  /** Positions of a chunk: from `chunkFirst` to before `chunkEnd`. */
  chunkFirst = new Int32Array(0);
  chunkEnd = new Int32Array(0);
  /** Group of a chunk. */
  groupOf = new Int32Array(0);
  /** By offset of the port: the core that owns it for good, and its chunk; -1 none. */
  owner = new Int32Array(0);
  chunkOf = new Int32Array(0);

  open(config: PortConfig, profile: string): void {
    const dynamic = config.allocation === "dynamic";
    const order = dynamic ? shuffled(config) : basic(config);
    this.portAt = order.portAt;
    this.positionOf = order.positionOf;
    this.groupFirst = order.groupFirst;
    this.groups = order.groupFirst.length - 1;
    this.chunks = 0;
    this.#grow(portCount(config), config.cores);
    for (let group = 0; group < this.groups; group++) {
      const first = this.groupFirst[group];
      const end = this.groupFirst[group + 1];
      const sharedFirst = dynamic ? this.#giveOwn(config, profile, group, first, end) : first;
      this.#cut(config.chunk, group, sharedFirst, end);
    }
    this.chunkLow[this.groups] = this.chunks;
  }

  /** PORT-3: what each core owns of a slot for good. Returns the first shared position. */
  #giveOwn(config: PortConfig, profile: string, slot: number, first: number, end: number): number {
    const { cores } = config;
    const whole = profile === "patent";
    const each = whole ? 0 : Math.min(config.ownPerSlot, Math.floor((end - first) / cores));
    const owned = whole && slot < config.ownSlots;
    for (let core = 0; core < cores; core++) {
      const from = owned ? first : first + core * each;
      const to = owned && core === slot % cores ? end : from + each;
      this.ownFirst[slot * cores + core] = from;
      this.ownEnd[slot * cores + core] = to;
      for (let at = from; at < to; at++) this.owner[this.portAt[at]] = core;
    }
    return owned ? end : first + cores * each;
  }

  /** Cuts the shared positions of a group into chunks, the last shorter. */
  #cut(size: number, group: number, first: number, end: number): void {
    this.chunkLow[group] = this.chunks;
    for (let from = first; from < end; from += size) {
      const chunk = this.chunks++;
      this.chunkFirst[chunk] = from;
      this.chunkEnd[chunk] = Math.min(from + size, end);
      this.groupOf[chunk] = group;
      for (let at = from; at < this.chunkEnd[chunk]; at++) this.chunkOf[this.portAt[at]] = chunk;
    }
  }

  #grow(ports: number, cores: number): void {
    if (this.owner.length < ports) {
      for (const name of ["owner", "chunkOf", "chunkFirst", "chunkEnd", "groupOf"] as const) this[name] = new Int32Array(ports);
    }
    if (this.ownFirst.length < this.groups * cores) {
      this.ownFirst = new Int32Array(this.groups * cores);
      this.ownEnd = new Int32Array(this.groups * cores);
    }
    if (this.chunkLow.length <= this.groups) this.chunkLow = new Int32Array(this.groups + 1);
    this.owner.fill(-1, 0, ports);
    this.chunkOf.fill(-1, 0, ports);
  }
}
