/** Worked examples of a node in which more than the hash decides, or cores go; and of ports that are kept apart. */
import { describe, expect, test } from "vitest";
import { node } from "../harness/systems/node/index.ts";
import type { NodeCommand, NodeConfig, Policy } from "../spec/node/terms.ts";
import type { TupleRule } from "../spec/rss-distribution/terms.ts";
import { base, coreOf, count, move, processed, reply, see, send, sweep, used, went } from "./play-node.ts";

const toCore1: TupleRule = { protocol: "tcp", source: null, destination: null, sourcePort: null, destinationPort: null, core: 1, on: false };
const withPolicy = (policy: Partial<Policy> = {}, config = base): NodeConfig => ({ ...config, distribution: { ...config.distribution, policy: { controlCarries: true, rules: [], steering: [], ...policy } } });
const down = (core: number): NodeCommand => ({ kind: "core-down", core });
const up = (core: number): NodeCommand => ({ kind: "core-up", core });

describe("what decides before the scheme", () => {
  test("NODE-10: a rule that is turned on takes a flow to another core, which finds its session", () => {
    const config = withPolicy({ rules: [toCore1] });
    const seen = see(config, { a: [0, send()], on: [1, { kind: "set-rule", rule: 0, on: true }], b: [0, send()], c: [0, reply("a")] });
    expect(["a", "b", "c"].map((id) => coreOf(seen, `${id}/packet/0`))).toEqual([0, 1, 1]);
    expect([seen.stages("on"), seen.outcome("on")]).toEqual([["distribution: set-rule"], [0]]);
    expect([processed(seen, "b"), went(seen, "b"), went(seen, "c")]).toEqual([["distribution: accept", "session: miss", "session: adopt"], went(seen, "a"), "198.51.100.1:80 → 100.64.0.1:4000"]);
    expect(count(config, seen, "session object.state")).toBe(1);
  });
  test("NODE-10: so do a steering entry and an address registered as internal, which is the control core's", () => {
    const config = withPolicy({ steering: [{ by: "port", value: 80, core: -1 }] });
    const remote = 1;
    const seen = see(config, { a: [0, send()], steer: [0, { kind: "steer", entry: 0, core: 1 }], b: [0, send()], internal: [1, { kind: "register", address: remote, node: 0 }], c: [0, send()] });
    expect(["a", "b", "c"].map((id) => [coreOf(seen, `${id}/packet/0`), seen.stages(id)[0], went(seen, id) === went(seen, "a")])).toEqual([
      [0, "distribution: by-hash", true],
      [1, "distribution: by-steering", true],
      [0, "distribution: internal", true],
    ]);
  });
  test("NODE-10: a bucket moves by the distribution's row alone, as all sessions are global", () => {
    const seen = see(withPolicy(), { a: [0, send()], r: [0, move(0, 1)], b: [0, send()] });
    expect([seen.stages("r"), seen.outcome("r")]).toEqual([["distribution: move-bucket"], [0, 0]]);
    expect([coreOf(seen, "b/packet/0"), went(seen, "b")]).toEqual([1, went(seen, "a")]);
  });
  test("NODE-10: a vote decides whose core gets a packet, and is used up", () => {
    const config: NodeConfig = { ...base, distribution: { ...base.distribution, scheme: "votes", packets: 2 } };
    const seen = see(config, { v: [1, { kind: "vote" }], a: [0, send()], b: [0, send()], c: [0, send()] });
    expect(["a", "b", "c"].map((id) => seen.stages(id)[0])).toEqual(["distribution: by-vote", "distribution: by-load", "distribution: by-load"]);
    expect([coreOf(seen, "a/packet/0"), seen.entry("distribution core.vote[core 1]"), new Set(["a", "b", "c"].map((id) => went(seen, id))).size]).toEqual([1, 0, 1]);
  });
});

describe("a core that goes", () => {
  test("NODE-10: its packets go elsewhere with their translation; the control core has moved its bucket", () => {
    const seen = see(withPolicy(), { a: [0, send({ port: 4001 })], gone: [0, down(1)], b: [0, send({ port: 4001 })] });
    expect([seen.stages("gone"), seen.outcome("gone")]).toEqual([["distribution: down", "distribution: move-away", "distribution: down-end"], [0, 1]]);
    expect([coreOf(seen, "a/packet/0"), coreOf(seen, "b/packet/0"), went(seen, "b")]).toEqual([1, 0, went(seen, "a")]);
  });
  test("NODE-10: packets that wait there are lost, and nothing of them is left", () => {
    const seen = see(withPolicy(), { a: [1, send({ port: 4001 })], gone: [0, down(1)] }, { switches: ["a@1>gone"] });
    expect([processed(seen, "a"), seen.stages("a"), seen.outcome("a"), seen.outcome("a/packet/0")]).toEqual([["distribution: lost"], ["distribution: by-hash", "distribution: await", "distribution: finish-none"], [100], [100]]);
    expect([seen.entry("distribution core.lost[core 1]"), seen.entry("distribution core.load[core 1]"), count(withPolicy(), seen, "session object.state")]).toEqual([1, 0, 0]);
  });
  test("NODE-10: what it has begun it ends, and a bucket that it was configured with comes back to it", () => {
    const seen = see(withPolicy(), { a: [1, send({ port: 4001 })], gone: [0, down(1)], back: [0, up(1)], b: [0, send({ port: 4001 })] }, { switches: ["a/packet/0@3>gone"] });
    expect([went(seen, "a"), used(seen, "sessions", 1)]).toEqual([expect.stringMatching(/^203\.0\.113\.1:10\d\d → /), 1]);
    expect([seen.stages("back"), seen.stages("back/rebalance/0"), seen.outcome("back/rebalance/0")]).toEqual([["distribution: up", "distribution: ask-back", "distribution: up-end"], ["distribution: move-bucket"], [0, 0]]);
    expect([coreOf(seen, "b/packet/0"), went(seen, "b")]).toEqual([1, went(seen, "a")]);
  });
  test("NODE-10: a bucket is not given to it, and where no core is left the packet is dropped and counted", () => {
    const config = withPolicy({ controlCarries: false }, { ...base, distribution: { ...base.distribution, scheme: "least-loaded", table: [1, 1] } });
    const seen = see(config, { refused: [1, move(0, 0)], gone: [0, down(1)], a: [0, send()] });
    expect([seen.stages("refused"), seen.stages("gone"), seen.stages("a"), seen.outcome("a")]).toEqual([["distribution: refuse-core"], ["distribution: down", "distribution: strand", "distribution: down-end"], ["distribution: drop-none"], [100]]);
    expect(seen.entry("distribution node.dropped[node]")).toBe(1);
  });
});

describe("what a configuration may foresee", () => {
  const errorOf = (value: unknown): string => {
    const answer = node.parseConfig(value, "product");
    return answer.ok ? "" : `${answer.error.at}: ${answer.error.expected}`;
  };
  test("NODE-10: a policy names cores that carry traffic and addresses that there are", () => {
    expect(errorOf(withPolicy({ rules: [toCore1], steering: [{ by: "address", value: 2, core: 0 }] }))).toBe("");
    expect(errorOf(withPolicy({ rules: [{ ...toCore1, core: 2 }] }))).toMatch(/^distribution\.policy\.rules\[0\]\.core: one of the 2 cores/);
    expect(errorOf(withPolicy({ steering: [{ by: "address", value: 3, core: 0 }] }))).toMatch(/^distribution\.policy\.steering\[0\]\.value: an address from 0 to 2/);
    expect(errorOf(withPolicy({ controlCarries: false }))).toMatch(/^distribution\.table\[0\]: .*carries traffic/);
    expect(errorOf(withPolicy({ controlCarries: false }, { ...base, cores: 1, distribution: { ...base.distribution, table: [0, 0] } }))).toMatch(/^distribution\.policy\.controlCarries: true/);
  });
  test("NODE-10: without a policy, or without votes, their commands are refused", () => {
    const refusedAt = (command: NodeCommand, config: NodeConfig): string => {
      const answer = node.parseCommand(command, config);
      return answer.ok ? "" : answer.error.at;
    };
    const all: NodeCommand[] = [down(1), up(1), { kind: "register", address: 0, node: 0 }, { kind: "set-rule", rule: 0, on: true }, { kind: "steer", entry: 0, core: 0 }, { kind: "vote" }];
    expect(all.map((command) => refusedAt(command, base))).toEqual(["kind", "kind", "kind", "rule", "entry", "kind"]);
    const rich = withPolicy({ rules: [toCore1], steering: [{ by: "port", value: 80, core: 0 }] }, { ...base, distribution: { ...base.distribution, scheme: "votes" } });
    expect(all.map((command) => refusedAt(command, rich))).toEqual(["", "", "", "", "", ""]);
    expect(refusedAt({ kind: "register", address: 0, node: 1 }, rich)).toBe("node");
  });
});

describe("ports that are kept apart", () => {
  const kept: NodeConfig = { ...base, ports: { ...base.ports, wellKnown: { low: 1020, high: 1021 } } };
  const low = send({ port: 1000 });
  test("PORT-11: a private port below 1024 gets one of them and nothing else, and the answer finds its way", () => {
    const seen = see(kept, { a: [0, low], b: [0, send({ port: 1002 })], c: [0, send({ port: 1004 })], d: [0, send()], e: [0, reply("a")] });
    expect([went(seen, "a"), went(seen, "b")].sort().map((text) => text.replace(/ .*/, ""))).toEqual(["203.0.113.1:1020", "203.0.113.1:1021"]);
    expect([went(seen, "c"), went(seen, "d").replace(/:\d+ .*/, ""), went(seen, "e")]).toEqual([expect.stringContaining("port"), "203.0.113.1", "198.51.100.1:80 → 100.64.0.1:1000"]);
    expect(count(kept, seen, "port wellKnown.user")).toBe(2);
  });
  test("PORT-11, NODE-9: it is free at once whoever frees it, and its unit goes back to the core that it was granted to", () => {
    const seen = see(kept, { a: [0, low], wait: { ms: 4000 }, s: [0, sweep], t: [1, sweep] });
    expect([count(kept, seen, "port wellKnown.user"), count(kept, seen, "node port.unit"), count(kept, seen, "port wellKnown.free", (value) => value === 1), used(seen, "ports", 0)]).toEqual([0, 0, 4, 0]);
  });
  test("PORT-11: not with deterministic allocation, nor over a static mapping's port, nor far from all others", () => {
    const atOf = (value: unknown): string | undefined => {
      const answer = node.parseConfig(value, "product");
      return answer.ok ? undefined : answer.error.at;
    };
    const fixed = [{ protocol: "tcp" as const, subscriber: 0, port: 4000, address: 0, externalPort: 1021 }];
    expect(atOf(kept)).toBeUndefined();
    expect(atOf({ ...kept, statics: fixed })).toBe("statics[0].externalPort");
    expect(atOf({ ...kept, ports: { ...kept.ports, allocation: "deterministic" } })).toBe("ports.wellKnown");
    expect(atOf({ ...kept, ports: { ...kept.ports, wellKnown: { low: 1021, high: 1020 } } })).toBe("ports.wellKnown.high");
    expect(atOf({ ...kept, low: 3996, high: 3999 })).toBe("ports.wellKnown.low");
  });
});
