/** Worked examples: how ports come back, at once, through another core's hands, or after a rest. */
import { describe, expect, test } from "vitest";
import { advance, age, ask, askFor, askWithin, blocks, collect, free, from, play, shuffled, type Script } from "../play-ports.ts";

const given = [0, 1];
const refused = [1, 0];

describe("PORT-8", () => {
  test("PORT-8: the last free port returns the chunk (basic scheme, 2 cores)", () => {
    // Chunk 2 has the two ports at the end of the first block.
    const played = play(blocks, { a: askFor(0, 1033, { address: 0 }), r: askWithin(0, 1032, 1033), b: askWithin(0, 1032, 1033), c: free(0, "b"), d: free(0, "r"), e: askWithin(1, 1032, 1033) }, { skipped: 0 });
    // A particular port makes no reservation, so the first request is refused.
    expect([played.outcome("a"), played.stages("r"), played.ports("r", "b")]).toEqual([refused, ["reserve", "claim", "take-claimed"], [1032, 1033]]);
    expect(played.changes("c")).toEqual([["local 1033 0>1", "user 1033 1>0", "session 1033 3>0"]]);
    expect(played.changes("d")).toEqual([["local 1033 1>0", "user 1032 1>0", "session 1032 2>0", "chunk.free 2 0>1", "chunk.holder 2 1>0"]]);
    expect([played.stages("e"), played.at("chunk.holder", 2)]).toEqual([["claim", "take-claimed"], 2]);
  });
  test("PORT-8: a chunk with one port in use stays with its core, which gives the others out again (shuffled scheme)", () => {
    const played = play(shuffled, { a: askFor(0, 1032), b: askFor(0, 1034), c: free(0, "a"), there: askFor(1, 1032), d: askFor(0, 1032), e: free(0, "d"), f: free(0, "b"), after: askFor(1, 1032) });
    expect(played.changes("c")).toEqual([["local 1032 0>1", "user 1032 1>0", "session 1032 1>0"]]);
    expect([played.outcome("there"), played.stages("d")]).toEqual([refused, ["take"]]);
    expect(played.changes("f")[0]).toContain("chunk.free 0 0>1");
    expect([played.stages("after"), played.at("port.local", 1034)]).toEqual([["claim", "take-claimed"], 2]);
  });
  test("PORT-8: own ports stay, also when all of them are free", () => {
    const played = play(shuffled, { a: ask(0, { count: 4 }), b: free(0, "a"), c: ask(1, { count: 12 }) });
    expect(played.ports("a").sort()).toEqual([1024, 1025, 1026, 1027]);
    expect(played.changes("b").flat().filter((change) => change.startsWith("chunk."))).toEqual([]);
    expect([1024, 1025, 1026, 1027].map((port) => played.at("port.local", port))).toEqual([1, 1, 1, 1]);
  });
  test("PORT-8: ports are freed one a step, the last given first; a short chunk of one port returns with it", () => {
    const played = play({ ...shuffled, chunk: 3 }, { x: askFor(0, 1025), a: ask(0, { count: 3 }), b: free(0, "a"), y: askFor(0, 1039), z: free(0, "y") });
    expect(played.changes("b").map((step) => step[0])).toEqual(played.ports("a").reverse().map((port) => `local ${port} 0>1`));
    expect([played.outcome("b"), played.changes("z")]).toEqual([[0, 3], [["user 1039 1>0", "session 1039 4>0", "chunk.free 1 0>1", "chunk.holder 1 1>0"]]]);
  });
});

describe("PORT-9", () => {
  test("PORT-9: the holder frees an own port itself; another core hands it over, and it is not free until collected", () => {
    const played = play(shuffled, { a: askFor(0, 1025), b: free(1, "a"), c: askFor(0, 1025), d: collect(1), e: collect(0), f: askFor(0, 1025), g: free(0, "f") });
    expect([played.stages("b"), played.changes("b")]).toEqual([["hand-over"], [["user 1025 1>0", "session 1025 1>0", "handed 1025 0>1", "core.handed 0 0>1"]]]);
    expect([played.timers("b"), played.outcome("b")]).toEqual([["collect on core 0 at 1000"], [0, 1]]);
    expect([played.outcome("c"), played.stages("d"), played.outcome("d")]).toEqual([refused, ["collect-empty"], [0, 0]]);
    expect([played.stages("e"), played.outcome("e")]).toEqual([["collect", "free", "collect-empty"], [0, 1]]);
    expect(played.changes("e")).toEqual([["handed 1025 1>0", "core.handed 0 1>0"], ["local 1025 0>1"], []]);
    expect([played.outcome("f"), played.stages("g"), played.timers("g")]).toEqual([given, ["free"], []]);
  });
  test("PORT-9: a chunk's holder collects its last port and returns the chunk", () => {
    const played = play(shuffled, { a: askFor(1, 1032), b: free(0, "a"), no: askFor(0, 1032), c: collect(1), yes: askFor(0, 1032) });
    expect([played.at("core.handed", 1), played.outcome("no"), played.changes("c")[1]]).toEqual([0, refused, ["local 1034 2>0", "chunk.free 0 0>1", "chunk.holder 0 2>0"]]);
    expect(played.stages("yes")).toEqual(["claim", "take-claimed"]);
  });
  test("PORT-9: the list keeps its order, and the timer collects a second after the hand-over, not before", () => {
    const script = { a: askFor(0, 1027), b: askFor(0, 1025), c: free(1, "a"), d: free(1, "b"), e: advance(999), early: askFor(0, 1025), f: advance(1), late: askFor(0, 1025) };
    const played = play(shuffled, script);
    expect([played.outcome("early"), played.outcome("late")]).toEqual([refused, given]);
    expect(played.stages("c/collect/0")).toEqual(["collect", "free", "collect", "free", "collect-empty"]);
    expect(played.changes("c/collect/0").map((step) => step[0])).toEqual(["handed 1027 1>0", "local 1027 0>1", "handed 1025 1>0", "local 1025 0>1", undefined]);
    // What joins a list that waits already does not put the others off.
    expect([played.timers("c"), played.timers("d")]).toEqual([["collect on core 0 at 1000"], []]);
  });
  test("PORT-9: the holder is found among eight cores", () => {
    // One own port of each core in each slot; in slot 0 these are 1025 1027 1028 1030 1032 1034 1037 1039.
    const eight = { ...shuffled, cores: 8, ownPerSlot: 1 };
    for (const [core, port] of [1025, 1027, 1028, 1030, 1032, 1034, 1037, 1039].entries()) {
      const played = play(eight, { a: askFor(core, port), b: free((core + 5) % 8, "a"), no: collect((core + 4) % 8), c: collect(core), d: askFor(core, port), e: free(core, "d") });
      expect([played.changes("b")[0].slice(2), played.timers("b")]).toEqual([[`handed ${port} 0>${core + 1}`, `core.handed ${core} 0>1`], [`collect on core ${core} at 1000`]]);
      expect([played.stages("no"), played.stages("c"), played.outcome("d"), played.stages("e")]).toEqual([["collect-empty"], ["collect", "free", "collect-empty"], given, ["free"]]);
    }
  });
  test("PORT-9: what is handed over while the holder collects is collected too", () => {
    const script = { a: askFor(0, 1027), b: askFor(0, 1025), c: free(1, "a"), e: collect(0), d: free(1, "b") };
    const played = play(shuffled, script, { switches: ["e@2>d"] });
    expect([played.outcome("e"), played.at("core.handed", 0)]).toEqual([[0, 2], 0]);
    const after = play(shuffled, script);
    expect([after.outcome("e"), after.at("core.handed", 0)]).toEqual([[0, 1], 1]);
  });
});

describe("PORT-25", () => {
  test("PORT-25: a port in use leads to its subscriber and its session, and to the next ones after these; no other port does", () => {
    const played = play(shuffled, { a: ask(0, { subscriber: 2, count: 2 }), b: free(0, "a"), c: ask(0, { subscriber: 1 }), d: ask(1) });
    expect(played.changes("a").flat().filter((change) => /^(user|session)/.test(change))).toEqual(["user 1025 0>3", "session 1025 0>1", "user 1027 0>3", "session 1027 0>1"]);
    const leads = from(1024, 1039).filter((port) => played.at("port.user", port) + played.at("port.session", port) > 0);
    expect(leads).toEqual([1025, 1029]);
    expect([1025, 1029].map((port) => [played.at("port.user", port), played.at("port.session", port)])).toEqual([[2, 3], [1, 4]]);
  });
});

describe("PORT-26", () => {
  const resting = { ...shuffled, reuseDelayMs: 100 };
  const script = { a: askFor(0, 1025), b: free(0, "a"), c: askFor(0, 1025), d: advance(99), e: age(0), f: askFor(0, 1025), g: advance(1), h: askFor(0, 1025) };
  test.each(["rfc", "product"])("PORT-26: a freed port rests its time to the millisecond and is given out again (%s)", (profile) => {
    const played = play(resting, { wait: advance(7), ...script }, { profile });
    expect([played.changes("b"), played.timers("b")]).toEqual([[["user 1025 1>0", "session 1025 2>0", "rested 1025 0>8", "core.resting 0 0>1", "core.aging 0 0>1"]], ["age on core 0 at 107"]]);
    expect([played.outcome("c"), played.stages("e"), played.outcome("f")]).toEqual([refused, ["age-done"], refused]);
    expect([played.stages("b/age/0"), played.changes("b/age/0")]).toEqual([["expire", "age-done"], [["local 1025 0>1", "rested 1025 8>0", "core.resting 0 1>0"], ["core.aging 0 1>0"]]]);
    expect([played.of("b/age/0")[0].atMs, played.outcome("h")]).toEqual([107, given]);
  });
  test.each([
    ["profile patent", "patent", resting],
    ["address-and-port-dependent mapping", "rfc", { ...resting, mapping: "address-and-port-dependent" as const }],
    ["no delay", "rfc", shuffled],
  ])("PORT-26: no rest with %s", (_name, profile, config) => {
    const played = play(config, script, { profile });
    expect([played.stages("b"), played.timers("b"), played.outcome("c")]).toEqual([["free"], [], given]);
  });
  test("PORT-26: no rest in block and deterministic allocation, a rest with address-dependent mapping", () => {
    const block = play({ ...blocks, reuseDelayMs: 100 }, { a: ask(0), b: free(0, "a") });
    const computed = play({ ...blocks, reuseDelayMs: 100, allocation: "deterministic", blockSize: 0 }, { a: ask(0, { address: -1 }), b: free(0, "a") });
    const dynamic = play({ ...resting, mapping: "address-dependent" }, { a: ask(0), b: free(0, "a") });
    expect([block.stages("b"), computed.stages("b"), dynamic.stages("b")]).toEqual([["free"], ["free"], ["delay"]]);
  });
  test("PORT-26: a full queue lets its oldest go, in a step of its own before the new one rests; the next core's queue is its own", () => {
    const played = play(resting, { a: askFor(0, 1027), b: askFor(0, 1025), c: askFor(0, 1024), x: askFor(1, 1028), fa: free(0, "a"), fb: free(0, "b"), fx: free(1, "x"), fc: free(0, "c"), again: askFor(0, 1027), not: askFor(0, 1025) });
    expect([played.stages("fa"), played.stages("fb"), played.stages("fx"), played.stages("fc")]).toEqual([["delay"], ["delay"], ["delay"], ["expire", "delay"]]);
    expect(played.changes("fc")[0]).toEqual(["local 1027 0>1", "rested 1027 1>0", "core.resting 0 2>1"]);
    expect([played.outcome("again"), played.outcome("not"), played.at("core.resting", 0), played.at("core.resting", 1)]).toEqual([given, refused, 2, 1]);
  });
  test.each([1, 2, 3, 4])("PORT-26: a queue of %i lets its ports go in the order they came, round and round", (delayQueueMax) => {
    const ports = [1026, 1025, 1024, 1027, 1025, 1026, 1024, 1027, 1026, 1025, 1027, 1024];
    // A port that rests is waited for: 12 rests in all, each a millisecond after the one before, with all let go after every fourth.
    const script: { [id: string]: Script[string] } = {};
    for (const [at, port] of ports.entries()) Object.assign(script, { [`a${at}`]: askFor(0, port), [`f${at}`]: free(0, `a${at}`), [`w${at}`]: advance(at % 4 === 3 ? 100 : 1) });
    const played = play({ ...resting, delayQueueMax }, script);
    for (const at of ports.keys()) {
      const full = at % 4 >= delayQueueMax;
      expect([at, played.outcome(`a${at}`), played.stages(`f${at}`)]).toEqual([at, given, full ? ["expire", "delay"] : ["delay"]]);
      if (full) expect(played.changes(`f${at}`)[0][0]).toBe(`local ${ports[at - delayQueueMax]} 0>1`);
    }
    expect(played.at("core.resting", 0)).toBe(0);
  });
  test("PORT-26: a chunk is whole, and returns, when its last port has rested", () => {
    const played = play(resting, { a: askFor(0, 1032), b: free(0, "a"), no: askFor(1, 1032), c: advance(100), yes: askFor(1, 1032) });
    expect([played.outcome("no"), played.changes("b/age/0")[0]]).toEqual([refused, ["local 1034 1>0", "rested 1032 1>0", "chunk.free 0 0>1", "chunk.holder 0 1>0", "core.resting 0 1>0"]]);
    expect(played.outcome("yes")).toEqual(given);
  });
  test("PORT-26: a port handed over rests at its holder from the time it is collected, in the order collected", () => {
    const played = play(resting, { a: askFor(0, 1027), b: free(1, "a"), c: advance(40), d: collect(0), e: advance(99), no: askFor(0, 1027), f: advance(1), yes: askFor(0, 1027) });
    expect([played.stages("d"), played.timers("d")]).toEqual([["collect", "delay", "collect-empty"], ["age on core 0 at 140"]]);
    expect([played.outcome("no"), played.outcome("yes")]).toEqual([refused, given]);
  });
  test("PORT-26: ageing lets go of what is due and no more", () => {
    const played = play(resting, { a: askFor(0, 1025), b: askFor(0, 1027), fa: free(0, "a"), c: advance(60), fb: free(0, "b"), d: advance(40), yes: askFor(0, 1025), no: askFor(0, 1027), e: advance(60), later: askFor(0, 1027) });
    expect([played.stages("fa/age/0"), played.stages("fa/age/0/age/0")]).toEqual([["expire", "age-done"], ["expire", "age-done"]]);
    expect([played.outcome("yes"), played.outcome("no"), played.outcome("later")]).toEqual([given, refused, given]);
  });
  test("PORT-26: a later rest does not put off the timer, which is set anew for what rests on", () => {
    const played = play(resting, { a: askFor(0, 1025), b: askFor(0, 1027), fa: free(0, "a"), c: advance(60), fb: free(0, "b"), d: advance(40), e: advance(60), again: askFor(0, 1025), f: free(0, "again") });
    expect([played.timers("fa"), played.timers("fb"), played.timers("fa/age/0"), played.timers("fa/age/0/age/0"), played.timers("f")]).toEqual([["age on core 0 at 100"], [], ["age on core 0 at 160"], [], ["age on core 0 at 260"]]);
    expect([played.changes("fa/age/0")[1], played.changes("fa/age/0/age/0")[1], played.at("core.aging", 0)]).toEqual([[], ["core.aging 0 1>0"], 1]);
  });
  test("PORT-26: the ports of one operation, freed at different times, are each let go on time", () => {
    const played = play(resting, { a: ask(0, { count: 2 }), f: free(0, "a"), late: advance(30), c: advance(70), d: advance(30) }, { switches: ["f@1>late"] });
    expect(["f/age/0", "f/age/0/age/0"].map((task) => [played.of(task)[0].atMs, played.stages(task)])).toEqual([[100, ["expire", "age-done"]], [130, ["expire", "age-done"]]]);
  });
  test("PORT-26: a timer whose port was let go early by a full queue is set anew for the next", () => {
    const played = play({ ...resting, delayQueueMax: 1 }, { a: askFor(0, 1025), b: askFor(0, 1027), fa: free(0, "a"), c: advance(60), fb: free(0, "b"), d: advance(40), no: askFor(0, 1027), e: advance(60), yes: askFor(0, 1027) });
    expect([played.stages("fb"), played.timers("fb"), played.stages("fa/age/0"), played.timers("fa/age/0"), played.stages("fa/age/0/age/0")]).toEqual([["expire", "delay"], [], ["age-done"], ["age on core 0 at 160"], ["expire", "age-done"]]);
    expect([played.outcome("no"), played.outcome("yes")]).toEqual([refused, given]);
  });
  test("PORT-26: a port that becomes due while the timer's task is under way is let go by it", () => {
    const played = play(resting, { a: askFor(0, 1025), b: askFor(0, 1027), fa: free(0, "a"), c: advance(60), fb: free(0, "b"), d: advance(40), e: advance(60) }, { switches: ["fa/age/0@1>e"] });
    expect([played.stages("fa/age/0"), played.timers("fa/age/0"), played.at("core.aging", 0)]).toEqual([["expire", "expire", "age-done"], [], 0]);
  });
  test("PORT-26: the operation leaves the timer and its mark as they are", () => {
    const played = play(resting, { a: askFor(0, 1025), fa: free(0, "a"), early: age(0), d: advance(100), due: age(0), e: advance(1) }, { switches: ["fa/age/0@0>due"] });
    expect([played.changes("early"), played.timers("early"), played.stages("due"), played.changes("due")[1], played.timers("due")]).toEqual([[[]], [], ["expire", "age-done"], [], []]);
    expect([played.stages("fa/age/0"), played.changes("fa/age/0"), played.timers("fa/age/0")]).toEqual([["age-done"], [["core.aging 0 1>0"]], []]);
  });
});
