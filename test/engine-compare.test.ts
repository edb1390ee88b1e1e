import { describe, expect, it } from "vitest";
import type { Case } from "../harness/engine/case.ts";
import type { Findings, Model, Moved, Side, System } from "../harness/engine/contract.ts";
import { drawCase } from "../harness/engine/draw.ts";
import { Alone, Pair, checkDeterminism, runImplementationAlone, runModelAlone, withoutTraps } from "../harness/engine/run.ts";
import type { RunResult, StepRecord } from "../harness/engine/run.ts";
import { signature } from "../harness/engine/verdict.ts";
import { CounterImplementation, counterSystem } from "./toys/counter.ts";
import { lockSystem } from "./toys/lock.ts";
import { AnyTask, op, play, scripted } from "./toys/play.ts";
import type { Script } from "./toys/play.ts";
import { poolSystem } from "./toys/pool.ts";
import { registerSystem } from "./toys/register.ts";
import { ScriptSide, Shifted, scriptSystem } from "./toys/script.ts";

/** A script side that says something else than it did. */
class Skewed extends ScriptSide {
  readonly #skew: (moved: Moved, slot: number) => void;
  constructor(skew: (moved: Moved, slot: number) => void) {
    super();
    this.#skew = skew;
  }
  override move(slot: number, moved: Moved): void {
    super.move(slot, moved);
    this.#skew(moved, slot);
  }
  override judge(slot: number, said: Moved, witnessAt: number, moved: Moved): number {
    const at = super.judge(slot, said, witnessAt, moved);
    this.#skew(moved, slot);
    return at;
  }
}
/** Two acts in one move. */
class Fused extends ScriptSide {
  override move(slot: number, moved: Moved): void {
    super.move(slot, moved);
    if (moved.next === 0) super.move(slot, moved);
  }
}
const m = { node: 1, core: 1, label: "m", body: [4] };
const t = { core: 0, label: "t", atMs: 9, body: [4] };

function compare(acts: string, implementation: Side, model: Model = new ScriptSide()): RunResult {
  return new Pair(scriptSystem(), { implementation, model }).run(scripted({ nodes: 2, scripts: { m: ["step"], t: ["step"] }, events: [op(acts)] }));
}

describe("comparison", () => {
  const said: [string, string, (moved: Moved) => void, string][] = [
    ["next, when one goes on", "step", (moved) => void (moved.next = 0), "diverges|SCRIPT-1|next"],
    ["next, when one ends", "step, step", (moved) => void (moved.next = 2), "diverges|SCRIPT-1|next"],
    ["outcome", "step", (moved) => moved.outcome.push(1), "diverges|SCRIPT-1|outcome"],
    ["yields", "step", (moved) => void (moved.yields = 2), "diverges|SCRIPT-1|yields"],
    ["a stage of another number", "step", (moved) => void (moved.stages.items[0] = 3), "diverges|SCRIPT-1|stage"],
    ["a stage more than the operation has", "step", (moved) => moved.stages.push(0), "diverges|SCRIPT-1|stage"],
    ["no stage at its end", "step", (moved) => moved.stages.clear(), "diverges|SCRIPT-1|next"],
    ["a message too many", "step", (moved) => void moved.sent.push(m), "diverges|SCRIPT-1|sent"],
    ["a timer too many", "step", (moved) => void moved.timers.push(t), "diverges|SCRIPT-1|timers"],
    ["an entry that is not there", "step", (moved) => moved.writes.push(8), "crashed|-|writes"],
  ];
  it.each(said)("COMPARE: %s", (_, acts, skew, expected) => {
    expect(signature(compare(acts, new Skewed(skew)).failure!)).toBe(expected);
    expect(compare(acts, new ScriptSide()).failure).toBeUndefined();
  });

  const sent: [string, Partial<typeof m>][] = [["node", { node: 0 }], ["core", { core: 0 }], ["label", { label: "t" }], ["body", { body: [5] }], ["length of the body", { body: [] }]];
  it.each(sent)("COMPARE: a message that differs in its %s", (_, other) => {
    const sends = (message: typeof m): Skewed => new Skewed((moved) => void moved.sent.push(message));
    const once = (message: typeof m): Skewed => new Skewed((moved, slot) => void (slot === 0 && moved.sent.push(message)));
    expect(signature(compare("step", sends({ ...m, ...other }), sends(m)).failure!)).toBe("diverges|SCRIPT-1|sent");
    expect(compare("step", once(m), once(m)).failure).toBeUndefined();
  });
  const timers: [string, Partial<typeof t>][] = [["core", { core: 1 }], ["label", { label: "m" }], ["body", { body: [5] }], ["time", { atMs: 8 }]];
  it.each(timers)("COMPARE: a timer that differs in its %s", (_, other) => {
    const sets = (timer: typeof t): Skewed => new Skewed((moved) => void moved.timers.push(timer));
    expect(signature(compare("step", sets({ ...t, ...other }), sets(t)).failure!)).toBe("diverges|SCRIPT-1|timers");
    expect(compare("step", sets(t), sets(t)).failure).toBeUndefined();
  });

  it("COMPARE: an entry that either side declares is read on both, and the first that differs is named", () => {
    const off = (entry: number, value: number): number => (value > 0 ? value + 1 : value);
    const both = compare("write 5", new Shifted(off)).failure!;
    expect(both).toMatchObject({ verdict: "diverges", rules: ["SCRIPT-1"], expected: "script.count[5] = 1", found: "script.count[5] = 2" });
    class Idle extends ScriptSide {
      override move(slot: number, moved: Moved): void {
        super.move(slot, moved);
        moved.writes.clear();
      }
      override read(): number {
        return 0;
      }
    }
    const one = compare("write 5", new Idle()).failure!;
    expect(one).toMatchObject({ verdict: "diverges", expected: "script.count[5] = 1", found: "script.count[5] = 0" });
    class Backwards extends Shifted {
      override move(slot: number, moved: Moved): void {
        super.move(slot, moved);
        moved.writes.push(2);
      }
    }
    let opened = 0;
    const late = new Backwards((entry, value) => (entry === 2 && opened++ > 0 ? 7 : off(entry, value)));
    expect(compare("write 5", late).failure!.found).toBe("script.count[2] = 7");
  });
  it("COMPARE: a move of several stages is taken by the model in order; of none, not at all", () => {
    const result = compare("step, write 1, write 2, step", new Fused());
    expect(result.failure).toBeUndefined();
    expect(result.steps).toBe(2);
    const short = compare("step, step, step", new Skewed((moved) => moved.stages.push(0)));
    expect(short.failure).toMatchObject({ step: 2, observable: "stage", expected: "done", found: "act, act" });
  });
  it("COMPARE: a stutter may not write what the model does not hold", () => {
    const stutters = new Skewed((moved) => void (moved.stages.count === 0 && moved.writes.push(3)));
    expect(compare("look, step", stutters).failure).toBeUndefined();
    class Loud extends Skewed {
      #looked = false;
      override move(slot: number, moved: Moved): void {
        super.move(slot, moved);
        this.#looked = true;
      }
      override read(entry: number): number {
        return entry === 3 && this.#looked ? 1 : super.read(entry);
      }
    }
    const loud = new Loud((moved) => void (moved.stages.count === 0 && moved.writes.push(3)));
    expect(compare("look, step", loud).failure).toMatchObject({ verdict: "diverges", step: 1, observable: "script.count" });
  });
  it("COMPARE: a refusal comes before all else, with its own rule first", () => {
    const system: System = { ...scriptSystem(), rules: [...scriptSystem().rules, { id: "SCRIPT-2", text: "No.", source: "toy", confidence: "chosen" }] };
    const model = new Skewed((moved) => {
      moved.refusal = 1;
      moved.refusalText = "nothing at all";
    });
    const result = new Pair(system, { model }).run(scripted({ events: [op("step")] }));
    expect(result.failure).toMatchObject({ verdict: "diverges", rules: ["SCRIPT-2", "SCRIPT-1"], observable: "witness", expected: "nothing at all" });
  });
  it("COMPARE: a stage the model does not know there names the rule of that stage last", () => {
    const system = poolSystem({ fault: "other stage" });
    expect(new Pair(system).run(drawCase(system, "plain", 1, 5)).failure!.rules).toEqual(["POOL-1", "POOL-3"]);
  });
  it("COMPARE: of several findings the first is told", () => {
    class Worried extends ScriptSide {
      override invariants(found?: Findings): void {
        found?.add(0, 3, "first");
        found?.add(0, 2, "second");
      }
    }
    expect(compare("step", new ScriptSide(), new Worried()).failure).toMatchObject({ verdict: "invariant broken", step: 0, found: "first" });
  });
});

describe("digest and determinism", () => {
  it("DIGEST: who moved, whether it blocked, what was written when, and what nobody wrote count", () => {
    const pairs: [Script, Script][] = [
      [{ events: [op("step"), op("step", { core: 1 })] }, { events: [op("step"), op("step", { core: 1 })], deviations: ["e0@0>e1"] }],
      [{ events: [op("look, step, step"), op("hush 5", { core: 1 })], deviations: ["e0@1>e1"] }, { events: [op("wait 5, step"), op("hush 5", { core: 1 })] }],
      [{ events: [op("write 2, write 3")] }, { events: [op("write 3, write 2")] }],
    ];
    for (const [one, other] of pairs) expect(play(one).digest).not.toBe(play(other).digest);
    const held = (by: number): string => {
      const side = (): Shifted => new Shifted((_, value) => value + by);
      return new Pair(scriptSystem(), { model: side(), implementation: side() }).run(scripted({ events: [op("step")] })).digest;
    };
    expect(held(0)).toBe(play({ events: [op("step")] }).digest);
    expect(held(1)).not.toBe(held(0));
  });
  it("DIGEST: it tells apart the seed's draws, the order of steps and the values written", () => {
    const base: Script = { events: [op("write 1, draw"), op("write 2", { core: 1 })] };
    const digests = [
      play(base).digest,
      new Pair(scriptSystem()).run({ ...scripted(base), seed: 8 }).digest,
      play({ ...base, deviations: ["e0@1>e1"] }).digest,
      play({ ...base, events: [op("write 3, draw"), base.events[1]] }).digest,
    ];
    expect(new Set(digests).size).toBe(digests.length);
    for (const digest of digests) expect(digest).toMatch(/^[0-9a-f]{16}$/);
  });

  it("POISON: a side that draws from leftover memory is nondeterministic, the right one is not", () => {
    const verdicts = (system: System): (string | undefined)[] => {
      const pair = new Pair(system);
      return Array.from({ length: 20 }, (_, seed) => {
        const one = drawCase(system, "plain", seed, 20);
        return checkDeterminism(pair, one, pair.run(one, { strategy: new AnyTask() }))?.verdict;
      });
    };
    expect(verdicts(poolSystem())).toEqual(Array.from({ length: 20 }, () => undefined));
    expect(verdicts(poolSystem({ fault: "stale" }))).toContain("nondeterministic");
  });

  it("POISON: what depends on poisoned memory alone is found", () => {
    class Tainted extends ScriptSide {
      #poison = 0;
      override open(...setup: Parameters<ScriptSide["open"]>): void {
        this.#poison = setup[0].poison;
        super.open(...setup);
      }
      override judge(slot: number, said: Moved, witnessAt: number, moved: Moved): number {
        super.judge(slot, said, witnessAt, moved);
        moved.outcome.push(this.#poison);
        return witnessAt;
      }
      override move(slot: number, moved: Moved): void {
        super.move(slot, moved);
        moved.outcome.push(this.#poison);
      }
    }
    const pair = new Pair(scriptSystem(), { model: new Tainted(), implementation: new Tainted() });
    const one = scripted({ events: [op("look, step")] });
    expect(checkDeterminism(pair, one, pair.run(one))).toMatchObject({ verdict: "nondeterministic", observable: "outcome" });
  });

  it("POISON: the first step that differs is named", () => {
    const system = poolSystem({ fault: "stale" });
    const pair = new Pair(system);
    const command = { kind: "take" };
    const events = Array.from({ length: 3 }, (_, i) => ({ id: `op${i}`, do: "op" as const, node: 0, core: 0, command }));
    const one: Case = { format: 1, system: "pool", profile: "plain", config: { cores: 1, places: 7 }, seed: 2, events, deviations: [], rest: false };
    const failure = checkDeterminism(pair, one, pair.run(one));
    expect(failure).toMatchObject({ verdict: "nondeterministic", step: 1, task: "op0", observable: "witness" });
  });
});

describe("contention", () => {
  const overlap = (script: Partial<Script>): boolean => play({ events: [op("write 1, step"), op("write 1", { core: 1 })], ...script }).contention;
  it("CONTEND: two cores write one entry while the first is not finished", () => {
    expect(overlap({ deviations: ["e0@1>e1"] })).toBe(true);
  });
  it("CONTEND: not when the first is finished, nor on one core, nor on two entries", () => {
    expect(overlap({})).toBe(false);
    expect(overlap({ deviations: ["e0@1>e1"], events: [op("write 1, step"), op("write 2", { core: 1 })] })).toBe(false);
    expect(overlap({ events: [op("write 1, wait 5, step"), op("write 1"), op("raise 5", { core: 1 })] })).toBe(false);
  });
  it("CONTEND: a blocked operation is in the middle too", () => {
    expect(overlap({ events: [op("write 1, wait 5, step"), op("write 1, raise 5", { core: 1 })] })).toBe(true);
  });
  it("CONTEND: what an earlier case wrote does not count", () => {
    const pair = new Pair(scriptSystem());
    pair.run(scripted({ events: [op("write 1")] }));
    expect(pair.run(scripted({ events: [op("step, step"), op("write 1", { core: 1 })], deviations: ["e0@1>e1"] })).contention).toBe(false);
  });
  it("CONTEND: reads count when the sides report them", () => {
    const system = counterSystem();
    const command = { kind: "add", counter: 0, amount: 1 };
    const events = [0, 1].map((core) => ({ id: `op${core}`, do: "op" as const, node: 0, core, command }));
    const one: Case = { format: 1, system: "counter", profile: "plain", config: { cores: 2, counters: 1 }, seed: 1, events, deviations: [{ task: "op0", step: 1, run: "op1" }], rest: false };
    expect(new Pair(system).run(one, { footprint: true }).contention).toBe(true);
    expect(new Pair(system).run({ ...one, deviations: [] }, { footprint: true }).contention).toBe(false);
  });
});

describe("traps", () => {
  it("TRAP: clocks and chance work again after a run, and inside withoutTraps", async () => {
    class Clocked extends CounterImplementation {
      override move(...args: Parameters<CounterImplementation["move"]>): void {
        withoutTraps(() => [Date.now(), Math.random(), performance.now()]);
        super.move(...args);
      }
    }
    const system = counterSystem();
    const one = drawCase(system, "plain", 1, 10);
    expect(new Pair(system, { implementation: new Clocked() }).run(one).failure).toBeUndefined();
    new Pair(poolSystem({ fault: "clock" })).run(drawCase(poolSystem(), "plain", 1, 10));
    expect(Date.now()).toBeGreaterThan(1e12);
    expect(new Date()).toBeInstanceOf(Date);
    expect(new Date(5).constructor).toBe(Date);
    expect(typeof Date()).toBe("string");
    expect(Math.random()).toBeLessThan(1);
    expect(process.hrtime.bigint()).toBeGreaterThan(0n);
    await new Promise((resolve) => setTimeout(resolve, 1));
    await Promise.resolve(1).then((one) => expect(one).toBe(1));
  });
  it.each([
    ["Date.now", () => Date.now()],
    ["Date", () => new Date()],
    ["performance.now", () => performance.now()],
    ["process.hrtime", () => process.hrtime()],
    ["process.hrtime.bigint", () => process.hrtime.bigint()],
    ["Math.random", () => Math.random()],
    ["setTimeout", () => setTimeout(() => {}, 0)],
    ["setInterval", () => setInterval(() => {}, 0)],
    ["setImmediate", () => setImmediate(() => {})],
    ["queueMicrotask", () => queueMicrotask(() => {})],
    ["process.nextTick", () => process.nextTick(() => {})],
    ["Promise.then", () => Promise.resolve(1).then(() => {})],
    ["crypto.randomUUID", () => crypto.randomUUID()],
  ])("TRAP: %s is caught", (what, reach) => {
    class Reaching extends CounterImplementation {
      override move(...args: Parameters<CounterImplementation["move"]>): void {
        reach();
        super.move(...args);
      }
    }
    const system = counterSystem();
    const result = new Pair(system, { implementation: new Reaching() }).run(drawCase(system, "plain", 1, 4));
    expect(signature(result.failure!)).toBe(`nondeterministic|-|ambient ${what}`);
  });
  it("TRAP: the side that did it is named", () => {
    const clocked = new Skewed(() => void Date.now());
    expect(compare("step", clocked).failure!.found).toBe("the implementation called Date.now");
    expect(compare("step", new ScriptSide(), clocked).failure!.found).toBe("the model called Date.now");
  });
  it("TRAP: what somebody else puts in the place of a trap is trapped by the next case", () => {
    const trapped = Math.random;
    Math.random = () => 0.5;
    try {
      const system = poolSystem({ fault: "random" });
      const result = new Pair(system).run(drawCase(system, "plain", 1, 4));
      expect(signature(result.failure!)).toBe("nondeterministic|-|ambient Math.random");
      expect(Math.random()).toBe(0.5);
    } finally {
      Math.random = trapped;
    }
  });
  it("TRAP: a date made from a number is no clock", () => {
    class Calendar extends CounterImplementation {
      override move(...args: Parameters<CounterImplementation["move"]>): void {
        if (new Date(0).getTime() === 0) super.move(...args);
      }
    }
    const system = counterSystem();
    expect(new Pair(system, { implementation: new Calendar() }).run(drawCase(system, "plain", 1, 4)).failure).toBeUndefined();
  });
});

describe("one side alone, discipline, counts", () => {
  it("ALONE: the model draws for itself and ends every operation; so does the implementation unjudged", () => {
    for (const system of [poolSystem(), registerSystem(), counterSystem()]) {
      const one = drawCase(system, "plain", 3, 40);
      const both = new Pair(system).run(one);
      for (const alone of [runModelAlone(system, one), runImplementationAlone(system, one)]) {
        expect(alone.failure).toBeUndefined();
        expect(alone.operations).toBe(both.operations);
        expect(alone.unfinished).toBe(0);
      }
    }
  });
  it("ALONE: a model's broken invariant and missed obligation are found without any implementation", () => {
    const found = (modelFault: "invariant" | "obligation"): Set<string> => {
      const system = poolSystem({ modelFault });
      const alone = new Alone(system, "model");
      return new Set(Array.from({ length: 40 }, (_, seed) => alone.run(drawCase(system, "plain", seed, 20, { rest: true })).failure?.verdict ?? "conforms"));
    };
    expect(found("invariant")).toContain("invariant broken");
    expect(found("obligation")).toContain("obligation missed");
  });
  it("DISCIPLINE: what the watch reports after a step fails under its rule", () => {
    const system = lockSystem();
    let steps = 0;
    const discipline = { beginStep: () => void steps++, endStep: () => (steps === 3 ? { rule: 2, text: "word 4 without lock 0" } : undefined) };
    const result = new Pair(system, { discipline }).run(drawCase(system, "plain", 1, 10));
    expect(result.failure).toMatchObject({ verdict: "discipline broken", rules: ["LOCK-3"], step: 3, observable: "discipline", found: "word 4 without lock 0" });
  });
  it("COUNT: rules, goals and stages reached are counted, once for a case however often it is run", () => {
    const system = counterSystem();
    const pair = new Pair(system);
    const result = pair.run(drawCase(system, "plain", 1, 30), { recorder: { step: () => {} } });
    expect(pair.stagesReached[0]).toBe(result.operations);
    expect(pair.rulesReached[0]).toBe(result.operations);
    expect(pair.goalsReached[0]).toBeGreaterThan(0);
    pair.reset();
    expect(pair.stagesReached[0] + pair.rulesReached[0] + pair.goalsReached[0]).toBe(0);
  });
  it("TRACE: the step in which a side throws is shown", () => {
    const seen: StepRecord[] = [];
    const system = poolSystem({ fault: "throws" });
    const result = new Pair(system).run(drawCase(system, "plain", 1, 10), { recorder: { step: (record) => void seen.push(record) } });
    expect(result.failure).toMatchObject({ verdict: "crashed", step: seen.at(-1)!.step, task: seen.at(-1)!.task });
  });
  it("TRACE: a recorder sees what both sides held before and after", () => {
    const seen: StepRecord[] = [];
    new Pair(scriptSystem()).run(scripted({ events: [op("write 2, look, write 2")] }), { recorder: { step: (record) => void seen.push(record) } });
    expect(seen.map((record) => record.stages)).toEqual([[0], [], [0]]);
    expect(seen[2].changes).toEqual([{ entry: 2, modelBefore: 1, modelAfter: 2, implementationBefore: 1, implementationAfter: 2 }]);
    expect(seen[2]).toMatchObject({ step: 3, task: "e0", kind: "op", rules: [0], next: 2, yields: 1 });
  });
});
