import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as Schema from "@effect/schema/Schema";
import { describe, expect, test } from "vitest";
import { missing, missingText } from "../harness/conform/missing.ts";
import { ConformReport } from "../spec/report-schema.ts";
import { ownFolder } from "./own-folder.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const tandem = join(root, "harness/cli/tandem.mjs");
const lacking = missing();
if (lacking.length > 0) process.stderr.write(`skipped: ${missingText(lacking)}\n`);

describe.skipIf(lacking.length > 0)("the kernel's own NAT", () => {
  test("NAT-1 to NAT-25: what it is known to keep it keeps, in a run of 60 histories", { timeout: 120_000 }, () => {
    const file = join(ownFolder(), "kernel.json");
    const output = execFileSync(process.execPath, [tandem, "conform", "kernel", "--histories", "60", "--seed", "9", "--json", file], { cwd: root, encoding: "utf8" });
    expect(output).toContain("60 histories");
    const report = Schema.decodeUnknownSync(ConformReport, { onExcessProperty: "error" })(JSON.parse(readFileSync(file, "utf8")));
    const kept = (rule: string): number => report.rules.find((one) => one.rule === rule)!.kept;
    for (const rule of ["NAT-1", "NAT-3", "NAT-11", "NAT-12", "NAT-20", "NAT-22", "NAT-25", "PORT-13", "PORT-23"]) expect(kept(rule), rule).toBeGreaterThan(0);
    expect(report.rules.filter((one) => one.surprise !== null)).toEqual([]);
    expect(report.operations).toBeGreaterThan(500);
  });

  test("nothing is left behind: no namespace, no device", { timeout: 60_000 }, () => {
    const before = spawnSync("ip", ["netns"], { encoding: "utf8" }).stdout;
    execFileSync(process.execPath, [tandem, "conform", "kernel", "--histories", "1"], { cwd: root });
    expect(spawnSync("ip", ["netns"], { encoding: "utf8" }).stdout).toBe(before);
    expect(spawnSync("ip", ["link", "show", "in0"], { encoding: "utf8" }).status).not.toBe(0);
  });
});

describe("where the kernel cannot be driven", () => {
  test("one message names everything that is missing and where to get it", () => {
    expect(missingText(["root (a network namespace is made)", "nft (Debian package nftables)"])).toBe("The kernel's NAT cannot be driven here; missing: root (a network namespace is made); nft (Debian package nftables).");
    expect(missingText([])).toBeUndefined();
  });
  test.skipIf(process.getuid?.() !== 0 || spawnSync("setpriv", ["--version"]).error !== undefined)("somebody who is not root is told so, and the exit code is 3", () => {
    const run = spawnSync("setpriv", ["--reuid=65534", "--clear-groups", process.execPath, tandem, "conform", "kernel"], { cwd: root, encoding: "utf8" });
    expect(run.stderr).toContain("missing: root");
    expect(run.status).toBe(3);
  });
});
