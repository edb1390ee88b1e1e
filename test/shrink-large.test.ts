/** Cases of a thousand events: what it takes to make them small is counted in steps, as the time that they take depends on the machine. */
import { describe, expect, test } from "vitest";
import type { Case } from "../harness/engine/case.ts";
import { drawCase } from "../harness/engine/draw.ts";
import { Pair, type Strategy } from "../harness/engine/run.ts";
import { InOrder } from "../harness/engine/shrink/in-order.ts";
import { sameFailure, type Answer } from "../harness/engine/shrink/oracle.ts";
import type { Hints } from "../harness/engine/shrink/order.ts";
import { shrink } from "../harness/engine/shrink/shrink.ts";
import { MixtureStrategy } from "../harness/engine/strategy/mixture.ts";
import { signature, type Failure } from "../harness/engine/verdict.ts";
import { planted } from "../harness/mutants/planted.ts";
import { implementationWith } from "../harness/systems/sources.ts";
import { counterSystem } from "./toys/counter.ts";

/** Events from which a case counts as large here; the shrinker draws the line lower. */
const large = 100;

/** Shrinks the failing case of that seed; steps are told as multiples of those of the case itself. */
function shrunk(id: string, seed: number): { readonly events: number; readonly left: Case; readonly oneMinimal: boolean; readonly steps: number; readonly whileLarge: number; readonly again: Case } {
  const { system, texts } = planted(id);
  const pair = new Pair(system, { implementation: implementationWith(system.name, texts) });
  const first = pair.run(drawCase(system, system.profiles[0], seed, 1100), { strategy: new MixtureStrategy() });
  const one = first.ran();
  let steps = 0;
  let whileLarge = 0;
  const run: Pair["run"] = (candidate, options) => {
    const result = pair.run(candidate, options);
    steps += result.steps;
    if (candidate.events.length >= large) whileLarge = steps;
    return result;
  };
  const oracle = sameFailure({ run }, signature(first.failure!));
  const { case: left, oneMinimal } = shrink(one, oracle, system);
  return { events: one.events.length, left, oneMinimal, steps: steps / first.steps, whileLarge: whileLarge / first.steps, again: shrink(left, oracle, system).case };
}

describe("a large case", () => {
  test.each([
    ["NAT-10/loser-drops", 21],
    ["NAT-10/loser-drops", 23],
    ["NAT-14/last-user", 17],
    ["QUOTA-9/zeros-core", 86],
    ["RSS-3/anybody-moves", 106],
    ["SLAB-7/counted-before", 16],
    ["NODE-2/denied-port", 106],
    ["NAT-22/own-port-kept", 115],
  ])("shrink: %s of seed %i is a handful of events after few runs of the whole", (id, seed) => {
    const { events, left, oneMinimal, steps, whileLarge, again } = shrunk(id, seed);
    expect(events).toBeGreaterThan(800);
    expect(left.events.length).toBeLessThanOrEqual(6);
    expect(whileLarge).toBeLessThan(40);
    expect(steps).toBeLessThan(100);
    expect(oneMinimal).toBe(true);
    expect(again).toEqual(left);
  });

  // Without any few of their events they run another way: taking out what can be taken takes 50 to 800 times the steps of the case.
  test.each([
    ["NAT-10/never-waits", 108, 6],
    ["NAT-16/candidates-key", 8, 6],
    ["NODE-3/whose-undo", 31, 12],
    ["NODE-3/whose-undo", 109, 6],
  ])("shrink: %s of seed %i, a chaotic one, fails with some of its events under another schedule", (id, seed, most) => {
    const { events, left, oneMinimal, whileLarge } = shrunk(id, seed);
    expect(events).toBeGreaterThan(600);
    expect(left.events.length).toBeLessThanOrEqual(most);
    expect(whileLarge).toBeLessThan(20);
    expect(oneMinimal).toBe(true);
  });
});

describe("the last events of a large case", () => {
  test("shrink: they are tried by themselves, also where nothing fails with more of them than a few", () => {
    const system = counterSystem();
    const one: Case = { ...drawCase(system, "plain", 3, 400), deviations: [] };
    const few = new Set([...one.events.slice(0, 8), ...one.events.slice(-12)].map(({ id }) => id));
    const failure: Failure = { verdict: "diverges", rules: [], step: 1, task: "", observable: "made up", expected: "", found: "" };
    const fails = ({ events }: Case): boolean => events.length === one.events.length || (events.every(({ id }) => few.has(id)) && events.at(-1)?.id === one.events.at(-1)!.id);
    const result = shrink(one, (candidate) => (fails(candidate) ? { failure, ran: () => candidate } : undefined), system);
    expect(one.events.length).toBeGreaterThan(large);
    expect(result.case.events.map(({ id }) => id)).toEqual([one.events.at(-1)!.id]);
  });
});

describe("schedules drawn anew", () => {
  const inOrder = "in order";

  /** What a case of 400 events is run under, one schedule for each candidate, where it gives way at this share of its steps. */
  function runUnder(share: number): string[] {
    const system = counterSystem();
    const drawn = drawCase(system, "plain", 3, 400);
    const order = drawn.events.map(({ id }) => id);
    const deviations = order.slice(0, order.length * share).map((id) => ({ task: id, step: 0, run: id }));
    const one: Case = { ...drawn, deviations };
    const failure: Failure = { verdict: "diverges", rules: [], step: 1, task: "", observable: "made up", expected: "", found: "" };
    const names: string[] = [];
    shrink(
      one,
      (candidate, strategy) => {
        if (strategy !== undefined) names.push(strategy instanceof InOrder ? inOrder : strategy.name);
        return candidate.events.length === one.events.length && candidate.deviations.length === one.deviations.length ? { failure, ran: () => one, order: () => order } : undefined;
      },
      system,
      { candidatesMax: 1500 },
    );
    expect(names.length).toBeGreaterThan(500);
    return names;
  }
  const drawnUnder = (share: number): string[] => runUnder(share).filter((name) => name !== inOrder);

  test("shrink: a case that gives way at every other step is mostly drawn so, any other under the mixture", () => {
    const often = drawnUnder(1 / 2);
    const partOf = (name: string): number => often.filter((one) => one === name).length / often.length;
    expect(partOf("random")).toBeGreaterThan(0.4);
    expect(partOf("round-robin")).toBeGreaterThan(0.15);
    expect(partOf("mixture")).toBeGreaterThan(0.15);
    expect(new Set(drawnUnder(1 / 4))).toEqual(new Set(["mixture"]));
  });

  test("shrink: a case that gives way at every other step is drawn before it is tried as it ran; of any other the last events are tried so first", () => {
    const turns = (share: number): (string | undefined)[] => stretches(runUnder(share)).map(([name]) => name);
    expect(turns(1 / 2).slice(0, 3)).toEqual(["drawn", inOrder, "drawn"]);
    expect(turns(1 / 4).slice(0, 4)).toEqual([inOrder, "drawn", inOrder, "drawn"]);
  });
  test("shrink: where nothing goes in order, families of events are given up at the second look, after eight tries each", () => {
    expect(stretches(runUnder(1 / 4))[2].length).toBe(16);
  });
  /** Candidates in order, and between them those under schedules drawn anew. */
  function stretches(names: readonly string[]): string[][] {
    const all: string[][] = [];
    for (const one of names) {
      const name = one === inOrder ? inOrder : "drawn";
      if (all.at(-1)?.[0] === name) all.at(-1)!.push(name);
      else all.push([name]);
    }
    return all;
  }
});

describe("cases drawn anew", () => {
  const failure: Failure = { verdict: "diverges", rules: [], step: 1, task: "", observable: "made up", expected: "", found: "" };
  /** Its configuration is none that is ever drawn. */
  const one = drawCase(counterSystem(), "plain", 3, 400, { config: { cores: 3, counters: 7 } });
  const own = new Set(one.events);
  const isAnew = ({ events }: Case): boolean => !events.some((event) => own.has(event));
  const isItself = (candidate: Case): boolean => JSON.stringify(candidate) === JSON.stringify(one);
  const isItsConfig = ({ config }: Case): boolean => JSON.stringify(config) === JSON.stringify(one.config);

  test.each([
    ["its own", true],
    ["another", false],
  ])("shrink: what none of the events of a case meets again is met by others under %s configuration", (_, its) => {
    const fails = (candidate: Case): boolean => isItself(candidate) || (candidate.events.length > 20 && isAnew(candidate) && isItsConfig(candidate) === its);
    const { case: left } = shrink(one, (candidate) => (fails(candidate) ? { failure, ran: () => candidate } : undefined), counterSystem());
    expect(left.events.length).toBe(21);
    expect(isAnew(left)).toBe(true);
  });

  /** What is tried under a schedule with these hints, where nothing fails but the case itself. */
  function triedWith(hints: Hints): Case[] {
    const tried: Case[] = [];
    shrink(
      one,
      (candidate, strategy) => {
        if (strategy !== undefined) tried.push(candidate);
        return isItself(candidate) ? { failure, ran: () => one } : undefined;
      },
      hints,
      { candidatesMax: 3000 },
    );
    return tried;
  }
  test("shrink: they are others in every round, small ones, and run to rest where the case is", () => {
    const drawn = triedWith(counterSystem()).filter(isAnew);
    expect(drawn.length).toBeGreaterThan(300);
    expect(new Set(drawn.map(({ seed }) => seed)).size).toBe(drawn.length);
    expect(Math.max(...drawn.map(({ events }) => events.length))).toBeLessThan(large);
    expect(new Set(drawn.map(({ rest }) => rest))).toEqual(new Set([one.rest]));
  });
  test("shrink: before any of them the last events of the case are tried, and after them others", () => {
    const tried = triedWith(counterSystem());
    const first = tried.findIndex(isAnew);
    const endsWithTheLast = ({ events }: Case): boolean => events.at(-1) === one.events.at(-1);
    expect(first).toBeGreaterThan(10);
    expect(tried.slice(0, first).every(endsWithTheLast)).toBe(true);
    expect(tried.slice(first).every((candidate) => isAnew(candidate) || endsWithTheLast(candidate))).toBe(false);
  });
  test("shrink: where cases come about in another way there are none", () => {
    expect(triedWith({ ...counterSystem(), drawEvents: undefined }).filter(isAnew)).toEqual([]);
  });
});

describe("families of events", () => {
  test("shrink: beside what cannot go they go one by one, and many at once again further on", () => {
    const system = counterSystem();
    const one: Case = { ...drawCase(system, "plain", 3, 1000), deviations: [] };
    const needed = one.events.filter((_, at) => at % 60 === 0 || at === one.events.length - 1).map(({ id }) => id);
    const failure: Failure = { verdict: "diverges", rules: [], step: 1, task: "", observable: "made up", expected: "", found: "" };
    let asked = 0;
    const result = shrink(
      one,
      (candidate, strategy) => {
        if (strategy === undefined && candidate.events.length >= large) asked++;
        const ids = new Set(candidate.events.map(({ id }) => id));
        return needed.every((id) => ids.has(id)) ? { failure, ran: () => candidate } : undefined;
      },
      system,
    );
    expect(result.case.events.map(({ id }) => id)).toEqual(needed);
    // The last events by themselves: some 30. In each of 16 gaps down to one by halves, and up again: some 12.
    expect(asked).toBeLessThan(240);
  });
});

describe("what goes in large parts", () => {
  test("shrink: where nothing goes it is given up soon, for schedules drawn anew", () => {
    const system = counterSystem();
    const one: Case = { ...drawCase(system, "plain", 3, 1000), deviations: [] };
    const failure: Failure = { verdict: "diverges", rules: [], step: 1, task: "", observable: "made up", expected: "", found: "" };
    let [drawn, inARow, most] = [0, 0, 0];
    const ask = (candidate: Case, strategy?: Strategy): Answer | undefined => {
      if (strategy !== undefined) drawn++;
      inARow = strategy === undefined ? inARow + 1 : 0;
      most = Math.max(most, inARow);
      return candidate.events.length === one.events.length ? { failure, ran: () => one } : undefined;
    };
    shrink(one, ask, system, { late: () => drawn > 1000 });
    // The last events by themselves, some 30; some 16 families and more.
    expect(drawn).toBeGreaterThan(1000);
    expect(most).toBeLessThan(60);
  });
});

/** Tasks by name on cores by number, and what an order moves of those that can run. */
function following(order: readonly string[], tasks: readonly (readonly [id: string, core: number])[]): { next(...runnable: string[]): string; done(id: string): void } {
  const ids = tasks.map(([id]) => id);
  const strategy = new InOrder(order);
  strategy.begin(0, 0, ids.length, Int32Array.from(tasks, ([, core]) => core), ids);
  return {
    next: (...runnable) => {
      const slots = Int32Array.from(runnable, (id) => ids.indexOf(id));
      return ids[strategy.choose(slots, slots.length, slots[0])];
    },
    done: (id) => strategy.after(ids.indexOf(id), 2),
  };
}

describe("an order that something was taken out of", () => {
  test("shrink: an operation waits for those before it on its core, and nobody waits for one that is done", () => {
    const order = following(["a", "b", "a", "c"], [["a", 0], ["b", 0], ["c", 1]]);
    expect(order.next("c", "a")).toBe("a");
    expect(order.next("c", "a")).toBe("a");
    expect(order.next("c", "a")).toBe("a");
    order.done("a");
    expect(order.next("c", "b")).toBe("b");
    expect(order.next("b", "c")).toBe("c");
  });
  test("shrink: a turn does not wait for ever", () => {
    const order = following(["b", "c"], [["a", 0], ["b", 0], ["c", 1]]);
    let waits = 0;
    while (order.next("a", "c") === "a") waits++;
    expect(waits).toBe(64);
  });
  test("shrink: another message of the same kind on the same core stands for one that is not there", () => {
    const tasks = [["a", 0], ["b", 1], ["b/tick/0", 0], ["b/tick/1", 1], ["b/tock/0", 1], ["b/tick/2", 1]] as const;
    const order = following(["x/tick/0@1", "b/tick/1@1", "x/tick/0@1", "a"], tasks);
    expect(order.next("a", "b/tick/0", "b/tock/0", "b/tick/1", "b/tick/2")).toBe("b/tick/2");
    expect(order.next("a", "b/tick/0", "b/tock/0", "b/tick/1", "b/tick/2")).toBe("b/tick/1");
    expect(order.next("b/tick/0", "b/tock/0", "a")).toBe("a");
  });
});
