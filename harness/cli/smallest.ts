/** The smallest case that still fails the same way. */
import type { Case } from "../engine/case.ts";
import type { System } from "../engine/contract.ts";
import { Judge, sameWay, type Limits, type Programs } from "../engine/shrink/any-verdict.ts";
import { shrink } from "../engine/shrink/shrink.ts";
import { strategyByName, type StrategyName } from "../engine/strategy/index.ts";
import type { Failure } from "../engine/verdict.ts";
import { programsOf } from "../systems/judged.ts";

export interface Smallest {
  readonly case: Case;
  readonly failure: Failure;
  /** No single part can be removed; false when the time ran out, or the failure was not met again. */
  readonly oneMinimal: boolean;
}

export interface Means extends Limits {
  /** Instead of the system's own. */
  readonly programs?: Programs;
  /** Strategy under which a case hung: it ended before its schedule could be written down. */
  readonly strategy?: StrategyName;
  /** Time for all of it; 10 s. */
  readonly timeMs?: number;
}

/** Shrinks a failure of any verdict. One that is not met again is answered as it is. */
export function smallest(system: System, one: Case, failure: Failure, means: Means = {}): Smallest {
  const { programs = programsOf(system), timeMs = 10_000 } = means;
  const oracle = sameWay(system, failure, programs, means);
  const until = performance.now() + timeMs;
  let late = false;
  const result = shrink(scheduled(system, one, failure, programs, means), (candidate) => {
    late ||= performance.now() > until;
    return late ? undefined : oracle(candidate);
  }, system);
  if (result.failure === undefined) return { case: one, failure, oneMinimal: false };
  return { case: result.case, failure: result.failure, oneMinimal: result.oneMinimal && !late };
}

/** A hung case with the switches that its strategy had made. */
function scheduled(system: System, one: Case, failure: Failure, programs: Programs, means: Means): Case {
  if (failure.verdict !== "hung" || means.strategy === undefined) return one;
  const answer = new Judge(system, "hung", programs, means).failureOf(one, { strategy: strategyByName(means.strategy) });
  return answer?.failure.verdict === "hung" ? answer.ran() : one;
}
