/** All mutants written by hand, and the canary: a fault so plain that a check which misses it checks nothing. */
import { slabMutants } from "./memory-slab.ts";
import { natMutants } from "./nat-session.ts";
import { nodeMutants } from "./node.ts";
import { portMutants } from "./port-allocation.ts";
import { pairMutants } from "./port-quota.ts";
import { quotaMutants } from "./quota.ts";
import { rssMutants } from "./rss-distribution.ts";
import type { Mutant } from "./types.ts";

export const canary: Mutant = {
  id: "canary",
  rule: "QUOTA-5",
  system: "quota",
  file: "impl/quota/request.ts",
  find: "moved.stages.push(m.stage0 + denyStage);",
  replace: "moved.stages.push(m.stage0 + Stage.use);",
  note: "a denial says that it granted",
};

export const mutants: readonly Mutant[] = [...quotaMutants, ...portMutants, ...pairMutants, ...natMutants, ...slabMutants, ...rssMutants, ...nodeMutants];

/** The first of each rule that is not hidden. */
export const plainest: readonly Mutant[] = [...new Set(mutants.map((mutant) => mutant.rule))].map((rule) => mutants.find((mutant) => mutant.rule === rule && !mutant.subtle) ?? mutants.find((mutant) => mutant.rule === rule)!);
