/** The abstraction function: the memory read back in the words of the view, from the bits, rings and words that the stages go by. */
import { nowhere } from "../../spec/layout.ts";
import type { SlabLayout } from "../../spec/memory-slab/view.ts";
import type { SlabMemory } from "./memory.ts";
import * as words from "./words.ts";

const { Header, Initial, Item, List, Own, Page, Queue } = words;
const wordsOfItself = [Item.state, Item.owner, Item.references, Item.port, Item.content];
const wordsOfPart = [Item.state, Item.owner, Item.content];

/** The value of one entry. */
export function readEntry(m: SlabMemory, entry: number): number {
  const { layout: at, mem } = m;
  const objects = m.pages * m.perPage;
  if (entry < at.core.mapped) return memoryWord(m, entry - at.memory.address);
  if (entry < at.core.listed) return m.own[m.coreAt((entry - at.core.mapped) % m.cores) + (((entry - at.core.mapped) / m.cores) | 0)];
  if (entry < at.core.armed) return mem[m.listAt + (entry - at.core.listed) * m.listWords + List.count];
  if (entry < at.queue.count) return mem[m.listAt + (entry - at.core.armed) * m.listWords + List.armed];
  if (entry < at.page.kind) return queueCount(m, entry - at.queue.count);
  if (entry < at.page.owner) return mem[m.pageMapAt + (entry - at.page.kind) * Page.words + Page.kind];
  if (entry < at.object.state) return mem[m.pageMapAt + (entry - at.page.owner) * Page.words + Page.owner];
  if (entry < at.object.content + objects) return mem[m.itemOf((entry - at.object.state) % objects) + itemWords(at)[((entry - at.object.state) / objects) | 0]];
  if (entry < at.unit.user) return holder(m, m.portBitsAt, m.portAt, entry - at.port.object);
  return holder(m, m.unitBitsAt, m.unitUserAt, entry - at.unit.user);
}

/** Words of an object that the view has, in its order. */
function itemWords(at: SlabLayout): readonly number[] {
  return at.object.port === nowhere ? wordsOfPart : wordsOfItself;
}

function memoryWord(m: SlabMemory, column: number): number {
  return column < Initial.words ? m.mem[m.initialAt + column] : bits(m, m.poolAt, m.sharedPages);
}

/** A core's queue, or that of a locked kind. */
function queueCount(m: SlabMemory, n: number): number {
  const core = (n / m.kinds) | 0;
  const kind = n % m.kinds;
  return core < m.cores ? m.own[m.queueOf(core, kind) + Queue.count] : bits(m, m.lockedQueue(kind), m.sharedPages * m.perPage);
}

/** Whom the bits say to be free is nobody's. */
function holder({ mem }: SlabMemory, bitsAt: number, usersAt: number, n: number): number {
  return ((mem[bitsAt + (n >>> 5)] >>> (n & 31)) & 1) === 1 ? 0 : mem[usersAt + n];
}

/** Bits that are set in a bitmap of `size` bits. */
function bits({ mem }: SlabMemory, at: number, size: number): number {
  let count = 0;
  for (let base = 0; base < size; base += 32) for (let word = mem[at + (base >>> 5)]; word !== 0; word &= word - 1) count++;
  return count;
}

/** Every entry into its place; equal to `readEntry` of each. */
export function scanEntries(m: SlabMemory, into: Int32Array): void {
  const { layout: at, mem, cores, pages, perPage } = m;
  const objects = pages * perPage;
  const shown = itemWords(at);
  for (let column = 0; column < at.core.mapped - at.memory.address; column++) into[at.memory.address + column] = memoryWord(m, column);
  for (let core = 0; core < cores; core++) {
    for (let column = 0; column < Own.pages; column++) into[at.core.mapped + column * cores + core] = m.own[m.coreAt(core) + column];
    into[at.core.listed + core] = mem[m.listAt + core * m.listWords + List.count];
    into[at.core.armed + core] = mem[m.listAt + core * m.listWords + List.armed];
  }
  for (let n = 0; n < (cores + 1) * m.kinds; n++) into[at.queue.count + n] = queueCount(m, n);
  for (let page = 0; page < pages; page++) {
    into[at.page.kind + page] = mem[m.pageMapAt + page * Page.words + Page.kind];
    into[at.page.owner + page] = mem[m.pageMapAt + page * Page.words + Page.owner];
    const header = m.headerOf(page);
    for (let i = 0; i < perPage; i++) {
      const item = header + Header.words + i * Item.words;
      for (let column = 0; column < shown.length; column++) into[at.object.state + column * objects + page * perPage + i] = mem[item + shown[column]];
    }
  }
  if (at.port.object !== nowhere) for (let port = 0; port < m.config.ports; port++) into[at.port.object + port] = holder(m, m.portBitsAt, m.portAt, port);
  for (let unit = 0; unit < m.units; unit++) into[at.unit.user + unit] = holder(m, m.unitBitsAt, m.unitUserAt, unit);
}
