/** Session structures: each core's free queue, a ring under its lock, as a founder's structure may be freed by another core; and what is written in them from several places. */
import { State } from "../../spec/nat-session/terms.ts";
import type { Moved } from "../../spec/side.ts";
import { acquire, peek, poke, release, store } from "../accessor.ts";
import type { NatMemory } from "./memory.ts";
import * as words from "./words.ts";

const { Field, Half, Row } = words;

/** The structure that is free longest at a core becomes `taken`; -1: none is free. */
export function takeStructure(m: NatMemory, core: number, moved: Moved): number {
  const { mem } = m;
  const queue = m.queueAt + core * m.queueWords;
  let object = -1;
  acquire(mem, m.queueLockAt + core);
  const count = peek(mem, queue + 1);
  if (count > 0) {
    const head = peek(mem, queue);
    object = peek(mem, queue + 2 + head);
    poke(mem, queue, head + 1 === m.perCore ? 0 : head + 1);
    poke(mem, queue + 1, count - 1);
    acquire(mem, m.objectLockAt + object);
    setState(m, object, State.taken, moved);
    release(mem, m.objectLockAt + object);
  }
  release(mem, m.queueLockAt + core);
  return object;
}

/** The structure is free again, all its words 0, and joins the queue of the core that it belongs to; as a part, memory takes it back. */
export function freeStructure(m: NatMemory, object: number, moved: Moved): void {
  const { mem } = m;
  const core = m.owner(object);
  const queue = m.queueAt + core * m.queueWords;
  const row = m.row(object);
  const queued = m.surroundings === undefined;
  if (queued) acquire(mem, m.queueLockAt + core);
  acquire(mem, m.objectLockAt + object);
  // References and binding are 0 by now: nobody refers to it any more, and it founds nothing.
  for (let word: number = Row.subscriber; word < Row.words; word++) {
    if (word !== Row.stamp && word !== Row.references && word !== Row.binding) mem[row + word] = 0;
    moved.writes.push(m.layout.object.state + word * m.objects + object);
  }
  store(mem, row + Row.stamp, 0);
  setState(m, object, State.free, moved);
  if (queued) join(m, queue, object);
  release(mem, m.objectLockAt + object);
  if (queued) release(mem, m.queueLockAt + core);
}

/** Under the queue's lock. */
function join({ mem, perCore }: NatMemory, queue: number, object: number): void {
  const count = peek(mem, queue + 1);
  poke(mem, queue + 2 + ((peek(mem, queue) + count) % perCore), object);
  poke(mem, queue + 1, count + 1);
}

/** As a part: a structure that memory gave becomes `taken`. */
export function noteTaken(m: NatMemory, object: number, moved: Moved): void {
  acquire(m.mem, m.objectLockAt + object);
  setState(m, object, State.taken, moved);
  release(m.mem, m.objectLockAt + object);
}

/** Under the structure's lock. */
export function setState(m: NatMemory, object: number, state: number, moved: Moved): void {
  poke(m.mem, m.row(object) + Row.state, state);
  moved.writes.push(m.layout.object.state + object);
}

/** Under their locks: all structures of a session; `partner` as in the lead's words. */
export function setStates(m: NatMemory, lead: number, partner: number, state: number, moved: Moved): void {
  setState(m, lead, state, moved);
  if (partner !== 0) setState(m, partner - 1, state, moved);
}

/** The endpoint and external endpoint of one half of a record go over to its structure. */
export function writeEndpoints(m: NatMemory, r: number, half: number, moved: Moved): void {
  const { mem, records } = m;
  const object = records[half + Half.object];
  const row = m.row(object);
  mem[row + Row.subscriber] = records[half + Half.subscriber];
  mem[row + Row.protocol] = records[r + Field.protocol] + 1;
  mem[row + Row.privatePort] = records[half + Half.privatePort];
  mem[row + Row.natAddress] = records[half + Half.natAddress];
  mem[row + Row.natPort] = records[half + Half.natPort];
  const { natAddress, natPort, privatePort, protocol, subscriber } = m.layout.object;
  moved.writes.push(subscriber + object);
  moved.writes.push(protocol + object);
  moved.writes.push(privatePort + object);
  moved.writes.push(natAddress + object);
  moved.writes.push(natPort + object);
}
