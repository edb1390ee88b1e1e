/** A core starts up: what is there already is left as it is (SLAB-1). */
import { goalNumber } from "../../spec/memory-slab/rules.ts";
import { Outcome, Reason, Stage } from "../../spec/memory-slab/terms.ts";
import type { Moved } from "../../spec/side.ts";
import { answer, MultiplesOf, OneOf, refuse, Rule, take, type Witness } from "./stage.ts";
import type { SlabState } from "./state.ts";

const addressMax = 2 ** 30;
const goals = {
  first: goalNumber("slab/memory-first"),
  mappedOnly: goalNumber("slab/memory-mapped-only"),
  tablesFound: goalNumber("slab/tables-found"),
  together: goalNumber("slab/started-together"),
  again: goalNumber("slab/started-again"),
  refused: goalNumber("slab/start-refused"),
};

export interface StartingUp {
  readonly kind: "start-up";
  readonly core: number;
  /** What this row did itself. */
  begun: boolean;
  allocated: boolean;
  madeTables: boolean;
}
export function newStartUp(core: number): StartingUp {
  return { kind: "start-up", core, begun: false, allocated: false, madeTables: false };
}

/** One step: the first thing that is not done yet. */
export function startUpStep(state: SlabState, row: StartingUp, witness: Witness, moved: Moved): void {
  const { cells, layout } = state;
  const { core } = row;
  if (!row.begun) begin(state, row, moved);
  if (cells.get(layout.memory.address) === 0) return allocateMemory(state, row, witness, moved);
  if (cells.get(layout.core.mapped + core) === 0) return map(state, row, moved);
  if (cells.get(layout.memory.tables) === 0) return allocateTables(state, row, witness, moved);
  if (cells.get(layout.core.tables + core) === 0) return allocateLocal(state, row, witness, moved);
  take(state, moved, Stage.ready);
  cells.set(layout.core.ready + core, 1);
  state.startingUp.delete(core);
  answer(moved, Outcome.done, cells.get(layout.memory.address));
}

function begin(state: SlabState, row: StartingUp, moved: Moved): void {
  row.begun = true;
  if (state.startingUp.size > 0) state.goal(moved, goals.together);
  if (state.isReady(row.core)) state.goal(moved, goals.again);
  state.startingUp.add(row.core);
}

function allocateMemory(state: SlabState, row: StartingUp, witness: Witness, moved: Moved): void {
  const { cells, layout, config } = state;
  take(state, moved, Stage["allocate-memory"]);
  state.goal(moved, goals.first);
  row.allocated = true;
  const address = witness.choose(new MultiplesOf(config.pageUnits, addressMax), Rule.startUp, `a multiple of ${config.pageUnits} from ${config.pageUnits} to ${addressMax}`, moved);
  cells.set(layout.memory.address, address);
  for (let page = 0; page < config.initialPages; page++) cells.set(layout.page.kind + page, 1);
  cells.set(layout.memory.left, config.limitPages - config.initialPages);
}

function map(state: SlabState, row: StartingUp, moved: Moved): void {
  const { cells, layout } = state;
  take(state, moved, Stage.map);
  if (!row.allocated) state.goal(moved, goals.mappedOnly);
  cells.set(layout.core.mapped + row.core, cells.get(layout.memory.address));
}

function allocateTables(state: SlabState, row: StartingUp, witness: Witness, moved: Moved): void {
  const { cells, layout, config } = state;
  if (!reserveFor(state, row, config.tableUnits, -1, Stage["allocate-tables"], witness, moved)) return;
  row.madeTables = true;
  cells.set(layout.memory.tables, 1);
}
function allocateLocal(state: SlabState, row: StartingUp, witness: Witness, moved: Moved): void {
  const { cells, layout, config } = state;
  if (!row.madeTables) state.goal(moved, goals.tablesFound);
  if (!reserveFor(state, row, config.localUnits, -2 - row.core, Stage["allocate-local"], witness, moved)) return;
  cells.set(layout.core.tables + row.core, 1);
}

/** SLAB-11: units for tables. False where there is no such run, and start-up ends. */
function reserveFor(state: SlabState, row: StartingUp, count: number, user: number, stage: number, witness: Witness, moved: Moved): boolean {
  const runs = state.runs(count);
  if (runs.length === 0) {
    refuse(state, Stage["refuse-memory"], Reason.memory, moved);
    state.rule(moved, Rule.units);
    state.goal(moved, goals.refused);
    state.startingUp.delete(row.core);
    return false;
  }
  take(state, moved, stage);
  state.rule(moved, Rule.units);
  const offset = witness.choose(new OneOf(runs), Rule.units, `the first of ${count} free units`, moved);
  if (offset >= 0) state.setUnits(offset, count, user);
  return true;
}
