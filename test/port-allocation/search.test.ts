/** Worked examples: in which order ports are searched, and what a request may ask for. */
import { describe, expect, test } from "vitest";
import { ask, askFor, askWithin, allShared, blocks, collect, free, from, locate, play, playFromEach, replyCore, shuffled } from "../play-ports.ts";

const given = [0, 1];
const refused = [1, 0];

describe("PORT-5", () => {
  /** One own port of each core in each slot. Slot 0: 1025 | 1027 | 1028 1030, 1032 1034, 1037 1039; slot 1: 1024 | 1026 | 1029 1031, 1033 1035, 1036 1038. */
  const narrow = { ...shuffled, ownPerSlot: 1 };
  /** Core 0 holds 1028 in slot 0 and 1031 in slot 1; five requests follow. */
  const script = (wishes: object) => ({ x: askFor(0, 1030, wishes), y: askFor(0, 1029, wishes), a: ask(0, wishes), b: ask(0, wishes), c: ask(0, wishes), d: ask(0, wishes), e: ask(0, wishes) });
  test.each([
    ["from port 80 slot 0 is local", { remotePort: 80 }, [1025, 1028, 1024, 1031]],
    ["from port 81 slot 1 is local", { remotePort: 81 }, [1024, 1031, 1025, 1028]],
    ["UDP hashes ports as TCP does", { protocol: "udp", remotePort: 81 }, [1024, 1031, 1025, 1028]],
  ])("PORT-5: own local, held local, own elsewhere, held elsewhere, then a chunk (%s)", (_name, wishes, ports) => {
    for (let seed = 1; seed <= 6; seed++) {
      const played = play(narrow, script(wishes), { seed });
      expect(played.ports("a", "b", "c", "d")).toEqual(ports);
      // A free chunk in the local slot does not come before a held port elsewhere (D9).
      expect(["a", "b", "c", "d", "e"].flatMap((id) => played.stages(id))).toEqual(["take", "take", "take", "take", "claim", "take-claimed"]);
    }
  });
  test("PORT-5: the other core's local slot is the other one", () => {
    const played = play(narrow, { x: askFor(1, 1036), y: askFor(1, 1039), a: ask(1), b: ask(1), c: ask(1), d: ask(1) });
    expect(played.ports("a", "b", "c", "d")).toEqual([1026, 1038, 1027, 1037]);
  });
  test("PORT-5: every slot is local to the reply core of an ICMP flow, none to another core, so own ports all come before held ones", () => {
    for (let seed = 1; seed <= 6; seed++) {
      const local = play(narrow, script({ protocol: "icmp" }), { seed });
      expect(local.ports("a", "b").sort()).toEqual([1024, 1025]);
      expect(local.ports("c", "d").sort()).toEqual([1028, 1031]);
      const elsewhere = play(narrow, { x: askFor(1, 1030, { protocol: "icmp" }), a: ask(1, { protocol: "icmp", count: 2 }), b: ask(1, { protocol: "icmp" }) }, { seed });
      expect([elsewhere.ports("a").sort(), elsewhere.ports("b")]).toEqual([[1026, 1027], [1028]]);
    }
  });
  test("PORT-5: in profile patent a core's own ports are local for some flows only, and a core without slots has none", () => {
    // Slot 0 is core 0's; slot 1 is shared: 1024 1026 | 1029 1031 | 1033 1035 | 1036 1038.
    const script = { a: ask(0, { remotePort: 81 }), x: askFor(0, 1033), b: ask(0, { remotePort: 81 }), c: ask(0), d: ask(1, { count: 7 }), e: ask(0, { count: 6 }) };
    const played = play({ ...shuffled, ownSlots: 1 }, script, { profile: "patent" });
    expect([played.ports("a"), played.ports("b"), played.ports("c")]).toEqual([[1025], [1035], [1027]]);
    expect([played.outcome("d"), played.ports("d").sort(), played.stages("d").filter((stage) => stage === "claim").length]).toEqual([[1, 6], [1024, 1026, 1029, 1031, 1036, 1038], 3]);
    expect([played.outcome("e"), played.ports("e")]).toEqual([[0, 6], [1028, 1030, 1032, 1034, 1037, 1039]]);
  });
  test.each([0, 2, 3, 4, 5, 6])("PORT-5: among 128 slots an own port is reply-local, whichever bit of the hash tells the cores apart (bit %i)", (bit) => {
    // 8 ports a slot, of which each core owns two, so that both find one in a local slot, from every start.
    const wide = { ...shuffled, high: 2047, slotBits: 7, bits: 7, indirection: from(0, 127).map((bucket) => (bucket >> bit) & 1) };
    const flows = [80, 81, 443, 5060, 50001].flatMap((remotePort) => [0, 1].map((core) => ({ id: `${core} from ${remotePort}`, core, remotePort })));
    const asked = Object.fromEntries(flows.map(({ id, core, remotePort }) => [id, ask(core, { remotePort })]));
    const given = play(wide, asked);
    const answers = play(wide, Object.fromEntries(flows.map(({ id, remotePort }) => [id, replyCore(given.ports(id)[0], { remotePort })])));
    for (const { id, core } of flows) expect([id, answers.outcome(id)]).toEqual([id, [0, core]]);
  });
});

describe("PORT-6", () => {
  test("PORT-6: the search begins at the slot of choice, ascending in the slot, and goes on cyclically", () => {
    // For ICMP at core 0 every slot is local, so the start alone decides.
    const script = { a: ask(0, { protocol: "icmp" }), b: askFor(0, 1024, { protocol: "icmp" }), c: askFor(0, 1026, { protocol: "icmp" }), d: ask(0, { protocol: "icmp" }) };
    playFromEach([0, 1], "a", shuffled, script, (played, start) => {
      expect(played.ports("a")).toEqual([start === 0 ? 1025 : 1024]);
      expect(played.changes("a")).toEqual([[`local 1:${start === 0 ? 1025 : 1024} 1>0`, `user 1:${start === 0 ? 1025 : 1024} 0>1`, `session 1:${start === 0 ? 1025 : 1024} 0>1`]]);
    });
    // With both own ports of slot 1 gone the search from slot 1 wraps round to slot 0.
    const rest = { b: script.b, c: script.c, d: script.d, e: script.d };
    playFromEach([0, 1], "d", shuffled, rest, (played) => expect(played.ports("d", "e")).toEqual([1025, 1027]));
  });
  test("PORT-6: a slot is read to its end, however many own ports it has", () => {
    // 80 ports a slot, 36 of them core 0's; slot 0 is local.
    const played = play({ ...shuffled, high: 1183, ownPerSlot: 36 }, { ...Object.fromEntries(from(1024, 1183).map((port) => [`at${port}`, locate(port)])), a: ask(0, { count: 73 }) });
    const owned = (slot: number) => from(1024, 1183).filter((port) => played.outcome(`at${port}`)[2] === slot && played.outcome(`at${port}`)[4] === 0);
    expect([owned(0).length, owned(1).length]).toEqual([36, 36]);
    expect(played.ports("a").slice(0, 72)).toEqual([...owned(0), ...owned(1)]);
    expect(played.stages("a").slice(70)).toEqual(["take", "take", "claim", "take-claimed"]);
  });
  test("PORT-6: a port set free below is found again before a later one", () => {
    const played = play(shuffled, { a: askFor(0, 1025), b: askFor(0, 1027), c: free(0, "a"), d: free(0, "b"), e: ask(0), f: ask(0) });
    expect(played.ports("e", "f")).toEqual([1025, 1027]);
  });
});

describe("PORT-7", () => {
  test("PORT-7: the first free chunk from the start is claimed whole in one step, the next gives out its first port", () => {
    playFromEach([0, 1], "a", allShared, { a: ask(1) }, (played, start) => {
      const [chunk, first, second] = start === 0 ? [0, 1025, 1027] : [4, 1024, 1026];
      expect(played.stages("a")).toEqual(["claim", "take-claimed"]);
      const [low, high] = [first, second];
      expect(played.changes("a")).toEqual([
        [`local ${low} 0>2`, `local ${high} 0>2`, `chunk.free ${chunk} 1>0`, `chunk.holder ${chunk} 0>2`],
        [`local ${first} 2>0`, `user ${first} 0>1`, `session ${first} 0>1`],
      ]);
    });
  });
  test("PORT-7: chunks that are taken are passed over, and the search wraps round to the last free one", () => {
    const slot1 = { a: askFor(0, 1024), b: askFor(0, 1029), c: askFor(0, 1033), d: askFor(0, 1036) };
    const script = { ...slot1, e: askFor(0, 1025), f: askFor(0, 1028), g: askFor(0, 1037), h: ask(1) };
    playFromEach([0, 1], "h", allShared, script, (played) => expect([played.ports("h"), played.at("chunk.holder", 2)]).toEqual([[1032], 2]));
  });
  test("PORT-7: a particular port is the one given out of the chunk claimed for it", () => {
    const played = play(allShared, { a: askFor(0, 1034), b: askFor(0, 1032) });
    expect([played.stages("a"), played.stages("b"), played.ports("a", "b")]).toEqual([["claim", "take-claimed"], ["take"], [1034, 1032]]);
  });
});

describe("PORT-12", () => {
  const kept = { ...shuffled, parity: true };
  const odd = { privatePort: 5001 };
  const even = { privatePort: 5000 };
  test("PORT-12: an even port for an even one, an odd port for an odd one; another chunk is claimed when the held ones lack it", () => {
    for (let seed = 1; seed <= 4; seed++) {
      // Core 0 holds 1034, which is even; its odd own ports are 1025 and 1027.
      const played = play(kept, { x: askFor(0, 1032, even), a: ask(0, odd), b: ask(0, odd), c: ask(0, odd), d: ask(0, even), e: ask(0, even) }, { seed });
      expect(played.ports("a", "b")).toEqual([1025, 1027]);
      expect(played.stages("c")).toEqual(["claim", "take-claimed"]);
      expect([[1033], [1037]]).toContainEqual(played.ports("c"));
      expect(played.ports("d", "e")).toEqual([1034, 1024]);
    }
  });
  test("PORT-12: with no port of the parity left the request is refused, although others are free; the other parity is given", () => {
    const played = play(kept, { a: ask(0, { ...odd, count: 7 }), b: ask(0, even) });
    // 1025 and 1027 of its own, chunks 1 and 2 are odd throughout; 1029 and 1031 belong to core 1.
    expect([played.outcome("a"), played.ports("a").sort()]).toEqual([[1, 6], [1025, 1027, 1033, 1035, 1037, 1039]]);
    expect([played.outcome("b"), played.ports("b")]).toEqual([given, [1024]]);
  });
  test("PORT-12: a particular port of the wrong parity is refused, of the right one given", () => {
    const played = play(kept, { a: askFor(0, 1024, odd), b: askFor(0, 1024, even), c: askFor(0, 1039, even), d: askFor(0, 1039, odd) });
    expect(["a", "b", "c", "d"].map((id) => played.outcome(id))).toEqual([refused, given, refused, given]);
  });
  test("PORT-12: without the option parity plays no part", () => {
    const played = play(shuffled, { a: ask(0, { ...even, count: 2 }), b: ask(0, { ...odd, count: 2 }) });
    expect([played.ports("a"), played.ports("b")]).toEqual([[1025, 1027], [1024, 1026]]);
  });
  test("PORT-12: alternate ports in the basic scheme, a further block when the first lacks the parity", () => {
    const played = play({ ...blocks, parity: true }, { a: ask(0, { ...odd, count: 5 }), b: ask(0, odd) });
    expect(played.ports("a").sort()).toEqual([1025, 1027, 1029, 1031, 1033]);
    expect([played.stages("b"), played.at("block.subscriber", 1)]).toEqual([["reserve", "claim", "take-claimed"], 1]);
    expect(played.ports("b")[0] % 2).toBe(1);
  });
});

describe("PORT-16", () => {
  test("PORT-16: a particular port is given as own, as held, out of a free chunk; not when it is taken, another core's, or outside", () => {
    const script = { own: askFor(0, 1027), chunk: askFor(0, 1039), held: askFor(0, 1037), taken: askFor(0, 1027), theirs: askFor(0, 1028), x: askFor(1, 1033), heldThere: askFor(0, 1035), below: askFor(0, 1023), above: askFor(0, 1040), there: askFor(1, 1028) };
    const played = play(shuffled, script);
    expect([played.stages("own"), played.stages("chunk"), played.stages("held")]).toEqual([["take"], ["claim", "take-claimed"], ["take"]]);
    for (const id of ["taken", "theirs", "heldThere", "below", "above"]) expect([id, played.stages(id), played.changes(id), played.outcome(id)]).toEqual([id, ["refuse"], [[]], refused]);
    expect(played.ports("there")).toEqual([1028]);
  });
  test("PORT-16: a port that rests is not free", () => {
    const resting = { ...shuffled, reuseDelayMs: 100 };
    const played = play(resting, { a: askFor(0, 1025), b: free(0, "a"), c: askFor(0, 1025) });
    expect([played.stages("b"), played.stages("c")]).toEqual([["delay"], ["refuse"]]);
    const without = play(shuffled, { a: askFor(0, 1025), b: free(0, "a"), c: askFor(0, 1025) });
    expect([without.stages("b"), without.stages("c")]).toEqual([["free"], ["take"]]);
  });
});

describe("PORT-17", () => {
  test("PORT-17: a request for more than there is keeps what it was given, and its refusal changes nothing", () => {
    const played = play(shuffled, { a: ask(0, { count: 16 }), b: ask(0), c: free(0, "b"), d: free(0, "a"), e: ask(0, { count: 12 }) }, { skipped: 1 });
    // 4 own and 8 shared ports.
    expect([played.outcome("a"), played.ports("a").length, played.stages("a").at(-1), played.changes("a").at(-1)]).toEqual([[1, 12], 12, "refuse", []]);
    expect([played.stages("b"), played.changes("b"), played.outcome("b")]).toEqual([["refuse"], [[]], refused]);
    // What was refused outright yields nothing to free; what was given comes back whole.
    expect([played.of("c"), played.outcome("d"), played.outcome("e")]).toEqual([[], [0, 12], [0, 12]]);
  });
});

describe("PORT-19", () => {
  test("PORT-19: refused while only other cores have free ports; given as soon as one of their chunks is back", () => {
    const script = { x: askFor(1, 1036), a: ask(0, { count: 10 }), b: ask(0), c: free(1, "x"), d: ask(0) };
    const played = play(shuffled, script);
    expect([played.outcome("a"), played.outcome("b"), played.outcome("d")]).toEqual([[0, 10], refused, given]);
    expect([played.at("port.local", 1028), played.at("port.local", 1029), played.ports("d")]).toEqual([2, 2, [1036]]);
  });
  test("PORT-19: a chunk that comes back between the look and the refusal is found", () => {
    const script = { x: askFor(1, 1036), a: ask(0, { count: 10 }), b: ask(0), c: free(1, "x") };
    expect(play(shuffled, script, { switches: ["b@0>c"] }).outcome("b")).toEqual(given);
    expect(play(shuffled, script).outcome("b")).toEqual(refused);
  });
  test("PORT-19: from every start the last free port of a table is found, the first and the last one too", () => {
    for (const last of [1025, 1039, 1024, 1038]) {
      // All but one chunk is taken by core 0; that chunk's other port is held by nobody.
      const others = [1025, 1028, 1032, 1037, 1024, 1029, 1033, 1036].filter((port) => ![port, port + 2].includes(last));
      const taken = Object.fromEntries(others.map((port) => [`x${port}`, askFor(0, port)]));
      playFromEach([0, 1], "a", allShared, { ...taken, a: ask(1, { count: 2 }), b: ask(1) }, (played) => {
        expect([played.outcome("a"), played.ports("a").includes(last), played.outcome("b")]).toEqual([[0, 2], true, refused]);
      });
    }
  });
});

describe("PORT-19 with many chunks", () => {
  test("PORT-19: of 80 chunks every one is found, and every port of those held, wherever the search begins", () => {
    const many = { ...shuffled, high: 1183, ownPerSlot: 0 };
    playFromEach([0, 1], "a", many, { a: ask(0, { count: 160 }), no: ask(1), f: free(0, "a"), b: askWithin(1, 1024, 1183, { count: 160 }) }, (played) => {
      expect([played.outcome("a"), played.ports("a").sort(), played.outcome("no"), played.outcome("b")]).toEqual([[0, 160], from(1024, 1183), refused, [0, 160]]);
    });
  });
});

describe("PORT-21", () => {
  test("PORT-21: within the range own and held ports come first, local slots before others, then chunks that reach into it; then nothing", () => {
    const script = { x: askFor(0, 1034), a: askWithin(0, 1026, 1033), b: askWithin(0, 1026, 1033), c: askWithin(0, 1026, 1033), d: askWithin(0, 1026, 1033), e: askWithin(0, 1026, 1033), f: ask(0) };
    for (let seed = 1; seed <= 4; seed++) {
      const played = play(shuffled, script, { seed });
      // 1027 is own and local, 1032 held and local, 1026 own elsewhere; 1033 is in a free chunk, whose other port 1035 is outside the range.
      expect(played.ports("a", "b", "c", "d")).toEqual([1027, 1032, 1026, 1033]);
      expect(["a", "b", "c", "d"].map((id) => played.stages(id).length)).toEqual([1, 1, 1, 2]);
      expect([played.outcome("e"), played.changes("e")]).toEqual([refused, [[]]]);
      expect([played.outcome("f"), played.ports("f")]).toEqual([given, [1025]]);
    }
  });
  test("PORT-21: both ends of a range belong to it", () => {
    const played = play(shuffled, { a: askWithin(0, 1039, 1039), b: askWithin(0, 1024, 1024), c: askWithin(0, 1040, 1050), d: askWithin(0, 1, 1023) });
    expect([played.ports("a"), played.ports("b"), played.outcome("c"), played.outcome("d")]).toEqual([[1039], [1024], refused, refused]);
  });
});

describe("PORT-23", () => {
  const keeping = { ...shuffled, preserve: true };
  test("PORT-23: the sender's own port is kept where this core can have it; else the search goes on in the same step", () => {
    const script = { own: ask(0, { privatePort: 1026 }), chunk: ask(0, { privatePort: 1039 }), taken: ask(0, { privatePort: 1026 }), theirs: ask(0, { privatePort: 1028 }), outside: ask(0, { privatePort: 1040 }) };
    const played = play(keeping, script);
    expect(Object.keys(script).map((id) => played.ports(id))).toEqual([[1026], [1039], [1025], [1027], [1037]]);
    expect(Object.keys(script).map((id) => played.stages(id))).toEqual([["take"], ["claim", "take-claimed"], ["take"], ["take"], ["take"]]);
    expect(play(shuffled, { own: ask(0, { privatePort: 1026 }) }).ports("own")).toEqual([1025]);
  });
  test("PORT-23: the type's port is tried instead of the sender's own, not before it", () => {
    const played = play(keeping, { a: ask(0, { privatePort: 1026, typePort: 1038 }), b: ask(0, { privatePort: 1026, typePort: 1038 }) });
    expect(played.ports("a", "b")).toEqual([1038, 1025]);
  });
  test("PORT-23: a particular port, a range and parity come before it", () => {
    const both = { ...keeping, parity: true };
    const played = play(both, { particular: askFor(0, 1027, { privatePort: 1025 }), range: askWithin(0, 1036, 1037, { privatePort: 1025 }), within: askWithin(0, 1024, 1031, { privatePort: 1025 }), parity: ask(0, { privatePort: 1033, typePort: 1026 }) });
    expect([played.ports("particular"), played.ports("range"), played.ports("within")]).toEqual([[1027], [1037], [1025]]);
    // The type's port 1026 is even, the sender's odd: neither is kept; core 0 holds the odd 1039.
    expect([played.ports("parity"), played.stages("parity")]).toEqual([[1039], ["take"]]);
  });
});

describe("PORT-24", () => {
  test("PORT-24: no chunk is claimed while an own or a held port is suitable", () => {
    const played = play(shuffled, { a: ask(0, { count: 6 }), b: collect(0) });
    expect(played.stages("a")).toEqual(["take", "take", "take", "take", "claim", "take-claimed", "take"]);
    const touching = played.changes("a").map((step) => step.some((change) => change.startsWith("chunk.")));
    expect(touching).toEqual([false, false, false, false, true, false, false]);
  });
});
