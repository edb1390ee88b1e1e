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

/** The "same way" test: verdict, first rule and observable as in `wanted` (see `signature`). Lightly, what shows in a step of the case that is asked about first is looked for in steps alone. */
export function sameFailure(pair: { run(one: Case, options?: RunOptions): RunResult }, wanted: string, options: RunOptions = {}): Oracle {
  const orderOf = (other: Case): readonly string[] | undefined => orderIfConforming(pair.run(other, options));
  const ask = (more: RunOptions): Ask => (candidate, strategy) => {
    const result = pair.run(candidate, { ...options, ...more, strategy });
    if (result.failure === undefined || signature(result.failure) !== wanted) return undefined;
    return { failure: result.failure, ran: () => result.ran(), proved: () => more.once === true || result.proved, order: () => result.moveOrder(), orderOf };
  };
  const inSteps = ask({ once: true, stepsAlone: true });
  let lightly: Ask | undefined;
  return Object.assign(ask({}), {
    lightly: (candidate: Case, strategy?: Strategy): Answer | undefined => {
      if (lightly !== undefined) return lightly(candidate, strategy);
      const answer = inSteps(candidate, strategy);
      lightly = answer === undefined ? ask({ once: true }) : inSteps;
      return answer ?? lightly(candidate, strategy);
    },
  });
}

/** Ids of what was moved, if nothing failed. */
export function orderIfConforming(result: RunResult): readonly string[] | undefined {
  return result.failure === undefined ? result.moveOrder() : undefined;
}
