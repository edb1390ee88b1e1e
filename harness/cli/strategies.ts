/** `tandem strategies`: how many runs each strategy needs until a mutant that hides is caught, and how far the mixture is from the best of them. */
import { writeFileSync } from "node:fs";
import Table from "cli-table3";
import pc from "picocolors";
import type { StrategiesReport } from "../../spec/report-schema.ts";
import { Pool } from "../engine/pool/pool.ts";
import { strategyNames, type StrategyName } from "../engine/strategy/index.ts";
import { mutants } from "../mutants/index.ts";
import type { Mutant } from "../mutants/types.ts";
import { runWith } from "./progress.ts";
import type { RaceJob, Raced } from "./strategy-jobs.ts";
import { bestRuns, hiddenAbove, meanFactor, type StrategyRuns, type StrategySeeds } from "./strategy-runs.ts";
import { columns, fitted } from "./terminal.ts";
import { InvalidInput, wholeNumber, workersOf } from "./usage.ts";

export interface StrategiesOptions {
  readonly seeds?: string;
  readonly firstSeed?: string;
  readonly limit?: string;
  readonly workers?: string;
  readonly json?: string;
}

/** The mixture's runs ÷ those of the best strategy must not be above this, in the geometric mean. */
const factorMax = 2;
const jobsModule = new URL("./strategy-jobs.ts", import.meta.url).href;

/** Without ids all written by hand; an id is that of a mutant, a rule or a system. */
function chosenMutants(ids: readonly string[]): readonly Mutant[] {
  const fits = (mutant: Mutant, id: string): boolean => mutant.id === id || mutant.rule === id || mutant.system === id;
  for (const id of ids) if (!mutants.some((mutant) => fits(mutant, id))) throw new InvalidInput("the command line", { at: "mutant", expected: "the id of a mutant, a rule or a system", found: JSON.stringify(id) });
  return ids.length === 0 ? mutants : mutants.filter((mutant) => ids.some((id) => fits(mutant, id)));
}

/** Races the strategies for every mutant chosen that hides. 1 if all were asked for and the mixture is too far from the best, else 0. */
export async function strategiesCommand(ids: readonly string[], options: StrategiesOptions): Promise<number> {
  const seeds: StrategySeeds = {
    first: options.firstSeed === undefined ? 0 : wholeNumber("--first-seed", options.firstSeed, 0, 1_000_000),
    count: options.seeds === undefined ? 20 : wholeNumber("--seeds", options.seeds, 1, 1000),
  };
  const limit = options.limit === undefined ? 300 : wholeNumber("--limit", options.limit, hiddenAbove, 100_000);
  const chosen = chosenMutants(ids);
  const found = await raceAll(chosen, seeds, limit, workersOf(options.workers));
  const factors = Object.fromEntries(strategyNames.map((name) => [name, meanFactor(found, name, limit)])) as { readonly [name in StrategyName]: number };
  const code = ids.length === 0 && factors.mixture > factorMax ? 1 : 0;
  process.stdout.write(`${shown(found, limit)}\n${sayings(chosen.length, found, seeds, limit, factors)}\n`);
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(reportOf(found, seeds, limit, factors, code), null, 1)}\n`);
  return code;
}

async function raceAll(chosen: readonly Mutant[], seeds: StrategySeeds, limit: number, workers: number): Promise<StrategyRuns[]> {
  const pool = new Pool({ module: jobsModule, workers });
  try {
    const jobs = chosen.map(({ id }): RaceJob => ({ name: id, seeds, limit }));
    const raced = await runWith<RaceJob, Raced>(pool, "strategies", jobs);
    return raced.flatMap(({ runs }) => runs ?? []);
  } finally {
    pool.end();
  }
}

function runsText(runs: number, limit: number): string {
  return runs > limit ? `>${limit}` : String(runs);
}
function factorText(one: StrategyRuns, limit: number): string {
  return Math.min(bestRuns(one), one.runs.mixture) > limit ? "-" : (one.runs.mixture / bestRuns(one)).toFixed(2);
}

const head = ["mutant", ...strategyNames.map((name) => name.replace("-", "-\n")), "mixture\n÷ best"];

/** A table where there is room for it, else a line for each mutant. */
function shown(found: readonly StrategyRuns[], limit: number): string {
  if (found.length === 0) return "no mutant that hides";
  const drawn = new Table({ head, style: { head: [], border: [], compact: true }, colAligns: head.map((_, at) => (at === 0 ? "left" : "right")) });
  for (const one of found) drawn.push([one.mutant.id, ...strategyNames.map((name) => runsText(one.runs[name], limit)), factorText(one, limit)]);
  const table = drawn.toString();
  if (table.slice(0, table.indexOf("\n")).length <= columns()) return table;
  return fitted(found.map((one) => `${one.mutant.id}: ${strategyNames.map((name) => `${name} ${runsText(one.runs[name], limit)}`).join(", ")}; mixture ÷ best ${factorText(one, limit)}`).join("\n"));
}

function sayings(asked: number, found: readonly StrategyRuns[], seeds: StrategySeeds, limit: number, factors: { readonly [name in StrategyName]: number }): string {
  const told = `${factors.mixture.toFixed(2)} ×`;
  const others = strategyNames.filter((name) => name !== "mixture").map((name) => `${name} ${factors[name].toFixed(2)} ×`);
  const never = found.filter((one) => Math.min(bestRuns(one), one.runs.mixture) > limit).length;
  const lines = [
    `mutants that need more than ${hiddenAbove} runs with random schedules: ${found.length} of ${asked}; medians of ${seeds.count} seeds from ${seeds.first} on${never === 0 ? "" : `; ${never} of them no strategy has caught within ${limit} runs`}`,
    `mixture: ${factors.mixture > factorMax ? pc.red(told) : pc.green(told)} the runs of the best strategy for each, in the geometric mean (${others.join(", ")})`,
  ];
  return fitted(lines.join("\n"));
}

function reportOf(found: readonly StrategyRuns[], seeds: StrategySeeds, limit: number, factors: { readonly [name in StrategyName]: number }, exitCode: number): StrategiesReport {
  return {
    format: 1,
    command: "strategies",
    firstSeed: seeds.first,
    seeds: seeds.count,
    limit,
    above: hiddenAbove,
    mutants: found.map(({ mutant, runs }) => ({
      id: mutant.id,
      system: mutant.system,
      concurrency: mutant.concurrency === true,
      runs: Object.fromEntries(strategyNames.map((name) => [name, runs[name] > limit ? null : runs[name]])),
    })),
    factors,
    exitCode,
  };
}
