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
/** Undefined: the candidate conforms, or fails in another way. With `strategy` its schedule is that one's, in place of the candidate's switches. */
export type Ask = (candidate: Case, strategy?: Strategy) => Answer | undefined;

export interface Oracle extends Ask {
  /** Tells with less work, and is seldom wrong: what is found so should be asked again in full. Absent: there is no such way. */
  readonly lightly?: Ask;
}

/** The "same way" test: verdict, first rule and observable as in `wanted` (see `signature`). */
export function sameFailure(pair: { run(one: Case, options?: RunOptions): RunResult }, wanted: string, options: RunOptions = {}): Oracle {
  const orderOf = (other: Case): readonly string[] | undefined => orderIfConforming(pair.run(other, options));
  const ask = (once: boolean): Ask => (candidate, strategy) => {
    const result = pair.run(candidate, { ...options, strategy, once });
    if (result.failure === undefined || signature(result.failure) !== wanted) return undefined;
    return { failure: result.failure, ran: () => result.ran(), proved: () => once || result.proved, order: () => result.moveOrder(), orderOf };
  };
  return Object.assign(ask(false), { lightly: ask(true) });
}

/** Ids of what was moved, if nothing failed. */
export function orderIfConforming(result: RunResult): readonly string[] | undefined {
  return result.failure === undefined ? result.moveOrder() : undefined;
}
