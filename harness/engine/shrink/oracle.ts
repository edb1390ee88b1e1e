/** Asks whether a candidate still fails in the way that is being shrunk. */
import type { Case } from "../case.ts";
import type { RunOptions, RunResult, Strategy } from "../run.ts";
import { signature, type Failure } from "../verdict.ts";

export interface Answer {
  readonly failure: Failure;
  ran(): Case;
  /** Whether `ran()` is known to fail the same way by its own switches. Absent: it must be asked. */
  proved?(): boolean;
  /** Ids of what was moved, step by step. Absent: this oracle follows the switches of a candidate only. */
  order?(): readonly string[];
  /** The same of a case that conforms; undefined if it does not. Absent: as above. */
  orderOf?(other: Case): readonly string[] | undefined;
}
/**
 * Undefined: the candidate conforms, or fails in another way. With `strategy` its schedule is that one's, in place of the candidate's switches. `lightly`: an oracle
 * that can tell with less work, and is seldom wrong, should; what is found so is asked again in full.
 */
export type Oracle = (candidate: Case, strategy?: Strategy, lightly?: boolean) => Answer | undefined;

/** The "same way" test: verdict, first rule and observable as in `wanted` (see `signature`). */
export function sameFailure(pair: { run(one: Case, options?: RunOptions): RunResult }, wanted: string, options: RunOptions = {}): Oracle {
  return (candidate, strategy, lightly) => {
    const result = pair.run(candidate, { ...options, strategy, once: lightly });
    if (result.failure === undefined || signature(result.failure) !== wanted) return undefined;
    const orderOf = (other: Case): readonly string[] | undefined => orderIfConforming(pair.run(other, options));
    return { failure: result.failure, ran: () => result.ran(), proved: () => lightly === true || result.proved, order: () => result.moveOrder(), orderOf };
  };
}

/** Ids of what was moved, if nothing failed. */
export function orderIfConforming(result: RunResult): readonly string[] | undefined {
  return result.failure === undefined ? result.moveOrder() : undefined;
}
