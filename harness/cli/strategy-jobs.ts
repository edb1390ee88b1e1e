/** What the workers of `tandem strategies` are asked to do. */
import type { Job } from "../engine/pool/job.ts";
import { mutants } from "../mutants/index.ts";
import { raceStrategies, type StrategyRuns, type StrategySeeds } from "./strategy-runs.ts";

/** A race of the strategies for one mutant; its name is its id. */
export interface RaceJob extends Job {
  readonly seeds: StrategySeeds;
  readonly limit: number;
}

/** None: the mutant does not hide. */
export interface Raced {
  readonly runs?: StrategyRuns;
}

/** Races the strategies for the mutant of that name. Throws if there is none. */
export function work({ limit, name, seeds }: RaceJob): Raced {
  return { runs: raceStrategies(mutants.find(({ id }) => id === name)!, seeds, limit) };
}
