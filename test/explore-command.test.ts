import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { beforeEach, describe, expect, test } from "vitest";
import { ExploreReport } from "../spec/explore-schema.ts";
import { parseBy } from "../harness/systems/parse.ts";
import { ownFolder } from "./own-folder.ts";

const tandem = fileURLToPath(new URL("../harness/cli/tandem.mjs", import.meta.url));

describe("tandem explore", () => {
  let folder = "";
  beforeEach(() => {
    folder = ownFolder();
  });
  const run = (...args: string[]): { code: number | null; out: string; err: string } => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [tandem, "explore", ...args], { encoding: "utf8", cwd: folder });
    return { code: status, out: stripVTControlCharacters(stdout), err: stripVTControlCharacters(stderr) };
  };

  test("the quick scope is walked through, both ways agree, and the report has its shape", () => {
    const file = join(folder, "report.json");
    const { code, out } = run("quota", "--scope", "quick", "--way", "both", "--json", file);
    expect(code, out).toBe(0);
    expect(out).toContain("both searches agree");
    expect(parseBy(ExploreReport, JSON.parse(readFileSync(file, "utf8")))).toMatchObject({ ok: true, value: { ended: true } });
  });

  test("an interrupted search goes on from its file and comes to the same counts", () => {
    const whole = join(folder, "whole.json");
    const part = join(folder, "part.json");
    run("quota", "--scope", "quick", "--json", whole);
    const report = JSON.parse(readFileSync(whole, "utf8"));
    writeFileSync(part, JSON.stringify({ ...report, cases: report.cases.slice(0, 4), ended: false }));
    expect(run("quota", "--scope", "quick", "--resume", part).code).toBe(0);
    const { timings: _, ...resumed } = JSON.parse(readFileSync(part, "utf8"));
    const { timings: __, ...once } = report;
    expect(resumed).toEqual(once);
    expect(run("quota", "--scope", "quick", "--way", "full", "--resume", part)).toMatchObject({ code: 2, err: expect.stringContaining('way: expected "full"') });
  });

  test("a seeded fault is found with its case; what is not there is refused", () => {
    const { code, out } = run("quota", "--mutant", "QUOTA-9/stale-record");
    expect(code).toBe(1);
    expect(out).toMatch(/QUOTA-9: diverges[\s\S]*the model says[\s\S]*switch/);
    expect(run("quota", "--mutant", "none")).toMatchObject({ code: 2, err: expect.stringContaining('found "none"') });
    expect(run("quota", "--scope", "none")).toMatchObject({ code: 2, err: expect.stringContaining("expected one of") });
    expect(run("none")).toMatchObject({ code: 2, err: expect.stringContaining("expected one of quota") });
  });
});
