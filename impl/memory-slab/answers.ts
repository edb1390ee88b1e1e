/** How an operation ends: with an outcome of one or two words, or refused. */
import { Outcome, Reason, Stage } from "../../spec/memory-slab/terms.ts";
import * as side from "../../spec/side.ts";
import type { Moved } from "../../spec/side.ts";
import type { SlabMemory } from "./memory.ts";

const { Next } = side;
const { refused } = Outcome;
const { "refuse-unready": refuseUnready } = Stage;

/** Done, with an outcome and what it is about. */
export function answer(moved: Moved, outcome: number, value: number): void {
  moved.outcome.push(outcome);
  moved.outcome.push(value);
  moved.next = Next.done;
}

/** Done: refused at a documented stage, for a reason. */
export function refuse(m: SlabMemory, moved: Moved, stage: number, reason: number): void {
  m.tell(moved, stage);
  answer(moved, refused, reason);
}

/** `refuse-unready`. */
export function unready(m: SlabMemory, moved: Moved): void {
  refuse(m, moved, refuseUnready, Reason.unready);
}
