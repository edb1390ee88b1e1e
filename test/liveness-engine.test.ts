/** The fair schedule that follows a case, on a toy: what is owed goes within its bound or is missed, and tasks that hang are named. */
import { describe, expect, test } from "vitest";
import type { Case, Event } from "../harness/engine/case.ts";
import { drawCase } from "../harness/engine/draw.ts";
import { mix32 } from "../harness/engine/random.ts";
import { Pair, checkDeterminism, type RunOptions, type RunResult, type StepRecord } from "../harness/engine/run.ts";
import { runModelAlone } from "../harness/engine/alone.ts";
import { sameFailure } from "../harness/engine/shrink/oracle.ts";
import { shrink } from "../harness/engine/shrink/shrink.ts";
import { signature } from "../harness/engine/verdict.ts";
import { choresSystem, type ChoresCommand, type ChoresFault } from "./toys/chores.ts";
import { AnyTask } from "./toys/play.ts";

const fill = (jar: number, staleMs: number): ChoresCommand => ({ kind: "fill", jar, staleMs });
/** Seeds of cases whose fair schedule brings background work, and of those where the clocks alone go on. */
const seedWhere = (byHand: boolean): number => [1, 2, 3, 4, 5, 6, 7, 8].find((seed) => ((mix32(seed, 0xfa17) & 1) === 1) === byHand)!;
const byHand = seedWhere(true);
const byClock = seedWhere(false);

function chores(seed: number, commands: readonly (readonly [core: number, command: ChoresCommand])[], rest = true): Case {
  const events = commands.map(([core, command], at): Event => ({ id: `op${at}`, do: "op", node: 0, core, command }));
  return { format: 1, system: "chores", profile: "plain", config: { cores: 2, jars: 3, periodMs: 10 }, seed, events, deviations: [], rest };
}
function run(fault: ChoresFault, one: Case, options: RunOptions = {}): RunResult {
  return new Pair(choresSystem(fault)).run(one, options);
}
function idsOf(one: Case): string {
  const records: StepRecord[] = [];
  run("none", one, { recorder: { step: (record) => void records.push(record) } });
  return records.map((record) => record.task).filter((id, at, ids) => id !== ids[at - 1]).join(" ");
}

describe("what is owed", () => {
  test("FAIR: nothing is missed where everything is done in time, and it ends", () => {
    const pair = new Pair(choresSystem());
    for (let seed = 0; seed < 200; seed++) expect(pair.run(drawCase(pair.system, "plain", seed, 30), { strategy: new AnyTask() }).failure).toBeUndefined();
  });

  test("FAIR: every core does its work each round, the cores in turn, while the clocks go on; or the clocks alone do", () => {
    const one = [[0, fill(0, 15)], [1, fill(1, 5)]] as const;
    expect(idsOf(chores(byHand, one))).toBe("op0 op1 op0/wash/0 op1/wash/0 op0/wash/0 op1/wash/0 rest1/wash/n0c0 rest1/wash/n0c1 rest1/wash/n0c0 rest2/wash/n0c1 rest2/wash/n0c0 op0/wash/0/wash/0");
    expect(idsOf(chores(byClock, one))).toBe("op0 op1 op0/wash/0 op1/wash/0 op0/wash/0 op1/wash/0 op0/wash/0/wash/0");
    expect(idsOf(chores(byHand, one, false))).toBe("op0 op1");
  });

  test.each<[string, ChoresFault, number, readonly (readonly [number, ChoresCommand])[], string]>([
    ["a leak", "leak", byHand, [[0, fill(0, 5)]], "jar.stale[0]: a stale jar is not washed; due for 1 rounds and 5 ms"],
    ["a leak, by the clock", "leak", byClock, [[0, fill(0, 5)]], "jar.stale[0]: a stale jar is not washed; due for 3 rounds and 10 ms"],
    ["washing that stops at the first jar that is not stale", "stops", byHand, [[1, fill(0, 500)], [1, fill(2, 5)]], "jar.stale[5]: a stale jar is not washed; due for 1 rounds and 5 ms"],
    ["a tail that is never reached", "tail", byClock, [[0, fill(0, 5)], [0, fill(1, 5)], [0, fill(2, 5)]], "jar.stale[1]: a stale jar is not washed; due for 3 rounds and 10 ms"],
    ["a timer that comes late", "late", byClock, [[0, fill(0, 5)]], "jar.stale[0]: a stale jar is not washed; due for 2 rounds and 10 ms"],
    ["a timer that is not set anew", "not re-armed", byClock, [[0, fill(0, 25)]], "jar.stale[0]: a stale jar is not washed; due for 2 rounds and 10 ms"],
  ])("FAIR: %s is missed, with its bound and how long it waited", (_, fault, seed, commands, found) => {
    const { failure } = run(fault, chores(seed, commands));
    expect(failure).toMatchObject({ verdict: "obligation missed", rules: ["CHORE-1"], observable: "jar.stale", found });
    expect(failure!.expected).toMatch(seed === byHand ? /within 1 rounds of background work on every core/ : /within 10 ms of the clocks going on/);
  });

  test("FAIR: work done by hand does not stand in for a timer, nor the other way round", () => {
    expect(run("not re-armed", chores(byHand, [[0, fill(0, 25)]])).failure).toBeUndefined();
    expect(signature(run("not re-armed", chores(byClock, [[0, fill(0, 25)]])).failure!)).toBe("obligation missed|CHORE-1|jar.stale");
  });

  test("FAIR: time that passed before does not count, and what is not due is waited for", () => {
    const events: Event[] = [{ id: "ev0", do: "advance", node: 0, ms: 50_000 }];
    const one = chores(byHand, [[0, fill(0, 5)], [1, fill(1, 86_400_000)]]);
    for (const seed of [byHand, byClock]) expect(run("none", { ...one, seed, events: [...one.events, ...events] }).failure).toBeUndefined();
  });

  test("FAIR: without a run to rest nothing is asked, and a model that says nothing owes nothing", () => {
    expect(run("leak", chores(byHand, [[0, fill(0, 5)]], false)).failure).toBeUndefined();
    expect(new Pair(choresSystem("tail", { unowed: true })).run(chores(byHand, [[0, fill(0, 5)], [0, fill(1, 5)]])).failure).toBeUndefined();
  });

  test("FAIR: where there is no background work but that of timers, the clock goes on in every case", () => {
    for (const seed of [byHand, byClock]) expect(new Pair(choresSystem("not re-armed", { byClock: true })).run(chores(seed, [[0, fill(0, 25)]])).failure?.rules).toEqual(["CHORE-1"]);
  });

  test("FAIR: a model by itself is asked too", () => {
    expect(runModelAlone(choresSystem("leak"), chores(byHand, [[0, fill(0, 5)]])).failure).toMatchObject({ verdict: "obligation missed", rules: ["CHORE-1"] });
  });
});

describe("tasks that hang", () => {
  const plain = (kind: "spin" | "beg" | "stir" | "sleep"): ChoresCommand => ({ kind });
  test.each<[string, readonly (readonly [number, ChoresCommand])[], string, RegExp]>([
    ["that looks for ever is in a livelock", [[0, plain("spin")], [1, fill(0, 5)]], "livelock", /^op0 made \d+ moves of a fair schedule without a documented stage; it waits for nothing$/],
    ["that is let go again and again and finds nothing starves", [[0, plain("beg")], [1, plain("stir")]], "starvation", /^op0 made \d+ moves .* it waits for a stir, is let go/],
    ["that nobody lets go is in a deadlock", [[0, plain("sleep")], [1, fill(0, 5)]], "deadlock", /^op0 has been blocked for 32 fair rounds; it waits for what never comes$/],
  ])("FAIR: a task %s, and named with what it waits for", (_, commands, observable, found) => {
    for (const seed of [byHand, byClock]) {
      const { failure } = run("none", chores(seed, commands));
      expect(failure).toMatchObject({ verdict: "obligation missed", rules: [], observable });
      expect(failure!.found).toMatch(found);
    }
  });

  test("FAIR: a livelock is seen whatever the schedule, though it never comes to rest, and though the case does not ask for rest", () => {
    for (const rest of [true, false]) {
      const one = chores(1, [[0, plain("spin")], [0, fill(0, 5)], [1, fill(1, 5)]], rest);
      const result = run("none", one, { strategy: new AnyTask() });
      expect(signature(result.failure!)).toBe("obligation missed|-|livelock");
      expect(result.steps).toBeLessThan(10_000);
      const again = run("none", JSON.parse(JSON.stringify(result.ran())) as Case);
      expect(again.failure).toEqual(result.failure);
    }
  });
});

describe("a missed obligation is a failure like others", () => {
  const found = (fault: ChoresFault): { one: Case; result: RunResult } => {
    const pair = new Pair(choresSystem(fault));
    for (let seed = 0; seed < 500; seed++) {
      const one = drawCase(pair.system, "plain", seed, 30);
      const result = pair.run(one, { strategy: new AnyTask() });
      if (result.failure !== undefined) return { one, result };
    }
    throw new Error(`no case of ${fault} fails`);
  };
  test.each<[ChoresFault, number]>([["leak", 1], ["stops", 2], ["tail", 2], ["not re-armed", 1]])("FAIR: a case of %s is data: read back it fails alike; and it shrinks", (fault, operations) => {
    const { result } = found(fault);
    const written = JSON.parse(JSON.stringify(result.ran())) as Case;
    const again = run(fault, written);
    expect(again.failure).toEqual(result.failure);
    expect(again.digest).toBe(result.digest);
    const system = choresSystem(fault);
    const pair = new Pair(system);
    const left = shrink(written, sameFailure(pair, signature(result.failure!)), system).case;
    expect(left.events.filter((event) => event.do === "op").length).toBeLessThanOrEqual(operations);
    expect(signature(pair.run(left).failure!)).toBe(signature(result.failure!));
  });

  test("FAIR: the digest covers the fair schedule, and it is the same on other memory", () => {
    const pair = new Pair(choresSystem());
    for (let seed = 0; seed < 40; seed++) {
      const one = drawCase(pair.system, "plain", seed, 30, { rest: true });
      expect(checkDeterminism(pair, one, pair.run(one))).toBeUndefined();
    }
    const one = chores(byHand, [[0, fill(0, 5)]]);
    expect(run("none", one).digest).not.toBe(run("none", { ...one, rest: false }).digest);
  });
});
