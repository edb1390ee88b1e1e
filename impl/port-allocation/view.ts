/**
 * The abstraction function: the memory read back in the words of the view. It reads the bits that the stages themselves go by, whatever core they lie at, so that
 * a bit where none should be shows as well.
 */
import { giverBits, portWords, type PortMemory } from "./memory.ts";
import { noCode } from "./shape.ts";

/** The value of one entry. */
export function readEntry(m: PortMemory, entry: number): number {
  const { layout: at, mem } = m;
  if (entry < at.port.user) return localMask(m, entry - at.port.local);
  if (entry < at.port.session) return mem[m.portAt + (entry - at.port.user) * portWords];
  if (entry < at.port.handed) return mem[m.portAt + (entry - at.port.session) * portWords + 1] >>> giverBits;
  if (entry < at.port.rested) return handedTo(m, entry - at.port.handed);
  if (entry < at.chunk.free) return restedSince(m, entry - at.port.rested);
  if (entry < at.chunk.holder) return chunkFree(m, entry - at.chunk.free);
  if (entry < at.block.subscriber) return chunkHolder(m, entry - at.chunk.holder);
  if (entry < at.wellKnown.free) return blockSubscriber(m, entry - at.block.subscriber);
  if (entry < at.wellKnown.user) return wellKnownFree(m, entry - at.wellKnown.free);
  if (entry < at.wellKnown.session) return mem[m.portAt + (m.wellKnownHandle + entry - at.wellKnown.user) * portWords];
  if (entry < at.core.handed) return mem[m.portAt + (m.wellKnownHandle + entry - at.wellKnown.session) * portWords + 1] >>> giverBits;
  if (entry >= at.core.aging) return mem[m.agingAt + entry - at.core.aging];
  // Queues follow upon lists, in memory as in the view.
  return mem[m.listAt + 2 * (entry - at.core.handed) + 1];
}

/** Cores in whose bitmap the port's bit is set. A bit in the common cell of a chunk that nobody holds counts as a core beyond the last. */
function localMask(m: PortMemory, handle: number): number {
  const { mem, shape } = m;
  const table = Math.floor(handle / m.ports);
  const code = shape.codeOf[handle - table * m.ports];
  if (code === noCode) return 0;
  const cell = code >>> 5;
  const chunk = cell - shape.ownCells;
  if (m.memoryOptimised && chunk >= 0) {
    if (((mem[m.chunkBase[table] + cell] >>> (code & 31)) & 1) === 0) return 0;
    return commonMask(m, table, chunk);
  }
  let mask = 0;
  for (let core = 0; core < m.cores; core++) {
    if (m.memoryOptimised && (cell < shape.ownAt[core * shape.slots] || cell >= shape.ownAt[(core + 1) * shape.slots])) continue;
    mask |= ((mem[m.ownBase[core * m.tables + table] + cell] >>> (code & 31)) & 1) << core;
  }
  return mask;
}

/** Cores to which the bits of a chunk's common cell belong; a core beyond the last where nobody holds it. */
function commonMask(m: PortMemory, table: number, chunk: number): number {
  const mask = holders(m, table, chunk);
  return mask === 0 ? 1 << m.cores : mask;
}

/** Mask of the cores that hold a chunk. */
function holders(m: PortMemory, table: number, chunk: number): number {
  let mask = 0;
  for (let core = 0; core < m.cores; core++) mask |= ((m.mem[m.heldAt[core * m.tables + table] + (chunk >>> 5)] >>> (chunk & 31)) & 1) << core;
  return mask;
}

function handedTo(m: PortMemory, handle: number): number {
  for (let core = 0; core < m.cores; core++) {
    const head = m.mem[m.listAt + 2 * core];
    // What was handed over last is asked for most.
    for (let i = m.mem[m.listAt + 2 * core + 1] - 1; i >= 0; i--) {
      if (m.mem[m.listRingAt + core * m.listRingSize + ((head + i) & m.listRingMask)] === handle) return core + 1;
    }
  }
  return 0;
}

function restedSince(m: PortMemory, handle: number): number {
  for (let core = 0; core < m.cores; core++) {
    const head = m.mem[m.queueAt + 2 * core];
    for (let i = m.mem[m.queueAt + 2 * core + 1] - 1; i >= 0; i--) {
      const at = m.queueRingAt + (core * m.queueRingSize + ((head + i) & m.queueRingMask)) * 2;
      if (m.mem[at] === handle) return m.mem[at + 1] + 1;
    }
  }
  return 0;
}

function chunkFree(m: PortMemory, index: number): number {
  const table = Math.floor(index / m.layout.chunks);
  const chunk = index - table * m.layout.chunks;
  if (chunk >= m.shape.chunks) return 0;
  return (m.mem[m.freeAt + table * m.shape.chunkWords + (chunk >>> 5)] >>> (chunk & 31)) & 1;
}

/** The core that holds the chunk, + 1; of two, which must never be, the higher. */
function chunkHolder(m: PortMemory, index: number): number {
  const table = Math.floor(index / m.layout.chunks);
  const chunk = index - table * m.layout.chunks;
  return chunk < m.shape.chunks ? 32 - Math.clz32(holders(m, table, chunk)) : 0;
}

/** The subscriber in whose record the block stands, + 1; -1: its bit is reset but no record has it. */
function blockSubscriber(m: PortMemory, index: number): number {
  const table = Math.floor(index / m.blocks);
  const block = index - table * m.blocks;
  if (((m.mem[m.blockAt + table * m.blockWords + (block >>> 5)] >>> (block & 31)) & 1) === 1) return 0;
  const entry = (table >>> 1) * m.blocks + block;
  for (let subscriber = 0; subscriber < m.config.subscribers; subscriber++) {
    const at = m.recordAt + (subscriber * 2 + (table & 1)) * (m.blocksMax + 1);
    for (let i = 1; i <= m.mem[at]; i++) if (m.mem[at + i] === entry) return subscriber + 1;
  }
  return -1;
}

function wellKnownFree(m: PortMemory, index: number): number {
  const table = Math.floor(index / m.wellKnownPorts);
  const bit = index - table * m.wellKnownPorts;
  return (m.mem[m.wellKnownAt + table * m.wellKnownWords + (bit >>> 5)] >>> (bit & 31)) & 1;
}

/** Every entry into its place; equal to `readEntry` of each, but in one pass over bitmaps, lists and queues. */
export function scanEntries(m: PortMemory, into: Int32Array): void {
  const { layout: at, mem, tables, ports } = m;
  for (let handle = 0; handle < tables * ports; handle++) {
    into[at.port.local + handle] = 0;
    into[at.port.user + handle] = mem[m.portAt + handle * portWords];
    into[at.port.session + handle] = mem[m.portAt + handle * portWords + 1] >>> giverBits;
  }
  for (let table = 0; table < tables; table++) scanBits(m, table, into);
  into.fill(0, at.port.handed, at.chunk.free);
  for (let core = 0; core < m.cores; core++) scanQueues(m, core, into);
  for (let i = 0; i < tables * at.chunks; i++) {
    into[at.chunk.free + i] = chunkFree(m, i);
    into[at.chunk.holder + i] = chunkHolder(m, i);
  }
  for (let i = 0; i < tables * at.blocks; i++) into[at.block.subscriber + i] = blockSubscriber(m, i);
  for (let i = 0; i < tables * m.wellKnownPorts; i++) {
    const words = m.portAt + (m.wellKnownHandle + i) * portWords;
    into[at.wellKnown.free + i] = wellKnownFree(m, i);
    into[at.wellKnown.user + i] = mem[words];
    into[at.wellKnown.session + i] = mem[words + 1] >>> giverBits;
  }
}

/** Column `port.local` of one table, which begins as zeros. */
function scanBits(m: PortMemory, table: number, into: Int32Array): void {
  const { mem, shape } = m;
  const entry = m.layout.port.local + table * m.ports - m.low;
  for (let core = 0; core < m.cores; core++) {
    const place = core * m.tables + table;
    const begin = m.memoryOptimised ? shape.ownAt[core * shape.slots] : 0;
    const end = m.memoryOptimised ? shape.ownAt[(core + 1) * shape.slots] : shape.cells;
    for (let cell = begin; cell < end; cell++) scanCell(m, cell, mem[m.ownBase[place] + cell], 1 << core, entry, into);
  }
  for (let chunk = 0; m.memoryOptimised && chunk < shape.chunks; chunk++) {
    const cell = shape.ownCells + chunk;
    const bits = mem[m.chunkBase[table] + cell];
    if (bits !== 0) scanCell(m, cell, bits, commonMask(m, table, chunk), entry, into);
  }
}

function scanCell(m: PortMemory, cell: number, word: number, mask: number, entry: number, into: Int32Array): void {
  const first = m.shape.first[cell];
  for (let bits = word & m.shape.full[cell]; bits !== 0; bits &= bits - 1) {
    into[entry + m.shape.portAt[first + 31 - Math.clz32(bits & -bits)]] |= mask;
  }
}

function scanQueues(m: PortMemory, core: number, into: Int32Array): void {
  const { mem, layout: at } = m;
  const handed = mem[m.listAt + 2 * core + 1];
  const resting = mem[m.queueAt + 2 * core + 1];
  into[at.core.handed + core] = handed;
  into[at.core.resting + core] = resting;
  into[at.core.aging + core] = mem[m.agingAt + core];
  for (let i = 0; i < handed; i++) {
    into[at.port.handed + mem[m.listRingAt + core * m.listRingSize + ((mem[m.listAt + 2 * core] + i) & m.listRingMask)]] = core + 1;
  }
  for (let i = 0; i < resting; i++) {
    const place = m.queueRingAt + (core * m.queueRingSize + ((mem[m.queueAt + 2 * core] + i) & m.queueRingMask)) * 2;
    into[at.port.rested + mem[place]] = mem[place + 1] + 1;
  }
}
