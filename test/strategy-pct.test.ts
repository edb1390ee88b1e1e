import { describe, expect, test } from "vitest";
import { mix32 } from "../harness/engine/random.ts";
import { Pair, type Strategy } from "../harness/engine/run.ts";
import { PctStrategy } from "../harness/engine/strategy/pct.ts";
import { upperLimit } from "./toys/binomial.ts";
import { begunLast, leftInTurn, leftOnce, leftTwice, walks, walksSystem, type WalksConfig } from "./toys/walks.ts";

/** How unlikely what was seen may be before a rate is refuted. */
const alpha = 0.001;

const toys: readonly (readonly [string, number, WalksConfig])[] = [
  ["2 tasks, the first begins last", 1, begunLast(2, 3)],
  ["5 tasks, the first begins last", 1, begunLast(5, 3)],
  ["2 tasks of 2 moves, left once", 2, leftOnce(2, 2, 1)],
  ["2 tasks of 30 moves, left once late", 2, leftOnce(2, 30, 27)],
  ["4 tasks of 5 moves, left once", 2, leftOnce(4, 5, 2)],
  ["2 tasks of 4 moves, left twice", 3, leftTwice(4, 2, 1)],
  ["2 tasks of 9 moves, left twice", 3, leftTwice(9, 7, 5)],
  ["3 tasks of 4 moves, left in turn", 3, leftInTurn(4, 2, 2)],
];

interface Rate {
  readonly runs: number;
  readonly hits: number;
  readonly bound: number;
  /** The highest rate that is not refuted. */
  readonly limit: number;
}

/** Runs a toy until a rate at its bound would have hit as often as expected here. */
function rateOf(config: WalksConfig, depth: number, strategy: Strategy, expected = 40, share = 1): Rate {
  const pair = new Pair(walksSystem);
  const steps = Math.max(...Array.from({ length: 50 }, (_, seed) => pair.run(walks(config, seed), { strategy: new PctStrategy(1) }).steps));
  const bound = share / (config.tasks * steps ** (depth - 1));
  const runs = Math.ceil(expected / bound);
  let hits = 0;
  for (let run = 0; run < runs; run++) {
    if (pair.run(walks(config, mix32(2026, run)), { strategy }).failure !== undefined) hits++;
    strategy.ended?.();
  }
  return { runs, hits, bound, limit: upperLimit(hits, runs, alpha) };
}

/** A PCT of which something is taken away. */
function broken(depth: number, what: "no changes" | "changes at step 0" | "fixed priorities" | "nothing learnt"): Strategy {
  const sound = new PctStrategy(what === "no changes" ? 1 : depth);
  return {
    name: what,
    begin: (seed, length, count, laneOf) => sound.begin(what === "fixed priorities" ? 4 : seed, what === "changes at step 0" ? 1 : length, count, laneOf),
    choose: (runnable, count, current, step) => sound.choose(runnable, count, current, step),
    ended: () => {
      if (what !== "changes at step 0" && what !== "nothing learnt") sound.ended();
    },
  };
}

describe("strategy pct", () => {
  test.each(toys)("strategy pct: %s (depth %i): no less than 1/(n·k^(d−1)) of the runs", (_, depth, config) => {
    const { limit, bound } = rateOf(config, depth, new PctStrategy(depth));
    expect(limit).toBeGreaterThanOrEqual(bound);
  });

  test.each(toys.filter(([, , config]) => config.tasks * config.length <= 20))("strategy pct: %s (depth %i): going deeper from case to case it has an eighth of that", (_, depth, config) => {
    const { limit, bound } = rateOf(config, depth, new PctStrategy(), 10, 1 / 8);
    expect(limit).toBeGreaterThanOrEqual(bound);
  });

  test.each(toys.filter(([, depth]) => depth > 1))("strategy pct: %s (depth %i): the claim is refuted where priorities never change, or change at step 0 only", (_, depth, config) => {
    for (const what of ["no changes", "changes at step 0"] as const) {
      const { limit, bound } = rateOf(config, depth, broken(depth, what), 15);
      expect(limit, what).toBeLessThan(bound);
    }
  });

  test.each(toys.filter(([, depth]) => depth === 1))("strategy pct: %s (depth %i): the claim is refuted where priorities are always the same", (_, depth, config) => {
    const { limit, bound } = rateOf(config, depth, broken(depth, "fixed priorities"));
    expect(limit).toBeLessThan(bound);
  });

  test("strategy pct: the claim is refuted where the length is not learnt: too long, or too short for a late fault", () => {
    for (const config of [leftOnce(2, 2, 1), leftOnce(2, 30, 27)]) {
      const { limit, bound } = rateOf(config, 2, broken(2, "nothing learnt"));
      expect(limit).toBeLessThan(bound);
    }
  });

  test("strategy pct: the exact limit of a binomial", () => {
    // No hit in n runs: 1 − alpha^(1/n). Tables of Clopper and Pearson: 5 of 10 at 2.5 % end at 0.8129.
    expect(upperLimit(0, 100, 0.001)).toBeCloseTo(1 - 0.001 ** 0.01, 9);
    expect(upperLimit(5, 10, 0.025)).toBeCloseTo(0.8129, 4);
    expect(upperLimit(10, 10, 0.001)).toBe(1);
  });
});
