/** The initialisation allocator: memory of any size, cut from its units under the lock of the base address. */
import { Outcome, Reason, Stage } from "../../spec/memory-slab/terms.ts";
import type { Moved } from "../../spec/side.ts";
import { acquire, poke, release } from "../accessor.ts";
import { answer, refuse, unready } from "./answers.ts";
import { clearBit, nextBit, setBit } from "./bitmap.ts";
import type { SlabMemory } from "./memory.ts";
import * as words from "./words.ts";

const { Field, Own } = words;
const { "give-back": giveBackStage, "refuse-memory": refuseMemory, reserve: reserveStage } = Stage;

/** Under the lock: a run of free units goes to `user`; its offset, or -1 where none is long enough. */
export function takeUnits(m: SlabMemory, r: number, stage: number, count: number, user: number, moved: Moved): number {
  const start = m.choose(r, stage, m.units);
  let offset = findRun(m, start, count);
  if (offset === -1) offset = findRun(m, 0, count);
  if (offset === -1) return offset;
  mark(m, offset, count, user, moved);
  moved.witness.push(offset);
  return offset;
}

/** First of `count` free units in a row, `from` or later; -1: there is no such run. */
function findRun(m: SlabMemory, from: number, count: number): number {
  for (let first = nextBit(m.mem, m.unitBitsAt, from, m.units, 0); first + count <= m.units; ) {
    const end = nextBit(m.mem, m.unitBitsAt, first, m.units, -1);
    if (end - first >= count) return first;
    first = nextBit(m.mem, m.unitBitsAt, end, m.units, 0);
  }
  return -1;
}

/** Under the lock: the units get a user, or are free with user 0. */
function mark({ mem, unitBitsAt, unitUserAt, layout }: SlabMemory, offset: number, count: number, user: number, moved: Moved): void {
  for (let unit = offset; unit < offset + count; unit++) {
    if (user === 0) setBit(mem, unitBitsAt, unit);
    else clearBit(mem, unitBitsAt, unit);
    poke(mem, unitUserAt + unit, user);
    moved.writes.push(layout.unit.user + unit);
  }
}

/** `reserve`; or `refuse-memory`; or `refuse-unready` of a core that has not mapped the memory. */
export function reserve(m: SlabMemory, slot: number, r: number, moved: Moved): void {
  const { records } = m;
  if (m.own[m.coreAt(records[r + Field.core]) + Own.mapped] === 0) return unready(m, moved);
  acquire(m.mem, m.initialLockAt);
  const offset = takeUnits(m, r, reserveStage, records[r + Field.units], slot + 1, moved);
  release(m.mem, m.initialLockAt);
  if (offset === -1) return refuse(m, moved, refuseMemory, Reason.memory);
  records[r + Field.offset] = offset;
  m.tell(moved, reserveStage);
  answer(moved, Outcome.allocated, offset);
  moved.yields = 1;
}

/** `give-back`: the units are free again. */
export function returnUnits(m: SlabMemory, r: number, moved: Moved): void {
  const offset = m.records[r + Field.offset];
  acquire(m.mem, m.initialLockAt);
  mark(m, offset, m.records[r + Field.units], 0, moved);
  release(m.mem, m.initialLockAt);
  m.tell(moved, giveBackStage);
  answer(moved, Outcome.done, offset);
}
