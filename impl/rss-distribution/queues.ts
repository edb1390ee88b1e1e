/** Queues of packets that wait at a core, its load and its counts; all of it under the lock of the queue. */
import type { Moved } from "../../spec/side.ts";
import { peek, poke } from "../accessor.ts";
import type { RssMemory } from "./memory.ts";
import * as words from "./words.ts";

const { Field, Queue, recordWords } = words;
const nothing: readonly number[] = [];

/** Whether no more packets may wait there. */
export function isFull(m: RssMemory, core: number): boolean {
  return peek(m.mem, m.queueOf(core) + Queue.waiting) >= m.queueMax;
}

export function loadOf(m: RssMemory, core: number): number {
  return peek(m.mem, m.queueOf(core) + Queue.load);
}

/** A cost joins the core's load, or leaves it. */
export function weigh(m: RssMemory, core: number, cost: number, moved: Moved): void {
  const at = m.queueOf(core) + Queue.load;
  poke(m.mem, at, peek(m.mem, at) + cost);
  moved.writes.push(m.layout.core.load + core);
}

/** One packet more was dropped for want of room there. */
export function countDropped(m: RssMemory, core: number, moved: Moved): void {
  const at = m.queueOf(core) + Queue.dropped;
  poke(m.mem, at, peek(m.mem, at) + 1);
  moved.writes.push(m.layout.core.dropped + core);
}

/** One packet more was lost there. */
export function countLost(m: RssMemory, core: number, moved: Moved): void {
  const at = m.queueOf(core) + Queue.lost;
  poke(m.mem, at, peek(m.mem, at) + 1);
  moved.writes.push(m.layout.core.lost + core);
}

/** The packet of the record waits at the core from now on, and its message is on the way there: with the packet, or to where it lies. */
export function join(m: RssMemory, r: number, core: number, moved: Moved): void {
  const { mem, records } = m;
  const queue = m.queueOf(core);
  const waiting = peek(mem, queue + Queue.waiting);
  const p = r + Field.origin;
  let body = nothing;
  if (m.isShared) {
    const at = queue + Queue.words + ((peek(mem, queue + Queue.head) + waiting) & m.ringMask) * recordWords;
    for (let i = 0; i < recordWords; i++) poke(mem, at + i, records[p + i]);
  } else body = [records[p], records[p + 1], records[p + 2], records[p + 3], records[p + 4], records[p + 5], records[p + 6]];
  poke(mem, queue + Queue.waiting, waiting + 1);
  moved.writes.push(m.layout.core.waiting + core);
  weigh(m, core, records[r + Field.cost], moved);
  moved.sent.push({ node: records[r + Field.node], core, label: "packet", body });
}

/** The oldest packet that waits in the core's memory, into the record; it stays there. */
export function fetch(m: RssMemory, r: number, core: number): void {
  const { mem, records } = m;
  const queue = m.queueOf(core);
  const at = queue + Queue.words + peek(mem, queue + Queue.head) * recordWords;
  for (let i = 0; i < recordWords; i++) records[r + Field.origin + i] = peek(mem, at + i);
}

/** The oldest packet waits there no longer; its load stays. */
export function leaveQueue(m: RssMemory, core: number, moved: Moved): void {
  const { mem } = m;
  const queue = m.queueOf(core);
  poke(mem, queue + Queue.waiting, peek(mem, queue + Queue.waiting) - 1);
  if (m.isShared) poke(mem, queue + Queue.head, (peek(mem, queue + Queue.head) + 1) & m.ringMask);
  moved.writes.push(m.layout.core.waiting + core);
}
