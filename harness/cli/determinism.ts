/**
 * `tandem determinism`: the same cases of every system on several versions of Node, with one worker and with two, must come to the same: the digest over
 * the traces of all cases, and everything else a campaign counts, its failures included.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import Table from "cli-table3";
import pc from "picocolors";
import type { DeterminismReport, Ran, SystemRan } from "../../spec/determinism-report.ts";
import type { Statistics } from "../engine/campaign/statistics.ts";
import { strategyNames } from "../engine/strategy/index.ts";
import { systems } from "../systems/index.ts";
import { outputFolder } from "./corpus.ts";
import type { Asked, Told } from "./determinism/inside.ts";
import { nodesOf, type NodeBinary } from "./determinism/nodes.ts";
import { progressOf } from "./progress.ts";
import { columns, fitted } from "./terminal.ts";
import { InvalidInput, oneOf, wholeNumber } from "./usage.ts";

export interface DeterminismOptions {
  readonly runs?: string;
  readonly seed?: string;
  readonly strategy?: string;
  readonly node?: readonly string[];
  readonly fetch?: boolean;
  readonly out?: string;
  readonly json?: string;
}

const defaultRuns = 10_000;
const defaultSeed = 20_140_819;
const workersTried = [1, 2] as const;
const inside = fileURLToPath(new URL("./determinism/inside.mjs", import.meta.url));

/** One binary with so many workers, and what the campaign of each system came to there. */
export interface Combination {
  readonly node: string;
  readonly workers: number;
  readonly statistics: ReadonlyMap<string, Statistics>;
  readonly seconds: number;
  /** What the process said before it failed; undefined if it ended well. */
  readonly broke?: string;
}

function runOn(binary: NodeBinary, asked: Asked, onCases: (cases: number) => void): Promise<Combination> {
  const began = performance.now();
  const statistics = new Map<string, Statistics>();
  return new Promise((done) => {
    const child = spawn(binary.path, [inside, JSON.stringify(asked)], { stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    child.stderr.on("data", (text: Buffer) => (said = (said + text.toString()).slice(-2000)));
    createInterface({ input: child.stdout }).on("line", (line) => {
      const told = JSON.parse(line) as Told;
      if ("cases" in told) onCases(told.cases);
      else statistics.set(told.system, told.statistics);
    });
    const end = (broke?: string): void => done({ node: binary.version, workers: asked.workers, statistics, seconds: (performance.now() - began) / 1000, broke });
    child.on("error", (error) => end(error.message));
    child.on("close", (code) => end(code === 0 ? undefined : said.trim() || `exit code ${code}`));
  });
}

/** Names of the parts of the statistics that are not the same. */
function unlike(one: Statistics, other: Statistics): string[] {
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])] as (keyof Statistics)[];
  return names.filter((name) => JSON.stringify(one[name]) !== JSON.stringify(other[name]));
}

/** Lays the combinations side by side, system by system; each is held against the first that came to its end. */
export function compared(names: readonly string[], combinations: readonly Combination[]): SystemRan[] {
  return names.map((system) => {
    const first = combinations.find((one) => one.statistics.has(system))?.statistics.get(system);
    const ran = combinations.map(({ node, workers, statistics }): Ran => {
      const mine = statistics.get(system);
      if (mine === undefined) return { node, workers, digest: "", counted: "", failing: 0, differs: ["no end"] };
      const counted = createHash("sha256").update(JSON.stringify(mine)).digest("hex").slice(0, 16);
      return { node, workers, digest: mine.digest, counted, failing: mine.failures.reduce((sum, met) => sum + met.count, 0), differs: unlike(first!, mine) };
    });
    return { system, cases: first?.cases ?? 0, same: ran.every((one) => one.differs.length === 0), ran };
  });
}

/** 0: all the same and nothing failed; 1: something differs or fails; 3: all the same so far as it could be run. */
export function exitCodeOf(rows: readonly SystemRan[], missing: readonly number[]): 0 | 1 | 3 {
  if (rows.some((row) => !row.same || row.ran.some((one) => one.failing > 0))) return 1;
  return missing.length > 0 ? 3 : 0;
}

/** What the table takes with the longest name of a system and three versions in it. */
const tableColumns = 92;

function cell(ran: readonly Ran[]): string {
  return ran.map((one) => (one.differs.length > 0 ? pc.red("differs") : one.failing > 0 ? pc.red(`${one.failing} fail`) : pc.green("same"))).join(", ");
}

function tableText(rows: readonly SystemRan[]): string {
  const versions = [...new Set(rows[0].ran.map((one) => one.node))];
  const head = ["system", "cases", "digest", ...versions];
  const lines = rows.map((row) => [row.system, String(row.cases), row.ran.find((one) => one.digest !== "")?.digest ?? "-", ...versions.map((node) => cell(row.ran.filter((one) => one.node === node)))]);
  if (columns() < tableColumns) return lines.map((line) => line.map((text, at) => `${head[at].padEnd(11)} ${text}`).join("\n")).join("\n\n");
  const table = new Table({ head, style: { head: [], border: [], compact: true }, colAligns: ["left", "right", "left"] });
  for (const line of lines) table.push(line);
  return table.toString();
}

/** A line for each place where something differs, fails or broke off. */
function troubles(rows: readonly SystemRan[], combinations: readonly Combination[]): string[] {
  const broken = combinations.filter((one) => one.broke !== undefined).map((one) => `Node ${one.node}, ${one.workers} workers: did not come to its end: ${one.broke}`);
  const unequal = rows.flatMap(({ system, ran }) => ran.filter((one) => one.differs.length > 0).map((one) => `${system} on Node ${one.node}, workers: ${one.workers}: differs in ${one.differs.join(", ")}`));
  const failing = rows.filter(({ ran }) => ran[0].failing > 0).map(({ system, ran }) => `${system}: ${ran[0].failing} cases fail; see npx tandem check ${system}`);
  return [...broken, ...unequal, ...failing];
}

function chosen(names: readonly string[]): string[] {
  const known = systems.map((system) => system.name);
  for (const name of names) if (!known.includes(name)) throw new InvalidInput("the command line", { at: "system", expected: `one of ${known.join(", ")}`, found: JSON.stringify(name) });
  return names.length === 0 ? known : [...names];
}

/** Runs the whole command; answers its exit code. */
export async function determinismCommand(given: readonly string[], options: DeterminismOptions): Promise<number> {
  const names = chosen(given);
  const runs = options.runs === undefined ? defaultRuns : wholeNumber("--runs", options.runs, 1, 10_000_000);
  const seed = options.seed === undefined ? defaultSeed : wholeNumber("--seed", options.seed, 0, 0xffff_ffff);
  const strategy = oneOf("--strategy", options.strategy ?? "mixture", strategyNames);
  const { found, missing } = await nodesOf(options.node ?? [], join(options.out ?? outputFolder, "node"), options.fetch !== false);

  const plan = { seed, profile: "", size: 62, strategy, poisonEvery: 16, disciplineEvery: 8 };
  const tried = found.flatMap((binary) => workersTried.map((workers) => ({ binary, workers })));
  const progress = progressOf("determinism", tried.length * names.length * runs);
  const combinations: Combination[] = [];
  for (const [at, { binary, workers }] of tried.entries()) {
    const note = `Node ${binary.version}, workers: ${workers}`;
    combinations.push(await runOn(binary, { systems: names, runs, workers, plan }, (cases) => progress.update(at * names.length * runs + cases, note)));
  }
  progress.end();

  const rows = compared(names, combinations);
  const code = exitCodeOf(rows, missing);
  process.stdout.write(`${tableText(rows)}\n`);
  for (const line of troubles(rows, combinations)) process.stdout.write(`${fitted(line)}\n`);
  if (missing.length > 0) process.stdout.write(`${fitted(`could not be had, and was not run: Node ${missing.join(", ")}; name a binary with --node PATH`)}\n`);
  process.stdout.write(`${pc.dim(fitted(`in each column: with ${workersTried.join(" worker, with ")} workers, held against the first; seed ${seed}, strategy ${strategy}`))}\n`);
  const seconds = Object.fromEntries(combinations.map((one) => [`${one.node}, workers: ${one.workers}`, Math.round(one.seconds * 10) / 10]));
  const report: DeterminismReport = { format: 1, command: "determinism", seed, strategy, runs, systems: rows, missing, exitCode: code, timings: { seconds } };
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(report, null, 1)}\n`);
  return code;
}
