/**
 * Hunts mutants generated from a file: each in every system that is made of it, the smallest first. A few cases everywhere come before many anywhere, since what
 * one system does not use at all another shows at once.
 */
import { fileURLToPath } from "node:url";
import { readSource } from "../engine/loader/load.ts";
import { applyMutant, generateMutants, type GeneratedMutant } from "../engine/mutate/generate.ts";
import { huntMutant } from "../engine/mutate/hunt.ts";
import type { Verdict } from "../engine/verdict.ts";
import { systems } from "../systems/index.ts";
import { filesOfProgram } from "../systems/sources.ts";
import { suspectOf } from "./hunt.ts";
import type { Equivalent } from "./types.ts";

/** What became of the mutants of one file. */
export interface FileHunted {
  readonly file: string;
  readonly generated: number;
  readonly killed: number;
  /** Survivors that are known to do the same as the program. */
  readonly equivalent: number;
  readonly survivors: readonly GeneratedMutant[];
  /** Mutants that cannot be loaded, and why: they are neither killed nor survivors. */
  readonly unloaded: readonly Unloaded[];
  /** Entries of the list of equivalents that no generated mutant fits any more, and those of which too few survive. */
  readonly stale: readonly Equivalent[];
  readonly killedAfterAll: readonly Equivalent[];
  /** How many were killed by which verdict. */
  readonly by: { readonly [K in Verdict]?: number };
}

export interface Unloaded {
  readonly mutant: GeneratedMutant;
  readonly why: string;
}

const root = fileURLToPath(new URL("../../", import.meta.url));
/** Cases of each system before any system gets all of its cases. */
const firstCases = 60;

function folderOf(file: string): "impl" | "model" {
  return file.startsWith("model/") ? "model" : "impl";
}

/** Names of the systems whose program the file is a part of, in the order of all systems. */
export function homesOf(file: string): string[] {
  return systems.map((system) => system.name).filter((name) => filesOfProgram(name, folderOf(file)).includes(file));
}

/** Files of all programs in `folder`, sorted. */
export function programFiles(folder: "impl" | "model"): string[] {
  return [...new Set(systems.flatMap((system) => filesOfProgram(system.name, folder)))].sort();
}

/** What became of a mutant: the verdict that killed it, or why it cannot be loaded. */
export type Fate = Verdict | "survived" | { readonly unloaded: string };

/** Hunts one mutant with at most `casesMax` cases of each of the systems that its file is a part of. */
export function fateOf(mutant: GeneratedMutant, homes: readonly string[], casesMax: number): Fate {
  const texts = new Map([[root + mutant.file, applyMutant(readSource(root + mutant.file), mutant)]]);
  const rounds = casesMax <= firstCases ? [casesMax] : [firstCases, casesMax];
  for (const [round, cases] of rounds.entries())
    for (const home of homes) {
      const system = systems.find((one) => one.name === home)!;
      const { failure, unloaded } = huntMutant(system, suspectOf(home, mutant.file, texts), { seed: round + 1, casesMax: cases });
      if (unloaded !== undefined) return { unloaded };
      if (failure !== undefined) return failure.verdict;
    }
  return "survived";
}

/** All mutants of the file, in the order of its text. */
export function mutantsOf(file: string): GeneratedMutant[] {
  return generateMutants(file, readSource(root + file));
}

/** What became of a file's mutants, in the same order; survivors named in `equivalents` are let be. */
export function huntedOf(file: string, generated: readonly GeneratedMutant[], fates: readonly Fate[], equivalents: readonly Equivalent[]): FileHunted {
  const by: { [K in Verdict]?: number } = {};
  const alive: GeneratedMutant[] = [];
  const unloaded: Unloaded[] = [];
  for (const [at, mutant] of generated.entries()) {
    const fate = fates[at];
    if (fate === "survived") alive.push(mutant);
    else if (typeof fate === "object") unloaded.push({ mutant, why: fate.unloaded });
    else by[fate] = (by[fate] ?? 0) + 1;
  }
  return { file, generated: generated.length, killed: generated.length - alive.length - unloaded.length, unloaded, by, ...sifted(generated, alive, equivalents.filter((one) => one.file === file)) };
}

/** Survivors without the equivalent ones, and what is wrong with the list of those. */
function sifted(generated: readonly GeneratedMutant[], alive: readonly GeneratedMutant[], listed: readonly Equivalent[]): Pick<FileHunted, "equivalent" | "survivors" | "stale" | "killedAfterAll"> {
  const like = (one: Equivalent) => (mutant: GeneratedMutant) => mutant.before === one.before && mutant.after === one.after;
  const excused = new Set(listed.flatMap((one) => alive.filter(like(one)).slice(0, one.times ?? 1)));
  return {
    equivalent: excused.size,
    survivors: alive.filter((mutant) => !excused.has(mutant)),
    stale: listed.filter((one) => !generated.some(like(one))),
    killedAfterAll: listed.filter((one) => generated.some(like(one)) && alive.filter(like(one)).length < (one.times ?? 1)),
  };
}
