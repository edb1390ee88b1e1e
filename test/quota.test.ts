/** Worked examples of the quota rules, on model and implementation together. The numbers are worked out by hand; Q, E and the chunk of each example stand in its `limits`. */
import { describe, expect, test } from "vitest";
import { quota } from "../harness/systems/quota/index.ts";
import type { QuotaConfig, QuotaParameters } from "../spec/quota/terms.ts";
import { quotaLayout } from "../spec/quota/view.ts";
import { base, change, changes, limits, play, release, request, standing, under, walk } from "./play-quota.ts";

/** First requests: the core's record, the node's record. */
const first = ["look-up", "init-core", "init-global"];

describe("parameters and records", () => {
  test("QUOTA-1: each core has E units of its own, and S = Q − cores × E are given out in chunks", () => {
    walk(base, [
      [0, request(2), "done: 2", "2/2+0 - | 4 of 4"],
      [1, request(3), "done: 3", "2/2+0 3/2+3 | 1 of 4"],
    ]);
  });
  test.each<[string, QuotaParameters, string, string]>([
    ["S = 4 − 2 × 2 = 0 is accepted", limits(4, 2, 3), "done", "1/2+0 - | 0 of 0"],
    ["S = 3 − 2 × 2 < 0 is refused and changes nothing", limits(3, 2, 3), "refused", "1/2+0 - | 4 of 4"],
    ["4 % of 100 units are 4, which is accepted", limits({ percentOfMemory: 4 }, 2, 3), "done", "1/2+0 - | 0 of 0"],
    ["3 % of 100 units are 3, which is refused", limits({ percentOfMemory: 3 }, 2, 3), "refused", "1/2+0 - | 4 of 4"],
  ])("QUOTA-1: %s", (_, to, outcome, after) => {
    const seen = walk(base, [
      [0, request(), "done: 1", "1/2+0 - | 4 of 4"],
      [1, change(to), outcome, after],
    ]);
    expect(seen.entry("published.generation[group 0 ports]")).toBe(outcome === "done" ? 2 : 1);
    if (outcome === "refused") expect([seen.stages("op1"), changes(seen, base, "op1")]).toEqual([["refuse-change"], [[]]]);
    expect(quota.parseConfig(under(to), "product").ok).toBe(outcome === "done");
  });

  test("QUOTA-2: without a quota every request is allowed and counts nothing; with one it counts", () => {
    const seen = play(base, [[0, request(1000, 0, "sessions")], [0, request(1, 1)]]);
    expect([seen.outcome("op0"), seen.stages("op0"), changes(seen, base, "op0")]).toEqual([[0, 1000], ["unlimited"], [[]]]);
    expect(seen.stages("op1")).toEqual([...first, "use"]);
  });
  test("QUOTA-2: when a quota is taken away the records stay as they are until one is configured again", () => {
    const seen = walk(base, [
      [0, request(2), "done: 2", "2/2+0 - | 4 of 4"],
      [1, change(null), "done", "2/2+0 - | 4 of 4"],
      [0, request(9), "done: 9", "2/2+0 - | 4 of 4"],
      [1, change(limits(9, 2, 1)), "done", "2/2+0 - | 5 of 5"],
      [0, request(), "done: 1", "3/2+1 - | 4 of 5"],
    ]);
    expect(seen.stages("op1")).toEqual(["publish"]);
  });
  test.each([
    ["finds no record to make, so all it still wants is allowed uncounted", false, ["look-up", "unlimited"], "- - | -"],
    ["goes on under the record that it has", true, ["look-up", "use", "borrow"], "3/2+3 - | 1 of 4"],
  ])("QUOTA-2: a request whose quota is taken away after the look-up %s", (_, recorded, stages, after) => {
    const before = recorded ? { before: [0, request()] as const } : undefined;
    const seen = play(base, { ...before, late: [0, request(2)], away: [1, change(null)] }, { switches: ["late@1>away"] });
    expect([seen.outcome("late"), seen.stages("late"), standing(seen, 2)]).toEqual([[0, 2], stages, after]);
  });

  test("QUOTA-6: the first request on a core makes its record, the first on the node the node's, once each", () => {
    const seen = play(base, [[0, request()], [0, request()], [1, request()], [1, request(1, 1)], [0, request(1, 1)]]);
    expect([0, 1, 2, 3, 4].map((at) => seen.stages(`op${at}`))).toEqual([[...first, "use"], ["look-up", "use"], ["look-up", "init-core", "use"], [...first, "use"], ["look-up", "init-core", "use"]]);
    expect(changes(seen, base, "op0").slice(1, 3)).toEqual([
      ["core.present 0>1", "core.generation 0>1", "core.exclusive 0>2", "core.chunk 0>3"],
      ["global.present 0>1", "global.generation 0>1", "global.total 0>4", "global.remaining 0>4"],
    ]);
  });
  test("QUOTA-6: of two first requests at once one makes the node's record, and the other finds it", () => {
    const seen = play(base, { a: [0, request(3)], b: [1, request(3)] }, { switches: ["a@2>b"] });
    expect([seen.stages("a"), seen.stages("b")]).toEqual([["look-up", "init-core", "use", "use", "borrow"], [...first, "use", "use", "borrow"]]);
    // The second of them finds 1 unit left of 4.
    expect(standing(seen, 2)).toBe("3/2+1 3/2+3 | 0 of 4");
  });
  test("QUOTA-6: a record is made from the parameters published at that very step", () => {
    const seen = play(base, { a: [0, request()], b: [1, change(limits(20, 5, 4))] }, { switches: ["a@1>b"] });
    expect([standing(seen, 2), seen.entry("core.chunk[subscriber 0 ports core 0]"), seen.entry("core.generation[subscriber 0 ports core 0]")]).toEqual(["1/5+0 - | 10 of 10", 4, 2]);
  });

  test.each<[QuotaParameters["total"], number, number]>([
    [8, 99, 8],
    [0, 99, 0],
    [{ percentOfMemory: 10 }, 99, 9],
    [{ percentOfMemory: 99 }, 100, 99],
    [{ percentOfMemory: 100 }, 7, 7],
    [{ percentOfMemory: 50 }, 1, 0],
  ])("QUOTA-15: a total of %j on %i units of memory is %i units", (total, memoryUnits, units) => {
    const config = { ...under(limits(total, 0, 1)), memoryUnits };
    const seen = play(config, [[0, request(1000)]]);
    expect([seen.entry("published.total[group 0 ports]"), seen.outcome("op0"), standing(seen, 2)]).toEqual([units, [1, units], `${units}/0+${units} - | 0 of ${units}`]);
  });
  test("QUOTA-15: a quota is the group's, the units are each subscriber's own and each resource's own", () => {
    const config: QuotaConfig = { cores: 1, groupOf: [0, 1, 0], memoryUnits: 100, quotas: [[limits(3, 1, 1), limits(2, 0, 1), null], [limits(5, 1, 1), null, null]] };
    const seen = play(config, [[0, request(9)], [0, request(9, 1)], [0, request(9, 2)], [0, request(9, 0, "sessions")], [0, change(limits(4, 1, 1))]]);
    expect([0, 1, 2, 3].map((at) => seen.outcome(`op${at}`))).toEqual([[1, 3], [1, 5], [1, 3], [1, 2]]);
    const after = [{ subscriber: 0 }, { subscriber: 1 }, { subscriber: 2 }, { resource: "sessions" } as const].map((whose) => standing(seen, 1, whose));
    expect(after).toEqual(["3/1+2 | 1 of 3", "5/1+4 | 0 of 4", "3/1+2 | 1 of 3", "2/0+2 | 0 of 2"]);
  });
});

describe("granting", () => {
  test("QUOTA-3: while used < exclusive + held a unit is allowed and counted, and never more than that", () => {
    const seen = walk(base, [
      [0, request(), "done: 1", "1/2+0 - | 4 of 4"],
      [0, request(), "done: 1", "2/2+0 - | 4 of 4"],
      [0, request(), "done: 1", "3/2+3 - | 1 of 4"],
      [0, request(2), "done: 2", "5/2+3 - | 1 of 4"],
      [0, request(9), "denied after 1", "6/2+4 - | 0 of 4"],
    ]);
    expect([1, 2, 3, 4].map((at) => seen.stages(`op${at}`).slice(1))).toEqual([["use"], ["borrow"], ["use", "use"], ["borrow", "deny"]]);
    expect(changes(seen, base, "op1")).toEqual([[], ["core.used 1>2"]]);
  });

  test.each([
    [1, 1, 3],
    [3, 3, 1],
    [4, 4, 0],
    [9, 4, 0],
  ])("QUOTA-4: of 4 shared units a chunk of %i moves %i", (chunk, held, remaining) => {
    const seen = walk(under(limits(8, 2, chunk)), [[0, request(3), "done: 3", `3/2+${held} - | ${remaining} of 4`]]);
    expect(changes(seen, base, "op0").at(-1)).toEqual([`global.remaining 4>${remaining}`, "core.used 2>3", `core.held 0>${held}`]);
  });
  test("QUOTA-4: two cores want the last shared unit; what remains does not become negative", () => {
    const last = under(limits(3, 1, 3));
    const both = { a: [0, request()], b: [1, request()], c: [0, request()], d: [1, request()] } as const;
    const seen = play(last, both, { switches: ["c@1>d"] });
    expect([seen.stages("c"), seen.stages("d"), standing(seen, 2)]).toEqual([["look-up", "deny"], ["look-up", "borrow"], "1/1+0 2/1+1 | 0 of 1"]);
    const other = play(last, both, { switches: ["c@0>d", "d@1>c"] });
    expect([other.stages("c"), other.stages("d"), standing(other, 2)]).toEqual([["look-up", "borrow"], ["look-up", "deny"], "2/1+1 1/1+0 | 0 of 1"]);
  });

  test("QUOTA-5: a denied request changes nothing, and keeps what it was granted before", () => {
    const seen = walk(base, [
      [0, request(9), "denied after 6", "6/2+4 - | 0 of 4"],
      [0, request(), "denied after 0", "6/2+4 - | 0 of 4"],
      [1, request(3), "denied after 2", "6/2+4 2/2+0 | 0 of 4"],
      [0, release("op0"), "done: 6", "0/2+1 2/2+0 | 3 of 4"],
      [1, request(), "done: 1", "0/2+1 3/2+3 | 0 of 4"],
    ]);
    expect([seen.stages("op1"), changes(seen, base, "op1")]).toEqual([
      ["look-up", "deny"],
      [[], []],
    ]);
  });
  test("QUOTA-5: a quota of nothing denies the first unit", () => {
    expect(walk(under(limits(0, 0, 1)), [[0, request(), "denied after 0", "0/0+0 - | 0 of 0"]]).stages("op0")).toEqual([...first, "deny"]);
  });

  test("QUOTA-14: exclusive units are used first, held ones before more are borrowed", () => {
    const seen = walk(base, [
      [0, request(5), "done: 5", "5/2+3 - | 1 of 4"],
      [0, request(), "done: 1", "6/2+4 - | 0 of 4"],
    ]);
    expect([seen.stages("op0"), seen.stages("op1")]).toEqual([
      [...first, "use", "use", "borrow", "use", "use"],
      ["look-up", "borrow"],
    ]);
  });
  test("QUOTA-14: shared units are given back first, while exclusive ones are still in use", () => {
    walk(base, [
      [0, request(), "done: 1", "1/2+0 - | 4 of 4"],
      [0, request(2), "done: 2", "3/2+3 - | 1 of 4"],
      [0, release("op1"), "done: 2", "1/2+0 - | 4 of 4"],
      [0, request(), "done: 1", "2/2+0 - | 4 of 4"],
    ]);
  });
});

describe("releasing", () => {
  test("QUOTA-7: a chunk goes back once more than a chunk is free, not when just a chunk is", () => {
    const seen = walk(base, [
      [0, request(), "done: 1", "1/2+0 - | 4 of 4"],
      [0, request(), "done: 1", "2/2+0 - | 4 of 4"],
      [0, request(), "done: 1", "3/2+3 - | 1 of 4"],
      [0, release("op2"), "done: 1", "2/2+3 - | 1 of 4"],
      [0, release("op1"), "done: 1", "1/2+0 - | 4 of 4"],
      [0, release("op0"), "done: 1", "0/2+0 - | 4 of 4"],
    ]);
    expect([3, 4, 5].map((at) => seen.stages(`op${at}`))).toEqual([["release"], ["release", "give-back"], ["release"]]);
    expect(changes(seen, base, "op4")).toEqual([["core.used 2>1"], ["global.remaining 1>4", "core.held 3>0"]]);
  });
  test("QUOTA-7: no more goes back than is held: 1 unit where a chunk is 3", () => {
    // 5/4+1; free is 1, 2, 3, and 4 with the fourth unit.
    const seen = walk(under(limits(5, 4, 3), 1), [
      [0, request(5), "done: 5", "5/4+1 | 0 of 1"],
      [0, release("op0"), "done: 5", "0/4+0 | 1 of 1"],
    ]);
    expect(seen.stages("op1")).toEqual(["release", "release", "release", "release", "give-back", "release"]);
  });
  test("QUOTA-7: a chunk at a time goes back, and the last of it stays where no more than a chunk is free", () => {
    // 6/2+4; with four units gone 4 are free: 3 go back, and 2/2+1 ends as 0/2+1 with just 3 free.
    const seen = walk(base, [
      [0, request(6), "done: 6", "6/2+4 - | 0 of 4"],
      [0, release("op0"), "done: 6", "0/2+1 - | 3 of 4"],
    ]);
    expect(seen.stages("op1")).toEqual(["release", "release", "release", "release", "give-back", "release", "release"]);
  });
  test("QUOTA-7: the unit returns to the core that granted it, wherever it is released", () => {
    const seen = walk(base, [
      [0, request(2), "done: 2", "2/2+0 - | 4 of 4"],
      [1, request(1), "done: 1", "2/2+0 1/2+0 | 4 of 4"],
      [1, release("op0"), "done: 2", "0/2+0 1/2+0 | 4 of 4"],
    ]);
    expect(seen.stages("op2")).toEqual(["release", "release"]);
  });
  test("QUOTA-7: what was meant to go back stays when the core has used it meanwhile", () => {
    // After two releases 1/2+3 has 4 free; a request makes it 3 before the chunk is given back.
    const seen = play(base, { a: [0, request()], b: [0, request(2)], back: [1, release("b")], c: [0, request()] }, { switches: ["back@2>c"] });
    expect([seen.stages("back"), changes(seen, base, "back").at(-1), standing(seen, 2)]).toEqual([["release", "release", "give-back"], [], "2/2+3 - | 1 of 4"]);
  });

  test("QUOTA-8: what was granted without a quota gives nothing back under one", () => {
    const seen = walk(under(null), [
      [0, request(2), "done: 2", "- - | -"],
      [0, change(limits(8, 2, 3)), "done", "- - | -"],
      [0, request(3), "done: 3", "3/2+3 - | 1 of 4"],
      [0, release("op0"), "done: 2", "3/2+3 - | 1 of 4"],
      [0, release("op2"), "done: 3", "0/2+0 - | 4 of 4"],
    ]);
    expect([seen.stages("op3"), changes(seen, base, "op3")]).toEqual([["release-none", "release-none"], [[], []]]);
  });
  test("QUOTA-8: what was counted gives its unit back, also when the quota has been taken away", () => {
    const seen = walk(base, [
      [0, request(3), "done: 3", "3/2+3 - | 1 of 4"],
      [0, change(null), "done", "3/2+3 - | 1 of 4"],
      [0, request(), "done: 1", "3/2+3 - | 1 of 4"],
      [1, release("op0"), "done: 3", "0/2+0 - | 4 of 4"],
      [1, release("op2"), "done: 1", "0/2+0 - | 4 of 4"],
    ]);
    expect([seen.stages("op3"), seen.stages("op4")]).toEqual([["release", "release", "give-back", "release"], ["release-none"]]);
  });
});

describe("changing", () => {
  test("QUOTA-9: a change is applied to every subscriber of the group, core by core, the node's record last", () => {
    const config: QuotaConfig = { cores: 2, groupOf: [0, 1, 0], memoryUnits: 100, quotas: [[limits(8, 2, 3), null, null], [limits(8, 2, 3), null, null]] };
    const seen = play(config, [[1, request()], [0, request(1, 1)], [0, change(limits(10, 3, 2))]]);
    const each = ["apply-core", "apply-core", "apply-global"];
    expect(seen.stages("op2")).toEqual(["publish", ...each, ...each]);
    expect(changes(seen, config, "op2")).toEqual([
      ["published.generation 1>2", "published.total 8>10", "published.exclusive 2>3", "published.chunk 3>2"],
      [],
      ["core.generation 1>2", "core.exclusive 2>3", "core.chunk 3>2"],
      ["global.generation 1>2"],
      [],
      [],
      [],
    ]);
    // Subscriber 1 belongs to the other group, subscriber 2 has no records.
    expect([0, 1, 2].map((subscriber) => standing(seen, 2, { subscriber }))).toEqual(["- 1/3+0 | 4 of 4", "1/2+0 - | 4 of 4", "- - | -"]);
  });
  test("QUOTA-9: a request that begins after the change brings its own record up to date; one that began before goes on under the old", () => {
    const tight = under(limits(4, 2, 1));
    const script = { a: [0, request(2)], wider: [1, change(limits(6, 3, 1))], b: [0, request()] } as const;
    const after = play(tight, script, { switches: ["wider@1>b"] });
    expect([after.stages("b"), after.outcome("b"), standing(after, 2)]).toEqual([["look-up", "refresh-core", "use"], [0, 1], "3/3+0 - | 0 of 0"]);
    // The change comes to this core when nothing is left to be done there.
    expect(changes(after, tight, "wider")[1]).toEqual([]);
    const before = play(tight, script, { switches: ["wider@0>b", "b@1>wider", "wider@1>b"] });
    expect([before.stages("b"), before.outcome("b"), standing(before, 2)]).toEqual([["look-up", "deny"], [1, 0], "2/3+0 - | 0 of 0"]);
  });
  test("QUOTA-9: a changed chunk holds for later grants and returns", () => {
    const seen = walk(base, [
      [0, request(3), "done: 3", "3/2+3 - | 1 of 4"],
      [0, change(limits(8, 2, 1)), "done", "3/2+3 - | 1 of 4"],
      [0, release("op0"), "done: 3", "0/2+0 - | 4 of 4"],
      [1, request(3), "done: 3", "0/2+0 3/2+1 | 3 of 4"],
    ]);
    // One unit goes back at a time: with 2, 1 and 0 in use 3 are free each time, then 3 and 3 again.
    expect(seen.stages("op2")).toEqual(["release", "give-back", "release", "give-back", "release", "give-back"]);
  });

  // One core, Q = 12, E = 4, S = 8, chunks of 2; then E' with S' = 12 − E'.
  test.each([
    ["3 in use of 4, 1 stays exclusive: 2 are borrowed", 3, 12, 1, "3/4+0 | 8 of 8", "3/1+2 | 9 of 11"],
    ["3 in use of 4, 3 stay exclusive: none is borrowed", 3, 12, 3, "3/4+0 | 8 of 8", "3/3+0 | 9 of 9"],
    ["none in use: none is borrowed", 0, 12, 0, "0/4+0 | 8 of 8", "0/0+0 | 12 of 12"],
    ["5 in use count as the 4 of the old quota: 3 are borrowed, 2 were held", 5, 12, 1, "5/4+2 | 6 of 8", "5/1+5 | 6 of 11"],
    ["nothing in use is cut off, though there is nothing to borrow", 3, 1, 1, "3/4+0 | 8 of 8", "3/1+2 | -2 of 0"],
  ])("QUOTA-10: %s", (_, used, total, exclusive, before, after) => {
    const config = under(limits(12, 4, 2), 1);
    walk(config, [
      [0, request(5), "done: 5", "5/4+2 | 6 of 8"],
      [0, release("op0"), "done: 5", "0/4+0 | 8 of 8"],
    ]);
    const asked = used === 0 ? ([[0, request()], [0, release("op0")]] as const) : ([[0, request(used)]] as const);
    expect(standing(play(config, asked), 1)).toBe(before);
    expect(standing(play(config, [...asked, [0, change(limits(total, exclusive, 2))]]), 1)).toBe(after);
  });

  // One core, Q = 12, E = 2, S = 10, chunks of 3; then E' with S' = 12 − E'.
  test.each([
    ["by 1, so 1 of the 3 held goes back", 3, 3, "3/2+3 | 7 of 10", "3/3+2 | 7 of 9"],
    ["by 7, so all the 3 held go back", 3, 9, "3/2+3 | 7 of 10", "3/9+0 | 3 of 3"],
    ["and none is held, so none goes back", 2, 4, "2/2+0 | 10 of 10", "2/4+0 | 8 of 8"],
  ])("QUOTA-11: the exclusive quota grows %s", (_, used, exclusive, before, after) => {
    walk(under(limits(12, 2, 3), 1), [
      [0, request(used), `done: ${used}`, before],
      [0, change(limits(12, exclusive, 3)), "done", after],
    ]);
  });

  test("QUOTA-12: what remains may become negative; then nothing is granted from it until it is 1 again", () => {
    const config = under(limits(6, 1, 1), 1);
    const four = [0, 1, 2, 3].map((at) => [0, request(), "done: 1", ["1/1+0 | 5 of 5", "2/1+1 | 4 of 5", "3/1+2 | 3 of 5", "4/1+3 | 2 of 5"][at]] as const);
    const seen = walk(config, [
      ...four,
      [0, change(limits(2, 1, 1)), "done", "4/1+3 | -2 of 1"],
      [0, request(), "denied after 0", "4/1+3 | -2 of 1"],
      [0, release("op3"), "done: 1", "3/1+3 | -2 of 1"],
      [0, release("op2"), "done: 1", "2/1+2 | -1 of 1"],
      [0, release("op1"), "done: 1", "1/1+1 | 0 of 1"],
      [0, request(2), "denied after 1", "2/1+1 | 0 of 1"],
      [0, release("op9"), "done: 1", "1/1+1 | 0 of 1"],
      [0, release("op0"), "done: 1", "0/1+0 | 1 of 1"],
      [0, request(2), "done: 2", "2/1+1 | 0 of 1"],
    ]);
    expect(seen.rules).toContain("QUOTA-12");
  });
  test("QUOTA-12: a larger total makes up for it by as much as it grows", () => {
    walk(under(limits(6, 1, 1), 1), [
      [0, request(4), "done: 4", "4/1+3 | 2 of 5"],
      [0, change(limits(2, 1, 1)), "done", "4/1+3 | -2 of 1"],
      [0, change(limits(4, 1, 1)), "done", "4/1+3 | 0 of 3"],
      [0, request(), "denied after 0", "4/1+3 | 0 of 3"],
      [0, change(limits(5, 1, 1)), "done", "4/1+3 | 1 of 4"],
      [0, request(), "done: 1", "5/1+4 | 0 of 4"],
    ]);
  });
});

describe("balance", () => {
  // S is 12 − 4 × 2 = 4, then 17 − 4 × 4 = 1, then 12 − 4 × 1 = 8.
  const four = under(limits(12, 2, 3), 4);
  const busy = {
    a: [0, request(5)],
    b: [1, request(4)],
    smaller: [2, change(limits(17, 4, 2))],
    c: [0, release("a")],
    e: [1, release("b")],
    larger: [2, change(limits(12, 1, 1))],
    d: [3, request(9)],
  } as const;
  test.each([
    ["one after another", []],
    ["a change in the middle of requests", ["a@4>smaller", "smaller@2>b", "b@3>a"]],
    ["a change in the middle of releases and of a request", ["c@2>e", "e@1>larger", "larger@2>d", "d@3>e"]],
  ])("QUOTA-13: at every step held and remaining make up the total, and used is not negative (%s)", (_, switches) => {
    const seen = play(four, busy, { switches });
    const { core, global, size } = quotaLayout(four, 0);
    const view = new Int32Array(size);
    for (const step of seen.steps) {
      for (const one of step.changes) view[one.entry] = one.implementationAfter;
      // The ports of subscriber 0 are the first of each column, core by core.
      const [used, held] = [core.used, core.held].map((column) => [...view.subarray(column, column + 4)]);
      expect(held.reduce((sum, one) => sum + one, view[global.remaining])).toBe(view[global.total]);
      expect(Math.min(...used, ...held)).toBeGreaterThanOrEqual(0);
    }
    expect(view[global.total]).toBe(8);
  });
  test("QUOTA-13: without a reduction the units in use never exceed Q", () => {
    const seen = play(base, { a: [0, request(9)], b: [1, request(9)] }, { switches: ["a@3>b", "b@5>a", "a@6>b"] });
    expect([seen.outcomeWords("a"), seen.outcomeWords("b"), standing(seen, 2)]).toEqual(["denied after 3", "denied after 5", "3/2+1 5/2+3 | 0 of 4"]);
  });
});
