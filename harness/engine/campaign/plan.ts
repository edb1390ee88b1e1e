/** A campaign: many cases of one system, each a function of the campaign's seed and its index, whoever runs it. */
import type { Case } from "../case.ts";
import type { System } from "../contract.ts";
import { drawCase } from "../draw.ts";
import { mix32 } from "../random.ts";

export interface Plan {
  readonly system: string;
  readonly seed: number;
  /** One profile for all cases, or "" for one drawn with each case. */
  readonly profile: string;
  /** Events to draw for a case, about. */
  readonly size: number;
  readonly strategy: string;
  /** Every n-th case is run again, poisoned, and must leave the same trace; 0: none. */
  readonly poisonEvery: number;
  /** Every n-th case is run with the accesses to shared memory watched; 0: none. */
  readonly disciplineEvery: number;
  /** A configuration for all cases instead of drawn ones. */
  readonly config?: unknown;
}

/** Cases are handed out in batches with these borders, so that results do not depend on the number of workers. */
export const batchSize = 250;

/** The index-th case of the campaign, before a strategy has run it. */
export function caseOfPlan(system: System, plan: Plan, index: number): Case {
  const seed = mix32(plan.seed, index);
  const profile = plan.profile !== "" ? plan.profile : system.profiles[mix32(seed, 9) % system.profiles.length];
  return drawCase(system, profile, seed, plan.size, plan.config === undefined ? {} : { config: plan.config });
}
