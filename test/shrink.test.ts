import { describe, expect, test } from "vitest";
import type { Case } from "../harness/engine/case.ts";
import type { System } from "../harness/engine/contract.ts";
import { drawCase } from "../harness/engine/draw.ts";
import { mix32 } from "../harness/engine/random.ts";
import { Pair, type RunOptions, type RunResult } from "../harness/engine/run.ts";
import { effective } from "../harness/engine/shrink/switches.ts";
import type { Hints } from "../harness/engine/shrink/order.ts";
import { sameFailure, type Answer } from "../harness/engine/shrink/oracle.ts";
import { shrink } from "../harness/engine/shrink/shrink.ts";
import { MixtureStrategy } from "../harness/engine/strategy/mixture.ts";
import { signature, type Failure } from "../harness/engine/verdict.ts";
import { planted } from "../harness/mutants/planted.ts";
import { systemByName } from "../harness/systems/index.ts";
import { implementationWith } from "../harness/systems/sources.ts";
import { counterSystem } from "./toys/counter.ts";
import { lockSystem } from "./toys/lock.ts";
import { poolSystem } from "./toys/pool.ts";
import { registerSystem } from "./toys/register.ts";

interface Failing {
  readonly case: Case;
  readonly failure: Failure;
}

/** Failing cases among the first 400 of a seed, as they ran. */
function failures(system: System, most: number, size = 40): Failing[] {
  const pair = new Pair(system);
  const strategy = new MixtureStrategy();
  const found: Failing[] = [];
  for (let i = 0; i < 400 && found.length < most; i++) {
    const result = pair.run(drawCase(system, system.profiles[0], mix32(11, i), size), { strategy });
    if (result.failure !== undefined) found.push({ case: result.ran(), failure: result.failure });
  }
  return found;
}

/** The first case of a campaign that shows the mutant under its rule, as it ran, with at least thirty events left. */
function caught(id: string): { readonly system: System; readonly pair: Pair; readonly one: Case; readonly wanted: string } {
  const { mutant, system, texts } = planted(id);
  const pair = new Pair(system, { implementation: implementationWith(mutant.system, texts) });
  const strategy = new MixtureStrategy();
  for (let seed = 0; seed < 3000; seed++) {
    const result = pair.run(drawCase(system, system.profiles[0], mix32(7, seed), 60), { strategy });
    if (result.failure === undefined || !result.failure.rules.includes(mutant.rule)) continue;
    const one = result.ran();
    if (one.events.length >= 30) return { system, pair, one, wanted: signature(result.failure) };
  }
  throw new Error(`${id} did not show`);
}
const operations = (one: Case): number => one.events.filter((event) => event.do === "op").length;

describe("shrink", () => {
  test("shrink: a lost update comes down to its true minimum, two operations and one switch", () => {
    const system = counterSystem({ fault: "lost update" });
    const found = failures(system, 20);
    expect(found.length).toBe(20);
    for (const { case: one, failure } of found) {
      const result = shrink(one, sameFailure(new Pair(system), signature(failure)), system);
      expect([operations(result.case), result.case.events.length, result.case.deviations.length]).toEqual([2, 2, 1]);
    }
  });

  test("shrink: the two-node register without retries comes down to one write and one lost message", () => {
    const system = registerSystem({ fault: "no retry" });
    const found = failures(system, 8);
    expect(found.length).toBeGreaterThan(0);
    for (const { case: one, failure } of found) {
      const result = shrink(one, sameFailure(new Pair(system), signature(failure)), system);
      expect(result.oneMinimal).toBe(true);
      expect(operations(result.case)).toBeLessThanOrEqual(1);
      expect(result.case.events.length).toBeLessThanOrEqual(2);
    }
  });

  test.each([
    ["counter", counterSystem({ fault: "wrong sum" })],
    ["lock", lockSystem({ fault: "wrong order" })],
    ["pool", poolSystem({ fault: "undeclared" as never })],
    ["register", registerSystem({ fault: "older wins" })],
  ])("shrink: no part of the smallest case of the %s can be taken out, and shrinking again changes nothing", (_, system: System) => {
    const found = failures(system, 4);
    expect(found.length).toBe(4);
    for (const { case: one, failure } of found) {
      const wanted = signature(failure);
      const pair = new Pair(system);
      const result = shrink(one, sameFailure(pair, wanted), system);
      expect(result.failure === undefined ? "none" : signature(result.failure)).toBe(wanted);
      const fails = (candidate: Case): boolean => {
        const run = pair.run(candidate);
        return run.failure !== undefined && signature(run.failure) === wanted;
      };
      expect(fails(result.case)).toBe(true);
      result.case.events.forEach((event, at) => {
        expect(fails({ ...result.case, events: result.case.events.toSpliced(at, 1) }), `without ${event.id}`).toBe(false);
      });
      result.case.deviations.forEach((deviation, at) => {
        expect(fails({ ...result.case, deviations: result.case.deviations.toSpliced(at, 1) }), `without the switch at ${deviation.task}`).toBe(false);
      });
      expect(shrink(result.case, sameFailure(pair, wanted), system).case).toEqual(result.case);
    }
  });

  test.each([
    ["QUOTA-2/taken-away", 8],
    ["QUOTA-14/denies-first", 4],
    ["QUOTA-9/zeros-core", 4],
  ])("shrink: chains of switches do not hold what nothing needs (%s: at most %i operations and switches)", (id, most) => {
    const { system, pair, one, wanted } = caught(id);
    const result = shrink(one, sameFailure(pair, wanted), system);
    expect(result.oneMinimal).toBe(true);
    expect(result.case.events.length + result.case.deviations.length).toBeLessThanOrEqual(most);
    expect(shrink(result.case, sameFailure(pair, wanted), system).case).toEqual(result.case);
  });

  test("shrink: one request stands for two where the system says so (PORT-26/ring-end)", () => {
    const { system, pair, one, wanted } = caught("PORT-26/ring-end");
    const left = (hints: Hints): number => shrink(one, sameFailure(pair, wanted), hints).case.events.length;
    expect(left(system)).toBeLessThan(left({ ...system, merged: undefined }));
  });

  test("shrink: time does not run backwards, whatever fails", () => {
    const system = registerSystem();
    const failure: Failure = { verdict: "diverges", rules: [], step: 1, task: "", observable: "made up", expected: "", found: "" };
    const one: Case = { ...drawCase(system, system.profiles[0], 1, 4), events: [{ id: "ev0", do: "advance", node: 0, ms: 9 }], deviations: [] };
    const result = shrink(one, (candidate) => (candidate.events.length > 0 ? { failure, ran: () => candidate } : undefined), system);
    expect(result).toMatchObject({ oneMinimal: true, case: { events: [{ ms: 0 }] } });
  });

  test("shrink: with two faults in one case each keeps its own signature", () => {
    const system = registerSystem({ fault: "older wins" });
    const met = new Set(failures(system, 40).map(({ failure }) => signature(failure)));
    for (const { case: one, failure } of failures(system, 10)) {
      const result = shrink(one, sameFailure(new Pair(system), signature(failure)), system);
      expect(signature(result.failure!)).toBe(signature(failure));
    }
    expect(met.size).toBeGreaterThan(0);
  });

  test("shrink: switches that nothing needs go, however many operations stay", () => {
    const system = counterSystem();
    const pair = new Pair(system);
    const one = pair.run(drawCase(system, "plain", 3, 40), { strategy: new MixtureStrategy() }).ran();
    const failure: Failure = { verdict: "diverges", rules: [], step: 1, task: "", observable: "made up", expected: "", found: "" };
    const result = shrink(one, (candidate) => (operations(candidate) >= 36 ? { failure, ran: () => candidate } : undefined), system);
    expect(one.deviations.length).toBeGreaterThan(5);
    expect([operations(result.case), result.case.deviations.length]).toEqual([36, 0]);
  });

  test("shrink: what stands between what is needed goes one by one", () => {
    const system = counterSystem();
    const one: Case = { ...drawCase(system, "plain", 3, 40), deviations: [] };
    const needed = one.events.filter((_, at) => at % 2 === 0).map((event) => event.id);
    const failure: Failure = { verdict: "diverges", rules: [], step: 1, task: "", observable: "made up", expected: "", found: "" };
    const result = shrink(one, (candidate) => {
      const ids = new Set(candidate.events.map((event) => event.id));
      return needed.every((id) => ids.has(id)) ? { failure, ran: () => candidate } : undefined;
    }, system);
    expect(needed.length).toBeGreaterThan(12);
    expect(result.case.events.map((event) => event.id)).toEqual(needed);
  });

  test("shrink: a time that must not be less than so much comes there in a few tries", () => {
    const system = counterSystem();
    const one: Case = { ...drawCase(system, "plain", 3, 4), events: [{ id: "a", do: "advance", node: 0, ms: 60_000 }], deviations: [] };
    const failure: Failure = { verdict: "diverges", rules: [], step: 1, task: "", observable: "made up", expected: "", found: "" };
    const result = shrink(one, (candidate) => (candidate.events.some((event) => event.do === "advance" && event.ms >= 777) ? { failure, ran: () => candidate } : undefined), system);
    expect(result.case.events).toMatchObject([{ ms: 777 }]);
    expect(result.tried).toBeLessThan(80);
  });

  test("shrink: candidates are asked lightly, the smallest in full; and all in full where that says something else", () => {
    const system = counterSystem();
    const one: Case = { ...drawCase(system, "plain", 3, 40), deviations: [] };
    const failure: Failure = { verdict: "diverges", rules: [], step: 1, task: "", observable: "made up", expected: "", found: "" };
    const asked = (leastInFull: number): { left: number; lightly: number; inFull: number } => {
      const count = { left: 0, lightly: 0, inFull: 0 };
      const ask = (way: "lightly" | "inFull", least: number) => (candidate: Case): Answer | undefined => {
        count[way]++;
        return operations(candidate) >= least ? { failure, ran: () => candidate } : undefined;
      };
      const result = shrink(one, Object.assign(ask("inFull", leastInFull), { lightly: ask("lightly", 3) }), system);
      return { ...count, left: operations(result.case) };
    };
    const agreed = asked(3);
    expect(agreed).toMatchObject({ left: 3, inFull: 1 });
    expect(agreed.lightly).toBeGreaterThan(10);
    const other = asked(5);
    expect(other).toMatchObject({ left: 5, lightly: agreed.lightly });
    expect(other.inFull).toBeGreaterThan(10);
  });

  test("shrink: lightly, what shows in steps is looked for in steps alone, and what does not is looked for as ever", () => {
    const failure: Failure = { verdict: "diverges", rules: [], step: 1, task: "", observable: "made up", expected: "", found: "" };
    const one: Case = { ...drawCase(counterSystem(), "plain", 3, 4), deviations: [] };
    const asked = (fails: (options: RunOptions) => boolean): string[] => {
      const ways: string[] = [];
      const run = (_: Case, options: RunOptions = {}): RunResult => {
        ways.push(options.stepsAlone === true ? "steps" : options.once === true ? "looks" : "in full");
        return { failure: fails(options) ? failure : undefined } as RunResult;
      };
      const oracle = sameFailure({ run }, signature(failure));
      expect([oracle.lightly!(one)?.failure, oracle.lightly!(one)?.failure, oracle(one)?.failure]).toEqual([failure, failure, failure]);
      return ways;
    };
    expect(asked(() => true)).toEqual(["steps", "steps", "in full"]);
    expect(asked((options) => options.stepsAlone !== true)).toEqual(["steps", "looks", "looks", "in full"]);
  });

  test("shrink: the case as it ran is gone on from only if it fails by itself", () => {
    const system = counterSystem();
    const one: Case = { ...drawCase(system, "plain", 3, 4), deviations: [] };
    const failure: Failure = { verdict: "diverges", rules: [], step: 1, task: "", observable: "made up", expected: "", found: "" };
    const nothing: Case = { ...one, events: [] };
    const shrunk = (proved: boolean): number => {
      let asked = 0;
      const result = shrink(one, (candidate) => (operations(candidate) < 2 ? undefined : { failure, ran: () => (asked++ === 0 ? nothing : candidate), proved: () => proved }), system);
      return operations(result.case);
    };
    expect(shrunk(false)).toBe(2);
    expect(shrunk(true)).toBe(0);
  });

  test("shrink: when the time is over what has been found so far is asked in full and kept", () => {
    const system = counterSystem();
    const one: Case = { ...drawCase(system, "plain", 3, 40), deviations: [] };
    const failure: Failure = { verdict: "diverges", rules: [], step: 1, task: "", observable: "made up", expected: "", found: "" };
    let asked = 0;
    const ask = (candidate: Case): Answer | undefined => (asked++, operations(candidate) >= 3 ? { failure, ran: () => candidate } : undefined);
    const result = shrink(one, Object.assign(ask, { lightly: ask }), system, { late: () => asked >= 5 });
    expect(result).toMatchObject({ oneMinimal: false, failure });
    expect(operations(result.case)).toBeGreaterThan(3);
    expect(operations(result.case)).toBeLessThan(operations(one));
    expect(asked).toBe(6);
  });

  test("shrink: what has just failed is not tried again first after each success", () => {
    const system = counterSystem();
    const times = Array.from({ length: 12 }, (_, at): Case["events"][number] => ({ id: `t${at}`, do: "advance", node: 0, ms: 60_000 }));
    const one: Case = { ...drawCase(system, "plain", 3, 4), events: times, deviations: [] };
    const failure: Failure = { verdict: "diverges", rules: [], step: 1, task: "", observable: "made up", expected: "", found: "" };
    const result = shrink(one, (candidate) => (candidate.events.filter((event) => event.do === "advance" && event.ms >= 777).length === 12 ? { failure, ran: () => candidate } : undefined), system);
    expect(result.case.events.every((event) => event.do === "advance" && event.ms === 777)).toBe(true);
    expect(result.tried).toBeLessThan(1000);
  });

  test.each([["counter", counterSystem()], ["lock", lockSystem()], ["port-quota", systemByName("port-quota")!], ["node", systemByName("node")!]] as const)(
    "shrink: a switch that takes effect is tried, few others are (%s)",
    (_name, system) => {
      const pair = new Pair(system);
      let [taken, passedOver, all] = [0, 0, 0];
      for (let seed = 0; seed < 10; seed++) {
        const one: Case = { ...drawCase(system, system.profiles[0], seed, 4), deviations: [] };
        const order = pair.run(one).moveOrder();
        const ids = [...new Set(order.map((turn) => turn.split("@", 1)[0]))].slice(0, 8);
        const switches = ids.flatMap((task) => [0, 1, 2, 3, 4, 5].flatMap((step) => [...ids, `${ids[0]}/absent/0`].filter((run) => run !== task).map((run) => ({ task, step, run }))));
        const tried = new Set(effective(switches, one, order));
        expect(effective(switches, one, undefined)).toEqual(switches);
        all += switches.length;
        for (const each of switches) {
          const takesEffect = pair.run({ ...one, deviations: [each] }).skippedDeviations === 0;
          if (takesEffect) expect(tried).toContain(each);
          if (takesEffect) taken++;
          else if (tried.has(each)) passedOver++;
        }
      }
      expect(taken).toBeGreaterThan(10);
      expect(taken + passedOver).toBeLessThan(all / 3);
    },
  );

  test("shrink: a smaller configuration is not tried where an event would make no sense under it", () => {
    const system = counterSystem();
    const one = drawCase(system, "plain", 3, 40);
    const failure: Failure = { verdict: "diverges", rules: [], step: 1, task: "", observable: "made up", expected: "", found: "" };
    const coresOf = (candidate: Case): number => system.coreCount(candidate.config as never, 0);
    const highest = (candidate: Case): number => Math.max(...candidate.events.map((event) => (event.do === "op" ? event.core : 0)));
    const asked: Case[] = [];
    const result = shrink(one, (candidate) => (asked.push(candidate), highest(candidate) >= 1 ? { failure, ran: () => candidate } : undefined), system);
    expect(coresOf(one)).toBeGreaterThan(2);
    expect(asked.filter((candidate) => highest(candidate) >= coresOf(candidate))).toEqual([]);
    expect([highest(result.case), coresOf(result.case)]).toEqual([1, 2]);
  });

  test("shrink: a case that does not fail is answered unchanged", () => {
    const system = counterSystem();
    const one = drawCase(system, system.profiles[0], 1, 30);
    const result = shrink(one, sameFailure(new Pair(system), "diverges|X|y"), system);
    expect(result).toMatchObject({ case: one, failure: undefined, oneMinimal: false });
  });

  test("shrink: a budget that runs out is said", () => {
    const system = counterSystem({ fault: "lost update" });
    const [{ case: one, failure }] = failures(system, 1);
    const result = shrink(one, sameFailure(new Pair(system), signature(failure)), system, { candidatesMax: 3 });
    expect(result.oneMinimal).toBe(false);
    expect(result.failure).toBeDefined();
  });
});
