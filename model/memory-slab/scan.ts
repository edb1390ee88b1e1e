/** The owner walks its list: one object after the other, one step of each kind (SLAB-7). */
import { goalNumber } from "../../spec/memory-slab/rules.ts";
import { Outcome, Stage, State } from "../../spec/memory-slab/terms.ts";
import type { Moved } from "../../spec/side.ts";
import { clean, releasePort } from "./free.ts";
import { answer, refuseUnready, take } from "./stage.ts";
import type { SlabState } from "./state.ts";

const goals = {
  scanned: goalNumber("slab/scanned"),
  several: goalNumber("slab/scanned-several"),
  portOnScan: goalNumber("slab/port-on-scan"),
};

export interface Scanning {
  readonly kind: "scan";
  readonly core: number;
  /** Whether it came by the core's timer. */
  readonly timer: boolean;
  /** Object in hand; -1 none. */
  object: number;
  freed: number;
}
export function newScan(core: number, timer: boolean): Scanning {
  return { kind: "scan", core, timer, object: -1, freed: 0 };
}

export function scanStep(state: SlabState, row: Scanning, moved: Moved): void {
  const { core } = row;
  if (!row.timer && !state.isReady(core)) return refuseUnready(state, moved);
  state.scanning.add(core);
  if (row.object >= 0) freeInHand(state, row, moved);
  else if (state.lists[core].length > 0) takeListed(state, row, moved);
  else end(state, row, moved);
}

function freeInHand(state: SlabState, row: Scanning, moved: Moved): void {
  if (state.port(row.object) > 0) {
    releasePort(state, row.object, moved);
    state.goal(moved, goals.portOnScan);
    return;
  }
  clean(state, row.object, moved);
  row.object = -1;
  row.freed++;
  state.goal(moved, row.freed === 1 ? goals.scanned : goals.several);
}

function takeListed(state: SlabState, row: Scanning, moved: Moved): void {
  take(state, moved, Stage["take-listed"]);
  row.object = state.lists[row.core].shift()!;
  state.setState(row.object, State.freeing);
  state.cells.add(state.layout.core.listed + row.core, -1);
}

function end(state: SlabState, row: Scanning, moved: Moved): void {
  take(state, moved, Stage["scan-end"]);
  if (row.timer) state.cells.set(state.layout.core.armed + row.core, 0);
  state.scanning.delete(row.core);
  answer(moved, Outcome.done, row.freed);
}
