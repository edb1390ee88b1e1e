/** A core goes, or returns; the control core sees to its buckets and flows, one a step (RSS-6, RSS-29). */
import { bucketCount, flowCount, Outcome, Stage } from "../../spec/rss-distribution/terms.ts";
import { Next, type Moved } from "../../spec/side.ts";
import { answer, Goal, Rule, take, type Witness } from "./stage.ts";
import type { RssState } from "./state.ts";

/** A core that has gone, as the control core sees to it. */
export interface Leaving {
  readonly kind: "core-down";
  readonly core: number;
  /** The core that has gone. */
  readonly gone: number;
  begun: boolean;
  stranded: boolean;
  buckets: number;
}

/** One step of it: a bucket, a flow, or the end. */
export function leaveStep(state: RssState, row: Leaving, witness: Witness, moved: Moved): void {
  const { core, gone } = row;
  const { control } = state.config;
  moved.next = Next.more;
  if (!row.begun) {
    if (core !== control || gone === control || !state.isUp(gone)) return refuseControl(state, moved);
    row.begun = true;
    return goDown(state, gone, moved);
  }
  const bucket = row.stranded ? -1 : bucketFrom(state, 0, (owner) => owner === gone);
  if (bucket >= 0 && state.available().length > 0) {
    row.buckets++;
    return moveAway(state, bucket, witness, moved);
  }
  if (bucket >= 0) {
    take(state, moved, Stage.strand);
    state.goal(moved, Goal.stranded);
    row.stranded = true;
    return;
  }
  const flow = state.config.conversations.flatMap((_, at) => [2 * at, 2 * at + 1]).find((one) => state.homeOf(one) === gone);
  if (flow !== undefined) return leaveFlow(state, flow, gone, moved);
  take(state, moved, Stage["down-end"]);
  answer(state, moved, Outcome.done, row.buckets);
}

/** RSS-6: it is not for this core to say, or nothing new. */
function refuseControl(state: RssState, moved: Moved): void {
  take(state, moved, Stage["refuse-control"]);
  answer(state, moved, Outcome.refused, 0);
}
/** RSS-6: its own memory is gone. */
function goDown(state: RssState, gone: number, moved: Moved): void {
  take(state, moved, Stage.down);
  state.set(state.layout.core.up + gone, 0);
  for (let flow = 0; flow < flowCount(state.config); flow++) {
    state.set(state.local("known", gone, flow), 0);
    state.set(state.local("last", gone, flow), 0);
  }
}
/** The lowest bucket from `first` on whose core is such, -1 none. */
function bucketFrom(state: RssState, first: number, such: (owner: number, bucket: number) => boolean): number {
  for (let bucket = first; bucket < bucketCount(state.config); bucket++) if (such(state.coreOfBucket(bucket), bucket)) return bucket;
  return -1;
}
/** RSS-6: to whichever core is available. */
function moveAway(state: RssState, bucket: number, witness: Witness, moved: Moved): void {
  take(state, moved, Stage["move-away"]);
  state.goal(moved, Goal.movedAway);
  if (state.config.traffic.some((carries, core) => !carries && state.isUp(core))) state.rule(moved, Rule.leftOut);
  state.moveBucket(bucket, witness.core(state.available(), Rule.movedAway, "an available core", moved));
}
/** RSS-29: a published flow is taken over by the control core, any other is lost. */
function leaveFlow(state: RssState, flow: number, gone: number, moved: Moved): void {
  const { control } = state.config;
  const published = state.isPublished(flow);
  const establisher = state.layout.conversation.establisher + (flow >> 1);
  take(state, moved, published ? Stage["take-over"] : Stage["forget-flow"]);
  state.goal(moved, published ? Goal.orphan : Goal.flowLost);
  state.set(state.layout.flow.home + flow, published ? control + 1 : 0);
  if (published) state.set(state.local("known", control, flow), 1);
  if (state.get(establisher) - 1 === gone) state.set(establisher, 0);
}

/** A core that is back, likewise. */
export interface Returning {
  readonly kind: "core-up";
  readonly core: number;
  /** The core that is back. */
  readonly back: number;
  begun: boolean;
  /** Bucket to look at next. */
  next: number;
  asked: number;
}

/** One step of it: a bucket, or the end. */
export function returnStep(state: RssState, row: Returning, witness: Witness, moved: Moved): void {
  const { core, back } = row;
  moved.next = Next.more;
  if (!row.begun) {
    if (core !== state.config.control || state.isUp(back)) return refuseControl(state, moved);
    row.begun = true;
    take(state, moved, Stage.up);
    state.set(state.layout.core.up + back, 1);
    return;
  }
  const anywhere = state.available().length > 0;
  const asksBack = state.isAvailable(back);
  const bucket = bucketFrom(state, row.next, (owner, at) => (state.isUp(owner) ? asksBack && owner !== back && state.config.indirection[at] === back : anywhere));
  if (bucket < 0) {
    take(state, moved, Stage["up-end"]);
    return answer(state, moved, Outcome.done, row.asked);
  }
  row.next = bucket + 1;
  const owner = state.coreOfBucket(bucket);
  if (!state.isUp(owner)) return moveAway(state, bucket, witness, moved);
  take(state, moved, Stage["ask-back"]);
  state.set(state.layout.bucket.asked + bucket, back + 1);
  moved.sent.push({ node: 0, core: owner, label: "rebalance", body: [bucket, back] });
  row.asked++;
}
