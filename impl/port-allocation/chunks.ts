/** The shared chunks of a table: looked for, claimed and returned under the lock of the table. */
import type { Moved } from "../../spec/side.ts";
import { lowestBit, within } from "../bits.ts";
import { acquire, peek, poke, release } from "../accessor.ts";
import { admitted, dropChunk, holdChunk } from "./bitmap.ts";
import type { PortMemory } from "./memory.ts";
import * as record from "./record.ts";

const { Field, Filter, Step } = record;

/** In place of a chunk. */
export const noChunk = -1;

/** Whether a chunk is free. Only under the table's lock. */
export function chunkIsFree(m: PortMemory, table: number, chunk: number): boolean {
  return ((peek(m.mem, m.freeAt + table * m.shape.chunkWords + (chunk >>> 5)) >>> (chunk & 31)) & 1) === 1;
}

/** First free chunk from `from` to `to` - 1 with an admitted port, or `noChunk`. Only under the table's lock. */
export function firstFreeChunk(m: PortMemory, r: number, table: number, from: number, to: number): number {
  const { mem, shape, records } = m;
  const at = m.freeAt + table * shape.chunkWords;
  const masks = records[r + Field.parity] * shape.chunkWords;
  const ranged = records[r + Field.filter] === Filter.range;
  for (let base = from & ~31; base < to; base += 32) {
    const word = base >>> 5;
    let chunks = within(peek(mem, at + word) & shape.chunkWith[masks + word], base, from, to);
    while (chunks !== 0) {
      const chunk = base + lowestBit(chunks);
      if (!ranged || admitted(m, r, shape.ownCells + chunk) !== 0) return chunk;
      chunks &= chunks - 1;
    }
  }
  return noChunk;
}

/** A free chunk becomes this core's; the next step takes `port` out of it, `noPort`: the first admitted one. Only under the table's lock. */
export function claimChunk(m: PortMemory, r: number, table: number, chunk: number, port: number): void {
  const { records } = m;
  const core = records[r + Field.core];
  const at = m.freeAt + table * m.shape.chunkWords + (chunk >>> 5);
  poke(m.mem, at, peek(m.mem, at) & ~(1 << (chunk & 31)));
  holdChunk(m, core, table, chunk);
  records[r + Field.claimedTable] = table;
  records[r + Field.claimedCell] = m.shape.ownCells + chunk;
  records[r + Field.claimedPort] = port;
  records[r + Field.step] = Step.takeClaimed;
}

/** What the view shows of a claim. */
export function noteClaim(m: PortMemory, moved: Moved, table: number, chunk: number): void {
  noteChunk(m, moved, table, chunk, m.shape.full[m.shape.ownCells + chunk]);
}

/** A chunk changed hands, and with it these of its bits. */
function noteChunk(m: PortMemory, moved: Moved, table: number, chunk: number, changed: number): void {
  const { shape, layout } = m;
  const first = shape.first[shape.ownCells + chunk];
  const entry = layout.port.local + table * m.ports - m.low;
  moved.writes.push(layout.chunk.free + table * layout.chunks + chunk);
  moved.writes.push(layout.chunk.holder + table * layout.chunks + chunk);
  for (let bits = changed; bits !== 0; bits &= bits - 1) moved.writes.push(entry + shape.portAt[first + lowestBit(bits)]);
}

/** A whole chunk goes back to the shared table, in one locked section. `code`: the port whose bit has just been set, which so never shows. */
export function returnChunk(m: PortMemory, moved: Moved, core: number, table: number, code: number): void {
  const { shape, mem } = m;
  const chunk = (code >>> 5) - shape.ownCells;
  const at = m.freeAt + table * shape.chunkWords + (chunk >>> 5);
  acquire(mem, m.tableLockAt + table);
  dropChunk(m, core, table, chunk);
  poke(mem, at, peek(mem, at) | (1 << (chunk & 31)));
  release(mem, m.tableLockAt + table);
  if (m.reporting) noteChunk(m, moved, table, chunk, shape.full[code >>> 5] & ~(1 << (code & 31)));
}
