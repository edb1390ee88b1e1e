/** Asks whether a candidate still fails in the way that is being shrunk. */
import type { Case } from "../case.ts";
import type { RunOptions, RunResult } from "../run.ts";
import { signature, type Failure } from "../verdict.ts";

export interface Answer {
  readonly failure: Failure;
  ran(): Case;
}
/** Undefined: the candidate conforms, or fails in another way. */
export type Oracle = (candidate: Case) => Answer | undefined;

/** The "same way" test: verdict, first rule and observable as in `wanted` (see `signature`). */
export function sameFailure(pair: { run(one: Case, options?: RunOptions): RunResult }, wanted: string, options: RunOptions = {}): Oracle {
  return (candidate) => {
    const result = pair.run(candidate, options);
    if (result.failure === undefined || signature(result.failure) !== wanted) return undefined;
    return { failure: result.failure, ran: () => result.ran() };
  };
}
