/** `tandem check`: draws and runs cases of the systems named, shrinks what fails, and says what was reached. */
import { writeFileSync } from "node:fs";
import Table from "cli-table3";
import pc from "picocolors";
import type { CheckReport, FailureReport, SystemReport } from "../../spec/report-schema.ts";
import { runCampaign } from "../engine/campaign/campaign.ts";
import type { Plan } from "../engine/campaign/plan.ts";
import { median, merge, noStatistics, type Met, type Statistics } from "../engine/campaign/statistics.ts";
import type { System } from "../engine/contract.ts";
import { strategyNames, type StrategyName } from "../engine/strategy/index.ts";
import { exitCode, signature, type Verdict } from "../engine/verdict.ts";
import { explain } from "../engine/why/explain.ts";
import { systemByName, systems } from "../systems/index.ts";
import { judged, programsOf } from "../systems/judged.ts";
import { censusLine, censusReport } from "./census-text.ts";
import { captureStatistics, type CaptureRead } from "./capture.ts";
import { corpusOf, outputFolder, writeFailure } from "./corpus.ts";
import { caseLines, failureText } from "./failure-text.ts";
import { junitXml } from "./junit.ts";
import { progressOf } from "./progress.ts";
import { smallest } from "./smallest.ts";
import { columns, fitted } from "./terminal.ts";
import { duration, InvalidInput, oneOf, wholeNumber, workersOf } from "./usage.ts";

export interface CheckOptions {
  readonly runs?: string;
  readonly time?: string;
  readonly seed?: string;
  readonly strategy?: string;
  readonly profile?: string;
  readonly size?: string;
  readonly workers?: string;
  readonly json?: string;
  readonly junit?: string;
  readonly out?: string;
  readonly pcap?: string;
  readonly inside?: readonly string[];
  readonly allocation?: string;
  readonly requireCoverage?: boolean;
  readonly steer?: boolean;
}

/** Fixed, so that two people who type the same see the same. */
const defaultSeed = 20_140_819;
const defaultRuns = 4_000;
/** Each costs five seconds. */
const hungMax = 8;
const systemModule = new URL("../systems/campaign-module.ts", import.meta.url).href;

interface Settings {
  readonly plan: Omit<Plan, "system">;
  readonly runs: number;
  readonly timeMs: number | undefined;
  readonly workers: number;
  readonly folder: string;
  readonly requireCoverage: boolean;
}

function settingsOf(options: CheckOptions): Settings {
  const profiles = [...new Set(systems.flatMap((system) => system.profiles))];
  const timeMs = options.time === undefined ? undefined : duration("--time", options.time);
  return {
    plan: {
      seed: options.seed === undefined ? defaultSeed : wholeNumber("--seed", options.seed, 0, 0xffff_ffff),
      profile: options.profile === undefined ? "" : oneOf("--profile", options.profile, profiles),
      size: options.size === undefined ? 62 : wholeNumber("--size", options.size, 1, 2000),
      strategy: oneOf("--strategy", options.strategy ?? "mixture", strategyNames),
      poisonEvery: 16,
      disciplineEvery: 8,
      steer: options.steer ?? false,
    },
    runs: options.runs === undefined ? (timeMs === undefined ? defaultRuns : 100_000_000) : wholeNumber("--runs", options.runs, 1, 100_000_000),
    timeMs,
    workers: workersOf(options.workers),
    folder: options.out ?? outputFolder,
    requireCoverage: options.requireCoverage ?? false,
  };
}

function chosenSystems(names: readonly string[]): readonly System[] {
  if (names.length === 0) return systems;
  return names.map((name) => {
    const system = systemByName(name);
    if (system === undefined) throw new InvalidInput("the command line", { at: "system", expected: `one of ${systems.map((one) => one.name).join(", ")}`, found: JSON.stringify(name) });
    return system;
  });
}

interface Checked {
  readonly system: System;
  readonly statistics: Statistics;
  readonly seconds: number;
  readonly fromCorpus: number;
}

/** Cases that failed before come first; their failures count like any other's. */
function runCorpus(system: System, settings: Settings): { readonly statistics: Statistics; readonly count: number } {
  const entries = corpusOf(settings.folder, system.name);
  let statistics = noStatistics;
  entries.forEach((entry, at) => {
    const failure = judged(system, entry.case);
    if (failure === undefined) return;
    const met: Met = { signature: signature(failure), failure, case: entry.case, index: at - entries.length, count: 1 };
    statistics = merge(statistics, { ...noStatistics, failures: [met] });
  });
  return { statistics, count: entries.length };
}

async function checkSystem(system: System, settings: Settings): Promise<Checked> {
  const began = performance.now();
  const corpus = runCorpus(system, settings);
  const progress = progressOf(system.name, settings.timeMs === undefined ? settings.runs : { timeMs: settings.timeMs, of: "cases" });
  const drawn = await runCampaign({
    plan: { ...settings.plan, system: system.name },
    system,
    systemModule,
    runs: settings.runs,
    timeMs: settings.timeMs,
    workers: settings.workers,
    hungMax,
    onProgress: (cases, failures) => progress.update(cases, failures === 0 ? "" : `${failures} failing`),
  });
  progress.end();
  const statistics = { ...drawn, failures: merge(corpus.statistics, { ...noStatistics, failures: drawn.failures }).failures };
  return { system, statistics, seconds: (performance.now() - began) / 1000, fromCorpus: corpus.count };
}

/** Positions of the rules, goals and stages that the system has commands to reach. */
function withinReach({ rules, goals, stages, outOfReach }: System): { readonly rules: readonly number[]; readonly goals: readonly number[]; readonly stages: readonly number[] } {
  const positions = (all: readonly string[], beyond: readonly string[] = []): number[] => [...all.keys()].filter((at) => !beyond.includes(all[at]));
  const ids = (all: readonly { readonly id: string }[]): string[] => all.map(({ id }) => id);
  return { rules: positions(ids(rules), outOfReach?.rules), goals: positions(ids(goals), outOfReach?.goals), stages: positions(stages, outOfReach?.stages) };
}

function unreachedOf(system: System, statistics: Statistics): string[] {
  const { rules, goals, stages } = withinReach(system);
  return [
    ...rules.filter((at) => !statistics.rules[at]).map((at) => system.rules[at].id),
    ...goals.filter((at) => !statistics.goals[at]).map((at) => system.goals[at].id),
    ...stages.filter((at) => !statistics.stages[at]).map((at) => `stage ${system.stages[at]}`),
  ];
}

/** Shrinks each way of failing once, and writes its files. */
function failuresOf(checked: Checked, settings: Settings): { readonly reports: FailureReport[]; readonly texts: string[] } {
  const reports: FailureReport[] = [];
  const texts: string[] = [];
  for (const met of checked.statistics.failures) {
    const { case: one, failure } = smallest(checked.system, met.case, met.failure, met.index < 0 ? {} : { strategy: settings.plan.strategy as StrategyName });
    const title = `${failure.rules[0] ?? failure.verdict}: ${failure.observable} of ${checked.system.name} agrees`;
    const { caseFile, testFile } = writeFailure(settings.folder, one, title);
    const replay = `npx tandem replay ${caseFile} --trace`;
    const why = explain(checked.system, one, failure, programsOf(checked.system));
    texts.push(failureText({ failure, case: one, met: met.count, files: [caseFile, testFile], replay, why }, checked.system));
    reports.push({
      signature: met.signature,
      ...failure,
      met: met.count,
      operations: one.events.filter((event) => event.do === "op").length,
      switches: one.deviations.length,
      words: caseLines(one, checked.system),
      replay,
      case: one,
      why,
    });
  }
  return { reports, texts };
}

function reportOf(checked: Checked, failures: readonly FailureReport[], settings: Settings): SystemReport {
  const { system, statistics } = checked;
  const unreached = unreachedOf(system, statistics);
  const known = withinReach(system);
  const verdict: Verdict = failures.length > 0 ? (failures[0].verdict as Verdict) : settings.requireCoverage && unreached.length > 0 ? "inconclusive" : "conforms";
  return {
    system: system.name,
    verdict,
    cases: statistics.cases,
    operationsMedian: median(statistics.operations),
    stepsMedian: median(statistics.steps),
    fourCores: statistics.fourCores,
    contention: statistics.contention,
    rulesReached: known.rules.filter((at) => statistics.rules[at] > 0).length,
    rulesKnown: known.rules.length,
    goalsReached: known.goals.filter((at) => statistics.goals[at] > 0).length,
    goalsKnown: known.goals.length,
    stagesReached: known.stages.filter((at) => statistics.stages[at] > 0).length,
    stagesKnown: known.stages.length,
    unreached,
    census: censusReport(statistics.census),
    digest: statistics.digest,
    failures,
  };
}

/** What the table takes with the longest name of a system in it. */
const tableColumns = 90;
const share = (part: number, whole: number): string => (whole === 0 ? "-" : `${Math.round((100 * part) / whole)} %`);

/** The table; a narrow terminal gets one line a figure instead. */
function tableText(reports: readonly SystemReport[]): string {
  const head = ["system", "cases", "operations", "steps", "contention", "rules", "goals", "verdict"];
  const rows = reports.map((one) => [
    one.system,
    String(one.cases),
    String(one.operationsMedian),
    String(one.stepsMedian),
    share(one.contention, one.cases),
    `${one.rulesReached}/${one.rulesKnown}`,
    `${one.goalsReached}/${one.goalsKnown}`,
    one.verdict === "conforms" ? pc.green(one.verdict) : one.verdict === "inconclusive" ? pc.yellow(one.verdict) : pc.red(one.verdict),
  ]);
  if (columns() < tableColumns) return rows.map((row) => row.map((cell, at) => `${head[at].padEnd(11)} ${cell}`).join("\n")).join("\n\n");
  const table = new Table({ head, style: { head: [], border: [], compact: true }, colAligns: ["left", "right", "right", "right", "right", "right", "right", "left"] });
  for (const row of rows) table.push(row);
  return table.toString();
}

/** Runs the whole command; answers its exit code. */
export async function checkCommand(names: readonly string[], options: CheckOptions): Promise<number> {
  const settings = settingsOf(options);
  const chosen = chosenSystems(names);
  if (options.pcap === undefined && options.inside !== undefined) throw new InvalidInput("the command line", { at: "--inside", expected: "--pcap FILE beside it", found: "none" });
  const capture: CaptureRead | undefined = options.pcap === undefined ? undefined : captureStatistics(options.pcap, chosen, { ...options, seed: settings.plan.seed, profile: settings.plan.profile, strategy: settings.plan.strategy as StrategyName });
  const checked: Checked[] = [];
  if (capture !== undefined) {
    process.stdout.write(`${capture.text}\n`);
    checked.push({ system: capture.system, statistics: capture.statistics, seconds: capture.seconds, fromCorpus: 0 });
  } else for (const system of chosen) checked.push(await checkSystem(system, settings));

  const reports: SystemReport[] = [];
  for (const one of checked) {
    const failures = failuresOf(one, settings);
    const hung = one.statistics.failures.reduce((sum, met) => sum + (met.failure.verdict === "hung" ? met.count : 0), 0);
    if (hung >= hungMax) process.stdout.write(`\n${fitted(`${one.system.name}: broken off after ${hung} cases that hung`)}\n`);
    for (const text of failures.texts) process.stdout.write(`\n${text}\n`);
    reports.push(reportOf(one, failures.reports, settings));
  }
  process.stdout.write(`\n${tableText(reports)}\n${columns() < tableColumns ? "\n" : ""}`);
  if (capture === undefined || settings.requireCoverage) {
    for (const report of reports) if (report.unreached.length > 0) process.stdout.write(`${fitted(`${report.system}: never reached: ${report.unreached.join(", ")}`)}\n`);
  }
  if (capture === undefined) {
    for (const report of reports) process.stdout.write(`${fitted(censusLine(report))}\n`);
    process.stdout.write(`${pc.dim(fitted(`operations and steps are medians; contention: cases in which two cores were in the middle of operations on one entry\nnext new: what the next case is expected to bring of a class; unseen: what is there at least that no case showed, drawn this way\nseed ${settings.plan.seed}, strategy ${settings.plan.strategy}${settings.plan.steer ? ", steered: then both estimates are hints" : ""}`))}\n`);
  }
  const code = exitCode(reports.map((report) => report.verdict as Verdict));
  const report: CheckReport = {
    format: 1,
    command: "check",
    seed: settings.plan.seed,
    profile: settings.plan.profile,
    strategy: settings.plan.strategy,
    steer: settings.plan.steer === true,
    systems: reports,
    ...(capture === undefined ? {} : { capture: { packets: capture.packets, flows: capture.flows, counts: capture.counts } }),
    exitCode: code,
    timings: { workers: settings.workers, seconds: Object.fromEntries(checked.map((one) => [one.system.name, Math.round(one.seconds * 100) / 100])) },
  };
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(report, null, 1)}\n`);
  if (options.junit !== undefined) writeFileSync(options.junit, `${junitXml(report)}\n`);
  return code;
}
