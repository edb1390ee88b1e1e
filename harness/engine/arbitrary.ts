/** Cases as a fast-check `Arbitrary`: draw, run, and shrink with the engine's own shrinker, in anybody's property. */
import { Arbitrary, Stream, toStringMethod, Value, type Random as Mrng } from "fast-check";
import type { Case } from "./case.ts";
import type { System } from "./contract.ts";
import { drawCase } from "./draw.ts";
import { Pair, type RunResult } from "./run.ts";
import { sameFailure } from "./shrink/oracle.ts";
import { shrink } from "./shrink/shrink.ts";
import { strategyByName, type StrategyName } from "./strategy/index.ts";
import { signature, type Failure } from "./verdict.ts";

/** A case that has been run; printed as the failure and the JSON to replay it. */
export class CheckedCase {
  readonly case: Case;
  readonly failure: Failure | undefined;
  constructor(one: Case, failure: Failure | undefined) {
    this.case = one;
    this.failure = failure;
  }
  [toStringMethod](): string {
    const { failure } = this;
    if (failure === undefined) return `a case of ${this.case.events.length} events that conforms`;
    return `${failure.rules[0] ?? ""} ${failure.verdict} at step ${failure.step} (${failure.observable}): the model says ${failure.expected}, the implementation says ${failure.found}\n${JSON.stringify(this.case)}`;
  }
}

export interface CaseOptions {
  /** One of the system's profiles; its first by default. */
  readonly profile?: string;
  /** Events of a case, about; 40. */
  readonly size?: number;
  readonly strategy?: StrategyName;
}

/** The case as the shrinker left it: there is nothing smaller to offer. */
const shrunk = Symbol("shrunk");

class CaseArbitrary extends Arbitrary<CheckedCase> {
  readonly #system: System;
  readonly #options: CaseOptions;
  readonly #pair: Pair;

  constructor(system: System, options: CaseOptions) {
    super();
    this.#system = system;
    this.#options = options;
    this.#pair = new Pair(system);
  }

  generate(mrng: Mrng): Value<CheckedCase> {
    const { profile = this.#system.profiles[0], size = 40, strategy = "mixture" } = this.#options;
    const one = drawCase(this.#system, profile, mrng.nextInt() >>> 0, size);
    const result: RunResult = this.#pair.run(one, { strategy: strategyByName(strategy) });
    return new Value(new CheckedCase(result.ran(), result.failure), undefined);
  }

  canShrinkWithoutContext(value: unknown): value is CheckedCase {
    return value instanceof CheckedCase;
  }

  /** The smallest case that fails the same way, in one go: fast-check itself would take any failure for the same. */
  shrink(value: CheckedCase, context: unknown): Stream<Value<CheckedCase>> {
    if (context === shrunk || value.failure === undefined) return Stream.nil();
    const result = shrink(value.case, sameFailure(this.#pair, signature(value.failure)), this.#system);
    if (result.failure === undefined) return Stream.nil();
    return Stream.of(new Value(new CheckedCase(result.case, result.failure), shrunk));
  }
}

/** Cases of a system, run under a strategy; a function of fast-check's seed. */
export function caseArbitrary(system: System, options: CaseOptions = {}): Arbitrary<CheckedCase> {
  return new CaseArbitrary(system, options);
}

/** The property: throws what went wrong, in words. */
export function conforms(checked: CheckedCase): void {
  if (checked.failure !== undefined) throw new Error(checked[toStringMethod]());
}
