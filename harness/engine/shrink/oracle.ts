/** Asks whether a candidate still fails in the way that is being shrunk. */
import type { Case } from "../case.ts";
import type { RunOptions, RunResult } from "../run.ts";
import { signature, type Failure } from "../verdict.ts";
import { InOrder } from "./in-order.ts";

export interface Answer {
  readonly failure: Failure;
  ran(): Case;
  /** Ids of what was moved, step by step. Absent: this oracle follows the switches of a candidate only. */
  order?(): readonly string[];
}
/** Undefined: the candidate conforms, or fails in another way. With `order` its schedule is that one, as far as it can be followed, in place of the candidate's switches. */
export type Oracle = (candidate: Case, order?: readonly string[]) => Answer | undefined;

/** Options under which a candidate runs in an order. */
export function following(options: RunOptions, order: readonly string[] | undefined): RunOptions {
  return order === undefined ? options : { ...options, strategy: new InOrder(order) };
}

/** The "same way" test: verdict, first rule and observable as in `wanted` (see `signature`). */
export function sameFailure(pair: { run(one: Case, options?: RunOptions): RunResult }, wanted: string, options: RunOptions = {}): Oracle {
  return (candidate, order) => {
    const result = pair.run(candidate, following(options, order));
    if (result.failure === undefined || signature(result.failure) !== wanted) return undefined;
    return { failure: result.failure, ran: () => result.ran(), order: () => result.moveOrder() };
  };
}
