import { describe, expect, test } from "vitest";
import { drawCase } from "../harness/engine/draw.ts";
import { mix32 } from "../harness/engine/random.ts";
import { Pair } from "../harness/engine/run.ts";
import { strategyByName, strategyNames } from "../harness/engine/strategy/index.ts";
import { PctStrategy } from "../harness/engine/strategy/pct.ts";
import { RandomStrategy } from "../harness/engine/strategy/random.ts";
import { RoundRobinStrategy } from "../harness/engine/strategy/round-robin.ts";
import { counterSystem } from "./toys/counter.ts";

const lanes = Int32Array.from([0, 1, 2, 3]);
const all = Int32Array.from([0, 1, 2, 3]);

describe("strategies", () => {
  test.each(strategyNames)("strategy %s: the same seed makes the same choices, and what it recorded replays to the same trace", (name) => {
    const system = counterSystem();
    const one = drawCase(system, system.profiles[0], 5, 40);
    const first = new Pair(system).run(one, { strategy: strategyByName(name) });
    const second = new Pair(system).run(one, { strategy: strategyByName(name) });
    expect(second.digest).toBe(first.digest);
    expect(new Pair(system).run(first.ran()).digest).toBe(first.digest);
  });

  test("strategy random: every runnable task is chosen about as often", () => {
    const strategy = new RandomStrategy();
    const counts = [0, 0, 0, 0];
    strategy.begin(3);
    for (let step = 0; step < 8000; step++) counts[strategy.choose(all, 4, 0, step)]++;
    // Five standard deviations of a binomial of 8,000 and 1/4.
    for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(5 * Math.sqrt(8000 * 0.25 * 0.75));
  });

  test("strategy round-robin: the cores take turns", () => {
    const strategy = new RoundRobinStrategy();
    strategy.begin(0, 0, 4, lanes);
    expect(Array.from({ length: 8 }, () => strategy.choose(all, 4))).toEqual([0, 1, 2, 3, 0, 1, 2, 3]);
  });

  test("strategy pct: without change points one lane runs as long as it can", () => {
    const strategy = new PctStrategy(1);
    for (let seed = 0; seed < 50; seed++) {
      strategy.begin(seed, 20, 4, lanes);
      const first = strategy.choose(all, 4, 0, 0);
      for (let step = 1; step < 20; step++) expect(strategy.choose(all, 4, 0, step)).toBe(first);
    }
  });

  test("strategy pct: a fault of depth 2 is met at least as often as 1/(n·k)", () => {
    // Two lanes of five steps; the fault shows when lane 0 is left exactly after its third step and lane 1 then runs to its end.
    const strategy = new PctStrategy(2);
    const runs = 4000;
    let met = 0;
    for (let run = 0; run < runs; run++) {
      strategy.begin(mix32(99, run), 10, 2, lanes);
      const made = [0, 0];
      let exposed = false;
      for (let step = 0; step < 10; step++) {
        const runnable = Int32Array.from([0, 1].filter((lane) => made[lane] < 5));
        const lane = strategy.choose(runnable, runnable.length, runnable[0], step);
        made[lane]++;
        if (lane === 1 && made[1] === 5 && made[0] === 3) exposed = true;
      }
      if (exposed) met++;
    }
    const bound = 1 / (2 * 10);
    // The binomial's lower end: five standard deviations below the bound would refute it.
    expect(met / runs).toBeGreaterThan(bound - 5 * Math.sqrt((bound * (1 - bound)) / runs));
  });
});
