/** Worked examples: blocks of ports, how subscribers come by them and part with them. */
import { describe, expect, test } from "vitest";
import { ask, askFor, askWithin, blocks, collect, free, from, play, playFromEach, release, reserve } from "../play-ports.ts";

const given = [0, 1];
const refused = [1, 0];
const noBlock = [1, -1, -1];

/** Two blocks of 10 on each of two addresses: 1024 to 1033 and 1034 to 1043, chunks 0 to 2 and 3 to 5. */
const two = { ...blocks, addresses: ["198.51.100.1", "198.51.100.2"], high: 1043, blocksPerSubscriber: 4 };

describe("PORT-13", () => {
  test("PORT-13: ports come from the subscriber's blocks only; what is in another's block is refused to it and given to that one", () => {
    const script = {
      a: askWithin(0, 1024, 1033),
      b: askWithin(0, 1034, 1043, { subscriber: 1 }),
      theirPort: askFor(0, 1035),
      theirRange: askWithin(0, 1034, 1043),
      nobodys: askFor(0, 1044),
      own: askFor(0, 1035, { subscriber: 1 }),
      rest: ask(0, { count: 9 }),
    };
    for (let seed = 1; seed <= 4; seed++) {
      const played = play(blocks, script, { seed });
      expect([played.stages("a"), played.stages("b")]).toEqual([["reserve", "claim", "take-claimed"], ["reserve", "claim", "take-claimed"]]);
      for (const id of ["theirPort", "theirRange", "nobodys"]) expect([id, played.stages(id), played.changes(id), played.outcome(id)]).toEqual([id, ["refuse"], [[]], refused]);
      expect([played.outcome("own"), played.ports("own")]).toEqual([given, [1035]]);
      expect(played.ports("a", "rest").sort()).toEqual(from(1024, 1033));
      expect([0, 1, 2, 3].map((block) => played.at("block.subscriber", block))).toEqual([1, 2, 0, 0]);
    }
  });
  test.each([
    [1, 10, [1, 0, 0, 0]],
    [2, 20, [1, 1, 0, 0]],
  ])("PORT-13: with %i blocks to a subscriber it gets %i ports and no more, while others find blocks", (limit, count, holders) => {
    const played = play({ ...blocks, blocksPerSubscriber: limit }, { a: ask(0, { count: 21 }), udp: ask(0, { protocol: "udp" }), mine: reserve(0), b: ask(0, { subscriber: 2 }) });
    expect([played.outcome("a"), played.ports("a").sort(), played.stages("a").at(-1), played.changes("a").at(-1)]).toEqual([[1, count], from(1024, 1023 + count), "refuse", []]);
    expect([played.outcome("udp"), played.at("block.subscriber", 0, 1)]).toEqual([given, 1]);
    expect([played.stages("mine"), played.outcome("mine"), played.changes("mine")]).toEqual([["refuse"], noBlock, [[]]]);
    expect(played.outcome("b")).toEqual(given);
    expect([0, 1, 2, 3].map((block) => played.at("block.subscriber", block))).toEqual(holders.map((holder, block) => (block === limit ? 3 : holder)));
  });
  test("PORT-13: a block that nothing is held of goes back, through any core, and is the next subscriber's", () => {
    const played = play(blocks, { r: reserve(0), x: release(1, "r"), again: reserve(1, { subscriber: 2 }), p: ask(0, { subscriber: 2 }), no: askFor(0, 1024) });
    expect([played.stages("r"), played.outcome("r"), played.changes("r")]).toEqual([["reserve"], [0, 0, 0], [["block.subscriber 0 0>1"]]]);
    expect([played.stages("x"), played.outcome("x"), played.changes("x")]).toEqual([["release-block"], [0], [["block.subscriber 0 1>0"]]]);
    expect([played.outcome("again"), played.stages("p"), played.outcome("no")]).toEqual([[0, 0, 0], ["claim", "take-claimed"], refused]);
  });
  test.each([
    ["while a port is in use", {}, "refuse"],
    ["while one of two ports is in use", { g: free(0, "q") }, "refuse"],
    ["while a port is on its holder's list", { f: free(1, "p"), g: free(0, "q") }, "refuse"],
    ["once that is collected", { f: free(1, "p"), g: free(0, "q"), c: collect(0) }, "release-block"],
    ["when all ports were freed", { g: free(0, "q"), f: free(0, "p") }, "release-block"],
  ])("PORT-13: a block goes back only while none of its chunks is held (%s)", (_name, before, stage) => {
    // The last chunk of the block, of two ports.
    const played = play(blocks, { r: reserve(0), p: askWithin(0, 1032, 1033), q: askWithin(0, 1032, 1033), ...before, x: release(0, "r") });
    const goes = stage === "release-block";
    expect([played.stages("x"), played.outcome("x"), played.changes("x")]).toEqual([[stage], [goes ? 0 : 1], [goes ? ["block.subscriber 0 1>0"] : []]]);
    expect(played.at("block.subscriber", 0)).toBe(goes ? 0 : 1);
  });
  test("PORT-13: a core that leaves the block takes nothing from the other core in it", () => {
    const script = { a: askWithin(0, 1024, 1027), b: askWithin(1, 1028, 1031), c: free(0, "a"), d: askWithin(1, 1028, 1031), e: askFor(1, 1031), f: askWithin(0, 1032, 1033), g: free(1, "b"), h: askWithin(0, 1032, 1033) };
    const played = play(blocks, script);
    expect([played.stages("d"), played.stages("e"), played.stages("f"), played.stages("h")]).toEqual([["take"], ["take"], ["claim", "take-claimed"], ["take"]]);
    expect([played.ports("d", "e", "f", "h"), played.at("block.subscriber", 0), played.at("block.subscriber", 1)]).toEqual([[1029, 1031, 1032, 1033], 1, 0]);
  });
  test.each([
    ["core 0 left first", { f: free(0, "a"), g: free(1, "b") }],
    ["core 1 left first", { g: free(1, "b"), f: free(0, "a") }],
  ])("PORT-13: a block that two cores have left and that went back is its next subscriber's alone (%s)", (_name, leaving) => {
    const next = { subscriber: 1 };
    const opening = { r: reserve(0), a: askWithin(0, 1024, 1027), b: askWithin(1, 1028, 1031), ...leaving, back: release(0, "r") };
    const played = play(blocks, { ...opening, taken: reserve(0, next), c: askWithin(0, 1024, 1027, next), d: askWithin(1, 1028, 1031, next), old0: ask(0), old1: ask(1), new0: askWithin(0, 1024, 1027, next), new1: askWithin(1, 1028, 1031, next) });
    expect([played.outcome("back"), played.outcome("taken"), played.ports("new0", "new1")]).toEqual([[0], [0, 0, 0], [1025, 1029]]);
    for (const port of played.ports("old0", "old1")) expect(from(1034, 1043)).toContain(port);
    expect([played.stages("old0"), played.stages("old1")]).toEqual([["reserve", "claim", "take-claimed"], ["claim", "take-claimed"]]);
  });
  test("PORT-13: of two blocks the one returned is the next subscriber's, the other goes on serving", () => {
    const next = { subscriber: 1 };
    const played = play(blocks, { r: reserve(0), s: reserve(0), x: release(0, "r"), mine: ask(0), other: reserve(1, next), its: ask(1, next), theirs: askFor(0, 1024) });
    expect([played.stages("mine"), played.outcome("other"), played.outcome("theirs")]).toEqual([["claim", "take-claimed"], [0, 0, 0], refused]);
    expect([from(1034, 1043).includes(played.ports("mine")[0]), from(1024, 1033).includes(played.ports("its")[0])]).toEqual([true, true]);
  });
  test.each([
    ["another block", 1034, 1037],
    ["the first chunk of the same block", 1024, 1027],
    ["the last chunk of the same block", 1032, 1033],
  ])("PORT-13: a core that returns one chunk goes on giving ports of what it holds (%s)", (_name, low, high) => {
    const script = { x: askWithin(0, 1028, 1031), b: askWithin(0, low, high), f: free(0, "x"), c: askWithin(0, 1024, 1043), g: free(0, "c"), h: free(0, "b"), next: askWithin(1, low, high) };
    const played = play(blocks, script);
    expect([played.changes("f")[0].at(-1), played.stages("c"), played.ports("c")]).toEqual(["chunk.holder 1 1>0", ["take"], [low + 1]]);
    expect([played.changes("h")[0].includes(`user ${low} 1>0`), played.stages("next")]).toEqual([true, ["claim", "take-claimed"]]);
  });
  test("PORT-13: a refused release uses the reservation up", () => {
    const played = play(blocks, { r: reserve(0), p: ask(0), x: release(0, "r"), f: free(0, "p"), y: release(0, "r") }, { skipped: 1 });
    expect([played.outcome("x"), played.of("y"), played.at("block.subscriber", 0)]).toEqual([[1], [], 1]);
  });
  test("PORT-13: a block that goes back before the subscriber's core has claimed of it is reserved anew; afterwards it cannot go", () => {
    const script = { r: reserve(0, { block: 2 }), a: ask(0), x: release(1, "r") };
    const before = play(blocks, script, { switches: ["a@0>x"] });
    expect([before.outcome("x"), before.stages("a"), before.at("block.subscriber", 2)]).toEqual([[0], ["reserve", "claim", "take-claimed"], 0]);
    const after = play(blocks, script, { switches: ["a@1>x"] });
    expect([after.outcome("x"), after.stages("a"), after.at("block.subscriber", 2)]).toEqual([[1], ["claim", "take-claimed"], 1]);
  });
});

describe("PORT-14", () => {
  test("PORT-14: with a block given that one, or none", () => {
    const played = play(blocks, { a: reserve(0, { block: 2 }), b: reserve(0, { block: 2, subscriber: 1 }), last: reserve(1, { block: 3, subscriber: 1 }) });
    expect([played.of("a")[0].witness, played.outcome("a"), played.changes("a")]).toEqual([[0, 0, 2], [0, 0, 2], [["block.subscriber 2 0>1"]]]);
    expect([played.stages("b"), played.outcome("b"), played.changes("b")]).toEqual([["refuse"], noBlock, [[]]]);
    expect([played.outcome("last"), played.at("block.subscriber", 3)]).toEqual([[0, 0, 3], 2]);
  });
  test("PORT-14: without one the first free one; after the last there is none", () => {
    const one = { ...blocks, blocksPerSubscriber: 9 };
    const played = play(one, { second: reserve(0, { block: 1 }), a: reserve(0), b: reserve(0), c: reserve(1), none: reserve(0), back: release(0, "a"), d: reserve(0) });
    expect(["a", "b", "c", "none", "d"].map((id) => played.outcome(id))).toEqual([[0, 0, 0], [0, 0, 2], [0, 0, 3], noBlock, [0, 0, 0]]);
  });
  test("PORT-14: of 40 blocks the first free one, beyond the 32nd too, and the last", () => {
    const many = { ...blocks, high: 1143, blockSize: 3, blocksPerSubscriber: 40 };
    const filled = Object.fromEntries(from(0, 31).map((block) => [`r${block}`, reserve(0)]));
    const played = play(many, { ...filled, last: reserve(0, { block: 39 }), next: reserve(1, { block: 36, subscriber: 1 }), a: reserve(0), back: release(0, "r31"), b: reserve(0) });
    expect(["r0", "r31", "last", "next", "a", "b"].map((id) => played.outcome(id)[2])).toEqual([0, 31, 39, 36, 32, 31]);
  });
  test("PORT-14: with an address given that one only, although another has blocks", () => {
    const played = play(two, { a: reserve(0, { address: 1 }), b: reserve(0, { address: 1 }), no: reserve(0, { address: 1 }), yes: reserve(0, { address: 0 }) });
    expect(["a", "b", "no", "yes"].map((id) => played.outcome(id))).toEqual([[0, 1, 0], [0, 1, 1], noBlock, [0, 0, 0]]);
    expect(played.of("a")[0].witness).toEqual([1, 1, 0]);
  });
  test("PORT-14: without an address the pool's addresses in turn, from one of choice, for a reservation and for an allocation alike", () => {
    const any = { address: -1 };
    playFromEach([0, 1], "a", two, { a: reserve(0, any) }, (played, start) => expect([played.outcome("a"), played.at("block.subscriber", 0, start * 2)]).toEqual([[0, start, 0], 1]));
    playFromEach([0, 1], "a", two, { a: ask(0, any) }, (played, start) => {
      expect([played.stages("a"), played.changes("a")[0]]).toEqual([["reserve", "claim", "take-claimed"], [`block.subscriber ${start === 0 ? "" : "2:"}0 0>1`]]);
      expect(played.of("a")[0].witness).toEqual([start, start, 0]);
    });
    for (const full of [0, 1]) {
      const filled = { x: reserve(0, { subscriber: 1, address: full }), y: reserve(0, { subscriber: 1, address: full }) };
      playFromEach([0, 1], "a", two, { ...filled, a: reserve(0, any) }, (played) => expect(played.outcome("a")).toEqual([0, 1 - full, 0]));
      playFromEach([0, 1], "a", two, { x: reserve(0, { subscriber: 1, address: full, block: 1 }), a: reserve(0, { ...any, block: 1 }) }, (played) => expect(played.outcome("a")).toEqual([0, 1 - full, 1]));
    }
  });
  test("PORT-14: a block given that is taken on every address is refused, although others are free", () => {
    const played = play(two, { x: reserve(0, { address: 0, block: 1 }), y: reserve(0, { address: 1, block: 1 }), no: reserve(0, { address: -1, block: 1 }), yes: reserve(0, { address: -1, block: 0 }) });
    expect([played.outcome("no"), played.outcome("yes")[0]]).toEqual([noBlock, 0]);
  });
  test("PORT-14: the limit counts the blocks of one table over all addresses", () => {
    const played = play({ ...two, blocksPerSubscriber: 2 }, { a: reserve(0, { address: 0 }), b: reserve(0, { address: 1 }), no: reserve(0, { address: -1 }), udp: reserve(0, { protocol: "udp" }), other: reserve(0, { subscriber: 1 }) });
    expect(["no", "udp", "other"].map((id) => played.outcome(id))).toEqual([noBlock, [0, 0, 0], [0, 0, 1]]);
  });
  test("PORT-14: a block on the address asked for is reserved although the subscriber has free ports on another", () => {
    const played = play(two, { a: ask(0, { address: 0 }), b: ask(0, { address: 1 }), c: ask(0, { address: 0 }) });
    expect([played.stages("b"), played.at("block.subscriber", 0, 2), played.stages("c")]).toEqual([["reserve", "claim", "take-claimed"], 1, ["take"]]);
  });
});

describe("PORT-6", () => {
  test("PORT-6: held chunks of all addresses are searched from the chunk of choice on, cyclically", () => {
    // Chunk 0 of the first address has the number 0, chunk 1 of the second the number 6 + 1.
    const script = { x: askWithin(0, 1024, 1027, { address: 0 }), y: askWithin(0, 1028, 1031, { address: 1 }), a: ask(0, { address: -1 }), b: ask(0, { address: 1 }) };
    playFromEach(from(0, 11), "a", two, script, (played, start) => {
      const second = start >= 1 && start <= 7;
      expect([start, played.stages("a"), played.of("a")[0].witness]).toEqual([start, ["take"], second ? [start, 1, 1029] : [start, 0, 1025]]);
      expect([played.of("b")[0].witness[1], played.ports("b")]).toEqual([1, [second ? 1030 : 1029]]);
    });
  });
});

describe("PORT-22", () => {
  test("PORT-22: two cores hold chunks of one subscriber's block, and each gives out its own", () => {
    const played = play(blocks, { a: askWithin(0, 1024, 1027), b: askWithin(1, 1028, 1031), not: askWithin(1, 1024, 1027), c: askWithin(0, 1024, 1027), d: askWithin(1, 1028, 1031) });
    expect([played.stages("a"), played.stages("b")]).toEqual([["reserve", "claim", "take-claimed"], ["claim", "take-claimed"]]);
    expect([played.ports("a", "c"), played.ports("b", "d")]).toEqual([[1024, 1025], [1028, 1029]]);
    expect([0, 1, 2].map((chunk) => [played.at("chunk.holder", chunk), played.at("chunk.free", chunk)])).toEqual([[1, 0], [2, 0], [0, 1]]);
    expect([played.outcome("not"), [0, 1].map((block) => played.at("block.subscriber", block))]).toEqual([refused, [1, 0]]);
  });
  test("PORT-22: one core holds chunks of two subscribers' blocks, and gives each only its own", () => {
    const played = play(blocks, { a: ask(0), b: ask(0, { subscriber: 1 }), c: ask(0, { count: 9 }), d: ask(0, { subscriber: 1, count: 9 }) });
    expect([played.ports("a", "c").sort(), played.ports("b", "d").sort()]).toEqual([from(1024, 1033), from(1034, 1043)]);
  });
  test("PORT-22: two cores that open the same block reserve it once; of one chunk the first has it", () => {
    const free2 = play(blocks, { a: ask(0), b: ask(1) }, { switches: ["a@1>b"] });
    expect([free2.stages("a"), free2.stages("b"), [0, 1].map((block) => free2.at("block.subscriber", block))]).toEqual([["reserve", "claim", "take-claimed"], ["claim", "take-claimed"], [1, 0]]);
    const script = { a: askWithin(0, 1024, 1027), b: askWithin(1, 1024, 1027) };
    const overtaken = play(blocks, script, { switches: ["a@1>b"] });
    expect([overtaken.stages("a"), overtaken.stages("b"), overtaken.ports("b")]).toEqual([["reserve", "refuse"], ["claim", "take-claimed"], [1024]]);
    const inTime = play(blocks, script, { switches: ["a@2>b"] });
    expect([inTime.stages("a"), inTime.stages("b"), inTime.ports("a")]).toEqual([["reserve", "claim", "take-claimed"], ["refuse"], [1024]]);
  });
});

describe("PORT-23", () => {
  test("PORT-23: the sender's own port is kept within its blocks; none is reserved for it, and elsewhere the search goes on", () => {
    const keeping = { ...blocks, preserve: true };
    const unreserved = play(keeping, { a: ask(0, { privatePort: 1050 }) });
    expect([unreserved.stages("a"), from(0, 3).map((block) => unreserved.at("block.subscriber", block))]).toEqual([["reserve", "claim", "take-claimed"], [1, 0, 0, 0]]);
    const script = { x: askWithin(0, 1024, 1027), own: ask(1, { privatePort: 1033 }), theirs: ask(1, { privatePort: 1040 }), again: ask(1, { privatePort: 1033 }), held: ask(0, { privatePort: 1026 }) };
    const played = play(keeping, { r: reserve(0, { block: 1, subscriber: 1 }), ...script });
    expect(Object.keys(script).map((id) => played.ports(id))).toEqual([[1024], [1033], [1032], [1028], [1026]]);
    expect([played.stages("own"), played.stages("theirs"), played.stages("again"), played.stages("held")]).toEqual([["claim", "take-claimed"], ["take"], ["claim", "take-claimed"], ["take"]]);
  });
});
