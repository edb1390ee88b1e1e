/**
 * Where the ports of one table stand: prepared once for a geometry and shared by all tables, cores and cases that have it.
 *
 * A bitmap is made of *cells*, 32-bit words whose ports are ascending and belong together: the own ports of one core in one slot (as many cells as
 * they need), or one chunk. A port's *code* is cell × 32 + bit. Own cells come first, core by core, so that a core that keeps its own bits only
 * addresses them with another base and nothing else changes; then one cell for every chunk. So a chunk is whole when its cell equals `full`, and a
 * search reads 32 bits at a time without minding where a slot begins.
 */
import { blockCount, chunksPerBlock, portCount, portsPerBlock, slotCount } from "../../spec/port-allocation/geometry.ts";
import type { PortConfig } from "../../spec/port-allocation/terms.ts";
import { lowBits, wordsFor } from "../bits.ts";
import { toeplitzOf } from "../toeplitz.ts";

/** No cell: the port is in the left-over end of a table cut into blocks. */
export const noCode = -1;

/** Which ports a search admits by parity; also the place of the matching bitmap in `chunkWith`. */
export const Parity = { even: 0, odd: 1, any: 2 } as const;

export interface Shape {
  /** Ports of a table, and the lowest. */
  readonly ports: number;
  readonly low: number;
  /** Slots of the shuffled scheme; 0 in the basic one. */
  readonly slots: number;
  /** Chunks that there are. */
  readonly chunks: number;
  /** Own cells of all cores; chunk c is cell ownCells + c. */
  readonly ownCells: number;
  readonly cells: number;
  /** Port at a position. */
  readonly portAt: Uint16Array;
  /** Code of port low + i, or `noCode`. */
  readonly codeOf: Int32Array;
  /** Position of a cell's bit 0. */
  readonly first: Int32Array;
  /** All bits of a cell, and those that stand for even ports. */
  readonly full: Int32Array;
  readonly even: Int32Array;
  /** Slot (shuffled) or block (basic) of a cell. */
  readonly groupOf: Int32Array;
  /** First own cell of core c in slot s at c × slots + s; the last element ends the list. */
  readonly ownAt: Int32Array;
  /** First chunk of a slot; the last element is the number of chunks. */
  readonly chunkOf: Int32Array;
  /** Words of a bitmap over the chunks. */
  readonly chunkWords: number;
  /** Three bitmaps over the chunks: with an even port, with an odd one, all. */
  readonly chunkWith: Int32Array;
}

/** Fills in cell after cell; what both schemes have in common. */
class Cells {
  readonly first: Int32Array;
  readonly full: Int32Array;
  readonly even: Int32Array;
  readonly groupOf: Int32Array;
  readonly #portAt: Uint16Array;
  readonly #codeOf: Int32Array;
  readonly #low: number;

  constructor(count: number, portAt: Uint16Array, codeOf: Int32Array, low: number) {
    const all = new Int32Array(count * 4);
    this.first = all.subarray(0, count);
    this.full = all.subarray(count, 2 * count);
    this.even = all.subarray(2 * count, 3 * count);
    this.groupOf = all.subarray(3 * count);
    this.#portAt = portAt;
    this.#codeOf = codeOf;
    this.#low = low;
  }

  put(cell: number, group: number, position: number, count: number): void {
    this.first[cell] = position;
    this.full[cell] = lowBits(count);
    this.groupOf[cell] = group;
    let even = 0;
    for (let bit = 0; bit < count; bit++) {
      const port = this.#portAt[position + bit];
      this.#codeOf[port - this.#low] = cell * 32 + bit;
      if ((port & 1) === 0) even |= 1 << bit;
    }
    this.even[cell] = even;
  }

  /** The bitmaps over the chunks. */
  chunkWith(ownCells: number, chunks: number): Int32Array {
    const words = wordsFor(chunks);
    const bitmaps = new Int32Array(3 * words);
    for (let chunk = 0; chunk < chunks; chunk++) {
      const cell = ownCells + chunk;
      const word = chunk >>> 5;
      const bit = 1 << (chunk & 31);
      if (this.even[cell] !== 0) bitmaps[Parity.even * words + word] |= bit;
      if (this.even[cell] !== this.full[cell]) bitmaps[Parity.odd * words + word] |= bit;
      bitmaps[Parity.any * words + word] |= bit;
    }
    return bitmaps;
  }
}

/** Ports grouped by what they contribute to the hash of the reply, where the reply's destination port stands. */
function shuffled(config: PortConfig, profile: string): Shape {
  const ports = portCount(config);
  const slots = slotCount(config);
  const { low, high, cores, chunk, family } = config;
  const portAt = new Uint16Array(ports);
  const codeOf = new Int32Array(ports);
  const toeplitz = toeplitzOf(config.key);
  const start = new Int32Array(slots + 2);
  for (let port = low; port <= high; port++) {
    const slot = toeplitz.destinationPort(port, family) & (slots - 1);
    codeOf[port - low] = slot;
    start[slot + 2]++;
  }
  for (let slot = 2; slot <= slots; slot++) start[slot] += start[slot - 1];
  // start[s + 1] is where slot s begins; it moves on to the end of s while the slot is filled, and so becomes start[s + 1] in the usual sense.
  for (let i = 0; i < ports; i++) portAt[start[codeOf[i] + 1]++] = low + i;

  const wholeSlots = profile === "patent";
  const ownAt = new Int32Array(cores * slots + 1);
  const chunkOf = new Int32Array(slots + 1);
  const shareOf = (core: number, slot: number, count: number): number => {
    if (!wholeSlots) return Math.min(config.ownPerSlot, Math.floor(count / cores));
    return slot < config.ownSlots && slot % cores === core ? count : 0;
  };
  const ownedOf = (slot: number, count: number): number => {
    if (!wholeSlots) return shareOf(0, slot, count) * cores;
    return slot < config.ownSlots ? count : 0;
  };
  let ownCells = 0;
  for (let core = 0; core < cores; core++) {
    for (let slot = 0; slot < slots; slot++) {
      ownAt[core * slots + slot] = ownCells;
      ownCells += wordsFor(shareOf(core, slot, start[slot + 1] - start[slot]));
    }
  }
  ownAt[cores * slots] = ownCells;
  for (let slot = 0; slot < slots; slot++) {
    const count = start[slot + 1] - start[slot];
    chunkOf[slot + 1] = chunkOf[slot] + Math.ceil((count - ownedOf(slot, count)) / chunk);
  }
  const chunks = chunkOf[slots];
  const cells = new Cells(ownCells + chunks, portAt, codeOf, low);
  for (let slot = 0; slot < slots; slot++) {
    const end = start[slot + 1];
    const count = end - start[slot];
    for (let core = 0; core < cores; core++) {
      const share = shareOf(core, slot, count);
      const from = start[slot] + (wholeSlots ? 0 : core * share);
      let cell = ownAt[core * slots + slot];
      for (let done = 0; done < share; done += 32) cells.put(cell++, slot, from + done, Math.min(32, share - done));
    }
    let cell = ownCells + chunkOf[slot];
    for (let at = start[slot] + ownedOf(slot, count); at < end; at += chunk) cells.put(cell++, slot, at, Math.min(chunk, end - at));
  }
  return {
    ports, low, slots, chunks, ownCells, cells: ownCells + chunks, portAt, codeOf,
    first: cells.first, full: cells.full, even: cells.even, groupOf: cells.groupOf, ownAt, chunkOf,
    chunkWords: wordsFor(chunks), chunkWith: cells.chunkWith(ownCells, chunks),
  };
}

/** Ports in order, cut into blocks and these into chunks; no own ports. */
function basic(config: PortConfig): Shape {
  const ports = portCount(config);
  const { low, chunk } = config;
  const portAt = new Uint16Array(ports);
  for (let i = 0; i < ports; i++) portAt[i] = low + i;
  const codeOf = new Int32Array(ports).fill(noCode);
  const size = portsPerBlock(config);
  const each = chunksPerBlock(config);
  const blocks = blockCount(config);
  const chunks = blocks * each;
  const cells = new Cells(chunks, portAt, codeOf, low);
  for (let block = 0; block < blocks; block++) {
    for (let j = 0; j < each; j++) cells.put(block * each + j, block, block * size + j * chunk, Math.min(chunk, size - j * chunk));
  }
  return {
    ports, low, slots: 0, chunks, ownCells: 0, cells: chunks, portAt, codeOf,
    first: cells.first, full: cells.full, even: cells.even, groupOf: cells.groupOf, ownAt: new Int32Array(1), chunkOf: new Int32Array(1),
    chunkWords: wordsFor(chunks), chunkWith: cells.chunkWith(0, chunks),
  };
}

const prepared = new Map<string, Shape>();
let preparedPorts = 0;
/** Ports of the shapes that are kept; beyond it all are let go. A full table takes about half a megabyte. */
const preparedPortsMax = 1 << 21;

/** The shape of a configuration's tables; at most 32 ports a chunk, as a chunk is one word. */
export function shapeOf(config: PortConfig, profile: string): Shape {
  if (config.chunk < 1 || config.chunk > 32) throw new Error(`a chunk has 1 to 32 ports, not ${config.chunk}: the configuration was not checked`);
  const isBasic = config.allocation !== "dynamic";
  const where = `${config.low},${config.high},${config.chunk}`;
  const name = isBasic
    ? `${where},${blockCount(config)},${portsPerBlock(config)}`
    : `${where},${config.slotBits},${config.cores},${profile === "patent" ? -1 - config.ownSlots : config.ownPerSlot},${config.family},${config.key}`;
  let shape = prepared.get(name);
  if (shape === undefined) {
    shape = isBasic ? basic(config) : shuffled(config, profile);
    preparedPorts += shape.ports;
    if (preparedPorts > preparedPortsMax) {
      prepared.clear();
      preparedPorts = shape.ports;
    }
    prepared.set(name, shape);
  }
  return shape;
}
