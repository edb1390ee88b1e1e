/** `tandem mutants`: which seeded faults are caught, how fast, and how small their cases become. */
import { writeFileSync } from "node:fs";
import Table from "cli-table3";
import pc from "picocolors";
import type { MutantsReport } from "../../spec/report-schema.ts";
import { Pool } from "../engine/pool/pool.ts";
import { columnsWithoutMutant } from "../mutants/columns/index.ts";
import type { EngineMutant } from "../mutants/engine.ts";
import type { Claim, Sound } from "../mutants/exam.ts";
import { homesOf, type FileHunted } from "../mutants/generated.ts";
import { seedsAsked, type Hunted } from "../mutants/hunt.ts";
import { canary, mutants } from "../mutants/index.ts";
import type { Answers, ClaimJob, HuntJob, StandsJob } from "../mutants/jobs.ts";
import { kinds, type Budget, type Kind } from "../mutants/kinds.ts";
import type { Mutant } from "../mutants/types.ts";
import { systems } from "../systems/index.ts";
import { columnCases, columnsText, isOfColumn } from "./mutants-columns.ts";
import { generatedFiles, generatedText, huntFiles, isGood, type FileTimes } from "./mutants-generated.ts";
import { runWith } from "./progress.ts";
import { columns } from "./terminal.ts";
import { InvalidInput, oneOf, wholeNumber, workersOf } from "./usage.ts";

export interface MutantsOptions {
  readonly kind?: string;
  readonly seeds?: string;
  readonly cases?: string;
  /** True: all files. */
  readonly generated?: readonly string[] | true;
  readonly workers?: string;
  readonly json?: string;
}

/** Cases in which the programs as they stand must conform before anything is hunted. */
const unchangedCases = 200;
const jobsModule = new URL("../mutants/jobs.ts", import.meta.url).href;

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

/** What is to be hunted, and how long. */
interface Asked {
  readonly chosen: readonly Chosen[];
  /** Those whose generated mutants are hunted. */
  readonly files: readonly string[];
  readonly budget: Budget;
  /** Rules and columns that should have a mutant, if everything was asked for. */
  readonly uncovered: readonly string[];
  readonly missing: readonly string[];
  readonly json: string | undefined;
}

/** Hunts the mutants chosen, the canary always first; 1 if one is not caught as it should be. */
export async function mutantsCommand(ids: readonly string[], options: MutantsOptions): Promise<number> {
  const seeds = options.seeds === undefined ? 5 : wholeNumber("--seeds", options.seeds, 1, 100);
  const casesMax = options.cases === undefined ? 2000 : wholeNumber("--cases", options.cases, 1, 1_000_000);
  const kind = options.kind === undefined ? undefined : oneOf("--kind", options.kind, [...kinds.map((one) => one.name), "generated", "all"]);
  const workers = workersOf(options.workers);
  const onlyGenerated = kind === "generated" || (options.generated !== undefined && kind === undefined && ids.length === 0);
  const asked: Asked = {
    chosen: onlyGenerated ? [] : chosenMutants(ids, kind),
    files: onlyGenerated || options.generated !== undefined || (kind === "all" && ids.length === 0) ? generatedFiles(options.generated ?? true) : [],
    budget: { seeds, casesMax, columnCasesMax: options.cases === undefined ? columnCases : casesMax },
    uncovered: ids.length === 0 && !onlyGenerated ? withoutMutant() : [],
    missing: ids.length === 0 && (kind === "columns" || kind === "all") ? columnsWithoutMutant() : [],
    json: options.json,
  };
  const pool = new Pool({ module: jobsModule, workers });
  try {
    return await hunt(asked, pool);
  } finally {
    pool.end();
  }
}

async function hunt({ chosen, files, budget, uncovered, missing, json }: Asked, pool: Pool): Promise<number> {
  const { broken, sound } = await standing([...chosen.map(({ mutant }) => mutant.system), ...files.flatMap(homesOf)], claimsOf(chosen), pool);
  if (broken.length > 0) {
    process.stdout.write(`${broken.map((line) => `${pc.red("fails as it stands")}: ${line}\n`).join("")}nothing was hunted: what is caught would say nothing\n`);
    return 1;
  }
  const jobs = chosen.map(({ kind, mutant }): HuntJob => ({ do: "hunt", name: mutant.id, kind: kind.name, budget, sound: sound.get(claimOf(mutant)) }));
  const hunted = await runWith<HuntJob, Hunted>(pool, "mutants", jobs);
  const ofColumns = hunted.filter(({ mutant }) => isOfColumn(mutant));
  const others = hunted.filter(({ mutant }) => !isOfColumn(mutant));
  if (others.length > 0) process.stdout.write(handText(others, uncovered, budget.seeds));
  if (ofColumns.length > 0 || missing.length > 0) process.stdout.write(columnsText(ofColumns, budget.columnCasesMax, missing));
  const { found, timings } = await huntFiles(files, budget.casesMax, pool);
  if (found.length > 0) process.stdout.write(generatedText(found));
  const code = hunted.every((one) => one.verdict === "caught") && uncovered.length === 0 && missing.length === 0 && isGood(found) ? 0 : 1;
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(report(hunted, found, uncovered, budget.seeds, timings, code), null, 1)}\n`);
  return code;
}

/** The claims that the engine's mutants among those chosen stand under, by name. */
function claimsOf(chosen: readonly Chosen[]): ReadonlyMap<string, Claim> {
  const ofEngine = chosen.filter(({ kind }) => kind.name === "engine").map(({ mutant }) => mutant as EngineMutant);
  return new Map(ofEngine.map((mutant) => [claimOf(mutant), { test: mutant.test, rule: mutant.rule }]));
}
function claimOf(mutant: Mutant): string {
  return "test" in mutant ? `${mutant.rule} in ${mutant.test}` : "";
}

/** How the programs concerned fail as they stand, as a check that fails anyway would kill every mutant; and by claim the tests of it that pass. */
async function standing(concerned: readonly string[], claims: ReadonlyMap<string, Claim>, pool: Pool): Promise<{ readonly broken: readonly string[]; readonly sound: ReadonlyMap<string, Sound> }> {
  const named = systems.filter(({ name }) => concerned.includes(name));
  const programs = named.flatMap(({ name }) => seedsAsked.map((seed): StandsJob => ({ do: "stands", name, system: name, seed, casesMax: unchangedCases })));
  const tests = [...claims].map(([name, claim]): ClaimJob => ({ do: "claim", name, claim }));
  const answers = await runWith<StandsJob | ClaimJob, unknown>(pool, "as it stands", [...programs, ...tests]);
  const broken = programs.flatMap(({ system }, at) => {
    const { failure } = answers[at] as Answers["stands"];
    return failure === undefined ? [] : [`${system}: ${failure.verdict} ${failure.rules.join(", ")}: ${failure.observable}`];
  });
  return { broken: [...new Set(broken)], sound: new Map(tests.map(({ name }, at) => [name, answers[programs.length + at] as Answers["claim"]])) };
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
