/** The row of a change: published at once, then brought to the records of the group one by one, while requests go on beside it. */
import { Outcome, sharedUnits, Stage } from "../../spec/quota/terms.ts";
import { publishedColumns } from "../../spec/quota/view.ts";
import * as side from "../../spec/side.ts";
import type { Moved } from "../../spec/side.ts";
import { acquire, load, release, store } from "../accessor.ts";
import { renew, renewNode } from "./ledger.ts";
import type { QuotaMemory } from "./memory.ts";
import * as words from "./words.ts";

const { Next } = side;
const { Field, kinds, Step } = words;
const { "refuse-change": refuseStage, publish: publishStage, "apply-core": coreStage, "apply-global": nodeStage } = Stage;

/** `publish`: parameters and generation at once; or `refuse-change`, where the shared part would be negative. */
export function publish(m: QuotaMemory, slot: number, r: number, moved: Moved): void {
  const { mem } = m;
  const { group, to } = m.changes[slot];
  const at = m.records[r + Field.pair];
  if (to !== null && sharedUnits(to, m.cores, m.config.memoryUnits) < 0) {
    m.records[r + Field.answer] = Outcome.refused;
    moved.stages.push(m.stage0 + refuseStage);
    moved.next = Next.done;
    return;
  }
  acquire(mem, m.publishedLockAt + at);
  const generation = (load(mem, m.generationAt + at) >> 1) + 1;
  m.publish(at, to);
  store(mem, m.generationAt + at, generation * 2 + (to === null ? 0 : 1));
  release(mem, m.publishedLockAt + at);
  for (const column of publishedColumns) moved.writes.push(m.layout.published[column] + at);
  moved.stages.push(m.stage0 + publishStage);
  m.records[r + Field.step] = Step.apply;
  if (to === null || m.members[group].length === 0) moved.next = Next.done;
}

/** `apply-core` and `apply-global`: the next record of the group's next subscriber, its cores' first, then the node's. */
export function apply(m: QuotaMemory, r: number, moved: Moved): void {
  const { mem } = m;
  const at = m.records[r + Field.pair];
  const subscribers = m.members[(at / kinds) | 0];
  const each = m.cores + 1;
  const n = m.records[r + Field.change]++;
  const pair = subscribers[(n / each) | 0] * kinds + (at % kinds);
  const core = n % each;
  acquire(mem, m.publishedLockAt + at);
  if (core < m.cores) {
    const id = pair * m.cores + core;
    acquire(mem, m.ledgerLockAt + id);
    acquire(mem, m.nodeLockAt + pair);
    renew(m, id, pair, at, moved);
    release(mem, m.nodeLockAt + pair);
    release(mem, m.ledgerLockAt + id);
    moved.stages.push(m.stage0 + coreStage);
  } else {
    acquire(mem, m.nodeLockAt + pair);
    renewNode(m, pair, at, moved);
    release(mem, m.nodeLockAt + pair);
    moved.stages.push(m.stage0 + nodeStage);
  }
  release(mem, m.publishedLockAt + at);
  if (n + 1 === each * subscribers.length) moved.next = Next.done;
}
