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
import { peek } from "../accessor.ts";
import { firstHeld, isFreeHere } from "./bitmap.ts";
import { chunkIsFree, claimChunk, firstFreeChunk, noChunk, noteClaim } from "./chunks.ts";
import { refuse, take, tell } from "./give.ts";
import { knownBlocks, knowsBlock, remember } from "./known.ts";
import type { PortMemory } from "./memory.ts";
import { anyAddress, Field, neverGiven, noPort } from "./record.ts";
import { endAddress, firstAddress, lockBlocks, recordedBlocks, reserveFirst, unlockBlocks } from "./reserve.ts";
import { noCode } from "./shape.ts";

/** In place of a table, and of a chunk's number. */
const noTable = -1;
const noNumber = -1;

/** Decides a unit: `take`, `claim`, `reserve` or `refuse`. */
export function allocateInBlocks(m: PortMemory, numbering: Numbering, r: number, moved: Moved): void {
  const { records } = m;
  const wished = records[r + Field.wished];
  if (wished === neverGiven) return refuse(m, numbering, r, moved);
  if (wished === noPort) {
    if (takeFound(m, numbering, r, moved)) return;
  } else {
    const table = findWished(m, r, wished, false);
    if (table !== noTable) return takeNumbered(m, numbering, r, table, m.shape.codeOf[wished - m.low], noNumber, moved);
  }
  // A port that is tried first may have to be claimed, and that goes before a search: then all is decided under the locks.
  lockBlocks(m, r);
  if (wished === noPort) claimFound(m, numbering, r, moved);
  else decideWished(m, numbering, r, wished, moved);
  unlockBlocks(m, r);
}

function decideWished(m: PortMemory, numbering: Numbering, r: number, wished: number, moved: Moved): void {
  const table = findWished(m, r, wished, true);
  if (table !== noTable) return claim(m, numbering, r, noNumber, table, m.shape.codeOf[wished - m.low] >>> 5, wished, moved);
  if (m.records[r + Field.must] === 1) return refuse(m, numbering, r, moved);
  if (!takeFound(m, numbering, r, moved)) claimFound(m, numbering, r, moved);
}

/** `claim`, `reserve` or `refuse`, under the locks. */
function claimFound(m: PortMemory, numbering: Numbering, r: number, moved: Moved): void {
  const from = m.choose(r, numbering.stage + Stage.claim, m.addresses * m.shape.chunks);
  const number = nearest(m, r, from, true);
  if (number !== noNumber) return claim(m, numbering, r, from, tableOfNumber(m, r, number), number % m.shape.chunks, noPort, moved);
  if (!m.blockMode || !reserveFirst(m, numbering, r, moved)) refuse(m, numbering, r, moved);
}

/** Takes the first admitted port this core has for the subscriber, from a free choice on; false: there is none. */
function takeFound(m: PortMemory, numbering: Numbering, r: number, moved: Moved): boolean {
  const start = m.choose(r, numbering.stage + Stage.take, m.addresses * m.shape.chunks);
  const number = nearest(m, r, start, false);
  if (number === noNumber) return false;
  const table = tableOfNumber(m, r, number);
  const chunk = number % m.shape.chunks;
  const code = firstHeld(m, r, m.records[r + Field.core] * m.tables + table, chunk, chunk + 1);
  takeNumbered(m, numbering, r, table, code, start, moved);
  return true;
}

/** `start` `noNumber`: the chunk itself, as the port was found without a search. */
function takeNumbered(m: PortMemory, numbering: Numbering, r: number, table: number, code: number, start: number, moved: Moved): void {
  take(m, numbering, r, start !== noNumber ? start : (table >>> 1) * m.shape.chunks + (code >>> 5), table, code, moved);
}

function claim(m: PortMemory, numbering: Numbering, r: number, start: number, table: number, chunk: number, port: number, moved: Moved): void {
  const address = table >>> 1;
  claimChunk(m, r, table, chunk, port);
  if (m.blockMode) remember(m, r, table, m.shape.groupOf[chunk]);
  if (m.reporting) noteClaim(m, moved, table, chunk);
  tell(m, moved, numbering.stage + Stage.claim, start !== noNumber ? start : address * m.shape.chunks + chunk, address, chunk);
  moved.next = Next.more;
}

function tableOfNumber(m: PortMemory, r: number, number: number): number {
  return Math.floor(number / m.shape.chunks) * 2 + m.records[r + Field.protocol];
}

/**
 * Table in which the wished port is free at this core (`shared`: its chunk is free, only under the locks) in a block of the subscriber, addresses ascending,
 * or `noTable`.
 */
function findWished(m: PortMemory, r: number, port: number, shared: boolean): number {
  const { records, shape } = m;
  const code = shape.codeOf[port - m.low];
  const block = shape.groupOf[code >>> 5];
  const end = endAddress(m, r);
  for (let address = firstAddress(m, r); address < end; address++) {
    if (!ownsBlock(m, r, address, block, shared)) continue;
    const table = address * 2 + records[r + Field.protocol];
    if (shared ? chunkIsFree(m, table, code >>> 5) : isFreeHere(m, records[r + Field.core], table, code)) return table;
  }
  return noTable;
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
 * bit at this core, and an admitted one; `noNumber`: there is none.
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
  let distance = numbers;
  for (let i = 1; i <= count; i++) {
    const entry = shared ? peek(mem, at + i) : mem[at + i];
    const address = Math.floor(entry / m.blocks);
    if (wanted !== anyAddress && address !== wanted) continue;
    const first = (entry - address * m.blocks) * m.chunksPerBlock;
    const number = nearestIn(m, r, address, first, first + m.chunksPerBlock, start, shared);
    if (number !== noNumber) distance = Math.min(distance, (number - start + numbers) % numbers);
  }
  return distance === numbers ? noNumber : (start + distance) % numbers;
}

/** As `nearest`, among the chunks from `from` to `to` - 1 of one address. */
function nearestIn(m: PortMemory, r: number, address: number, from: number, to: number, start: number, shared: boolean): number {
  const offset = address * m.shape.chunks;
  const table = address * 2 + m.records[r + Field.protocol];
  const middle = Math.min(Math.max(start - offset, from), to);
  let chunk = chunkIn(m, r, table, middle, to, shared);
  if (chunk === noChunk) chunk = chunkIn(m, r, table, from, middle, shared);
  return chunk === noChunk ? noNumber : offset + chunk;
}

function chunkIn(m: PortMemory, r: number, table: number, from: number, to: number, shared: boolean): number {
  if (shared) return firstFreeChunk(m, r, table, from, to);
  const code = firstHeld(m, r, m.records[r + Field.core] * m.tables + table, from, to);
  return code === noCode ? noChunk : code >>> 5;
}
