/** A core returns: the control core looks once at every bucket, moves those that nobody serves, and asks for those the core was configured with (RSS-6). */
import { Outcome, Stage } from "../../spec/rss-distribution/terms.ts";
import type { Moved } from "../../spec/side.ts";
import { lowestBit, lowBits } from "../bits.ts";
import { peek, poke } from "../accessor.ts";
import { answerWith, refuseControl } from "./answers.ts";
import { ask, bucketsOf, coreOf } from "./buckets.ts";
import { availableCores } from "./decide.ts";
import { moveAway } from "./going.ts";
import { enter, leave } from "./locks.ts";
import type { RssMemory } from "./memory.ts";
import * as words from "./words.ts";

const { Field, Node, Step } = words;

/** `up` or `refuse-control`. */
export function up(m: RssMemory, r: number, moved: Moved): void {
  const { config, mem, records } = m;
  const core = records[r + Field.what];
  const at = m.nodeAt + Node.up;
  enter(m, r);
  const before = peek(mem, at);
  if (records[r + Field.core] !== config.control || ((before >>> core) & 1) === 1) refuseControl(m, r, moved);
  else {
    poke(mem, at, before | (1 << core));
    moved.writes.push(m.layout.core.up + core);
    m.tell(moved, Stage.up);
    records[r + Field.count] = 0;
    records[r + Field.cursor] = 0;
    records[r + Field.step] = Step.comingUp;
  }
  leave(m, r);
}

/** `move-away`, `ask-back` or `up-end`. */
export function comeUp(m: RssMemory, r: number, moved: Moved): void {
  const { records } = m;
  enter(m, r);
  const bucket = nextBucket(m, r);
  if (bucket < 0) {
    m.tell(moved, Stage["up-end"]);
    answerWith(m, r, moved, Outcome.done, records[r + Field.count]);
  } else {
    records[r + Field.cursor] = bucket + 1;
    if (((peek(m.mem, m.nodeAt + Node.up) >>> coreOf(m, bucket)) & 1) === 0) moveAway(m, r, bucket, moved);
    else askBack(m, r, bucket, moved);
  }
  leave(m, r);
}

function askBack(m: RssMemory, r: number, bucket: number, moved: Moved): void {
  const { records } = m;
  const core = records[r + Field.what];
  ask(m, bucket, core + 1, moved);
  moved.sent.push({ node: records[r + Field.node], core: coreOf(m, bucket), label: "rebalance", body: [bucket, core] });
  records[r + Field.count]++;
  m.tell(moved, Stage["ask-back"]);
}

/** The lowest bucket from the cursor on that somebody must see to; -1: there is none. */
function nextBucket(m: RssMemory, r: number): number {
  const { records } = m;
  const core = records[r + Field.what];
  const cursor = records[r + Field.cursor];
  const available = availableCores(m);
  const serving = peek(m.mem, m.nodeAt + Node.up);
  for (let word = cursor >>> 5; word < m.bucketWords; word++) {
    let bits = available === 0 ? 0 : bucketsOf(m, m.allCores & ~serving, word);
    if (((available >>> core) & 1) === 1) bits |= m.configured[core * m.bucketWords + word] & bucketsOf(m, serving & ~(1 << core), word);
    if (word === cursor >>> 5) bits &= ~lowBits(cursor & 31);
    if (bits !== 0) return word * 32 + lowestBit(bits);
  }
  return -1;
}
