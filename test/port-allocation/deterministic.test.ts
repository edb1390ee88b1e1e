/** Worked examples: deterministic allocation, forwards and backwards. */
import { describe, expect, test } from "vitest";
import { portAllocation } from "../../harness/systems/port-allocation/index.ts";
import type { PortConfig } from "../../spec/port-allocation/terms.ts";
import { ask, askFor, askWithin, free, from, inverse, play, shuffled, type Played, type Script } from "../play-ports.ts";

const given = [0, 1];
const refused = [1, 0];

/** 5 subscribers on 2 addresses: 3 to an address, 14 ports each from 1024, 1038, 1052; 1066 is left over. The fifth is the second of the second address. */
const computed: PortConfig = { ...shuffled, high: 1066, allocation: "deterministic", subscribers: 5, addresses: ["198.51.100.1", "198.51.100.2"], chunk: 4, ownPerSlot: 0, blocksPerSubscriber: 1 };
/** As many ports in two blocks of 7. */
const inTwo: PortConfig = { ...computed, blocksPerSubscriber: 2 };
const to = (subscriber: number, more: object = {}) => ({ subscriber, address: -1, ...more });

/** TCP ports of an address that lead to this subscriber, read from the view. */
function used(played: Played, address: number, subscriber: number, within: readonly number[]): number[] {
  return within.filter((port) => played.at("port.user", port, address * 2) === subscriber + 1);
}

describe("PORT-15", () => {
  test.each([0, 1, 2, 3, 4])("PORT-15: subscriber %i gets every port of its block and no other, and each leads back to it", (subscriber) => {
    const address = Math.floor(subscriber / 3);
    const first = 1024 + (subscriber % 3) * 14;
    const block = from(first, first + 13);
    const backwards = Object.fromEntries(block.map((port) => [`of${port}`, inverse(address, port)]));
    const played = play(computed, { a: ask(0, to(subscriber, { count: 15 })), more: ask(1, to(subscriber)), ...backwards });
    expect([played.outcome("a"), played.stages("a").at(-1), played.changes("a").at(-1), played.stages("more")]).toEqual([[1, 14], "refuse", [], ["refuse"]]);
    expect(played.stages("a")).not.toContain("reserve");
    expect(used(played, address, subscriber, from(1024, 1066))).toEqual(block);
    for (const port of block) expect([port, played.stages(`of${port}`), played.outcome(`of${port}`)]).toEqual([port, ["answer"], [0, subscriber]]);
  });
  test("PORT-15: an endpoint that belongs to nobody leads to nobody", () => {
    const played = play(computed, { below: inverse(0, 1023), left: inverse(0, 1066), above: inverse(0, 1067), sixth: inverse(1, 1052), last: inverse(1, 1051), third: inverse(0, 1052) });
    expect(["below", "left", "above", "sixth", "last", "third"].map((id) => played.outcome(id)[1])).toEqual([-1, -1, -1, -1, 4, 2]);
  });
  test("PORT-15: a full block refuses; with two blocks the second goes on where the first is full, then it refuses", () => {
    const script = { a: ask(0, to(4, { count: 8 })), b: ask(0, to(4, { count: 7 })) };
    const within = { ...computed, high: 1044 };
    // 21 ports for 3 subscribers of one block, 7 each.
    expect(play(within, script).outcome("a")).toEqual([1, 7]);
    const played = play(inTwo, script);
    expect([played.outcome("a"), played.outcome("b"), played.stages("a").includes("reserve")]).toEqual([[0, 8], [1, 6], false]);
    expect(used(played, 1, 4, from(1024, 1066))).toEqual(from(1038, 1051));
  });
  test("PORT-15: two blocks of a subscriber stand next to each other, and both lead back", () => {
    const played = play(inTwo, { a: inverse(1, 1038), b: inverse(1, 1044), c: inverse(1, 1045), d: inverse(1, 1051), e: inverse(1, 1037), f: inverse(0, 1065), g: inverse(0, 1066) });
    expect(["a", "b", "c", "d", "e", "f", "g"].map((id) => played.outcome(id)[1])).toEqual([4, 4, 4, 4, 3, 2, -1]);
  });
  test("PORT-15: a particular port or a range is given within the subscriber's block, refused outside", () => {
    const played = play(computed, { own: askFor(0, 1038, to(1)), theirs: askFor(0, 1037, to(1)), left: askFor(0, 1066, to(2)), range: askWithin(0, 1030, 1039, to(1)), outside: askWithin(0, 1052, 1060, to(1)), owner: askFor(0, 1037, to(0)) });
    expect(["own", "theirs", "left", "range", "outside", "owner"].map((id) => played.outcome(id))).toEqual([given, refused, refused, given, refused, given]);
    expect(played.ports("range")).toEqual([1039]);
  });
  test("PORT-15: a range too small for the blocks is refused, the least one that suffices is taken", () => {
    expect(portAllocation.parseConfig({ ...inTwo, high: 1028 }, "rfc")).toMatchObject({ ok: false, error: { at: "blocksPerSubscriber", expected: expect.stringContaining("PORT-15") } });
    const least = play({ ...inTwo, high: 1029 }, { a: ask(0, to(2, { count: 3 })), of: inverse(0, 1029) });
    expect([least.outcome("a"), least.ports("a").sort(), least.outcome("of")]).toEqual([[1, 2], [1028, 1029], [0, 2]]);
  });
});

describe("PORT-15, profile patent", () => {
  const patent = { profile: "patent" };
  // 5001 = 357 × 14 + 3; the first port of subscriber 4 is 1038.
  test("PORT-15: in profile patent the private port computes the port, once; otherwise any port of the block is given", () => {
    const script = { a: ask(0, to(4)), same: ask(0, to(4, { remotePort: 443 })), b: ask(0, to(4, { privatePort: 5002 })), meets: ask(0, to(4, { privatePort: 5015 })), udp: ask(0, to(4, { protocol: "udp" })), back: free(0, "a"), after: ask(0, to(4, { privatePort: 5015 })) };
    const played = play(computed, script, patent);
    expect(["a", "b", "udp", "after"].map((id) => played.ports(id))).toEqual([[1041], [1042], [1041], [1041]]);
    for (const id of ["same", "meets"]) expect([id, played.stages(id), played.changes(id), played.outcome(id)]).toEqual([id, ["refuse"], [[]], refused]);
    for (const profile of ["rfc", "product"]) {
      const dynamic = play(computed, script, { profile });
      expect(["a", "same", "b", "meets"].map((id) => dynamic.outcome(id))).toEqual([given, given, given, given]);
      expect(new Set(dynamic.ports("a", "same", "b", "meets")).size).toBe(4);
    }
  });
  test("PORT-15: the fixed port is refused where another core holds its chunk, and given in the next chunk (profile patent)", () => {
    // 1040 and 1041 share a chunk, 1042 begins the next.
    const played = play(computed, { a: ask(0, to(4)), no: ask(1, to(4, { privatePort: 5000 })), yes: ask(1, to(4, { privatePort: 5002 })), there: ask(0, to(4, { privatePort: 5000 })) }, patent);
    expect([played.outcome("no"), played.ports("yes"), played.ports("there")]).toEqual([refused, [1042], [1040]]);
  });
  test("PORT-15: the fixed port is computed over all blocks, whatever is wanted and whatever its parity (profile patent)", () => {
    // 13 ports each: 5001 = 384 × 13 + 9, and the first port of subscriber 4 is 1037.
    const odd = play({ ...computed, high: 1064, parity: true }, { a: askFor(0, 1038, to(4)) }, patent);
    expect(odd.ports("a")).toEqual([1046]);
    // 5010 = 357 × 14 + 12, in the second block of 7.
    const two = play(inTwo, { a: askWithin(0, 1, 9, to(4, { privatePort: 5010 })), of: inverse(1, 1050) }, patent);
    expect([two.ports("a"), two.outcome("of")]).toEqual([[1050], [0, 4]]);
  });
});

describe("PORT-15, published answers", () => {
  const wide: PortConfig = { ...shuffled, high: 65535, allocation: "deterministic", chunk: 16, ownPerSlot: 0, blocksPerSubscriber: 1 };
  test.each<[string, PortConfig, [subscriber: number, address: number, low: number, high: number][]]>([
    // 172.16.20.0/22 → 35.156.134.2/31: subscriber 0 is 172.16.20.0, 511 is .21.255, 512 is .22.0.
    ["512 subscribers to an address, 126 ports each", { ...wide, subscribers: 1024, addresses: ["35.156.134.2", "35.156.134.3"] }, [[511, 0, 65410, 65535], [512, 1, 1024, 1149]]],
    // 192.168.16.0/20 → 68.142.68.4/30: 1 is 192.168.16.1, 1023 is .19.255, 1024 is .20.0.
    ["1024 subscribers to an address, 63 ports each", { ...wide, subscribers: 4096, addresses: ["68.142.68.4", "68.142.68.5", "68.142.68.6", "68.142.68.7"] }, [[1, 0, 1087, 1149], [1023, 0, 65473, 65535], [1024, 1, 1024, 1086]]],
  ])("PORT-15: both ends of the block are given and lead back, the ports beside it are refused and lead elsewhere (%s)", (_name, config, rows) => {
    const script: { [id: string]: Script[string] } = {};
    for (const [subscriber, address, low, high] of rows) {
      for (const port of [low, high, low - 1, high + 1].filter((one) => one <= 65535)) {
        script[`${subscriber} asks ${port}`] = askFor(0, port, to(subscriber));
        script[`${subscriber} at ${port}`] = inverse(address, port);
      }
    }
    const played = play(config, script, { large: true });
    for (const [subscriber, address, low, high] of rows) {
      expect(used(played, address, subscriber, from(low, high))).toEqual([low, high]);
      for (const port of [low, high]) expect([played.outcome(`${subscriber} asks ${port}`), played.outcome(`${subscriber} at ${port}`)]).toEqual([given, [0, subscriber]]);
      for (const [port, owner] of [[low - 1, low === 1024 ? -1 : subscriber - 1], [high + 1, subscriber + 1]].filter(([one]) => one <= 65535)) {
        expect([played.outcome(`${subscriber} asks ${port}`), played.outcome(`${subscriber} at ${port}`)]).toEqual([refused, [0, owner]]);
      }
    }
  });
});
