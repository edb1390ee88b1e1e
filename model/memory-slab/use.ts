/** What is done to an allocation while it stands: references, ports, reading. One step each. */
import { goalNumber } from "../../spec/memory-slab/rules.ts";
import { Outcome, Reason, Stage } from "../../spec/memory-slab/terms.ts";
import type { Moved } from "../../spec/side.ts";
import type { Allocating } from "./allocate.ts";
import { answer, OneOf, refuse, refuseUnready, Rule, take, type Witness } from "./stage.ts";
import type { SlabState } from "./state.ts";

const goals = {
  referLate: goalNumber("slab/refer-late"),
  privateRefused: goalNumber("slab/private-refused"),
  portsGone: goalNumber("slab/ports-gone"),
};

export interface Using {
  readonly kind: "refer" | "attach" | "read";
  readonly core: number;
  readonly of: Allocating;
  /** The object it was about. */
  object: number;
}
export interface Unreferring {
  readonly kind: "unrefer";
  readonly core: number;
  readonly object: number;
}

export function useStep(state: SlabState, row: Using, witness: Witness, moved: Moved): void {
  const { of } = row;
  row.object = of.objects.length > 1 ? of.objects[row.core] : of.objects[0];
  const reason = refusal(state, row);
  if (reason !== undefined) refuseUse(state, row, reason, moved);
  else if (row.kind === "refer") refer(state, row, moved);
  else if (row.kind === "attach") attach(state, row, witness, moved);
  else read(state, row, moved);
}

/** Why the core may not use the allocation, the first reason that holds. */
function refusal(state: SlabState, { kind, core, of, object }: Using): number | undefined {
  if (!state.isReady(core)) return Reason.unready;
  if (of.what.placement === "private" && of.core !== core) return Reason.private;
  if (!state.isItsOwn(object, of.slot + 1)) return Reason.notUsed;
  if (kind === "attach" && (state.port(object) > 0 || state.freePorts().length === 0)) return Reason.port;
  return undefined;
}

function refuseUse(state: SlabState, { kind, of, object }: Using, reason: number, moved: Moved): void {
  if (reason === Reason.unready) return refuseUnready(state, moved);
  refuse(state, kind === "refer" ? Stage["refuse-refer"] : kind === "attach" ? Stage["refuse-attach"] : Stage.answer, reason, moved);
  if (reason === Reason.private) {
    state.rule(moved, Rule.placed);
    state.rule(moved, Rule.private);
    state.goal(moved, goals.privateRefused);
  }
  if (reason === Reason.notUsed && kind === "refer") state.goal(moved, goals.referLate);
  if (reason === Reason.port && state.port(object) === 0) state.goal(moved, goals.portsGone);
  if (of.what.placement === "replicated") state.rule(moved, Rule.placed);
}

/** Rules of a step on this object, of whomever it is. */
function standByObject(state: SlabState, core: number, object: number, moved: Moved): void {
  const { placement, locked } = state.kindOf(object);
  if (!state.mayFree(core, state.owner(object))) state.rule(moved, Rule.othersObject);
  if (locked) state.rule(moved, Rule.locked);
  if (placement !== "shared") state.rule(moved, Rule.placed);
}

function refer(state: SlabState, { core, object }: Using, moved: Moved): void {
  take(state, moved, Stage.refer);
  standByObject(state, core, object, moved);
  state.cells.add(state.layout.object.references + object, 1);
  moved.yields = 1;
  answer(moved, Outcome.done, object);
}

function attach(state: SlabState, { core, object }: Using, witness: Witness, moved: Moved): void {
  const { cells, layout } = state;
  take(state, moved, Stage.attach);
  standByObject(state, core, object, moved);
  const port = witness.choose(new OneOf(state.freePorts()), Rule.port, "a free port", moved);
  if (port < 0) return;
  cells.set(layout.object.port + object, port + 1);
  cells.set(layout.port.object + port, object + 1);
  answer(moved, Outcome.done, object, port);
}

function read(state: SlabState, { core, object }: Using, moved: Moved): void {
  take(state, moved, Stage.answer);
  standByObject(state, core, object, moved);
  answer(moved, Outcome.done, object, state.cells.get(state.layout.object.content + object), state.owner(object));
}

/** A reference goes back, on whichever core it was counted. */
export function unreferStep(state: SlabState, { core, object }: Unreferring, moved: Moved): void {
  take(state, moved, Stage.unrefer);
  standByObject(state, core, object, moved);
  state.cells.add(state.layout.object.references + object, -1);
  answer(moved, Outcome.done, object);
}
