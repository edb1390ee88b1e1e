/**
 * The row of a release: what was allocated stops being in use in one step, then its objects are given back one by one. An owner frees its own; anybody else's goes onto its owner's list, since
 * a queue is touched by nobody but its owner (SLAB-6).
 */
import { Outcome, Reason, Stage, State } from "../../spec/memory-slab/terms.ts";
import type { Moved } from "../../spec/side.ts";
import { acquire, peek, poke, release } from "../accessor.ts";
import { answer, refuse, unready } from "./answers.ts";
import { clean } from "./clean.ts";
import { endPart } from "./got.ts";
import { isBarred, lockPages, obstacle, stopUse, unlockPages } from "./in-hand.ts";
import type { SlabMemory } from "./memory.ts";
import * as words from "./words.ts";

const { Field, Item, List, Row } = words;
const { "begin-free": beginStage, "list-object": listStage, "refuse-free": refuseFree } = Stage;

/** Body of the timers set here. */
const nothing: readonly number[] = Object.freeze([]);

/** `begin-free`; or `refuse-free` or `refuse-unready`. */
export function free(m: SlabMemory, r: number, moved: Moved): void {
  if (!m.isReady(r)) return unready(m, moved);
  if (isBarred(m, r)) return refuse(m, moved, refuseFree, Reason.private);
  lockPages(m, r);
  const reason = obstacle(m, r);
  if (reason === -1) stopUse(m, r, moved);
  unlockPages(m, r);
  if (reason !== -1) return refuse(m, moved, refuseFree, reason);
  m.tell(moved, beginStage);
}

/** One step on the next object: `release-port`, `requeue`, `return-page` or `list-object`. */
export function giveBack(m: SlabMemory, r: number, moved: Moved): void {
  const { records } = m;
  const at = records[r + Field.at];
  const object = records[r + Field.objects + at];
  const owner = records[r + Field.owners + at];
  if (owner === records[r + Field.core] + 1 || owner > m.cores) {
    if (!clean(m, r, object, owner > m.cores, moved)) return;
    records[r + Field.here]++;
  } else {
    list(m, r, object, owner - 1, moved);
    records[r + Field.listed]++;
  }
  records[r + Field.at]++;
  if (at + 1 === records[r + Field.count]) finish(m, r, moved);
}

function finish({ records }: SlabMemory, r: number, moved: Moved): void {
  if (records[r + Field.row] === Row.part) return endPart(moved);
  if (records[r + Field.row] !== Row.free) return answer(moved, Outcome.refused, records[r + Field.reason]);
  answer(moved, Outcome.freed, records[r + Field.here]);
  moved.outcome.push(records[r + Field.listed]);
}

/** `list-object`: it joins its owner's list, whose timer is set if it is not. */
function list(m: SlabMemory, r: number, object: number, core: number, moved: Moved): void {
  const { mem, layout } = m;
  const at = m.listAt + core * m.listWords;
  const page = m.pageOf(object);
  acquire(mem, m.listLockAt + core);
  acquire(mem, m.pageLockAt + page);
  poke(mem, m.itemOf(object) + Item.state, State.listed);
  const count = peek(mem, at + List.count);
  poke(mem, at + List.words + ((peek(mem, at + List.head) + count) & m.listMask), object);
  poke(mem, at + List.count, count + 1);
  if (peek(mem, at + List.armed) === 0) {
    poke(mem, at + List.armed, 1);
    moved.timers.push({ label: "scan", core, atMs: m.setup.nowMs(m.records[r + Field.node]) + m.config.scanMs, body: nothing });
    moved.writes.push(layout.core.armed + core);
  }
  release(mem, m.pageLockAt + page);
  release(mem, m.listLockAt + core);
  moved.writes.push(layout.object.state + object);
  moved.writes.push(layout.core.listed + core);
  m.tell(moved, listStage);
}
