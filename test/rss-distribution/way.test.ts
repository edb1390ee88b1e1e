/** What becomes of a packet once it is placed, and of the flows that cores know. */
import { describe, expect, test } from "vitest";
import { base, down, during, finish, packet, rebalance, said, see, two, under } from "../play-rss.ts";

describe("on its way", () => {
  test("RSS-3: a packet that waits while its bucket moves is handed over with its hash; one that comes later goes there at once", () => {
    const seen = see(base, [[1, packet(0)], [0, rebalance(0, 3)], [1, packet(0)]], during("op0/packet/0", "op1"));
    expect(said(seen, "op0", "op0/packet/0", "op0/packet/0/packet/0", "op2")).toEqual(["placed on core 0 (hash 51ccc178)", "handed over to core 3", "delivered on core 3", "placed on core 3 (hash 51ccc178)"]);
    expect(seen.stages("op0/packet/0")).toEqual(["hand-over"]);
  });
  test("RSS-3: if the bucket has come back meanwhile, or the packet was not decided by hash, it stays", () => {
    const back = see(base, [[1, packet(0)], [0, rebalance(0, 3)], [3, rebalance(0, 0)]], during("op0/packet/0", "op1", "op2"));
    expect(said(back, "op0/packet/0")).toEqual(["delivered on core 0"]);
    const tagged = see(base, [[1, packet(0, { tag: 0 })], [0, rebalance(0, 3)]], during("op0/packet/0", "op1"));
    expect(said(tagged, "op0/packet/0")).toEqual(["delivered on core 0"]);
  });
  test("RSS-3: only the bucket's present core moves it, and to an available core only", () => {
    const seen = see(base, [[1, rebalance(0, 3)], [0, rebalance(0, 3)], [0, rebalance(0, 1)], [3, rebalance(0, 0)], [0, down(3)], [0, rebalance(0, 3)]]);
    expect(["op0", "op1", "op2", "op3", "op5"].map((id) => seen.stages(id).join())).toEqual(["refuse-bucket", "move-bucket", "refuse-bucket", "move-bucket", "refuse-core"]);
    expect([seen.entry("bucket.core[bucket 0]"), seen.entry("node.moves[node]")]).toEqual([0, 3]);
  });

  test.each(["message", "shared"] as const)("RSS-11: a packet for another core than the one that knows its flow is handed home, and delivered there (carrier %s)", (carrier) => {
    const seen = see({ ...base, carrier }, [[1, packet(0)], [1, packet(0, { tag: 2, cost: 4 })], [1, packet(0, { tag: 2 })]], during("op1/packet/0", "op2"));
    expect(seen.stages("op0/packet/0")).toEqual(["establish"]);
    expect([seen.stages("op1/packet/0"), seen.stages("op1/packet/0/packet/0")]).toEqual([["hand-home"], ["hit"]]);
    expect(said(seen, "op1/packet/0", "op1/packet/0/packet/0")).toEqual(["handed over to core 0", "delivered on core 0"]);
    expect([seen.entry("core.load[core 0]"), seen.entry("core.load[core 2]"), seen.entry("core.waiting[core 2]")]).toEqual([6, 0, 0]);
  });
  test("RSS-11: at home it is not sent back, though its bucket belongs to another core", () => {
    // Flow 0 is at home at core 2, where its tag led; its hash leads to core 0.
    const seen = see(base, [[1, packet(0, { tag: 2 })], [1, packet(0)]]);
    expect([seen.stages("op1"), seen.stages("op1/packet/0"), seen.stages("op1/packet/0/packet/0")]).toEqual([["by-hash"], ["hand-home"], ["hit"]]);
  });

  test("RSS-16: packets of a flow are delivered in the order in which they were placed", () => {
    const seen = see(base, [[1, packet(0)], [2, packet(0)], [3, packet(0)]], during("op0/packet/0", "op1", "op2"));
    const delivered = seen.steps.filter((step) => step.kind === "message").map((step) => step.task);
    expect(delivered).toEqual(["op0/packet/0", "op1/packet/0", "op2/packet/0"]);
    expect([seen.entry("flow.sequence[flow 0]"), seen.entry("local.last[core 0 of flow 0]")]).toEqual([3, 3]);
  });
  test("RSS-16: a packet that was handed over does not count for the order of its new core", () => {
    const seen = see(base, [[1, packet(0)], [0, rebalance(0, 3)], [1, packet(0)]], during("op0/packet/0", "op1", "op2"));
    expect(said(seen, "op0/packet/0", "op2/packet/0")).toEqual(["handed over to core 3", "delivered on core 3"]);
    expect(seen.entry("local.last[core 3 of flow 0]")).toBe(2);
    expect(see(base, [[1, packet(0)], [0, rebalance(0, 3)]], during("op0/packet/0", "op1")).entry("local.last[core 3 of flow 0]")).toBe(0);
  });

  test("RSS-18: the last place in a queue is given, the next packet is dropped and counted, and nothing else changes", () => {
    const full = see({ ...base, queueMax: 1 }, [[1, packet(0)], [2, packet(0)], [3, packet(0)]], during("op0/packet/0", "op1"));
    expect(said(full, "op0", "op1", "op2")).toEqual(["placed on core 0 (hash 51ccc178)", "dropped: core 0 is full (hash 51ccc178)", "placed on core 0 (hash 51ccc178)"]);
    expect([full.entry("core.dropped[core 0]"), full.entry("flow.sequence[flow 0]"), full.entry("core.load[core 0]")]).toEqual([1, 2, 2]);
  });
  test("RSS-18: a turn, a vote, a pair and a slice are not used by a packet that found no room", () => {
    const busy = { ...under({ kind: "least-loaded", packets: 3 }), cores: 1, traffic: [true], indirection: [0, 0, 0, 0], nodes: [1], queueMax: 1 };
    const turn = see(busy, [[0, packet(0)], [0, packet(0)]], during("op0/packet/0", "op1"));
    expect([turn.stages("op1").join(), turn.entry("node.left[node]")]).toEqual(["drop-full", 2]);
    const voting = see({ ...busy, schemes: [{ kind: "votes", ageWeight: 1, ageMaxMs: 1, priorityWeight: 1, levels: [] }, { kind: "hash" }] }, [[0, { kind: "vote" }], [0, packet(0, { tag: 0 })], [0, packet(0)]], during("op1/packet/0", "op2"));
    expect([voting.stages("op2").join(), voting.entry("core.vote[core 0]")]).toEqual(["drop-full", 1]);
    const pairs = see({ ...busy, schemes: [{ kind: "pair" }] }, [[0, packet(0, { tag: 0 })], [0, packet(0)]], during("op0/packet/0", "op1"));
    expect([pairs.stages("op1").join(), pairs.entry("pair.core[66.9.149.187 and 161.142.100.80]")]).toEqual(["drop-full", 0]);
    const slice = see({ ...busy, schemes: [{ kind: "time-slice", ms: 5 }] }, [[0, packet(0, { tag: 0 })], [0, packet(0)]], during("op0/packet/0", "op1"));
    expect([slice.stages("op1").join(), slice.entry("node.slice[node]"), slice.entry("node.sliceEnd[node]")]).toEqual(["drop-full", 0, 0]);
  });
  test("RSS-18: a hand-over to a full queue drops the packet, and counts it where there was no room", () => {
    const seen = see({ ...base, queueMax: 1 }, [[1, packet(0, { tag: 2 })], [1, packet(0)], [1, packet(2)], [3, finish("op1")]], during("op1/packet/0", "op2"));
    expect(said(seen, "op1/packet/0", "op3")).toEqual(["dropped: core 2 is full", "done: -1"]);
    expect([seen.entry("core.dropped[core 2]"), seen.entry("core.dropped[core 0]"), seen.entry("core.load[core 0]")]).toEqual([1, 0, 0]);
  });

  test("RSS-20: a packet's cost is its core's load from its placing until it is finished", () => {
    const waiting = see(base, [[1, packet(0, { cost: 7 })], [1, packet(0, { cost: 2 })]], during("op0/packet/0", "op1"));
    expect(waiting.entry("core.load[core 0]")).toBe(9);
    const done = see(base, [[1, packet(0, { cost: 7 })], [1, packet(0, { cost: 2 })], [3, finish("op0")]]);
    expect([done.stages("op2").join(), done.entry("core.load[core 0]")]).toEqual(["finish", 2]);
  });
  test("RSS-20: whoever finishes a packet that still waits, waits too; one that was lost leaves nothing to finish", () => {
    const early = see(base, [[1, packet(0)], [3, finish("op0")]], during("op0/packet/0", "op1"));
    expect(early.stages("op1")).toEqual(["await", "finish"]);
    expect(said(early, "op1")).toEqual(["done: 0"]);
    const lost = see(base, [[1, packet(1)], [0, down(2)], [3, finish("op0")]], during("op0/packet/0", "op1"));
    expect([said(lost, "op0/packet/0", "op2"), lost.stages("op2"), lost.entry("core.load[core 2]")]).toEqual([["lost at core 2", "done: -1"], ["finish-none"], 0]);
  });
  test("RSS-20: a packet finished after its core has gone takes its load along", () => {
    const seen = see(base, [[1, packet(1, { cost: 3 })], [0, down(2)], [3, finish("op0")]]);
    expect([said(seen, "op2"), seen.entry("core.load[core 2]")]).toEqual([["done: 2"], 0]);
  });
});

describe("who knows a flow", () => {
  test("RSS-29: a flow is published before its bucket moves, and the new core adopts it", () => {
    const seen = see(base, [[1, packet(0)], [1, packet(3)], [0, rebalance(0, 3)], [1, packet(0)], [1, packet(0)]]);
    expect(seen.stages("op2")).toEqual(["publish", "publish", "move-bucket"]);
    expect(said(seen, "op2")).toEqual(["done: 2"]);
    expect([seen.stages("op3/packet/0"), seen.stages("op4/packet/0")]).toEqual([["adopt"], ["hit"]]);
    expect([seen.entry("flow.home[flow 0]"), seen.entry("local.known[core 0 of flow 0]"), seen.entry("local.known[core 3 of flow 0]")]).toEqual([1, 1, 1]);
  });
  test("RSS-29: flows of another bucket, or at home elsewhere, are not published", () => {
    // Flow 1 is at home at core 0, and its bucket is 2; flow 3 is of bucket 0, and at home at core 1.
    const seen = see(base, [[1, packet(1, { tag: 0 })], [1, packet(3, { tag: 1 })], [0, rebalance(0, 3)]]);
    expect(seen.stages("op2")).toEqual(["move-bucket"]);
    expect([seen.entry("flow.published[flow 1]"), seen.entry("flow.published[flow 3]")]).toEqual([0, 0]);
  });
  test("RSS-29: under schemes that choose by load every flow is published from the start, and not under those that do not", () => {
    const published = (config: typeof base): number => see(config, [[0, packet(0)]]).entry("flow.published[flow 0]");
    expect(published(two({ kind: "least-loaded", packets: 1 }))).toBe(1);
    expect(published(under({ kind: "card", coresOf: [[1, 2], []] }, { kind: "hash" }))).toBe(1);
    expect(published(under({ kind: "card", coresOf: [[1], [2]] }, { kind: "hash" }))).toBe(0);
    expect(published(two({ kind: "pair" }))).toBe(0);
  });
  test("RSS-29: of a core that goes the published flows are taken over by the control core, the others are lost", () => {
    const seen = see(base, [[1, packet(1)], [1, packet(2)], [2, rebalance(2, 3)], [1, packet(0, { tag: 2 })], [0, down(2)]]);
    expect(seen.stages("op2")).toEqual(["publish", "publish", "move-bucket"]);
    expect(seen.stages("op4")).toEqual(["down", "forget-flow", "take-over", "take-over", "down-end"]);
    expect([0, 1, 2].map((flow) => seen.entry(`flow.home[flow ${flow}]`))).toEqual([0, 1, 1]);
    expect([seen.entry("local.known[core 0 of flow 1]"), seen.entry("local.known[core 2 of flow 1]"), seen.entry("conversation.establisher[conversation 0]")]).toEqual([1, 0, 0]);
  });
  test("RSS-29: a flow whose home has gone is made anew where it comes next, before the control core gets to it", () => {
    const steps = see(base, [[1, packet(1)], [0, down(2)]]).stages("op1");
    expect(steps).toEqual(["down", "move-away", "forget-flow", "down-end"]);
    const seen = see(base, [[1, packet(1)], [0, down(2)], [1, packet(1, { tag: 3 })]], { switches: ["op1@1>op2", "op1@1>op2/packet/0"] });
    expect(seen.stages("op2/packet/0")).toEqual(["establish"]);
    expect(seen.stages("op1")).toEqual(["down", "move-away", "down-end"]);
    expect([seen.entry("flow.home[flow 1]"), seen.entry("conversation.establisher[conversation 0]")]).toEqual([4, 4]);
  });
});
