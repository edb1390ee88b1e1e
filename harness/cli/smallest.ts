/** The smallest case that still fails the same way. */
import type { Case } from "../engine/case.ts";
import type { System } from "../engine/contract.ts";
import { Pair } from "../engine/run.ts";
import { sameFailure } from "../engine/shrink/oracle.ts";
import { shrink } from "../engine/shrink/shrink.ts";
import { signature, type Failure } from "../engine/verdict.ts";

/** Shrinks; a failure that cannot be met again (it hung, or two runs differ) is answered as it is. */
export function smallest(system: System, one: Case, failure: Failure): { readonly case: Case; readonly failure: Failure } {
  if (failure.verdict === "hung" || failure.verdict === "nondeterministic") return { case: one, failure };
  const oracle = sameFailure(new Pair(system), signature(failure));
  const result = shrink(one, oracle, system);
  return { case: result.case, failure: result.failure ?? failure };
}
