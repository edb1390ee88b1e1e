/** The row of a scan: the owner takes objects from its list one by one, in the order in which they came, and frees each. What is listed before it finds the list empty is freed by it. */
import { Outcome, Stage, State } from "../../spec/memory-slab/terms.ts";
import type { Moved } from "../../spec/side.ts";
import { acquire, peek, poke, release } from "../accessor.ts";
import { answer, unready } from "./answers.ts";
import { clean } from "./clean.ts";
import type { SlabMemory } from "./memory.ts";
import * as words from "./words.ts";

const { Field, Item, List } = words;
const { "scan-end": scanEnd, "take-listed": takeStage } = Stage;

/** One step: on the object in hand, or `take-listed`, or `scan-end`. */
export function scan(m: SlabMemory, r: number, moved: Moved): void {
  const { records } = m;
  if (records[r + Field.hand] !== -1) {
    if (!clean(m, r, records[r + Field.hand], false, moved)) return;
    records[r + Field.hand] = -1;
    records[r + Field.here]++;
  } else if (records[r + Field.timer] === 0 && !m.isReady(r)) unready(m, moved);
  else takeListed(m, r, moved);
}

function takeListed(m: SlabMemory, r: number, moved: Moved): void {
  const { mem, records, layout } = m;
  const core = records[r + Field.core];
  const at = m.listAt + core * m.listWords;
  acquire(mem, m.listLockAt + core);
  const count = peek(mem, at + List.count);
  if (count > 0) {
    const head = peek(mem, at + List.head);
    const object = peek(mem, at + List.words + head);
    const page = m.pageOf(object);
    poke(mem, at + List.head, (head + 1) & m.listMask);
    poke(mem, at + List.count, count - 1);
    acquire(mem, m.pageLockAt + page);
    poke(mem, m.itemOf(object) + Item.state, State.freeing);
    release(mem, m.pageLockAt + page);
    records[r + Field.hand] = object;
    moved.writes.push(layout.core.listed + core);
    moved.writes.push(layout.object.state + object);
  } else if (records[r + Field.timer] === 1) {
    poke(mem, at + List.armed, 0);
    moved.writes.push(layout.core.armed + core);
  }
  release(mem, m.listLockAt + core);
  m.tell(moved, count > 0 ? takeStage : scanEnd);
  if (count === 0) answer(moved, Outcome.done, records[r + Field.here]);
}
