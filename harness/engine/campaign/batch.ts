/** Runs a batch of a campaign's cases in this thread. */
import type { Case } from "../case.ts";
import type { Census } from "../census/census.ts";
import { CaseCensus } from "../census/case-census.ts";
import { Steering } from "../census/steering.ts";
import { CensusTally } from "../census/tally.ts";
import type { System } from "../contract.ts";
import { checkDeterminism, Pair, type RunOptions } from "../run.ts";
import { strategyByName, type StrategyName } from "../strategy/index.ts";
import { Trail } from "../trail.ts";
import { signature, type Failure } from "../verdict.ts";
import { hungFailure, type Hung } from "./hung.ts";
import { caseOfPlan, caseOfSeed, seedOfPlan, type Plan } from "./plan.ts";
import { foldDigest, type Met, type Statistics } from "./statistics.ts";

/** Where a batch says how far it is: [case index, unused, step of the case]. */
export type Progress = Int32Array;

export class BatchRunner {
  readonly #system: System;
  readonly #plain: Pair;
  readonly #watched: Pair | undefined;
  readonly #another: (() => Pair) | undefined;
  readonly #trail = new Trail();
  /** Whether the plain pair has run a case yet: what a program does only once in its life is left for the second run to miss. */
  #begun = false;
  readonly #plan: Plan;
  readonly #options: RunOptions;
  readonly #progress: Progress | undefined;

  /**
   * `watched` is a pair whose implementation is loaded with the recording twin of its accessor; `another` makes an instance of what `plain` is that has
   * seen no case yet: it does the second run where a case is run twice.
   */
  constructor(system: System, plan: Plan, plain: Pair, watched?: Pair, progress?: Progress, another?: () => Pair) {
    this.#system = system;
    this.#plan = plan;
    this.#plain = plain;
    this.#watched = watched;
    this.#another = another;
    this.#progress = progress;
    this.#options = progress === undefined ? {} : { progress: progress.subarray(2) };
  }

  /** Cases first … first + count − 1, one after another; those that `hung` are reported and not run. */
  run(first: number, count: number, hung: readonly Hung[] = []): Statistics {
    const plain = this.#plain;
    const tally = new Tally();
    const census = new CaseCensus(this.#system);
    const reachedBy = new CensusTally(this.#system, census);
    const steering = this.#plan.steer === true ? new Steering(this.#system, reachedBy, (seed) => caseOfSeed(this.#system, this.#plan, seed)) : undefined;
    // What a strategy learns from case to case must not depend on the batches that this worker happened to run before.
    const strategy = strategyByName(this.#plan.strategy as StrategyName);
    const options = { ...this.#options, strategy };
    const pairs = this.#watched === undefined ? [plain] : [plain, this.#watched];
    for (const pair of pairs) for (const reached of [pair.rulesReached, pair.goalsReached, pair.stagesReached]) reached.fill(0);
    for (let index = first; index < first + count; index++) {
      if (this.#progress !== undefined) this.#progress[0] = index;
      const drawn = caseOfPlan(this.#system, this.#plan, index);
      const one = steering === undefined ? drawn : steering.next(drawn, seedOfPlan(this.#plan, index));
      const stuck = hung.find((known) => known.index === index);
      if (stuck !== undefined) {
        tally.fail(index, hungFailure(stuck.step), one);
        continue;
      }
      const watched = this.#watched !== undefined && this.#plan.disciplineEvery > 0 && index % this.#plan.disciplineEvery === 0;
      const pair = watched ? this.#watched! : plain;
      const twice = this.#plan.poisonEvery > 0 && (index % this.#plan.poisonEvery === 1 % this.#plan.poisonEvery || (!watched && !this.#begun));
      this.#begun ||= !watched;
      census.begin(one, pair);
      const result = pair.run(one, twice ? { ...options, trail: this.#trail } : options);
      const met = census.end(pair);
      const fresh = reachedBy.add(met);
      // What fails ends early, and one way of failing is found often enough.
      if (result.failure === undefined) steering?.learn(one, met, fresh);
      tally.add(result.operations, result.steps, result.contention, coresOf(this.#system, one), result.digest);
      if (result.failure !== undefined) tally.fail(index, result.failure, result.ran());
      else if (twice) {
        const failure = checkDeterminism(plain, result.ran(), result, {}, { trail: this.#trail, other: this.#another?.() });
        if (failure !== undefined) tally.fail(index, failure, result.ran());
      }
      strategy.ended?.();
    }
    const reached = (of: (pair: Pair) => Int32Array): number[] => Array.from(of(plain), (value, at) => value + (this.#watched === undefined ? 0 : of(this.#watched)[at]));
    return tally.statistics(count, reached((pair) => pair.rulesReached), reached((pair) => pair.goalsReached), reached((pair) => pair.stagesReached), reachedBy.census());
  }
}

function coresOf(system: System, one: Case): number {
  let most = 0;
  for (let node = 0; node < system.nodeCount(one.config); node++) most += system.coreCount(one.config, node);
  return most;
}

class Tally {
  readonly #operations = new Map<number, number>();
  readonly #steps = new Map<number, number>();
  #contention = 0;
  #fourCores = 0;
  #digest = "00000000";
  readonly #failures = new Map<string, Met>();

  add(operations: number, steps: number, contention: boolean, cores: number, digest: string): void {
    this.#operations.set(operations, (this.#operations.get(operations) ?? 0) + 1);
    this.#steps.set(steps, (this.#steps.get(steps) ?? 0) + 1);
    if (contention) this.#contention++;
    if (cores >= 4) this.#fourCores++;
    this.#digest = foldDigest(this.#digest, digest);
  }
  fail(index: number, failure: Failure, one: Case): void {
    const key = signature(failure);
    const known = this.#failures.get(key);
    this.#failures.set(key, known === undefined ? { signature: key, failure, case: one, index, count: 1 } : { ...known, count: known.count + 1 });
  }
  statistics(cases: number, rules: number[], goals: number[], stages: number[], census: Census): Statistics {
    const sorted = (counts: Map<number, number>): [number, number][] => [...counts].sort((a, b) => a[0] - b[0]);
    return {
      cases,
      operations: sorted(this.#operations),
      steps: sorted(this.#steps),
      contention: this.#contention,
      fourCores: this.#fourCores,
      rules,
      goals,
      stages,
      census,
      digest: this.#digest,
      failures: [...this.#failures.values()],
    };
  }
}
