import * as Schema from "@effect/schema/Schema";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { CheckReport } from "../spec/report-schema.ts";
import { failureText } from "../harness/cli/failure-text.ts";
import { progressOf } from "../harness/cli/progress.ts";
import type { Case } from "../harness/engine/case.ts";
import { drawCase } from "../harness/engine/draw.ts";
import { Pair } from "../harness/engine/run.ts";
import { systemByName, systems } from "../harness/systems/index.ts";
import { counterSystem } from "./toys/counter.ts";

const tandem = fileURLToPath(new URL("../harness/cli/tandem.mjs", import.meta.url));
let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tandem-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}
function run(...args: readonly string[]): Ended {
  return runAt(undefined, ...args);
}
/** As in a place that is so many columns wide; undefined: in a pipe. */
function runAt(width: number | undefined, ...args: readonly string[]): Ended {
  const { COLUMNS: _, ...env } = process.env;
  const there = { ...env, NO_COLOR: "1", ...(width === undefined ? {} : { COLUMNS: String(width) }) };
  try {
    return { code: 0, out: execFileSync(process.execPath, [tandem, ...args], { cwd: folder, encoding: "utf8", stdio: "pipe", env: there }), err: "" };
  } catch (error) {
    const ended = error as { status: number; stdout: string; stderr: string };
    return { code: ended.status, out: ended.stdout, err: ended.stderr };
  }
}
function write(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

describe("command line", () => {
  test("check: small campaigns of all systems conform; the report fits its schema and is the same twice, with one worker and with two", () => {
    const report = (name: string, workers: string): CheckReport => {
      const ended = run("check", "--runs", "300", "--seed", "5", "--workers", workers, "--json", `${name}.json`, "--junit", `${name}.xml`);
      expect(ended.err).toBe("");
      expect(ended.code).toBe(0);
      expect(ended.out).toContain("port-quota");
      return Schema.decodeUnknownSync(CheckReport)(JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8")));
    };
    const { timings: _, ...one } = report("one", "1");
    const { timings: __, ...two } = report("two", "2");
    expect(JSON.stringify(two)).toBe(JSON.stringify(one));
    expect(one.systems.map((system) => [system.system, system.cases, system.verdict])).toEqual(systems.map((system) => [system.name, 300, "conforms"]));
    expect(readFileSync(join(folder, "one.xml"), "utf8")).toContain(`<testsuites name="tandem check" tests="${systems.length}" failures="0">`);
  });

  test("check: rules and goals that were never reached make the result inconclusive where coverage is required", () => {
    const ended = run("check", "quota", "--runs", "1", "--size", "1", "--require-coverage");
    expect(ended.code).toBe(3);
    expect(ended.out).toContain("never reached: ");
  });

  test("replay: a case file gives the same trace twice", () => {
    const system = systemByName("port-quota")!;
    const file = write("case.json", JSON.stringify(drawCase(system, "product", 12, 20)));
    const once = run("replay", file, "--trace");
    expect(once.code).toBe(0);
    expect(once.out).toContain("conforms");
    expect(once.out).toMatch(/op\d+ +look-up/);
    expect(run("replay", file, "--trace").out).toBe(once.out);
  });

  test("rules: one rule is printed with its source, and an unknown one is refused", () => {
    expect(run("rules", "PORT-8").out).toMatch(/PORT-8\. Freeing sets the bit[\s\S]*Source 001:692-700/);
    expect(run("rules", "PORT-8", "--json").out).toContain('"id": "PORT-8"');
    expect(run("rules", "PORT-800")).toMatchObject({ code: 2, err: expect.stringContaining('found "PORT-800"') });
  });

  test("help: every command explains itself", () => {
    for (const command of ["check", "replay", "rules", "mutants", "bench"]) expect(run(command, "--help")).toMatchObject({ code: 0, out: expect.stringContaining(`Usage: tandem ${command}`) });
    expect(run().code).toBe(2);
  });

  test("narrow: what is printed fits a place of 40 columns, a failure too", () => {
    const widest = (text: string): number => Math.max(...text.split("\n").map((line) => stripVTControlCharacters(line).length));
    for (const args of [["check", "quota", "--runs", "1", "--size", "1"], ["replay", "--help"], ["rules", "QUOTA-4"]]) expect(widest(runAt(40, ...args).out), args.join(" ")).toBeLessThanOrEqual(40);
    const system = counterSystem({ fault: "lost update" });
    const events = [0, 1].map((core) => ({ id: `op${core}`, do: "op" as const, node: 0, core, command: { kind: "add", counter: 0, amount: 1 } }));
    const one: Case = { format: 1, system: "counter", profile: "plain", config: { cores: 2, counters: 1 }, seed: 0, events, deviations: [{ task: "op0", step: 1, run: "op1" }], rest: false };
    const { failure } = new Pair(system).run(one);
    const shown = { failure: failure!, case: one, met: 2, files: ["a-file-of-some-length-and-more.json"], replay: "npx tandem replay a-file-of-some-length-and-more.json --trace" };
    const wide = failureText(shown, system);
    vi.stubEnv("COLUMNS", "40");
    const narrow = failureText(shown, system);
    // Where colours are forced, a wrapped line closes its colours and the next opens them again: that is no word more.
    const letters = (text: string): string => stripVTControlCharacters(text).replace(/\s+/g, "");
    const words = (text: string): string => text.split("\n").filter((line) => !line.includes("a-file")).join("\n");
    expect(widest(words(wide))).toBeGreaterThan(40);
    expect(widest(words(narrow))).toBeLessThanOrEqual(40);
    expect(letters(narrow)).toBe(letters(wide));
    expect(narrow).toContain(shown.replay);
    vi.unstubAllEnvs();
  });

  test("progress: elsewhere than on a terminal a line every five seconds says how far it is, by number or by time", () => {
    let now = 0;
    const lines: string[] = [];
    vi.spyOn(performance, "now").mockImplementation(() => now);
    vi.spyOn(process.stderr, "write").mockImplementation((line) => lines.push(String(line)) > 0);
    const byNumber = progressOf("quota", 900);
    const byTime = progressOf("quota", { timeMs: 12_500, of: "cases" });
    for (now = 1000; now <= 11_000; now += 1000) {
      byNumber.update(now / 100, now > 9000 ? "1 failing" : "");
      byTime.update(now / 100, "");
    }
    vi.restoreAllMocks();
    expect(lines).toEqual(["quota: 50 of 900\n", "quota: 50 cases in 5 of 13 s\n", "quota: 100 of 900, 1 failing\n", "quota: 100 cases in 10 of 13 s\n"]);
  });

  test.each([
    [["chekc"], "unknown command"],
    [["check", "nat"], `expected one of ${systems.map((system) => system.name).join(", ")}, found "nat"`],
    [["check", "--runs", "many"], '--runs: expected a whole number from 1 to 100000000, found "many"'],
    [["check", "--runs", "0"], "--runs"],
    [["check", "--time", "soon"], '--time: expected a time such as 500ms, 30s or 2m, found "soon"'],
    [["check", "--strategy", "best"], "--strategy: expected one of mixture"],
    [["check", "--profile", "mine"], "--profile: expected one of"],
    [["check", "--nothing"], "unknown option"],
    [["check", "--inside", "10.0.0.0/8"], "--inside: expected --pcap FILE beside it"],
    [["check", "port-allocation", "--pcap", "none.pcap", "--inside", "10.0.0.0/8"], "none.pcap: the file: expected a file that can be read, found no such file"],
    [["replay"], "missing required argument"],
    [["replay", "."], "found a folder"],
  ])("bad input: tandem %j says what is wrong and exits 2", (args, message) => {
    const ended = run(...args);
    expect(ended.code).toBe(2);
    expect(ended.err).toContain(message);
    expect(ended.err).not.toContain("    at ");
  });

  test("bad input: a case file that is no JSON is refused with line and column", () => {
    const file = write("broken.json", '{\n  "format": 1,\n  "system" "quota"\n}');
    expect(run("replay", file)).toMatchObject({ code: 2, err: expect.stringMatching(/broken\.json: line 3, column \d+: expected JSON/) });
  });
});
