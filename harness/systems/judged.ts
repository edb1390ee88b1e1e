/** One case of a system, looked at in every way a campaign has. */
import type { Case } from "../engine/case.ts";
import type { System } from "../engine/contract.ts";
import { Judge, type Programs } from "../engine/shrink/any-verdict.ts";
import type { Failure } from "../engine/verdict.ts";
import type { Heard } from "../engine/why/explain.ts";
import { heardWith, watchedWith } from "./sources.ts";

/** The programs of a system as they stand. */
export function programsOf(system: System): Heard {
  return { sides: () => ({}), watched: () => watchedWith(system.name, new Map()), heard: () => heardWith(system.name, new Map()) };
}

/**
 * How the case fails: run plainly, then twice with poisoned memory, then with its accesses to shared memory watched; "hung" where a step does not end
 * in two seconds. Undefined: it conforms in all three.
 */
export function judged(system: System, one: Case, programs: Programs = programsOf(system)): Failure | undefined {
  for (const verdict of ["nondeterministic", "discipline broken"] as const) {
    const answer = new Judge(system, verdict, programs).failureOf(one);
    if (answer !== undefined) return answer.failure;
  }
  return undefined;
}
