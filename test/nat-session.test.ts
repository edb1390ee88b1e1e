import { describe, expect, test } from "vitest";
import { natSession } from "../harness/systems/nat-session/index.ts";
import type { Arrive, Loop, NatCommand, NatConfig, NatRule, Reply, Send } from "../spec/nat-session/terms.ts";
import { work, type Doing, type Example, type Seen } from "./worked.ts";

const everything: NatRule = { action: "permit", direction: "both", source: null, destination: null };
const plain = { mapping: false, fullCone: false, pairing: false } as const;
const cone = { mapping: true, fullCone: true, pairing: false } as const;

/**
 * Two cores, one subscriber, remotes .1:80 and .1:81, one port 1024. Of a TCP packet from port s of the subscriber to port d of a remote the bucket is (s + d + 1) mod 2, of one from the remote's port s to port d of
 * the NAT address (s + d) mod 2: all addresses end in 1, and the domain counts 11. So 4000 → 80 belongs to bucket 1, and the answer to port 1024 to bucket 0.
 */
const base: NatConfig = {
  cores: 2,
  subscribers: [{ domain: 0, address: "100.64.0.1" }],
  remotes: [
    { address: "198.51.100.1", port: 80 },
    { address: "198.51.100.1", port: 81 },
  ],
  addresses: ["203.0.113.1"],
  low: 1024,
  high: 1024,
  objects: 4,
  quota: null,
  rules: [everything],
  statics: [],
  type: plain,
  table: [0, 1],
  perPacket: false,
  idleMs: { tcp: 2000, udp: 1000, icmp: 1000 },
  sweepMs: 60_000,
};
/** One core, so that nothing is handed over; a roomy pool. */
const single: NatConfig = { ...base, cores: 1, table: [0, 0], high: 1031 };

const send = (more: Partial<Send> = {}): Send => ({ kind: "send", protocol: "tcp", subscriber: 0, port: 4000, remote: 0, salt: 7, ...more });
const arrive = (more: Partial<Arrive> = {}): Arrive => ({ kind: "arrive", protocol: "tcp", remote: 0, address: 0, externalPort: 1024, salt: 7, ...more });
const loop = (more: Partial<Loop> = {}): Loop => ({ kind: "loop", protocol: "tcp", subscriber: 0, port: 4000, address: 0, externalPort: 1024, salt: 7, ...more });
const reply = (of: string): Reply => ({ kind: "reply", of, salt: 9 });

function see(config: NatConfig, does: readonly Doing<NatCommand>[], more: Partial<Example<NatConfig, NatCommand>> = {}): Seen {
  const seen = work(natSession, { config, does, ...more });
  expect(seen.failure).toBeUndefined();
  return seen;
}
/** "203.0.113.1:1024 → 198.51.100.1:80" of a packet that went on. */
function went(seen: Seen, id: string): string {
  return seen.outcomeWords(id).replace(/ \(.*/, "");
}

describe("finding and making sessions", () => {
  test("NAT-1: the first rule that covers the packet decides: permit, deny, or left as it is", () => {
    const deny80: NatRule = { action: "deny", direction: "outbound", source: null, destination: { address: "198.51.100.1", bits: 32, low: 80, high: 80 } };
    const seen = see({ ...single, rules: [deny80, { ...everything, direction: "outbound" }] }, [[0, send()], [0, send({ remote: 1 })], [0, arrive()]]);
    expect(went(seen, "op0")).toBe("denied by a rule");
    expect(went(seen, "op1")).toMatch(/^forwarded as 203\.0\.113\.1:10\d\d → 198\.51\.100\.1:81$/);
    expect(went(seen, "op2")).toBe("passed as 198.51.100.1:80 → 203.0.113.1:1024");
  });

  test.each([
    ["a mask of 24 bits covers the neighbour", 24, "denied by a rule"],
    ["a mask of 32 bits does not", 32, "forwarded"],
  ])("NAT-1: %s", (_, bits, said) => {
    const rule: NatRule = { action: "deny", direction: "both", source: { address: "100.64.0.9", bits, low: 0, high: 65535 }, destination: null };
    expect(went(see({ ...single, rules: [rule, everything] }, [[0, send()]]), "op0")).toContain(said);
  });

  test("NAT-2: session, then mapping, then pair, and only then anything is taken", () => {
    const seen = see({ ...single, type: { mapping: true, fullCone: false, pairing: true } }, [[0, send()], [0, send()], [0, send({ remote: 1 })]]);
    expect(seen.stages("op0")).toEqual(["miss", "absent", "no-mapping", "no-pair", "take-memory", "take-quota", "take-port", "insert-pair", "insert-mapping", "claim", "insert-own", "insert-reverse", "place"]);
    expect(seen.stages("op1")).toEqual(["hit"]);
    expect(seen.stages("op2")).toEqual(["miss", "absent", "use-mapping", "take-memory", "take-quota", "claim", "insert-own", "insert-reverse", "place"]);
  });

  test("NAT-3: one structure serves both directions; another protocol is another flow", () => {
    const seen = see({ ...single, high: 1024 }, [[0, send()], [0, reply("op0")], [0, send({ protocol: "udp" })]]);
    expect(seen.stages("op1")).toEqual(["hit"]);
    expect(went(seen, "op1")).toBe("forwarded as 198.51.100.1:80 → 100.64.0.1:4000");
    expect(seen.stages("op2")).toContain("place");
  });

  test("NAT-3: the same address in two traffic domains is two subscribers", () => {
    const two = { ...single, subscribers: [{ domain: 0, address: "100.64.0.1" }, { domain: 1, address: "100.64.0.1" }] };
    const seen = see(two, [[0, send()], [0, send({ subscriber: 1 })], [0, reply("op1")]]);
    expect(seen.stages("op1")).toContain("place");
    expect(went(seen, "op0")).not.toBe(went(seen, "op1"));
    expect(seen.stages("op2")).toEqual(["hit"]);
  });

  test("NAT-4: the creating core owns the structure and the port", () => {
    const seen = see(base, [[1, send()]]);
    const object = [4, 5, 6, 7].find((one) => seen.entry(`object.state[core 1 object ${one}]`) === 3);
    expect(object).toBeDefined();
    expect(seen.entry("port.user[tcp 203.0.113.1:1024]")).toBe(object! + 1);
  });
});

describe("tables of two cores", () => {
  const after = (config: NatConfig, does: readonly Doing<NatCommand>[]) => {
    const seen = see(config, does);
    const object = [4, 5, 6, 7].find((one) => seen.entry(`object.state[core 1 object ${one}]`) === 3)!;
    return { seen, local: (core: number) => seen.entry(`local.keys[core ${core} has object ${object}]`), global: seen.entry(`object.global[core 1 object ${object}]`), references: seen.entry(`object.references[core 1 object ${object}]`) };
  };

  test("NAT-5: the key of the packet goes into its core's own table", () => {
    expect(after(base, [[1, send()]]).local(1) & 1).toBe(1);
  });
  test("NAT-6: the reverse key goes into the global table when the answer comes to another core", () => {
    expect(after(base, [[1, send()]])).toMatchObject({ global: 3 });
    expect(after(base, [[1, send()]]).local(1)).toBe(1);
  });
  test("NAT-6: and into the own table when it comes here, and nothing is global (D5)", () => {
    const here = after({ ...base, low: 1025, high: 1025, type: { ...base.type, mapping: true } }, [[1, send()]]);
    expect(here.local(1)).toBe(3);
    expect(here.global).toBe(0);
  });
  test("NAT-10: a session with neither mapping nor static mapping keeps its claim (D56)", () => {
    const here = after({ ...base, low: 1025, high: 1025, type: { ...base.type, mapping: false } }, [[1, send()]]);
    expect(here.local(1)).toBe(3);
    expect(here.global).toBe(1);
  });
  test("NAT-7: the first answer on the other core copies the key and counts one reference; the second counts none", () => {
    const once = after(base, [[1, send()], [0, reply("op0")]]);
    expect(once.seen.stages("op1")).toEqual(["miss", "adopt"]);
    expect(once.local(0)).toBe(2);
    expect(once.references).toBe(1);
    expect(after(base, [[1, send()], [0, reply("op0")], [0, reply("op0")]]).references).toBe(1);
  });
  test("NAT-8: a packet whose key is in the own table looks nowhere else", () => {
    expect(after(base, [[1, send()], [0, reply("op0")], [0, reply("op0")]]).seen.stages("op2")).toEqual(["hit"]);
  });
  test("NAT-9: a key is found globally while it stands there, and no longer once the session is retired", () => {
    const seen = see(base, [[1, send()], { ms: 2001 }, [1, { kind: "sweep" }], [0, reply("op0")]]);
    expect(seen.stages("op2").slice(0, 1)).toEqual(["retire"]);
    expect(seen.stages("op3")).toEqual(["miss", "absent", "unmatched"]);
  });
  test("NAT-26: a packet on the wrong core is handed over and served by the right one", () => {
    const seen = see(base, [[0, send()]]);
    expect(seen.outcome("op0")).toEqual([2, 1]);
    expect(seen.outcomeWords("op0/packet/0")).toContain("forwarded as 203.0.113.1:1024");
  });
  test("NAT-26: a bucket that moves takes its flows along: published, found by the new core, same translation", () => {
    const seen = see({ ...base, low: 1025, high: 1025 }, [[1, send()], [1, { kind: "rebalance", bucket: 1, to: 0 }], [0, send()], [0, reply("op0")]]);
    expect(seen.stages("op1")).toEqual(["publish", "move-bucket"]);
    expect(seen.stages("op2")).toEqual(["miss", "adopt"]);
    expect(went(seen, "op2")).toBe(went(seen, "op0"));
    expect(seen.stages("op3")).toEqual(["miss", "adopt"]);
  });
  test("NAT-26: only the present core of a bucket moves it", () => {
    expect(see(base, [[0, { kind: "rebalance", bucket: 1, to: 0 }]]).stages("op0")).toEqual(["refuse-bucket"]);
  });
});

describe("races", () => {
  const perPacket = { ...base, perPacket: true, high: 1031 };
  test("NAT-10: of two cores that make one flow the loser gives back all it took and its packet uses the winner's session", () => {
    const seen = see(perPacket, [[0, send()], [1, send()]], { switches: ["op0@4>op1"] });
    expect(seen.stages("op0").slice(2)).toEqual(["take-memory", "take-quota", "take-port", "lost-claim", "free-port", "give-quota", "free-memory", "miss", "adopt"]);
    expect(went(seen, "op0")).toBe(went(seen, "op1"));
    const states = [0, 1, 2, 3, 4, 5, 6, 7].map((one) => seen.entry(`object.state[core ${one >> 2} object ${one}]`)).filter((state) => state !== 0);
    expect(states).toEqual([3]);
  });
  test("NAT-10: a packet that meets the session in the making waits and is forwarded by it", () => {
    const seen = see(perPacket, [[0, send()], [1, send()]], { switches: ["op0@6>op1"] });
    expect(seen.stages("op1")).toEqual(["miss", "wait", "miss", "adopt"]);
    expect(went(seen, "op0")).toBe(went(seen, "op1"));
  });
  test("NAT-10: who lost the claim waits for the winner's session if that is still in the making", () => {
    const seen = see(perPacket, [[0, send()], [1, send()]], { switches: ["op0@5>op1", "op1@6>op0"] });
    expect(seen.stages("op0").slice(5)).toEqual(["lost-claim", "free-port", "give-quota", "free-memory", "wait", "miss", "adopt"]);
    expect(went(seen, "op0")).toBe(went(seen, "op1"));
  });
  test("NAT-10: inbound and outbound creation of one flow meet at its claim (D56)", () => {
    const statics = [{ protocol: "tcp", subscriber: 0, port: 4000, address: 0, externalPort: 2000 }] as const;
    const seen = see({ ...base, statics }, [[1, send()], [0, arrive({ externalPort: 2000 })]], { switches: ["op0@5>op1"] });
    expect(seen.stages("op0")).toContain("lost-claim");
    expect(went(seen, "op1")).toBe("forwarded as 198.51.100.1:80 → 100.64.0.1:4000");
    expect(went(seen, "op0")).toBe("forwarded as 203.0.113.1:2000 → 198.51.100.1:80");
  });
});

describe("inbound, hairpin, static", () => {
  test("NAT-11: a full-cone mapping lets a stranger in; without full cone it does not", () => {
    const does = [[0, send()], [0, arrive({ remote: 1 })]] as const;
    const open = see({ ...single, high: 1024, type: cone }, does);
    expect(went(open, "op1")).toBe("forwarded as 198.51.100.1:81 → 100.64.0.1:4000");
    expect(went(see({ ...single, high: 1024, type: { ...cone, fullCone: false } }, does), "op1")).toBe("let in by nothing");
  });
  test("NAT-11: a session that began inbound is answered from the inside under the same endpoint", () => {
    const statics = [{ protocol: "tcp", subscriber: 0, port: 4000, address: 0, externalPort: 2000 }] as const;
    const seen = see({ ...single, statics }, [[0, arrive({ externalPort: 2000 })], [0, reply("op0")]]);
    expect(seen.stages("op1")).toEqual(["hit"]);
    expect(went(seen, "op1")).toBe("forwarded as 203.0.113.1:2000 → 198.51.100.1:80");
  });
  test("NAT-19: in hairpin the receiver sees the sender's external endpoint, and its answer finds the way back", () => {
    const two = { ...single, subscribers: [...single.subscribers, { domain: 0, address: "100.64.0.2" }], high: 1025, type: cone };
    const seen = see(two, [[0, send()], [0, loop({ subscriber: 1, port: 4001, externalPort: 1024 })], [0, loop({ subscriber: 1, port: 4001, externalPort: 1025 })]]);
    const given = went(seen, "op0").includes(":1024 ") ? { hairpin: "op1", external: 1025, receiver: 1024 } : { hairpin: "op2", external: 1024, receiver: 1025 };
    expect(went(seen, given.hairpin)).toBe(`forwarded as 203.0.113.1:${given.external} → 100.64.0.1:4000`);
    const back = see(two, [[0, send()], [0, loop({ subscriber: 1, port: 4001, externalPort: given.receiver })], [0, reply("op1")]]);
    expect(went(back, "op2")).toBe(`forwarded as 203.0.113.1:${given.receiver} → 100.64.0.2:4001`);
  });
  test("NAT-19: a packet to the sender's own endpoint is not translated, and takes nothing", () => {
    const seen = see({ ...single, high: 1024, type: cone }, [[0, send()], [0, loop()]]);
    expect(went(seen, "op1")).toBe("let in by nothing");
    expect(seen.entry("object.binding[core 0 object 0]") + seen.entry("object.binding[core 0 object 1]") + seen.entry("object.binding[core 0 object 2]") + seen.entry("object.binding[core 0 object 3]")).toBe(1);
  });
  test("NAT-19: a pair is not made where the receiver's flow is claimed, although the sender's is free", () => {
    const statics = [{ protocol: "tcp", subscriber: 0, port: 4000, address: 0, externalPort: 80 }] as const;
    const two: NatConfig = { ...single, subscribers: [...single.subscribers, { domain: 0, address: "100.64.0.2" }], high: 1025, objects: 8, statics, perPacket: true };
    // The receiver once sent from a port of its own; then it got a mapping, on the other port, to which the sender's packet goes.
    const back = (externalPort: number): Seen =>
      see(two, [[0, loop({ subscriber: 1, port: 5000, externalPort: 80 })], [0, { kind: "configure", type: cone }], [0, send({ subscriber: 1, port: 5000 })], [0, loop({ externalPort })]]);
    const mapped = went(back(1024), "op2").includes(":1024 ") ? 1024 : 1025;
    const seen = back(mapped);
    expect(went(seen, "op0")).toBe(`forwarded as 203.0.113.1:${2049 - mapped} → 100.64.0.1:4000`);
    expect(seen.stages("op3")).toContain("lost-claim");
    expect(went(seen, "op3")).toBe("let in by nothing");
  });
  test("NAT-19: of two cores that make one pair, each with a port of its own, the loser gives back both halves", () => {
    const statics = [{ protocol: "tcp", subscriber: 1, port: 4000, address: 0, externalPort: 80 }] as const;
    const two: NatConfig = { ...base, subscribers: [...base.subscribers, { domain: 0, address: "100.64.0.2" }], high: 1031, statics, perPacket: true };
    const seen = see(two, [[1, loop({ externalPort: 80 })], [0, loop({ externalPort: 80 })]], { switches: ["op0@8>op1"] });
    expect(seen.stages("op0").slice(8)).toEqual(["lost-claim", "free-port", "give-quota", "give-quota", "free-memory", "free-memory", "miss", "adopt"]);
    expect(went(seen, "op0")).toBe(went(seen, "op1"));
  });
  test("NAT-19: if the receiver's half fails neither half stays", () => {
    const two = { ...single, subscribers: [...single.subscribers, { domain: 0, address: "100.64.0.2" }], objects: 2, statics: [{ protocol: "tcp", subscriber: 0, port: 4000, address: 0, externalPort: 2000 }] as const };
    const seen = see(two, [[0, send({ subscriber: 1 })], [0, loop({ subscriber: 1, port: 4001, externalPort: 2000 })]]);
    expect(seen.stages("op1").slice(-2)).toEqual(["refuse-memory", "free-memory"]);
  });
  test("NAT-23: a static mapping is used before any dynamic one, and its port is never given out", () => {
    const statics = [{ protocol: "tcp", subscriber: 0, port: 4000, address: 0, externalPort: 1024 }] as const;
    const seen = see({ ...single, high: 1024, type: cone, statics }, [[0, send()], [0, send({ port: 4001 })]]);
    expect(went(seen, "op0")).toBe("forwarded as 203.0.113.1:1024 → 198.51.100.1:80");
    expect(went(seen, "op1")).toBe("refused: port");
  });
  test("NAT-24: later sessions of an endpoint share its mapping; another endpoint does not", () => {
    const seen = see({ ...single, type: cone }, [[0, send()], [0, send({ remote: 1 })], [0, send({ port: 4001 })]]);
    const external = (id: string): string => went(seen, id).split(" → ")[0];
    expect(external("op1")).toBe(external("op0"));
    expect(external("op2")).not.toBe(external("op0"));
  });
  test("NAT-25: paired pooling keeps to one address, and denies when that is full; in profile rfc another serves", () => {
    const config = { ...single, addresses: ["203.0.113.1", "203.0.113.3"], high: 1024, type: { ...plain, pairing: true } };
    const does = [[0, send()], [0, send({ remote: 1 })]] as const;
    expect(went(see(config, does), "op1")).toBe("refused: port");
    expect(went(see(config, does, { profile: "rfc" }), "op1")).toMatch(/^forwarded as 203\.0\.113\.[13]:1024/);
  });
});

describe("time and failure", () => {
  test.each([
    [2000, "keep"],
    [2001, "retire"],
  ])("NAT-12: a TCP session of limit 2000 ms after %i ms: %s", (ms, stage) => {
    expect(see(single, [[0, send()], { ms }, [0, { kind: "sweep" }]]).stages(`op2`)[0]).toBe(stage);
  });
  test.each([
    ["product", "keep"],
    ["rfc", "retire"],
  ])("NAT-12: in profile %s an answer from the outside leads to %s", (profile, stage) => {
    const seen = see(single, [[0, send()], { ms: 1500 }, [0, reply("op0")], { ms: 1500 }, [0, { kind: "sweep" }]], { profile });
    expect(seen.stages("op4")[0]).toBe(stage);
  });
  test("NAT-13: the other core's copy goes first, one session a step, and gives its reference back", () => {
    const seen = see(base, [[1, send()], [0, reply("op0")], { ms: 2001 }, [1, { kind: "sweep" }], [0, { kind: "sweep" }], [1, { kind: "sweep" }]]);
    expect(seen.stages("op3")).toEqual(["keep", "sweep-end"]);
    expect(seen.stages("op4")).toEqual(["drop-copy", "sweep-end"]);
    expect(seen.stages("op5")[0]).toBe("retire");
  });
  test("NAT-14: an idle session gives everything back, in order; at rest nothing is left", () => {
    const seen = see({ ...single, type: { mapping: true, fullCone: false, pairing: true } }, [[0, send()], { ms: 2001 }, [0, { kind: "sweep" }]]);
    expect(seen.stages("op2")).toEqual(["retire", "give-mapping", "give-pair", "free-port", "give-quota", "free-memory", "sweep-end"]);
    see(base, [[1, send()], [0, reply("op0")]], { rest: true });
  });
  test("NAT-14: the founder of a mapping that others use keeps its structure and port until the last of them is gone (BIND-4)", () => {
    const seen = see({ ...single, type: cone }, [[0, send()], { ms: 1500 }, [0, send({ remote: 1 })], { ms: 1000 }, [0, { kind: "sweep" }], { ms: 1500 }, [0, { kind: "sweep" }]]);
    expect(seen.stages("op4")).toEqual(["retire", "give-mapping", "give-quota", "keep", "sweep-end"]);
    expect(seen.stages("op6")).toEqual(["retire", "give-mapping", "free-port", "free-memory", "give-quota", "free-memory", "sweep-end"]);
  });
  test("NAT-15: references come back to zero, never below", () => {
    const seen = see(base, [[1, send()], [0, reply("op0")], { ms: 2001 }, [0, { kind: "sweep" }], [0, { kind: "sweep" }]]);
    expect([4, 5, 6, 7].map((one) => seen.entry(`object.references[core 1 object ${one}]`))).toEqual([0, 0, 0, 0]);
  });
  test("NAT-16: a failure at the last insertion undoes the earlier ones, the latest first", () => {
    const seen = see({ ...single, type: { mapping: true, fullCone: false, pairing: true } }, [[0, { kind: "fail", what: "reverse", count: 1 }], [0, send()]]);
    expect(seen.stages("op1").slice(-8)).toEqual(["insert-own", "refuse-reverse", "undo-own", "undo-claim", "give-mapping", "give-pair", "free-port", "give-quota", "free-memory"].slice(-8));
    expect(seen.outcomeWords("op1")).toBe("refused: reverse");
  });
  test.each(["memory", "quota", "port", "pair", "mapping", "claim", "own", "reverse"] as const)("NAT-17: when %s is lacking the packet is dropped and nothing has changed; the next one passes", (what) => {
    const seen = see({ ...single, type: { mapping: true, fullCone: false, pairing: true }, quota: 3 }, [[0, { kind: "fail", what, count: 1 }], [0, send()], [0, send()]]);
    expect(seen.outcomeWords("op1")).toBe(`refused: ${what}`);
    expect(went(seen, "op2")).toContain("forwarded");
    expect(seen.entry("subscriber.sessions[subscriber 0]")).toBe(1);
    expect(seen.entry("subscriber.pairCount[subscriber 0]")).toBe(1);
  });
  test.each([
    ["structure", { objects: 1 }, "refused: memory"],
    ["session of the quota", { quota: 1 }, "refused: quota"],
    ["port", { high: 1024 }, "refused: port"],
  ])("NAT-17: the last %s is given, the next is refused", (_, more, said) => {
    const seen = see({ ...single, ...more }, [[0, send()], [0, send({ remote: 1 })]]);
    expect(went(seen, "op0")).toContain("forwarded");
    expect(seen.outcomeWords("op1")).toBe(said);
  });
  test("NAT-18: a changed type holds for new sessions and leaves existing ones alone", () => {
    const seen = see({ ...single, type: cone }, [[0, send()], [0, { kind: "configure", type: plain }], [0, send()], [0, send({ remote: 1 })]]);
    expect(went(seen, "op2")).toBe(went(seen, "op0"));
    expect(went(seen, "op3").split(" → ")[0]).not.toBe(went(seen, "op0").split(" → ")[0]);
  });
  test("NAT-20: addresses, ports and both checksums of a known packet", () => {
    // Words of the addresses 203.0.113.1 and 198.51.100.1; the others as the header has them.
    const seen = see({ ...single, high: 1024 }, [[0, send()]]);
    const words = [0xcb00, 0x7101, 0xc633, 0x6401];
    const folded = (all: readonly number[]): number => {
      let sum = all.reduce((a, b) => a + b, 0);
      while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
      return 0xffff - sum;
    };
    const ip = folded([0x4500, 42, 7, 0, 0x4006, ...words]);
    const tcp = folded([...words, 6, 22, 1024, 80, 0, 7, 0, 0, 0x5010, 0x2000, 0, 7]);
    expect(seen.outcome("op0").slice(5)).toEqual([ip, tcp]);
  });
  test("NAT-20: a UDP packet without a checksum stays without one", () => {
    const seen = see(single, [[0, send({ protocol: "udp", salt: 0 })], [0, send({ protocol: "udp", salt: 1 })]]);
    expect(seen.outcome("op0")[6]).toBe(0);
    expect(seen.outcome("op1")[6]).not.toBe(0);
  });
  test("NAT-21: a packet before the sweep refreshes an idle session, one after it makes a new one", () => {
    expect(see(single, [[0, send()], { ms: 2001 }, [0, send()], [0, { kind: "sweep" }]]).stages("op3")).toEqual(["keep", "sweep-end"]);
    expect(see(single, [[0, send()], { ms: 2001 }, [0, { kind: "sweep" }], [0, send()]]).stages("op3")).toContain("place");
  });
  test("NAT-22: the translation of a session stays as it is, whatever is configured and however often it is used", () => {
    const seen = see(single, [[0, send()], [0, { kind: "configure", type: { ...cone, pairing: true } }], [0, send()], [0, send()]]);
    expect(went(seen, "op2")).toBe(went(seen, "op0"));
    expect(went(seen, "op3")).toBe(went(seen, "op0"));
  });
});
