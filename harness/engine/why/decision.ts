/**
 * The one decision of the schedule that makes the difference: reversed, the case conforms. Nothing is named that was not run.
 *
 * Asked in this order: each switch of the case, the last first, left out; another task chosen in its place; of steps of two tasks that follow each other
 * and touch the same, one of them writing, the latest pairs of the run changed about.
 */
import type { Case, Deviation } from "../case.ts";
import type { StepRecord } from "../run.ts";
import { InOrder } from "../shrink/in-order.ts";
import type { Decision, Move } from "./explanation.ts";
import type { Step } from "./history.ts";
import type { Runs } from "./runs.ts";

const choicesMost = 24;
const pairsMost = 24;

/** `steps`: the failing run. */
export function decisionOf(one: Case, steps: readonly Step[], runs: Runs): Decision {
  if (one.deviations.length === 0) return { kind: "in order" };
  let tried = 0;
  const conforms = (candidate: Case, order?: readonly string[]): readonly Deviation[] | undefined => {
    tried++;
    const result = runs.run(candidate, order === undefined ? {} : { strategy: new InOrder(order) });
    if (result === undefined || result.failure !== undefined) return undefined;
    const { deviations } = result.ran();
    // What the strategy did is told by switches: they must do the same by themselves.
    if (order === undefined) return deviations;
    const again = runs.run({ ...candidate, deviations });
    return again !== undefined && again.failure === undefined ? deviations : undefined;
  };
  for (let at = one.deviations.length - 1; at >= 0; at--) {
    const deviations = conforms({ ...one, deviations: one.deviations.toSpliced(at, 1) });
    if (deviations !== undefined) return { kind: "removed", tried, deviation: one.deviations[at], ...pairOf(one.deviations[at], steps), deviations };
  }
  for (let at = one.deviations.length - 1; at >= 0; at--) {
    const deviation = one.deviations[at];
    for (const run of othersThan(deviation, steps).slice(0, choicesMost)) {
      const deviations = conforms({ ...one, deviations: one.deviations.with(at, { ...deviation, run }) });
      if (deviations !== undefined) return { kind: "other choice", tried, deviation, ...pairOf(deviation, steps), deviations };
    }
  }
  const order = steps.map((step) => step.record.task);
  for (const at of conflictsOf(steps).slice(0, pairsMost)) {
    const deviations = conforms(one, order.with(at, order[at + 1]).with(at + 1, order[at]));
    if (deviations !== undefined) return { kind: "swapped", tried, deviation: null, first: moveOf(steps[at]), second: moveOf(steps[at + 1]), deviations };
  }
  return { kind: "none", tried };
}

/** The move that the switch brought forward, and the one that had to wait. */
function pairOf({ task, step: made, run }: Deviation, steps: readonly Step[]): { readonly first: Move; readonly second: Move } {
  const waits = steps.findIndex((step) => step.record.task === task && step.moves === made + 1);
  const left = made === 0 ? 0 : steps.findIndex((step) => step.record.task === task && step.moves === made) + 1;
  const end = waits < 0 ? steps.length : waits;
  const forward = steps.findIndex((step, at) => at >= left && at < end && step.record.task === run);
  return {
    first: forward < 0 ? { task: run, move: 1, step: 0 } : moveOf(steps[forward]),
    second: { task, move: made + 1, step: waits < 0 ? 0 : steps[waits].record.step },
  };
}

function moveOf({ record, moves }: Step): Move {
  return { task: record.task, move: moves, step: record.step };
}

function othersThan({ task, run }: Deviation, steps: readonly Step[]): string[] {
  return [...new Set(steps.map((step) => step.record.task))].filter((id) => id !== task && id !== run);
}

/** Positions of steps that conflict with the one after them, the last first. */
function conflictsOf(steps: readonly Step[]): number[] {
  const positions: number[] = [];
  for (let at = steps.length - 2; at >= 0; at--) {
    const [first, second] = [steps[at], steps[at + 1]];
    if (couldChange(first.record, second.record) && (meet(first.writes, second.writes) || meet(first.writes, second.reads) || meet(first.reads, second.writes) || first.blind || second.blind)) positions.push(at);
  }
  return positions;
}

function couldChange(first: StepRecord, second: StepRecord): boolean {
  return first.task !== second.task && first.kind !== "event" && second.kind !== "event" && (first.node !== second.node || first.core !== second.core);
}

function meet(one: ReadonlySet<number>, other: ReadonlySet<number>): boolean {
  for (const place of one) if (other.has(place)) return true;
  return false;
}
