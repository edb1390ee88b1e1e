import { describe, expect, it } from "vitest";
import { runCampaign } from "../harness/engine/campaign/campaign.ts";
import { caseOfPlan, type Plan } from "../harness/engine/campaign/plan.ts";
import type { Statistics } from "../harness/engine/campaign/statistics.ts";
import { Pair } from "../harness/engine/run.ts";
import { strategyByName } from "../harness/engine/strategy/index.ts";
import { systemByName } from "./toys/watch-module.ts";

const systemModule = new URL("toys/watch-module.ts", import.meta.url).href;

function campaign(name: string, runs: number, workers: number, changes: Partial<Plan> = {}): Promise<Statistics> {
  const plan: Plan = { system: name, seed: 11, profile: "", size: 20, strategy: "mixture", poisonEvery: 16, disciplineEvery: 8, ...changes };
  return runCampaign({ plan, system: systemByName(name)!, systemModule, runs, workers, hungMs: 400 });
}

describe("campaigns on watched workers", () => {
  it("WATCH: the statistics are a function of the plan, not of the number of workers", async () => {
    const one = await campaign("counter, lost update", 1100, 1);
    const two = await campaign("counter, lost update", 1100, 2);
    expect(two).toEqual(one);
    expect(one.cases).toBe(1100);
    expect(one.failures[0].signature).toBe("diverges|COUNT-1|outcome");
    const other = await campaign("counter, lost update", 1100, 1, { seed: 12 });
    expect(other.digest).not.toBe(one.digest);
  });

  it("WATCH: the first failure named is the first there is, and its case fails so again", async () => {
    const name = "counter, wrong sum";
    const plan: Plan = { system: name, seed: 11, profile: "", size: 20, strategy: "mixture", poisonEvery: 0, disciplineEvery: 0 };
    const [met] = (await campaign(name, 300, 2)).failures;
    const pair = new Pair(systemByName(name)!);
    const strategy = strategyByName("mixture");
    expect(met.index).toBeGreaterThan(0);
    for (let index = 0; index < met.index; index++) expect(pair.run(caseOfPlan(pair.system, plan, index), { strategy }).failure).toBeUndefined();
    expect(pair.run(met.case).failure).toEqual(met.failure);
  });

  it("WATCH: a case that makes no step for its time is hung; all others are run nevertheless", async () => {
    const one = await campaign("pool, hanging", 300, 1);
    const two = await campaign("pool, hanging", 300, 2);
    expect(one.cases).toBe(300);
    expect(one.failures.map((met) => met.signature)).toEqual(["hung|-|step"]);
    expect(one.failures[0].count).toBeGreaterThan(1);
    expect(one.failures[0].failure.step).toBeGreaterThanOrEqual(3);
    expect(two).toEqual(one);
  }, 30_000);

  it("WATCH: every n-th case runs under the twin, and n = 0 is none", async () => {
    const watched = await campaign("lock, held", 64, 1);
    expect(watched.failures.map(({ signature, count, index }) => ({ signature, count, index }))).toEqual([{ signature: "discipline broken|LOCK-3|discipline", count: 8, index: 0 }]);
    expect((await campaign("lock, held", 64, 1, { disciplineEvery: 0 })).failures).toEqual([]);
  });

  it("WATCH: every n-th case is run again poisoned, and n = 0 is none", async () => {
    const poisoned = await campaign("pool, stale", 250, 1);
    expect(poisoned.failures.map((met) => met.failure.verdict)).toContain("nondeterministic");
    expect((await campaign("pool, stale", 250, 1, { poisonEvery: 0 })).failures.map((met) => met.failure.verdict)).not.toContain("nondeterministic");
  });
});
