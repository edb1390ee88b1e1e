import { describe, expect, it } from "vitest";
import type { Case, Event } from "../harness/engine/case.ts";
import type { Fault, Moved, System } from "../harness/engine/contract.ts";
import { drawCase } from "../harness/engine/draw.ts";
import { SeededRandom, hashId, hashOn, mix32 } from "../harness/engine/random.ts";
import { Pair } from "../harness/engine/run.ts";
import type { StepRecord, Strategy } from "../harness/engine/run.ts";
import { signature } from "../harness/engine/verdict.ts";
import { counterSystem } from "./toys/counter.ts";
import { lockSystem } from "./toys/lock.ts";
import { AnyTask, advance, crash, op, play, scripted, start, wire } from "./toys/play.ts";
import type { Script } from "./toys/play.ts";
import { poolSystem } from "./toys/pool.ts";
import { registerSystem } from "./toys/register.ts";
import { ScriptSide, scriptSystem } from "./toys/script.ts";

describe("base schedule", () => {
  const cases: [string, Script, string][] = [
    ["operations run to completion in list order", { events: [op("step, step", { core: 1 }), op("step, step")] }, "e0*2 e1*2"],
    ["a message is delivered before the next event", { events: [op("send 1 0 m, step"), op("step")], nodes: 2, scripts: { m: ["step"] } }, "e0*2 e0/m/0 e1"],
    ["a due timer runs before the next event", { events: [op("timer t 5"), advance(5), op("step")], scripts: { t: ["step"] } }, "e0 e1 e0/t/0 e2"],
    ["a timer that is not due does not run", { events: [op("timer t 5"), advance(4), op("step")], scripts: { t: ["step"] } }, "e0 e1 e2"],
    ["what has begun is finished before a new event begins",
      { events: [op("step, step"), op("step", {}), op("step, step, step", { core: 1 })], deviations: ["e0@0>e2", "e2@1>e0"] }, "e2 e0*2 e2*2 e1"],
    ["derived tasks come in the order of their roots, then of their making",
      { events: [op("send 1 0 a, send 1 0 a"), op("send 1 0 b", { core: 1 })], nodes: 2, scripts: { a: ["step"], b: ["step"] }, deviations: ["e0@1>e1"] },
      "e0 e1 e0 e0/a/0 e1/b/0 e0/a/1"],
  ];
  it.each(cases)("BASE: %s", (_, script, order) => {
    const result = play(script);
    expect(result.failure).toBeUndefined();
    expect(result.order).toBe(order);
  });
});

describe("deviations", () => {
  const two = [op("step, step, step"), op("step, step", { core: 1 }), op("step", { core: 1 })];
  const cases: [string, Script, string, number][] = [
    ["one before the first move", { events: two, deviations: ["e0@0>e1"] }, "e1*2 e0*3 e2", 0],
    ["one in the middle", { events: two, deviations: ["e0@2>e1"] }, "e0*2 e1*2 e0 e2", 0],
    ["several at one point are used in list order, one a visit", { events: two, deviations: ["e0@1>e1", "e0@1>e2"] }, "e0 e1*2 e2 e0*2", 0],
    ["one that names a task that cannot run is skipped", { events: two, deviations: ["e0@1>e2", "e0@1>e1"] }, "e0 e1*2 e0*2 e2", 1],
    ["one that names nobody is skipped", { events: two, deviations: ["e0@1>nobody", "nobody@0>e0"] }, "e0*3 e1*2 e2", 2],
    ["one that names the task itself is passed over at once", { events: two, deviations: ["e0@1>e0", "e0@1>e1"] }, "e0 e1*2 e0*2 e2", 1],
    ["one that names the task itself changes nothing", { events: two, deviations: ["e0@1>e0"] }, "e0*3 e1*2 e2", 1],
    ["an event that is no operation can be run early", { events: [op("step, step"), advance(1)], deviations: ["e0@1>e1"] }, "e0 e1 e0", 0],
    ["an event that is no operation can be put off",
      { events: [op("send 1 0 m, step"), wire("drop", 0, 1)], nodes: 2, scripts: { m: ["step"] }, deviations: ["e0@1>e1"] }, "e0 e1 e0", 0],
  ];
  it.each(cases)("DEV: %s", (_, script, order, skipped) => {
    const result = play(script);
    expect(result.order).toBe(order);
    expect(result.skippedDeviations).toBe(skipped);
    expect(result.switches).toBe(script.deviations!.length - skipped);
    expect(result.ran().deviations).toHaveLength(result.switches);
  });
});

describe("lanes and barriers", () => {
  const cases: [string, Script, string][] = [
    ["a later operation of the core waits for the earlier", { events: [op("step, step"), op("step")], deviations: ["e0@1>e1"] }, "e0*2 e1"],
    ["a blocked operation lets its core go on", { events: [op("wait 5, step"), op("step"), op("raise 5", { core: 1 })] }, "e0 e1 e2 e0*2"],
    ["no later operation begins while a freed one waits its turn",
      { events: [op("wait 5, step"), op("raise 5, step", { core: 1 }), op("step")], deviations: ["e1@1>e2", "e1@1>e0"] }, "e0 e1 e0*2 e1 e2"],
    ["an operation waits for events before it", { events: [op("step, step"), advance(1), op("step", { core: 1 })], deviations: ["e0@1>e2"] }, "e0*2 e1 e2"],
    ["an event waits until all before it has begun", { events: [op("step, step"), op("step", { core: 1 }), advance(1)], deviations: ["e0@1>e2"] }, "e0*2 e1 e2"],
    ["an event does not wait for what has begun to end", { events: [op("wait 5, step"), advance(1), op("raise 5", { core: 1 })] }, "e0 e1 e2 e0*2"],
    ["only what waits for the number is freed",
      { events: [op("wait 5, step"), op("raise 6", { core: 1 }), op("step", { core: 1 }), op("raise 5", { core: 1 })] }, "e0 e1 e2 e3 e0*2"],
    ["a message waits for its core", { events: [op("send 0 1 m"), op("step, step", { core: 1 })], scripts: { m: ["step"] }, deviations: ["e0/m/0@0>e1", "e1@1>e0/m/0"] }, "e0 e1*2 e0/m/0"],
  ];
  it.each(cases)("LANE: %s", (_, script, order) => expect(play(script).order).toBe(order));
});

describe("references", () => {
  const cases: [string, Script, string, number][] = [
    ["an unknown id is skipped", { events: [op("step", { of: "gone" }), op("step")] }, "e1", 1],
    ["a later operation cannot be referred to", { events: [op("step", { of: "e1" }), op("step")] }, "e1", 1],
    ["an event that is no operation cannot be referred to", { events: [advance(1), op("step", { of: "e0" })] }, "e0", 1],
    ["what yielded nothing is skipped, and what refers to that too", { events: [op("empty"), op("step", { of: "e0" }), op("step", { of: "e1", core: 1 })] }, "e0", 2],
    ["an operation waits for what it refers to", { events: [op("step, step"), op("step", { of: "e0", core: 1 })], deviations: ["e0@1>e1"] }, "e0*2 e1", 0],
    ["a yield is used up once", { events: [op("step"), op("step", { of: "e0", consumes: true }), op("step", { of: "e0" })] }, "e0 e1", 1],
    ["a yield is looked at many times", { events: [op("step"), op("step", { of: "e0" }), op("step", { of: "e0", consumes: true })] }, "e0 e1 e2", 0],
    ["a yield is used up when its user begins",
      { events: [op("step"), op("step", { of: "e0", core: 1 }), op("step, step", { of: "e0", consumes: true })], deviations: ["e1@0>e2"] }, "e0 e2*2", 1],
    ["what was killed yields nothing", { events: [op("wait 5"), crash(0), start(0), op("step", { of: "e0", core: 1 }), op("step")] }, "e0 e1 e2 e4", 1],
  ];
  it.each(cases)("SKIP: %s", (_, script, order, skipped) => {
    const result = play(script);
    expect(result.order).toBe(order);
    expect(result.skippedOperations).toBe(skipped);
    expect(result.operations + skipped).toBe(script.events.filter((event) => event.do === "op").length);
  });
});

describe("network", () => {
  const m = { m: ["step"], n: ["step"], slow: ["step", "step"] };
  const pair = { nodes: 2, scripts: m };
  const sends = op("send 1 0 m, send 1 1 n, step");
  const cases: [string, Script, string][] = [
    ["a channel delivers in order", { ...pair, events: [sends], deviations: ["e0@2>e0/n/0"] }, "e0*3 e0/m/0 e0/n/0"],
    ["unless the system says any order", { ...pair, channels: "any", events: [sends], deviations: ["e0@2>e0/n/0"] }, "e0*2 e0/n/0 e0 e0/m/0"],
    ["the next is deliverable once the first has begun", { ...pair, events: [op("send 1 0 slow, send 1 1 n")], deviations: ["e0/slow/0@1>e0/n/0"] }, "e0*2 e0/slow/0 e0/n/0 e0/slow/0"],
    ["a drop loses the oldest", { ...pair, events: [sends, wire("drop", 0, 1)], deviations: ["e0@2>e1"] }, "e0*2 e1 e0 e0/n/0"],
    ["a drop the other way loses nothing", { ...pair, events: [sends, wire("drop", 1, 0)], deviations: ["e0@2>e1"] }, "e0*2 e1 e0 e0/m/0 e0/n/0"],
    ["a cut loses what is in flight and what is sent", { ...pair, events: [sends, wire("cut", 1, 0)], deviations: ["e0@1>e1"] }, "e0 e1 e0*2"],
    ["after a heal messages arrive again", { ...pair, events: [wire("cut", 0, 1), op("send 1 0 m"), wire("heal", 1, 0), op("send 1 0 m")] }, "e0 e1 e2 e3 e3/m/0"],
    ["a message to the own node cannot be lost",
      { nodes: 2, scripts: m, events: [op("send 0 1 m, step"), wire("cut", 0, 0), wire("drop", 0, 0)], deviations: ["e0@1>e1"] }, "e0 e1 e0 e0/m/0 e2"],
    ["a cut between a node and itself cuts nothing", { nodes: 2, scripts: m, events: [wire("cut", 0, 0), op("send 0 1 m")] }, "e0 e1 e1/m/0"],
    ["a crash loses what the node has sent", { ...pair, events: [op("send 1 0 m, step"), crash(0)], deviations: ["e0@1>e1"] }, "e0 e1"],
    ["a crash loses what is in flight to the node",
      { nodes: 3, scripts: m, events: [op("send 1 0 m, send 2 0 n, step"), crash(1)], deviations: ["e0@2>e1"] }, "e0*2 e1 e0 e0/n/0"],
    ["a message to a node that is down is lost", { ...pair, events: [crash(1), op("send 1 0 m"), start(1), op("send 1 0 m")] }, "e0 e1 e2 e3 e3/m/0"],
    ["a node that is down skips operations", { ...pair, events: [crash(1), op("step", { node: 1 }), start(1), op("step", { node: 1 })] }, "e0 e2 e3"],
    ["a crash ends the tasks of the node", { ...pair, events: [op("step, step", { node: 1 }), crash(1), op("step")], deviations: ["e0@1>e1"] }, "e0 e1 e2"],
  ];
  it.each(cases)("NET: %s", (_, script, order) => expect(play(script).order).toBe(order));

  it("NET: what a crash ends is not in a deadlock", () => {
    expect(play({ nodes: 2, events: [op("wait 5", { node: 1 }), crash(1)] }).failure).toBeUndefined();
  });
  it("NET: only crashes, starts and views that change something are told to the sides", () => {
    const view = { do: "view", node: 0, sees: [] } as unknown as Omit<Event, "id">;
    const result = play({ nodes: 2, events: [start(0), crash(1), crash(1), start(1), start(1), view, wire("cut", 0, 1)] });
    expect(result.told).toEqual(["crash 1", "start 1", "view 0"]);
  });
  it("NET: what a node that is down would send or set when told of a fault is lost", () => {
    class Eager extends ScriptSide {
      override apply(fault: Fault, moved: Moved): void {
        moved.sent.push({ node: 1, core: 0, label: "m", body: [] });
        moved.timers.push({ label: "n", core: 0, atMs: 0, body: [] });
        super.apply(fault);
      }
    }
    const order: string[] = [];
    const view = { do: "view", node: 0, sees: [] } as unknown as Omit<Event, "id">;
    const one = scripted({ ...pair, events: [crash(0), view, start(0)] });
    const recorder = { step: (record: StepRecord) => void order.push(record.task) };
    const result = new Pair(scriptSystem(), { model: new Eager(), implementation: new Eager() }).run(one, { recorder });
    expect(result.failure).toBeUndefined();
    expect(order).toEqual(["e0", "e1", "e2", "e2/m/0", "e2/n/0"]);
  });
});

describe("clocks", () => {
  const scripts = { t: ["step"], again: ["timer t 5"], off: ["cancel t"] };
  const cases: [string, Script, string][] = [
    ["each node has its own clock", { nodes: 2, scripts, events: [op("timer t 5", { node: 1 }), advance(9, 0), advance(5, 1)] }, "e0 e1 e2 e0/t/0"],
    ["a timer set again is replaced", { scripts, events: [op("timer t 5, timer t 9"), advance(5), advance(4)] }, "e0*2 e1 e2 e0/t/1"],
    ["another label's timer is not", { scripts: { ...scripts, u: ["step"] }, events: [op("timer t 5, timer u 5"), advance(5)] }, "e0*2 e1 e0/t/0 e0/u/0"],
    ["another node's timer is not",
      { nodes: 2, scripts, events: [op("timer t 5, send 1 0 again"), advance(5, 1), advance(5)] }, "e0*2 e0/again/0 e1 e0/again/0/t/0 e2 e0/t/0"],
    ["another operation's timer is not", { scripts, events: [op("timer t 5"), op("timer t 9"), advance(5), advance(4)] }, "e0 e1 e2 e0/t/0 e3 e1/t/0"],
    ["a message of the same root replaces it", { scripts, events: [op("timer t 5, send 0 0 again"), advance(5)] }, "e0*2 e0/again/0 e1 e0/again/0/t/0"],
    ["a message of the same root cancels it", { scripts, events: [op("timer t 5, send 0 0 off"), advance(5)] }, "e0*2 e0/off/0 e1"],
    ["a crash takes the timers of the node", { nodes: 2, scripts, events: [op("timer t 5", { node: 1 }), crash(1), start(1), advance(5, 1)] }, "e0 e1 e2 e3"],
    ["a run to rest waits for timers", { scripts, rest: true, events: [op("timer t 500")] }, "e0 e0/t/0"],
    ["a run to rest waits for the timer due first", { scripts: { ...scripts, u: ["step"], v: ["step"] }, rest: true, events: [op("timer t 20, timer u 10, timer v 30")] }, "e0*3 e0/u/0 e0/t/0 e0/v/0"],
    ["without one they stay", { scripts, events: [op("timer t 500")] }, "e0"],
  ];
  it.each(cases)("CLOCK: %s", (_, script, order) => expect(play(script).order).toBe(order));
});

describe("rest, deadlock and bounds", () => {
  it("CLOCK: every case begins at 0", () => {
    const pair = new Pair(scriptSystem());
    const times: number[] = [];
    const one = scripted({ scripts: { t: ["step"] }, events: [op("timer t 5"), advance(7)] });
    for (let i = 0; i < 2; i++) pair.run(one, { recorder: { step: (record) => void times.push(record.atMs) } });
    expect(times).toEqual([0, 7, 7, 0, 7, 7]);
  });
  it("REST: from the end of the events on the base schedule is followed, whatever the strategy", () => {
    const last: Strategy = { name: "last", begin: () => {}, choose: (runnable, count) => runnable[count - 1] };
    const result = play({ rest: true, scripts: { t: ["step"], u: ["step"] }, events: [op("timer t 5, timer u 5"), op("step", { core: 1 })] }, { strategy: last });
    expect(result.order).toBe("e1 e0*2 e0/t/0 e0/u/0");
    expect(result.ran().deviations).toEqual([{ task: "e0", step: 0, run: "e1" }]);
  });
  it("REST: nodes start and cuts heal, then timers run", () => {
    const result = play({
      nodes: 2,
      rest: true,
      scripts: { t: ["send 1 0 m"], m: ["step"] },
      events: [wire("cut", 0, 1), crash(1), op("timer t 5")],
    });
    expect(result.order).toBe("e0 e1 e2 e1 e2/t/0 e2/t/0/m/0");
    expect(result.told).toEqual(["crash 1", "start 1"]);
  });
  it("REST: timers without end are an obligation missed", () => {
    const result = play({ rest: true, scripts: { t: ["timer t 5"] }, events: [op("timer t 5")] }, { stepsMax: 50 });
    expect(signature(result.failure!)).toBe("obligation missed|-|rest");
    expect(result.steps).toBe(50);
  });
  it("REST: a case with more than 4,096 messages and timers is inconclusive", () => {
    const result = new Pair(scriptSystem()).run(scripted({ rest: true, scripts: { t: ["timer t 5"] }, events: [op("timer t 5")] }));
    expect(signature(result.failure!)).toBe("inconclusive|-|tasks");
  });
  it("DEADLOCK: blocked tasks that nobody frees are named", () => {
    const result = play({ events: [op("wait 5"), op("wait 6", { core: 1 })] });
    expect(signature(result.failure!)).toBe("obligation missed|-|deadlock");
    expect(result.failure!.found).toContain("e0, e1");
    expect(result.unfinished).toBe(2);
  });
  it("DEADLOCK: a wake-up that the model knows and the implementation forgets is a failure of its own", () => {
    class Mute extends ScriptSide {
      override move(slot: number, moved: Moved): void {
        super.move(slot, moved);
        moved.freed.clear();
      }
    }
    const script = { events: [op("wait 5, step"), op("raise 5", { core: 1 }), op("step", { core: 1 })] };
    expect(play(script, {}, new Mute()).failure).toMatchObject({ verdict: "diverges", observable: "freed", expected: "lets go what waits for 5", found: "lets nothing go" });
    expect(play(script).failure).toBeUndefined();
  });
  it("DEADLOCK: a task whose wake-up was lost tries once more", () => {
    const result = play({ events: [op("wait 5, step"), op("hush 5", { core: 1 })] });
    expect(result.failure).toBeUndefined();
    expect(result.order).toBe("e0 e1 e0*2");
  });
  it("DEADLOCK: a timer that can still come is waited for", () => {
    const waits = { scripts: { t: ["raise 5"] }, events: [op("timer t 9"), op("wait 5"), op("step", { of: "e1" })] };
    expect(play({ ...waits, rest: true }).order).toBe("e0 e1*2 e0/t/0 e1 e2");
    expect(play(waits).failure).toBeUndefined();
    expect(play(waits).unfinished).toBe(1);
  });
  it("BOUND: a strategy that chooses what cannot run is our mistake and thrown", () => {
    const strategy: Strategy = { name: "wild", begin: () => {}, choose: () => 1 };
    expect(() => play({ events: [op("step"), op("step")] }, { strategy })).toThrow("the strategy is at fault");
    expect(play({ events: [op("step")] }).failure).toBeUndefined();
  });
  it("BOUND: progress shows the step that is made", () => {
    const progress = new Int32Array(1);
    const result = play({ events: [op("step, step")] }, { progress });
    expect(progress[0]).toBe(result.steps);
    expect(result.steps).toBe(2);
  });
});

const toys: [string, System][] = [
  ["counter", counterSystem()],
  ["counter, lost update", counterSystem({ fault: "lost update" })],
  ["lock", lockSystem()],
  ["lock, held", lockSystem({ fault: "held" })],
  ["lock, wrong order", lockSystem({ fault: "wrong order" })],
  ["pool", poolSystem()],
  ["pool, full", poolSystem({ fault: "full" })],
  ["pool, undeclared", poolSystem({ fault: "undeclared" })],
  ["pool, invariant", poolSystem({ modelFault: "invariant" })],
  ["register", registerSystem()],
  ["register, older wins", registerSystem({ fault: "older wins" })],
  ["register, no retry", registerSystem({ fault: "no retry", modelFault: "no retry" })],
  ["script", scriptSystem()],
];

describe("replay", () => {
  it.each(toys)("REPLAY: what ran, written and read, runs the same again (%s)", (_, system) => {
    const pair = new Pair(system);
    let switches = 0;
    for (let seed = 0; seed < 150; seed++) {
      const first = pair.run(drawCase(system, "plain", seed, 24), { strategy: new AnyTask() });
      const second = pair.run(JSON.parse(JSON.stringify(first.ran())));
      expect(second.digest).toBe(first.digest);
      expect(second.failure).toEqual(first.failure);
      expect(second.skippedDeviations).toBe(0);
      switches += first.switches;
    }
    expect(switches).toBeGreaterThan(50);
  });

  it("REPLAY: a failed run is cut at the failure, and unbegun events leave its schedule", () => {
    const system = counterSystem({ fault: "lost update" });
    const pair = new Pair(system);
    let cut = 0;
    for (let seed = 0; seed < 50; seed++) {
      const one = drawCase(system, "plain", seed, 40);
      const first = pair.run(one, { strategy: new AnyTask() });
      if (first.failure === undefined) continue;
      const ran = first.ran();
      expect(ran.events).toHaveLength(first.operations);
      const ids = new Set(ran.events.map((event) => event.id));
      for (const { task, run } of ran.deviations) expect([ids.has(task), ids.has(run)]).toEqual([true, true]);
      if (ran.events.length < one.events.length) cut++;
    }
    expect(cut).toBeGreaterThan(30);
  });

  it("REPLAY: an event that had not begun leaves the schedule although the base schedule stood at it", () => {
    const system = counterSystem({ fault: "lost update" });
    const command = { kind: "add", counter: 0, amount: 1 };
    const events = [2, 0, 1].map((core, i) => ({ id: `op${i}`, do: "op" as const, node: 0, core, command }));
    const deviations = [{ task: "op0", step: 0, run: "op1" }, { task: "op1", step: 1, run: "op2" }];
    const one: Case = { format: 1, system: "counter", profile: "plain", config: { cores: 3, counters: 1 }, seed: 0, events, deviations, rest: false };
    const result = new Pair(system).run(one);
    expect(result.failure).toMatchObject({ verdict: "diverges", step: 4 });
    expect(result.ran()).toEqual({ ...one, events: events.slice(1), deviations: deviations.slice(1) });
  });

  it("REPLAY: results outlive later runs of the same pair", () => {
    const system = registerSystem();
    const pair = new Pair(system);
    const first = pair.run(drawCase(system, "plain", 1, 30), { strategy: new AnyTask() });
    pair.run(drawCase(system, "plain", 2, 30), { strategy: new AnyTask() });
    expect(pair.run(first.ran()).digest).toBe(first.digest);
  });

  it("REMOVE: taking one operation away leaves the draws of the others as they were", () => {
    const events = Array.from({ length: 12 }, (_, i) => op("draw", { core: i % 2 }));
    const outcomes = (one: Case): Map<string, string> => {
      const seen = new Map<string, string>();
      new Pair(scriptSystem()).run(one, { recorder: { step: (record) => void seen.set(record.task, record.outcome.join()) } });
      return seen;
    };
    const one = scripted({ events });
    const all = outcomes(one);
    expect(new Set(all.values()).size).toBe(12);
    for (const { id } of one.events) {
      const fewer = outcomes({ ...one, events: one.events.filter((event) => event.id !== id) });
      all.forEach((outcome, task) => expect(fewer.get(task)).toBe(task === id ? undefined : outcome));
    }
  });
});

describe("draws", () => {
  it("RANDOM: mixing and hashing give the same words everywhere", () => {
    expect([mix32(0, 0), mix32(1, 2), mix32(-1, 0x7fffffff)]).toEqual([185020330, 3571120823, 2101303939]);
    expect(hashId("")).toBe(0x811c9dc5 | 0);
    expect(hashId("a")).toBe(0xe40c292c | 0);
    expect(hashOn(hashId("op7"), "/replicate/0")).toBe(hashId("op7/replicate/0"));
  });
  it("RANDOM: whole numbers are spread evenly below their bound", () => {
    const random = new SeededRandom(5);
    const counts = [0, 0, 0, 0, 0];
    for (let i = 0; i < 10_000; i++) counts[random.int(5)]++;
    for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(200);
    expect(new SeededRandom(5).int(1000)).toBe(new SeededRandom(5).int(1000));
  });
  it("DRAW: a case is a function of system, profile, seed and size; ids are given by position", () => {
    const system = registerSystem();
    expect(drawCase(system, "plain", 4, 30)).toEqual(drawCase(system, "plain", 4, 30));
    expect(drawCase(system, "plain", 4, 30)).not.toEqual(drawCase(system, "plain", 5, 30));
    const config = { nodes: 3, cores: 2, retryMs: 5 };
    expect(drawCase(system, "plain", 4, 30, { config, rest: false })).toMatchObject({ config, rest: false });
    const { events } = drawCase(system, "plain", 4, 30);
    events.forEach((event, i) => expect(event.id).toBe(`${event.do === "op" ? "op" : "ev"}${i}`));
  });
});
