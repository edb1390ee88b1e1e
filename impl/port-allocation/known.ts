/**
 * Block allocation: what a core remembers of the blocks in which it holds a chunk. A block cannot go back while a chunk of it is held, so this is true until
 * the core returns its last chunk there, and it is forgotten in that very stage: the block may be somebody else's in the next.
 */
import { anyBit } from "../bits.ts";
import type { PortMemory } from "./memory.ts";
import { Field } from "./record.ts";

/** Where this core's list for the subscriber and protocol of a record begins: count, then address × blocks + block. */
export function knownBlocks(m: PortMemory, r: number): number {
  const { records } = m;
  return listAt(m, records[r + Field.core], records[r + Field.subscriber], records[r + Field.protocol]);
}

function listAt(m: PortMemory, core: number, subscriber: number, protocol: number): number {
  return m.knownAt + ((core * m.config.subscribers + subscriber) * 2 + protocol) * (m.blocksMax + 1);
}

/** Whether this core holds a chunk of a block, and that for the subscriber. */
export function knowsBlock(m: PortMemory, r: number, table: number, block: number): boolean {
  const place = m.records[r + Field.core] * m.tables + table;
  return m.mem[m.knownSubscriberAt + place * m.blocks + block] === m.records[r + Field.subscriber] + 1;
}

/** This core has just claimed a chunk of a block for the subscriber. */
export function remember(m: PortMemory, r: number, table: number, block: number): void {
  if (knowsBlock(m, r, table, block)) return;
  const { mem, records } = m;
  const place = records[r + Field.core] * m.tables + table;
  mem[m.knownSubscriberAt + place * m.blocks + block] = records[r + Field.subscriber] + 1;
  const at = knownBlocks(m, r);
  mem[at]++;
  mem[at + mem[at]] = (table >>> 1) * m.blocks + block;
}

/** This core has just returned a chunk: its block is forgotten if no other chunk of it is held here. */
export function forgetIfLast(m: PortMemory, core: number, table: number, chunk: number): void {
  const { mem } = m;
  const block = m.shape.groupOf[chunk];
  const place = core * m.tables + table;
  const first = block * m.chunksPerBlock;
  if (anyBit(mem, m.heldAt[place], first, first + m.chunksPerBlock)) return;
  const known = m.knownSubscriberAt + place * m.blocks + block;
  const at = listAt(m, core, mem[known] - 1, table & 1);
  const entry = (table >>> 1) * m.blocks + block;
  let i = 1;
  while (mem[at + i] !== entry) i++;
  mem[at + i] = mem[at + mem[at]];
  mem[at]--;
  mem[known] = 0;
}
