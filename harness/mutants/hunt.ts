/** Hunts the mutants written by hand: loads each, looks for it with several seeds, and shrinks what caught it. */
import { fileURLToPath } from "node:url";
import type { Plan } from "../engine/campaign/plan.ts";
import { caseOfPlan } from "../engine/campaign/plan.ts";
import type { System } from "../engine/contract.ts";
import { patchTexts, type StaleMutant } from "../engine/loader/patch.ts";
import type { Texts } from "../engine/loader/load.ts";
import { endsInTime } from "../engine/mutate/bounded.ts";
import { huntMutant, type Hunt, type Suspect } from "../engine/mutate/hunt.ts";
import { Pair } from "../engine/run.ts";
import { smallest } from "../engine/shrink/smallest.ts";
import { strategyByName } from "../engine/strategy/index.ts";
import { disarmTraps } from "../engine/traps.ts";
import type { Failure } from "../engine/verdict.ts";
import { systemByName } from "../systems/index.ts";
import { implementationWith, modelWith, prepareSides, watchedWith } from "../systems/sources.ts";
import type { Mutant } from "./types.ts";

/** What became of a mutant; only `caught` is as it should be. */
export interface Hunted {
  readonly mutant: Mutant;
  readonly verdict: "caught" | "caught under another rule" | "survives" | "stale" | "not loaded" | "not concurrent" | "not subtle" | "not one-minimal" | "caught by something else" | "caught without its column";
  readonly stale?: StaleMutant;
  readonly failure?: Failure;
  /** Median over the seeds of the cases run until it was caught. */
  readonly cases: number;
  /** The same of the time it took, in milliseconds; absent where nothing was timed. */
  readonly ms?: number;
  /** Of the smallest case that fails the same way. */
  readonly operations: number;
  readonly switches: number;
  readonly oneMinimal: boolean;
}

export interface HuntBudget {
  readonly seeds: number;
  readonly casesMax: number;
}

/** Processor time for shrinking what caught one mutant: what a busy machine takes away does not count. */
const shrinkMs = 60_000;
const oneCoreMs = 5000;
/** A mutant is subtle if the median of so many hunts is above so many cases; fewer hunts do not tell. */
const subtleSeeds = 5;
const subtleCases = 10;

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Sides of a system with some texts replaced; a model's file makes a patched model. */
export function suspectOf(system: string, file: string, texts: Texts): Suspect {
  const prepare = (): void => prepareSides(system, texts);
  if (file.startsWith("model/")) return { prepare, sides: () => ({ model: modelWith(system, texts) }) };
  return { prepare, sides: () => ({ implementation: implementationWith(system, texts) }), watched: () => watchedWith(system, texts) };
}

/** Seeds under which generated mutants are hunted, and those written by hand first. */
export const seedsAsked: readonly number[] = [1, 2];

/** How the programs of a system fail as they stand: then whatever is caught says nothing. Undefined: they conform in all cases run. */
export function failureUnchanged(system: string, seed: number, casesMax: number): Failure | undefined {
  const { failure, unloaded } = huntMutant(systemByName(system)!, suspectOf(system, "impl/", new Map()), { seed, casesMax });
  return unloaded === undefined ? failure : notLoaded(unloaded);
}

/** Of a mutant that could not be loaded: it has neither been caught nor survived. */
export function notLoaded(why: string): Failure {
  return { verdict: "inconclusive", rules: [], step: 0, task: "", observable: "load", expected: "a program that can be loaded", found: why };
}

/** Looks for the mutant with every seed. */
export function huntByHand(mutant: Mutant, budget: HuntBudget): Hunted {
  if (systemByName(mutant.system) === undefined) throw new Error(`mutant ${mutant.id} names no system: ${mutant.system}`);
  const patches = patchTexts([{ file: root + mutant.file, find: mutant.find, replace: mutant.replace }]);
  if (!patches.ok) return { mutant, cases: 0, operations: 0, switches: 0, oneMinimal: false, verdict: "stale", stale: patches.error };
  return huntSuspect(mutant, suspectOf(mutant.system, mutant.file, patches.texts), mutant.rule, budget);
}

/** Looks for what is wrong with these programs with every seed; without `rule` it may fail under any. */
export function huntSuspect(mutant: Mutant, suspect: Suspect, rule: string | undefined, budget: HuntBudget): Hunted {
  const system = systemByName(mutant.system)!;
  const nothing = { mutant, cases: 0, operations: 0, switches: 0, oneMinimal: false };
  const hunts = Array.from({ length: budget.seeds }, (_, seed) => timed(() => huntMutant(system, suspect, { seed: seed + 1, casesMax: budget.casesMax, rule })));
  const unloaded = hunts.find((hunt) => hunt.unloaded !== undefined)?.unloaded;
  if (unloaded !== undefined) return { ...nothing, verdict: "not loaded", failure: notLoaded(unloaded) };
  if (mutant.concurrency && !passesOnOneCore(system, suspect)) return { ...nothing, verdict: "not concurrent" };
  const ms = middle(hunts.map((hunt) => hunt.ms));
  const caught = hunts.find((hunt) => hunt.underRule);
  if (caught === undefined) {
    const other = hunts.find((hunt) => hunt.caught);
    return other === undefined ? { ...nothing, cases: budget.casesMax, ms, verdict: "survives" } : { ...nothing, ...smallestOf(system, suspect, other), cases: other.cases, ms, verdict: "caught under another rule" };
  }
  const cases = middle(hunts.map((hunt) => (hunt.underRule ? hunt.cases : budget.casesMax)));
  const left = smallestOf(system, suspect, caught);
  const plain = mutant.subtle === true && budget.seeds >= subtleSeeds && cases <= subtleCases;
  return { ...nothing, ...left, cases, ms, verdict: plain ? "not subtle" : left.oneMinimal ? "caught" : "not one-minimal" };
}

function timed(hunt: () => Hunt): Hunt & { readonly ms: number } {
  const began = performance.now();
  const found = hunt();
  return { ...found, ms: performance.now() - began };
}

function middle(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
}

function smallestOf(system: System, suspect: Suspect, hunt: Hunt): Pick<Hunted, "failure" | "operations" | "switches" | "oneMinimal"> {
  const began = process.cpuUsage();
  const late = (): boolean => {
    const used = process.cpuUsage(began);
    return used.user + used.system > shrinkMs * 1000;
  };
  const { case: { events, deviations }, failure, oneMinimal } = smallest(system, hunt.case!, hunt.failure!, { programs: suspect, strategy: "mixture", late });
  return { failure, operations: events.filter((event) => event.do === "op").length, switches: deviations.length, oneMinimal };
}

/** A fault of interleaving must not show where nothing interleaves. */
function passesOnOneCore(system: System, suspect: Suspect): boolean {
  let passes = false;
  const pair = new Pair(system, suspect.sides());
  const ended = endsInTime(() => {
    passes = !failsOnOneCore(system, pair);
  }, oneCoreMs);
  if (!ended) disarmTraps();
  return ended && passes;
}
function failsOnOneCore(system: System, pair: Pair): boolean {
  const plan: Plan = { system: system.name, seed: 77, profile: "", size: 60, strategy: "mixture", poisonEvery: 0, disciplineEvery: 0 };
  const strategy = strategyByName("mixture");
  for (let index = 0, run = 0; run < 60 && index < 2000; index++) {
    const one = caseOfPlan(system, plan, index);
    if (system.coreCount(one.config, 0) !== 1) continue;
    run++;
    if (pair.run(one, { strategy }).failure !== undefined) return true;
  }
  return false;
}
