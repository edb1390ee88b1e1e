/** Finishing a packet: its cost leaves the load of the core that it was delivered at. */
import { Outcome, Stage } from "../../spec/rss-distribution/terms.ts";
import * as side from "../../spec/side.ts";
import type { Moved } from "../../spec/side.ts";
import { acquire, load, release } from "../accessor.ts";
import { answerWith } from "./answers.ts";
import type { RssMemory } from "./memory.ts";
import { weigh } from "./queues.ts";
import * as words from "./words.ts";

const { Next } = side;
const { Field, Step, waits } = words;

/** `await` or `finish-none`. Nothing is reported of a packet that was delivered: where it is changes no more, and the next step takes the lock of that core's queue. */
export function look(m: RssMemory, r: number, moved: Moved): void {
  const { records } = m;
  const origin = records[r + Field.what];
  const where = load(m.mem, m.whereAt + origin);
  if (where > waits) {
    records[r + Field.to] = where - 1;
    records[r + Field.step] = Step.finish;
  } else if (where === waits) {
    m.tell(moved, Stage.await);
    moved.next = Next.blocked;
    moved.blockedOn = origin;
  } else {
    m.tell(moved, Stage["finish-none"]);
    answerWith(m, r, moved, Outcome.done, -1);
  }
}

/** `finish`, whether or not the core has gone since. */
export function finish(m: RssMemory, r: number, moved: Moved): void {
  const { mem, records } = m;
  const core = records[r + Field.to];
  acquire(mem, m.queueLockAt + core);
  weigh(m, core, -records[records[r + Field.what] * Field.words + Field.cost], moved);
  release(mem, m.queueLockAt + core);
  m.tell(moved, Stage.finish);
  answerWith(m, r, moved, Outcome.done, core);
}
