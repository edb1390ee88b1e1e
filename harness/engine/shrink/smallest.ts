/** The smallest case that still fails the same way: of a failure of any verdict, in a given time. */
import type { Case } from "../case.ts";
import type { System } from "../contract.ts";
import { inTime } from "../mutate/journal.ts";
import { strategyByName, type StrategyName } from "../strategy/index.ts";
import type { Failure } from "../verdict.ts";
import { caseMsMost, Judge, sameWay, type Limits, type Programs } from "./any-verdict.ts";
import { shrink, type ShrinkResult } from "./shrink.ts";

export interface Smallest {
  readonly case: Case;
  readonly failure: Failure;
  /** No single part can be removed; false when the time ran out, or the failure was not met again. */
  readonly oneMinimal: boolean;
}

export interface Means extends Limits {
  readonly programs: Programs;
  /** Strategy under which a case hung: it ended before its schedule could be written down. */
  readonly strategy?: StrategyName;
  /** Says that the time for all of it is over; asked before each candidate. */
  readonly late: () => boolean;
}

/** Shrinks the failure. One that is not met again is answered as it is. */
export function smallest(system: System, one: Case, failure: Failure, means: Means): Smallest {
  const result = failure.verdict === "hung" ? byItself(system, one, failure, means) : together(system, one, failure, means);
  if (result.failure === undefined) return { case: one, failure, oneMinimal: false };
  return { case: result.case, failure: result.failure, oneMinimal: result.oneMinimal };
}

/** Where a hang is what is looked for, each candidate has a time of its own. */
function byItself(system: System, one: Case, failure: Failure, means: Means): ShrinkResult {
  return shrink(scheduled(system, one, failure, means), sameWay(failure, new Judge(system, "hung", means.programs, means)), system, { late: means.late });
}

function together(system: System, one: Case, failure: Failure, { programs, late, caseMs = caseMsMost }: Means): ShrinkResult {
  const judge = new Judge(system, failure.verdict, programs, { caseMs: Infinity });
  return inTime(caseMs, (journal) => shrink(one, sameWay(failure, judge, (question) => journal.ask(question)), system, { late: () => journal.isNew && late() }));
}

/** A hung case is known as it was drawn: with the switches that its strategy had made by then. */
function scheduled(system: System, one: Case, failure: Failure, means: Means): Case {
  if (failure.verdict !== "hung" || means.strategy === undefined) return one;
  const answer = new Judge(system, "hung", means.programs, means).failureOf(one, { strategy: strategyByName(means.strategy) });
  return answer?.failure.verdict === "hung" ? answer.ran() : one;
}
