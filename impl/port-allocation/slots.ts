/**
 * Allocation in the shuffled scheme: one stage decides a unit, and one more takes a port out of the chunk that it claimed.
 *
 * What a core has is its own affair, so finding and taking are one stage. Only what is left to the shared table is decided under its lock, and then
 * whole: the first free chunk, or that there is none, is true at the very step that says so. Between the two looks nothing can change at this core.
 */
import * as terms from "../../spec/port-allocation/terms.ts";
import * as side from "../../spec/side.ts";
import type { Moved } from "../../spec/side.ts";
import { lowBits, lowestBit } from "../bits.ts";
import type { Numbering } from "../numbering.ts";
import { acquire, release } from "../accessor.ts";
import { anyHeld, anyOwn, firstHeld, firstOwn, holds, isFreeHere } from "./bitmap.ts";
import * as chunks from "./chunks.ts";
import { chunkIsFree, claimChunk, firstFreeChunk, noteClaim } from "./chunks.ts";
import { refuse, take, tell } from "./give.ts";
import type { PortMemory } from "./memory.ts";
import * as record from "./record.ts";
import * as shapes from "./shape.ts";

const { Stage } = terms;
const { Next } = side;
const { noChunk } = chunks;
const { Field, Filter, neverGiven, noPort } = record;
const { noCode } = shapes;

/** Decides a unit: `take`, `claim` or `refuse`. */
export function allocateInSlots(m: PortMemory, numbering: Numbering, r: number, moved: Moved): void {
  const { records } = m;
  const table = records[r + Field.address] * 2 + records[r + Field.protocol];
  if (records[r + Field.wished] === noPort) search(m, numbering, r, table, false, moved);
  else allocateWished(m, numbering, r, table, moved);
}

/** The port wished for is taken, or its chunk claimed; if neither can be, it was that one or none, or the search decides, under the lock taken by then. */
function allocateWished(m: PortMemory, numbering: Numbering, r: number, table: number, moved: Moved): void {
  const { mem, records, shape } = m;
  const wished = records[r + Field.wished];
  if (wished === neverGiven) return refuse(m, numbering, r, moved);
  const core = records[r + Field.core];
  const code = shape.codeOf[wished - m.low];
  const slot = shape.groupOf[code >>> 5];
  if (isFreeHere(m, core, table, code)) return take(m, numbering, r, slot, table, code, moved);
  const lock = m.tableLockAt + table;
  const chunk = (code >>> 5) - shape.ownCells;
  let locked = false;
  if (chunk >= 0 && !holds(m, core * m.tables + table, chunk)) {
    locked = acquire(mem, lock);
    if (chunkIsFree(m, table, chunk)) {
      claimChunk(m, r, table, chunk, wished);
      release(mem, lock);
      return reportClaim(m, numbering, slot, table, chunk, moved);
    }
  }
  if (records[r + Field.must] === 0) return search(m, numbering, r, table, locked, moved);
  if (locked) release(mem, lock);
  refuse(m, numbering, r, moved);
}

/** Decides a unit by search; `locked`: the lock of the table is held. */
function search(m: PortMemory, numbering: Numbering, r: number, table: number, locked: boolean, moved: Moved): void {
  const { mem, shape } = m;
  const lock = m.tableLockAt + table;
  const start = m.choose(r, numbering.stage + Stage.take, shape.slots);
  const code = findHere(m, r, table, start);
  if (code !== noCode) {
    if (locked) release(mem, lock);
    return take(m, numbering, r, start, table, code, moved);
  }
  const from = m.choose(r, numbering.stage + Stage.claim, shape.slots);
  if (!locked) acquire(mem, lock);
  let chunk = firstFreeChunk(m, r, table, shape.chunkOf[from], shape.chunks);
  if (chunk === noChunk) chunk = firstFreeChunk(m, r, table, 0, shape.chunkOf[from]);
  if (chunk !== noChunk) claimChunk(m, r, table, chunk, noPort);
  release(mem, lock);
  if (chunk !== noChunk) reportClaim(m, numbering, from, table, chunk, moved);
  else refuse(m, numbering, r, moved);
}

function reportClaim(m: PortMemory, numbering: Numbering, start: number, table: number, chunk: number, moved: Moved): void {
  if (m.reporting) noteClaim(m, moved, table, chunk);
  tell(m, moved, numbering.stage + Stage.claim, start, table >>> 1, chunk);
  moved.next = Next.more;
}

/** Code of the port to take, in the order of the four classes, or `noCode`. */
function findHere(m: PortMemory, r: number, table: number, start: number): number {
  const core = m.records[r + Field.core];
  const place = core * m.tables + table;
  const local = m.records[r + Field.local];
  // One call, so that it is compiled into this function.
  for (let left = 3; left >= 0; left--) {
    const code = findInClass(m, r, core, place, local, (left & 1) === 1, left > 1 ? 0 : -1, start);
    if (code !== noCode) return code;
  }
  return noCode;
}

/** First admitted port, own or held, of the slots that are reply-local (`flip` 0) or are not (`flip` -1), cyclically from `start`. */
function findInClass(m: PortMemory, r: number, core: number, place: number, local: number, own: boolean, flip: number, start: number): number {
  const { mem, slotWords, shape, replySlots } = m;
  const summary = own ? m.ownSlotsAt[place] : m.heldSlotsAt[place];
  const anyPort = m.records[r + Field.filter] === Filter.none;
  let w = start >>> 5;
  // The word of the start comes twice, first without the slots before it.
  for (let turn = 0; turn <= slotWords; turn++) {
    let slots = mem[summary + w] & (replySlots[local + w] ^ flip);
    if (turn === 0) slots &= ~lowBits(start & 31);
    while (slots !== 0) {
      const slot = w * 32 + lowestBit(slots);
      if (anyPort) return own ? anyOwn(m, core, place, slot) : anyHeld(m, place, slot);
      const code = own ? firstOwn(m, r, core, place, slot) : firstHeld(m, r, place, shape.chunkOf[slot], shape.chunkOf[slot + 1]);
      if (code !== noCode) return code;
      slots &= slots - 1;
    }
    w = w + 1 === slotWords ? 0 : w + 1;
  }
  return noCode;
}
