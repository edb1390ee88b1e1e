import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import * as Schema from "@effect/schema/Schema";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { strategiesCommand } from "../harness/cli/strategies.ts";
import { bestRuns, meanFactor, type StrategyRuns } from "../harness/cli/strategy-runs.ts";
import { strategyNames } from "../harness/engine/strategy/index.ts";
import { canary } from "../harness/mutants/index.ts";
import { StrategiesReport } from "../spec/report-schema.ts";
import { ownFolder } from "./own-folder.ts";

/** Faults that hide from random schedules and do not take long. */
const hidden = ["PORT-18/others-chunk", "SLAB-10/first-replica"];
const rare = "PORT-5/far-slots";
/** Of few mutants and seeds: the best of seven medians of five is luckier than that of twenty. */
const factorOfFew = 3;

let folder = "";
let said = "";
beforeEach(() => {
  folder = ownFolder();
  said = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    said += stripVTControlCharacters(String(text));
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** The same runs with every strategy but those named. */
function runs(all: number, some: Partial<StrategyRuns["runs"]>): StrategyRuns {
  return { mutant: canary, runs: { ...Object.fromEntries(strategyNames.map((name) => [name, all])), ...some } as StrategyRuns["runs"] };
}

describe("strategies", () => {
  test("strategies: the mixture is within three times the runs of the best for a few, and the report says so", async () => {
    const json = join(folder, "report.json");
    expect(await strategiesCommand([...hidden, "QUOTA-3/one-more"], { seeds: "5", limit: "40", json })).toBe(0);
    const report = JSON.parse(readFileSync(json, "utf8"));
    expect(Schema.decodeUnknownSync(StrategiesReport, { onExcessProperty: "error" })(report)).toEqual(report);
    expect(report.mutants.map((one: { id: string }) => one.id)).toEqual(expect.arrayContaining(hidden));
    // One that anything catches at once does not hide.
    expect(report.mutants.map((one: { id: string }) => one.id)).not.toContain("QUOTA-3/one-more");
    expect(report.factors.mixture).toBeLessThanOrEqual(factorOfFew);
    expect(said).toContain(`mixture: ${report.factors.mixture.toFixed(2)} × the runs of the best`);
  }, 300_000);

  test("strategies: the same seeds give the same report, byte for byte, with any number of workers, and it fits a narrow place", async () => {
    const report = async (workers: string): Promise<string> => {
      const json = join(folder, `${workers}.json`);
      await strategiesCommand([rare, ...hidden], { seeds: "1", firstSeed: "20", limit: "40", workers, json });
      return readFileSync(json, "utf8");
    };
    vi.stubEnv("COLUMNS", "50");
    const alone = await report("1");
    expect(JSON.parse(alone).mutants.length).toBeGreaterThan(1);
    expect(await report("2")).toBe(alone);
    for (const line of said.split("\n")) expect(line.length, line).toBeLessThanOrEqual(50);
    expect(said).toMatch(/^PORT-5\/far-slots: mixture/m);
  });

  test("strategies: the mixture is compared with the best single strategy; what nobody catches does not count", () => {
    const limit = 100;
    expect(bestRuns(runs(40, { mixture: 5, random: 20 }))).toBe(20);
    const all = [runs(40, { random: 20 }), runs(40, { mixture: 10 }), runs(101, {})];
    expect(meanFactor(all, "mixture", limit)).toBeCloseTo(Math.sqrt(2 * 0.25), 9);
    expect(meanFactor(all, "random", limit)).toBeCloseTo(1, 9);
    expect(meanFactor([runs(101, {})], "mixture", limit)).toBe(1);
  });

  test.each([
    [["QUOTA-99"], {}, 'mutant: expected the id of a mutant, a rule or a system, found "QUOTA-99"'],
    [[], { seeds: "0" }, "--seeds: expected a whole number from 1 to 1000"],
    [[], { limit: "9" }, "--limit: expected a whole number from 10 to 100000"],
  ])("strategies: what cannot be is refused (%j %j)", async (ids, options, message) => {
    await expect(strategiesCommand(ids, options)).rejects.toThrow(message);
  });
});
