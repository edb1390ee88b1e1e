/**
 * Allocation in the shuffled scheme: one stage decides a unit, and one more takes a port out of the chunk that it claimed.
 *
 * What a core has is its own affair, so finding and taking are one stage. Only what is left to the shared table is decided under its lock, and then
 * whole: the first free chunk, or that there is none, is true at the very step that says so. Between the two looks nothing can change at this core.
 */
import { Stage } from "../../spec/port-allocation/terms.ts";
import { Next, type Moved } from "../../spec/side.ts";
import { lowBits, lowestBit, xorBits } from "../bits.ts";
import type { Numbering } from "../numbering.ts";
import { acquire, release } from "../shared.ts";
import { firstHeld, firstOwn, holds, isFreeHere } from "./bitmap.ts";
import { chunkIsFree, claimChunk, firstFreeChunk, noteClaim } from "./chunks.ts";
import { refuse, take, tell } from "./give.ts";
import type { PortMemory } from "./memory.ts";
import { Field } from "./record.ts";

/** Decides a unit: `take`, `claim` or `refuse`. */
export function allocateInSlots(m: PortMemory, numbering: Numbering, r: number, moved: Moved): void {
  const { mem, records, shape } = m;
  const exact = records[r + Field.exact];
  if (exact === -2) return refuse(m, numbering, r, moved);
  const core = records[r + Field.core];
  const table = records[r + Field.address] * 2 + records[r + Field.protocol];
  const lock = m.tableLockAt + table;
  const wished = exact >= 0 ? exact : records[r + Field.liked];
  let locked = false;
  if (wished >= 0) {
    const code = shape.codeOf[wished - m.low];
    const slot = shape.groupOf[code >>> 5];
    if (isFreeHere(m, core, table, code)) return take(m, numbering, r, slot, table, code, moved);
    const chunk = (code >>> 5) - shape.ownCells;
    if (chunk >= 0 && !holds(m, core * m.tables + table, chunk)) {
      locked = acquire(mem, lock);
      if (chunkIsFree(m, table, chunk)) {
        claimChunk(m, r, table, chunk, wished);
        release(mem, lock);
        return reportClaim(m, numbering, slot, table, chunk, moved);
      }
    }
    if (exact >= 0) {
      if (locked) release(mem, lock);
      return refuse(m, numbering, r, moved);
    }
  }
  const start = m.choose(r, numbering.stage + Stage.take, shape.slots);
  const code = findHere(m, r, core, table, start);
  if (code >= 0) {
    if (locked) release(mem, lock);
    return take(m, numbering, r, start, table, code, moved);
  }
  const from = m.choose(r, numbering.stage + Stage.claim, shape.slots);
  if (!locked) acquire(mem, lock);
  let chunk = firstFreeChunk(m, r, table, shape.chunkOf[from], shape.chunks);
  if (chunk < 0) chunk = firstFreeChunk(m, r, table, 0, shape.chunkOf[from]);
  if (chunk >= 0) claimChunk(m, r, table, chunk, -1);
  release(mem, lock);
  if (chunk >= 0) reportClaim(m, numbering, from, table, chunk, moved);
  else refuse(m, numbering, r, moved);
}

function reportClaim(m: PortMemory, numbering: Numbering, start: number, table: number, chunk: number, moved: Moved): void {
  if (m.reporting) noteClaim(m, moved, table, chunk);
  tell(m, moved, numbering.stage + Stage.claim, start, table >>> 1, chunk);
  moved.next = Next.more;
}

/** Code of the port to take, in the order of the four classes, or -1. */
function findHere(m: PortMemory, r: number, core: number, table: number, start: number): number {
  markLocal(m, r, core);
  const place = core * m.tables + table;
  const own = m.ownSlotsAt[place];
  const held = m.heldSlotsAt[place];
  let code = findInClass(m, r, core, table, own, 0, start);
  if (code < 0) code = findInClass(m, r, core, table, held, 0, start);
  if (code < 0) code = findInClass(m, r, core, table, own, -1, start);
  if (code < 0) code = findInClass(m, r, core, table, held, -1, start);
  return code;
}

/** Marks the slots whose replies come to this core: those of hash 0, each moved to its number xor the hash; all or none where ports are not hashed. */
function markLocal(m: PortMemory, r: number, core: number): void {
  const { records, local, replySlots, slotWords } = m;
  const x = records[r + Field.hash] & m.hashMask;
  const at = core * slotWords;
  if (records[r + Field.icmp] === 1) {
    local.fill((replySlots[at + (x >>> 5)] >>> (x & 31)) & 1 ? -1 : 0, 0, slotWords);
    return;
  }
  for (let w = 0; w < slotWords; w++) local[w] = xorBits(replySlots[at + (w ^ (x >>> 5))], x & 31);
}

/** First admitted port of the slots that `summary` and the local ones (`flip` 0) or all others (`flip` -1) have in common, cyclically from `start`. */
function findInClass(m: PortMemory, r: number, core: number, table: number, summary: number, flip: number, start: number): number {
  const { mem, local, slotWords, shape } = m;
  const place = core * m.tables + table;
  const own = summary === m.ownSlotsAt[place];
  let w = start >>> 5;
  // The word of the start comes twice, first without the slots before it.
  for (let turn = 0; turn <= slotWords; turn++) {
    let slots = mem[summary + w] & (local[w] ^ flip);
    if (turn === 0) slots &= ~lowBits(start & 31);
    while (slots !== 0) {
      const slot = w * 32 + lowestBit(slots);
      const code = own ? firstOwn(m, r, core, table, slot) : firstHeld(m, r, place, shape.chunkOf[slot], shape.chunkOf[slot + 1]);
      if (code >= 0) return code;
      slots &= slots - 1;
    }
    w = w + 1 === slotWords ? 0 : w + 1;
  }
  return -1;
}
