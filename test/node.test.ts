/** Worked examples of the node, on model and implementation together: what its five systems do to one another. What each does by itself stands in the examples of that system. */
import { describe, expect, test } from "vitest";
import { node } from "../harness/systems/node/index.ts";
import type { Protocol } from "../spec/nat-session/terms.ts";
import type { NodeConfig } from "../spec/node/terms.ts";
import { publishedKey } from "../spec/rss-distribution/terms.ts";
import { anyCore, base, bucketOf, changed, collect, cone, coreOf, count, everything, fourStructures, history, move, only, paired, plain, processed, reply, see, send, sweep, twoAddresses, twoSubscribers, used, went, wide, withQuotas, type Does } from "./play-node.ts";
import { work, type Seen } from "./worked.ts";

const first = ["quota: look-up", "quota: init-core", "quota: init-global", "quota: use"];
const later = ["quota: look-up", "quota: use"];
const newPage = ["memory: take-page", "memory: fill-queue"];
const placed = ["session: claim", "session: insert-own", "session: insert-reverse", "session: place"];
const unitBack = ["session: give-quota", "quota: release"];
const structureBack = ["session: free-memory", "memory: begin-free", "memory: requeue"];

describe("a packet and its core", () => {
  test("NODE-1: it waits in its core's queue, is accepted there, and its load is given back at its end", () => {
    const seen = see(base, { a: [1, send()] });
    expect(seen.stages("a")).toEqual(["distribution: by-hash", "distribution: await", "distribution: finish"]);
    expect(processed(seen, "a")[0]).toBe("distribution: accept");
    expect([coreOf(seen, "a"), coreOf(seen, "a/packet/0")]).toEqual([1, 0]);
    expect(["load", "waiting"].map((column) => history(base, seen, `distribution core.${column}[core 0]`))).toEqual([[1, 0], [1, 0]]);
    expect(seen.outcome("a")).toEqual(seen.outcome("a/packet/0"));
  });
  test("NODE-1: an operation that looks only when its packet is at its end does not wait", () => {
    const seen = see(base, { a: [1, send()] }, { switches: ["a@1>a/packet/0"] });
    expect(seen.stages("a")).toEqual(["distribution: by-hash", "distribution: finish"]);
    expect([seen.outcome("a"), seen.entry("distribution core.load[core 0]")]).toEqual([seen.outcome("a/packet/0"), 0]);
  });
  test("NODE-1: the load is given back for a packet that is denied, too", () => {
    const config = { ...base, rules: [{ ...everything, action: "deny" as const }] };
    const seen = see(config, { a: [1, send()] });
    expect(went(seen, "a")).toBe("denied by a rule");
    expect(changed(config, seen)).toEqual({});
  });
  test("NODE-1: where the queue is full the packet is dropped, and nothing but the count of drops has changed", () => {
    const config = { ...base, distribution: { ...base.distribution, queueMax: 1 } };
    const seen = see(config, { a: [0, send()], b: [1, send()] }, { switches: ["a@1>b"] });
    expect([seen.stages("b"), seen.outcome("b")]).toEqual([["distribution: drop-full"], [100]]);
    expect(changed(config, seen, "b")).toEqual({ "distribution core.dropped[core 0]": "0>1" });
    expect(seen.entry("distribution core.load[core 0]")).toBe(0);
    expect(went(seen, "a")).toBe("203.0.113.1:1024 → 198.51.100.1:80");
  });
  test("NODE-1: a packet whose bucket has gone to a core without room is dropped on its way, and its load given back", () => {
    const config = { ...base, cores: 3, distribution: { ...base.distribution, queueMax: 1 } };
    const seen = see(config, { a: [2, send()], r: [0, move(0, 1)], x: [1, send({ port: 4001 })] }, { switches: ["a@1>x", "x@1>r"] });
    expect([processed(seen, "a"), seen.stages("a")]).toEqual([["distribution: drop-full"], ["distribution: by-hash", "distribution: await", "distribution: finish-none"]]);
    expect([seen.outcome("a"), seen.outcome("a/packet/0")]).toEqual([[100], [100]]);
    expect([0, 1, 2].map((core) => seen.entry(`distribution core.load[core ${core}]`))).toEqual([0, 0, 0]);
  });
  test("NODE-1: with a queue that cores share the packet goes the same way", () => {
    const shared: NodeConfig = { ...base, distribution: { ...base.distribution, carrier: "shared" } };
    const [one, other] = [base, shared].map((config) => see(config, { a: [1, send()], b: [0, reply("a")] }));
    expect([one, other].map((seen) => [processed(seen, "a"), seen.outcome("a"), seen.outcome("b")])[1]).toEqual([processed(one, "a"), one.outcome("a"), one.outcome("b")]);
  });
});

describe("what a session takes", () => {
  test("NODE-2: structure, session unit, port unit, port, in this order; the second session finds what the first made", () => {
    const seen = see(base, { a: [0, send()], b: [0, send({ port: 4002 })] });
    const row = (memory: readonly string[], unit: readonly string[], port: readonly string[]): string[] => [
      "distribution: accept", "session: miss", "session: absent", ...memory, "memory: dequeue", "session: take-memory", ...unit, "session: take-quota", ...unit, ...port, "session: take-port", ...placed,
    ];
    expect(processed(seen, "a")).toEqual(row(newPage, first, ["port: claim", "port: take-claimed"]));
    expect(processed(seen, "b")).toEqual(row([], later, ["port: take"]));
    expect([used(seen, "sessions", 0), used(seen, "ports", 0), used(seen, "sessions", 1), used(seen, "ports", 1)]).toEqual([2, 2, 0, 0]);
  });
  test("NODE-2: a structure of core 1's memory is the session's, with counted units of core 1's ledgers behind it", () => {
    const seen = see(base, { a: [0, send({ port: 4001 })] });
    const structures = 20;
    const object = Array.from({ length: structures }, (_, at) => at).find((at) => seen.entry(`session object.state[core 1 object ${structures + at}]`) === 3)!;
    expect(seen.entry(`memory object.state[object ${object}, page ${object >> 2} at ${object & 3}]`)).toBe(2);
    expect(seen.entry(`memory object.owner[object ${object}, page ${object >> 2} at ${object & 3}]`)).toBe(2);
    // 1 + 2 × core + 1 for counted.
    expect([seen.entry(`node structure.sessionUnit[core 1 object ${object}]`), count(base, seen, "node port.unit", (unit) => unit === 4)]).toEqual([4, 1]);
    expect([used(seen, "sessions", 1), used(seen, "ports", 1)]).toEqual([1, 1]);
  });
  test("NODE-2: without quotas the units are noted and not counted", () => {
    const config = withQuotas({ ports: null, sessions: null });
    const seen = see(config, { a: [0, send()] });
    expect(processed(seen, "a").filter((stage) => stage.startsWith("quota"))).toEqual(["quota: unlimited", "quota: unlimited"]);
    expect(["node structure.sessionUnit", "node port.unit"].map((column) => [count(config, seen, column), count(config, seen, column, (unit) => unit === 1)])).toEqual([[1, 1], [1, 1]]);
  });
  test.each<[string, NodeConfig, string, string, string]>([
    ["no structure", { ...fourStructures, high: 1027, quotas: [{ ports: only(4), sessions: only(4) }] }, "refused: memory", "memory: refuse-memory", "session: refuse-memory"],
    ["a structure, no session unit", { ...base, high: 1027, quotas: [{ ports: only(4), sessions: only(4) }] }, "refused: quota", "quota: deny", "session: refuse-quota"],
    ["a session unit, no port unit", { ...base, high: 1027, quotas: [{ ports: only(4), sessions: wide }] }, "refused: port", "quota: deny", "session: refuse-port"],
    ["a port unit, no port", { ...base, high: 1027 }, "refused: port", "undo", "session: refuse-port"],
  ])("NODE-2: the fifth session of those that lack everything after it is refused for the first thing lacking: %s", (_, config, said, why, stage) => {
    const seen = see(config, { a: [0, send()], b: [0, send({ port: 4002 })], c: [0, send({ port: 4016 })], d: [0, send({ port: 4018 })], e: [0, send({ port: 4064 })] });
    expect([went(seen, "d"), went(seen, "e")]).toEqual([expect.stringContaining("198.51.100.1:80"), said]);
    const at = processed(seen, "e").indexOf(stage);
    expect(processed(seen, "e")[at - 1]).toBe(why);
  });
  test("NODE-2: with everything there the fifth session is made", () => {
    const seen = see(base, { a: [0, send()], b: [0, send({ port: 4002 })], c: [0, send({ port: 4016 })], d: [0, send({ port: 4018 })], e: [0, send({ port: 4064 })] });
    expect(processed(seen, "e").slice(-4)).toEqual(placed);
  });
  test("NODE-2: a core that has not started up has no structure", () => {
    const seen = work(node, { config: base, does: { a: [0, send()] } });
    expect(seen.failure).toBeUndefined();
    expect(processed(seen, "a").slice(-2)).toEqual(["memory: refuse-unready", "session: refuse-memory"]);
  });
  test("NODE-2: ports are sought from the address that is the subscriber's in turn on, and then at the next", () => {
    const config = { ...twoSubscribers, addresses: twoAddresses.addresses, high: 1025 };
    const seen = see(config, { a: [0, send()], b: [0, send({ port: 4002 })], c: [0, send({ port: 4016 })], d: [0, send({ subscriber: 1 })], e: [0, send({ subscriber: 1, port: 4002 })] });
    const address = (id: string): string => went(seen, id).replace(/:.*/, "");
    expect(["a", "b", "c", "d"].map(address)).toEqual(["203.0.113.1", "203.0.113.1", "203.0.113.2", "203.0.113.2"]);
    expect(processed(seen, "c").filter((stage) => stage.startsWith("port"))).toEqual(["port: refuse", "port: claim", "port: take-claimed"]);
    expect(went(seen, "e")).toBe("refused: port");
    expect(processed(seen, "e").filter((stage) => stage.startsWith("port"))).toEqual(["port: refuse", "port: refuse"]);
  });
  test.each([
    ["product", "refused: port"],
    ["rfc", "203.0.113.2"],
  ])("NODE-2: a subscriber's paired address is asked first, and the others where the profile lets it (%s)", (profile, said) => {
    const seen = see({ ...twoAddresses, type: paired }, { a: [0, send()], b: [0, send({ port: 4002 })], c: [0, send({ port: 4016 })] }, { profile });
    expect([went(seen, "b"), went(seen, "c")]).toEqual([expect.stringContaining("203.0.113.1"), expect.stringContaining(said)]);
  });
  test("NODE-2: the paired address is asked though the one that would be first in turn has ports again", () => {
    const three = { ...twoAddresses, type: paired, subscribers: [1, 2, 3].map((at) => ({ domain: 0, address: `100.64.0.${at}` })), groupOf: [0, 0, 0] };
    const fill = { x: [0, send({ subscriber: 2 })], y: [0, send({ subscriber: 2, port: 4002 })] } as const;
    const seen = see(three, { ...fill, a: [0, send()], w: { ms: 1500 }, again: [0, send()], w2: { ms: 1000 }, s: [0, sweep], b: [0, send({ port: 4002 })], z: [0, send({ subscriber: 2 })] });
    const address = (id: string): string => went(seen, id).replace(/:.*/, "");
    expect(seen.outcome("s")).toEqual([6, 2]);
    expect(["x", "y", "a", "b", "z"].map(address)).toEqual(["203.0.113.1", "203.0.113.1", "203.0.113.2", "203.0.113.2", "203.0.113.1"]);
  });
  test("NODE-2: blocks are asked for at once, at any address", () => {
    const config: NodeConfig = { ...twoAddresses, high: 1031, ports: { ...base.ports, allocation: "block", blockSize: 2 } };
    const seen = see(config, { a: [0, send()], b: [0, send({ port: 4002 })], c: [0, send({ port: 4016 })] });
    expect(processed(seen, "c").filter((stage) => stage.startsWith("port"))).toEqual(["port: refuse"]);
    expect([went(seen, "b"), went(seen, "c")]).toEqual([expect.stringContaining(went(seen, "a").replace(/:.*/, "")), "refused: port"]);
  });
  test("NODE-2: a hairpin takes two structures and a unit for each subscriber, and a port for the sender", () => {
    const config: NodeConfig = { ...twoSubscribers, type: cone };
    const seen = see(config, { a: [0, send()], h: [0, { kind: "loop", protocol: "tcp", subscriber: 1, port: 4001, address: 0, externalPort: 1024, salt: 2 }] });
    const takes = processed(seen, "h").filter((stage) => stage.startsWith("session: take"));
    expect(takes).toEqual(["session: take-memory", "session: take-memory", "session: take-quota", "session: take-quota", "session: take-port"]);
    expect([0, 1].map((subscriber) => [used(seen, "sessions", 0, subscriber), used(seen, "ports", 0, subscriber)])).toEqual([[2, 1], [1, 1]]);
  });
});

describe("what is refused goes back", () => {
  const four = { a: [0, send()], b: [0, send({ port: 4002 })], c: [0, send({ port: 4016 })], d: [0, send({ port: 4018 })] } as const satisfies Does;
  test.each<[string, NodeConfig, readonly string[]]>([
    ["for want of memory nothing was taken", fourStructures, ["memory: refuse-memory", "session: refuse-memory"]],
    ["by the session quota, and the structure goes back", withQuotas({ sessions: only(4) }), ["session: refuse-quota", ...structureBack]],
    ["by the port quota, and unit and structure go back", withQuotas({ ports: only(4) }), ["session: refuse-port", ...unitBack, ...structureBack]],
    ["for want of a port, and units and structure go back", { ...base, high: 1027 }, ["port: refuse", "undo", "session: refuse-port", ...unitBack, ...structureBack]],
    ["for want of a port, and the chunk that the unit was granted with goes back", withQuotas({ ports: { total: 16, exclusive: 4, chunk: 3 } }, { ...base, high: 1027 }), ["quota: borrow", "port: refuse", "undo", "session: refuse-port", ...unitBack, ...structureBack]],
    ["for want of a port, and a unit that was not counted leaves nothing to undo", withQuotas({ ports: null }, { ...base, high: 1027 }), ["port: refuse", "session: refuse-port", ...unitBack, ...structureBack]],
    ["at the paired address, and the pair is used by one less", { ...base, high: 1027, type: paired }, ["port: refuse", "undo", "session: refuse-port", "session: give-pair", ...unitBack, ...structureBack]],
    ["at both addresses", twoAddresses, ["port: refuse", "port: refuse", "undo", "session: refuse-port", ...unitBack, ...structureBack]],
  ])("NODE-3: a session is refused %s; every column of every system is as before", (_, config, tail) => {
    const seen = see(config, { ...four, before: [0, send({ port: 4064 })], e: [0, send({ port: 4064 })] });
    expect(processed(seen, "e").slice(-tail.length)).toEqual(tail);
    // The first time a page may have been taken, and stays.
    for (const name of Object.keys(changed(config, seen, "before"))) expect(name).toMatch(/^memory (memory\.left|page\.kind|page\.owner|queue\.count|object\.state)\[/);
    expect(changed(config, seen, "e")).toEqual({});
    expect([used(seen, "sessions", 0), count(config, seen, "session object.state")]).toEqual([4, 4]);
  });
  test("NODE-3: a unit goes back to its own subscriber's ledger, whatever other cores ask for meanwhile", () => {
    const config = { ...twoSubscribers, high: 1027 };
    for (let at = 3; at < 13; at++) {
      const seen = see(config, { ...four, e: [0, send({ port: 4064 })], f: [1, send({ subscriber: 1 })] }, { switches: ["e@1>f", `e/packet/0@${at}>f/packet/0`] });
      expect([went(seen, "e"), went(seen, "f"), coreOf(seen, "f/packet/0")]).toEqual(["refused: port", "refused: port", 1]);
      expect([used(seen, "ports", 0), used(seen, "ports", 1), used(seen, "ports", 0, 1), used(seen, "ports", 1, 1)]).toEqual([4, 0, 0, 0]);
    }
  });
  test("NODE-3: what comes free makes up for what was refused", () => {
    const config = withQuotas({ ports: only(1), sessions: only(1) });
    const seen = see(config, { a: [0, send()], b: [0, send({ port: 4002 })], w: { ms: 2001 }, s: [0, sweep], c: [0, send({ port: 4002 })] });
    expect([went(seen, "b"), went(seen, "c")]).toEqual(["refused: quota", expect.stringMatching(/^203\.0\.113\.1:\d+ → 198\.51\.100\.1:80$/)]);
  });
  test("NODE-3: of two cores that make one flow the loser gives back what it took to its own memory, ledgers and chunks", () => {
    const seen = see(anyCore, { a: [0, send()], b: [1, send()] }, { switches: ["a@1>b", "a/packet/0@9>b/packet/0"] });
    expect([coreOf(seen, "a/packet/0"), coreOf(seen, "b/packet/0")]).toEqual([1, 0]);
    const lost = processed(seen, "a");
    expect(lost.slice(lost.indexOf("session: lost-claim"))).toEqual(["session: lost-claim", "session: free-port", "port: free", "quota: release", ...unitBack, ...structureBack, "session: miss", "session: adopt"]);
    expect(went(seen, "a")).toBe(went(seen, "b"));
    expect((["sessions", "ports"] as const).flatMap((resource) => [used(seen, resource, 0), used(seen, resource, 1)])).toEqual([1, 0, 1, 0]);
    expect([count(anyCore, seen, "session object.state"), count(anyCore, seen, "port port.user"), count(anyCore, seen, "memory object.state", (state) => state === 2)]).toEqual([1, 1, 1]);
  });
});

describe("at rest", () => {
  test("NODE-4: structures, ports and units in use stand for one another, one by one", () => {
    const seen = see(base, { a: [0, send()], b: [0, send({ port: 4001 })], c: [1, send({ port: 4002, protocol: "udp" })], d: [0, reply("a")] });
    expect(count(base, seen, "session object.state", (state) => state === 3)).toBe(3);
    expect(count(base, seen, "memory object.state", (state) => state === 2)).toBe(3);
    for (const column of ["port port.user", "session port.user", "node port.unit", "node structure.sessionUnit"]) expect([column, count(base, seen, column)]).toEqual([column, 3]);
    for (const resource of ["sessions", "ports"] as const) expect(used(seen, resource, 0) + used(seen, resource, 1)).toBe(3);
  });
  test("NODE-4: three flows of one mapping are three sessions with one port and its one unit", () => {
    const config: NodeConfig = { ...base, remotes: [...base.remotes, { address: "198.51.100.1", port: 82 }], type: cone };
    const seen = see(config, { a: [0, send()], b: [0, send({ remote: 1 })], c: [0, send({ remote: 2 })] });
    expect(["memory object.state", "node structure.sessionUnit", "port port.user", "node port.unit"].map((column) => count(config, seen, column, (value) => value !== 0 && (column !== "memory object.state" || value === 2)))).toEqual([3, 3, 1, 1]);
    expect([used(seen, "sessions", 0) + used(seen, "sessions", 1), used(seen, "ports", 0) + used(seen, "ports", 1)]).toEqual([3, 1]);
  });
  test("NODE-4: a session retired by the sweep gives back port, port unit, session unit, structure", () => {
    const seen = see(base, { a: [0, send()], w: { ms: 2001 }, s: [0, sweep] });
    expect(seen.stages("s")).toEqual(["session: retire", "session: free-port", "port: free", "quota: release", ...unitBack, ...structureBack, "session: sweep-end"]);
  });
  test("NODE-4: once all is retired every column is as at the start, but for pages and what quotas were told", () => {
    const seen = see(base, { a: [0, send()], b: [0, send({ port: 4001 })], c: [1, send({ port: 4002, protocol: "udp" })], d: [0, reply("b")] }, { rest: true });
    const left = changed(base, seen);
    const columns = [...new Set(Object.keys(left).map((name) => name.replace(/\[.*/, "")))].sort();
    expect(columns).toEqual([
      ...["memory.left", "object.state", "page.kind", "page.owner", "queue.count"].map((column) => `memory ${column}`),
      ...["chunk", "exclusive", "generation", "present"].map((column) => `quota core.${column}`),
      ...["generation", "present", "remaining", "total"].map((column) => `quota global.${column}`),
    ]);
    // A page of four structures for each core, all of them in their queues.
    expect(left["memory memory.left[shared memory]"]).toBe("4>2");
    expect(Object.entries(left).filter(([name]) => name.startsWith("memory object.state")).map(([, change]) => change)).toEqual(Array.from({ length: 8 }, () => "0>1"));
    expect([left["quota global.total[subscriber 0 ports]"], left["quota global.remaining[subscriber 0 ports]"]]).toEqual(["0>24", "0>24"]);
  });
});

describe("whose a key is", () => {
  const ports = [4000, 4001, 4002, 4004, 4005, 4008, 4013, 4016];
  test.each([[[0, 1]], [[1, 0]]])("NODE-5: a flow's session is made by the core that the distribution's table %j names", (table) => {
    const config: NodeConfig = { ...withQuotas({ ports: null, sessions: null }), distribution: { ...base.distribution, table }, high: 1055 };
    const seen = see(config, Object.fromEntries(ports.map((port) => [`p${port}`, [0, send({ port })] as const])));
    const core = (port: number): number => table[bucketOf("100.64.0.1", "198.51.100.1", port, 80)];
    expect(ports.map((port) => coreOf(seen, `p${port}/packet/0`))).toEqual(ports.map(core));
    expect(new Set(ports.map(core)).size).toBe(2);
    for (const at of [0, 1]) expect(count(config, seen, "node structure.sessionUnit", (unit) => unit === 1 + 2 * at)).toBe(ports.filter((port) => core(port) === at).length);
  });
  test("NODE-5: of a core's own ports one is given whose replies come to the session's core, which finds them in its own table", () => {
    // Two of the four ports of each of the two slots are core 0's, two are core 1's. Ports know the two addresses of the three remotes.
    const config = { ...base, remotes: [...base.remotes, { address: "198.51.100.3", port: 80 }], ports: { ...base.ports, ownPerSlot: 2 } };
    const seen = see(config, { a: [0, send({ remote: 1 })], b: [0, send({ remote: 1, port: 4001 })], c: [0, send({ remote: 2 })], ra: [0, reply("a")], rb: [0, reply("b")], rc: [0, reply("c")] });
    const cores = { a: bucketOf("100.64.0.1", "198.51.100.1", 4000, 81), b: bucketOf("100.64.0.1", "198.51.100.1", 4001, 81), c: bucketOf("100.64.0.1", "198.51.100.3", 4000, 80) };
    expect(cores).toEqual({ a: 1, b: 0, c: 0 });
    for (const [id, core] of Object.entries(cores)) {
      const [, external, remote, port] = /:(\d+) → (.*):(\d+)$/.exec(went(seen, id))!;
      expect([coreOf(seen, `${id}/packet/0`), bucketOf(remote, "203.0.113.1", Number(port), Number(external)), coreOf(seen, `r${id}/packet/0`)]).toEqual([core, core, core]);
      expect(processed(seen, `r${id}`)).toEqual(["distribution: accept", "session: hit"]);
    }
  });
  test("NODE-5: where a mapping decides the port a reply may come to another core, which the key says beforehand", () => {
    const seen = see({ ...base, type: cone }, { a: [0, send()], b: [0, send({ remote: 1 })], ra: [0, reply("a")], rb: [0, reply("b")] });
    const external = Number(/:(\d+) →/.exec(went(seen, "a"))![1]);
    expect(went(seen, "b")).toBe(`203.0.113.1:${external} → 198.51.100.1:81`);
    for (const [id, port] of [["a", 80], ["b", 81]] as const) {
      const answering = bucketOf("198.51.100.1", "203.0.113.1", port, external);
      expect(coreOf(seen, `r${id}/packet/0`)).toBe(answering);
      expect(processed(seen, `r${id}`).at(-1)).toBe(answering === coreOf(seen, `${id}/packet/0`) ? "session: hit" : "session: adopt");
    }
  });
  test("NODE-5: the flows of the published test vectors come to the cores of their hashes, and sessions know them by the same", () => {
    const vectors = [
      ["66.9.149.187", 2794, "161.142.100.80", 1766, 0x51ccc178],
      ["199.92.111.2", 14230, "65.69.140.83", 4739, 0xc626b0ea],
      ["24.19.198.95", 12898, "12.22.207.184", 38024, 0x5c2b394a],
      ["38.27.205.30", 48228, "209.142.163.6", 2217, 0xafc7327f],
      ["153.39.163.191", 44251, "202.188.127.2", 1303, 0x10e828a2],
    ] as const;
    const config: NodeConfig = {
      ...base,
      cores: 4,
      subscribers: vectors.map(([address]) => ({ domain: 0, address })),
      groupOf: vectors.map(() => 0),
      remotes: vectors.map(([, , address, port]) => ({ address, port })),
      high: 1087,
      distribution: { ...base.distribution, key: publishedKey, table: [0, 1, 2, 3, 0, 1, 2, 3] },
      memory: { ...base.memory, limitPages: 9 },
      ports: { ...base.ports, slotBits: 3, ownPerSlot: 2 },
      quotas: [{ ports: null, sessions: null }],
    };
    const flows = Object.fromEntries(vectors.map(([, port], at) => [`v${at}`, [at % 4, send({ subscriber: at, port, remote: at })] as const]));
    const seen = see(config, { ...flows, r: [2, move(2, 1)], again: [0, send({ subscriber: 1, port: 14230, remote: 1 })] });
    const buckets = vectors.map(([, , , , hash]) => hash & 7);
    expect(buckets).toEqual([0, 2, 2, 7, 2]);
    expect(vectors.map((_, at) => coreOf(seen, `v${at}/packet/0`))).toEqual(buckets.map((bucket) => bucket % 4));
    // Core 2's three sessions are in bucket 2, and as their answers come to it as well they have not been published before.
    expect([seen.outcome("r"), coreOf(seen, "again/packet/0"), went(seen, "again")]).toEqual([[6, 3], 1, went(seen, "v1")]);
  });
  test("NODE-5: once its bucket has come to another core, that core's new sessions need no global key for their answers", () => {
    const seen = see(base, { r: [0, move(0, 1)], a: [0, send()], b: [0, reply("a")] });
    const object = Array.from({ length: 20 }, (_, at) => 20 + at).find((at) => seen.entry(`session object.state[core 1 object ${at}]`) === 3)!;
    // Both keys are in core 1's own table; the global one has the claim only.
    expect([seen.entry(`session local.keys[core 1 has object ${object}]`), seen.entry(`session object.global[core 1 object ${object}]`)]).toEqual([3, 1]);
    expect([coreOf(seen, "b/packet/0"), processed(seen, "b")]).toEqual([1, ["distribution: accept", "session: hit"]]);
  });
  test("NODE-5: with packets of a flow on any core every core finds its session", () => {
    const seen = see(anyCore, { a: [0, send()], b: [1, send()], c: [0, send()] }, { switches: ["a@1>b"] });
    expect([new Set(["a", "b", "c"].map((id) => coreOf(seen, `${id}/packet/0`))).size, new Set(["a", "b", "c"].map((id) => went(seen, id))).size]).toEqual([2, 1]);
    expect(count(anyCore, seen, "session object.state")).toBe(1);
  });
});

describe("a bucket that moves", () => {
  test("NODE-6: first its core's sessions in it are published, then the distribution's table changes, and the flow goes on elsewhere", () => {
    const seen = see(base, { a: [0, send()], r: [0, move(0, 1)], b: [0, send()], c: [0, reply("a")] });
    expect(seen.stages("r")).toEqual(["session: publish", "session: move-bucket", "distribution: move-bucket"]);
    expect(seen.outcome("r")).toEqual([6, 1]);
    expect([coreOf(seen, "b/packet/0"), processed(seen, "b"), went(seen, "b")]).toEqual([1, ["distribution: accept", "session: miss", "session: adopt"], went(seen, "a")]);
    expect(went(seen, "c")).toBe("198.51.100.1:80 → 100.64.0.1:4000");
    // There is one table, the distribution's.
    expect([seen.entry("distribution bucket.core[bucket 0]"), seen.entry("distribution node.moves[node]")]).toEqual([1, 1]);
  });
  test("NODE-6: sessions of the other bucket are not published", () => {
    const seen = see(base, { a: [0, send()], r: [1, move(1, 0)] });
    expect([seen.stages("r"), seen.outcome("r")]).toEqual([["session: move-bucket", "distribution: move-bucket"], [6, 0]]);
  });
  test("NODE-6: another core than the bucket's is refused by both, and nothing has changed", () => {
    const seen = see(base, { a: [0, send()], r: [1, move(0, 1)] });
    expect([seen.stages("r"), changed(base, seen, "r")]).toEqual([["session: refuse-bucket", "distribution: refuse-bucket"], {}]);
  });
  test("NODE-6: it is for the new core to move it on, and no longer for the old one", () => {
    const seen = see(base, { r: [0, move(0, 1)], old: [0, move(0, 0)], next: [1, move(0, 0)], back: [0, move(0, 1)] });
    expect(["old", "next", "back"].map((id) => seen.outcome(id)[0])).toEqual([7, 6, 6]);
    expect([seen.entry("distribution bucket.core[bucket 0]"), seen.entry("distribution node.moves[node]")]).toEqual([1, 3]);
  });
  test("NODE-6: a packet that waits when its bucket moves is handed over, and its session made by the new core", () => {
    const seen = see(base, { a: [1, send()], r: [0, move(0, 1)] }, { switches: ["a@1>r"] });
    expect([processed(seen, "a"), seen.outcome("a/packet/0")]).toEqual([["distribution: hand-over"], [101]]);
    expect(coreOf(seen, "a/packet/0/packet/0")).toBe(1);
    expect(went(seen, "a")).toMatch(/^203\.0\.113\.1:10\d\d → 198\.51\.100\.1:80$/);
    expect([used(seen, "sessions", 0), used(seen, "sessions", 1)]).toEqual([0, 1]);
  });
  test("NODE-6: a bucket that moves while a session of it is in the making leaves it usable from both cores", () => {
    const seen = see(anyCore, { a: [1, send()], r: [0, move(0, 1)], b: [0, send()], c: [0, send()], d: [1, reply("b")] }, { switches: ["a/packet/0@9>r"] });
    expect(seen.steps.findIndex((step) => step.task === "r")).toBeLessThan(seen.steps.findLastIndex((step) => step.task === "a/packet/0"));
    expect(["b", "c"].map((id) => went(seen, id))).toEqual([went(seen, "a"), went(seen, "a")]);
    expect(went(seen, "d")).toBe("198.51.100.1:80 → 100.64.0.1:4000");
  });
});

describe("outside and back", () => {
  const flows = (["tcp", "udp", "icmp"] as const).flatMap((protocol) => [0, 1].flatMap((subscriber) => [4000, 4001].map((port) => ({ protocol, subscriber, port }))));
  const tuples = (seen: Seen, ids: readonly (readonly [string, Protocol])[]): string[] => ids.map(([id, protocol]) => `${protocol} ${went(seen, id)}`);

  test.each([["dynamic", plain], ["dynamic", cone], ["block", plain], ["deterministic", plain]] as const)("NODE-7: twelve flows have twelve external tuples (%s allocation, %j)", (allocation, type) => {
    const config: NodeConfig = { ...twoSubscribers, type, high: 1055, ports: { ...base.ports, allocation, blockSize: allocation === "block" ? 8 : 0 } };
    const seen = see(config, Object.fromEntries(flows.map((flow, at) => [`f${at}`, [at % 2, send(flow)] as const])));
    const all = tuples(seen, flows.map(({ protocol }, at) => [`f${at}`, protocol]));
    for (const one of all) expect(one).toContain("203.0.113.1:");
    expect(new Set(all).size).toBe(12);
  });
  test("NODE-7: two flows that are made at once on two cores do not share one either", () => {
    for (let at = 1; at < 12; at++) {
      const seen = see(base, { a: [0, send()], b: [1, send({ port: 4001 })] }, { switches: ["a@1>b", `a/packet/0@${at}>b/packet/0`] });
      expect(new Set(tuples(seen, [["a", "tcp"], ["b", "tcp"]])).size).toBe(2);
    }
  });
  test("NODE-7: with the ports of one protocol all in use a flow is refused rather than given one of them, and another protocol's has its own", () => {
    const seen = see({ ...base, high: 1025 }, { a: [0, send()], b: [0, send({ port: 4002 })], c: [0, send({ port: 4016 })], d: [0, send({ port: 4016, protocol: "udp" })] });
    expect([went(seen, "c"), went(seen, "d")]).toEqual(["refused: port", expect.stringContaining("198.51.100.1:80")]);
  });

  test.each<[string, NodeConfig, Protocol]>([
    ["a TCP packet", base, "tcp"],
    ["a UDP packet", base, "udp"],
    ["an echo", base, "icmp"],
    ["a packet on any core", anyCore, "tcp"],
    ["a packet of a mapping", { ...base, type: cone }, "udp"],
  ])("NODE-8: the answer to %s reaches the endpoint its flow began at, on whatever core it arrives", (_, config, protocol) => {
    const does = (core: number): Does => ({ a: [0, send({ protocol, remote: 1 })], b: [core, reply("a")] });
    for (const core of [0, 1]) expect(went(see(config, does(core)), "b")).toMatch(protocol === "icmp" ? /^198\.51\.100\.1:0 → 100\.64\.0\.1:4000$/ : /^198\.51\.100\.1:81 → 100\.64\.0\.1:4000$/);
  });
  test("NODE-8: and so does the answer from the inside to a packet that came in by a static mapping", () => {
    const config: NodeConfig = { ...base, statics: [{ protocol: "tcp", subscriber: 0, port: 4000, address: 0, externalPort: 80 }] };
    const seen = see(config, { a: [0, { kind: "arrive", protocol: "tcp", remote: 0, address: 0, externalPort: 80, salt: 1 }], b: [0, reply("a")] });
    expect([went(seen, "a"), went(seen, "b")]).toEqual(["198.51.100.1:80 → 100.64.0.1:4000", "203.0.113.1:80 → 198.51.100.1:80"]);
    expect(processed(seen, "a")).not.toContain("session: take-port");
  });
  test("NODE-8: and in hairpin the answer reaches the sender, from where it had sent to", () => {
    const seen = see({ ...twoSubscribers, type: cone }, { a: [0, send()], h: [0, { kind: "loop", protocol: "tcp", subscriber: 1, port: 4001, address: 0, externalPort: 1024, salt: 2 }], b: [1, reply("h")] });
    expect([went(seen, "a"), went(seen, "h"), went(seen, "b")]).toEqual(["203.0.113.1:1024 → 198.51.100.1:80", expect.stringMatching(/ → 100\.64\.0\.1:4000$/), "203.0.113.1:1024 → 100.64.0.2:4001"]);
  });
  test("NODE-8: what did not go out cannot be answered", () => {
    expect(see(withQuotas({ sessions: only(1) }), { a: [0, send()], b: [0, send({ port: 4002 })], c: [0, reply("b")] }).skippedOperations).toBe(1);
  });
});

describe("a port that another core frees", () => {
  /** A mapping made by core 0 (to .1:80) and used by core 1 as well (to .1:81); core 0's session ends first. */
  const config: NodeConfig = { ...base, type: cone };
  const lastElsewhere = { a: [0, send()], b: [1, send({ remote: 1 })], w: { ms: 1500 }, b2: [1, send({ remote: 1 })], w2: { ms: 1000 }, s0: [0, sweep], w3: { ms: 1500 }, s1: [1, sweep] } as const satisfies Does;
  const unit = "node port.unit[tcp 203.0.113.1:1024]";

  test("NODE-9: it is handed over with its unit, which stays in its ledger until the holder collects it", () => {
    const handed = see(config, lastElsewhere);
    expect([coreOf(handed, "a/packet/0"), coreOf(handed, "b/packet/0")]).toEqual([0, 1]);
    expect(handed.stages("s1").filter((stage) => stage.startsWith("port") || stage.includes("free-port"))).toEqual(["session: free-port", "port: hand-over"]);
    expect([handed.entry(unit), used(handed, "ports", 0), used(handed, "ports", 1), used(handed, "sessions", 0), used(handed, "sessions", 1)]).toEqual([2, 1, 0, 0, 0]);
    const collected = see(config, { ...lastElsewhere, c1: [1, collect], c0: [0, collect] });
    expect(collected.stages("c1")).toEqual(["port: collect-empty"]);
    expect(collected.stages("c0")).toEqual(["port: collect", "port: free", "quota: release", "port: collect-empty"]);
    expect([collected.entry(unit), used(collected, "ports", 0), history(config, collected, "quota core.used[subscriber 0 ports core 1]")]).toEqual([0, 0, []]);
  });
  test("NODE-9: by the timer as well, if nobody asks", () => {
    const seen = see(config, lastElsewhere, { rest: true });
    expect([seen.entry(unit), used(seen, "ports", 0), count(config, seen, "port port.handed")]).toEqual([0, 0, 0]);
  });
  test("NODE-9: the last session of the mapping on the holder's own core frees port and unit at once", () => {
    const seen = see(config, { a: [0, send()], b: [1, send({ remote: 1 })], w: { ms: 1500 }, a2: [0, send()], w2: { ms: 1000 }, s1: [1, sweep], w3: { ms: 1500 }, s0: [0, sweep] });
    const stages = seen.stages("s0");
    expect(stages.slice(stages.indexOf("session: free-port"), stages.indexOf("session: free-port") + 3)).toEqual(["session: free-port", "port: free", "quota: release"]);
    expect([seen.entry(unit), used(seen, "ports", 0)]).toEqual([0, 0]);
  });
  test("NODE-9: the units of the fifth core go back to the fifth core's ledgers", () => {
    const one = { total: 5, exclusive: 1, chunk: 1 };
    const five: NodeConfig = { ...base, cores: 5, distribution: { ...base.distribution, table: [4, 4] }, quotas: [{ ports: one, sessions: one }] };
    const seen = see(five, { a: [0, send()], b: [0, send({ port: 4001 })], w: { ms: 2001 }, s: [4, sweep], c: [0, send({ port: 4001 })] });
    expect([went(seen, "b"), seen.outcome("s"), went(seen, "c")]).toEqual(["refused: quota", [6, 1], expect.stringContaining("198.51.100.1:80")]);
    expect([used(seen, "sessions", 4), used(seen, "ports", 4)]).toEqual([1, 1]);
    for (const core of [0, 1, 2, 3]) expect(seen.entry(`quota core.present[subscriber 0 ports core ${core}]`)).toBe(0);
  });
  test("NODE-9: until it is collected the holder's quota denies the next port, and afterwards no longer", () => {
    const tight = withQuotas({ ports: only(1) }, config);
    const next = [0, send({ port: 4002 })] as const;
    const seen = see(tight, { ...lastElsewhere, early: next, c0: [0, collect], late: next });
    expect([went(seen, "early"), went(seen, "late")]).toEqual(["refused: port", expect.stringMatching(/^203\.0\.113\.1:\d+ → 198\.51\.100\.1:80$/)]);
    expect(processed(seen, "early")).toContain("quota: deny");
  });
  test("NODE-9: a port made without quota gives no unit back to one that has come meanwhile", () => {
    const none = withQuotas({ ports: null }, config);
    const seen = see(none, { a: [0, send()], q: [0, { kind: "reconfigure", group: 0, resource: "ports", to: { total: 8, exclusive: 2, chunk: 1 } }], b: [0, send({ port: 4002 })], w: { ms: 1500 }, b2: [0, send({ port: 4002 })], w2: { ms: 1000 }, s: [0, sweep] });
    expect([seen.outcome("s"), used(seen, "ports", 0)]).toEqual([[6, 1], 1]);
  });
});
