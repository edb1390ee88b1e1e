/** Which core a packet is for: the order of decision, and each scheme. */
import { describe, expect, test } from "vitest";
import type { RssConfig, Scheme, TupleRule } from "../../spec/rss-distribution/terms.ts";
import { base, down, finish, packet, placed, rebalance, refusal, said, see, two, under, up, vote, type Does } from "../play-rss.ts";

const anything: TupleRule = { protocol: null, source: null, destination: null, sourcePort: null, destinationPort: null, core: 1, on: true };
/** Cores of the packets, operation by operation. */
function cores(config: RssConfig, does: Does): number[] {
  const seen = see(config, does);
  return does.flatMap((one, at) => ("ms" in one || one[1].kind !== "packet" ? [] : [placed(seen, `op${at}`)]));
}

describe("the order of decision", () => {
  const internal = [-1, 0, -1, -1];
  const full: RssConfig = { ...base, internal, rules: [{ ...anything, core: 3 }], steering: [{ by: "address", value: 1, core: 2 }], schemes: [{ kind: "card", coresOf: [[1], [1]] }, { kind: "hash" }] };
  test("RSS-19: internal address, tag, rule, steering table, then the schemes in their order", () => {
    const stage = (config: RssConfig, tag: number | null): string => see(config, [[0, packet(0, { tag })]]).stages("op0").join();
    expect(stage(full, 2)).toBe("internal");
    const tagged = { ...full, internal: base.internal };
    expect(stage(tagged, 2)).toBe("by-tag");
    expect(stage(tagged, null)).toBe("by-rule");
    expect(stage({ ...tagged, rules: [] }, null)).toBe("by-steering");
    expect(stage({ ...tagged, rules: [], steering: [] }, null)).toBe("by-card");
    expect(stage(base, null)).toBe("by-hash");
  });
  test("RSS-19: without any available core the packet is dropped and counted; the hash still names its bucket's core", () => {
    const one = { ...base, traffic: [false, true, false, false], indirection: [1, 1, 1, 1] };
    const dropped = see({ ...one, schemes: [{ kind: "least-loaded", packets: 1 }] }, [[0, packet(0)], [0, down(1)], [0, packet(0)]]);
    expect(said(dropped, "op0", "op2")).toEqual(["placed on core 1", "dropped: no core is available"]);
    expect(dropped.entry("node.dropped[node]")).toBe(1);
    expect(said(see(one, [[0, down(1)], [0, packet(0)]]), "op1", "op1/packet/0")).toEqual(["placed on core 1 (hash 51ccc178)", "lost at core 1"]);
  });

  test("RSS-9: a packet to another node's address is left to it, unhashed and unnumbered", () => {
    const seen = see({ ...base, internal: [-1, 1, -1, -1] }, [[0, packet(0, { tag: 2 })], [0, packet(1)]]);
    expect(said(seen, "op0", "op1")).toEqual(["left to node 1", "placed on core 2 (hash fde799b2)"]);
    expect(seen.entry("flow.sequence[flow 0]")).toBe(0);
  });
  test("RSS-9: one to this node's own goes to the control core, which makes no flow of it", () => {
    const seen = see({ ...base, control: 3, traffic: [true, true, true, false], indirection: [0, 1, 2, 2], internal }, [[0, packet(0)], [0, packet(1)]]);
    expect(said(seen, "op0", "op0/packet/0")).toEqual(["placed on core 3", "delivered on core 3"]);
    expect([seen.stages("op0/packet/0"), seen.stages("op1/packet/0")]).toEqual([["accept"], ["establish"]]);
    expect([seen.entry("local.known[core 3 of flow 0]"), seen.entry("flow.home[flow 0]"), seen.entry("local.last[core 3 of flow 0]")]).toEqual([0, 0, 1]);
  });
  test("RSS-9: an address that a node has must be let go before another gets it", () => {
    const register = (node: number) => ({ kind: "register", address: 2, node }) as const;
    const seen = see(base, [[0, register(0)], [0, register(1)], [0, register(0)], [0, register(-1)], [0, register(1)]]);
    expect(said(seen, "op0", "op1", "op2", "op3", "op4")).toEqual(["done", "refused", "done", "done", "done"]);
    expect(seen.entry("address.node[199.92.111.2]")).toBe(2);
  });
  test("RSS-9: the distributor assigns what no node has, and nothing else", () => {
    const assign = { kind: "assign", node: 1 } as const;
    const seen = see({ ...base, internal: [2, -1, -1, -1], assignable: [0, 3, 2] }, [[0, assign], [0, assign], [0, assign]]);
    expect([seen.outcome("op0")[1], seen.outcome("op1")[1]].sort()).toEqual([2, 3]);
    expect(seen.outcome("op2")).toEqual([1, -1]);
    expect(seen.entry("address.node[66.9.149.187]")).toBe(3);
  });

  test("RSS-17: a tag for an available core decides; one for a core that has gone, or does not exist, is ignored", () => {
    expect(cores(base, [[0, packet(0, { tag: 3 })], [0, down(3)], [0, packet(0, { tag: 3 })], [0, packet(0, { tag: 7 })]])).toEqual([3, 0, 0]);
  });
  test("RSS-14: a core that carries no traffic gets none: by tag, by move, by scheme", () => {
    const config = { ...base, traffic: [true, true, true, false], indirection: [0, 1, 2, 2] };
    expect(cores(config, [[0, packet(0, { tag: 3 })], [0, packet(0, { tag: 2 })]])).toEqual([0, 2]);
    expect(see(config, [[0, rebalance(0, 3)]]).stages("op0")).toEqual(["refuse-core"]);
    const least = { ...config, schemes: [{ kind: "least-loaded", packets: 1 }] as const };
    expect(cores(least, [0, 1, 2, 3].map(() => [3, packet(0)] as const)).slice(0, 3).sort()).toEqual([0, 1, 2]);
    expect(cores({ ...config, schemes: [{ kind: "thresholds", low: 5, high: 9 }] }, [[3, packet(0)]])[0]).not.toBe(3);
  });
  test("RSS-14: no configuration names a core without traffic", () => {
    const config = { ...base, traffic: [true, true, true, false], indirection: [0, 1, 2, 2] };
    expect(refusal(config)).toBe("accepted");
    expect(refusal({ ...config, indirection: [0, 1, 2, 3] })).toMatch(/^indirection\[3\] .*RSS-14/);
    expect(refusal({ ...config, rules: [{ ...anything, core: 3 }] })).toMatch(/^rules\[0\]\.core .*RSS-14/);
    expect(refusal({ ...config, steering: [{ by: "port", value: 80, core: 3 }] })).toMatch(/^steering\[0\]\.core .*RSS-14/);
  });
});

describe("rules and steering table", () => {
  test("RSS-4: the first rule that is on and covers the packet decides, and only while it is on", () => {
    const rules = [{ ...anything, destinationPort: 1766, core: 3, on: false }, { ...anything, source: 0, core: 2 }, anything];
    const set = (on: boolean) => ({ kind: "set-rule", rule: 0, on }) as const;
    expect(cores({ ...base, rules }, [[0, packet(0)], [0, set(true)], [0, packet(0)], [0, set(false)], [0, packet(0)], [0, packet(1)]])).toEqual([2, 3, 2, 1]);
  });
  test("RSS-4: everything that a rule asks for must agree", () => {
    const exact = { protocol: "tcp", source: 0, destination: 1, sourcePort: 2794, destinationPort: 1766, core: 3, on: true } as const;
    const stage = (more: object): string => see({ ...base, rules: [{ ...exact, ...more }] }, [[0, packet(0)]]).stages("op0").join();
    expect(stage({})).toBe("by-rule");
    for (const other of [{ protocol: "udp" }, { source: 1 }, { destination: 0 }, { sourcePort: 1766 }, { destinationPort: 2794 }]) expect(stage(other)).toBe("by-hash");
  });
  test("RSS-4: a rule that asks for ports covers no fragment; one that does not, does", () => {
    const stage = (rule: TupleRule): string => see({ ...base, rules: [rule] }, [[0, packet(0, { fragment: true })]]).stages("op0").join();
    expect(stage({ ...anything, destinationPort: 1766 })).toBe("by-hash");
    expect(stage({ ...anything, sourcePort: 2794 })).toBe("by-hash");
    expect(stage({ ...anything, protocol: "tcp" })).toBe("by-rule");
  });
  test("RSS-4: a rule whose core is not available is passed over", () => {
    const rules = [{ ...anything, core: 3 }, { ...anything, core: 2 }];
    expect(cores({ ...base, rules }, [[0, packet(0)], [0, down(3)], [0, packet(0)]])).toEqual([3, 2]);
  });
  test("RSS-12: the table steers by destination port or address; an empty entry or a core that has gone does not", () => {
    const steering = [{ by: "port", value: 1766, core: 3 }, { by: "address", value: 1, core: 2 }] as const;
    const steer = (core: number) => ({ kind: "steer", entry: 0, core }) as const;
    expect(cores({ ...base, steering }, [[0, packet(0)], [0, packet(0, { fragment: true })], [0, steer(-1)], [0, packet(0)], [0, steer(1)], [0, packet(0)], [0, down(1)], [0, packet(0)]])).toEqual([3, 2, 2, 1, 2]);
    expect(see({ ...base, steering: [{ by: "port", value: 2794, core: 3 }, { by: "address", value: 0, core: 3 }] }, [[0, packet(0)]]).stages("op0")).toEqual(["by-hash"]);
  });
});

describe("schemes by list", () => {
  test("RSS-27: the core of the destination address, or the least loaded of several", () => {
    const config = under({ kind: "virtual-address", coresOf: [[], [3], [], [1, 2]] }, { kind: "hash" });
    expect(see(config, [[0, packet(0)]]).stages("op0")).toEqual(["by-address"]);
    expect(cores(config, [[0, packet(0)], [0, packet(0)]])).toEqual([3, 3]);
    const [first, second, third] = cores(config, [[0, packet(2, { cost: 5 })], [0, packet(2)], [0, packet(2)]]);
    expect([first, second].sort()).toEqual([1, 2]);
    expect(third).toBe(second);
  });
  test("RSS-28: the core of the card that the packet came in by", () => {
    const config = under({ kind: "card", coresOf: [[2], [3]] }, { kind: "hash" });
    expect(cores(config, [[0, packet(0)], [0, packet(0, { card: 1 })], [0, down(3)], [0, packet(0, { card: 1 })]])).toEqual([2, 3, 0]);
  });
  test("RSS-13: the first function that has the destination port; borders belong to it, and a fragment has no port", () => {
    const scheme = (low: number, high: number): Scheme => ({ kind: "function", functions: [{ low: 1, high: 9, cores: [1] }, { low, high, cores: [3] }, { low: 1, high: 65535, cores: [2] }] });
    const core = (low: number, high: number, more = {}): number => cores(under(scheme(low, high), { kind: "hash" }), [[0, packet(0, more)]])[0];
    expect([core(1766, 1766), core(1767, 9999), core(1000, 1765), core(1766, 1766, { fragment: true })]).toEqual([3, 2, 2, 2]);
    expect(see(under(scheme(1, 2), { kind: "hash" }), [[0, packet(0, { fragment: true })]]).stages("op0")).toEqual(["by-hash"]);
  });
  test("RSS-25: what does not apply leaves the packet to the next; the list ends with one that always does", () => {
    const lists = { kind: "virtual-address", coresOf: [[], [], [], [3]] } as const;
    const seen = see(under(lists, { kind: "hash" }), [[0, packet(0)], [0, packet(2)]]);
    expect([seen.stages("op0"), seen.stages("op1")]).toEqual([["by-hash"], ["by-address"]]);
    expect(refusal(under(lists))).toMatch(/^schemes\[0\]\.kind .*RSS-25/);
    expect(refusal(under({ kind: "hash" }, lists))).toMatch(/^schemes\[0\]\.kind .*RSS-25/);
    expect(refusal(under(lists, lists, { kind: "hash" }))).toMatch(/^schemes\[\d\]\.kind .*RSS-25/);
  });
});

describe("schemes by load and by memory", () => {
  const load = (packets: number): Scheme => ({ kind: "least-loaded", packets });
  test("RSS-5: each packet goes to the least loaded core, and load grows with its cost", () => {
    const [first, second, third, fourth] = cores(two(load(1)), [[0, packet(0, { cost: 3 })], [0, packet(0)], [0, packet(0)], [0, packet(0)]]);
    expect([second, third, fourth]).toEqual([1 - first, 1 - first, 1 - first]);
    const done = cores(two(load(1)), [[0, packet(0, { cost: 3 })], [0, packet(0, { cost: 2 })], [0, finish("op0")], [0, packet(0)]]);
    expect(done[2]).toBe(done[0]);
  });
  test("RSS-5: with n = 2 a core gets two packets in a row, then it is the least loaded one's turn", () => {
    const [a, b, c, d, e] = cores(two(load(2)), [0, 1, 2, 3, 4].map(() => [0, packet(0, { cost: 2 })] as const));
    expect([b, c, d]).toEqual([a, 1 - a, 1 - a]);
    expect([0, 1]).toContain(e);
  });
  test("RSS-21: below low it is kept, from high on passed on, between them kept unless another core has less load", () => {
    const thresholds = two({ kind: "thresholds", low: 2, high: 4 });
    // Loads of cores 0 and 1 before each: 0 0, 1 0, 2 0, 2 1, 2 2, 3 2, 3 3, 4 3, 4 4.
    expect(cores(thresholds, Array.from({ length: 9 }, () => [0, packet(0)] as const))).toEqual([0, 0, 1, 1, 0, 1, 0, 1, 1]);
    expect(cores(thresholds, [[0, down(1)], ...Array.from({ length: 6 }, () => [0, packet(0)] as const)])).toEqual([0, 0, 0, 0, 0, 0]);
  });

  const votes = under({ kind: "votes", ageWeight: 1, ageMaxMs: 500, priorityWeight: 100, levels: [5, 9] }, { kind: "hash" });
  test("RSS-22: a vote wins by its age or by its priority, is used up, and then the next has its turn", () => {
    // Core 1 votes under a load of 9: no level is above it. Core 2 votes without load: 2 levels, 200 more.
    const given = [[0, packet(2, { tag: 1, cost: 9 })], [1, vote]] as const;
    expect(cores(votes, [...given, { ms: 199 }, [2, vote], [0, packet(0)], [0, packet(0)], [0, packet(0)]])).toEqual([1, 2, 1, 0]);
    expect(cores(votes, [...given, { ms: 201 }, [2, vote], [0, packet(0)], [0, packet(0)]])).toEqual([1, 1, 2]);
  });
  test("RSS-22: a level counts strictly above the load, age is bounded, and a later vote replaces the earlier", () => {
    const levels = (cost: number): number => see(votes, [[0, packet(2, { tag: 1, cost })], [1, vote]]).entry("core.levels[core 1]");
    expect([levels(4), levels(5), levels(8), levels(9)]).toEqual([2, 1, 1, 0]);
    const bounded = under({ kind: "votes", ageWeight: 1, ageMaxMs: 150, priorityWeight: 100, levels: [5, 9] }, { kind: "hash" });
    expect(cores(bounded, [[0, packet(2, { tag: 1, cost: 9 })], [1, vote], { ms: 201 }, [2, vote], [0, packet(0)]])).toEqual([1, 2]);
    const again = see(votes, [[1, vote], { ms: 70 }, [1, vote]]);
    expect(again.entry("core.vote[core 1]")).toBe(71);
  });
  test("RSS-23: both directions of a pair go to one core until it goes; another pair gets a less loaded one", () => {
    const seen = see(two({ kind: "pair" }), [[0, packet(0, { cost: 5 })], [0, packet(1)], [0, packet(2)], [0, packet(3)], [1, packet(0)]]);
    const first = placed(seen, "op0");
    expect([1, 2, 3, 4].map((at) => placed(seen, `op${at}`))).toEqual([first, 1 - first, 1 - first, first]);
    // All of the pair's packets on core 1, which goes.
    const gone = under({ kind: "pair" });
    const away = see({ ...gone, traffic: [false, true, true, false], indirection: [1, 1, 2, 2] }, [[0, packet(0)], [0, down(1)], [0, down(2)], [0, up(1)], [0, packet(1)], [0, up(2)], [0, down(1)], [0, packet(0)]]);
    expect([placed(away, "op4"), placed(away, "op7")]).toEqual([1, 2]);
  });
  test("RSS-24: both directions go to the core that established the conversation, if it is there", () => {
    const config = under({ kind: "established" }, { kind: "hash" });
    const seen = see(config, [[0, packet(0, { tag: 3 })], [0, packet(1)], [0, packet(0)], [0, down(3)], [0, packet(1)]]);
    expect([1, 2, 4].map((at) => placed(seen, `op${at}`))).toEqual([3, 3, 2]);
    expect([1, 4].map((at) => seen.stages(`op${at}`).join())).toEqual(["by-establisher", "by-hash"]);
  });
  test("RSS-24: the core that established it first stays it, though another gets to know the other direction", () => {
    const seen = see(under({ kind: "established" }, { kind: "hash" }), [[0, packet(0, { tag: 3 })], [0, packet(1, { tag: 1 })], [0, packet(0)], [0, packet(1)]]);
    expect([seen.entry("flow.home[flow 1]"), placed(seen, "op2"), placed(seen, "op3")]).toEqual([2, 3, 3]);
  });
  test.each([
    [99, true],
    [100, false],
  ])("RSS-26: %i ms into a slice of 100 ms the core is the same: %s", (ms, same) => {
    const [first, second] = cores(under({ kind: "time-slice", ms: 100 }), [[0, packet(0)], { ms }, [0, packet(2)]]);
    expect(second === first).toBe(same);
  });
  test("RSS-26: the only core left keeps the slice; one that goes gives it up before its end", () => {
    const alone = { ...base, traffic: [false, true, false, false], indirection: [1, 1, 1, 1], schemes: [{ kind: "time-slice", ms: 100 }] } as const;
    const seen = see(alone, [[0, packet(0)], { ms: 130 }, [0, packet(0)]]);
    expect([placed(seen, "op0"), placed(seen, "op2"), seen.entry("node.sliceEnd[node]")]).toEqual([1, 1, 230]);
    expect(cores(two({ kind: "time-slice", ms: 100 }), [[0, packet(0)], { ms: 100 }, [0, packet(0)], [0, down(1)], [0, packet(0)]])[2]).toBe(0);
  });
});
