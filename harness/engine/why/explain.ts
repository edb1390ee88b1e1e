/**
 * Explains a failing case: what the failure depends on, the decision of the schedule that it hangs on, and how likely it was from each step on.
 * The same case and seed give the same explanation. For a case of six operations it takes some hundred milliseconds, nearly all for the likelihood.
 *
 * What makes sense depends on the verdict. A case that hung has no failing step to look at and each run of it takes its whole time; what is nondeterministic comes from
 * outside the case. Of neither is anything said.
 */
import type { Case } from "../case.ts";
import type { System } from "../contract.ts";
import type { Sides } from "../pair.ts";
import type { Programs } from "../shrink/any-verdict.ts";
import { rootOf } from "../shrink/schedules.ts";
import { signature, type Failure } from "../verdict.ts";
import { decisionOf } from "./decision.ts";
import type { Explanation } from "./explanation.ts";
import { History } from "./history.ts";
import { likelihoodOf } from "./likelihood.ts";
import type { Listener } from "./listener.ts";
import { Runs } from "./runs.ts";
import { causesOf, sliceOf } from "./slice.ts";
import { unneededOf } from "./unneeded.ts";

/** The programs that fail, and the same with every access to shared memory heard, where that can be had. */
export interface Heard extends Programs {
  readonly heard?: () => Sides & { readonly discipline: Listener };
}

export interface ExplainOptions {
  /** Of the random continuations; that of the case. */
  readonly seed?: number;
  /** Continuations of each prefix; 100, fewer in a long run. */
  readonly runs?: number;
}

/** Steps of a run that a slice is cut of. */
const stepsMost = 2000;

/** `failure` is how the case fails, as a run of it by these programs says it. */
export function explain(system: System, one: Case, failure: Failure, programs: Heard, options: ExplainOptions = {}): Explanation {
  const seed = options.seed ?? one.seed;
  const nothing: Explanation = { seed, sees: "nothing", slice: [], leftOut: [], decision: { kind: "not asked" }, likelihood: null };
  if (failure.verdict === "hung" || failure.verdict === "nondeterministic" || failure.step > stepsMost) return nothing;
  const make = failure.verdict === "discipline broken" && programs.watched !== undefined ? programs.watched : programs.sides;
  const runs = new Runs(system, make);
  const wanted = signature(failure);
  const again = runs.run(one)?.failure;
  if (again === undefined || signature(again) !== wanted) return nothing;
  const history = historyOf(system, one, programs, again.step);
  const steps = history.steps;
  const order = steps.map((step) => step.record.task);
  const unneeded = unneededOf(system, one, order, again, causesOf(system, one, steps, again), runs);
  const slice = sliceOf(system, one, steps, again, unneeded);
  const within = new Set(slice.map((step) => rootOf(step.task)));
  return {
    seed,
    sees: programs.heard === undefined ? "entries" : "words",
    slice,
    leftOut: one.events.map((event) => event.id).filter((id) => !within.has(id)),
    decision: decisionOf(one, steps, runs),
    likelihood: likelihoodOf(one, order, wanted, runs, seed, options.runs ?? 100, system.view(one.config, one.profile).size),
  };
}

/** The run up to the failing step. Who is only heard is not judged by its accesses, so the run may go on behind it. */
function historyOf(system: System, one: Case, programs: Heard, step: number): History {
  const { heard } = programs;
  const sides = heard?.();
  const history = new History(sides?.discipline);
  new Runs(system, () => sides ?? programs.sides()).run(one, { recorder: history, footprint: true });
  history.steps.splice(step);
  return history;
}
