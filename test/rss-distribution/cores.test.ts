/** Cores that go and return, and what the control core does about it. */
import { expect, test } from "vitest";
import { base, down, during, packet, said, see, up } from "../play-rss.ts";

const noTraffic = { ...base, traffic: [false, true, true, true], indirection: [1, 1, 2, 3] };

test("RSS-6: the buckets of a core that goes are moved to available ones, one a step, the lowest first", () => {
  const seen = see({ ...noTraffic, traffic: [false, true, true, false], indirection: [2, 1, 2, 1] }, [[0, down(2)]]);
  expect(seen.stages("op0")).toEqual(["down", "move-away", "move-away", "down-end"]);
  expect(said(seen, "op0")).toEqual(["done: 2"]);
  expect([0, 1, 2, 3].map((bucket) => seen.entry(`bucket.core[bucket ${bucket}]`))).toEqual([1, 1, 1, 1]);
  expect([seen.entry("core.up[core 2]"), seen.entry("node.moves[node]")]).toEqual([0, 2]);
});
test("RSS-6: until then a packet for it is lost, and counted; after that another core gets it", () => {
  const seen = see({ ...noTraffic, traffic: [false, true, true, false], indirection: [1, 1, 2, 2] }, [[1, packet(1)], [0, down(2)], [1, packet(1)], [1, packet(1)]], { switches: ["op1@1>op2"] });
  expect(said(seen, "op0/packet/0", "op2", "op2/packet/0", "op3/packet/0")).toEqual(["delivered on core 2", "placed on core 2 (hash fde799b2)", "lost at core 2", "delivered on core 1"]);
  expect(seen.entry("core.lost[core 2]")).toBe(1);
});
test("RSS-6: without any core to take them the buckets stay; the first that returns gets them", () => {
  const one = { ...noTraffic, traffic: [false, true, false, false], indirection: [1, 1, 1, 1] };
  const seen = see(one, [[0, down(1)], [0, up(2)], [0, up(1)]]);
  expect(seen.stages("op0")).toEqual(["down", "strand", "down-end"]);
  expect(said(seen, "op0", "op1")).toEqual(["done: 0", "refused"]);
  expect(seen.stages("op2")).toEqual(["up", "up-end"]);
  const both = see({ ...one, traffic: [false, true, true, false], indirection: [1, 1, 2, 1] }, [[0, down(1)], [0, down(2)], [0, up(2)]]);
  expect(both.stages("op1")).toEqual(["down", "strand", "down-end"]);
  expect(both.stages("op2")).toEqual(["up", "up-end"]);
});
test("RSS-6: buckets of a core that stays away go to the one that returns", () => {
  const seen = see({ ...noTraffic, traffic: [false, true, true, false], indirection: [1, 2, 2, 1] }, [[0, down(1)], [0, down(2)], [0, up(1)]]);
  // When core 1 went its buckets 0 and 3 came to core 2; of those four none is up when core 1 returns.
  expect(seen.stages("op2")).toEqual(["up", "move-away", "move-away", "move-away", "move-away", "up-end"]);
  expect([0, 1, 2, 3].map((bucket) => seen.entry(`bucket.core[bucket ${bucket}]`))).toEqual([1, 1, 1, 1]);
});
test("RSS-6: a core that returns gets back what it was configured with, from whoever has it", () => {
  const seen = see({ ...noTraffic, traffic: [false, true, true, false], indirection: [1, 1, 2, 2] }, [[0, down(2)], [1, packet(1)], [0, up(2)]]);
  expect(seen.stages("op2")).toEqual(["up", "ask-back", "ask-back", "up-end"]);
  expect(said(seen, "op2")).toEqual(["done: 2"]);
  expect([seen.stages("op2/rebalance/0"), seen.stages("op2/rebalance/1")]).toEqual([["publish", "move-bucket"], ["move-bucket"]]);
  expect([0, 1, 2, 3].map((bucket) => seen.entry(`bucket.core[bucket ${bucket}]`))).toEqual([1, 1, 2, 2]);
  expect([2, 3].map((bucket) => seen.entry(`bucket.asked[bucket ${bucket}]`))).toEqual([0, 0]);
});
test("RSS-6: what was asked for is settled also where the core that was asked has gone meanwhile", () => {
  const config = { ...noTraffic, traffic: [false, true, true, false], indirection: [1, 1, 2, 1] };
  const seen = see(config, [[0, down(2)], [0, up(2)], [0, down(1)]], during("op1/rebalance/0", "op2"));
  expect(seen.stages("op1")).toEqual(["up", "ask-back", "up-end"]);
  expect(seen.stages("op2")).toEqual(["down", "move-away", "move-away", "move-away", "move-away", "down-end"]);
  expect(seen.stages("op1/rebalance/0")).toEqual(["refuse-bucket"]);
  expect([seen.entry("bucket.asked[bucket 2]"), seen.entry("bucket.core[bucket 2]")]).toEqual([0, 2]);
});
test("RSS-6: only the control core says so, never of itself, and only what is new", () => {
  const seen = see({ ...base, control: 1 }, [[0, down(2)], [1, down(1)], [1, up(2)], [1, down(2)], [1, down(2)], [2, up(2)], [1, up(2)]]);
  expect(["op0", "op1", "op2", "op4", "op5"].map((id) => seen.stages(id))).toEqual(Array.from({ length: 5 }, () => ["refuse-control"]));
  expect([seen.stages("op3")[0], seen.stages("op6")[0]]).toEqual(["down", "up"]);
});
test("RSS-6: its own memory is empty when it returns; vote, load and counts are as they stood", () => {
  const seen = see({ ...base, schemes: [{ kind: "votes", ageWeight: 1, ageMaxMs: 1, priorityWeight: 1, levels: [] }, { kind: "hash" }] }, [[1, packet(1, { cost: 4 })], [2, { kind: "vote" }], [0, down(2)], [0, up(2)]]);
  expect([seen.entry("local.known[core 2 of flow 1]"), seen.entry("local.last[core 2 of flow 1]"), seen.entry("core.vote[core 2]"), seen.entry("core.load[core 2]")]).toEqual([0, 0, 1, 4]);
});
