/**
 * Allocation in the basic scheme: ports come from the subscriber's blocks, which are recorded with it (block allocation) or computed (deterministic).
 *
 * A core remembers the blocks in which it holds a chunk; a block stays its subscriber's while a chunk of it is held, so what is remembered is true without
 * a look at the record. Everything else is decided in one section that holds the record's lock and those of all tables in question, so that "the
 * first free chunk of the subscriber's blocks", "the first free block" and "none" are true at the very step.
 */
import { Stage } from "../../spec/port-allocation/terms.ts";
import { Next, type Moved } from "../../spec/side.ts";
import type { Numbering } from "../numbering.ts";
import { peek } from "../shared.ts";
import { firstHeld, isFreeHere } from "./bitmap.ts";
import { chunkIsFree, claimChunk, firstFreeChunk, noteClaim } from "./chunks.ts";
import { refuse, take, tell } from "./give.ts";
import { knownBlocks, knowsBlock, remember } from "./known.ts";
import type { PortMemory } from "./memory.ts";
import { Field } from "./record.ts";
import { lockBlocks, recordedBlocks, reserveFirst, unlockBlocks } from "./reserve.ts";

/** Decides a unit: `take`, `claim`, `reserve` or `refuse`. */
export function allocateInBlocks(m: PortMemory, numbering: Numbering, r: number, moved: Moved): void {
  const { records, shape } = m;
  const exact = records[r + Field.exact];
  if (exact === -2) return refuse(m, numbering, r, moved);
  const numbers = m.addresses * shape.chunks;
  const wished = exact >= 0 ? exact : records[r + Field.liked];
  if (wished >= 0) {
    const table = findWishedHere(m, r, wished);
    if (table >= 0) return takeNumbered(m, numbering, r, table, shape.codeOf[wished - m.low], -1, moved);
  }
  // A port that is tried first may have to be claimed, and that goes before a search: then all is decided under the locks.
  const start = exact >= 0 ? 0 : m.choose(r, numbering.stage + Stage.take, numbers);
  if (wished < 0 && takeFound(m, numbering, r, start, moved)) return;
  lockBlocks(m, r);
  decideLocked(m, numbering, r, exact, wished, start, numbers, moved);
  unlockBlocks(m, r);
}

function decideLocked(m: PortMemory, numbering: Numbering, r: number, exact: number, wished: number, start: number, numbers: number, moved: Moved): void {
  if (wished >= 0) {
    const table = findWishedFree(m, r, wished);
    if (table >= 0) return claim(m, numbering, r, -1, table, m.shape.codeOf[wished - m.low] >>> 5, wished, moved);
    if (exact >= 0) return refuse(m, numbering, r, moved);
    if (takeFound(m, numbering, r, start, moved)) return;
  }
  const from = m.choose(r, numbering.stage + Stage.claim, numbers);
  const number = nearest(m, r, from, true);
  if (number >= 0) return claim(m, numbering, r, from, tableOfNumber(m, r, number), number % m.shape.chunks, -1, moved);
  if (!m.blockMode || !reserveFirst(m, numbering, r, moved)) refuse(m, numbering, r, moved);
}

/** Takes the first admitted port this core has for the subscriber, from `start` on; false: there is none. */
function takeFound(m: PortMemory, numbering: Numbering, r: number, start: number, moved: Moved): boolean {
  const number = nearest(m, r, start, false);
  if (number < 0) return false;
  const table = tableOfNumber(m, r, number);
  const chunk = number % m.shape.chunks;
  const code = firstHeld(m, r, m.records[r + Field.core] * m.tables + table, chunk, chunk + 1);
  takeNumbered(m, numbering, r, table, code, start, moved);
  return true;
}

/** `start` -1: the chunk itself, as the port was found without a search. */
function takeNumbered(m: PortMemory, numbering: Numbering, r: number, table: number, code: number, start: number, moved: Moved): void {
  take(m, numbering, r, start >= 0 ? start : (table >>> 1) * m.shape.chunks + (code >>> 5), table, code, moved);
}

function claim(m: PortMemory, numbering: Numbering, r: number, start: number, table: number, chunk: number, port: number, moved: Moved): void {
  const address = table >>> 1;
  claimChunk(m, r, table, chunk, port);
  if (m.blockMode) remember(m, r, table, m.shape.groupOf[chunk]);
  if (m.reporting) noteClaim(m, moved, table, chunk);
  tell(m, moved, numbering.stage + Stage.claim, start >= 0 ? start : address * m.shape.chunks + chunk, address, chunk);
  moved.next = Next.more;
}

function tableOfNumber(m: PortMemory, r: number, number: number): number {
  return Math.floor(number / m.shape.chunks) * 2 + m.records[r + Field.protocol];
}

/** Table in which the wished port is free at this core for the subscriber, addresses ascending, or -1. */
function findWishedHere(m: PortMemory, r: number, port: number): number {
  const { records, shape } = m;
  const code = shape.codeOf[port - m.low];
  const wanted = records[r + Field.address];
  for (let address = wanted >= 0 ? wanted : 0; address <= (wanted >= 0 ? wanted : m.addresses - 1); address++) {
    const table = address * 2 + records[r + Field.protocol];
    if (isFreeHere(m, records[r + Field.core], table, code) && ownsBlock(m, r, address, shape.groupOf[code >>> 5], false)) return table;
  }
  return -1;
}

/** Table in which the chunk of the wished port is free and the subscriber's, addresses ascending, or -1. Only under the locks. */
function findWishedFree(m: PortMemory, r: number, port: number): number {
  const { records, shape } = m;
  const cell = shape.codeOf[port - m.low] >>> 5;
  const wanted = records[r + Field.address];
  for (let address = wanted >= 0 ? wanted : 0; address <= (wanted >= 0 ? wanted : m.addresses - 1); address++) {
    const table = address * 2 + records[r + Field.protocol];
    if (ownsBlock(m, r, address, shape.groupOf[cell], true) && chunkIsFree(m, table, cell)) return table;
  }
  return -1;
}

/** Whether a block is the subscriber's: by its record (`shared`, under the lock), or by what this core remembers. Computed blocks were looked at when the unit began. */
function ownsBlock(m: PortMemory, r: number, address: number, block: number, shared: boolean): boolean {
  if (m.deterministic) return true;
  if (!shared) return knowsBlock(m, r, address * 2 + m.records[r + Field.protocol], block);
  const at = recordedBlocks(m, r);
  const count = peek(m.mem, at);
  for (let i = 1; i <= count; i++) if (peek(m.mem, at + i) === address * m.blocks + block) return true;
  return false;
}

/** Deterministic: first block of a subscriber in both tables of its address. */
export function firstBlock(m: PortMemory, subscriber: number): number {
  return (subscriber % m.ratio) * m.blocksMax;
}

/**
 * Number (address × chunks + chunk) of the first chunk of the subscriber's blocks, cyclically from `start`, that is free (`shared`, under the locks) or has a
 * bit at this core, and an admitted one; -1: there is none.
 */
function nearest(m: PortMemory, r: number, start: number, shared: boolean): number {
  const { mem, records, shape } = m;
  const wanted = records[r + Field.address];
  if (m.deterministic) {
    const first = firstBlock(m, records[r + Field.subscriber]) * m.chunksPerBlock;
    return nearestIn(m, r, wanted, first, first + m.blocksMax * m.chunksPerBlock, start, shared);
  }
  const numbers = m.addresses * shape.chunks;
  const at = shared ? recordedBlocks(m, r) : knownBlocks(m, r);
  const count = shared ? peek(mem, at) : mem[at];
  let best = -1;
  let bestDistance = numbers;
  for (let i = 1; i <= count; i++) {
    const entry = shared ? peek(mem, at + i) : mem[at + i];
    const address = Math.floor(entry / m.blocks);
    if (wanted >= 0 && address !== wanted) continue;
    const first = (entry - address * m.blocks) * m.chunksPerBlock;
    const number = nearestIn(m, r, address, first, first + m.chunksPerBlock, start, shared);
    if (number < 0) continue;
    const distance = number >= start ? number - start : number - start + numbers;
    if (distance < bestDistance) {
      best = number;
      bestDistance = distance;
    }
  }
  return best;
}

/** As `nearest`, among the chunks from `from` to `to` - 1 of one address. */
function nearestIn(m: PortMemory, r: number, address: number, from: number, to: number, start: number, shared: boolean): number {
  const offset = address * m.shape.chunks;
  const table = address * 2 + m.records[r + Field.protocol];
  const middle = start - offset > from && start - offset < to ? start - offset : from;
  let chunk = chunkIn(m, r, table, middle, to, shared);
  if (chunk < 0 && middle > from) chunk = chunkIn(m, r, table, from, middle, shared);
  return chunk < 0 ? -1 : offset + chunk;
}

function chunkIn(m: PortMemory, r: number, table: number, from: number, to: number, shared: boolean): number {
  if (shared) return firstFreeChunk(m, r, table, from, to);
  const code = firstHeld(m, r, m.records[r + Field.core] * m.tables + table, from, to);
  return code < 0 ? -1 : code >>> 5;
}
