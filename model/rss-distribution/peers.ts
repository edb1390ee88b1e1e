/** Another node adopts key, number of bits and table, bucket by bucket (RSS-7). */
import { bucketCount, Outcome, Stage } from "../../spec/rss-distribution/terms.ts";
import { Next, type Moved } from "../../spec/side.ts";
import { answer, Goal, Rule, take } from "./stage.ts";
import type { RssState } from "./state.ts";

/** An adoption in progress. */
export interface Sharing {
  readonly kind: "share-key";
  readonly node: number;
  /** Count of moves when the adoption began, or began again; undefined before. */
  moves: number | undefined;
  /** Bucket to share next. */
  next: number;
}

/** One step of it; a table that has changed meanwhile is adopted anew. */
export function shareStep(state: RssState, row: Sharing, moved: Moved): void {
  const { node } = row;
  const { config, layout } = state;
  const buckets = bucketCount(config);
  moved.next = Next.more;
  if (row.moves === undefined) {
    if (config.nodes[node] !== config.cores) {
      take(state, moved, Stage["refuse-peer"]);
      return answer(state, moved, Outcome.refused);
    }
    take(state, moved, Stage["share-key"]);
    state.set(layout.peer.adopted + node, 0);
    state.set(layout.peer.bits + node, config.bits);
    row.moves = state.get(layout.node.moves);
  } else if (row.next < buckets) {
    take(state, moved, Stage["share-bucket"]);
    state.set(layout.peerBucket.core + node * buckets + row.next, state.coreOfBucket(row.next) + 1);
    row.next++;
  } else if (state.get(layout.node.moves) !== row.moves) {
    take(state, moved, Stage["share-again"]);
    state.goal(moved, Goal.sharedAgain);
    row.moves = state.get(layout.node.moves);
    row.next = 0;
  } else {
    take(state, moved, Stage["share-end"]);
    state.set(layout.peer.adopted + node, 1);
    answer(state, moved, Outcome.done);
  }
}

/** The core of that node that a packet with this hash goes to. */
export function answerNodeCore(state: RssState, node: number, hash: number, moved: Moved): void {
  take(state, moved, Stage.answer);
  state.rule(moved, Rule.peer);
  const { layout, config } = state;
  if (state.get(layout.peer.adopted + node) !== 1) return answer(state, moved, Outcome.refused, -1);
  answer(state, moved, Outcome.done, state.get(layout.peerBucket.core + node * bucketCount(config) + state.bucketOf(hash)) - 1);
}
