import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import * as Schema from "@effect/schema/Schema";
import { describe, expect, test } from "vitest";
import { compared, exitCodeOf, type Combination } from "../harness/cli/determinism.ts";
import { majors, nodesOf } from "../harness/cli/determinism/nodes.ts";
import { noStatistics, type Statistics } from "../harness/engine/campaign/statistics.ts";
import { DeterminismReport } from "../spec/determinism-report.ts";
import { ownFolder } from "./own-folder.ts";

const tandem = fileURLToPath(new URL("../harness/cli/tandem.mjs", import.meta.url));

function combination(node: string, workers: number, change: Partial<Statistics> = {}): Combination {
  return { node, workers, seconds: 1, statistics: new Map([["quota", { ...noStatistics, cases: 10, digest: "1234abcd", rules: [1, 2], ...change }]]) };
}

describe("determinism", () => {
  test("determinism: one digest, and everything counted, must be the same everywhere", () => {
    const same = [combination("v20.1.0", 1), combination("v20.1.0", 2), combination("v22.1.0", 1)];
    expect(compared(["quota"], same)).toMatchObject([{ system: "quota", cases: 10, same: true }]);
    expect(exitCodeOf(compared(["quota"], same), [])).toBe(0);
    expect(exitCodeOf(compared(["quota"], same), [24])).toBe(3);
    const changes: [Partial<Statistics>, string][] = [[{ digest: "1234abce" }, "digest"], [{ rules: [1, 3] }, "rules"], [{ goals: [1] }, "goals"], [{ stages: [4] }, "stages"], [{ steps: [[3, 10]] }, "steps"]];
    for (const [change, name] of changes) {
      const [row] = compared(["quota"], [...same, combination("v24.1.0", 2, change)]);
      expect(row.same).toBe(false);
      expect(row.ran.map((one) => one.differs)).toEqual([[], [], [], [name]]);
      expect(exitCodeOf([row], [22])).toBe(1);
    }
  });

  test("determinism: a campaign that did not come to its end is no agreement, nor are cases that fail", () => {
    const broken: Combination = { node: "v22.1.0", workers: 1, seconds: 1, statistics: new Map(), broke: "out of memory" };
    expect(exitCodeOf(compared(["quota"], [combination("v20.1.0", 1), broken]), [])).toBe(1);
    expect(exitCodeOf(compared(["quota"], [broken]), [])).toBe(1);
    const failure = { verdict: "crashed", rules: [], step: 1, task: "op0", observable: "x", expected: "", found: "" } as const;
    const failures = [{ signature: "crashed|-|x", failure, case: undefined!, index: 0, count: 3 }];
    const [row] = compared(["quota"], [combination("v20.1.0", 1, { failures }), combination("v20.1.0", 2, { failures })]);
    expect(row).toMatchObject({ same: true, ran: [{ failing: 3 }, { failing: 3 }] });
    expect(exitCodeOf([row], [])).toBe(1);
  });

  test("determinism: a path that is no Node is bad input, and a version that cannot be had is named", async () => {
    await expect(nodesOf([tandem], "none", false)).rejects.toThrow("--node: expected the path of a Node binary");
    const { found, missing } = await nodesOf([], join(tmpdir(), "no such folder"), false);
    expect(found.map((one) => one.version)).toEqual([process.version]);
    expect(missing).toEqual(majors.filter((major) => !process.version.startsWith(`v${major}.`)));
  });

  test("determinism: the command runs this Node with one worker and with two, and is inconclusive without the others", () => {
    const folder = ownFolder();
    const file = join(folder, "report.json");
    const env = { ...process.env, COLUMNS: "60" };
    const { status, stdout } = spawnSync(process.execPath, [tandem, "determinism", "quota", "--runs", "300", "--no-fetch", "--out", folder, "--json", file], { encoding: "utf8", env });
    const report = Schema.decodeUnknownSync(DeterminismReport)(JSON.parse(readFileSync(file, "utf8")));
    expect(report.systems).toMatchObject([{ system: "quota", cases: 300, same: true, ran: [{ node: process.version, workers: 1 }, { node: process.version, workers: 2 }] }]);
    expect(report.missing.length).toBeGreaterThan(0);
    expect(status).toBe(3);
    const lines = stripVTControlCharacters(stdout).split("\n");
    expect(lines.some((line) => line.startsWith("could not be had"))).toBe(true);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(60);
  });
});
