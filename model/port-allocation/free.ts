/** How ports come back: freed by their holder, handed over to it, resting first where that is asked for; and how blocks come back. */
import { ruleNumber } from "../../spec/port-allocation/rules.ts";
import { collectAfterMs, Outcome, Stage } from "../../spec/port-allocation/terms.ts";
import type { Moved } from "../../spec/side.ts";
import type { PortState } from "./state.ts";

/** Rules under which each stage stands. */
const rulesOf = {
  wellKnown: ["PORT-11", "PORT-25"].map(ruleNumber),
  free: ["PORT-8", "PORT-4", "PORT-9", "PORT-25"].map(ruleNumber),
  handOver: ["PORT-9", "PORT-25"].map(ruleNumber),
  delay: ["PORT-26", "PORT-25", "PORT-9"].map(ruleNumber),
  expire: ["PORT-26", "PORT-8"].map(ruleNumber),
  collect: ["PORT-9"].map(ruleNumber),
  age: ["PORT-26"].map(ruleNumber),
  block: ["PORT-13"].map(ruleNumber),
};

function stage(state: PortState, moved: Moved, number: number, rules: readonly number[]): void {
  moved.stages.push(state.at.stage + number);
  state.rules(moved, rules);
}

/** One stage of freeing a port on this core. `collected`: it came from this core's own list. */
export function freeStage(state: PortState, core: number, handle: number, collected: boolean, moved: Moved): "freed" | "handed over" | "made room" {
  if (state.isWellKnown(handle)) {
    stage(state, moved, Stage["free-well-known"], rulesOf.wellKnown);
    state.cells.set(state.layout.wellKnown.free + state.wellKnownIndex(handle), 1);
    state.forget(handle);
    return "freed";
  }
  const holder = state.holderOf(handle);
  if (holder !== core) {
    handOver(state, holder, handle, moved);
    return "handed over";
  }
  if (!state.rests) {
    stage(state, moved, Stage.free, rulesOf.free);
    if (state.shape.owner[state.offsetOf(handle)] < 0) state.rule(moved, "PORT-2");
    state.forget(handle);
    if (state.setFree(handle, core)) state.goal(moved, "port/chunk-returned");
    if (collected) state.goal(moved, "port/handed-over");
    return "freed";
  }
  if (state.resting[core].length >= Math.max(1, state.config.delayQueueMax)) {
    state.goal(moved, "port/queue-full");
    expire(state, core, moved);
    return "made room";
  }
  rest(state, core, handle, moved);
  if (collected) state.goal(moved, "port/handed-over");
  return "freed";
}

/** PORT-9: onto the end of the holder's list. */
function handOver(state: PortState, holder: number, handle: number, moved: Moved): void {
  stage(state, moved, Stage["hand-over"], rulesOf.handOver);
  state.forget(handle);
  if (state.handed[holder].length === 0) moved.timers.push({ label: "collect", core: holder, atMs: state.setup.nowMs(0) + collectAfterMs, body: [] });
  state.handed[holder].push(handle);
  state.cells.set(state.layout.port.handed + handle, holder + 1);
  state.cells.add(state.layout.core.handed + holder, 1);
}

/** PORT-26: the port rests in this core's queue. */
function rest(state: PortState, core: number, handle: number, moved: Moved): void {
  stage(state, moved, Stage.delay, rulesOf.delay);
  const now = state.setup.nowMs(0);
  state.forget(handle);
  state.resting[core].push(handle);
  state.cells.set(state.layout.port.rested + handle, now + 1);
  state.cells.add(state.layout.core.resting + core, 1);
  const { aging } = state.layout.core;
  if (state.cells.get(aging + core) === 1) return;
  state.cells.set(aging + core, 1);
  setAge(state, core, now, moved);
}

/** The core's timer, for a port that has rested since then. */
function setAge(state: PortState, core: number, since: number, moved: Moved): void {
  moved.timers.push({ label: "age", core, atMs: since + state.config.reuseDelayMs, body: [] });
}

function expire(state: PortState, core: number, moved: Moved): void {
  stage(state, moved, Stage.expire, rulesOf.expire);
  const handle = state.resting[core].shift()!;
  state.cells.set(state.layout.port.rested + handle, 0);
  state.cells.add(state.layout.core.resting + core, -1);
  state.goal(moved, "port/rested");
  if (state.setFree(handle, core)) state.goal(moved, "port/chunk-returned");
}

/** Takes the first port from the core's list; -1: it is empty. */
export function collectStage(state: PortState, core: number, moved: Moved): number {
  const handle = state.handed[core].shift();
  if (handle === undefined) {
    stage(state, moved, Stage["collect-empty"], rulesOf.collect);
    return -1;
  }
  stage(state, moved, Stage.collect, rulesOf.collect);
  state.cells.set(state.layout.port.handed + handle, 0);
  state.cells.add(state.layout.core.handed + core, -1);
  return handle;
}

/** Lets the oldest resting port go if it has rested long enough; false: it has not, or none rests. `timer`: it came by the core's timer, which is set anew while ports rest. */
export function ageStage(state: PortState, core: number, timer: boolean, moved: Moved): boolean {
  const oldest = state.resting[core][0];
  const since = oldest === undefined ? undefined : state.cells.get(state.layout.port.rested + oldest) - 1;
  if (since !== undefined && state.setup.nowMs(0) - since >= state.config.reuseDelayMs) {
    expire(state, core, moved);
    return true;
  }
  stage(state, moved, Stage["age-done"], rulesOf.age);
  if (!timer) return false;
  if (since !== undefined) setAge(state, core, since, moved);
  else state.cells.set(state.layout.core.aging + core, 0);
  return false;
}

/** The block (table × blocks + block) goes back if none of its chunks is held (PORT-13). */
export function releaseBlockStage(state: PortState, block: number, moved: Moved): void {
  const { layout } = state;
  const each = state.chunksOfBlock;
  const table = Math.floor(block / layout.blocks);
  const first = (block % layout.blocks) * each;
  for (let chunk = first; chunk < first + each; chunk++) {
    if (state.chunkIsFree(table, chunk)) continue;
    stage(state, moved, Stage.refuse, rulesOf.block);
    state.goal(moved, "port/block-in-use");
    moved.outcome.push(Outcome.refused);
    return;
  }
  stage(state, moved, Stage["release-block"], rulesOf.block);
  state.goal(moved, "port/block-released");
  state.cells.set(layout.block.subscriber + block, 0);
  moved.outcome.push(Outcome.done);
}
