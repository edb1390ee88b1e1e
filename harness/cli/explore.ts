/** `tandem explore`: every schedule of the small cases of a scope. */
import { existsSync, renameSync, writeFileSync } from "node:fs";
import pc from "picocolors";
import { ExploreReport, type ExploredReport } from "../../spec/explore-schema.ts";
import type { Case } from "../engine/case.ts";
import type { System } from "../engine/contract.ts";
import { explore, ways, type Explored, type Way } from "../engine/explore/explore.ts";
import type { Scope } from "../engine/explore/scope.ts";
import { Walk } from "../engine/explore/walk.ts";
import { signature } from "../engine/verdict.ts";
import { systemByName, systems } from "../systems/index.ts";
import { parseBy } from "../systems/parse.ts";
import { walkedModel, walkedPair } from "../systems/sources.ts";
import { textsOfMutant } from "./explore-mutant.ts";
import { outputFolder, writeFailure } from "./corpus.ts";
import { caseLines, failureLine } from "./failure-text.ts";
import { progressOf, type Progress } from "./progress.ts";
import { fitted } from "./terminal.ts";
import { InvalidInput, oneOf, readJson, valid, wholeNumber } from "./usage.ts";

export interface ExploreOptions {
  readonly scope?: string;
  readonly way?: string;
  readonly model?: boolean;
  readonly mutant?: string;
  readonly states?: string;
  readonly resume?: string;
  readonly json?: string;
  readonly out?: string;
  readonly list?: boolean;
}

/** What is searched, as it stands in the report. */
type Chosen = Pick<ExploreReport, "system" | "scope" | "sides" | "way" | "mutant" | "statesMax">;

/** How often the file to resume from is written while the search goes on, at most. */
const keptEveryMs = 2000;
const statesMaxDefault = 500_000;

/** Answers 1 for a failure, a lasso or searches that disagree, 3 if something was cut or the search was stopped, else 0. */
export async function exploreCommand(name: string, options: ExploreOptions): Promise<number> {
  const system = systemByName(name);
  if (system === undefined) throw new InvalidInput("the command line", { at: "system", expected: `one of ${systems.map((one) => one.name).join(", ")}`, found: JSON.stringify(name) });
  const scopes = system.scopes?.() ?? [];
  if (options.list === true) {
    for (const { name: scope, title, cases } of scopes) process.stdout.write(`${fitted(`${pc.bold(scope)}  ${title}; ${cases().length} cases`)}\n`);
    return 0;
  }
  const scope = scopes.find((one) => one.name === (options.scope ?? "pairs"));
  if (scope === undefined) throw new InvalidInput("the command line", { at: "--scope", expected: `one of ${scopes.map((one) => one.name).join(", ")}`, found: JSON.stringify(options.scope ?? "pairs") });
  const chosen: Chosen = {
    system: name,
    scope: scope.name,
    sides: options.model === true ? "model" : "pair",
    way: oneOf("--way", options.way ?? "reduced", ways),
    mutant: options.mutant ?? null,
    statesMax: options.states === undefined ? statesMaxDefault : wholeNumber("--states", options.states, 1, 10_000_000),
  };
  const earlier = options.resume !== undefined && existsSync(options.resume) ? resumed(options.resume, chosen) : [];
  const report = await searchAll(system, scope, chosen, earlier, options.resume);
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(report, null, 1)}\n`);
  process.stdout.write(`${textOf(report, system, scope, options)}\n`);
  const bad = report.cases.some((one) => one.failures.length > 0 || one.lasso !== null || one.disagreement !== "");
  if (bad) return 1;
  return report.ended && report.cases.every((one) => one.cut === null) ? 0 : 3;
}

/** The cases that an earlier search of the same came to the end of. */
function resumed(file: string, chosen: Chosen): readonly ExploredReport[] {
  const report = valid(file, parseBy(ExploreReport, readJson(file)));
  for (const key of ["system", "scope", "sides", "way", "mutant", "statesMax"] as const) {
    if (report[key] !== chosen[key]) throw new InvalidInput(file, { at: key, expected: `${JSON.stringify(chosen[key])}, as the command line says`, found: JSON.stringify(report[key]) });
  }
  return report.cases;
}

async function searchAll(system: System, scope: Scope, chosen: Chosen, earlier: readonly ExploredReport[], resume: string | undefined): Promise<ExploreReport> {
  const cases = scope.cases();
  const done = [...earlier];
  const progress = progressOf(`${system.name} ${scope.name}`, cases.length);
  const began = performance.now();
  let keptAt = began;
  const report = (): ExploreReport => ({ format: 1, command: "explore", ...chosen, cases: done, ended: done.length === cases.length, timings: { s: Math.round((performance.now() - began) / 100) / 10 } });
  const interruption = untilInterrupted();
  try {
    const walk = walkOf(system, chosen);
    for (const one of cases.slice(done.length)) {
      const found = explore(walk, one, { way: chosen.way as Way, statesMax: chosen.statesMax, everyDraw: chosen.sides === "model", tick: (states) => told(progress, done.length, one.name, states) });
      done.push(reported(found));
      progress.update(done.length, one.name);
      if (resume !== undefined && performance.now() - keptAt > keptEveryMs) {
        keep(resume, report());
        keptAt = performance.now();
      }
      if (await interruption.asked()) break;
    }
  } finally {
    interruption.end();
    progress.end();
  }
  if (resume !== undefined) keep(resume, report());
  return report();
}

function told(progress: Progress, done: number, name: string, states: number): boolean {
  progress.update(done, `${name}: ${states} states`);
  return false;
}

function walkOf(system: System, { sides, mutant }: Chosen): Walk {
  const texts = mutant === null ? undefined : textsOfMutant(mutant, system.name);
  return new Walk(sides === "model" ? walkedModel(system, texts) : walkedPair(system, texts));
}

/** Listens for an interruption, which takes effect between two cases; a second one ends the process. */
function untilInterrupted(): { asked(): Promise<boolean>; end(): void } {
  let asked = false;
  const note = (): void => {
    asked = true;
  };
  process.once("SIGINT", note);
  return {
    asked: () => new Promise((resolve) => setImmediate(() => resolve(asked))),
    end: () => void process.off("SIGINT", note),
  };
}

/** Written beside and moved, so that an end in the middle leaves the file as it was. */
function keep(file: string, report: ExploreReport): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(report)}\n`);
  renameSync(`${file}.new`, file);
}

function reported(found: Explored): ExploredReport {
  return {
    ...found,
    cut: found.cut ?? null,
    lasso: found.lasso ?? null,
    failures: found.failures.map(({ failure, case: one }) => ({ signature: signature(failure), ...failure, case: one ?? null })),
  };
}

function textOf(report: ExploreReport, system: System, scope: Scope, options: ExploreOptions): string {
  const sum = (of: (one: ExploredReport) => number): string => report.cases.reduce((total, one) => total + of(one), 0).toLocaleString("en");
  const cut = report.cases.filter((one) => one.cut !== null);
  const lines = [
    `${pc.bold(`${report.system} ${report.scope}`)} (${report.sides === "pair" ? "model and implementation" : "the model alone, every draw"}, ${report.way === "both" ? "full and reduced" : report.way}): ${report.cases.length} of ${scope.cases().length} cases, ${sum((one) => one.states)} states, ${sum((one) => one.transitions)} steps, ${sum((one) => one.finals)} ends, ${report.timings.s} s`,
  ];
  const shown = new Set<string>();
  for (const one of report.cases) lines.push(...troubles(one, system, shown, options));
  for (const one of cut) lines.push(pc.yellow(`${one.name}: not every schedule was tried: ${one.cut}`));
  const bad = report.cases.filter((one) => one.failures.length > 0 || one.lasso !== null || one.disagreement !== "").length;
  if (!report.ended) lines.push(pc.yellow(`stopped after ${report.cases.length} cases${options.resume === undefined ? "; with --resume FILE the next search goes on from there" : `; the same command goes on from ${options.resume}`}`));
  else if (bad === 0 && cut.length === 0) lines.push(pc.green(`every schedule of every case was tried${report.way === "reduced" ? ", but for those that cannot differ" : ""}: no failure${report.way === "both" ? "; both searches agree" : ""}`));
  if (bad > 0) lines.push(pc.red(`${bad} cases with failures`));
  return lines.map(fitted).join("\n");
}

/** What is wrong with a case; each signature is shown once. */
function troubles(one: ExploredReport, system: System, shown: Set<string>, options: ExploreOptions): string[] {
  const lines: string[] = [];
  if (one.disagreement !== "") lines.push(pc.red(`${one.name}: the searches disagree on ${one.disagreement}`));
  if (one.lasso !== null) lines.push(pc.red(`${one.name}: a fair schedule may go on for ever`), `  on the way: ${one.lasso.stem.join(" ") || "nothing"}`, `  round and round: ${one.lasso.loop.join(" ")}`);
  for (const failure of one.failures) {
    if (shown.has(failure.signature)) continue;
    shown.add(failure.signature);
    lines.push(pc.red(`${one.name}: ${failureLine(system.name, failure)}`), `  the model says           ${failure.expected}`, `  the implementation says  ${failure.found}`);
    if (failure.case === null) lines.push("  (the way there did not fail again when it was replayed)");
    else lines.push(...written(failure.case as Case, failure.signature, system, options));
  }
  return lines;
}

function written(one: Case, title: string, system: System, { out, mutant }: ExploreOptions): string[] {
  const lines = caseLines(one, system).map((line) => `  ${line}`);
  // A case of a mutant is none of the corpus: the programs as they stand conform in it.
  if (mutant !== undefined) return lines;
  const { caseFile } = writeFailure(out ?? outputFolder, one, title);
  return [...lines, `  replay  npx tandem replay ${caseFile} --trace`];
}
