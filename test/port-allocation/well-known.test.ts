/** Worked examples: the well-known table. */
import { describe, expect, test } from "vitest";
import { portAllocation } from "../../harness/systems/port-allocation/index.ts";
import { Place, type PortConfig } from "../../spec/port-allocation/terms.ts";
import { ask, askFor, askWithin, blocks, collect, free, from, locate, play, playFromEach, shuffled } from "../play-ports.ts";

const given = [0, 1];
const refused = [1, 0];

/** Ports 600 to 603 kept apart. */
const apart: PortConfig = { ...shuffled, wellKnown: { low: 600, high: 603 } };
/** A sender whose port is well known. */
const known = (more: object = {}) => ({ privatePort: 1023, ...more });

describe("PORT-12", () => {
  test.each([600, 601])("PORT-12: parity is that of the port in a well-known table that begins with %i", (low) => {
    const played = play({ ...apart, parity: true, wellKnown: { low, high: low + 3 } }, { a: ask(0, known({ privatePort: 80, count: 3 })), b: ask(0, known({ privatePort: 81, count: 3 })) });
    expect([played.outcome("a"), played.ports("a").map((port) => port % 2)]).toEqual([[1, 2], [0, 0]]);
    expect([played.outcome("b"), played.ports("b").map((port) => port % 2)]).toEqual([[1, 2], [1, 1]]);
  });
});

describe("PORT-11", () => {
  test("PORT-11: a private port of 1023 is served from the well-known table, one of 1024 is not", () => {
    const played = play(apart, { a: ask(0, known()), b: ask(0, { privatePort: 1024 }), c: ask(1, known({ privatePort: 0 })) });
    expect([played.stages("a"), played.stages("b"), played.stages("c")]).toEqual([["take-well-known"], ["take"], ["take-well-known"]]);
    const [port] = played.ports("a");
    expect(from(600, 603)).toContain(port);
    expect(played.changes("a")).toEqual([[`wellKnown.free ${port} 1>0`, `wellKnown.user ${port} 0>1`, `wellKnown.session ${port} 0>1`]]);
    expect(played.ports("b")).toEqual([1025]);
  });
  test("PORT-11: without the option a well-known private port is served from the normal table", () => {
    const played = play(shuffled, { a: ask(0, known()) });
    expect([played.stages("a"), played.ports("a")]).toEqual([["take"], [1025]]);
  });
  test("PORT-11: the search goes up from the port of choice and round, to the last port; then it refuses, whatever the normal table has", () => {
    playFromEach(from(600, 603), "a", apart, { x: askFor(0, 602, known()), a: ask(0, known()), b: ask(1, known({ count: 2 })), none: ask(0, known()), f: free(1, "x"), last: ask(0, known()) }, (played, start) => {
      const first = start === 602 ? 603 : start;
      expect([played.of("a")[0].witness, played.ports("a")]).toEqual([[start, first], [first]]);
      expect(played.ports("a", "b").sort()).toEqual([600, 601, 603]);
      expect([played.stages("none"), played.changes("none"), played.outcome("none")]).toEqual([["refuse"], [[]], refused]);
      expect(played.ports("last")).toEqual([602]);
    });
  });
  test("PORT-11: a normal private port is refused when the normal table is full, whatever the well-known one has", () => {
    const played = play(apart, { a: ask(0, { count: 13 }), known: ask(0, known({ count: 5 })) });
    expect([played.outcome("a"), played.outcome("known"), played.ports("known").sort()]).toEqual([[1, 12], [1, 4], from(600, 603)]);
  });
  test("PORT-11: neither range gives a particular port, or one of a range, of the other", () => {
    const script = { a: askFor(0, 601, known()), taken: askFor(1, 601, known()), normal: askFor(0, 1025, known()), below: askFor(0, 601), wide: askWithin(0, 602, 1039, known()), two: askWithin(0, 602, 1039, known()), none: askWithin(0, 602, 1039, known()), other: askWithin(0, 600, 1024), outside: askWithin(0, 600, 1023) };
    const played = play(apart, script);
    expect(Object.keys(script).map((id) => played.outcome(id))).toEqual([given, refused, refused, refused, given, given, refused, given, refused]);
    expect([played.of("a")[0].witness, played.ports("a"), played.ports("wide", "two").sort(), played.ports("other")]).toEqual([[601, 601], [601], [602, 603], [1024]]);
  });
  test("PORT-11: with parity, only ports of the parity, and no others when they are gone", () => {
    const parity = { ...apart, parity: true };
    const script = { wrong: askFor(0, 601, known({ privatePort: 80 })), a: ask(0, known({ privatePort: 80, count: 3 })), b: ask(0, known({ privatePort: 81, count: 2 })) };
    for (let seed = 1; seed <= 6; seed++) {
      const played = play(parity, script, { seed });
      expect([played.outcome("wrong"), played.outcome("a"), played.ports("a").sort(), played.outcome("b"), played.ports("b").sort()]).toEqual([refused, [1, 2], [600, 602], [0, 2], [601, 603]]);
    }
  });
  test("PORT-11: with preservation the type's or else the own port is tried first, then any other", () => {
    const keeping = { ...apart, preserve: true };
    for (let seed = 1; seed <= 6; seed++) {
      const script = { own: ask(0, known({ privatePort: 602 })), other: askWithin(0, 600, 600, known({ privatePort: 602 })), type: ask(0, known({ privatePort: 602, typePort: 601 })), elsewhere: ask(0, known({ privatePort: 80, typePort: 1025 })) };
      const played = play(keeping, script, { seed });
      expect(Object.keys(script).map((id) => played.ports(id))).toEqual([[602], [600], [601], [603]]);
      expect([played.of("own")[0].witness, played.of("type")[0].witness]).toEqual([[602, 602], [601, 601]]);
      const taken = play(keeping, { own: script.own, again: script.own, particular: askFor(0, 602, known({ privatePort: 601 })) }, { seed });
      expect([600, 601, 603]).toContain(taken.ports("again")[0]);
      expect(taken.outcome("particular")).toEqual(refused);
    }
  });
  test("PORT-11: any core sets the bit itself, at once: nothing is handed over, nothing rests", () => {
    const played = play({ ...apart, reuseDelayMs: 100 }, { a: askFor(0, 601, known({ subscriber: 2 })), b: free(1, "a"), c: collect(0), d: askFor(1, 601, known()) });
    expect([played.stages("b"), played.changes("b"), played.timers("b"), played.outcome("b")]).toEqual([["free-well-known"], [["wellKnown.free 601 0>1", "wellKnown.user 601 3>0", "wellKnown.session 601 1>0"]], [], [0, 1]]);
    expect([played.stages("c"), played.outcome("d"), played.at("wellKnown.user", 601), played.at("wellKnown.session", 601)]).toEqual([["collect-empty"], given, 1, 4]);
  });
  test("PORT-11: every address and protocol has a well-known table of its own; of two cores the first has the port", () => {
    const two = { ...apart, addresses: ["198.51.100.1", "198.51.100.2"] };
    const script = { a: askFor(0, 600, known()), udp: askFor(0, 600, known({ protocol: "udp" })), icmp: askFor(0, 600, known({ protocol: "icmp" })), next: askFor(0, 600, known({ address: 1 })), b: askFor(1, 600, known()) };
    const played = play(two, script);
    expect(Object.keys(script).map((id) => played.outcome(id))).toEqual([given, given, refused, given, refused]);
    expect([0, 1, 2, 3].map((table) => played.at("wellKnown.free", 600, table))).toEqual([0, 0, 0, 1]);
    const turned = play(two, script, { switches: ["a@0>b"] });
    expect([turned.outcome("b"), turned.outcome("a")]).toEqual([given, refused]);
  });
  test("PORT-11: in block and deterministic allocation the address follows from the subscriber, and no block is reserved", () => {
    const two = { ...blocks, addresses: ["198.51.100.1", "198.51.100.2"], subscribers: 4, wellKnown: { low: 600, high: 603 } };
    const script = { a: askFor(0, 601, known({ subscriber: 1, address: -1 })), b: askFor(0, 601, known({ subscriber: 2, address: -1 })) };
    const block = play(two, { ...script, c: askFor(0, 602, known({ subscriber: 1, address: 0 })) });
    // Subscriber 1 mod 2 addresses is 1, subscriber 2 mod 2 is 0.
    expect([block.at("wellKnown.user", 601, 2), block.at("wellKnown.user", 601, 0), block.at("wellKnown.user", 602, 0), block.at("block.subscriber", 0)]).toEqual([2, 3, 2, 0]);
    for (const profile of ["rfc", "patent"]) {
      // Two subscribers to an address: 1 has the first, 2 the second.
      const computed = play({ ...two, allocation: "deterministic", blockSize: 0 }, script, { profile });
      expect([computed.at("wellKnown.user", 601, 0), computed.at("wellKnown.user", 601, 2), computed.stages("a")]).toEqual([2, 3, ["take-well-known"]]);
    }
  });
  test("PORT-11: the table ends where it is said to, and the reverse look-up knows it", () => {
    const played = play(apart, { a: locate(599), b: locate(600), c: locate(603), d: locate(604), e: locate(1024), low: askFor(0, 599, known()), high: askFor(0, 604, known()) });
    expect(["a", "b", "c", "d", "e"].map((id) => played.outcome(id)[0])).toEqual([Place.outside, Place.wellKnown, Place.wellKnown, Place.outside, Place.own]);
    expect([played.outcome("low"), played.outcome("high")]).toEqual([refused, refused]);
    const word = play({ ...apart, wellKnown: { low: 600, high: 631 } }, { above: askFor(0, 632, known()), below: askFor(0, 599, known({ protocol: "udp" })), last: askFor(0, 631, known()), first: askFor(0, 600, known({ protocol: "udp" })) });
    expect(["above", "below", "last", "first"].map((id) => word.outcome(id))).toEqual([refused, refused, given, given]);
    const whole = play({ ...apart, wellKnown: { low: 1, high: 1023 } }, { first: askFor(0, 1, known()), last: askFor(1, 1023, known()), none: askFor(0, 1024, known()) });
    expect(["first", "last", "none"].map((id) => whole.outcome(id))).toEqual([given, given, refused]);
  });
  test("PORT-11: the normal range begins at 1024 or later where the well-known one is kept apart, at 1 where it is not", () => {
    const below = { ...shuffled, low: 1, high: 40 };
    expect(portAllocation.parseConfig({ ...below, wellKnown: { low: 600, high: 603 } }, "rfc")).toMatchObject({ ok: false, error: { at: "low", expected: expect.stringContaining("PORT-11") } });
    const played = play(below, { zero: locate(0), one: locate(1) });
    expect([played.outcome("zero")[0], played.outcome("one")[0] === Place.outside]).toEqual([Place.outside, false]);
    expect(portAllocation.parseConfig({ ...shuffled, low: 0 }, "rfc")).toMatchObject({ ok: false, error: { at: "low" } });
  });
});
