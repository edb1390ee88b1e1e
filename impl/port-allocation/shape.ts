/**
 * Where the ports of one table stand: prepared when a case is opened and shared by all its tables and cores.
 *
 * A bitmap is made of *cells*, 32-bit words whose ports are ascending and belong together: the own ports of one core in one slot (as many cells as
 * they need), or one chunk. A port's *code* is cell × 32 + bit. Own cells come first, core by core, so that a core that keeps its own bits only
 * addresses them with another base and nothing else changes; then one cell for every chunk. So a chunk is whole when its cell equals `full`, and a
 * search reads 32 bits at a time without minding where a slot begins.
 */
import { blockCount, portCount, portsPerBlock, slotCount } from "../../spec/port-allocation/geometry.ts";
import type { PortConfig } from "../../spec/port-allocation/terms.ts";
import { remembered } from "../../spec/remembered.ts";
import { lowBits, wordsFor } from "../bits.ts";
import { toeplitzOf } from "../toeplitz.ts";

/** In place of a code: no port, or one in the left-over end of a table cut into blocks. */
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

/** Cells as they are put one after another; what both schemes have in common. A cell has a port, so there are at most as many as ports. */
class Cells {
  count = 0;
  readonly portAt: Uint16Array;
  readonly codeOf: Int32Array;
  readonly first: Int32Array;
  readonly full: Int32Array;
  readonly even: Int32Array;
  readonly groupOf: Int32Array;
  readonly #low: number;

  /** `portAt`: the ports by position. */
  constructor(portAt: Uint16Array, low: number) {
    const ports = portAt.length;
    const all = new Int32Array(ports * 5);
    this.portAt = portAt;
    this.codeOf = all.subarray(0, ports).fill(noCode);
    this.first = all.subarray(ports, 2 * ports);
    this.full = all.subarray(2 * ports, 3 * ports);
    this.even = all.subarray(3 * ports, 4 * ports);
    this.groupOf = all.subarray(4 * ports);
    this.#low = low;
  }

  /** The `size` ports from a position on become the next cell of their slot or block. */
  put(group: number, position: number, size: number): void {
    const cell = this.count++;
    this.first[cell] = position;
    this.full[cell] = lowBits(size);
    this.groupOf[cell] = group;
    let even = 0;
    for (let bit = 0; bit < size; bit++) {
      const port = this.portAt[position + bit];
      this.codeOf[port - this.#low] = cell * 32 + bit;
      if ((port & 1) === 0) even |= 1 << bit;
    }
    this.even[cell] = even;
  }

  /** The ports from `from` to `end` - 1 become cells of `size` ports, the last of them with what is left. */
  cut(group: number, from: number, end: number, size: number): void {
    for (let at = from; at < end; at += size) this.put(group, at, Math.min(size, end - at));
  }

  /** What follows from the cells, the first `ownCells` of which are own ones. */
  shape(config: PortConfig, ownCells: number, slots: number, ownAt: Int32Array, chunkOf: Int32Array): Shape {
    const { portAt, codeOf, first, full, even, groupOf } = this;
    const chunks = this.count - ownCells;
    return {
      ports: portAt.length, low: config.low, slots, chunks, ownCells, cells: this.count, portAt, codeOf, first, full, even, groupOf, ownAt, chunkOf,
      chunkWords: wordsFor(chunks), chunkWith: this.#chunkWith(ownCells, chunks),
    };
  }

  /** The bitmaps over the chunks. */
  #chunkWith(ownCells: number, chunks: number): Int32Array {
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
  const { low, high, cores, chunk, family, ownSlots, ownPerSlot } = config;
  const toeplitz = toeplitzOf(config.key);
  const portsOf = Array.from({ length: slotCount(config) }, (): number[] => []);
  const lastSlot = portsOf.length - 1;
  for (let port = low; port <= high; port++) portsOf[toeplitz.destinationPort(port, family) & lastSlot].push(port);
  const cells = new Cells(Uint16Array.from(portsOf.flat()), low);
  const ownAt: number[] = [];
  const chunkOf: number[] = [];
  const wholeSlots = profile === "patent";
  const shareOf = (slot: number): number => Math.min(ownPerSlot, Math.floor(portsOf[slot].length / cores));
  for (let core = 0; core < cores; core++) {
    let position = 0;
    for (const [slot, { length }] of portsOf.entries()) {
      ownAt.push(cells.count);
      if (!wholeSlots) {
        const from = position + core * shareOf(slot);
        cells.cut(slot, from, from + shareOf(slot), 32);
      } else if (slot < ownSlots && slot % cores === core) cells.cut(slot, position, position + length, 32);
      position += length;
    }
  }
  const ownCells = cells.count;
  ownAt.push(ownCells);
  let position = 0;
  for (const [slot, { length }] of portsOf.entries()) {
    const owned = !wholeSlots ? shareOf(slot) * cores : slot < ownSlots ? length : 0;
    chunkOf.push(cells.count - ownCells);
    cells.cut(slot, position + owned, position + length, chunk);
    position += length;
  }
  chunkOf.push(cells.count - ownCells);
  return cells.shape(config, ownCells, portsOf.length, Int32Array.from(ownAt), Int32Array.from(chunkOf));
}

/** Ports in order, cut into blocks and these into chunks; no own ports. */
function basic(config: PortConfig): Shape {
  const cells = new Cells(Uint16Array.from({ length: portCount(config) }, (_, at) => config.low + at), config.low);
  const size = portsPerBlock(config);
  const blocks = blockCount(config);
  for (let block = 0; block < blocks; block++) cells.cut(block, block * size, (block + 1) * size, config.chunk);
  return cells.shape(config, 0, 0, new Int32Array(1), new Int32Array(1));
}

/** The shape of a configuration's tables; at most 32 ports a chunk, as a chunk is one word. */
export const shapeOf = remembered((config: PortConfig, profile: string): Shape => {
  if (config.chunk < 1 || config.chunk > 32) throw new Error(`a chunk has 1 to 32 ports, not ${config.chunk}: the configuration was not checked`);
  return config.allocation === "dynamic" ? shuffled(config, profile) : basic(config);
});

/** Code of a port, `noCode` for one outside the table too. */
export function codeOfPort(shape: Shape, port: number): number {
  const at = port - shape.low;
  return at >= 0 && at < shape.ports ? shape.codeOf[at] : noCode;
}
