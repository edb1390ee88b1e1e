/** Cases that hung: noticed from outside, so that the worker that ran one cannot tell of it. */
import type { Failure } from "../verdict.ts";

/** A case that made no step for its time after this one. */
export interface Hung {
  readonly index: number;
  readonly step: number;
}

/** What is reported of it. */
export function hungFailure(step: number): Failure {
  return { verdict: "hung", rules: [], step, task: "", observable: "step", expected: "a step that ends", found: `no step for its time after step ${step}` };
}
