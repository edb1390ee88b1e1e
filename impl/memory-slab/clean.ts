/** How an object is freed by whoever may: its port first, then the object itself, cleaned and queued; or, in profile `patent`, its whole page where it was the last. */
import { Stage, State } from "../../spec/memory-slab/terms.ts";
import type { Moved } from "../../spec/side.ts";
import { acquire, peek, poke, release } from "../accessor.ts";
import { clearBit, setBit } from "./bitmap.ts";
import type { SlabMemory } from "./memory.ts";
import { changePrivatePage, setPage } from "./pages.ts";
import { freePort } from "./ports.ts";
import { dropOwn, putOwn } from "./queues.ts";
import * as words from "./words.ts";

const { Field, Header, Item } = words;
const { "release-port": releasePort, requeue: requeueStage, "return-page": returnPageStage } = Stage;

/** `release-port`, then `requeue` or `return-page`; true: the object is gone. `locked`: it is the locked allocator's, else this core's. */
export function clean(m: SlabMemory, r: number, object: number, locked: boolean, moved: Moved): boolean {
  const { mem } = m;
  const page = m.pageOf(object);
  const queueLock = m.queueLockAt + m.records[r + Field.kind];
  if (locked) acquire(mem, queueLock);
  acquire(mem, m.pageLockAt + page);
  const port = peek(mem, m.itemOf(object) + Item.port);
  if (port > 0) {
    acquire(mem, m.portLockAt);
    freePort(m, object, port - 1, moved);
    release(mem, m.portLockAt);
    m.tell(moved, releasePort);
  } else if (m.returnsPages && isLast(m, object, page)) returnPage(m, r, page, locked, moved);
  else requeue(m, r, object, page, locked, moved);
  release(mem, m.pageLockAt + page);
  if (locked) release(mem, queueLock);
  return port === 0;
}

/** Under the page's lock: whether all other objects of the page are queued. */
function isLast(m: SlabMemory, object: number, page: number): boolean {
  const first = page * m.perPage;
  const end = first + m.objectsOf[peek(m.mem, m.headerOf(page) + Header.kind)];
  for (let other = first; other < end; other++) {
    if (other !== object && peek(m.mem, m.itemOf(other) + Item.state) !== State.queued) return false;
  }
  return true;
}

/** `requeue`, under the page's lock and the queue's if it has one. */
function requeue(m: SlabMemory, r: number, object: number, page: number, locked: boolean, moved: Moved): void {
  const kind = peek(m.mem, m.headerOf(page) + Header.kind);
  const core = m.records[r + Field.core];
  wipe(m, object, State.queued, moved);
  if (locked) setBit(m.mem, m.lockedQueue(kind), object);
  else putOwn(m, core, kind, object);
  moved.writes.push(m.layout.queue.count + (locked ? m.cores : core) * m.kinds + kind);
  m.tell(moved, requeueStage);
}

/** `return-page`, under the same: all objects leave the queue, and the page is free. */
function returnPage(m: SlabMemory, r: number, page: number, locked: boolean, moved: Moved): void {
  const { mem } = m;
  const kind = peek(mem, m.headerOf(page) + Header.kind);
  const core = m.records[r + Field.core];
  const first = page * m.perPage;
  for (let object = first; object < first + m.objectsOf[kind]; object++) {
    wipe(m, object, State.none, moved);
    if (locked) clearBit(mem, m.lockedQueue(kind), object);
  }
  if (!locked) dropOwn(m, core, kind, page);
  if (m.isPrivate[kind] === 1) changePrivatePage(m, core, page, 0, 0, moved);
  else {
    acquire(mem, m.poolLockAt);
    setBit(mem, m.poolAt, page);
    setPage(m, page, 0, 0, moved);
    release(mem, m.poolLockAt);
    moved.writes.push(m.layout.memory.left);
  }
  moved.writes.push(m.layout.queue.count + (locked ? m.cores : core) * m.kinds + kind);
  m.tell(moved, returnPageStage);
}

/** Under the page's lock: the object is nobody's. */
function wipe(m: SlabMemory, object: number, state: number, moved: Moved): void {
  const { state: states, owner, content } = m.layout.object;
  const item = m.itemOf(object);
  poke(m.mem, item + Item.state, state);
  poke(m.mem, item + Item.owner, 0);
  poke(m.mem, item + Item.content, 0);
  moved.writes.push(states + object);
  moved.writes.push(owner + object);
  moved.writes.push(content + object);
}
