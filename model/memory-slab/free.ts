/** Giving objects back: the owner cleans and queues them, anybody else lists them for the owner (SLAB-5, SLAB-6, SLAB-7). */
import { goalNumber } from "../../spec/memory-slab/rules.ts";
import { Outcome, Reason, Stage, State } from "../../spec/memory-slab/terms.ts";
import type { Moved } from "../../spec/side.ts";
import type { Allocating } from "./allocate.ts";
import { answer, refuse, refuseUnready, Rule, standByPlacement, take } from "./stage.ts";
import type { Kind, SlabState } from "./state.ts";

const goals = {
  lockedRace: goalNumber("slab/locked-race"),
  freedOwn: goalNumber("slab/freed-own"),
  listed: goalNumber("slab/listed"),
  whileScanning: goalNumber("slab/listed-while-scanning"),
  portFirst: goalNumber("slab/port-first"),
  freedTwice: goalNumber("slab/freed-twice"),
  freedReferenced: goalNumber("slab/freed-referenced"),
  privateRefused: goalNumber("slab/private-refused"),
  pageReturned: goalNumber("slab/page-returned"),
};

/** Objects on their way back. */
export interface Giving {
  readonly core: number;
  readonly kind: Kind;
  /** Still to be given back, in order. */
  readonly left: number[];
  queued: number;
  listed: number;
}
export interface Freeing {
  readonly kind: "free";
  readonly core: number;
  readonly of: Allocating;
  giving: Giving | undefined;
}
/** One object, as part of a larger whole. */
export interface FreeingObject {
  readonly kind: "free object";
  readonly core: number;
  readonly object: number;
  giving: Giving | undefined;
}

/** One step of releasing an allocation. */
export function freeStep(state: SlabState, row: Freeing, moved: Moved): void {
  const { core, of, giving } = row;
  if (giving === undefined) {
    const reason = refusal(state, core, of);
    if (reason === undefined) row.giving = beginGiving(state, Stage["begin-free"], core, of.what, of.objects, moved);
    else refuseFree(state, of, reason, moved);
    return;
  }
  giveStep(state, giving, moved);
  if (giving.left.length === 0) answer(moved, Outcome.freed, giving.queued, giving.listed);
}

/** One step of releasing a single object; answers nothing. */
export function freeObjectStep(state: SlabState, row: FreeingObject, moved: Moved): void {
  if (row.giving === undefined) row.giving = beginGiving(state, Stage["begin-free"], row.core, state.kindOf(row.object), [row.object], moved);
  else {
    giveStep(state, row.giving, moved);
    if (row.giving.left.length === 0) answer(moved);
  }
}

/** Why the core may not release the allocation, the first reason that holds. */
function refusal(state: SlabState, core: number, { slot, core: allocator, what, objects }: Allocating): number | undefined {
  if (!state.isReady(core)) return Reason.unready;
  if (what.placement === "private" && allocator !== core) return Reason.private;
  if (!objects.every((object) => state.isItsOwn(object, slot + 1))) return Reason.notUsed;
  if (objects.some((object) => state.cells.get(state.layout.object.references + object) > 0)) return Reason.referenced;
  return undefined;
}

function refuseFree(state: SlabState, { what }: Allocating, reason: number, moved: Moved): void {
  if (reason === Reason.unready) return refuseUnready(state, moved);
  refuse(state, Stage["refuse-free"], reason, moved);
  if (what.placement === "replicated") state.rule(moved, Rule.replicated);
  if (reason === Reason.private) {
    state.rule(moved, Rule.placed);
    state.rule(moved, Rule.private);
    state.goal(moved, goals.privateRefused);
  } else state.goal(moved, reason === Reason.referenced ? goals.freedReferenced : goals.freedTwice);
}

/** SLAB-9, SLAB-13: all objects become freeing, in one step. */
export function beginGiving(state: SlabState, stage: number, core: number, kind: Kind, objects: readonly number[], moved: Moved): Giving {
  take(state, moved, stage);
  standByPlacement(state, kind, moved);
  state.rule(moved, Rule.once);
  if (objects.some((object) => !state.mayFree(core, state.owner(object)))) state.rule(moved, Rule.othersObject);
  for (const object of objects) state.setState(object, State.freeing);
  return { core, kind, left: [...objects], queued: 0, listed: 0 };
}

/** One step of giving back. */
export function giveStep(state: SlabState, giving: Giving, moved: Moved): void {
  const { core, kind, left } = giving;
  const [object] = left;
  const owner = state.owner(object);
  if (!state.mayFree(core, owner)) {
    list(state, object, owner - 1, moved);
    giving.listed++;
    left.shift();
  } else if (state.port(object) > 0) releasePort(state, object, moved);
  else {
    if (!kind.locked) state.goal(moved, goals.freedOwn);
    else if (state.takenBy[object] !== core) state.goal(moved, goals.lockedRace);
    clean(state, object, moved);
    giving.queued++;
    left.shift();
  }
  standByPlacement(state, kind, moved);
}

/** SLAB-6: the owner will free it. */
function list(state: SlabState, object: number, core: number, moved: Moved): void {
  const { cells, layout } = state;
  take(state, moved, Stage["list-object"]);
  state.rule(moved, Rule.othersObject);
  state.goal(moved, goals.listed);
  if (state.scanning.has(core)) state.goal(moved, goals.whileScanning);
  state.setState(object, State.listed);
  state.lists[core].push(object);
  cells.add(layout.core.listed + core, 1);
  if (cells.get(layout.core.armed + core) === 1) return;
  cells.set(layout.core.armed + core, 1);
  moved.timers.push({ label: "scan", core, atMs: state.now() + state.config.scanMs, body: [] });
}

/** SLAB-7, SLAB-17: what depends on the object goes first. */
export function releasePort(state: SlabState, object: number, moved: Moved): void {
  const { cells, layout } = state;
  take(state, moved, Stage["release-port"]);
  state.rule(moved, Rule.port);
  state.goal(moved, goals.portFirst);
  cells.set(layout.port.object + state.port(object) - 1, 0);
  cells.set(layout.object.port + object, 0);
}

/** The object is cleaned and queued, or its page goes back with it (SLAB-15). */
export function clean(state: SlabState, object: number, moved: Moved): void {
  const { cells, layout } = state;
  const kind = state.kindOf(object);
  const owner = state.owner(object);
  const page = state.pageOf(object);
  const isLast = state.objectsOn(page, kind).every((other) => other === object || state.state(other) === State.queued);
  cells.set(layout.object.owner + object, 0);
  cells.set(layout.object.content + object, 0);
  state.freed.add(object);
  if (isLast && state.setup.profile === "patent") returnPage(state, page, kind, owner, moved);
  else {
    take(state, moved, Stage.requeue);
    if (isLast) state.rule(moved, Rule.stays);
    state.setState(object, State.queued);
    cells.add(state.queueEntry(owner, kind), 1);
  }
  state.rule(moved, Rule.once);
}

function returnPage(state: SlabState, page: number, kind: Kind, owner: number, moved: Moved): void {
  const { cells, layout } = state;
  take(state, moved, Stage["return-page"]);
  state.rule(moved, Rule.page);
  state.goal(moved, goals.pageReturned);
  for (const object of state.objectsOn(page, kind)) state.setState(object, State.none);
  cells.add(state.queueEntry(owner, kind), 1 - kind.perPage);
  cells.set(layout.page.kind + page, 0);
  cells.set(layout.page.owner + page, 0);
  if (state.isShared(page)) cells.add(layout.memory.left, 1);
  else state.rule(moved, Rule.private);
}
