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
  /** What is newly reached steers what is drawn; see `census/steering.ts`. */
  readonly steer?: boolean;
  /** A configuration for all cases instead of drawn ones. */
  readonly config?: unknown;
}

/** Cases are handed out in batches with these borders, so that results do not depend on the number of workers. */
export const batchSize = 250;

/** Seed of the index-th case. */
export function seedOfPlan(plan: Plan, index: number): number {
  return mix32(plan.seed, index);
}

/** The index-th case of the campaign, before a strategy has run it. */
export function caseOfPlan(system: System, plan: Plan, index: number): Case {
  return caseOfSeed(system, plan, seedOfPlan(plan, index));
}

/** The case that the plan makes of a seed of its own. */
export function caseOfSeed(system: System, plan: Plan, seed: number): Case {
  const profile = plan.profile !== "" ? plan.profile : system.profiles[mix32(seed, 9) % system.profiles.length];
  return drawCase(system, profile, seed, plan.size, plan.config === undefined ? {} : { config: plan.config });
}
