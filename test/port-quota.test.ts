/** Worked examples of ports under quotas, on model and implementation together. Each core has four TCP ports of its own; Q, E and the chunk of each example stand in its `limits`. */
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { Case } from "../harness/engine/case.ts";
import type { Model } from "../harness/engine/contract.ts";
import { patchTexts } from "../harness/engine/loader/patch.ts";
import { Alone } from "../harness/engine/run.ts";
import { portQuota } from "../harness/systems/port-quota/index.ts";
import { modelWith } from "../harness/systems/sources.ts";
import { age, close, collect, open, pair, play, portsIn, stands } from "./play-port-quota.ts";
import { change, limits, standing } from "./play-quota.ts";

const first = ["look-up", "init-core", "init-global"];
const wide = limits(40, 4, 3);

describe("the unit before the port", () => {
  test("PAIR-1: each flow gets a unit and then a port", () => {
    const config = pair(limits(8, 2, 3));
    const seen = play(config, [[0, open(3)]]);
    expect(seen.stages("op0")).toEqual([...first, "use", "take", "look-up", "use", "take", "look-up", "borrow", "take"]);
    expect([seen.outcome("op0"), stands(seen, config)]).toEqual([[0, 3], "3/2+3 - | 1 of 4; 3 in use"]);
  });
  test("PAIR-1: between the two the unit is in use and the port is not", () => {
    const config = pair(limits(8, 2, 3));
    // The other core's look at the list of its ports comes after the unit; the run ends there.
    const seen = play(config, { a: [0, open()], b: [1, collect] }, { switches: ["a@4>b"] });
    const used = seen.steps.findIndex((step) => step.task === "b");
    expect(seen.steps.slice(0, used).flatMap((step) => step.changes.map((one) => portQuota.view(config, "product").name(one.entry).replace(/\..*/, "")))).not.toContain("port");
    expect(seen.steps.slice(0, used).flatMap((step) => step.stages.map((stage) => portQuota.stages[stage]))).toEqual([...first, "use"]);
  });
  test("PAIR-1: a denied unit means that no port is looked for, though ports are free", () => {
    const config = pair(limits(3, 1, 1));
    const seen = play(config, [[0, open(4)], [0, open()], [1, open()]]);
    expect(seen.stages("op0").slice(-5)).toEqual(["look-up", "borrow", "take", "look-up", "deny"]);
    expect([seen.outcomeWords("op0"), seen.stages("op1"), seen.outcomeWords("op1"), seen.outcomeWords("op2")]).toEqual(["denied after 2", ["look-up", "deny"], "denied after 0", "done: 1"]);
    expect(stands(seen, config)).toBe("2/1+1 1/1+0 | 0 of 1; 3 in use");
  });
  test("PAIR-1: without a quota the port is looked for at once, and no unit is counted", () => {
    const config = pair(null);
    const seen = play(config, [[0, open(2)]]);
    expect([seen.stages("op0"), stands(seen, config)]).toEqual([["unlimited", "take", "unlimited", "take"], "- - | -; 2 in use"]);
  });
  test("PAIR-1: another subscriber's flows count for that one", () => {
    const config = pair(limits(2, 1, 1));
    const seen = play(config, [[0, open(2)], [0, open(2, { subscriber: 1 })]]);
    expect([seen.outcomeWords("op0"), seen.outcomeWords("op1")]).toEqual(["denied after 1", "denied after 1"]);
    expect([standing(seen, 2), standing(seen, 2, { subscriber: 1 }), portsIn(seen, config)]).toEqual(["1/1+0 - | 0 of 0", "1/1+0 - | 0 of 0", "2 in use"]);
  });
});

describe("a unit without a port", () => {
  test.each([
    ["an exclusive unit is no longer in use", limits(40, 8, 3), "4/8+0 - | 24 of 24"],
    ["a held unit is no longer in use", limits(40, 3, 3), "4/3+3 - | 31 of 34"],
    ["the chunk granted for it goes back", limits(40, 4, 3), "4/4+0 - | 32 of 32"],
    ["the remainder granted for it goes back", limits(10, 4, 3), "4/4+0 - | 2 of 2"],
  ])("PAIR-2: with all ports of the core in use nothing changes: %s", (_, quota, after) => {
    const config = pair(quota);
    const four = play(config, [[0, open(4)]]);
    expect(stands(four, config)).toBe(`${after}; 4 in use`);
    const seen = play(config, [[0, open(4)], [0, open()]]);
    const [lookUp, grant, ...rest] = seen.stages("op1");
    expect([lookUp, ["use", "borrow"].includes(grant), rest]).toEqual(["look-up", true, ["refuse", "undo"]]);
    expect([seen.outcome("op1"), stands(seen, config)]).toEqual([[1, 0], `${after}; 4 in use`]);
  });
  test("PAIR-2: between grant and undo the unit and its chunk are taken", () => {
    const config = pair(wide);
    const seen = play(config, [[0, open(4)], [0, open()], [1, change(limits(40, 4, 3), 0, "sessions")]], { switches: ["op1@3>op2"] });
    const names = portQuota.view(config, "product");
    const undo = seen.steps.filter((step) => step.task === "op1" && step.stages.length > 0).at(-1)!;
    expect(undo.changes.map((one) => `${names.name(one.entry).replace(/\[.*/, "")} ${one.modelBefore}>${one.modelAfter}`)).toEqual(["global.remaining 29>32", "core.used 5>4", "core.held 3>0"]);
  });
  test("PAIR-2: the flows before it stay, and a port that comes free makes up for it", () => {
    const config = pair(wide);
    const seen = play(config, [[0, open(3)], [0, open(2)], [0, close("op0")], [0, open()]]);
    expect([seen.outcomeWords("op1"), seen.outcomeWords("op3"), stands(seen, config)]).toEqual(["no port after 1", "done: 1", "2/4+0 - | 32 of 32; 2 in use"]);
  });
  test("PAIR-2: an uncounted unit leaves nothing to undo", () => {
    const config = pair(null);
    const seen = play(config, [[0, open(4)], [0, open()]]);
    expect([seen.stages("op1"), seen.outcomeWords("op1")]).toEqual([["unlimited", "refuse"], "no port after 0"]);
  });
  // The failing flow borrowed 4 and stands as 5/0+8 | 2 of 10 when it is refused.
  test.each([
    ["no change between: all 4 go back", [], "4/0+4 - | 6 of 10; 4 in use"],
    // E = 6 takes 6 of the 8 held; the undo finds 2.
    ["a larger exclusive quota has taken 6 held units: the 2 left go back", [limits(22, 6, 4)], "4/6+0 - | 10 of 10; 4 in use"],
    // Then E = 0 borrows 5 for the 5 in use: 5/0+7, and with one fewer in use 3 are free.
    ["and a smaller one has borrowed 5: the 3 free ones go back", [limits(22, 6, 4), limits(10, 0, 4)], "4/0+4 - | 6 of 10; 4 in use"],
  ])("PAIR-2: no more goes back than is held and free by then; %s", (_, between, after) => {
    const config = pair(limits(10, 0, 4));
    const changes = Object.fromEntries(between.map((to, at) => [`change${at}`, [1, change(to)] as const]));
    const seen = play(config, { four: [0, open(4)], fails: [0, open()], ...changes }, { switches: between.map((_change, at) => `fails@3>change${at}`) });
    expect([seen.stages("fails"), stands(seen, config)]).toEqual([["look-up", "borrow", "refuse", "undo"], after]);
  });
});

describe("the unit goes with the port", () => {
  const config = pair(limits(8, 2, 3));
  test("PAIR-3: a unit is released with its port, chunk and all", () => {
    const seen = play(config, [[0, open(5)], [0, close("op0")]]);
    // The core has four ports: 4/2+3. With 3 and 2 in use 2 and 3 units are free; with 1 in use 4 are, so the chunk of 3 goes back.
    expect(seen.stages("op1")).toEqual(["free", "release", "free", "release", "free", "release", "give-back", "free", "release"]);
    expect([seen.outcome("op1"), stands(seen, config)]).toEqual([[0, 4], "0/2+0 - | 4 of 4; 0 in use"]);
  });
  test("PAIR-3: a port that another core frees keeps its unit until its holder has collected it", () => {
    const closed = play(config, [[0, open(2)], [1, close("op0")]]);
    expect([closed.stages("op1"), closed.outcome("op1"), stands(closed, config)]).toEqual([["hand-over", "hand-over"], [0, 2], "2/2+0 - | 4 of 4; 0 in use, 2 handed over"]);
    const collected = play(config, [[0, open(2)], [1, close("op0")], [0, collect]]);
    expect(collected.stages("op2")).toEqual(["collect", "free", "release", "collect", "free", "release", "collect-empty"]);
    expect([collected.outcome("op2"), stands(collected, config)]).toEqual([[0, 2], "0/2+0 - | 4 of 4; 0 in use"]);
  });
  test("PAIR-3: the unit of a port that waits is still in use: its quota denies while it does", () => {
    const tight = pair(limits(2, 1, 1));
    const does = [[0, open()], [1, close("op0")], [0, open()], [0, collect], [0, open()]] as const;
    const seen = play(tight, does);
    expect([seen.outcomeWords("op2"), seen.outcomeWords("op4"), stands(seen, tight)]).toEqual(["denied after 0", "done: 1", "1/1+0 - | 0 of 0; 1 in use"]);
  });
  test("PAIR-3: the holder collects when its timer comes due, a second after the hand-over", () => {
    const before = play(config, [[0, open()], [1, close("op0")], { ms: 999 }]);
    expect(stands(before, config)).toBe("1/2+0 - | 4 of 4; 0 in use, 1 handed over");
    const after = play(config, [[0, open()], [1, close("op0")], { ms: 1000 }]);
    expect([after.stages("op1/collect/0"), stands(after, config)]).toEqual([["collect", "free", "release", "collect-empty"], "0/2+0 - | 4 of 4; 0 in use"]);
  });
  test("PAIR-3: a port that rests has been freed: its unit is released when the rest begins, and none when it ends", () => {
    const resting = pair(limits(8, 2, 3), { reuseDelayMs: 500 });
    const does = [[0, open(2)], [0, close("op0")], { ms: 500 }] as const;
    const seen = play(resting, does.slice(0, 2));
    expect([seen.stages("op1"), stands(seen, resting)]).toEqual([["delay", "release", "delay", "release"], "0/2+0 - | 4 of 4; 0 in use, 2 resting"]);
    const later = play(resting, does);
    expect(later.stages("op1/age/1"), "one timer for both").toEqual([]);
    expect([later.stages("op1/age/0"), stands(later, resting)]).toEqual([["expire", "expire", "age-done"], "0/2+0 - | 4 of 4; 0 in use"]);
    expect(play(resting, [...does.slice(0, 2), [0, age]]).stages("op2")).toEqual(["age-done"]);
  });
  test("PAIR-3: the port that makes room in a full queue releases no unit a second time", () => {
    const resting = pair(limits(8, 2, 3), { reuseDelayMs: 500, delayQueueMax: 1 });
    const seen = play(resting, [[0, open(2)], [0, open()], [0, close("op0")]]);
    expect([seen.stages("op2"), stands(seen, resting)]).toEqual([["delay", "release", "expire", "delay", "release", "give-back"], "1/2+0 - | 4 of 4; 1 in use, 1 resting"]);
  });
  test("PAIR-3: a well-known port is freed on any core, and its unit returns to the core that was granted it", () => {
    const known = pair(limits(8, 2, 3), { wellKnown: { low: 600, high: 603 } });
    const seen = play(known, [[0, open(1, { privatePort: 600 })], [1, open()], [1, close("op0")]]);
    expect([seen.stages("op0"), seen.stages("op2"), stands(seen, known)]).toEqual([[...first, "use", "take-well-known"], ["free-well-known", "release"], "0/2+0 1/2+0 | 4 of 4; 1 in use"]);
  });
  test("PAIR-3: a flow without a counted unit gives none back, under a quota either", () => {
    const free = pair(null);
    const seen = play(free, [[0, open()], [0, change(limits(8, 2, 3))], [0, open()], [0, close("op0")]]);
    expect([seen.stages("op3"), stands(seen, free)]).toEqual([["free", "release-none"], "1/2+0 - | 4 of 4; 1 in use"]);
  });
});

describe("units and ports at rest", () => {
  const config = pair(limits(12, 2, 3));
  const does = {
    a: [0, open(3)],
    b: [1, open(2)],
    c: [1, open(3, { protocol: "udp" })],
    back: [1, close("a")],
    d: [0, open()],
    shut: [1, close("b")],
  } as const;
  test.each([
    ["one after another", []],
    ["interleaved", ["a@4>b", "b@3>a", "back@1>d", "d@2>back"]],
  ])("PAIR-4: every unit in use stands for a port in use, ledger by ledger (%s)", (_, switches) => {
    // What `a` had is collected at rest; one flow of core 0 and three of core 1 stay. S is 12 − 2 × 2 = 8.
    const seen = play(config, does, { switches, rest: true });
    expect([standing(seen, 2).replace(/\+\d+/g, ""), portsIn(seen, config)]).toEqual([expect.stringMatching(/^1\/2 3\/2 \| \d of 8$/), "4 in use"]);
  });

  /** The failure of the model by itself, with a piece of its text replaced. */
  function failureWith(find: string, replace: string): unknown {
    const file = fileURLToPath(new URL("../model/port-quota/close.ts", import.meta.url));
    const patched = patchTexts([{ file, find, replace }]);
    if (!patched.ok) throw new Error(`${find} is met ${patched.error.met} times`);
    const events = Object.entries(does).map(([id, [core, command]]) => ({ id, do: "op", node: 0, core, command }) as const);
    const one: Case = { format: 1, system: "port-quota", profile: "product", config, seed: 3, events, deviations: [], rest: true };
    return new Alone(portQuota, "model", modelWith("port-quota", patched.texts) as Model).run(one).failure;
  }
  test("PAIR-4: a unit that its port left behind is missed at rest", () => {
    const release = "  parts.quota.beginRelease(row.slot, row.core, [unit]);\n";
    expect(failureWith(release, release)).toBeUndefined();
    expect(failureWith(release, release.replace("[unit]", "[{ ...unit, counted: false }]"))).toMatchObject({ verdict: "obligation missed", rules: expect.arrayContaining(["PAIR-4"]) });
  });
});
