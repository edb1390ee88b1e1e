import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as Schema from "@effect/schema/Schema";
import { describe, expect, test } from "vitest";
import { censusLine } from "../harness/cli/census-text.ts";
import { BatchRunner } from "../harness/engine/campaign/batch.ts";
import { caseOfPlan, type Plan } from "../harness/engine/campaign/plan.ts";
import { merge, noStatistics } from "../harness/engine/campaign/statistics.ts";
import type { Case, Deviation } from "../harness/engine/case.ts";
import { CaseCensus, type Reached } from "../harness/engine/census/case-census.ts";
import { mergeCensus, noCensus, pairAt } from "../harness/engine/census/census.ts";
import { estimate } from "../harness/engine/census/estimate.ts";
import type { System } from "../harness/engine/contract.ts";
import { mix32 } from "../harness/engine/random.ts";
import { Pair, type StepRecord } from "../harness/engine/run.ts";
import { strategyByName } from "../harness/engine/strategy/index.ts";
import { systemByName } from "../harness/systems/index.ts";
import { CheckReport } from "../spec/report-schema.ts";
import { ownFolder } from "./own-folder.ts";
import { scriptSystem, type ScriptConfig } from "./toys/script.ts";

const planOf = (system: System, changes: Partial<Plan> = {}): Plan => ({ system: system.name, seed: 4, profile: "", size: 8, strategy: "random", poisonEvery: 2, disciplineEvery: 0, ...changes });

describe("what is counted", () => {
  test.each(["quota", "port-allocation"])("CENSUS: of %s rules, pairs, goals and stages are counted once for each case that reached them", (name) => {
    const system = systemByName(name)!;
    const plan = planOf(system);
    const cases = 20;
    const { census } = new BatchRunner(system, plan, new Pair(system)).run(0, cases);
    const counts = { rules: system.rules.map(() => 0), goals: system.goals.map(() => 0), stages: system.stages.map(() => 0), pairs: Array.from({ length: (system.rules.length * (system.rules.length - 1)) / 2 }, () => 0) };
    const pair = new Pair(system);
    for (let index = 0; index < cases; index++) {
      const steps: StepRecord[] = [];
      pair.run(caseOfPlan(system, plan, index), { strategy: strategyByName("random"), recorder: { step: (record) => steps.push({ ...record }) } });
      const rules = new Set(steps.flatMap((step) => [...step.rules]));
      for (const rule of rules) counts.rules[rule]++;
      for (const goal of new Set(steps.flatMap((step) => [...step.goals]))) counts.goals[goal]++;
      for (const stage of new Set(steps.flatMap((step) => [...step.stages]))) counts.stages[stage]++;
      for (const high of rules) for (const low of rules) if (low < high) counts.pairs[pairAt(high, low)]++;
    }
    expect(census).toMatchObject({ cases, ...counts });
    expect(Math.max(...census.pairs)).toBeGreaterThan(1);
    expect(census.pairs.filter((count) => count === 1).length).toBeGreaterThan(0);
  });

  test("CENSUS: every pair of rules has a place of its own", () => {
    const places = new Set<number>();
    for (let one = 0; one < 12; one++) for (let other = 0; other < 12; other++) if (one !== other) places.add(pairAt(one, other));
    expect([...places].sort((a, b) => a - b)).toEqual(Array.from({ length: 66 }, (_, at) => at));
  });

  test("CENSUS: batches merge as if they had been counted together, in either order", () => {
    const system = systemByName("memory-slab")!;
    const runner = (): BatchRunner => new BatchRunner(system, planOf(system, { size: 20 }), new Pair(system));
    const whole = runner().run(0, 24);
    const [head, tail] = [runner().run(0, 9), runner().run(9, 15)];
    expect(whole.census.operations.length).toBeGreaterThan(10);
    expect(merge(merge(noStatistics, head), tail).census).toEqual(whole.census);
    expect(mergeCensus(tail.census, head.census)).toEqual(whole.census);
    expect(mergeCensus(noCensus, whole.census)).toEqual(whole.census);
  });
});

describe("operations and races", () => {
  const config: ScriptConfig = { nodes: 1, cores: 2, scripts: { t: ["write 0", "step"] } };
  const caseOf = (acts: readonly [core: number, acts: string][], deviations: Deviation[] = []): Case => {
    const events = acts.map(([core, words], at) => ({ id: `op${at}`, do: "op" as const, node: 0, core, command: { kind: "script", acts: words.split(", ") } }));
    return { format: 1, system: "script", profile: "plain", config, seed: 0, events, deviations, rest: false };
  };
  const reached = (one: Case, system: System = scriptSystem()): { readonly operations: string[]; readonly races: string[]; readonly numbers: Reached } => {
    const census = new CaseCensus(system);
    const pair = new Pair(system);
    census.begin(one, pair);
    expect(pair.run(one).failure).toBeUndefined();
    const numbers = census.end(pair);
    return { operations: [...numbers.operations].map((number) => census.operationName(number)).sort(), races: [...numbers.races].map((number) => census.raceName(number)), numbers };
  };

  test("STATE: the state class tells rule, answer, waiting and contention apart", () => {
    expect(reached(caseOf([[0, "step"], [0, "step"]])).operations).toEqual(["script: SCRIPT-1"]);
    expect(reached(caseOf([[0, "draw"]])).operations).toEqual([expect.stringMatching(/^script: SCRIPT-1, answer \d+$/)]);
    expect(reached(caseOf([[0, "wait 5, step"], [1, "raise 5"]])).operations).toEqual(["script: SCRIPT-1", "script: SCRIPT-1, waited"]);
    const both: readonly [number, string][] = [[0, "write 0, step"], [1, "write 0, step"]];
    expect(reached(caseOf(both)).operations).toEqual(["script: SCRIPT-1"]);
    expect(reached(caseOf(both, [{ task: "op0", step: 1, run: "op1" }])).operations).toEqual(["script: SCRIPT-1", "script: SCRIPT-1, contended"]);
  });

  test("RACE: a timer and an operation whose lives overlap write one entry; one after the other, or two entries, is none", () => {
    const acts: readonly [number, string][] = [[0, "timer t 0"], [1, "write 0, step"]];
    const meets: Deviation[] = [{ task: "op0/t/0", step: 1, run: "op1" }];
    expect(reached(caseOf(acts)).races).toEqual([]);
    expect(reached(caseOf(acts, meets)).races).toEqual(["timer t × script at script.count"]);
    expect(reached(caseOf([acts[0], [1, "write 1, step"]], meets)).races).toEqual([]);
    const overBetween: Deviation[] = [{ task: "op0/t/0", step: 0, run: "op1" }, { task: "op1", step: 1, run: "op0/t/0" }];
    expect(reached(caseOf([acts[0], [1, "step, write 0"]], overBetween)).races).toEqual(["timer t × script at script.count"]);
  });

  test("RACE: operations of a periodic kind race with others, and not among themselves", () => {
    const meets = caseOf([[0, "write 0, step"], [1, "write 0, step"]], [{ task: "op0", step: 1, run: "op1" }]);
    expect(reached(meets).races).toEqual([]);
    expect(reached(meets, { ...scriptSystem(), periodic: ["script"] }).races).toEqual([]);
    const system = systemByName("memory-slab")!;
    const { census } = new BatchRunner(system, planOf(system, { size: 40 }), new Pair(system)).run(0, 40);
    expect(census.races.map(([name]) => name).join("\n")).toMatch(/^scan × (?!scan)/m);
  });

  test("CENSUS: a case follows another on the same pair without a trace of it", () => {
    const system = systemByName("nat-session")!;
    const census = new CaseCensus(system);
    const pair = new Pair(system);
    const run = (index: number): string[] => {
      const one = caseOfPlan(system, planOf(system, { size: 30 }), index);
      census.begin(one, pair);
      pair.run(one, { strategy: strategyByName("random") });
      const { operations, races, rules } = census.end(pair);
      return [...[...operations].map((number) => census.operationName(number)), ...[...races].map((number) => census.raceName(number)), rules.join(" ")].sort();
    };
    const first = run(0);
    for (let index = 1; index < 6; index++) run(index);
    expect(run(0)).toEqual(first);
  });
});

describe("estimates", () => {
  test("ESTIMATE: figures worked out by hand", () => {
    expect(estimate([0, 1, 1, 1, 2, 2, 5], 10)).toEqual({ seen: 6, once: 3, twice: 2, nextNew: 0.3, unseenLeast: 0.9 });
    expect(estimate([4, 4, 0], 4)).toEqual({ seen: 2, once: 0, twice: 0, nextNew: 0, unseenLeast: 0 });
    expect(estimate([1, 1, 1], 1)).toMatchObject({ nextNew: 1, unseenLeast: 0 });
    expect(estimate([], 0)).toEqual({ seen: 0, once: 0, twice: 0, nextNew: 1, unseenLeast: 0 });
  });

  test("ESTIMATE: on a known population both come close to the truth in the mean", () => {
    // 40 items, of which the i-th is met in a case with probability 1 / (i + 2).
    const items = 40;
    const cases = 30;
    const rounds = 400;
    const sum = { next: 0, isNew: 0, unseen: 0, isUnseen: 0 };
    for (let round = 0; round < rounds; round++) {
      const counts = Array.from({ length: items }, () => 0);
      const meets = (at: number, index: number): boolean => mix32(mix32(round, index), at) / 0x1_0000_0000 < 1 / (at + 2);
      for (let index = 0; index < cases; index++) counts.forEach((_, at) => (counts[at] += meets(at, index) ? 1 : 0));
      const { once, unseenLeast } = estimate(counts, cases);
      sum.next += once / cases;
      sum.unseen += unseenLeast;
      counts.forEach((count, at) => {
        if (count > 0) return;
        sum.isUnseen++;
        sum.isNew += 1 / (at + 2);
      });
    }
    expect(sum.next / sum.isNew).toBeGreaterThan(0.95);
    expect(sum.next / sum.isNew).toBeLessThan(1.15);
    expect(sum.unseen / sum.isUnseen).toBeGreaterThan(0.8);
    expect(sum.unseen / sum.isUnseen).toBeLessThan(1.05);
  });
});

describe("check", () => {
  test("CENSUS: with --require-coverage a campaign of three cases is inconclusive and names what it never reached; the report holds the census", () => {
    const folder = ownFolder();
    const tandem = fileURLToPath(new URL("../harness/cli/tandem.mjs", import.meta.url));
    let ended = { status: 0, stdout: "" };
    try {
      execFileSync(process.execPath, [tandem, "check", "nat-session", "--runs", "3", "--size", "1", "--steer", "--require-coverage", "--json", "report.json"], { cwd: folder, encoding: "utf8", stdio: "pipe", env: { ...process.env, NO_COLOR: "1", COLUMNS: "9999" } });
    } catch (error) {
      ended = error as typeof ended;
    }
    const report = Schema.decodeUnknownSync(CheckReport, { onExcessProperty: "error" })(JSON.parse(readFileSync(join(folder, "report.json"), "utf8")));
    expect(ended.status).toBe(3);
    expect(ended.stdout).toMatch(/nat-session: never reached: .*NAT-\d+.*stage \w/);
    const [one] = report.systems;
    expect(report).toMatchObject({ exitCode: 3, steer: true });
    expect(one.verdict).toBe("inconclusive");
    expect(one.unreached.length).toBe(one.rulesKnown - one.rulesReached + one.goalsKnown - one.goalsReached + one.stagesKnown - one.stagesReached);
    expect(one.census.cases).toBe(3);
    expect(one.census.classes.rules.seen).toBe(one.rulesReached);
    expect(one.census.classes.pairs.nextNew).toBeGreaterThan(0);
    expect(ended.stdout).toContain(censusLine(one));
  });
});
