/**
 * A core's own bitmaps: which ports it may give out, and the summaries that lead there. All of it is private to the core and touched plainly.
 *
 * A summary bit is set exactly while a bit below it is: a slot has an own bit, a chunk has a held bit, a slot has such a chunk. So a search reads 32
 * slots or chunks at a time and meets no empty one.
 */
import { anyBit, lowBits, lowestBit, within } from "../bits.ts";
import * as record from "./record.ts";
import type { PortMemory } from "./memory.ts";
import * as shapes from "./shape.ts";

const { Field, Filter } = record;
const { noCode, Parity } = shapes;

/** Bits of a cell that the unit in hand admits by parity and number. */
export function admitted(m: PortMemory, r: number, cell: number): number {
  const { shape, records } = m;
  let bits = shape.full[cell];
  const parity = records[r + Field.parity];
  if (parity !== Parity.any) bits &= parity === Parity.even ? shape.even[cell] : ~shape.even[cell];
  return records[r + Field.filter] === Filter.range ? ranged(m, r, cell, bits) : bits;
}

/** Those bits of a cell whose ports are within the range asked for. */
function ranged(m: PortMemory, r: number, cell: number, bits: number): number {
  const { shape, records } = m;
  const first = shape.first[cell];
  const low = records[r + Field.low];
  const high = records[r + Field.high];
  let admitted = bits;
  for (let left = bits; left !== 0; left &= left - 1) {
    const port = shape.portAt[first + lowestBit(left)];
    if (port < low || port > high) admitted &= ~(left & -left);
  }
  return admitted;
}

/** Index of a cell in this core's bitmap; `place` is core × tables + table. */
export function cellIndex(m: PortMemory, place: number, cell: number): number {
  return (cell < m.shape.ownCells ? m.ownBase : m.chunkBase)[place] + cell;
}

/** Whether this core holds a chunk. */
export function holds(m: PortMemory, place: number, chunk: number): boolean {
  return ((m.mem[m.heldAt[place] + (chunk >>> 5)] >>> (chunk & 31)) & 1) === 1;
}

/** Whether a port is free at this core: its own, or of a chunk that it holds. */
export function isFreeHere(m: PortMemory, core: number, table: number, code: number): boolean {
  const { shape } = m;
  const cell = code >>> 5;
  const place = core * m.tables + table;
  if (cell < shape.ownCells) {
    if (cell < shape.ownAt[core * shape.slots] || cell >= shape.ownAt[(core + 1) * shape.slots]) return false;
  } else if (!holds(m, place, cell - shape.ownCells)) return false;
  return ((m.mem[cellIndex(m, place, cell)] >>> (code & 31)) & 1) === 1;
}

/** Resets the bit of a port, and the summaries above it that this empties. */
export function resetBit(m: PortMemory, core: number, table: number, code: number): void {
  const { mem, shape } = m;
  const cell = code >>> 5;
  const place = core * m.tables + table;
  const left = (mem[cellIndex(m, place, cell)] &= ~(1 << (code & 31)));
  if (left !== 0) return;
  if (cell < shape.ownCells) ownCellEmptied(m, core, place, shape.groupOf[cell]);
  else chunkEmptied(m, place, cell - shape.ownCells);
}

function ownCellEmptied(m: PortMemory, core: number, place: number, slot: number): void {
  const { mem, shape } = m;
  const at = core * shape.slots + slot;
  for (let cell = shape.ownAt[at]; cell < shape.ownAt[at + 1]; cell++) if (mem[m.ownBase[place] + cell] !== 0) return;
  mem[m.ownSlotsAt[place] + (slot >>> 5)] &= ~(1 << (slot & 31));
}

function chunkEmptied(m: PortMemory, place: number, chunk: number): void {
  const { mem, shape } = m;
  mem[m.availableAt[place] + (chunk >>> 5)] &= ~(1 << (chunk & 31));
  if (m.basic) return;
  const slot = shape.groupOf[shape.ownCells + chunk];
  if (anyBit(mem, m.availableAt[place], shape.chunkOf[slot], shape.chunkOf[slot + 1])) return;
  mem[m.heldSlotsAt[place] + (slot >>> 5)] &= ~(1 << (slot & 31));
}

/** Sets the bit of a port; true if it belongs to a chunk that is whole now. */
export function setBit(m: PortMemory, core: number, table: number, code: number): boolean {
  const { mem, shape } = m;
  const cell = code >>> 5;
  const place = core * m.tables + table;
  const bits = (mem[cellIndex(m, place, cell)] |= 1 << (code & 31));
  if (cell < shape.ownCells) {
    const slot = shape.groupOf[cell];
    mem[m.ownSlotsAt[place] + (slot >>> 5)] |= 1 << (slot & 31);
    return false;
  }
  markAvailable(m, place, cell - shape.ownCells);
  return bits === shape.full[cell];
}

function markAvailable(m: PortMemory, place: number, chunk: number): void {
  const { mem, shape } = m;
  mem[m.availableAt[place] + (chunk >>> 5)] |= 1 << (chunk & 31);
  if (m.basic) return;
  const slot = shape.groupOf[shape.ownCells + chunk];
  mem[m.heldSlotsAt[place] + (slot >>> 5)] |= 1 << (slot & 31);
}

/** A chunk becomes this core's: all its bits are set. */
export function holdChunk(m: PortMemory, core: number, table: number, chunk: number): void {
  const place = core * m.tables + table;
  const cell = m.shape.ownCells + chunk;
  m.mem[m.chunkBase[place] + cell] = m.shape.full[cell];
  m.mem[m.heldAt[place] + (chunk >>> 5)] |= 1 << (chunk & 31);
  markAvailable(m, place, chunk);
}

/** A chunk is this core's no longer: all its bits are reset. */
export function dropChunk(m: PortMemory, core: number, table: number, chunk: number): void {
  const place = core * m.tables + table;
  m.mem[m.chunkBase[place] + m.shape.ownCells + chunk] = 0;
  m.mem[m.heldAt[place] + (chunk >>> 5)] &= ~(1 << (chunk & 31));
  chunkEmptied(m, place, chunk);
}

/** Code of the first own port in a slot that has one, as the summary says. */
export function anyOwn(m: PortMemory, core: number, place: number, slot: number): number {
  const { mem, shape } = m;
  const base = m.ownBase[place];
  let cell = shape.ownAt[core * shape.slots + slot];
  while (mem[base + cell] === 0) cell++;
  return cell * 32 + lowestBit(mem[base + cell]);
}

/** Code of the first port in this core's chunks of a slot that has one, as the summary says. */
export function anyHeld(m: PortMemory, place: number, slot: number): number {
  const { mem, shape } = m;
  const available = m.availableAt[place];
  const from = shape.chunkOf[slot];
  let base = from & ~31;
  let chunks = mem[available + (base >>> 5)] & ~lowBits(from & 31);
  while (chunks === 0) {
    base += 32;
    chunks = mem[available + (base >>> 5)];
  }
  const cell = shape.ownCells + base + lowestBit(chunks);
  return cell * 32 + lowestBit(mem[m.chunkBase[place] + cell]);
}

/** Code of the first admitted own port of a slot, or `noCode`. */
export function firstOwn(m: PortMemory, r: number, core: number, place: number, slot: number): number {
  const { mem, shape } = m;
  const at = core * shape.slots + slot;
  const base = m.ownBase[place];
  for (let cell = shape.ownAt[at]; cell < shape.ownAt[at + 1]; cell++) {
    const bits = mem[base + cell] & admitted(m, r, cell);
    if (bits !== 0) return cell * 32 + lowestBit(bits);
  }
  return noCode;
}

/** Code of the first admitted port in this core's chunks from `from` to `to` - 1, or `noCode`. */
export function firstHeld(m: PortMemory, r: number, place: number, from: number, to: number): number {
  const { mem, shape } = m;
  const available = m.availableAt[place];
  for (let base = from & ~31; base < to; base += 32) {
    let chunks = within(mem[available + (base >>> 5)], base, from, to);
    while (chunks !== 0) {
      const cell = shape.ownCells + base + lowestBit(chunks);
      const bits = mem[m.chunkBase[place] + cell] & admitted(m, r, cell);
      if (bits !== 0) return cell * 32 + lowestBit(bits);
      chunks &= chunks - 1;
    }
  }
  return noCode;
}
