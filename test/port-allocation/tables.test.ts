/** Worked examples: how tables are laid out, and who may have what in them. */
import { describe, expect, test } from "vitest";
import { portAllocation } from "../../harness/systems/port-allocation/index.ts";
import { Place, type PortConfig } from "../../spec/port-allocation/terms.ts";
import { allShared, ask, askFor, askWithin, blocks, collect, free, from, locate, play, shuffled, type Played } from "../play-ports.ts";

const given = [0, 1];
const refused = [1, 0];

/** Locates every port from `low` to `high`; the answers by port. */
function located(config: PortConfig, low: number, high: number, profile = "rfc"): { [port: number]: readonly number[] } {
  const ports = from(low, high);
  const played = play(config, Object.fromEntries(ports.map((port) => [`at${port}`, locate(port)])), { profile });
  for (const port of ports) expect([played.stages(`at${port}`), played.changes(`at${port}`)]).toEqual([["answer"], [[]]]);
  return Object.fromEntries(ports.map((port) => [port, played.outcome(`at${port}`)]));
}
/** An own port: position, slot, owner. A shared one: position, slot, chunk. */
const own = (position: number, slot: number, core: number): number[] => [Place.own, position, slot, -1, core];
const shared = (position: number, slot: number, chunk: number): number[] => [Place.shared, position, slot, chunk, -1];

/** Ports whose bit stands in the bitmap of a core, by core. */
function bits(played: Played, config: PortConfig, table = 0): number[][] {
  const found: number[][] = Array.from({ length: config.cores }, () => []);
  for (let port = config.low; port <= config.high; port++) for (let core = 0; core < config.cores; core++) if ((played.at("port.local", port, table) >> core) & 1) found[core].push(port);
  return found;
}

describe("PORT-1", () => {
  test("PORT-1: a port taken for TCP is free for UDP, and an ICMP identifier is what UDP has taken", () => {
    const played = play(shuffled, { tcp: askFor(0, 1025), udp: askFor(0, 1025, { protocol: "udp", subscriber: 2 }), icmp: askFor(0, 1025, { protocol: "icmp" }), again: askFor(0, 1025), back: free(0, "udp"), icmp2: askFor(0, 1025, { protocol: "icmp" }) });
    expect(["tcp", "udp", "icmp", "again", "icmp2"].map((id) => played.outcome(id))).toEqual([given, given, refused, refused, given]);
    expect(played.changes("udp")).toEqual([["local 1:1025 1>0", "user 1:1025 0>3", "session 1:1025 0>2"]]);
    expect([played.at("port.session", 1025), played.at("port.session", 1025, 1)]).toEqual([1, 6]);
  });
  test("PORT-1: every address has tables of its own", () => {
    const two = { ...shuffled, addresses: ["198.51.100.1", "198.51.100.2"] };
    const played = play(two, { a: askFor(0, 1032), b: askFor(1, 1032, { address: 1 }), c: askFor(1, 1032) });
    expect([played.outcome("a"), played.outcome("b"), played.outcome("c")]).toEqual([given, given, refused]);
    expect([0, 1, 2, 3].map((table) => played.at("chunk.holder", 0, table))).toEqual([1, 0, 2, 0]);
  });
});

describe("PORT-2", () => {
  test("PORT-2: a core has no bit until it claims a chunk, which sets the chunk's bits (basic scheme)", () => {
    const played = play(blocks, { a: askWithin(1, 1028, 1031), b: askWithin(1, 1028, 1031) });
    expect(played.stages("a")).toEqual(["reserve", "claim", "take-claimed"]);
    expect(played.changes("a")).toEqual([
      ["block.subscriber 0 0>1"],
      ["local 1028 0>2", "local 1029 0>2", "local 1030 0>2", "local 1031 0>2", "chunk.free 1 1>0", "chunk.holder 1 0>2"],
      ["local 1028 2>0", "user 1028 0>1", "session 1028 0>1"],
    ]);
    expect(played.changes("b")).toEqual([["local 1029 2>0", "user 1029 0>1", "session 1029 0>2"]]);
    expect(bits(played, blocks)).toEqual([[], [1030, 1031]]);
  });
  test("PORT-2: bit i is port i and an offset, one bit a chunk; the last chunk of a block is shorter and the end of the table belongs to no block", () => {
    const at = located(blocks, 1023, 1066);
    for (let port = 1024; port < 1064; port++) {
      const position = port - 1024;
      const block = Math.floor(position / 10);
      expect(at[port]).toEqual(shared(position, block, block * 3 + Math.floor((position % 10) / 4)));
    }
    expect([at[1032], at[1033], at[1034]]).toEqual([shared(8, 0, 2), shared(9, 0, 2), shared(10, 1, 3)]);
    expect([1023, 1064, 1065, 1066].map((port) => at[port][0])).toEqual([Place.outside, Place.leftOver, Place.leftOver, Place.outside]);
  });
});

describe("PORT-3", () => {
  test("PORT-3: every slot gives each core its share for good and cuts the rest into chunks", () => {
    const played = play(shuffled, { nothing: collect(0) });
    expect(bits(played, shuffled)).toEqual([[1024, 1025, 1026, 1027], [1028, 1029, 1030, 1031]]);
    expect(bits(played, shuffled, 1)).toEqual(bits(played, shuffled));
    expect(from(0, 9).map((chunk) => played.at("chunk.free", chunk))).toEqual([1, 1, 1, 1, 0, 0, 0, 0, 0, 0]);
  });
  test("PORT-3: a share is never more than the slot has for every core, and the last chunk is shorter", () => {
    const three = { ...shuffled, cores: 3, ownPerSlot: 40, chunk: 4 };
    // 8 ports, 3 cores: 2 each, and 2 are left for one short chunk.
    const odd = { ...shuffled, ownPerSlot: 3 };
    expect(bits(play(odd, { nothing: collect(0) }), odd)).toEqual([[1024, 1025, 1026, 1027, 1028, 1029], [1030, 1031, 1032, 1033, 1034, 1035]]);
    expect(bits(play(three, { nothing: collect(0) }), three)).toEqual([[1024, 1025, 1026, 1027], [1028, 1029, 1030, 1031], [1032, 1033, 1034, 1035]]);
    const played = play({ ...shuffled, chunk: 3 }, { short: askFor(0, 1039), long: askFor(1, 1032) });
    expect(played.changes("short")[0]).toEqual(["local 1039 0>1", "chunk.free 1 1>0", "chunk.holder 1 0>1"]);
    expect(played.changes("long")[0]).toEqual(["local 1032 0>2", "local 1034 0>2", "local 1037 0>2", "chunk.free 0 1>0", "chunk.holder 0 0>2"]);
  });
  test("PORT-3: whole slots belong to a core in profile patent, each core has a share in the others", () => {
    const config = { ...shuffled, cores: 3, ownSlots: 2, indirection: [0, 1] };
    const patent = play(config, { nothing: collect(0) }, { profile: "patent" });
    expect(bits(patent, config)).toEqual([[1025, 1027, 1028, 1030, 1032, 1034, 1037, 1039], [1024, 1026, 1029, 1031, 1033, 1035, 1036, 1038], []]);
    expect(patent.at("chunk.free", 0)).toBe(0);
    const half = { ...shuffled, ownSlots: 1 };
    const mixed = located(half, 1024, 1039, "patent");
    expect([mixed[1025], mixed[1039], mixed[1024], mixed[1038]]).toEqual([own(0, 0, 0), own(7, 0, 0), shared(8, 1, 0), shared(15, 1, 3)]);
    for (const profile of ["rfc", "product"]) expect(bits(play(config, { nothing: collect(0) }, { profile }), config)[2]).toEqual([1032, 1033, 1034, 1035]);
  });
  test("PORT-3: a key that does not split the ports evenly is refused where ports are shuffled, and taken where they are not", () => {
    const key = "0".repeat(80);
    const answer = portAllocation.parseConfig({ ...shuffled, key }, "rfc");
    expect(answer).toMatchObject({ ok: false, error: { at: "key", expected: expect.stringContaining("PORT-3") } });
    expect(portAllocation.parseConfig({ ...blocks, key }, "rfc")).toMatchObject({ ok: true });
  });
});

describe("PORT-4", () => {
  test("PORT-4: position and port are a permutation of each other, and the partition is known", () => {
    const at = located(shuffled, 1023, 1040);
    expect(at).toMatchObject({
      1025: own(0, 0, 0), 1027: own(1, 0, 0), 1028: own(2, 0, 1), 1030: own(3, 0, 1), 1032: shared(4, 0, 0), 1034: shared(5, 0, 0), 1037: shared(6, 0, 1), 1039: shared(7, 0, 1),
      1024: own(8, 1, 0), 1026: own(9, 1, 0), 1029: own(10, 1, 1), 1031: own(11, 1, 1), 1033: shared(12, 1, 2), 1035: shared(13, 1, 2), 1036: shared(14, 1, 3), 1038: shared(15, 1, 3),
    });
    expect([at[1023][0], at[1040][0]]).toEqual([Place.outside, Place.outside]);
  });
  test("PORT-4: positions count the ports there are, in slots of unequal size too", () => {
    const at = located({ ...shuffled, low: 1025, high: 1035 }, 1025, 1035);
    expect(at).toEqual({
      1025: own(0, 0, 0), 1027: own(1, 0, 0), 1028: own(2, 0, 1), 1030: own(3, 0, 1), 1032: shared(4, 0, 0), 1034: shared(5, 0, 0),
      1026: own(6, 1, 0), 1029: own(7, 1, 0), 1031: own(8, 1, 1), 1033: own(9, 1, 1), 1035: shared(10, 1, 1),
    });
  });
});

describe("PORT-10", () => {
  test("PORT-10: of two cores that want the same chunk the first has it, the other is refused", () => {
    const script = { a: askFor(0, 1032), b: askFor(1, 1034) };
    const inOrder = play(shuffled, script, { switches: ["a@1>b"] });
    expect([inOrder.stages("a"), inOrder.stages("b")]).toEqual([["claim", "take-claimed"], ["refuse"]]);
    const turned = play(shuffled, script, { switches: ["a@0>b"] });
    expect([turned.stages("b"), turned.stages("a")]).toEqual([["claim", "take-claimed"], ["refuse"]]);
    expect([turned.at("chunk.holder", 0), turned.at("port.local", 1032), turned.at("port.local", 1034)]).toEqual([2, 2, 0]);
  });
  test("PORT-10: between the claim and the port of one core another core finds other chunks, and both may have what they claimed", () => {
    const played = play(allShared, { a: ask(0, { count: 2 }), b: ask(1, { count: 2 }) }, { switches: ["a@1>b", "b@1>a", "a@2>b"] });
    expect(played.stages("a")).toEqual(["claim", "take-claimed", "take"]);
    expect(played.stages("b")).toEqual(["claim", "take-claimed", "take"]);
    expect(new Set(played.ports("a", "b")).size).toBe(4);
    const holders = from(0, 7).map((chunk) => played.at("chunk.holder", chunk));
    expect([holders.filter((holder) => holder === 1).length, holders.filter((holder) => holder === 2).length]).toEqual([1, 1]);
    expect(bits(played, allShared)).toEqual([[], []]);
  });
});

describe("PORT-18", () => {
  test("PORT-18: a chunk that goes from core to core and back is whole each time, whatever memory it had before", () => {
    // `play` runs both layouts and compares every step; here the bits of core 0 must be new ones at its second claim.
    const script = { a: askFor(0, 1032), b: askFor(0, 1037), c: free(0, "a"), d: askFor(1, 1034), e: free(1, "d"), f: askFor(0, 1034), g: askFor(0, 1032), h: free(0, "b") };
    for (const memoryOptimised of [false, true]) {
      const played = play({ ...shuffled, memoryOptimised }, script);
      expect(played.changes("d")[0]).toEqual(["local 1032 0>2", "local 1034 0>2", "chunk.free 0 1>0", "chunk.holder 0 0>2"]);
      expect(played.changes("f")[0]).toEqual(["local 1032 0>1", "local 1034 0>1", "chunk.free 0 1>0", "chunk.holder 0 0>1"]);
      expect([played.stages("f"), played.stages("g"), played.ports("f", "g")]).toEqual([["claim", "take-claimed"], ["take"], [1034, 1032]]);
      expect([played.at("chunk.free", 0), played.at("chunk.free", 1)]).toEqual([0, 1]);
    }
  });
  test.each([1, 2, 3])("PORT-18: own ports come and go one by one, while the core holds chunks and when it holds none (%i of each slot)", (ownPerSlot) => {
    const config = { ...shuffled, high: 1049, ownPerSlot };
    const held = { x: askFor(0, 1049), y: askFor(1, 1048) };
    const rounds = { a: askFor(0, 1024), b: ask(0, { count: 2 * ownPerSlot - 1 }), c: free(0, "a"), d: askFor(0, 1024), e: free(0, "b"), f: free(0, "d"), g: ask(1, { count: 2 * ownPerSlot }), h: ask(0, { count: 2 * ownPerSlot }) };
    for (const before of [{}, held]) {
      const played = play(config, { ...before, ...rounds });
      const mine = bits(play(config, { nothing: collect(0) }), config);
      expect([played.ports("a", "b").sort(), played.ports("g").sort(), played.ports("h").sort()]).toEqual([mine[0], mine[1], mine[0]]);
    }
  });
  test("PORT-18: what another core owns or holds is not given, whether or not there is room for its bits here", () => {
    for (const memoryOptimised of [false, true]) {
      const script = { own: askFor(0, 1028), x: askFor(1, 1032), held: askFor(0, 1034), y: askFor(0, 1033), mine: askFor(0, 1035), back: askFor(1, 1035), theirs: askFor(1, 1034), last: askFor(1, 1028) };
      const played = play({ ...shuffled, memoryOptimised }, script);
      expect(Object.keys(script).map((id) => played.outcome(id))).toEqual([refused, given, refused, given, given, refused, given, given]);
    }
  });
  test.each([2, 3])("PORT-18: of %i cores each is refused every port that another owns, while all are free, and given its own", (cores) => {
    const config = { ...shuffled, high: 1063, cores, slotBits: 2 };
    const mine = bits(play(config, { nothing: collect(0) }), config);
    const others = mine.flatMap((ports, owner) => ports.flatMap((port) => from(0, cores - 1).flatMap((core) => (core === owner ? [] : [[`${core} asks ${port}`, askFor(core, port)] as const]))));
    const owners = mine.flatMap((ports, owner) => ports.map((port) => [`own ${port}`, askFor(owner, port)] as const));
    const played = play(config, Object.fromEntries([...others, ...owners]));
    expect(others.filter(([id]) => played.outcome(id)[0] !== 1)).toEqual([]);
    expect(owners.filter(([id]) => played.outcome(id)[0] !== 0)).toEqual([]);
    expect([mine.map((ports) => ports.length), played.stages(others[0][0])]).toEqual([mine.map(() => 8), ["refuse"]]);
  });
});

describe("PORT-20", () => {
  test("PORT-20: the same port stands at its own place in the basic scheme and shuffled elsewhere", () => {
    const basic = { ...shuffled, ownPerSlot: 0 };
    const scheme = (config: PortConfig): readonly number[] => located(config, 1028, 1028)[1028];
    expect(scheme(basic)).toEqual(shared(2, 0, 1));
    expect(scheme({ ...basic, allocation: "block", blockSize: 8 })).toEqual(shared(4, 0, 2));
    // 3 subscribers to an address: blocks of 5.
    expect(scheme({ ...basic, allocation: "deterministic" })).toEqual(shared(4, 0, 2));
  });
  test("PORT-20: what blocks leave over at the end of a table serves nobody; the shuffled scheme leaves nothing over", () => {
    const places = (config: PortConfig): number[] => Object.values(located(config, 1030, 1040)).map(([place]) => place);
    const { own: mine, shared: chunk, leftOver, outside } = Place;
    // Five blocks of 3 end with 1038.
    expect(places({ ...shuffled, ownPerSlot: 0, allocation: "block", blockSize: 3 })).toEqual([chunk, chunk, chunk, chunk, chunk, chunk, chunk, chunk, chunk, leftOver, outside]);
    expect(places(shuffled)).toEqual([mine, mine, chunk, chunk, chunk, chunk, chunk, chunk, chunk, chunk, outside]);
  });
  test("PORT-20: blocks are refused where ports are shuffled, own ports where they are not", () => {
    const refusedAt = (config: PortConfig): string => {
      const answer = portAllocation.parseConfig(config, "rfc");
      return answer.ok ? "" : `${answer.error.at} ${answer.error.expected.includes("PORT-20")}`;
    };
    expect([shuffled, { ...shuffled, blockSize: 8 }, blocks, { ...blocks, ownPerSlot: 1 }].map(refusedAt)).toEqual(["", "blockSize true", "", "ownPerSlot true"]);
  });
});
