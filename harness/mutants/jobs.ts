/** What the workers of `tandem mutants` are asked to do, and how they do it. */
import type { Job } from "../engine/pool/job.ts";
import type { GeneratedMutant } from "../engine/mutate/generate.ts";
import type { Failure } from "../engine/verdict.ts";
import { soundOf, type Claim, type Sound } from "./exam.ts";
import { fateOf, type Fate } from "./generated.ts";
import { failureUnchanged, type Hunted } from "./hunt.ts";
import { kinds, type Budget } from "./kinds.ts";

/** How the programs of a system fail as they stand, under one seed. */
export interface StandsJob extends Job {
  readonly do: "stands";
  readonly system: string;
  readonly seed: number;
  readonly casesMax: number;
}

/** Which tests of a claim pass with the engine as it stands. */
export interface ClaimJob extends Job {
  readonly do: "claim";
  readonly claim: Claim;
}

/** One mutant of a list; its name is its id. */
export interface HuntJob extends Job {
  readonly do: "hunt";
  readonly kind: string;
  readonly budget: Budget;
  readonly sound?: Sound;
}

/** One mutant generated from a source; its name is its id. */
export interface GeneratedJob extends Job {
  readonly do: "generated";
  readonly mutant: GeneratedMutant;
  /** Systems that its file is a part of. */
  readonly homes: readonly string[];
  readonly casesMax: number;
}

/** What each job is answered with. */
export interface Answers {
  /** None: all is well. */
  readonly stands: { readonly failure?: Failure };
  readonly claim: Sound;
  readonly hunt: Hunted;
  /** `ms`: how long it took. */
  readonly generated: { readonly fate: Fate; readonly ms: number };
}

/** Does one job. Throws if no mutant of the kind has that name. */
export function work(job: StandsJob | ClaimJob | HuntJob | GeneratedJob): Answers[keyof Answers] {
  switch (job.do) {
    case "stands":
      return { failure: failureUnchanged(job.system, job.seed, job.casesMax) };
    case "claim":
      return soundOf(job.claim);
    case "hunt": {
      const { hunt, mutants } = kinds.find(({ name }) => name === job.kind)!;
      return hunt(mutants.find(({ id }) => id === job.name)!, job.budget, job.sound);
    }
    case "generated": {
      const began = performance.now();
      return { fate: fateOf(job.mutant, job.homes, job.casesMax), ms: performance.now() - began };
    }
  }
}
