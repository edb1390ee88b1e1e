import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import * as Schema from "@effect/schema/Schema";
import { afterEach, describe, expect, test, vi } from "vitest";
import { failureText } from "../harness/cli/failure-text.ts";
import { whyLines } from "../harness/cli/why-text.ts";
import type { Case, Event } from "../harness/engine/case.ts";
import type { Command, Findings, Moved, System } from "../harness/engine/contract.ts";
import { loadWith } from "../harness/engine/loader/load.ts";
import { Pair, type RunOptions } from "../harness/engine/run.ts";
import { signature, type Failure } from "../harness/engine/verdict.ts";
import { decisionOf } from "../harness/engine/why/decision.ts";
import { explain, type Heard } from "../harness/engine/why/explain.ts";
import type { Explanation } from "../harness/engine/why/explanation.ts";
import { History } from "../harness/engine/why/history.ts";
import { Listener } from "../harness/engine/why/listener.ts";
import { Runs } from "../harness/engine/why/runs.ts";
import { WhyReport } from "../spec/report-schema.ts";
import { CounterImplementation, CounterModel, counterSystem } from "./toys/counter.ts";
import { LockModel, lockSystem } from "./toys/lock.ts";

const own: Heard = { sides: () => ({}) };

const operation = <C extends Command>(id: string, core: number, command: C): Event => ({ id, do: "op", node: 0, core, command });
const add = (id: string, core: number, counter = 0, amount = 1): Event => operation(id, core, { kind: "add", counter, amount });
const transfer = (id: string, core: number, from: number, to: number, amount = 1): Event => operation(id, core, { kind: "transfer", from, to, amount });
/** `op0@1>op1`: when op0 has made one move, go over to op1. */
function caseOf(system: System, config: unknown, events: readonly Event[], switches: readonly string[] = []): Case {
  const deviations = switches.map((text) => {
    const [, task, step, run] = /^(.*)@(\d+)>(.*)$/.exec(text)!;
    return { task, step: Number(step), run };
  });
  return { format: 1, system: system.name, profile: system.profiles[0], config, seed: 0, events, deviations, rest: false };
}
function failureOf(system: System, one: Case, options: RunOptions = {}): Failure {
  const { failure } = new Pair(system).run(one, options);
  if (failure === undefined) throw new Error("the case conforms");
  return failure;
}
const whyOf = (system: System, one: Case, programs: Heard = own): Explanation => explain(system, one, failureOf(system, one), programs);
const steps = (why: Explanation): string[] => why.slice.map(({ step, task }) => `${step} ${task}`);
const failing = (why: Explanation): number[] => why.likelihood!.after.map((odds) => odds.failing);

const lostUpdate = counterSystem({ fault: "lost update" });
const counters = { cores: 3, counters: 2 };
const lost = caseOf(lostUpdate, counters, [add("op0", 0), add("op1", 1)], ["op0@1>op1"]);

/** The lock toy with every access to its memory heard. */
function heardLock(fault: "forgotten" | "held"): Heard {
  const file = (name: string): string => fileURLToPath(new URL(`toys/${name}.ts`, import.meta.url));
  return {
    sides: () => ({}),
    heard: () => {
      const discipline = new Listener();
      const exports = loadWith(file("lock"), new Map(), new Map([[file("shared"), discipline.accessor]]));
      return { implementation: new exports.LockImplementation(fault), discipline };
    },
  };
}

describe("slice", () => {
  test("SLICE: of a lost update it holds the look of one, the store of the other, and the store that fails", () => {
    const why = whyOf(lostUpdate, lost);
    expect(why.sees).toBe("entries");
    expect(steps(why)).toEqual(["1 op0", "3 op1", "4 op0"]);
    const entry = "counter.value[0]";
    expect(why.slice.map((step) => step.on)).toEqual([[], [], [{ step: 1, how: "looked", entry }, { step: 3, how: "wrote", entry }]]);
    expect(why.slice.map((step) => step.stages)).toEqual([[], ["add"], ["add"]]);
  });

  test("SLICE: what has nothing to do with it is left out, whenever it ran", () => {
    for (const events of [[add("other", 2, 1), add("op0", 0), add("op1", 1)], [add("op0", 0), add("op1", 1), add("other", 2, 1)]])
      for (const switches of [["op0@1>op1"], ["op0@1>other", "op0@1>op1"], ["op0@1>op1", "op1@1>other"]]) {
        const why = whyOf(lostUpdate, caseOf(lostUpdate, counters, events, switches));
        const victim = why.slice.at(-1)!.task;
        expect(why.slice.map(({ task }) => task)).toEqual([victim, victim === "op0" ? "op1" : "op0", victim]);
        expect(why.leftOut).toEqual(["other"]);
      }
  });

  test("SLICE: it goes on to what those steps depend on", () => {
    // The wrong sum comes of the ten that two earlier operations made.
    const system = counterSystem({ fault: "wrong sum" });
    const one = caseOf(system, counters, [add("op0", 0, 0, 5), add("op1", 1, 0, 5), add("other", 1, 1, 5), add("op2", 2, 0, 1)]);
    const why = whyOf(system, one);
    expect(steps(why)).toEqual(["2 op0", "3 op1", "4 op1", "7 op2", "8 op2"]);
    expect(why.leftOut).toEqual(["other"]);
    expect(why.slice[2].on).toEqual([{ step: 2, how: "wrote", entry: "counter.value[0]" }, { step: 3, how: "looked", entry: "counter.value[0]" }]);
  });

  test("SLICE: a look of which nothing is known is taken in; where accesses are heard, only what matters", () => {
    const system = lockSystem({ fault: "forgotten" });
    const one = caseOf(system, { cores: 3, accounts: 4 }, [transfer("op0", 0, 0, 1), transfer("op1", 1, 0, 1), transfer("other", 2, 2, 3)], ["op0@1>op1", "op1@1>other"]);
    expect(steps(whyOf(system, one))).toEqual(["1 op0", "2 op1", "5 op0", "6 op1"]);
    const why = whyOf(system, one, heardLock("forgotten"));
    expect(why.sees).toBe("words");
    expect(steps(why)).toEqual(["2 op1", "5 op0", "6 op1"]);
    expect(why.leftOut).toEqual(["other"]);
  });

  test("SLICE: in a deadlock it begins at those who wait", () => {
    const system = lockSystem({ fault: "wrong order" });
    const why = whyOf(system, caseOf(system, { cores: 2, accounts: 2 }, [transfer("op0", 0, 0, 1), transfer("op1", 1, 1, 0)], ["op0@1>op1"]));
    expect(new Set(why.slice.map(({ task }) => task))).toEqual(new Set(["op0", "op1"]));
    expect(why.decision).toMatchObject({ kind: "removed", deviations: [] });
  });

  test("SLICE: of what is owed at the end it begins at whoever left it so", () => {
    class Owing extends CounterModel {
      override obligations(found?: Findings): void {
        if (this.read(0) > 1) found?.add(0, 0, "the counter holds more than one");
      }
    }
    const owing = { ...counterSystem(), model: () => new Owing() };
    const one = { ...caseOf(owing, counters, [add("op0", 0), add("op1", 1), add("op2", 0, 1, 0)]), rest: true };
    expect(failureOf(owing, one)).toMatchObject({ verdict: "obligation missed", task: "" });
    const why = whyOf(owing, one);
    expect(steps(why)).toEqual(["2 op0", "3 op1", "4 op1"]);
    expect(why.leftOut).toEqual(["op2"]);
    expect(failing(why).every((count) => count === 100)).toBe(true);
  });

  test("SLICE: who waited depends on who let go", () => {
    const system = lockSystem({ fault: "held" });
    // The first transfer moves nothing, so that the second depends on it by its locks alone.
    const one = caseOf(system, { cores: 2, accounts: 2 }, [transfer("op0", 0, 0, 1, 12), transfer("op1", 1, 0, 1)], ["op0@1>op1"]);
    const history = new History(undefined);
    new Pair(system).run(one, { recorder: history, footprint: true });
    const blocked = history.steps.find((step) => step.record.next === 1)!.record;
    const end = history.steps.find((step) => step.record.freed.includes(blocked.blockedOn))!.record;
    expect([blocked.task, end.task]).toEqual(["op1", "op0"]);
    class Strict extends LockModel {
      override judge(slot: number, said: Moved, witnessAt: number, moved: Moved): number {
        if (slot === 1) moved.outcome.push(9);
        return super.judge(slot, said, witnessAt, moved);
      }
    }
    const strict = { ...system, model: () => new Strict() };
    const why = whyOf(strict, one);
    expect(why.slice.at(-1)!.on).toContainEqual({ step: end.step, how: "freed", entry: "" });
  });
});

describe("unneeded", () => {
  test("UNNEEDED: what a model only looks over is left out, if the case fails without it just so", () => {
    class Scanning extends CounterModel {
      override judge(slot: number, said: Moved, witnessAt: number, moved: Moved): number {
        moved.reads.push(0);
        moved.reads.push(1);
        return super.judge(slot, said, witnessAt, moved);
      }
    }
    const scanning = { ...lostUpdate, model: () => new Scanning() };
    const why = whyOf(scanning, caseOf(scanning, counters, [add("other", 2, 1), ...lost.events], ["op0@1>op1"]));
    expect(steps(why)).toEqual(["3 op0", "5 op1", "6 op0"]);
    expect(why.leftOut).toEqual(["other"]);
  });

  test("UNNEEDED: of two that each would do one is kept", () => {
    const why = whyOf(lostUpdate, caseOf(lostUpdate, counters, [...lost.events, add("op2", 2)], ["op0@1>op1", "op0@1>op2"]));
    expect(why.leftOut).toEqual(["op2"]);
    expect(steps(why)).toEqual(["1 op0", "3 op1", "6 op0"]);
  });

  test("UNNEEDED: what makes it fail in another way is kept", () => {
    // Without op2 the balance differs, with it the answer.
    const system = lockSystem({ fault: "forgotten" });
    const one = caseOf(system, { cores: 3, accounts: 2 }, [transfer("op0", 0, 0, 1, 4), transfer("op1", 1, 0, 1, 4), transfer("op2", 2, 0, 1, 4)], ["op0@1>op1", "op0@1>op2"]);
    expect([one, { ...one, events: one.events.slice(0, 2) }].map((each) => failureOf(system, each).observable)).toEqual(["outcome", "account.balance"]);
    expect(whyOf(system, one).leftOut).toEqual([]);
  });
});

describe("decision", () => {
  test("DECISION: of a lost update it is the switch; without it the case conforms", () => {
    const { decision } = whyOf(lostUpdate, lost);
    expect(decision).toEqual({ kind: "removed", tried: 1, deviation: lost.deviations[0], first: { task: "op1", move: 1, step: 2 }, second: { task: "op0", move: 2, step: 4 }, deviations: [] });
    expect(new Pair(lostUpdate).run({ ...lost, deviations: [] }).failure).toBeUndefined();
  });

  test("DECISION: there is none where the case fails in order", () => {
    const system = counterSystem({ fault: "wrong sum" });
    const why = whyOf(system, caseOf(system, counters, [add("op0", 0, 0, 10), add("op1", 0)]));
    expect(why.decision).toEqual({ kind: "in order" });
    expect(failing(why)).toEqual([100, 100, 100, 100, 100]);
    expect(why.likelihood!.noReturn).toBe(0);
  });

  test("DECISION: where one alone does not help, none is named", () => {
    const twice = caseOf(lostUpdate, { cores: 4, counters: 2 }, [add("op0", 0), add("op1", 1), add("op2", 2, 1), add("op3", 3, 1)], ["op0@1>op1", "op2@1>op3"]);
    const { decision } = whyOf(lostUpdate, twice);
    expect(decision.kind).toBe("none");
    expect((decision as { tried: number }).tried).toBeGreaterThan(4);
  });

  test("DECISION: another task in the place of a switch, or two steps changed about, do as well, if they were run twice and conformed", () => {
    const history = new History(undefined);
    new Pair(lostUpdate).run(lost, { recorder: history, footprint: true });
    const swapped = { task: "op0", step: 0, run: "op1" };
    /** Programs under which nothing helps but what `good` says. */
    const runs = (good: (one: Case, isOrder: boolean) => boolean): Runs =>
      Object.assign(new Runs(lostUpdate, () => ({})), {
        run: (one: Case, options: RunOptions = {}) => ({ failure: good(one, options.strategy !== undefined) ? undefined : {}, ran: () => ({ ...one, deviations: options.strategy === undefined ? one.deviations : [swapped] }) }),
      });
    const third = [...history.steps, { ...history.steps[0], record: { ...history.steps[0].record, task: "op2" } }];
    expect(decisionOf(lost, third, runs((one) => one.deviations[0]?.run === "op2"))).toMatchObject({ kind: "other choice", deviation: lost.deviations[0], deviations: [{ run: "op2" }] });
    expect(decisionOf(lost, history.steps, runs((one, isOrder) => isOrder || one.deviations[0] === swapped))).toMatchObject({ kind: "swapped", deviation: null, first: { task: "op1", step: 3 }, second: { task: "op0", step: 4 }, deviations: [swapped] });
    expect(decisionOf(lost, history.steps, runs((_, isOrder) => isOrder))).toMatchObject({ kind: "none" });
  });
});

describe("likelihood", () => {
  test("ODDS: before the switch of a lost update it is between 0 and 1, after it 1", () => {
    const { after, noReturn } = whyOf(lostUpdate, lost).likelihood!;
    expect(after.map((odds) => odds.step)).toEqual([0, 1, 2, 3, 4]);
    // By counting: whoever looks first, the next step is the other's look in one run of two, and nothing else loses an update.
    for (const odds of after.slice(0, 2)) expect(Math.abs(odds.failing / odds.runs - 1 / 2)).toBeLessThan(0.15);
    for (const odds of after.slice(2)) expect(odds.failing).toBe(odds.runs);
    expect(noReturn).toBe(2);
  });

  test("ODDS: what fails in another way is not counted", () => {
    // Whoever looks too early is wrong about the answer if the balance was spent meanwhile, about the balance if not.
    const system = lockSystem({ fault: "forgotten" });
    const events = [transfer("op0", 0, 0, 1, 6), transfer("op1", 1, 0, 1, 6), transfer("op2", 2, 2, 3), transfer("op3", 3, 2, 3)];
    const ways = [["op0@1>op1"], ["op0@0>op2", "op2@1>op3"]].map((switches) => caseOf(system, { cores: 4, accounts: 4 }, events, switches));
    const [answer, balance] = ways.map((one) => signature(failureOf(system, one)));
    expect(answer).not.toBe(balance);
    const explained = ways.map((one) => whyOf(system, one));
    const shares = explained.map((why) => failing(why)[0]);
    expect(Math.min(...shares)).toBeGreaterThan(0);
    expect(shares[0] + shares[1]).toBeLessThanOrEqual(100);
    for (const why of explained) expect(failing(why).at(-1)).toBe(100);
  });

  test("ODDS: the same case and seed say the same, another seed draws anew", () => {
    const one = caseOf(lostUpdate, counters, [add("op0", 0), add("op1", 1), add("op2", 2)], ["op0@1>op1"]);
    const failure = failureOf(lostUpdate, one);
    const why = explain(lostUpdate, one, failure, own);
    expect(explain(lostUpdate, one, failure, own)).toEqual(why);
    expect(failing(explain(lostUpdate, one, failure, own, { seed: 9 }))).not.toEqual(failing(why));
    expect(explain(lostUpdate, one, failure, own, { runs: 7 }).likelihood!.after[0].runs).toBe(7);
  });

  test("ODDS: a long run is explained at a bounded cost", () => {
    const many = Array.from({ length: 40 }, (_, at) => add(`more${at}`, 2, 1));
    const why = whyOf(lostUpdate, caseOf(lostUpdate, counters, [...many, ...lost.events], ["op0@1>op1"]));
    expect(why.likelihood).not.toBeNull();
    const { after } = why.likelihood!;
    expect(after[0].runs).toBeLessThan(100);
    expect(after[0].runs).toBeGreaterThanOrEqual(10);
    const longer = Array.from({ length: 70 }, (_, at) => add(`more${at}`, 2, 1));
    expect(whyOf(lostUpdate, caseOf(lostUpdate, counters, [...longer, ...lost.events], ["op0@1>op1"]))).toMatchObject({ sees: "entries", decision: { kind: "removed" }, likelihood: null });
  });

  test("ODDS: continuations that never end are broken off", () => {
    class Looping extends CounterImplementation {
      #moves: number[] = [];
      override open(setup: Parameters<CounterImplementation["open"]>[0]): void {
        super.open(setup);
        this.#moves = [];
      }
      override move(slot: number, moved: Moved): void {
        this.#moves.push(slot);
        // Any order but that of the case.
        while (this.#moves[0] === 1);
        super.move(slot, moved);
      }
    }
    const system = { ...lostUpdate, implementation: () => new Looping("lost update") };
    const why = whyOf(system, lost);
    expect(why.likelihood).toBeNull();
    expect(steps(why)).toEqual(["1 op0", "3 op1", "4 op0"]);
  });
});

describe("what is told", () => {
  afterEach(() => void vi.unstubAllEnvs());
  const sayings = (system: System, one: Case): string[] => whyLines(whyOf(system, one), one);

  test("WHY: nothing is said of what does not come back reliably", () => {
    const nothing = { sees: "nothing", slice: [], decision: { kind: "not asked" }, likelihood: null };
    const failure = failureOf(lostUpdate, lost);
    for (const verdict of ["hung", "nondeterministic"] as const) expect(explain(lostUpdate, lost, { ...failure, verdict }, own)).toMatchObject(nothing);
    expect(explain(lostUpdate, { ...lost, deviations: [] }, failure, own)).toMatchObject(nothing);
    expect(whyLines(explain(lostUpdate, lost, { ...failure, verdict: "hung" }, own), lost)).toEqual([]);
  });

  test("WHY: it is data that its schema knows, and a few lines", () => {
    const decode = Schema.decodeUnknownSync(WhyReport, { onExcessProperty: "error" });
    const wrong = counterSystem({ fault: "wrong sum" });
    const cases: [System, Case][] = [
      [lostUpdate, lost],
      [wrong, caseOf(wrong, counters, [add("op0", 0, 0, 10), add("op1", 0)])],
      [lostUpdate, caseOf(lostUpdate, { cores: 4, counters: 2 }, [add("op0", 0), add("op1", 1), add("op2", 2, 1), add("op3", 3, 1)], ["op0@1>op1", "op2@1>op3"])],
      // The ten stand there only if the five is added first, or last but for one.
      [wrong, caseOf(wrong, counters, [add("op0", 0, 0, 10), add("op1", 1), add("op2", 2, 0, 3)])],
    ];
    for (const [system, one] of cases) {
      const why = whyOf(system, one);
      expect(decode(JSON.parse(JSON.stringify(why)))).toEqual(why);
      expect(whyLines(why, one).length).toBeLessThanOrEqual(5);
    }
    expect(sayings(...cases[0])).toEqual([
      "steps that matter  op0: 1, op1: 3, op0: 4",
      "step 4 of op0  reads what step 3 of op1 wrote: counter.value[0]",
      "conforms if        step 4 of op0 comes before step 2 of op1 (run and seen)",
      expect.stringMatching(/^at random {10}\d+ % of runs fail from the start, \d+ % before and 100 % after step 2 of op1: the point of no return$/),
    ]);
    expect(sayings(...cases[1]).at(-1)).toBe("schedule           fails in every order tried (100 at random)");
    expect(sayings(...cases[3]).slice(-2)).toEqual(["schedule           fails in order, with no switch at all", expect.stringMatching(/^at random {10}\d+ % of runs fail from the start, \d+ % before and 100 % after step 2 of op0: the point of no return$/)]);
    expect(sayings(...cases[2]).join("\n")).toMatch(/no part in it {6}op2, op3\nschedule {11}no single decision makes it conform \(\d+ tried\)/);
  });

  test("WHY: the report of a failure tells it after the case, in narrow places too", () => {
    vi.stubEnv("COLUMNS", "40");
    const text = stripVTControlCharacters(failureText({ failure: failureOf(lostUpdate, lost), case: lost, met: 1, files: [], replay: "replay it", why: whyOf(lostUpdate, lost) }, lostUpdate));
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(40);
    expect(text.replace(/\s+/g, " ")).toMatch(/over to op1.* why steps that matter op0: 1, op1: 3, op0: 4 .*point of no return replay/);
  });

  test("WHY: broken discipline is looked for by those who are watched", () => {
    const failure: Failure = { verdict: "discipline broken", rules: [], step: 1, task: "op0", observable: "discipline", expected: "", found: "" };
    const one = caseOf(lostUpdate, counters, [add("op0", 0), add("op1", 1)]);
    const watch = { beginStep: () => undefined, endStep: () => ({ rule: -1, text: "always wrong" }) };
    const why = explain(counterSystem(), one, failure, { sides: () => ({}), watched: () => ({ discipline: watch }) });
    expect(steps(why)).toEqual(["1 op0"]);
    expect(failing(why)).toEqual([100, 100]);
    expect(explain(counterSystem(), one, failure, own)).toMatchObject({ sees: "nothing" });
  });
});
