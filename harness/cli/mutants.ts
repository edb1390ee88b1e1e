/** `tandem mutants`: which seeded faults are caught, how fast, and how small their cases become. */
import { writeFileSync } from "node:fs";
import Table from "cli-table3";
import pc from "picocolors";
import type { MutantsReport } from "../../spec/report-schema.ts";
import { columnMutants, columnsWithoutMutant } from "../mutants/columns/index.ts";
import type { ColumnMutant } from "../mutants/columns/types.ts";
import { engineMutants, type EngineMutant } from "../mutants/engine.ts";
import { huntEngine } from "../mutants/exam.ts";
import { homesOf, type FileHunted } from "../mutants/generated.ts";
import { huntColumn } from "../mutants/hunt-column.ts";
import { huntModel } from "../mutants/hunt-model.ts";
import { failureUnchanged, huntByHand, type Hunted, type HuntBudget } from "../mutants/hunt.ts";
import { canary, mutants } from "../mutants/index.ts";
import { modelMutants, type ModelMutant } from "../mutants/models.ts";
import type { Mutant } from "../mutants/types.ts";
import { systems } from "../systems/index.ts";
import { columnCases, columnsText, isOfColumn } from "./mutants-columns.ts";
import { generatedFiles, generatedText, huntFiles, isGood, type FileTimes } from "./mutants-generated.ts";
import { progressOf } from "./progress.ts";
import { columns } from "./terminal.ts";
import { InvalidInput, oneOf, wholeNumber } from "./usage.ts";

export interface MutantsOptions {
  readonly kind?: string;
  readonly seeds?: string;
  readonly cases?: string;
  /** True: all files. */
  readonly generated?: readonly string[] | true;
  readonly json?: string;
}

/** The cases of a column's mutant have a number of their own. */
interface Budget extends HuntBudget {
  readonly columnCasesMax: number;
}

/** Mutants that are listed one by one, and how one of them is hunted. */
interface Kind {
  readonly name: string;
  readonly mutants: readonly Mutant[];
  readonly hunt: (mutant: Mutant, budget: Budget) => Hunted;
}

const kinds: readonly Kind[] = [
  { name: "hand", mutants: [canary, ...mutants], hunt: huntByHand },
  { name: "model", mutants: modelMutants, hunt: (mutant, { casesMax }) => huntModel(mutant as ModelMutant, casesMax) },
  { name: "engine", mutants: engineMutants, hunt: (mutant) => huntEngine(mutant as EngineMutant) },
  { name: "columns", mutants: columnMutants, hunt: (mutant, { columnCasesMax }) => huntColumn(mutant as ColumnMutant, columnCasesMax) },
];

/** Cases in which the programs as they stand must conform before anything is hunted. */
const unchangedCases = 200;

interface Chosen {
  readonly kind: Kind;
  readonly mutant: Mutant;
}

/** Without ids, everything of the kinds asked for; an id is that of a mutant, a rule or a system, and is looked for in all kinds unless one is named. */
function chosenMutants(ids: readonly string[], kind: string | undefined): Chosen[] {
  const named = kind ?? (ids.length > 0 ? "all" : "hand");
  const all = kinds.filter(({ name }) => named === "all" || named === name).flatMap((one) => one.mutants.map((mutant) => ({ kind: one, mutant })));
  const fits = ({ mutant }: Chosen, id: string): boolean => mutant.id === id || mutant.rule === id || mutant.system === id;
  for (const id of ids) if (!all.some((one) => fits(one, id))) throw new InvalidInput("the command line", { at: "mutant", expected: "the id of a mutant, a rule or a system", found: JSON.stringify(id) });
  return all.filter((one) => one.mutant === canary || ids.length === 0 || ids.some((id) => fits(one, id)));
}

/** Hunts the mutants chosen, the canary always first; 1 if one is not caught as it should be. */
export function mutantsCommand(ids: readonly string[], options: MutantsOptions): number {
  const seeds = options.seeds === undefined ? 5 : wholeNumber("--seeds", options.seeds, 1, 100);
  const casesMax = options.cases === undefined ? 2000 : wholeNumber("--cases", options.cases, 1, 1_000_000);
  const kind = options.kind === undefined ? undefined : oneOf("--kind", options.kind, [...kinds.map((one) => one.name), "generated", "all"]);
  const onlyGenerated = kind === "generated" || (options.generated !== undefined && kind === undefined && ids.length === 0);
  const chosen = onlyGenerated ? [] : chosenMutants(ids, kind);
  const files = onlyGenerated || options.generated !== undefined || (kind === "all" && ids.length === 0) ? generatedFiles(options.generated ?? true) : [];
  const broken = failuresUnchanged([...chosen.map(({ mutant }) => mutant.system), ...files.flatMap(homesOf)]);
  if (broken.length > 0) {
    process.stdout.write(`${broken.map((line) => `${pc.red("fails as it stands")}: ${line}\n`).join("")}nothing was hunted: what is caught would say nothing\n`);
    return 1;
  }
  const columnCasesMax = options.cases === undefined ? columnCases : casesMax;
  const hunted = huntAll(chosen, { seeds, casesMax, columnCasesMax });
  const uncovered = ids.length === 0 && !onlyGenerated ? withoutMutant() : [];
  const missing = ids.length === 0 && (kind === "columns" || kind === "all") ? columnsWithoutMutant() : [];
  const ofColumns = hunted.filter(({ mutant }) => isOfColumn(mutant));
  const others = hunted.filter(({ mutant }) => !isOfColumn(mutant));
  if (others.length > 0) process.stdout.write(handText(others, uncovered, seeds));
  if (ofColumns.length > 0 || missing.length > 0) process.stdout.write(columnsText(ofColumns, columnCasesMax, missing));
  const { found, timings } = huntFiles(files, casesMax);
  if (found.length > 0) process.stdout.write(generatedText(found));
  const code = hunted.every((one) => one.verdict === "caught") && uncovered.length === 0 && missing.length === 0 && isGood(found) ? 0 : 1;
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(report(hunted, found, uncovered, seeds, timings, code), null, 1)}\n`);
  return code;
}

/** A check that fails anyway would kill every mutant. */
function failuresUnchanged(concerned: readonly string[]): string[] {
  return systems.filter(({ name }) => concerned.includes(name)).flatMap(({ name }) => {
    const failure = failureUnchanged(name, unchangedCases);
    return failure === undefined ? [] : [`${name}: ${failure.verdict} ${failure.rules.join(", ")}: ${failure.observable}`];
  });
}

function huntAll(chosen: readonly Chosen[], budget: Budget): Hunted[] {
  const progress = progressOf("mutants", chosen.length);
  const hunted = chosen.map(({ kind, mutant }, at) => {
    progress.update(at, mutant.id);
    return kind.hunt(mutant, budget);
  });
  progress.end();
  return hunted;
}

function withoutMutant(): string[] {
  const rules = new Set(systems.flatMap((system) => system.rules.map((rule) => rule.id)));
  for (const mutant of mutants) rules.delete(mutant.rule);
  return [...rules];
}

const head = ["mutant", "", "verdict", "first rule", "cases", "ms", "operations", "switches"];

function row({ mutant, verdict, failure, cases, ms, operations, switches }: Hunted): string[] {
  const said = verdict === "caught" ? pc.green(verdict) : pc.red(verdict);
  return [mutant.id, said, failure?.verdict ?? "-", failure?.rules[0] ?? "-", String(cases), ms === undefined ? "-" : ms.toFixed(ms < 10 ? 1 : 0), String(operations), String(switches)];
}

function table(rows: readonly string[][]): string {
  if (columns() < 100) return rows.map((cells) => cells.map((cell, at) => (at > 3 ? `${head[at]} ${cell}` : cell)).join("  ")).join("\n");
  const right = head.map((_, at) => (at > 3 ? "right" : "left"));
  const drawn = new Table({ head, style: { head: [], border: [], compact: true }, colAligns: right as ("left" | "right")[] });
  for (const cells of rows) drawn.push(cells);
  return drawn.toString();
}

function handText(hunted: readonly Hunted[], uncovered: readonly string[], seeds: number): string {
  const caught = hunted.filter((one) => one.verdict === "caught").length;
  const lines = [
    table(hunted.map(row)),
    `${caught} of ${hunted.length} caught under their own rules`,
    pc.dim(`cases and milliseconds until caught: medians of ${seeds} seeds (of the engine's: tests); operations and switches of the case left when no single part can be removed`),
  ];
  if (uncovered.length > 0) lines.push(`${pc.yellow("rules without a mutant")}: ${uncovered.join(", ")}`);
  return `${lines.join("\n")}\n`;
}

/** What can be reproduced, and the times apart. */
function report(hunted: readonly Hunted[], generated: readonly FileHunted[], uncovered: readonly string[], seeds: number, files: FileTimes, exitCode: number): MutantsReport {
  return {
    format: 1,
    command: "mutants",
    seeds,
    mutants: hunted.map((one) => ({ ...one, ms: undefined })),
    uncovered,
    generated,
    exitCode,
    timings: { ms: Object.fromEntries(hunted.flatMap(({ mutant, ms }) => (ms === undefined ? [] : [[mutant.id, Math.round(ms * 10) / 10]]))), seconds: files },
  };
}
