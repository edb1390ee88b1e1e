/** The initialisation allocator, and where each kind lives: one step each. */
import { goalNumber } from "../../spec/memory-slab/rules.ts";
import { kinds, Outcome, placements, Reason, Stage, type KindName } from "../../spec/memory-slab/terms.ts";
import type { Moved } from "../../spec/side.ts";
import { answer, OneOf, refuse, refuseUnready, Rule, take, type Witness } from "./stage.ts";
import type { SlabState } from "./state.ts";

const goals = {
  between: goalNumber("slab/reserved-between"),
  refused: goalNumber("slab/reserve-refused"),
};

export interface Reserving {
  readonly kind: "reserve";
  readonly slot: number;
  readonly core: number;
  readonly units: number;
  offset: number;
}
/** A question where objects of a kind live. */
export interface Placing {
  readonly kind: "place";
  /** Position of the placement. */
  readonly placement: number;
  readonly locked: boolean;
}
export function newPlacing(what: KindName): Placing {
  const { placement, locked } = kinds.find((one) => one.name === what)!;
  return { kind: "place", placement: placements.indexOf(placement), locked };
}
export interface GivingBack {
  readonly kind: "give-back";
  readonly of: Reserving;
}

/** SLAB-11, SLAB-16. */
export function reserveStep(state: SlabState, row: Reserving, witness: Witness, moved: Moved): void {
  if (state.cells.get(state.layout.core.mapped + row.core) === 0) return refuseUnready(state, moved);
  const runs = state.runs(row.units);
  if (runs.length === 0) {
    refuse(state, Stage["refuse-memory"], Reason.memory, moved);
    state.rule(moved, Rule.units);
    if (state.freeUnits() >= row.units) state.goal(moved, goals.refused);
    return;
  }
  take(state, moved, Stage.reserve);
  const offset = witness.choose(new OneOf(runs), Rule.units, `the first of ${row.units} free units`, moved);
  if (offset < 0) return;
  if (isReservation(state, offset - 1) && isReservation(state, offset + row.units)) state.goal(moved, goals.between);
  state.setUnits(offset, row.units, row.slot + 1);
  row.offset = offset;
  moved.yields = 1;
  answer(moved, Outcome.allocated, offset);
}
function isReservation(state: SlabState, unit: number): boolean {
  return unit >= 0 && unit < state.units && state.cells.peek(state.layout.unit.user + unit) > 0;
}

export function giveBackStep(state: SlabState, { of }: GivingBack, moved: Moved): void {
  take(state, moved, Stage["give-back"]);
  state.setUnits(of.offset, of.units, 0);
  answer(moved, Outcome.done, of.offset);
}

/** SLAB-10. */
export function placeStep(state: SlabState, { placement, locked }: Placing, moved: Moved): void {
  take(state, moved, Stage.answer);
  if (locked) state.rule(moved, Rule.locked);
  answer(moved, Outcome.done, placement, locked ? 1 : 0);
}
