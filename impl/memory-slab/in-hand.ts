/** The objects that an operation has in hand, one or a replica of every core: the locks of their pages, whether they are still what was allocated, and the step in which all of them are released. */
import { Reason, State } from "../../spec/memory-slab/terms.ts";
import type { Moved } from "../../spec/side.ts";
import { acquire, peek, poke, release } from "../accessor.ts";
import type { SlabMemory } from "./memory.ts";
import * as words from "./words.ts";

const { Field, Item, Step } = words;

/** Takes the locks of the objects' pages, in ascending order. */
export function lockPages(m: SlabMemory, r: number): void {
  for (let page = nextPage(m, r, -1); page < m.pages; page = nextPage(m, r, page)) acquire(m.mem, m.pageLockAt + page);
}

/** Lets all of them go. */
export function unlockPages(m: SlabMemory, r: number): void {
  for (let page = nextPage(m, r, -1); page < m.pages; page = nextPage(m, r, page)) release(m.mem, m.pageLockAt + page);
}

/** The objects' next page after `page`; the number of pages if there is none. */
function nextPage(m: SlabMemory, r: number, page: number): number {
  const { records } = m;
  let next = m.pages;
  for (let i = 0; i < records[r + Field.count]; i++) {
    const at = m.pageOf(records[r + Field.objects + i]);
    if (at > page) next = Math.min(next, at);
  }
  return next;
}

/** Whether what the operation refers to lies in another core's private memory. */
export function isBarred({ records, isPrivate }: SlabMemory, r: number): boolean {
  return isPrivate[records[r + Field.kind]] === 1 && records[r + Field.maker] !== records[r + Field.core];
}

/** Under the lock of its page: whether an object is in use, by the allocation that the operation refers to. */
export function isItsOwn({ mem, records }: SlabMemory, r: number, item: number): boolean {
  return peek(mem, item + Item.state) === State.used && peek(mem, item + Item.content) === records[r + Field.source] + 1;
}

/** Under the locks of the pages: why the objects cannot be released, or -1. */
export function obstacle(m: SlabMemory, r: number): number {
  const { mem, records } = m;
  let reason = -1;
  for (let i = 0; i < records[r + Field.count]; i++) {
    const item = m.itemOf(records[r + Field.objects + i]);
    if (!isItsOwn(m, r, item)) return Reason.notUsed;
    if (peek(mem, item + Item.references) > 0) reason = Reason.referenced;
  }
  return reason;
}

/** Under the locks of the pages: all objects are freeing, their owners noted, and giving them back comes next. */
export function stopUse(m: SlabMemory, r: number, moved: Moved): void {
  const { mem, records } = m;
  for (let i = 0; i < records[r + Field.count]; i++) {
    const object = records[r + Field.objects + i];
    const item = m.itemOf(object);
    poke(mem, item + Item.state, State.freeing);
    records[r + Field.owners + i] = peek(mem, item + Item.owner);
    moved.writes.push(m.layout.object.state + object);
  }
  records[r + Field.at] = 0;
  records[r + Field.here] = 0;
  records[r + Field.listed] = 0;
  records[r + Field.step] = Step.giveBack;
}
