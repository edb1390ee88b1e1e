/**
 * How many runs each strategy needs until a mutant is caught: medians over seeds, for mutants that hide. The same seed draws the same cases for all strategies, so they differ in nothing but the schedules.
 */
import { fileURLToPath } from "node:url";
import type { System } from "../engine/contract.ts";
import { patchTexts } from "../engine/loader/patch.ts";
import { huntMutant, type Suspect } from "../engine/mutate/hunt.ts";
import type { Sides } from "../engine/pair.ts";
import { strategyNames, type StrategyName } from "../engine/strategy/index.ts";
import { systemByName } from "../systems/index.ts";
import { suspectOf } from "../mutants/hunt.ts";
import type { Mutant } from "../mutants/types.ts";

export interface StrategySeeds {
  readonly first: number;
  readonly count: number;
}

/** Medians of the runs until the mutant is caught under its rule, by strategy; one that is the limit is at least that. */
export interface StrategyRuns {
  readonly mutant: Mutant;
  readonly runs: { readonly [name in StrategyName]: number };
}

/** A mutant hides if random schedules need more runs than this, in the median. */
export const hiddenAbove = 10;

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Programs are kept from hunt to hunt, as new ones run slowly at first; a hunt that asks twice had to give them up, and gets new ones. */
class Kept {
  readonly #make: () => Sides;
  #sides: Sides | undefined = undefined;
  #given = false;
  constructor(make: () => Sides) {
    this.#make = make;
  }
  newHunt(): void {
    this.#given = false;
  }
  get(): Sides {
    if (this.#sides === undefined || this.#given) this.#sides = this.#make();
    this.#given = true;
    return this.#sides;
  }
}

/** Hunts one mutant again and again. */
export class StrategyRace {
  readonly #mutant: Mutant;
  readonly #system: System;
  readonly #suspect: Suspect;
  readonly #kept: readonly Kept[];

  /** Throws if the mutant's text is no longer met: that is for `tandem mutants` to tell. */
  constructor(mutant: Mutant) {
    const patches = patchTexts([{ file: root + mutant.file, find: mutant.find, replace: mutant.replace }]);
    if (!patches.ok) throw new Error(`mutant ${mutant.id} is stale: ${mutant.file} has changed`);
    const { prepare, sides, watched } = suspectOf(mutant.system, mutant.file, patches.texts);
    const plain = new Kept(sides);
    const other = new Kept(watched ?? sides);
    this.#mutant = mutant;
    this.#system = systemByName(mutant.system)!;
    this.#kept = [plain, other];
    this.#suspect = { prepare, sides: () => plain.get(), watched: () => other.get() };
  }

  /** Whether random schedules need more than `hiddenAbove` runs in the median; stops as soon as that is settled. */
  hides(seeds: StrategySeeds): boolean {
    const middle = seeds.count >> 1;
    let caught = 0;
    for (let i = 0; i < seeds.count && caught <= middle && i - caught < seeds.count - middle; i++) if (this.#runs("random", seeds.first + i, hiddenAbove) <= hiddenAbove) caught++;
    return caught <= middle;
  }

  /** The median of the runs until the strategy's schedules show the mutant; `limit` + 1 if most seeds reach the limit. */
  median(strategy: StrategyName, seeds: StrategySeeds, limit: number): number {
    const middle = seeds.count >> 1;
    const runs: number[] = [];
    for (let i = 0, beyond = 0; i < seeds.count && beyond < seeds.count - middle; i++) {
      runs.push(this.#runs(strategy, seeds.first + i, limit));
      if (runs[i] > limit) beyond++;
    }
    return runs.length < seeds.count ? limit + 1 : runs.toSorted((a, b) => a - b)[middle];
  }

  /** Runs until caught, `limit` + 1 if it was not. */
  #runs(strategy: StrategyName, seed: number, limit: number): number {
    for (const kept of this.#kept) kept.newHunt();
    const { underRule, cases, unloaded } = huntMutant(this.#system, this.#suspect, { seed, casesMax: limit, rule: this.#mutant.rule, strategy });
    if (unloaded !== undefined) throw new Error(`mutant ${this.#mutant.id} cannot be loaded: ${unloaded}`);
    return underRule ? cases : limit + 1;
  }
}

/** Every strategy's median for a mutant that hides; undefined for one that does not. */
export function raceStrategies(mutant: Mutant, seeds: StrategySeeds, limit: number): StrategyRuns | undefined {
  const race = new StrategyRace(mutant);
  if (!race.hides(seeds)) return undefined;
  return { mutant, runs: Object.fromEntries(strategyNames.map((name) => [name, race.median(name, seeds, limit)])) as StrategyRuns["runs"] };
}

/** The least of the single strategies' medians. */
export function bestRuns({ runs }: StrategyRuns): number {
  return Math.min(...strategyNames.filter((name) => name !== "mixture").map((name) => runs[name]));
}

/** The geometric mean of the strategy's runs ÷ those of the best single strategy, over the mutants that any strategy has caught; 1 if there are none. */
export function meanFactor(all: readonly StrategyRuns[], name: StrategyName, limit: number): number {
  const counted = all.filter((one) => Math.min(bestRuns(one), one.runs.mixture) <= limit);
  if (counted.length === 0) return 1;
  return Math.exp(counted.reduce((sum, one) => sum + Math.log(one.runs[name] / bestRuns(one)), 0) / counted.length);
}
