/** A bucket changes hands after its sessions were published (NAT-26, D54). */
import { Outcome } from "../../spec/nat-session/terms.ts";
import { Next, type Moved } from "../../spec/side.ts";
import { take } from "./stage.ts";
import type { NatState } from "./state.ts";

export interface Moving {
  readonly core: number;
  readonly bucket: number;
  readonly to: number;
  published: number;
}

export function rebalanceStep(state: NatState, moving: Moving, moved: Moved): void {
  const { core, bucket, to } = moving;
  if (state.coreOfBucket(bucket) !== core) {
    take(state, moved, "refuse-bucket");
    state.around?.refuseBucket(moved);
    moved.outcome.push(Outcome.refusedBucket);
    moved.next = Next.done;
    return;
  }
  for (let object = 0; object < state.layout.objects && !state.config.perPacket; object++) {
    if (!isUnpublished(state, core, bucket, object)) continue;
    take(state, moved, "publish");
    state.goal(moved, "nat/published");
    for (const key of state.keysOf(state.leadOf(object))) state.addGlobal(key);
    moving.published++;
    return;
  }
  take(state, moved, "move-bucket");
  if (state.around === undefined) state.cells.set(state.layout.bucket.core + bucket, to);
  else state.around.moveBucket(bucket, to, moved);
  moved.outcome.push(Outcome.done);
  moved.outcome.push(moving.published);
  moved.next = Next.done;
}

/** This core's table holds a key of the structure that belongs to the bucket, and a key of its session is not global. */
function isUnpublished(state: NatState, core: number, bucket: number, object: number): boolean {
  if (!state.live(object)) return false;
  const both = state.keysOf(state.leadOf(object));
  const held = both.filter((key) => key.object === object && state.isLocal(core, key));
  return held.some((key) => state.bucketOf(state.looker(key)) === bucket) && both.some((key) => !state.isGlobal(key));
}
