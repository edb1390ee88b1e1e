/** A core gives a bucket away, after publishing the sessions that it holds there, so that the new core finds them (NAT-26). */
import { Outcome, Stage } from "../../spec/nat-session/terms.ts";
import type { Moved } from "../../spec/side.ts";
import { store } from "../accessor.ts";
import { askCore, forget, isKnown } from "./distributor.ts";
import { hasGlobal, insertGlobal, lockKeys, unlockKeys } from "./global-table.ts";
import { bucketOf, keyOf, keysOf } from "./keys.ts";
import type { NatMemory } from "./memory.ts";
import { nextKey } from "./own-table.ts";
import { answer, answerWith } from "./packet.ts";
import * as words from "./words.ts";

const { "move-bucket": moveBucket, publish: publishStage, "refuse-bucket": refuseBucket } = Stage;
const { Field, Step } = words;

/** A rebalance begins: a bucket and the core that gets it. */
export function beginRebalance({ records }: NatMemory, r: number, bucket: number, to: number): void {
  records[r + Field.step] = Step.rebalance;
  records[r + Field.bucket] = bucket;
  records[r + Field.to] = to;
  records[r + Field.cursor] = 0;
  records[r + Field.count] = 0;
}

/**
 * `refuse-bucket`, `publish` or `move-bucket`. Nothing is reported by a step in which the core learns that the bucket is its own, or finds a session published already: what is published stays so while this core
 * has a key of it, and what this core has stays while it is at work, so no session that was passed by need be looked at again.
 */
export function rebalance(m: NatMemory, r: number, moved: Moved): void {
  const { records } = m;
  const core = records[r + Field.core];
  const bucket = records[r + Field.bucket];
  if (!isKnown(m, core, bucket)) {
    if (askCore(m, core, bucket) === core) return;
    m.tell(moved, refuseBucket);
    m.surroundings?.refuseBucket(moved);
    return answer(Outcome.refusedBucket, moved);
  }
  for (let key = nextKey(m, core, records[r + Field.cursor]); key >= 0; key = nextKey(m, core, key + 1)) {
    keyOf(m, m.keys, 0, key >> 1, key & 1);
    if (bucketOf(m, m.keys, 0) !== bucket) continue;
    // Both sides of the structure are published at once.
    records[r + Field.cursor] = (key | 1) + 1;
    return publish(m, r, m.leadOf(key >> 1), moved);
  }
  const to = records[r + Field.to];
  m.tell(moved, moveBucket);
  if (m.surroundings === undefined) {
    store(m.mem, m.coreOfAt + bucket, to);
    moved.writes.push(m.layout.bucket.core + bucket);
  } else m.surroundings.moveBucket(bucket, to, moved);
  if (to !== core) forget(m, core, bucket);
  answerWith(Outcome.done, records[r + Field.count], moved);
}

/** All keys of a session go into the global table, unless they are there. */
function publish(m: NatMemory, r: number, lead: number, moved: Moved): void {
  keysOf(m, lead);
  lockKeys(m, 2);
  const published = hasGlobal(m, 0) && hasGlobal(m, 1);
  insertGlobal(m, 0, moved);
  insertGlobal(m, 1, moved);
  unlockKeys(m, 2);
  if (published) return;
  m.records[r + Field.count]++;
  m.tell(moved, publishStage);
}
