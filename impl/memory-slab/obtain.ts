/**
 * The row by which an allocator gives one object: from its queue, or from a page just taken and queued. Nothing that one step saw binds the next (SLAB-4):
 *
 * 1. core 0 takes a page for the locked allocator and queues its objects;
 * 2. core 1 takes all of them;
 * 3. core 0 hands one of them out again, if it goes by what it queued.
 */
import { Reason, Stage, State } from "../../spec/memory-slab/terms.ts";
import type { Moved } from "../../spec/side.ts";
import { acquire, poke, release, store } from "../accessor.ts";
import { clearBit, findBit, setBit } from "./bitmap.ts";
import { got, none } from "./got.ts";
import type { SlabMemory } from "./memory.ts";
import { changePrivatePage, freePrivatePage, kind0, setPage } from "./pages.ts";
import { putOwn, takeLocked, takeOwn } from "./queues.ts";
import * as words from "./words.ts";

const { Field, Header, Item, Queue, Row, Step } = words;
const { dequeue: dequeueStage, "fill-queue": fillStage, "refuse-memory": refuseMemory, "take-page": takePageStage } = Stage;

/** `dequeue`, `take-page` or `refuse-memory`. */
export function obtain(m: SlabMemory, r: number, moved: Moved): void {
  const { records } = m;
  const kind = records[r + Field.kind];
  const core = records[r + Field.core];
  if (m.isLocked[kind] === 1) return obtainLocked(m, r, kind, moved);
  if (m.own[m.queueOf(core, kind) + Queue.count] > 0) {
    const object = takeOwn(m, r, core, kind);
    handOut(m, r, object, core + 1, moved);
    return dequeued(m, r, object, core * m.kinds + kind, moved);
  }
  if (m.isPrivate[kind] === 1) return takePrivatePage(m, r, kind, core, moved);
  acquire(m.mem, m.poolLockAt);
  const page = takePage(m, r, kind, core + 1, moved);
  if (page === -1) tellAsker(m, r, -1 - Reason.memory);
  release(m.mem, m.poolLockAt);
  pageTaken(m, r, page, moved);
}

/** The same under the lock of the kind's queue. */
function obtainLocked(m: SlabMemory, r: number, kind: number, moved: Moved): void {
  const { mem, cores } = m;
  acquire(mem, m.queueLockAt + kind);
  const object = takeLocked(m, r, kind);
  let page = -1;
  if (object !== -1) handOut(m, r, object, cores + 1, moved);
  else {
    acquire(mem, m.poolLockAt);
    page = takePage(m, r, kind, cores + 1, moved);
    release(mem, m.poolLockAt);
  }
  release(mem, m.queueLockAt + kind);
  if (object !== -1) dequeued(m, r, object, cores * m.kinds + kind, moved);
  else pageTaken(m, r, page, moved);
}

/** Under the lock of its page the object is marked with its owner, and whoever asked for it is told. */
function handOut(m: SlabMemory, r: number, object: number, owner: number, moved: Moved): void {
  const { mem, layout } = m;
  const page = m.pageOf(object);
  const item = m.itemOf(object);
  acquire(mem, m.pageLockAt + page);
  poke(mem, item + Item.state, State.used);
  poke(mem, item + Item.owner, owner);
  poke(mem, item + Item.content, m.records[r + Field.asker] + 1);
  tellAsker(m, r, object + 1);
  m.companion?.taken((r / Field.words) | 0, object, moved);
  release(mem, m.pageLockAt + page);
  moved.writes.push(layout.object.state + object);
  moved.writes.push(layout.object.owner + object);
  moved.writes.push(layout.object.content + object);
}

/** Within a locked section: the answer to a message. */
function tellAsker({ mem, records, answerAt }: SlabMemory, r: number, value: number): void {
  if (records[r + Field.row] === Row.request) store(mem, answerAt + records[r + Field.asker], value);
}

function dequeued(m: SlabMemory, r: number, object: number, queue: number, moved: Moved): void {
  moved.writes.push(m.layout.queue.count + queue);
  moved.witness.push(object);
  m.tell(moved, dequeueStage);
  got(m, r, object, moved);
}

/** Under the pool's lock: a free page becomes the allocator's; -1: there is none. */
function takePage(m: SlabMemory, r: number, kind: number, owner: number, moved: Moved): number {
  const page = findBit(m.mem, m.poolAt, m.choose(r, takePageStage, m.sharedPages), m.sharedPages);
  if (page === -1) return page;
  clearBit(m.mem, m.poolAt, page);
  setPage(m, page, kind + kind0, owner, moved);
  moved.writes.push(m.layout.memory.left);
  return page;
}

function takePrivatePage(m: SlabMemory, r: number, kind: number, core: number, moved: Moved): void {
  const page = freePrivatePage(m, r, core);
  if (page !== -1) changePrivatePage(m, core, page, kind + kind0, core + 1, moved);
  pageTaken(m, r, page, moved);
}

/** `take-page`, its objects to be queued next; or `refuse-memory` for -1. */
function pageTaken(m: SlabMemory, r: number, page: number, moved: Moved): void {
  const { records } = m;
  if (page === -1) {
    m.tell(moved, refuseMemory);
    return none(m, r, Reason.memory, moved);
  }
  records[r + Field.page] = page;
  records[r + Field.step] = Step.fill;
  moved.witness.push(page);
  m.tell(moved, takePageStage);
}

/** `fill-queue`: the page is cut into objects of the kind, and all are queued. */
export function fill(m: SlabMemory, r: number, moved: Moved): void {
  const { mem, records } = m;
  const kind = records[r + Field.kind];
  const core = records[r + Field.core];
  const page = records[r + Field.page];
  const locked = m.isLocked[kind] === 1;
  const first = page * m.perPage;
  if (locked) acquire(mem, m.queueLockAt + kind);
  acquire(mem, m.pageLockAt + page);
  poke(mem, m.headerOf(page) + Header.kind, kind);
  for (let object = first; object < first + m.objectsOf[kind]; object++) {
    poke(mem, m.itemOf(object) + Item.state, State.queued);
    if (locked) setBit(mem, m.lockedQueue(kind), object);
    else putOwn(m, core, kind, object);
    moved.writes.push(m.layout.object.state + object);
  }
  release(mem, m.pageLockAt + page);
  if (locked) release(mem, m.queueLockAt + kind);
  moved.writes.push(m.layout.queue.count + (locked ? m.cores : core) * m.kinds + kind);
  m.tell(moved, fillStage);
  records[r + Field.step] = Step.obtain;
}
