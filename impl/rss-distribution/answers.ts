/** How an operation ends: its outcome is kept in the record, so that a row of this part answers nothing by itself in a larger system. */
import { Outcome, Stage } from "../../spec/rss-distribution/terms.ts";
import * as side from "../../spec/side.ts";
import type { Moved } from "../../spec/side.ts";
import type { RssMemory } from "./memory.ts";
import * as words from "./words.ts";

const { Next } = side;
const { Field } = words;

/** Done, with an outcome. */
export function answer({ records }: RssMemory, r: number, moved: Moved, outcome: number): void {
  records[r + Field.answers] = 1;
  records[r + Field.code] = outcome;
  moved.next = Next.done;
}

/** Done, with an outcome and what it is about. */
export function answerWith(m: RssMemory, r: number, moved: Moved, outcome: number, value: number): void {
  answer(m, r, moved, outcome);
  m.records[r + Field.answers] = 2;
  m.records[r + Field.code + 1] = value;
}

/** Done, with an outcome, a core or node, and a hash. */
export function answerHash(m: RssMemory, r: number, moved: Moved, outcome: number, value: number, hash: number): void {
  answerWith(m, r, moved, outcome, value);
  m.records[r + Field.answers] = 3;
  m.records[r + Field.code + 2] = hash;
}

/** Done: refused at a documented stage; `value` is what an outcome says of a refusal. */
export function refuse(m: RssMemory, r: number, moved: Moved, stage: number, value: number): void {
  m.tell(moved, stage);
  answerWith(m, r, moved, Outcome.refused, value);
}

/** `refuse-control`. */
export function refuseControl(m: RssMemory, r: number, moved: Moved): void {
  refuse(m, r, moved, Stage["refuse-control"], 0);
}
