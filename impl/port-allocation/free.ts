/**
 * How a port comes back: its holder sets its bit, or lets it rest first; any other core puts it on the holder's list.
 *
 * The holder is the core that gave the port out: an own port is given by its owner only, and a chunk stays where it is while a port of it is out. So the
 * port's own words say who the holder is, and no shared word need be looked at.
 */
import { collectAfterMs, Stage } from "../../spec/port-allocation/terms.ts";
import { Next, type Moved } from "../../spec/side.ts";
import type { Numbering } from "../numbering.ts";
import { acquire, peek, poke, release } from "../shared.ts";
import { setBit } from "./bitmap.ts";
import { returnChunk } from "./chunks.ts";
import { forgetIfLast } from "./known.ts";
import { giverBits, portWords, type PortMemory } from "./memory.ts";
import { Field, Step } from "./record.ts";
import { freeWellKnown } from "./well-known.ts";

/** Body of the timers set here. */
const nothing: readonly number[] = Object.freeze([]);

/** Decides one port: `expire` (and again), `delay`, `free`, `hand-over` or `free-well-known`. */
export function releasePort(m: PortMemory, numbering: Numbering, r: number, moved: Moved): void {
  const { mem, records } = m;
  const handle = records[r + Field.handle];
  if (handle >= m.wellKnownHandle) return freeWellKnown(m, numbering, r, moved);
  const core = records[r + Field.core];
  const holder = records[r + Field.collected] === 1 ? core : mem[m.portAt + handle * portWords + 1] & ((1 << giverBits) - 1);
  if (holder !== core) return handOver(m, numbering, r, handle, holder, moved);
  records[r + Field.freedHere] = 1;
  if (!m.rests) {
    if (m.reporting) moved.stages.push(numbering.stage + Stage.free);
    unbind(m, handle, moved);
    setFree(m, core, handle, moved);
    moved.next = Next.done;
    return;
  }
  const resting = mem[m.queueAt + 2 * core + 1];
  if (resting >= m.queueMax && resting > 0) {
    expire(m, numbering, core, moved);
    moved.next = Next.more;
    return;
  }
  rest(m, numbering, core, handle, resting, moved);
}

/** The port has neither subscriber nor session any more. */
function unbind(m: PortMemory, handle: number, moved: Moved): void {
  const at = m.portAt + handle * portWords;
  if (m.mem[at] === 0) return;
  m.mem[at] = 0;
  m.mem[at + 1] = 0;
  if (!m.reporting) return;
  moved.writes.push(m.layout.port.user + handle);
  moved.writes.push(m.layout.port.session + handle);
}

/** The port's bit is set at its holder; a chunk that is whole again goes back. */
function setFree(m: PortMemory, core: number, handle: number, moved: Moved): void {
  const table = Math.floor(handle / m.ports);
  const code = m.shape.codeOf[handle - table * m.ports];
  if (!setBit(m, core, table, code)) {
    if (m.reporting) moved.writes.push(m.layout.port.local + handle);
    return;
  }
  returnChunk(m, moved, core, table, code);
  if (m.blockMode) forgetIfLast(m, core, table, code >>> 5);
}

/** `delay`: the port enters this core's queue. */
function rest(m: PortMemory, numbering: Numbering, core: number, handle: number, resting: number, moved: Moved): void {
  const { mem } = m;
  const at = m.queueAt + 2 * core;
  const now = m.setup.nowMs(0);
  const place = m.queueRingAt + (core * m.queueRingSize + ((mem[at] + resting) % m.queueRingSize)) * 2;
  mem[place] = handle;
  mem[place + 1] = now;
  mem[at + 1] = resting + 1;
  unbind(m, handle, moved);
  moved.timers.push({ label: "age", core, atMs: now + m.reuseDelayMs, body: nothing });
  moved.next = Next.done;
  if (!m.reporting) return;
  moved.stages.push(numbering.stage + Stage.delay);
  moved.writes.push(m.layout.port.rested + handle);
  moved.writes.push(m.layout.core.resting + core);
}

/** `expire`: the port that has rested longest is free again. */
function expire(m: PortMemory, numbering: Numbering, core: number, moved: Moved): void {
  const { mem } = m;
  const at = m.queueAt + 2 * core;
  const handle = mem[m.queueRingAt + (core * m.queueRingSize + mem[at]) * 2];
  mem[at] = mem[at] + 1 === m.queueRingSize ? 0 : mem[at] + 1;
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
  poke(mem, m.listRingAt + holder * m.listRingSize + ((peek(mem, at) + count) % m.listRingSize), handle);
  poke(mem, at + 1, count + 1);
  release(mem, m.listLockAt + holder);
  m.records[r + Field.freedHere] = 0;
  moved.timers.push({ label: "collect", core: holder, atMs: m.setup.nowMs(0) + collectAfterMs, body: nothing });
  moved.next = Next.done;
  if (!m.reporting) return;
  moved.stages.push(numbering.stage + Stage["hand-over"]);
  moved.writes.push(m.layout.port.handed + handle);
  moved.writes.push(m.layout.core.handed + holder);
}

/** `collect`: the first port of this core's list, to be released in the next step; or `collect-empty`. */
export function collect(m: PortMemory, numbering: Numbering, r: number, moved: Moved): void {
  const { mem, records } = m;
  const core = records[r + Field.core];
  const at = m.listAt + 2 * core;
  let handle = -1;
  acquire(mem, m.listLockAt + core);
  const count = peek(mem, at + 1);
  if (count > 0) {
    const head = peek(mem, at);
    handle = peek(mem, m.listRingAt + core * m.listRingSize + head);
    poke(mem, at, head + 1 === m.listRingSize ? 0 : head + 1);
    poke(mem, at + 1, count - 1);
  }
  release(mem, m.listLockAt + core);
  records[r + Field.handle] = handle;
  records[r + Field.step] = Step.release;
  moved.next = handle < 0 ? Next.done : Next.more;
  if (!m.reporting) return;
  moved.stages.push(numbering.stage + Stage[handle < 0 ? "collect-empty" : "collect"]);
  if (handle < 0) return;
  moved.writes.push(m.layout.port.handed + handle);
  moved.writes.push(m.layout.core.handed + core);
}

/** `expire` while the oldest port has rested long enough; then `age-done`. */
export function age(m: PortMemory, numbering: Numbering, r: number, moved: Moved): void {
  const { mem, records } = m;
  const core = records[r + Field.core];
  const at = m.queueAt + 2 * core;
  if (mem[at + 1] > 0) {
    const since = mem[m.queueRingAt + (core * m.queueRingSize + mem[at]) * 2 + 1];
    if (m.setup.nowMs(0) - since >= m.reuseDelayMs) {
      expire(m, numbering, core, moved);
      records[r + Field.done]++;
      moved.next = Next.more;
      return;
    }
  }
  moved.next = Next.done;
  if (m.reporting) moved.stages.push(numbering.stage + Stage["age-done"]);
}
