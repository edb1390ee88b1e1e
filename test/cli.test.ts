import * as Schema from "@effect/schema/Schema";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CheckReport } from "../spec/report-schema.ts";
import { drawCase } from "../harness/engine/draw.ts";
import { systemByName } from "../harness/systems/index.ts";

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
  try {
    return { code: 0, out: execFileSync(process.execPath, [tandem, ...args], { cwd: folder, encoding: "utf8", stdio: "pipe", env: { ...process.env, NO_COLOR: "1" } }), err: "" };
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
    expect(one.systems.map((system) => [system.system, system.cases, system.verdict])).toEqual([
      ["quota", 300, "conforms"],
      ["port-allocation", 300, "conforms"],
      ["port-quota", 300, "conforms"],
    ]);
    expect(readFileSync(join(folder, "one.xml"), "utf8")).toMatch(/<testsuites name="tandem check" tests="3" failures="0">/);
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
    for (const command of ["check", "replay", "rules"]) expect(run(command, "--help")).toMatchObject({ code: 0, out: expect.stringContaining(`Usage: tandem ${command}`) });
    expect(run().code).toBe(2);
  });

  test.each([
    [["chekc"], "unknown command"],
    [["check", "nat"], 'expected one of quota, port-allocation, port-quota, found "nat"'],
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
