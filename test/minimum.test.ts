import { describe, expect, test } from "vitest";
import type { Case } from "../harness/engine/case.ts";
import type { System } from "../harness/engine/contract.ts";
import { drawCase } from "../harness/engine/draw.ts";
import { Departures } from "../harness/engine/explore/departures.ts";
import { Pair, type RunResult } from "../harness/engine/run.ts";
import { sameFailure } from "../harness/engine/shrink/oracle.ts";
import { shrink } from "../harness/engine/shrink/shrink.ts";
import { strategyByName } from "../harness/engine/strategy/index.ts";
import { signature } from "../harness/engine/verdict.ts";
import { counterSystem } from "./toys/counter.ts";
import { lockSystem } from "./toys/lock.ts";
import { poolSystem } from "./toys/pool.ts";
import { registerSystem } from "./toys/register.ts";

/** Events of each kind, then switches: what the shrinker weighs first. */
function size(one: Case, switches: number): readonly [number, number, number] {
  const operations = one.events.filter((event) => event.do === "op").length;
  return [operations, one.events.length - operations, switches];
}
const isSmaller = (a: readonly number[], b: readonly number[]): boolean => {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at >= 0 && a[at] < b[at];
};

const runsMax = 60_000;

/**
 * Up to three cases that are smaller and fail the same way: of fewer events every subset under every schedule that has at most one switch more; of all
 * events every schedule that has fewer switches.
 */
function smallerOnes(system: System, one: Case, wanted: string): string[] {
  const pair = new Pair(system);
  const goal = size(one, one.deviations.length);
  const found: string[] = [];
  let runs = 0;
  for (let mask = 0; mask < 1 << one.events.length; mask++) {
    const events = one.events.filter((_, at) => (mask & (1 << at)) !== 0);
    const all = events.length === one.events.length;
    const strategy = new Departures(all ? one.deviations.length - 1 : one.deviations.length + 1);
    do {
      const result: RunResult = pair.run({ ...one, events, deviations: [] }, { strategy });
      if (++runs > runsMax) throw new Error(`more than ${runsMax} schedules of ${JSON.stringify(one.events)}`);
      if (result.failure !== undefined && signature(result.failure) === wanted && isSmaller(size({ ...one, events }, result.switches), goal) && found.length < 3) found.push(JSON.stringify(result.ran()));
    } while (strategy.next());
  }
  return found;
}

/** Failing cases as they ran, with their signatures. */
function failing(system: System, most: number): { readonly case: Case; readonly signature: string }[] {
  const pair = new Pair(system);
  const strategy = strategyByName("mixture");
  const found: { case: Case; signature: string }[] = [];
  for (let seed = 0; seed < 400 && found.length < most; seed++) {
    const result = pair.run(drawCase(system, "plain", seed, 40), { strategy });
    if (result.failure !== undefined) found.push({ case: result.ran(), signature: signature(result.failure) });
  }
  return found;
}

describe("true minimum", () => {
  test.each<[string, System]>([
    ["counter, lost update", counterSystem({ fault: "lost update" })],
    ["counter, wrong sum", counterSystem({ fault: "wrong sum" })],
    ["lock, forgotten", lockSystem({ fault: "forgotten" })],
    ["lock, taken in the wrong order", lockSystem({ fault: "wrong order" })],
    ["pool, taken", poolSystem({ fault: "taken" })],
    ["pool, full", poolSystem({ fault: "full" })],
    ["register, older wins", registerSystem({ fault: "older wins" })],
    ["register, no retry", registerSystem({ fault: "no retry" })],
    ["register, nothing sent after a crash", registerSystem({ fault: "no resend after start" })],
    ["register, another node's clock", registerSystem({ fault: "early" })],
    ["register, no order", registerSystem({ fault: "no order" })],
    ["register, a lost message never sent again by either side", registerSystem({ fault: "no retry", modelFault: "no retry" })],
    ["register, a crash that neither side mends", registerSystem({ fault: "no resend after start", modelFault: "no resend after start" })],
  ])("shrink: nothing smaller than what is left of six failing cases fails the same way (%s)", (_, system) => {
    const cases = failing(system, 6);
    expect(cases.length).toBeGreaterThan(0);
    for (const { case: one, signature: wanted } of cases) {
      const smallest = shrink(one, sameFailure(new Pair(system), wanted), system).case;
      expect(smallerOnes(system, smallest, wanted)).toEqual([]);
    }
  });

  test("shrink: a part too many does not go unseen by the search for something smaller", () => {
    const system = counterSystem({ fault: "lost update" });
    const [{ case: one, signature: wanted }] = failing(system, 1);
    const smallest = shrink(one, sameFailure(new Pair(system), wanted), system).case;
    const { core, node, command } = smallest.events[0] as Case["events"][0] & { do: "op" };
    const more = { ...smallest, events: [...smallest.events, { id: "more", do: "op" as const, core, node, command }] };
    expect(smallerOnes(system, more, wanted).length).toBeGreaterThan(0);
    const [first] = smallest.deviations;
    const detour = { ...smallest, deviations: [first, { task: first.run, step: 1, run: first.task }] };
    expect(smallerOnes(system, detour, wanted).length).toBeGreaterThan(0);
  });
});
