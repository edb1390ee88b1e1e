/**
 * How a port comes back: its holder sets its bit, or lets it rest first; any other core puts it on the holder's list.
 *
 * The holder is the core that gave the port out: an own port is given by its owner only, and a chunk stays where it is while a port of it is out. So the
 * port's own words say who the holder is, and no shared word need be looked at.
 */
import * as terms from "../../spec/port-allocation/terms.ts";
import { collectAfterMs } from "../../spec/port-allocation/terms.ts";
import * as side from "../../spec/side.ts";
import type { Moved } from "../../spec/side.ts";
import type { Numbering } from "../numbering.ts";
import { acquire, peek, poke, release } from "../accessor.ts";
import { setBit } from "./bitmap.ts";
import { returnChunk } from "./chunks.ts";
import { forgetIfLast } from "./known.ts";
import * as memory from "./memory.ts";
import type { PortMemory } from "./memory.ts";
import * as record from "./record.ts";
import { freeWellKnown } from "./well-known.ts";

const { Stage } = terms;
const { Next } = side;
const { giverMask, portWords } = memory;
const { Field, noPort, Step } = record;

/** Body of the timers set here. */
const nothing: readonly number[] = Object.freeze([]);

/** Decides one port: `expire` (and again), `delay`, `free`, `hand-over` or `free-well-known`. */
export function releasePort(m: PortMemory, numbering: Numbering, r: number, moved: Moved): void {
  const { mem, records } = m;
  const handle = records[r + Field.handle];
  if (handle >= m.wellKnownHandle) return freeWellKnown(m, numbering, r, moved);
  const core = records[r + Field.core];
  const holder = records[r + Field.collected] === 1 ? core : mem[m.portAt + handle * portWords + 1] & giverMask;
  if (holder !== core) return handOver(m, numbering, r, handle, holder, moved);
  records[r + Field.freedHere] = 1;
  const resting = mem[m.queueAt + 2 * core + 1];
  if (m.rests && resting >= m.queueMax) {
    expire(m, numbering, core, moved);
    moved.next = Next.more;
    return;
  }
  if (records[r + Field.collected] === 0) unbind(m, handle, moved);
  if (m.rests) return rest(m, numbering, core, handle, resting, moved);
  if (m.reporting) moved.stages.push(numbering.stage + Stage.free);
  setFree(m, core, handle, moved);
}

/** The port has neither subscriber nor session any more. */
function unbind(m: PortMemory, handle: number, moved: Moved): void {
  const at = m.portAt + handle * portWords;
  m.mem[at] = 0;
  m.mem[at + 1] = 0;
  if (m.reporting) {
    moved.writes.push(m.layout.port.user + handle);
    moved.writes.push(m.layout.port.session + handle);
  }
}

/** The port's bit is set at its holder; a chunk that is whole again goes back. */
function setFree(m: PortMemory, core: number, handle: number, moved: Moved): void {
  // Most pools have one address, and most flows are of TCP.
  const table = handle < m.ports ? 0 : Math.floor(handle / m.ports);
  const code = m.shape.codeOf[handle - table * m.ports];
  if (setBit(m, core, table, code)) {
    returnChunk(m, moved, core, table, code);
    if (m.blockMode) forgetIfLast(m, core, table, code >>> 5);
  } else if (m.reporting) moved.writes.push(m.layout.port.local + handle);
}

/** `delay`: the port enters this core's queue. */
function rest(m: PortMemory, numbering: Numbering, core: number, handle: number, resting: number, moved: Moved): void {
  const { mem } = m;
  const at = m.queueAt + 2 * core;
  const now = m.setup.nowMs(0);
  const place = m.queueRingAt + (core * m.queueRingSize + ((mem[at] + resting) & m.queueRingMask)) * 2;
  mem[place] = handle;
  mem[place + 1] = now;
  mem[at + 1] = resting + 1;
  if (m.reporting) {
    moved.stages.push(numbering.stage + Stage.delay);
    moved.writes.push(m.layout.port.rested + handle);
    moved.writes.push(m.layout.core.resting + core);
  }
  // What rests already has its timer, and this one is due after it.
  if (mem[m.agingAt + core] === 1) return;
  setAging(m, core, 1, moved);
  setTimer(m, core, now, moved);
}

/** Whether the timer of this core is to come, or under way. */
function setAging(m: PortMemory, core: number, aging: 0 | 1, moved: Moved): void {
  m.mem[m.agingAt + core] = aging;
  if (m.reporting) moved.writes.push(m.layout.core.aging + core);
}

/** The timer `age` of this core, for a port that has rested since then. */
function setTimer(m: PortMemory, core: number, since: number, moved: Moved): void {
  moved.timers.push({ label: "age", core, atMs: since + m.reuseDelayMs, body: nothing });
}

/** `expire`: the port that has rested longest is free again. */
function expire(m: PortMemory, numbering: Numbering, core: number, moved: Moved): void {
  const { mem } = m;
  const at = m.queueAt + 2 * core;
  const handle = mem[m.queueRingAt + (core * m.queueRingSize + mem[at]) * 2];
  mem[at] = (mem[at] + 1) & m.queueRingMask;
  mem[at + 1]--;
  if (m.reporting) {
    moved.stages.push(numbering.stage + Stage.expire);
    moved.writes.push(m.layout.port.rested + handle);
    moved.writes.push(m.layout.core.resting + core);
  }
  setFree(m, core, handle, moved);
}

/** `hand-over`: the port goes onto its holder's list, under the lock of the list. */
function handOver(m: PortMemory, numbering: Numbering, r: number, handle: number, holder: number, moved: Moved): void {
  const { mem } = m;
  const at = m.listAt + 2 * holder;
  unbind(m, handle, moved);
  acquire(mem, m.listLockAt + holder);
  const count = peek(mem, at + 1);
  poke(mem, m.listRingAt + holder * m.listRingSize + ((peek(mem, at) + count) & m.listRingMask), handle);
  poke(mem, at + 1, count + 1);
  release(mem, m.listLockAt + holder);
  m.records[r + Field.freedHere] = 0;
  if (count === 0) moved.timers.push({ label: "collect", core: holder, atMs: m.setup.nowMs(0) + collectAfterMs, body: nothing });
  if (m.reporting) {
    moved.stages.push(numbering.stage + Stage["hand-over"]);
    moved.writes.push(m.layout.port.handed + handle);
    moved.writes.push(m.layout.core.handed + holder);
  }
}

/** `collect`: the first port of this core's list, to be released in the next step; or `collect-empty`. */
export function collect(m: PortMemory, numbering: Numbering, r: number, moved: Moved): void {
  const { mem, records } = m;
  const core = records[r + Field.core];
  const at = m.listAt + 2 * core;
  let handle = noPort;
  acquire(mem, m.listLockAt + core);
  const count = peek(mem, at + 1);
  if (count > 0) {
    const head = peek(mem, at);
    handle = peek(mem, m.listRingAt + core * m.listRingSize + head);
    poke(mem, at, (head + 1) & m.listRingMask);
    poke(mem, at + 1, count - 1);
  }
  release(mem, m.listLockAt + core);
  records[r + Field.handle] = handle;
  records[r + Field.step] = Step.release;
  if (count === 0) {
    if (m.reporting) moved.stages.push(numbering.stage + Stage["collect-empty"]);
    return;
  }
  moved.next = Next.more;
  if (m.reporting) {
    moved.stages.push(numbering.stage + Stage.collect);
    moved.writes.push(m.layout.port.handed + handle);
    moved.writes.push(m.layout.core.handed + core);
  }
}

/** `expire` while the oldest port has rested long enough; then `age-done`, with which the timer is set anew as long as ports rest. */
export function age(m: PortMemory, numbering: Numbering, r: number, moved: Moved): void {
  const { mem, records } = m;
  const core = records[r + Field.core];
  const resting = mem[m.queueAt + 2 * core + 1];
  if (resting > 0 && m.setup.nowMs(0) - oldestSince(m, core) >= m.reuseDelayMs) {
    expire(m, numbering, core, moved);
    records[r + Field.done]++;
    moved.next = Next.more;
    return;
  }
  if (m.reporting) moved.stages.push(numbering.stage + Stage["age-done"]);
  if (records[r + Field.timer] === 0) return;
  if (resting > 0) setTimer(m, core, oldestSince(m, core), moved);
  else setAging(m, core, 0, moved);
}

/** When the oldest of the ports that rest at this core began to. */
function oldestSince({ mem, queueAt, queueRingAt, queueRingSize }: PortMemory, core: number): number {
  return mem[queueRingAt + (core * queueRingSize + mem[queueAt + 2 * core]) * 2 + 1];
}
