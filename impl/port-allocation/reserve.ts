/** Block allocation: blocks are found, recorded with their subscriber, and returned, under the lock of the record and those of the tables. */
import { Stage } from "../../spec/port-allocation/terms.ts";
import { Next, type Moved } from "../../spec/side.ts";
import { lowestBit } from "../bits.ts";
import type { Numbering } from "../numbering.ts";
import { acquire, peek, poke, release } from "../accessor.ts";
import { admitted } from "./bitmap.ts";
import { chunkIsFree } from "./chunks.ts";
import { refuse, tell } from "./give.ts";
import type { PortMemory } from "./memory.ts";
import { anyAddress, Field, Filter } from "./record.ts";

/** In place of a block. */
export const noBlock = -1;

/** Where the record of a subscriber and protocol begins: count, then address × blocks + block. */
export function recordedBlocks(m: PortMemory, r: number): number {
  return m.recordAt + recordNumber(m, r) * (m.blocksMax + 1);
}

function recordNumber(m: PortMemory, r: number): number {
  return m.records[r + Field.subscriber] * 2 + m.records[r + Field.protocol];
}

/** The first of the addresses that may serve a request. */
export function firstAddress(m: PortMemory, r: number): number {
  const wanted = m.records[r + Field.address];
  return wanted === anyAddress ? 0 : wanted;
}

/** The address after the last of those that may serve a request. */
export function endAddress(m: PortMemory, r: number): number {
  const wanted = m.records[r + Field.address];
  return wanted === anyAddress ? m.addresses : wanted + 1;
}

/** Takes the subscriber's lock (block allocation), then that of its table, or of all tables of the protocol where the address is open. */
export function lockBlocks(m: PortMemory, r: number): void {
  const { mem, records } = m;
  if (m.blockMode) acquire(mem, m.recordLockAt + recordNumber(m, r));
  const end = endAddress(m, r);
  for (let address = firstAddress(m, r); address < end; address++) acquire(mem, m.tableLockAt + address * 2 + records[r + Field.protocol]);
}

/** Lets all of them go. */
export function unlockBlocks(m: PortMemory, r: number): void {
  const { mem, records } = m;
  const end = endAddress(m, r);
  for (let address = firstAddress(m, r); address < end; address++) release(mem, m.tableLockAt + address * 2 + records[r + Field.protocol]);
  if (m.blockMode) release(mem, m.recordLockAt + recordNumber(m, r));
}

/** `reserve`: the first suitable free block, addresses cyclically from a free choice. False: none, or the subscriber has all it may have. Only under the locks. */
export function reserveFirst(m: PortMemory, numbering: Numbering, r: number, moved: Moved): boolean {
  const { mem, records } = m;
  const at = recordedBlocks(m, r);
  const held = peek(mem, at);
  if (held >= m.blocksMax) return false;
  const first = firstAddress(m, r);
  const count = endAddress(m, r) - first;
  const offset = m.choose(r, numbering.stage + Stage.reserve, count);
  for (let i = 0; i < count; i++) {
    const address = first + ((offset + i) % count);
    const table = address * 2 + records[r + Field.protocol];
    const block = firstFreeBlock(m, r, table);
    if (block === noBlock) continue;
    const word = m.blockAt + table * m.blockWords + (block >>> 5);
    poke(mem, word, peek(mem, word) & ~(1 << (block & 31)));
    poke(mem, at, held + 1);
    poke(mem, at + held + 1, address * m.blocks + block);
    if (m.reporting) moved.writes.push(m.layout.block.subscriber + table * m.blocks + block);
    tell(m, moved, numbering.stage + Stage.reserve, first + offset, address, block);
    records[r + Field.reserved] = address * m.blocks + block;
    moved.next = Next.more;
    return true;
  }
  return false;
}

/** First free block of a table with an admitted port, or the very block asked for; `noBlock`: there is none. */
function firstFreeBlock(m: PortMemory, r: number, table: number): number {
  const { mem, records } = m;
  const at = m.blockAt + table * m.blockWords;
  const wanted = records[r + Field.block];
  for (let word = 0; word < m.blockWords; word++) {
    let free = peek(mem, at + word);
    while (free !== 0) {
      const block = word * 32 + lowestBit(free);
      if ((wanted === noBlock || block === wanted) && blockAdmits(m, r, block)) return block;
      free &= free - 1;
    }
  }
  return noBlock;
}

function blockAdmits(m: PortMemory, r: number, block: number): boolean {
  if (m.records[r + Field.filter] === Filter.none) return true;
  const first = block * m.chunksPerBlock;
  for (let chunk = first; chunk < first + m.chunksPerBlock; chunk++) if (admitted(m, r, chunk) !== 0) return true;
  return false;
}

/** The operation `reserve-block`: one stage. */
export function reserveBlock(m: PortMemory, numbering: Numbering, r: number, moved: Moved): void {
  m.records[r + Field.reserved] = noBlock;
  lockBlocks(m, r);
  const done = reserveFirst(m, numbering, r, moved);
  unlockBlocks(m, r);
  moved.next = Next.done;
  if (!done) refuse(m, numbering, r, moved);
}

/** The operation `release-block`: one stage. The record holds what the reservation noted: subscriber, protocol, address and block. */
export function releaseBlock(m: PortMemory, numbering: Numbering, r: number, moved: Moved): void {
  const { mem, records } = m;
  const entry = records[r + Field.reserved];
  const address = Math.floor(entry / m.blocks);
  const block = entry - address * m.blocks;
  const table = address * 2 + records[r + Field.protocol];
  records[r + Field.address] = address;
  lockBlocks(m, r);
  const whole = allFree(m, table, block);
  if (whole) {
    const at = recordedBlocks(m, r);
    const count = peek(mem, at);
    let i = 1;
    while (peek(mem, at + i) !== entry) i++;
    poke(mem, at + i, peek(mem, at + count));
    poke(mem, at, count - 1);
    const word = m.blockAt + table * m.blockWords + (block >>> 5);
    poke(mem, word, peek(mem, word) | (1 << (block & 31)));
  }
  unlockBlocks(m, r);
  if (!whole) {
    records[r + Field.reserved] = noBlock;
    return refuse(m, numbering, r, moved);
  }
  if (m.reporting) {
    moved.stages.push(numbering.stage + Stage["release-block"]);
    moved.writes.push(m.layout.block.subscriber + table * m.blocks + block);
  }
}

function allFree(m: PortMemory, table: number, block: number): boolean {
  const first = block * m.chunksPerBlock;
  for (let chunk = first; chunk < first + m.chunksPerBlock; chunk++) if (!chunkIsFree(m, table, chunk)) return false;
  return true;
}
