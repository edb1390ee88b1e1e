import { describe, expect, test } from "vitest";
import { runCampaign } from "../harness/engine/campaign/campaign.ts";
import { median, merge, noStatistics, type Statistics } from "../harness/engine/campaign/statistics.ts";
import { systemByName } from "./toys/campaign-module.ts";

const systemModule = new URL("./toys/campaign-module.ts", import.meta.url).href;

function campaign(name: string, runs: number, workers: number, hungMs = 2000): Promise<Statistics> {
  const plan = { system: name, seed: 3, profile: "", size: 30, strategy: "mixture", poisonEvery: 16, disciplineEvery: 0 };
  return runCampaign({ plan, system: systemByName(name)!, systemModule, runs, workers, hungMs });
}

describe("campaign", () => {
  test("campaign: one worker and two give the same result to the byte", async () => {
    const [one, two] = await Promise.all([campaign("counter", 1200, 1), campaign("counter", 1200, 2)]);
    expect(JSON.stringify(two)).toBe(JSON.stringify(one));
    expect(one.cases).toBe(1200);
    expect(one.failures).toEqual([]);
  });

  test("campaign: each way of failing is kept once, with its first case and how often it was met", async () => {
    const result = await campaign("counter lost update", 600, 2);
    expect(result.failures.length).toBeGreaterThan(0);
    expect(new Set(result.failures.map((met) => met.signature)).size).toBe(result.failures.length);
    expect(result.failures[0].count).toBeGreaterThan(1);
  });

  test("campaign: a stage that never ends is reported as hung, with its case, and the campaign goes on", async () => {
    const result = await campaign("pool loop", 12, 2, 400);
    expect(result.cases).toBe(12);
    const hung = result.failures.filter((met) => met.failure.verdict === "hung");
    expect(hung.length).toBe(1);
    expect(hung[0].case.events.length).toBeGreaterThan(0);
  });

  test("campaign: statistics merge as if they had been counted together", () => {
    const part = (operations: [number, number][]): Statistics => ({ ...noStatistics, cases: 2, operations });
    const merged = merge(part([[3, 1], [5, 1]]), part([[4, 2]]));
    expect(merged.operations).toEqual([[3, 1], [4, 2], [5, 1]]);
    expect(median(merged.operations)).toBe(4);
    expect(median([])).toBe(0);
  });
});
