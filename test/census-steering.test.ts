import { describe, expect, test } from "vitest";
import { checkedCase } from "../harness/cli/read-case.ts";
import { BatchRunner } from "../harness/engine/campaign/batch.ts";
import { runCampaign } from "../harness/engine/campaign/campaign.ts";
import type { Plan } from "../harness/engine/campaign/plan.ts";
import type { Statistics } from "../harness/engine/campaign/statistics.ts";
import { continued, joined, mutated } from "../harness/engine/census/mutation.ts";
import { drawCase } from "../harness/engine/draw.ts";
import { SeededRandom } from "../harness/engine/random.ts";
import { Pair } from "../harness/engine/run.ts";
import { systems, systemByName } from "../harness/systems/index.ts";
import { systemByName as toyByName } from "./toys/campaign-module.ts";

const toys = new URL("./toys/campaign-module.ts", import.meta.url).href;
const own = new URL("../harness/systems/campaign-module.ts", import.meta.url).href;
const planOf = (system: string, changes: Partial<Plan> = {}): Plan => ({ system, seed: 3, profile: "", size: 1, strategy: "random", poisonEvery: 0, disciplineEvery: 0, ...changes });

/**
 * So many of the smallest cases. Plain cases of a few dozen events reach nearly every pair there is, so only few and small ones leave room: forty single requests for ports reach three
 * pairs of four. The node, which knows a hundred rules, takes longer to learn from.
 */
const budgets: { readonly [system: string]: number } = { node: 40 };

describe("steering", () => {
  test.each(systems.map(({ name }) => name))("STEER: %s, at equal numbers of cases steered ones reach half as many pairs of rules again", (name) => {
    const system = systemByName(name)!;
    const pair = new Pair(system);
    const budget = budgets[name] ?? 8;
    const reached = { plain: 0, steered: 0 };
    for (const seed of [1, 2, 3, 4, 5, 6])
      for (const steer of [false, true]) {
        const { cases, census, failures } = new BatchRunner(system, planOf(name, { seed, steer }), pair).run(0, budget);
        expect({ cases, failures }).toEqual({ cases: budget, failures: [] });
        reached[steer ? "steered" : "plain"] += census.pairs.filter((count) => count > 0).length;
      }
    expect(reached.steered / reached.plain).toBeGreaterThanOrEqual(1.5);
  });

  test("STEER: the same seed gives the same result, with one worker and with two", async () => {
    const system = systemByName("quota")!;
    const plan = planOf("quota", { steer: true, size: 6, strategy: "mixture", poisonEvery: 16, disciplineEvery: 8 });
    const run = (workers: number): Promise<Statistics> => runCampaign({ plan, system, systemModule: own, runs: 300, workers, hungMs: 20_000 });
    const [one, two] = [await run(1), await run(2)];
    expect(one.cases).toBe(300);
    expect(JSON.stringify(two)).toBe(JSON.stringify(one));
    const alone = (changes: Partial<Plan>): Statistics => new BatchRunner(system, { ...plan, disciplineEvery: 0, ...changes }, new Pair(system)).run(0, 60);
    expect(alone({})).toEqual(alone({}));
    expect(alone({ seed: 4 }).digest).not.toBe(alone({}).digest);
    expect(alone({ steer: false }).digest).not.toBe(alone({}).digest);
  });

  test("STEER: a steered case that hangs is reported once with its case, and the others of its batch are run", async () => {
    const run = (workers: number): Promise<Statistics> =>
      runCampaign({ plan: planOf("pool loop", { steer: true, size: 30, strategy: "mixture" }), system: toyByName("pool loop")!, systemModule: toys, runs: 12, workers, hungMs: 400 });
    const one = await run(1);
    expect(one.cases).toBe(12);
    const hung = one.failures.filter((met) => met.failure.verdict === "hung");
    expect(hung.length).toBe(1);
    expect(hung[0].case.events.length).toBeGreaterThan(0);
    expect(await run(2)).toEqual(one);
  });

  test("STEER: a campaign that is broken off reports what hung nevertheless", async () => {
    const plan = planOf("pool loop", { steer: true, size: 60, strategy: "mixture" });
    const { failures } = await runCampaign({ plan, system: toyByName("pool loop")!, systemModule: toys, runs: 5000, workers: 1, hungMs: 300, hungMax: 1 });
    expect(failures.map((met) => [met.failure.verdict, met.count])).toEqual([["hung", 1]]);
  });
});

describe("cases made of cases", () => {
  test.each(systems.map(({ name }) => name))("MUTATE: what is made of cases of %s is valid, refers to earlier operations only, and conforms", (name) => {
    const system = systemByName(name)!;
    const pair = new Pair(system);
    let events = 0;
    let referring = 0;
    for (let seed = 0; seed < 24; seed++) {
      const profile = system.profiles[seed % system.profiles.length];
      const random = new SeededRandom(seed);
      const [first, second] = [drawCase(system, profile, seed, 24), drawCase(system, profile, seed + 1000, 24)];
      for (const made of [mutated(system, first, random, 40), continued(system, first, random, 10, 40), joined(system, first, second, random, 40)]) {
        expect(made.events.length).toBeLessThanOrEqual(40);
        expect(() => checkedCase("made", JSON.parse(JSON.stringify(made)))).not.toThrow();
        const ids = new Set<string>();
        for (const event of made.events) {
          const of = event.do === "op" ? system.refers(event.command)?.id : undefined;
          expect(of === undefined || ids.has(of)).toBe(true);
          ids.add(event.id);
          if (of !== undefined) referring++;
        }
        expect(pair.run(made).failure).toBeUndefined();
        events += made.events.length;
      }
    }
    expect(events).toBeGreaterThan(24 * 3 * 10);
    expect(referring).toBeGreaterThan(24);
  });
});
