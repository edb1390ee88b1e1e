/** How likely the failure is once so many steps of the failing run have been made and chance decides the rest. */
import type { Case } from "../case.ts";
import { mix32 } from "../random.ts";
import type { RunResult, Strategy } from "../run.ts";
import { RandomStrategy } from "../strategy/random.ts";
import { signature } from "../verdict.ts";
import type { Likelihood, Odds } from "./explanation.ts";
import type { Runs } from "./runs.ts";

/** Steps in all, about, where the view is small: long runs and large views get fewer continuations of each prefix, never fewer than `runsLeast`. */
const stepsInAll = 160_000;
const runsLeast = 10;
/** A view of so many entries makes a step cost twice as much; so many cost a step when a case is opened. */
const viewOfDouble = 1000;
const entriesOpenedInStep = 20;
/** Steps of the longest run that is looked at. */
const stepsMost = 120;
const brokenOffMost = 3;

/** Makes the first steps of an earlier run, then any that can be made, drawn. */
class RandomAfter implements Strategy {
  readonly name = "random after";
  readonly #random = new RandomStrategy();
  readonly #order: readonly string[];
  readonly #length: number;
  readonly #seed: number;
  #idOf: readonly string[] = [];
  constructor(order: readonly string[], length: number, seed: number) {
    this.#order = order;
    this.#length = length;
    this.#seed = seed;
  }
  begin(_seed: number, _lengthGuess: number, _taskCountMax: number, _laneOf: Int32Array, idOf: readonly string[]): void {
    this.#idOf = idOf;
    this.#random.begin(this.#seed);
  }
  choose(runnable: Int32Array, count: number, current: number, step: number): number {
    if (step >= this.#length) return this.#random.choose(runnable, count, current, step);
    for (let i = 0; i < count; i++) if (this.#idOf[runnable[i]] === this.#order[step]) return runnable[i];
    return current;
  }
}

/**
 * For every number of steps of `order` (ids of what moved, step by step), from none to all: how many of `runs` continuations fail as `wanted` says. The n-th continuations
 * of all prefixes draw alike, so that neighbours differ by their step more than by chance.
 */
export function likelihoodOf(one: Case, order: readonly string[], wanted: string, runs: Runs, seed: number, runsEach: number, viewSize: number): Likelihood | null {
  if (order.length > stepsMost) return null;
  const after: Odds[] = [];
  const before = runs.brokenOff;
  const continued = (step: number, n: number): RunResult | undefined => runs.run(one, { strategy: new RandomAfter(order, step, mix32(seed, n)) });
  const pilots = Array.from({ length: Math.min(runsEach, runsLeast) }, (_, n) => (runs.brokenOff - before > brokenOffMost ? undefined : continued(0, n)));
  const stepsEach = pilots.reduce((sum, result) => sum + (result?.steps ?? 0), 0) / pilots.length;
  const most = stepsInAll / (1 + viewSize / viewOfDouble) / ((order.length + 1) * (stepsEach + 1 + viewSize / entriesOpenedInStep));
  const each = Math.max(pilots.length, Math.min(runsEach, Math.floor(most)));
  for (let step = 0; step <= order.length; step++) {
    let failing = 0;
    for (let n = 0; n < each; n++) {
      const failure = continued(step, n)?.failure;
      if (failure !== undefined && signature(failure) === wanted) failing++;
      if (runs.brokenOff - before > brokenOffMost) return null;
    }
    after.push({ step, task: step === 0 ? "" : order[step - 1], failing, runs: each });
  }
  return { after, noReturn: steepest(after) };
}

/** The step that raises the likelihood most; 0 where none does. */
function steepest(after: readonly Odds[]): number {
  let most = 0;
  let found = 0;
  for (let step = 1; step < after.length; step++) {
    const rise = after[step].failing - after[step - 1].failing;
    if (rise <= most) continue;
    most = rise;
    found = step;
  }
  return found;
}
