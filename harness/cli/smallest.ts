/** Shrinking on the command line: the system's own programs, and ten seconds by the clock unless told otherwise. */
import type { Case } from "../engine/case.ts";
import type { System } from "../engine/contract.ts";
import * as engine from "../engine/shrink/smallest.ts";
import type { Failure } from "../engine/verdict.ts";
import { programsOf } from "../systems/judged.ts";

export type { Smallest } from "../engine/shrink/smallest.ts";

export interface Means extends Partial<Omit<engine.Means, "late">> {
  /** Time for all of it; 10 s. */
  readonly timeMs?: number;
}

/** Shrinks a failure of any verdict. One that is not met again is answered as it is. */
export function smallest(system: System, one: Case, failure: Failure, { timeMs = 10_000, ...means }: Means = {}): engine.Smallest {
  const until = performance.now() + timeMs;
  return engine.smallest(system, one, failure, { programs: programsOf(system), ...means, late: () => performance.now() > until });
}
