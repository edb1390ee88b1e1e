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
import { sameFailure } from "../engine/shrink/oracle.ts";
import { shrink, type ShrinkResult } from "../engine/shrink/shrink.ts";
import { strategyByName } from "../engine/strategy/index.ts";
import { disarmTraps } from "../engine/traps.ts";
import { signature, type Failure } from "../engine/verdict.ts";
import { systemByName } from "../systems/index.ts";
import { implementationWith, modelWith, watchedWith } from "../systems/sources.ts";
import type { Mutant } from "./types.ts";

/** What became of a mutant. */
export interface Hunted {
  readonly mutant: Mutant;
  readonly verdict: "caught" | "caught under another rule" | "survives" | "stale" | "not concurrent";
  readonly stale?: StaleMutant;
  readonly failure?: Failure;
  /** Median over the seeds of the cases run until it was caught. */
  readonly cases: number;
  readonly operations: number;
  readonly switches: number;
  readonly oneMinimal: boolean;
}

export interface HuntBudget {
  readonly seeds: number;
  readonly casesMax: number;
}

/** Time for shrinking what caught one mutant. */
const shrinkMs = 3000;

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Sides of a system with some texts replaced; a model's file makes a patched model. */
export function suspectOf(system: string, file: string, texts: Texts): Suspect {
  if (file.startsWith("model/")) return { sides: () => ({ model: modelWith(system, texts) }) };
  return { sides: () => ({ implementation: implementationWith(system, texts) }), watched: () => watchedWith(system, texts) };
}

/** Looks for the mutant with every seed. */
export function huntByHand(mutant: Mutant, budget: HuntBudget): Hunted {
  const system = systemByName(mutant.system);
  if (system === undefined) throw new Error(`mutant ${mutant.id} names no system: ${mutant.system}`);
  const patches = patchTexts([{ file: root + mutant.file, find: mutant.find, replace: mutant.replace }]);
  const nothing = { mutant, cases: 0, operations: 0, switches: 0, oneMinimal: false };
  if (!patches.ok) return { ...nothing, verdict: "stale", stale: patches.error };
  const suspect = suspectOf(mutant.system, mutant.file, patches.texts);
  if (mutant.concurrency && !passesOnOneCore(system, suspect)) return { ...nothing, verdict: "not concurrent" };
  const hunts = Array.from({ length: budget.seeds }, (_, seed) => huntMutant(system, suspect, { seed: seed + 1, casesMax: budget.casesMax, rule: mutant.rule }));
  const caught = hunts.filter((hunt) => hunt.underRule);
  if (caught.length === 0) {
    const other = hunts.find((hunt) => hunt.caught);
    return other === undefined ? { ...nothing, cases: budget.casesMax, verdict: "survives" } : { ...nothing, ...smallestOf(system, suspect, other), cases: other.cases, verdict: "caught under another rule" };
  }
  const cases = hunts.map((hunt) => (hunt.underRule ? hunt.cases : budget.casesMax)).sort((a, b) => a - b)[hunts.length >> 1];
  return { ...nothing, ...smallestOf(system, suspect, caught[0]), cases, verdict: "caught" };
}

function smallestOf(system: System, suspect: Suspect, hunt: Hunt): Pick<Hunted, "failure" | "operations" | "switches" | "oneMinimal"> {
  const { failure, case: one } = hunt;
  if (failure === undefined || one === undefined || failure.verdict === "hung" || failure.verdict === "nondeterministic") return { failure, operations: 0, switches: 0, oneMinimal: false };
  const sides = failure.verdict === "discipline broken" && suspect.watched !== undefined ? suspect.watched() : suspect.sides();
  let result: ShrinkResult | undefined;
  // A candidate may loop for ever where the case that was found did not.
  const ended = endsInTime(() => {
    result = shrink(one, sameFailure(new Pair(system, sides), signature(failure)), system, { candidatesMax: 3000 });
  }, shrinkMs);
  if (!ended) disarmTraps();
  if (!ended || result === undefined) return { failure, operations: 0, switches: 0, oneMinimal: false };
  return { failure: result.failure ?? failure, operations: result.case.events.filter((event) => event.do === "op").length, switches: result.case.deviations.length, oneMinimal: result.oneMinimal };
}

/** A fault of interleaving must not show where nothing interleaves. */
function passesOnOneCore(system: System, suspect: Suspect): boolean {
  let passes = false;
  const ended = endsInTime(() => {
    passes = !failsOnOneCore(system, suspect);
  }, shrinkMs);
  if (!ended) disarmTraps();
  return ended && passes;
}
function failsOnOneCore(system: System, suspect: Suspect): boolean {
  const plan: Plan = { system: system.name, seed: 77, profile: "", size: 60, strategy: "mixture", poisonEvery: 0, disciplineEvery: 0 };
  const pair = new Pair(system, suspect.sides());
  const strategy = strategyByName("mixture");
  for (let index = 0, run = 0; run < 60 && index < 2000; index++) {
    const one = caseOfPlan(system, plan, index);
    if (system.coreCount(one.config, 0) !== 1) continue;
    run++;
    if (pair.run(one, { strategy }).failure !== undefined) return true;
  }
  return false;
}
