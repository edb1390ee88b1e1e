/** The lists of mutants that are hunted one by one, and how those of each are hunted. */
import { alikeFaults, type AlikeFault } from "./alike.ts";
import { columnMutants } from "./columns/index.ts";
import type { ColumnMutant } from "./columns/types.ts";
import { engineMutants, type EngineMutant } from "./engine.ts";
import { huntEngine, type Sound } from "./exam.ts";
import { huntAlike } from "./hunt-alike.ts";
import { huntColumn } from "./hunt-column.ts";
import { huntModel } from "./hunt-model.ts";
import { huntByHand, type Hunted, type HuntBudget } from "./hunt.ts";
import { canary, mutants } from "./index.ts";
import { modelMutants, type ModelMutant } from "./models.ts";
import type { Mutant } from "./types.ts";

/** The cases of a column's mutant have a number of their own. */
export interface Budget extends HuntBudget {
  readonly columnCasesMax: number;
}

export interface Kind {
  readonly name: string;
  readonly mutants: readonly Mutant[];
  /** `sound`: how its claim stands with the engine as it is; of mutants of the engine only. */
  readonly hunt: (mutant: Mutant, budget: Budget, sound?: Sound) => Hunted;
}

export const kinds: readonly Kind[] = [
  { name: "hand", mutants: [canary, ...mutants], hunt: huntByHand },
  { name: "model", mutants: modelMutants, hunt: (mutant, { casesMax }) => huntModel(mutant as ModelMutant, casesMax) },
  { name: "alike", mutants: alikeFaults, hunt: (mutant, budget) => huntAlike(mutant as AlikeFault, budget) },
  { name: "engine", mutants: engineMutants, hunt: (mutant, _, sound) => huntEngine(mutant as EngineMutant, sound) },
  { name: "columns", mutants: columnMutants, hunt: (mutant, { columnCasesMax }) => huntColumn(mutant as ColumnMutant, columnCasesMax) },
];
