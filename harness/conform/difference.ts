/** How a box and the rules part. */
import type { Failure } from "../engine/verdict.ts";

/** A difference that the caller places at its operation. `rules`: ids, the most telling first. */
export function diverges(rules: readonly string[], observable: string, expected: string, found: string): Failure {
  return { verdict: "diverges", rules, step: 0, task: "", observable, expected, found };
}
