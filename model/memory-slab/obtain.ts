/** The row that has an object of one allocator: from its queue, or from a page that it takes (SLAB-3, SLAB-4). */
import { goalNumber } from "../../spec/memory-slab/rules.ts";
import { Reason, Stage, State } from "../../spec/memory-slab/terms.ts";
import type { Moved } from "../../spec/side.ts";
import { OneOf, Rule, standByPlacement, take, type Witness } from "./stage.ts";
import type { Kind, SlabState } from "./state.ts";

const goals = {
  dequeued: goalNumber("slab/dequeued"),
  pageTaken: goalNumber("slab/page-taken"),
  privatePage: goalNumber("slab/private-page"),
  refused: goalNumber("slab/refused"),
  refusedWhileListed: goalNumber("slab/refused-while-listed"),
  beaten: goalNumber("slab/page-beaten"),
  usedAgain: goalNumber("slab/used-again"),
};

export interface Obtaining {
  readonly core: number;
  readonly kind: Kind;
  readonly content: number;
  /** Core on whose behalf it is; this core, unless another asked. */
  readonly asker: number;
  /** Page taken whose objects are not queued; -1 none. */
  page: number;
  /** Whether it has queued the objects of a page. */
  filled: boolean;
  /** What came of it: the object, or why there is none; -1 not yet. */
  object: number;
  reason: number;
}
export function newObtaining(core: number, kind: Kind, content: number, asker = core): Obtaining {
  return { core, kind, content, asker, page: -1, filled: false, object: -1, reason: -1 };
}

/** One step; over once there is an object or a reason. */
export function obtainStep(state: SlabState, row: Obtaining, witness: Witness, moved: Moved): void {
  const owner = state.ownerFor(row.core, row.kind);
  if (row.page >= 0) fillQueue(state, row, owner, moved);
  else {
    const queued = state.objectsIn(State.queued, owner, row.kind);
    if (queued.length > 0) dequeue(state, row, owner, queued, witness, moved);
    else takePage(state, row, owner, witness, moved);
  }
  standByPlacement(state, row.kind, moved);
  if (row.asker !== row.core) state.rule(moved, Rule.asked);
}

function fillQueue(state: SlabState, row: Obtaining, owner: number, moved: Moved): void {
  take(state, moved, Stage["fill-queue"]);
  for (const object of state.objectsOn(row.page, row.kind)) state.setState(object, State.queued);
  state.cells.add(state.queueEntry(owner, row.kind), row.kind.perPage);
  state.unfilled.delete(row.page);
  row.page = -1;
  row.filled = true;
}

function dequeue(state: SlabState, row: Obtaining, owner: number, queued: readonly number[], witness: Witness, moved: Moved): void {
  const { cells, layout } = state;
  take(state, moved, Stage.dequeue);
  state.rule(moved, Rule.once);
  if (!row.filled) state.goal(moved, goals.dequeued);
  const object = witness.choose(new OneOf(queued), Rule.once, "an object of the queue", moved);
  if (object < 0) return;
  if (state.freed.has(object)) state.goal(moved, goals.usedAgain);
  state.takenBy[object] = row.asker;
  state.setState(object, State.used);
  cells.set(layout.object.owner + object, owner);
  cells.set(layout.object.content + object, row.content);
  cells.set(layout.object.references + object, 0);
  cells.set(layout.object.port + object, 0);
  cells.add(state.queueEntry(owner, row.kind), -1);
  row.object = object;
}

function takePage(state: SlabState, row: Obtaining, owner: number, witness: Witness, moved: Moved): void {
  const { cells, layout } = state;
  const isPrivate = row.kind.placement === "private";
  if (row.filled) state.goal(moved, goals.beaten);
  const free = state.freePages(row.core, row.kind);
  if (free.length === 0) return refuseMemory(state, row, owner, moved);
  take(state, moved, Stage["take-page"]);
  state.rule(moved, Rule.page);
  state.goal(moved, goals.pageTaken);
  if (isPrivate) {
    state.rule(moved, Rule.private);
    state.goal(moved, goals.privatePage);
  }
  const page = witness.choose(new OneOf(free), isPrivate ? Rule.private : Rule.page, isPrivate ? `a free page of core ${row.core}` : "a free page of the pool", moved);
  if (page < 0) return;
  cells.set(layout.page.kind + page, row.kind.at + 2);
  cells.set(layout.page.owner + page, owner);
  if (!isPrivate) cells.add(layout.memory.left, -1);
  state.unfilled.add(page);
  row.page = page;
}

function refuseMemory(state: SlabState, row: Obtaining, owner: number, moved: Moved): void {
  take(state, moved, Stage["refuse-memory"]);
  if (row.kind.placement === "private") state.rule(moved, Rule.private);
  state.goal(moved, goals.refused);
  if (state.objectsIn(State.listed, owner, row.kind).length > 0) state.goal(moved, goals.refusedWhileListed);
  row.reason = Reason.memory;
}
