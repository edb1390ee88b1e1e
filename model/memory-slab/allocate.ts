/** Allocating: from this core's allocator, from another core's by a message, or a replica on each (SLAB-12, SLAB-13). */
import { goalNumber } from "../../spec/memory-slab/rules.ts";
import { Outcome, Reason, Stage } from "../../spec/memory-slab/terms.ts";
import { Next, type Moved, type Task } from "../../spec/side.ts";
import { beginGiving, giveStep, type Giving } from "./free.ts";
import { newObtaining, obtainStep, type Obtaining } from "./obtain.ts";
import { answer, refuseUnready, Rule, standByPlacement, take, type Witness } from "./stage.ts";
import type { Kind, SlabState } from "./state.ts";

const goals = {
  asked: goalNumber("slab/asked"),
  askedInVain: goalNumber("slab/asked-in-vain"),
  replicated: goalNumber("slab/replicated"),
  withdrawn: goalNumber("slab/withdrawn"),
};

export interface Allocating {
  readonly kind: "allocate";
  readonly slot: number;
  readonly node: number;
  readonly core: number;
  readonly what: Kind;
  /** Cores whose allocators serve, in order. */
  readonly from: readonly number[];
  step: "entry" | "serve" | "wait" | "withdraw" | "give";
  /** Objects had so far, in the same order. */
  readonly objects: number[];
  obtaining: Obtaining | undefined;
  /** What the core that was asked said: an object, or −1 − the reason; undefined not yet. */
  answer: number | undefined;
  /** Why it is refused. */
  reason: number;
  giving: Giving | undefined;
}
export function newAllocating({ slot, node, core }: Pick<Task, "slot" | "node" | "core">, what: Kind, from: readonly number[]): Allocating {
  return { kind: "allocate", slot, node, core, what, from, step: "entry", objects: [], obtaining: undefined, answer: undefined, reason: -1, giving: undefined };
}

/** Another core's request, served here. */
export interface Requested {
  readonly kind: "request";
  readonly core: number;
  readonly asker: Allocating;
  obtaining: Obtaining | undefined;
}

export function allocateStep(state: SlabState, row: Allocating, witness: Witness, moved: Moved): void {
  switch (row.step) {
    case "entry":
      if (!state.isReady(row.core)) return refuseUnready(state, moved);
      row.step = "serve";
      return serve(state, row, witness, moved);
    case "serve":
      return serve(state, row, witness, moved);
    case "wait":
      return wait(state, row, moved);
    case "withdraw":
      row.giving = beginGiving(state, Stage.withdraw, row.core, row.what, row.objects, moved);
      row.step = "give";
      return state.goal(moved, goals.withdrawn);
    case "give":
      giveStep(state, row.giving!, moved);
      if (row.giving!.left.length === 0) answer(moved, Outcome.refused, row.reason);
  }
}

/** The next object: obtained here, or asked for. */
function serve(state: SlabState, row: Allocating, witness: Witness, moved: Moved): void {
  const core = row.from[row.objects.length];
  if (core !== row.core) return ask(state, row, core, moved);
  row.obtaining ??= newObtaining(core, row.what, row.slot + 1);
  const { obtaining } = row;
  obtainStep(state, obtaining, witness, moved);
  if (obtaining.object >= 0) had(state, row, obtaining.object, moved);
  else if (obtaining.reason >= 0) refused(row, obtaining.reason, moved);
}

function ask(state: SlabState, row: Allocating, core: number, moved: Moved): void {
  take(state, moved, Stage.ask);
  standByPlacement(state, row.what, moved);
  moved.sent.push({ node: row.node, core, label: "request", body: [row.slot, row.what.at] });
  row.answer = undefined;
  row.step = "wait";
  block(row, moved);
}
function block(row: Allocating, moved: Moved): void {
  moved.next = Next.blocked;
  moved.blockedOn = row.slot;
}

function wait(state: SlabState, row: Allocating, moved: Moved): void {
  if (row.answer === undefined) return block(row, moved);
  row.step = "serve";
  take(state, moved, row.answer >= 0 ? Stage.receive : Stage["receive-none"]);
  standByPlacement(state, row.what, moved);
  if (row.answer >= 0) {
    state.goal(moved, goals.asked);
    return had(state, row, row.answer, moved);
  }
  const reason = -1 - row.answer;
  if (reason === Reason.memory) state.goal(moved, goals.askedInVain);
  refused(row, reason, moved);
}

function had(state: SlabState, row: Allocating, object: number, moved: Moved): void {
  row.objects.push(object);
  if (row.objects.length < row.from.length) return;
  if (row.from.length > 1) state.goal(moved, goals.replicated);
  moved.yields = 1;
  answer(moved, Outcome.allocated, ...row.objects);
}

/** SLAB-13: what was had goes back; without any the row is over. */
function refused(row: Allocating, reason: number, moved: Moved): void {
  row.reason = reason;
  if (row.objects.length > 0) row.step = "withdraw";
  else answer(moved, Outcome.refused, reason);
}

/** One step of serving another core; the last one hands over the answer. */
export function requestStep(state: SlabState, row: Requested, witness: Witness, moved: Moved): void {
  const { core, asker } = row;
  if (row.obtaining === undefined && !state.isReady(core)) {
    refuseUnready(state, moved);
    state.rule(moved, Rule.asked);
    return handOver(asker, -1 - Reason.unready, moved);
  }
  row.obtaining ??= newObtaining(core, asker.what, asker.slot + 1, asker.core);
  obtainStep(state, row.obtaining, witness, moved);
  const { object, reason } = row.obtaining;
  if (object >= 0) {
    answer(moved, Outcome.allocated, object);
    handOver(asker, object, moved);
  } else if (reason >= 0) {
    answer(moved, Outcome.refused, reason);
    handOver(asker, -1 - reason, moved);
  }
}
function handOver(asker: Allocating, said: number, moved: Moved): void {
  asker.answer = said;
  moved.freed.push(asker.slot);
}
