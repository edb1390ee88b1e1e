/** What is done to an object while it is in use, by any core under the lock of its page: references, its port, reading. */
import { Outcome, Reason, Stage } from "../../spec/memory-slab/terms.ts";
import type { Moved } from "../../spec/side.ts";
import { acquire, peek, poke, release } from "../accessor.ts";
import { answer, refuse, unready } from "./answers.ts";
import { isBarred, isItsOwn } from "./in-hand.ts";
import type { SlabMemory } from "./memory.ts";
import { givePort } from "./ports.ts";
import * as words from "./words.ts";

const { Field, Item } = words;
const { done } = Outcome;
const { answer: answerStage, attach: attachStage, refer: referStage, "refuse-attach": refuseAttach, "refuse-refer": refuseRefer, unrefer: unreferStage } = Stage;

/** Whether the core may not so much as look at the object; then the operation is refused, at the stage `otherwise` unless the core is not ready. */
function isOutOfReach(m: SlabMemory, r: number, otherwise: number, moved: Moved): boolean {
  const ready = m.isReady(r);
  if (!ready) unready(m, moved);
  else if (isBarred(m, r)) refuse(m, moved, otherwise, Reason.private);
  else return false;
  return true;
}

/** `refer`, or `refuse-refer`, or `refuse-unready`. */
export function refer(m: SlabMemory, r: number, moved: Moved): void {
  if (isOutOfReach(m, r, refuseRefer, moved)) return;
  const object = m.records[r + Field.objects];
  const lock = m.pageLockAt + m.pageOf(object);
  const item = m.itemOf(object);
  acquire(m.mem, lock);
  const mine = isItsOwn(m, r, item);
  if (mine) count(m, object, item, 1, moved);
  release(m.mem, lock);
  if (!mine) return refuse(m, moved, refuseRefer, Reason.notUsed);
  m.tell(moved, referStage);
  answer(moved, done, object);
  moved.yields = 1;
}

/** `unrefer`: the object cannot have been released since. */
export function unrefer(m: SlabMemory, r: number, moved: Moved): void {
  const object = m.records[r + Field.objects];
  const lock = m.pageLockAt + m.pageOf(object);
  acquire(m.mem, lock);
  count(m, object, m.itemOf(object), -1, moved);
  release(m.mem, lock);
  m.tell(moved, unreferStage);
  answer(moved, done, object);
}

/** Under the lock of the object's page. */
function count({ mem, layout }: SlabMemory, object: number, item: number, more: number, moved: Moved): void {
  poke(mem, item + Item.references, peek(mem, item + Item.references) + more);
  moved.writes.push(layout.object.references + object);
}

/** `attach`, or `refuse-attach`, or `refuse-unready`. */
export function attach(m: SlabMemory, r: number, moved: Moved): void {
  const { mem } = m;
  if (isOutOfReach(m, r, refuseAttach, moved)) return;
  const object = m.records[r + Field.objects];
  const lock = m.pageLockAt + m.pageOf(object);
  const item = m.itemOf(object);
  let port = -1;
  acquire(mem, lock);
  const mine = isItsOwn(m, r, item);
  if (mine && peek(mem, item + Item.port) === 0) {
    acquire(mem, m.portLockAt);
    port = givePort(m, r, object, moved);
    release(mem, m.portLockAt);
  }
  release(mem, lock);
  if (port < 0) return refuse(m, moved, refuseAttach, mine ? Reason.port : Reason.notUsed);
  moved.witness.push(port);
  m.tell(moved, attachStage);
  answer(moved, done, object);
  moved.outcome.push(port);
}

/** `answer` to a read, or `refuse-unready`. */
export function read(m: SlabMemory, r: number, moved: Moved): void {
  if (isOutOfReach(m, r, answerStage, moved)) return;
  const object = m.records[r + Field.objects];
  const lock = m.pageLockAt + m.pageOf(object);
  const item = m.itemOf(object);
  acquire(m.mem, lock);
  const mine = isItsOwn(m, r, item);
  const content = peek(m.mem, item + Item.content);
  const owner = peek(m.mem, item + Item.owner);
  release(m.mem, lock);
  if (!mine) return refuse(m, moved, answerStage, Reason.notUsed);
  m.tell(moved, answerStage);
  answer(moved, done, object);
  moved.outcome.push(content);
  moved.outcome.push(owner);
}

/** `answer`: where objects of a kind live, and whether under a lock. */
export function place(m: SlabMemory, r: number, moved: Moved): void {
  m.tell(moved, answerStage);
  answer(moved, done, m.records[r + Field.at]);
  moved.outcome.push(m.records[r + Field.count]);
}
