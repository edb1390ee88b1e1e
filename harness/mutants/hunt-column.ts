/** Hunts the mutants of columns, twice: with no column compared but theirs they must be caught, and with all others compared they must survive as many cases. */
import { fileURLToPath } from "node:url";
import type { System } from "../engine/contract.ts";
import { patchTexts } from "../engine/loader/patch.ts";
import { blindTo, type Ignored } from "../engine/mutate/blind.ts";
import { huntMutant, type Hunt, type Suspect } from "../engine/mutate/hunt.ts";
import type { Failure } from "../engine/verdict.ts";
import { systemByName } from "../systems/index.ts";
import { nameOf } from "./columns/index.ts";
import type { ColumnMutant } from "./columns/types.ts";
import { notLoaded, suspectOf, type Hunted } from "./hunt.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** What became of a mutant; its failure and cases are those of the hunt by its column alone, or of the one without it where that should have found nothing. */
export function huntColumn(mutant: ColumnMutant, casesMax: number): Hunted {
  const { also = [], column, file, find, replace } = mutant;
  const system = systemByName(mutant.system)!;
  const patches = patchTexts([{ file, find, replace }, ...also].map((one) => ({ ...one, file: root + one.file })));
  const nothing = { mutant, cases: 0, operations: 0, switches: 0, oneMinimal: false };
  if (!patches.ok) return { ...nothing, verdict: "stale", stale: patches.error };
  const suspect = suspectOf(mutant.system, file, patches.texts);
  const hunt = (ignored: Ignored): Hunt => huntMutant(system, blind(system, suspect, ignored), { seed: 1, casesMax });
  const alone = hunt((other) => nameOf(other) !== column);
  if (alone.unloaded !== undefined) return { ...nothing, verdict: "not loaded", failure: notLoaded(alone.unloaded) };
  const { cases, failure } = alone;
  if (failure === undefined) return { ...nothing, cases, verdict: "survives" };
  if (!isOf(failure, mutant)) return { ...nothing, cases, failure, verdict: "caught by something else" };
  const without = hunt((other) => nameOf(other) === column);
  if (without.caught) return { ...nothing, cases: without.cases, failure: without.failure, verdict: "caught without its column" };
  return { ...nothing, cases, failure, verdict: "caught" };
}

function isOf(failure: Failure, { column, rule }: ColumnMutant): boolean {
  return failure.observable === column && failure.rules.includes(rule);
}

function blind(system: System, suspect: Suspect, ignored: Ignored): Suspect {
  const { prepare, sides, watched } = suspect;
  return { prepare, sides: () => blindTo(system, ignored, sides()), ...(watched && { watched: () => blindTo(system, ignored, watched()) }) };
}
