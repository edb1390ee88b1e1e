/** A core hands one of its buckets to another, after its flows in it were published (RSS-3, RSS-29). */
import { flowCount, Outcome, Stage } from "../../spec/rss-distribution/terms.ts";
import { Next, type Moved } from "../../spec/side.ts";
import { bucketOfFlow } from "./packet.ts";
import { answer, Goal, Rule, take } from "./stage.ts";
import type { RssState } from "./state.ts";

/** A bucket on its way to another core. */
export interface Moving {
  readonly kind: "rebalance";
  readonly core: number;
  readonly bucket: number;
  readonly to: number;
  /** A core that returned asked for it (RSS-6). */
  readonly asked: boolean;
  published: number;
}

/** One step: publish a flow, or move the bucket, or refuse. */
export function moveStep(state: RssState, row: Moving, moved: Moved): void {
  const { core, bucket, to } = row;
  if (state.coreOfBucket(bucket) !== core || !state.isUp(core)) {
    refuseBucket(state, moved);
    const hadIt = row.asked || state.config.indirection[bucket] === core;
    if (hadIt && state.coreOfBucket(bucket) !== core) state.goal(moved, Goal.refusedBucket);
    return end(state, row, moved, Outcome.refused, 0);
  }
  if (!state.isAvailable(to)) {
    take(state, moved, Stage["refuse-core"]);
    if (state.isUp(to)) state.rule(moved, Rule.leftOut);
    state.goal(moved, Goal.refusedCore);
    return end(state, row, moved, Outcome.refused, 0);
  }
  const flow = toPublish(state, core, bucket);
  if (flow >= 0) {
    take(state, moved, Stage.publish);
    state.goal(moved, Goal.published);
    state.set(state.layout.flow.published + flow, 1);
    row.published++;
    moved.next = Next.more;
    return;
  }
  moveBucket(state, bucket, to, moved);
  if (row.asked) state.goal(moved, Goal.returned);
  end(state, row, moved, Outcome.done, row.published);
}

/** The lowest flow of this bucket that has its home here and is not published, -1 none. */
function toPublish(state: RssState, core: number, bucket: number): number {
  for (let flow = 0; flow < flowCount(state.config); flow++) {
    if (state.homeOf(flow) === core && !state.isPublished(flow) && bucketOfFlow(state, flow) === bucket) return flow;
  }
  return -1;
}
/** The task is over; what was asked for is settled. */
function end(state: RssState, { asked, bucket }: Moving, moved: Moved, ...outcome: readonly number[]): void {
  if (asked) state.set(state.layout.bucket.asked + bucket, 0);
  answer(state, moved, ...outcome);
}

/** Stage `move-bucket`, also as a part of somebody else's step. */
export function moveBucket(state: RssState, bucket: number, to: number, moved: Moved): void {
  take(state, moved, Stage["move-bucket"]);
  state.moveBucket(bucket, to);
}
/** Stage `refuse-bucket`, likewise. */
export function refuseBucket(state: RssState, moved: Moved): void {
  take(state, moved, Stage["refuse-bucket"]);
}
