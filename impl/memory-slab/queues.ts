/**
 * Free queues. A core's own is a ring of object numbers that nobody else touches. That of a locked kind is a bit for each object, so that what all cores share is a few words: under its
 * lock it is searched 32 objects at a time.
 */
import { Stage } from "../../spec/memory-slab/terms.ts";
import { clearBit, findBit } from "./bitmap.ts";
import type { SlabMemory } from "./memory.ts";
import * as words from "./words.ts";

const { Queue } = words;
const { dequeue } = Stage;

/** Any object leaves the core's queue, which holds one: it changes places with the first. */
export function takeOwn(m: SlabMemory, r: number, core: number, kind: number): number {
  const { own } = m;
  const queue = m.queueOf(core, kind);
  const ring = m.coreAt(core) + m.ringAt[kind];
  const mask = m.ringMask[kind];
  const head = own[queue + Queue.head];
  const chosen = ring + ((head + m.choose(r, dequeue, own[queue + Queue.count])) & mask);
  const object = own[chosen];
  own[chosen] = own[ring + head];
  own[queue + Queue.head] = (head + 1) & mask;
  own[queue + Queue.count]--;
  return object;
}

/** An object joins the core's queue. */
export function putOwn(m: SlabMemory, core: number, kind: number, object: number): void {
  const { own } = m;
  const queue = m.queueOf(core, kind);
  own[m.coreAt(core) + m.ringAt[kind] + ((own[queue + Queue.head] + own[queue + Queue.count]++) & m.ringMask[kind])] = object;
}

/** All objects of a page leave the core's queue; the others keep their order. */
export function dropOwn(m: SlabMemory, core: number, kind: number, page: number): void {
  const { own } = m;
  const queue = m.queueOf(core, kind);
  const ring = m.coreAt(core) + m.ringAt[kind];
  const mask = m.ringMask[kind];
  const head = own[queue + Queue.head];
  const count = own[queue + Queue.count];
  let kept = 0;
  for (let i = 0; i < count; i++) {
    const object = own[ring + ((head + i) & mask)];
    if (m.pageOf(object) !== page) own[ring + ((head + kept++) & mask)] = object;
  }
  own[queue + Queue.count] = kept;
}

/** Under its lock: any object leaves the queue of a locked kind; -1: it holds none. */
export function takeLocked(m: SlabMemory, r: number, kind: number): number {
  const objects = m.sharedPages * m.perPage;
  const object = findBit(m.mem, m.lockedQueue(kind), m.choose(r, dequeue, objects), objects);
  if (object !== -1) clearBit(m.mem, m.lockedQueue(kind), object);
  return object;
}
