import { describe, expect, test } from "vitest";
import { BatchRunner } from "../harness/engine/campaign/batch.ts";
import { Ints } from "../harness/engine/contract.ts";
import { drawCase } from "../harness/engine/draw.ts";
import { Pair } from "../harness/engine/run.ts";
import { DelayBoundedStrategy } from "../harness/engine/strategy/delay-bounded.ts";
import { strategyByName, strategyNames } from "../harness/engine/strategy/index.ts";
import { Learning } from "../harness/engine/strategy/learning.ts";
import { PartialOrderStrategy } from "../harness/engine/strategy/partial-order.ts";
import { PctStrategy } from "../harness/engine/strategy/pct.ts";
import { RandomStrategy } from "../harness/engine/strategy/random.ts";
import { RoundRobinStrategy } from "../harness/engine/strategy/round-robin.ts";
import { SwarmStrategy } from "../harness/engine/strategy/swarm.ts";
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

  test("strategy pct: the lane that is lowered later may stand above the one lowered before", () => {
    const alone = (lane: number): Int32Array => Int32Array.from([lane]);
    const pair = Int32Array.from([0, 1]);
    const above = new Set<number>();
    for (let seed = 0; seed < 400; seed++) {
      const strategy = new PctStrategy(3);
      strategy.begin(seed, 2, 2, lanes);
      // Lane 0 is lowered at step 0 or not at all, lane 1 at step 1 or not at all: each is alone then.
      strategy.choose(alone(0), 1, 0, 0);
      strategy.choose(alone(1), 1, 1, 1);
      above.add(strategy.choose(pair, 2, 0, 2));
    }
    expect(above).toEqual(new Set([0, 1]));
  });

  test("strategy pct: what waits for one lane has its turn by a draw", () => {
    const one = Int32Array.from([3, 3]);
    const first = Array.from({ length: 40 }, (_, seed) => {
      const strategy = new PctStrategy(1);
      strategy.begin(seed, 2, 2, one);
      return strategy.choose(Int32Array.from([0, 1]), 2, 0, 0);
    });
    expect(new Set(first)).toEqual(new Set([0, 1]));
  });

  test("strategy delay-bounded: no more switches than delays, and that many where nothing ends", () => {
    const system = counterSystem();
    for (const delays of [1, 2, 5]) {
      const switches = Array.from({ length: 60 }, (_, seed) => new Pair(system).run(drawCase(system, system.profiles[0], seed, 40), { strategy: new DelayBoundedStrategy(delays) }).switches);
      expect(Math.max(...switches)).toBeLessThanOrEqual(delays);
      expect(switches.filter((count) => count > 0).length).toBeGreaterThan(20);
    }
    const strategy = new DelayBoundedStrategy(2);
    strategy.begin(7, 10);
    let delayed = 0;
    for (let step = 0; step < 10; step++) delayed += (strategy.choose(all, 4, 1, step) + 4 - 1) % 4;
    expect(delayed).toBe(2);
  });

  test("strategy partial-order: a step keeps its priority until it is made or another core writes what its task has written", () => {
    const writes = new Ints();
    const orderOf = (entry: number): string[] => {
      const strategy = new PartialOrderStrategy();
      strategy.begin(11, 0, 4, lanes);
      const first = strategy.choose(all, 4);
      writes.clear();
      writes.push(3);
      strategy.after(first, 0, writes);
      const second = strategy.choose(all, 4);
      writes.clear();
      writes.push(entry);
      strategy.after(second, 0, writes);
      return Array.from({ length: 4 }, () => {
        const slot = strategy.choose(all, 4);
        writes.clear();
        strategy.after(slot, 0, writes);
        return String(slot);
      });
    };
    expect(orderOf(4)).toEqual(orderOf(5));
    expect(orderOf(3)).not.toEqual(orderOf(4));
  });

  test("strategy swarm: cores that are off move only where no other can, and which are changes within a case", () => {
    const strategy = new SwarmStrategy();
    const moved = new Set<string>();
    strategy.begin(5, 0, 4, lanes);
    for (let step = 0; step < 4000; step += 100) {
      const stretch = new Set<number>();
      for (let i = 0; i < 16; i++) {
        const slot = strategy.choose(all, 4, 0, step + i);
        stretch.add(slot);
        strategy.after(slot, 2);
      }
      moved.add([...stretch].sort().join(""));
    }
    expect(moved.size).toBeGreaterThan(6);
    for (const off of [0, 1, 2, 3]) expect([...moved].some((stretch) => !stretch.includes(String(off)))).toBe(true);
    const only = Int32Array.from([2]);
    for (let step = 4000; step < 4100; step++) expect(strategy.choose(only, 1, 2, step)).toBe(2);
  });

  test("strategies: what is learnt from case to case starts anew with each batch of a campaign", () => {
    const system = counterSystem();
    for (const name of strategyNames) {
      const plan = { system: system.name, seed: 3, profile: "", size: 20, strategy: name, poisonEvery: 0, disciplineEvery: 0 };
      const one = new BatchRunner(system, plan, new Pair(system));
      one.run(0, 40);
      expect(one.run(40, 40).digest, name).toBe(new BatchRunner(system, plan, new Pair(system)).run(40, 40).digest);
    }
  });

  test("strategies: without what is learnt, the depth is drawn with the case; with it, it grows from 1", () => {
    const learning = new Learning();
    expect(new Set(Array.from({ length: 100 }, (_, seed) => learning.depth(seed, 4)))).toEqual(new Set([1, 2, 3, 4]));
    const depths = Array.from({ length: 14 }, () => {
      learning.begin(10);
      learning.ended();
      return learning.depth(0, 3);
    });
    expect(depths).toEqual([1, 1, 2, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2]);
  });

  test("strategies: the length of the longest of the last 16 cases is expected, in proportion", () => {
    const learning = new Learning();
    const end = (steps: number): void => {
      learning.begin(100);
      learning.choice(steps - 1);
      learning.ended();
    };
    learning.begin(100);
    expect(learning.length).toBe(100);
    end(300);
    end(40);
    learning.begin(10);
    expect(learning.length).toBe(30);
    for (let i = 0; i < 15; i++) end(50);
    learning.begin(10);
    expect(learning.length).toBe(5);
  });
});
