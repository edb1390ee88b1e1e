/** Hunts the mutants of the models: against the right implementation, and, where they are weaker, with the faults that they should not let pass. */
import { fileURLToPath } from "node:url";
import type { System } from "../engine/contract.ts";
import type { Texts } from "../engine/loader/load.ts";
import { patchTexts, type StaleMutant } from "../engine/loader/patch.ts";
import { huntMutant, type Hunt, type Suspect } from "../engine/mutate/hunt.ts";
import type { Failure } from "../engine/verdict.ts";
import { systemByName } from "../systems/index.ts";
import { implementationWith, modelWith, prepareSides } from "../systems/sources.ts";
import { notLoaded, suspectOf, type Hunted } from "./hunt.ts";
import { mutants } from "./index.ts";
import type { ModelMutant, Piece } from "./models.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** What became of a mutant; of a weaker one the failure says which fault went by, and `cases` counts those run to see it. */
export function huntModel(mutant: ModelMutant, casesMax: number): Hunted {
  const system = systemByName(mutant.system);
  if (system === undefined) throw new Error(`mutant ${mutant.id} names no system: ${mutant.system}`);
  const nothing = { mutant, cases: 0, operations: 0, switches: 0, oneMinimal: false };
  const patched = textsOf([mutant]);
  if (!patched.ok) return { ...nothing, verdict: "stale", stale: patched.error };
  const hunt = huntMutant(system, suspectOf(system.name, mutant.file, patched.texts), { seed: 1, casesMax });
  if (hunt.unloaded !== undefined) return { ...nothing, verdict: "not loaded", failure: notLoaded(hunt.unloaded) };
  if (hunt.caught) return { ...nothing, verdict: "caught", failure: hunt.failure, cases: hunt.cases };
  let { cases } = hunt;
  if (mutant.weaker !== undefined)
    for (const fault of faultsOf(mutant)) {
      const known = underModel(system, fault, [], casesMax, mutant.rule);
      if ("stale" in known) {
        // That a mutant of the implementation is stale is said of itself.
        if (mutant.alike === undefined) continue;
        return { ...nothing, verdict: "stale", stale: known.stale };
      }
      if (!known.underRule) continue;
      const weak = underModel(system, fault, [mutant], casesMax, mutant.rule);
      if ("stale" in weak) return { ...nothing, verdict: "stale", stale: weak.stale };
      cases += weak.cases;
      if (!weak.underRule) return { ...nothing, verdict: "caught", failure: passed(mutant, fault.name, known, weak), cases };
    }
  return { ...nothing, verdict: "survives", cases };
}

/** A fault that the model as it is catches under the mutant's rule. */
interface Fault {
  readonly name: string;
  readonly implementation: readonly Piece[];
  readonly model: readonly Piece[];
}

function faultsOf({ alike, rule, system }: ModelMutant): readonly Fault[] {
  if (alike !== undefined) return [{ name: "the same fault in both sides", implementation: [alike.implementation], model: [alike.model] }];
  return mutants.filter((one) => one.rule === rule && one.system === system && one.discipline === undefined).map((one) => ({ name: one.id, implementation: [one], model: [] }));
}

function underModel(system: System, fault: Fault, weaker: readonly Piece[], casesMax: number, rule: string): Hunt | { readonly stale: StaleMutant } {
  const implementation = textsOf(fault.implementation);
  const model = textsOf([...weaker, ...fault.model]);
  if (!implementation.ok) return { stale: implementation.error };
  if (!model.ok) return { stale: model.error };
  const prepare = (): void => prepareSides(system.name, new Map([...implementation.texts, ...model.texts]));
  const suspect: Suspect = { prepare, sides: () => ({ implementation: implementationWith(system.name, implementation.texts), model: modelWith(system.name, model.texts) }) };
  return huntMutant(system, suspect, { seed: 1, casesMax, rule });
}

function textsOf(pieces: readonly Piece[]): { readonly ok: true; readonly texts: Texts } | { readonly ok: false; readonly error: StaleMutant } {
  return patchTexts(pieces.map(({ file, find, replace }) => ({ file: root + file, find, replace })));
}

function passed(mutant: ModelMutant, fault: string, known: Hunt, weak: Hunt): Failure {
  const found = weak.caught ? `it fails under ${weak.rules.join(", ") || "no rule"} only` : `it goes by in ${weak.cases} cases`;
  return { verdict: known.failure!.verdict, rules: [mutant.rule], step: 0, task: "", observable: fault, expected: `it fails under ${mutant.rule}, as with the model as it is (case ${known.cases})`, found };
}
