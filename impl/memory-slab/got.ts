/** How the row of one object ends: whoever asked for it goes on with the next replica, or is done. */
import { Outcome } from "../../spec/memory-slab/terms.ts";
import * as side from "../../spec/side.ts";
import type { Moved } from "../../spec/side.ts";
import { answer } from "./answers.ts";
import type { SlabMemory } from "./memory.ts";
import * as words from "./words.ts";

const { Next } = side;
const { Field, Row, Step } = words;
const { allocated, refused } = Outcome;

/** The replica of `core` comes next. */
export function aim({ records }: SlabMemory, r: number, core: number): void {
  records[r + Field.at] = core;
  records[r + Field.to] = core;
  records[r + Field.step] = core === records[r + Field.core] ? Step.obtain : Step.ask;
}

/** The row has its object: what asked for it goes on, or is done. */
export function got(m: SlabMemory, r: number, object: number, moved: Moved): void {
  const { records, cores } = m;
  const at = records[r + Field.at];
  records[r + Field.objects + at] = object;
  if (records[r + Field.row] === Row.part) return endPart(moved);
  if (records[r + Field.row] === Row.request) {
    moved.freed.push(records[r + Field.asker]);
    return answer(moved, allocated, object);
  }
  if (records[r + Field.row] === Row.replicated && at + 1 < cores) return aim(m, r, at + 1);
  records[r + Field.count] = at + 1;
  moved.outcome.push(allocated);
  for (let i = 0; i <= at; i++) moved.outcome.push(records[r + Field.objects + i]);
  moved.yields = 1;
  moved.next = Next.done;
}

/** The row has none. */
export function none(m: SlabMemory, r: number, reason: number, moved: Moved): void {
  const { records } = m;
  if (records[r + Field.row] === Row.part) return endPart(moved);
  if (records[r + Field.row] === Row.request) moved.freed.push(records[r + Field.asker]);
  if (records[r + Field.at] === 0) return answer(moved, refused, reason);
  records[r + Field.reason] = reason;
  records[r + Field.count] = records[r + Field.at];
  records[r + Field.step] = Step.withdraw;
}

/** A row that a larger system began is done, and answers nothing by itself. */
export function endPart(moved: Moved): void {
  moved.next = Next.done;
}
