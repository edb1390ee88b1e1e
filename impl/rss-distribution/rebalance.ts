/** A core hands one of its buckets to another core, by itself or because it was asked to; flows that only it knows are published first, so that the other core adopts them (RSS-29). */
import { Outcome, Stage } from "../../spec/rss-distribution/terms.ts";
import type { Moved } from "../../spec/side.ts";
import { lowestBit } from "../bits.ts";
import { peek, poke } from "../accessor.ts";
import { answerWith, refuse } from "./answers.ts";
import { ask, coreOf, give } from "./buckets.ts";
import { availableCores } from "./decide.ts";
import { enter, leave, lockConversations } from "./locks.ts";
import type { RssMemory } from "./memory.ts";
import * as words from "./words.ts";

const { Field, Known, Node, Step } = words;

/** Begins the row; `asked`: 1 if a message asks for the bucket. */
export function beginRebalance({ records }: RssMemory, r: number, bucket: number, to: number, asked: number): void {
  records[r + Field.step] = Step.rebalance;
  records[r + Field.what] = bucket;
  records[r + Field.with] = to;
  records[r + Field.asked] = asked;
  records[r + Field.count] = 0;
}

/** `refuse-bucket`, `refuse-core`, `publish` or `move-bucket`. */
export function rebalance(m: RssMemory, r: number, moved: Moved): void {
  const { records } = m;
  const core = records[r + Field.core];
  const bucket = records[r + Field.what];
  const to = records[r + Field.with];
  enter(m, r);
  if (coreOf(m, bucket) !== core || ((peek(m.mem, m.nodeAt + Node.up) >>> core) & 1) === 0) refuse(m, r, moved, Stage["refuse-bucket"], 0);
  else if (((availableCores(m) >>> to) & 1) === 0) refuse(m, r, moved, Stage["refuse-core"], 0);
  else if (publishes(m, r, core, m.flowsIn[bucket], moved)) return leave(m, r);
  else {
    give(m, bucket, to, moved);
    m.tell(moved, Stage["move-bucket"]);
    answerWith(m, r, moved, Outcome.done, records[r + Field.count]);
  }
  if (records[r + Field.asked] === 1) ask(m, bucket, 0, moved);
  leave(m, r);
}

/** Publishes the lowest of these flows that only this core knows; false: there is none. */
function publishes(m: RssMemory, r: number, core: number, flows: number, moved: Moved): boolean {
  lockConversations(m, r, conversationsOf(flows));
  for (let left = flows; left !== 0; left &= left - 1) {
    const flow = lowestBit(left);
    const at = m.flowAt(flow);
    if (peek(m.mem, at + Known.home) !== core + 1 || peek(m.mem, at + Known.published) === 1) continue;
    poke(m.mem, at + Known.published, 1);
    moved.writes.push(m.layout.flow.published + flow);
    m.records[r + Field.count]++;
    m.tell(moved, Stage.publish);
    return true;
  }
  return false;
}

/** Conversations of flows, both as bits. */
function conversationsOf(flows: number): number {
  let conversations = 0;
  for (let left = flows; left !== 0; left &= left - 1) conversations |= 1 << (lowestBit(left) >> 1);
  return conversations;
}
