/** The fast program of port allocation by itself: hashes, bitmaps, where ports stand, and what its stages do on worked examples. */
import { describe, expect, test } from "vitest";
import { Next } from "../harness/engine/contract.ts";
import { anyBit, fillBits, lowBits, lowestBit, ringSize, within, xorBits } from "../impl/bits.ts";
import { PortEngine } from "../impl/port-allocation/index.ts";
import { shapeOf } from "../impl/port-allocation/shape.ts";
import { addressBytes, toeplitzOf } from "../impl/toeplitz.ts";
import { Place, Stage } from "../spec/port-allocation/terms.ts";
import { anyPort, Bench, layouts, publishedKey, small, symmetricKey } from "./port-allocation-impl/bench.ts";

describe("Toeplitz by table", () => {
  const vectors: [4 | 6, string, number, string, number, number, number][] = [
    [4, "66.9.149.187", 2794, "161.142.100.80", 1766, 0x51ccc178, 0x323e8fc2],
    [4, "199.92.111.2", 14230, "65.69.140.83", 4739, 0xc626b0ea, 0xd718262a],
    [4, "24.19.198.95", 12898, "12.22.207.184", 38024, 0x5c2b394a, 0xd2d0a5de],
    [4, "38.27.205.30", 48228, "209.142.163.6", 2217, 0xafc7327f, 0x82989176],
    [4, "153.39.163.191", 44251, "202.188.127.2", 1303, 0x10e828a2, 0x5d1809c5],
    [6, "3ffe:2501:200:1fff::7", 2794, "3ffe:2501:200:3::1", 1766, 0x40207d3d, 0x2cc18cd5],
    [6, "3ffe:501:8::260:97ff:fe40:efab", 14230, "ff02::1", 4739, 0xdde51bbf, 0x0f0c461c],
  ];
  const hash = (key: string, family: 4 | 6, source: string, sourcePort: number, destination: string, destinationPort: number): number => {
    const tables = toeplitzOf(key);
    const addresses = tables.address(source, family)[0] ^ tables.address(destination, family)[1];
    return (addresses ^ tables.sourcePort(sourcePort, family) ^ tables.destinationPort(destinationPort, family)) >>> 0;
  };
  test.each(vectors)("PORT-27: the known answers, IPv%i from %s", (family, source, sourcePort, destination, destinationPort, full, addresses) => {
    expect(hash(publishedKey, family, source, sourcePort, destination, destinationPort)).toBe(full);
    const tables = toeplitzOf(publishedKey);
    expect((tables.address(source, family)[0] ^ tables.address(destination, family)[1]) >>> 0).toBe(addresses);
  });
  test.each(vectors)("PORT-27: under the symmetric key a reply hashes as its request, under the published one it does not, IPv%i from %s", (family, source, sourcePort, destination, destinationPort) => {
    const there = hash(symmetricKey, family, source, sourcePort, destination, destinationPort);
    expect(hash(symmetricKey, family, destination, destinationPort, source, sourcePort)).toBe(there);
    expect(hash(publishedKey, family, destination, destinationPort, source, sourcePort)).not.toBe(hash(publishedKey, family, source, sourcePort, destination, destinationPort));
  });
  test("PORT-27: what is no address of the family is our own mistake", () => {
    expect(Array.from(addressBytes("::ffff:1.2.3.4", 6))).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 1, 2, 3, 4]);
    for (const text of ["1.2.3", "1.2.3.256", "::1"]) expect(() => addressBytes(text, 4)).toThrow("no IPv4 address");
    for (const text of ["1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "g::", "1.2.3.4"]) expect(() => addressBytes(text, 6)).toThrow("no IPv6 address");
    expect(() => toeplitzOf("6d5a")).toThrow("80 hexadecimal digits");
  });
});

describe("bitmaps", () => {
  test("PORT-6: the lowest bit of a word, bit 31 included", () => {
    for (let bit = 0; bit < 32; bit++) expect(lowestBit(-1 << bit)).toBe(bit);
    expect([lowBits(0), lowBits(1), lowBits(31), lowBits(32)]).toEqual([0, 1, 0x7fffffff, -1]);
  });
  test("PORT-6: a part of a word, for every begin and end", () => {
    for (let from = 30; from <= 66; from++) {
      for (let to = Math.max(33, from); to <= 68; to++) {
        let expected = 0;
        for (let bit = 32; bit < 64; bit++) if (bit >= from && bit < to) expected |= 1 << (bit - 32);
        expect(within(-1, 32, from, to)).toBe(expected);
      }
    }
  });
  test("PORT-9: a ring is the least power of two above what it holds", () => {
    expect([1, 2, 3, 4, 5, 63, 64, 260_000].map(ringSize)).toEqual([2, 4, 4, 8, 8, 64, 128, 262_144]);
  });
  test("PORT-6: bitmaps whose end is no word's end hold no bit beyond it", () => {
    const mem = new Int32Array(6).fill(0x77777777);
    fillBits(mem, 1, 70);
    expect(Array.from(mem)).toEqual([0x77777777, -1, -1, 0x3f, 0x77777777, 0x77777777]);
    expect(anyBit(mem, 1, 69, 70)).toBe(true);
    expect(anyBit(mem, 1, 70, 96)).toBe(false);
  });
  test("PORT-5: bits move to their number xor x", () => {
    for (let x = 0; x < 32; x++) for (let bit = 0; bit < 32; bit++) expect(xorBits(1 << bit, x)).toBe(1 << (bit ^ x));
  });
});

describe("where ports stand", () => {
  const full = { ...small, high: 65535, slotBits: 7, bits: 7, indirection: Array.from({ length: 128 }, (_, i) => i % 8), cores: 8, chunk: 16, ownPerSlot: 20 };
  test.each([publishedKey, symmetricKey])("PORT-4: position and port are a permutation of each other, the last port included (key %s)", (key) => {
    const shape = shapeOf({ ...full, key }, "rfc");
    expect(new Set(shape.portAt).size).toBe(64512);
    for (let port = 1024; port <= 65535; port++) {
      const code = shape.codeOf[port - 1024];
      expect(shape.portAt[shape.first[code >>> 5] + (code & 31)]).toBe(port);
    }
    expect(shape.chunkOf[1] - shape.chunkOf[0]).toBe(Math.ceil((504 - 160) / 16));
  });
  test.each(["rfc", "patent"])("PORT-3: own ports, chunks and the short last chunk of a slot together are its ports, once each (%s)", (profile) => {
    const shape = shapeOf({ ...full, ownSlots: 50 }, profile);
    const seen = new Uint8Array(64512);
    for (let cell = 0; cell < shape.cells; cell++) {
      for (let bit = 0; bit < 32; bit++) if ((shape.full[cell] >>> bit) & 1) seen[shape.first[cell] + bit]++;
    }
    expect(seen.every((count) => count === 1)).toBe(true);
  });
  test("PORT-4: the reverse look-up knows slot, owner and chunk", () => {
    // 16 ports a slot: two own ports for each of two cores, the other twelve in three chunks.
    const bench = new Bench(small, "rfc");
    const ports = Array.from({ length: 64 }, (_, i) => 1024 + i);
    const found = ports.map((port) => bench.locate(port));
    expect(found.map((place) => place[1]).sort((a, b) => a - b)).toEqual(ports.map((port) => port - 1024));
    for (const [place, position, slot, chunk, owner] of found) {
      const rank = position % 16;
      expect(slot).toBe(position >> 4);
      expect([place, chunk, owner]).toEqual(rank < 4 ? [Place.own, -1, rank >> 1] : [Place.shared, slot * 3 + ((rank - 4) >> 2), -1]);
    }
    expect(bench.locate(1023)[0]).toBe(Place.outside);
    expect(bench.locate(1088)[0]).toBe(Place.outside);
  });
  test("PORT-3: patent, whole slots belong to a core", () => {
    const bench = new Bench(small, "patent");
    for (let port = 1024; port <= 1087; port++) {
      const [place, , slot, , owner] = bench.locate(port);
      expect([place, owner]).toEqual(slot < 2 ? [Place.own, slot % 2] : [Place.shared, -1]);
    }
  });
  test("PORT-15: left-over ports at the end of a table belong to nobody", () => {
    // 3 subscribers on one address with 2 blocks each: 57 ports make 6 blocks of 9, and 3 are left.
    const bench = new Bench({ ...small, allocation: "deterministic", high: 1080 }, "rfc");
    expect(bench.locate(1077)).toEqual([Place.shared, 53, 5, 17, -1]);
    expect(bench.locate(1078)).toEqual([Place.leftOver, 54, -1, -1, -1]);
    bench.finish(bench.start(0, { kind: "inverse", address: 0, port: 1042 }));
    expect(bench.moved.outcome.toArray()).toEqual([0, 1]);
    bench.finish(bench.start(0, { kind: "inverse", address: 0, port: 1078 }));
    expect(bench.moved.outcome.toArray()).toEqual([0, -1]);
  });
  test("PORT-18: a chunk of more than 32 ports is refused", () => {
    expect(() => shapeOf({ ...small, chunk: 33 }, "rfc")).toThrow("1 to 32 ports");
  });
});

describe.each(layouts)("worked examples, memory optimised: %s", (memoryOptimised) => {
  const config = { ...small, memoryOptimised };
  /** Reply-local slots of core 0 for the flow of `anyPort`. */
  const localSlots = (bench: Bench): Set<number> => {
    const local = new Set<number>();
    for (let port = 1024; port <= 1087; port++) {
      bench.finish(bench.start(0, { kind: "reply-core", protocol: "tcp", remote: 0, remotePort: 4000, address: 0, port }));
      if (bench.moved.outcome.items[1] === 0) local.add(bench.locate(port)[2]);
    }
    return local;
  };
  test("PORT-5: own and held ports of reply-local slots, then the others, then a new chunk", () => {
    const bench = new Bench(config, "rfc");
    const local = localSlots(bench);
    expect(local.size).toBe(2);
    const classes: string[] = [];
    for (let i = 0; i < 9; i++) {
      const { port, names } = bench.allocate(0);
      const [place, , slot] = bench.locate(port);
      classes.push(`${names[0]} ${place === Place.own ? "own" : "shared"} ${local.has(slot) ? "local" : "elsewhere"}`);
    }
    expect(classes.slice(0, 8)).toEqual([...Array(4).fill("take own local"), ...Array(4).fill("take own elsewhere")]);
    expect(classes[8]).toMatch(/^claim shared/);
  });
  test("PORT-5: a held port of a reply-local slot goes before an own port elsewhere; ICMP knows local cores only", () => {
    const bench = new Bench(config, "rfc");
    const local = localSlots(bench);
    const shared = Array.from({ length: 64 }, (_, i) => 1024 + i).find((port) => bench.locate(port)[0] === Place.shared && local.has(bench.locate(port)[2]));
    bench.allocate(0, { want: { port: shared } });
    for (let i = 0; i < 4; i++) expect(bench.locate(bench.allocate(0).port)[0]).toBe(Place.own);
    for (let i = 0; i < 3; i++) {
      const [place, , slot] = bench.locate(bench.allocate(0).port);
      expect([place, local.has(slot)]).toEqual([Place.shared, true]);
    }
    const elsewhere = bench.locate(bench.allocate(0).port);
    expect([elsewhere[0], local.has(elsewhere[2])]).toEqual([Place.own, false]);
    const taken = [0, 1].map((core) => bench.allocate(core, { protocol: "icmp" }).names);
    expect(taken).toEqual([["take"], ["take"]]);
  });
  test.each([4, 6] as const)("PORT-5: on a table of full size the replies of every first port come back to its core, IPv%i", (family) => {
    const cores = 8;
    const wide = { ...config, family, cores, high: 65535, slotBits: 7, bits: 7, indirection: Array.from({ length: 128 }, (_, i) => (i * 5 + (i >> 3)) % cores), chunk: 16, ownPerSlot: 20 };
    const bench = new Bench(family === 4 ? wide : { ...wide, addresses: ["2001:db8::1"], remotes: ["2001:db8:9::77"] }, "rfc");
    for (let i = 0; i < 64; i++) {
      const flow = { protocol: i % 2 === 0 ? "tcp" : "udp", remotePort: 1000 + i * 977 };
      const { port } = bench.allocate(i % cores, flow);
      expect(bench.ask({ kind: "reply-core", remote: 0, address: 0, port, ...flow })).toEqual([0, i % cores]);
    }
  });
  test("PORT-24: the own ports of a slot beyond the 32nd are given before any chunk is claimed", () => {
    const bench = new Bench({ ...config, high: 1200, slotBits: 1, ownPerSlot: 40 }, "rfc");
    expect(bench.allocate(0, { count: 80 }).names).toEqual(Array.from({ length: 80 }, () => "take"));
    expect(bench.allocate(0).names).toEqual(["claim", "take-claimed"]);
  });
  test("PORT-6: slots are searched cyclically from the start, ports ascending", () => {
    for (let start = 0; start < 4; start++) {
      const bench = new Bench(config, "rfc", { draw: start });
      const local = localSlots(bench);
      const expected = [0, 1, 2, 3].map((i) => (start + i) % 4).filter((slot) => local.has(slot));
      const found = [bench.allocate(0).port, bench.allocate(0).port, bench.allocate(0).port, bench.allocate(0).port].map((port) => bench.locate(port));
      expect(found.map((place) => place[2])).toEqual([expected[0], expected[0], expected[1], expected[1]]);
      expect(found[1][1]).toBe(found[0][1] + 1);
    }
  });
  test("PORT-7: a claim sets the bits of the first free chunk from the start, and one of them is given out in the next step", () => {
    const bench = new Bench({ ...config, ownPerSlot: 0 }, "rfc", { draw: 2 });
    const slot = bench.start(1, anyPort);
    bench.move(slot);
    expect([bench.moved.stages.toArray(), bench.moved.witness.toArray(), bench.moved.next]).toEqual([[Stage.claim], [2, 0, 8], Next.more]);
    const view = bench.view();
    expect(view[bench.layout.chunk.free + 8]).toBe(0);
    expect(view[bench.layout.chunk.holder + 8]).toBe(2);
    expect(view.subarray(0, 64).filter((mask) => mask === 2).length).toBe(4);
    bench.move(slot);
    expect([bench.moved.stages.toArray(), bench.moved.next]).toEqual([[Stage["take-claimed"]], Next.done]);
    expect(bench.locate(bench.moved.witness.items[1])[1]).toBe(32);
  });
  test("PORT-10: two cores that claim at once get different chunks", () => {
    const bench = new Bench({ ...config, ownPerSlot: 0 }, "rfc", { draw: 0 });
    const slots = [bench.start(0, anyPort), bench.start(1, anyPort)];
    const chunks = slots.map((slot) => bench.move(slot).witness.items[2]);
    expect(chunks).toEqual([0, 1]);
  });
  test("PORT-8: the last free port returns the chunk, and own ports stay", () => {
    const bench = new Bench({ ...config, ownPerSlot: 0 }, "rfc", { draw: 0 });
    const first = bench.allocate(0);
    const second = bench.allocate(0);
    expect(bench.free(0, first.slot)).toEqual(["free"]);
    expect([bench.chunkFree(0), bench.local(first.port)]).toEqual([0, 1]);
    bench.free(0, second.slot);
    expect([bench.chunkFree(0), bench.local(first.port), bench.local(second.port)]).toEqual([1, 0, 0]);
    const own = new Bench(config, "rfc");
    const given = own.allocate(0);
    own.free(0, given.slot);
    expect(own.local(given.port)).toBe(1);
  });
  test("PORT-9: another core hands the port over, and the holder collects it", () => {
    const bench = new Bench(config, "rfc");
    bench.nowMs = 5;
    const given = bench.allocate(0, { count: 2 });
    const slot = bench.start(1, { kind: "free", of: "" }, given.slot);
    bench.move(slot);
    expect(bench.moved.timers).toEqual([{ label: "collect", core: 0, atMs: 1005, body: [] }]);
    bench.nowMs = 600;
    expect(bench.finish(slot)).toEqual(["hand-over"]);
    expect(bench.moved.timers).toEqual([]);
    expect(bench.engine.read(bench.layout.core.handed)).toBe(2);
    expect(bench.local(given.port)).toBe(0);
    expect(bench.finish(bench.start(1, { kind: "collect" }))).toEqual(["collect-empty"]);
    expect(bench.finish(bench.start(0, { kind: "collect" }))).toEqual(["collect", "free", "collect", "free", "collect-empty"]);
    expect(bench.moved.outcome.toArray()).toEqual([0, 2]);
    expect(bench.local(given.port)).toBe(1);
  });
  test("PORT-11: a private port below 1024 is served from the well-known table, to its last port, and nothing else", () => {
    const bench = new Bench({ ...config, wellKnown: { low: 600, high: 640 } }, "rfc");
    const ports = new Set<number>();
    for (let i = 0; i < 41; i++) {
      const { port, names } = bench.allocate(i % 2, { privatePort: 1023 });
      expect(names).toEqual(["take-well-known"]);
      ports.add(port);
    }
    expect([Math.min(...ports), Math.max(...ports), ports.size]).toEqual([600, 640, 41]);
    expect(bench.allocate(0, { privatePort: 1023 }).names).toEqual(["refuse"]);
    expect(bench.allocate(0, { privatePort: 1024 }).names).toEqual(["take"]);
    bench.free(1, 3);
    expect(bench.allocate(0, { privatePort: 80 }).code).toBe(0);
  });
  test("PORT-12: only ports of the private port's parity are given, and another chunk is claimed for it", () => {
    const bench = new Bench({ ...config, parity: true }, "rfc");
    const ports: number[] = [];
    for (let given = bench.allocate(0, { privatePort: 4096 }); given.code === 0; given = bench.allocate(0, { privatePort: 4096 })) ports.push(given.port);
    expect(ports.every((port) => port % 2 === 0)).toBe(true);
    const odd = Array.from({ length: 64 }, (_, i) => bench.local(1024 + i)).filter((mask, i) => mask === 1 && i % 2 === 1);
    expect(odd.length).toBeGreaterThan(0);
    expect(bench.allocate(0, { privatePort: 4097 }).code).toBe(0);
  });
  test("PORT-16: a particular port is taken, claimed, or refused where it is another core's", () => {
    const bench = new Bench(config, "rfc");
    const places = Array.from({ length: 64 }, (_, i) => [1024 + i, ...bench.locate(1024 + i)]);
    const mine = places.find((place) => place[1] === Place.own && place[5] === 0)![0];
    const theirs = places.find((place) => place[1] === Place.own && place[5] === 1)![0];
    const shared = places.find((place) => place[1] === Place.shared)![0];
    expect(bench.allocate(0, { want: { port: mine } })).toMatchObject({ names: ["take"], port: mine });
    expect(bench.allocate(0, { want: { port: mine } }).names).toEqual(["refuse"]);
    expect(bench.allocate(0, { want: { port: theirs } }).names).toEqual(["refuse"]);
    expect(bench.allocate(0, { want: { port: shared } })).toMatchObject({ names: ["claim", "take-claimed"], port: shared });
    expect(bench.allocate(1, { want: { port: shared } }).names).toEqual(["refuse"]);
    expect(bench.allocate(0, { want: { port: 1088 } }).names).toEqual(["refuse"]);
  });
  test("PORT-21: only ports within the range are given, until none is left there", () => {
    const bench = new Bench(config, "rfc");
    const ports = new Set<number>();
    const want = { low: 1030, high: 1041 };
    for (let core = 0; core < 2; core++) for (let given = bench.allocate(core, { want }); given.code === 0; given = bench.allocate(core, { want })) ports.add(given.port);
    const places = Array.from(ports, (port) => bench.locate(port)[0]);
    expect(Array.from(ports).every((port) => port >= 1030 && port <= 1041)).toBe(true);
    expect(places).toContain(Place.shared);
    for (let port = 1030; port <= 1041; port++) if (!ports.has(port)) expect(bench.local(port)).not.toBe(0);
  });
  test("PORT-23: the type's port, or else the sender's own, is tried first; the search goes on in the same step", () => {
    const bench = new Bench({ ...config, preserve: true }, "rfc");
    const shared = Array.from({ length: 64 }, (_, i) => 1024 + i).filter((port) => bench.locate(port)[0] === Place.shared);
    expect(bench.allocate(0, { privatePort: shared[0] })).toMatchObject({ names: ["claim", "take-claimed"], port: shared[0] });
    expect(bench.allocate(0, { privatePort: 1024, typePort: shared[1] }).port).toBe(shared[1]);
    expect(bench.allocate(1, { privatePort: shared[0] }).names).toEqual(["take"]);
    expect(bench.allocate(1, { privatePort: 9 }).names).toEqual(["take"]);
  });
  test("PORT-26: a freed port rests; a full queue lets its oldest go first; age lets go of those due", () => {
    const bench = new Bench({ ...config, mapping: "endpoint-independent", reuseDelayMs: 100 }, "rfc");
    const given = [bench.allocate(0), bench.allocate(0), bench.allocate(0)];
    bench.nowMs = 10;
    expect(bench.free(0, given[0].slot)).toEqual(["delay"]);
    expect(bench.moved.timers).toEqual([{ label: "age", core: 0, atMs: 110, body: [] }]);
    bench.nowMs = 20;
    expect(bench.free(0, given[1].slot)).toEqual(["delay"]);
    expect(bench.moved.timers).toEqual([]);
    expect(bench.free(0, given[2].slot)).toEqual(["expire", "delay"]);
    expect([bench.local(given[0].port), bench.local(given[1].port), bench.local(given[2].port)]).toEqual([1, 0, 0]);
    bench.nowMs = 119;
    expect(bench.finish(bench.start(0, { kind: "age" }))).toEqual(["age-done"]);
    bench.nowMs = 120;
    expect(bench.finish(bench.start(0, { kind: "age" }))).toEqual(["expire", "expire", "age-done"]);
    expect(bench.moved.outcome.toArray()).toEqual([0, 2]);
    expect([bench.moved.timers, bench.engine.read(bench.layout.core.aging)], "the operation leaves the timer as it is").toEqual([[], 1]);
    expect(bench.finish(bench.start(0, { kind: "age" }, -1, "timer"))).toEqual(["age-done"]);
    expect([bench.moved.timers, bench.engine.read(bench.layout.core.aging)]).toEqual([[], 0]);
  });
  test("PORT-13: ports come from the subscriber's blocks only; a block goes back while none of its chunks is held", () => {
    const bench = new Bench({ ...config, allocation: "block" }, "rfc", { draw: 0 });
    const given = bench.allocate(0, { address: -1 });
    expect(given.names).toEqual(["reserve", "claim", "take-claimed"]);
    const other = bench.allocate(0, { address: -1, subscriber: 1 });
    expect(bench.locate(other.port)[2]).not.toBe(bench.locate(given.port)[2]);
    const reserved = bench.start(0, { kind: "reserve-block", subscriber: 2, protocol: "tcp", address: -1, block: 3 });
    bench.finish(reserved);
    expect([bench.moved.outcome.toArray(), bench.moved.yields]).toEqual([[0, 0, 3], 1]);
    const inBlock = bench.allocate(1, { subscriber: 2 });
    expect(bench.locate(inBlock.port)[2]).toBe(3);
    bench.finish(bench.start(0, { kind: "release-block", of: "" }, reserved));
    expect(bench.moved.outcome.toArray()).toEqual([1]);
    bench.free(1, inBlock.slot);
    expect(bench.finish(bench.start(0, { kind: "release-block", of: "" }, reserved))).toEqual(["release-block"]);
    expect(bench.engine.read(bench.layout.block.subscriber + 3)).toBe(0);
  });
  test("PORT-13: a block that has changed hands serves its new subscriber only", () => {
    const bench = new Bench({ ...config, allocation: "block", parity: true }, "rfc");
    const reserve = (subscriber: number, block: number): number => {
      const slot = bench.start(0, { kind: "reserve-block", subscriber, protocol: "tcp", address: 0, block });
      bench.finish(slot);
      return slot;
    };
    const kept = reserve(0, 1);
    reserve(0, 2);
    // Core 0 holds chunks of both blocks for subscriber 0, and lets go of the earlier one.
    const [inKept] = [1024 + 16, 1024 + 32].map((port) => bench.allocate(0, { want: { port }, privatePort: port }));
    bench.free(0, inKept.slot);
    bench.finish(bench.start(0, { kind: "release-block", of: "" }, kept));
    reserve(1, 1);
    expect(bench.allocate(0, { subscriber: 1 }).port >> 4).toBe((1024 + 16) >> 4);
    expect(bench.allocate(0, { subscriber: 0, privatePort: 4000 }).port >> 4).toBe((1024 + 32) >> 4);
    expect(bench.allocate(0, { subscriber: 0, want: { port: 1024 + 18 }, privatePort: 4000 }).names).toEqual(["refuse"]);
  });
  test("PORT-9: a list that has been filled and emptied many times keeps its order", () => {
    const bench = new Bench({ ...config, high: 1031, slotBits: 1, ownPerSlot: 1 }, "rfc");
    for (let round = 0; round < 12; round++) {
      const given = bench.allocate(0, { count: 3 });
      expect(bench.free(1, given.slot)).toEqual(["hand-over", "hand-over", "hand-over"]);
      expect(bench.finish(bench.start(0, { kind: "collect" })).filter((name) => name === "free").length).toBe(3);
    }
    expect(bench.view().subarray(0, bench.layout.port.user)).toEqual(new Bench({ ...config, high: 1031, slotBits: 1, ownPerSlot: 1 }, "rfc").view().subarray(0, bench.layout.port.user));
  });
  test("PORT-14: addresses in turn, the first free block; the limit refuses", () => {
    const bench = new Bench({ ...config, allocation: "block", addresses: ["198.51.100.1", "198.51.100.2"] }, "rfc", { draw: 1 });
    const reserve = (wishes: object): number[] => {
      bench.finish(bench.start(0, { kind: "reserve-block", subscriber: 0, protocol: "tcp", address: -1, block: -1, ...wishes }));
      return bench.moved.outcome.toArray();
    };
    expect(reserve({})).toEqual([0, 1, 0]);
    expect(reserve({ block: 0 })).toEqual([0, 0, 0]);
    expect(reserve({})).toEqual([1, -1, -1]);
    expect(reserve({ subscriber: 1, block: 0 })).toEqual([1, -1, -1]);
    expect(reserve({ subscriber: 1, address: 0 })).toEqual([0, 0, 1]);
  });
  test("PORT-22: two cores hold chunks of one subscriber's block", () => {
    const bench = new Bench({ ...config, allocation: "block" }, "rfc");
    const given = [bench.allocate(0), bench.allocate(1)].map(({ port }) => bench.locate(port));
    expect(given[0][2]).toBe(given[1][2]);
    expect(given[0][3]).not.toBe(given[1][3]);
  });
  test("PORT-15: the known answers of deterministic NAT, forwards and backwards, and a full block refuses", () => {
    const bench = new Bench({ ...config, allocation: "deterministic", subscribers: 5, addresses: ["198.51.100.1", "198.51.100.2"], blocksPerSubscriber: 1 }, "rfc");
    // 3 subscribers to an address, 21 ports each; subscriber 4 is the second of the second address.
    const ports: number[] = [];
    for (let given = bench.allocate(0, { subscriber: 4, address: -1 }); given.code === 0; given = bench.allocate(0, { subscriber: 4, address: -1 })) ports.push(given.port);
    expect(ports.sort((a, b) => a - b)).toEqual(Array.from({ length: 21 }, (_, i) => 1024 + 21 + i));
    for (const port of ports) {
      bench.finish(bench.start(0, { kind: "inverse", address: 1, port }));
      expect(bench.moved.outcome.toArray()).toEqual([0, 4]);
    }
    const patent = new Bench({ ...config, allocation: "deterministic", blocksPerSubscriber: 1 }, "patent");
    const fixed = { subscriber: 1, address: -1, privatePort: 5000, want: { low: 1, high: 2 } };
    expect(patent.allocate(0, fixed).port).toBe(1024 + 21 + (5000 % 21));
    expect(patent.allocate(0, fixed).names).toEqual(["refuse"]);
  });
  test("PORT-19: after exhaustion the first port freed is given again, the last of the range included", () => {
    const bench = new Bench({ ...config, cores: 1, indirection: [0, 0], low: 65472, high: 65535, ownPerSlot: 0, chunk: 5 }, "rfc");
    const given = bench.allocate(0, { count: 64 });
    expect([given.code, bench.moved.outcome.items[1]]).toEqual([0, 64]);
    expect(bench.allocate(0).names).toEqual(["refuse"]);
    expect(bench.free(0, given.slot).length).toBe(64);
    expect(bench.allocate(0, { want: { port: 65535 } }).port).toBe(65535);
  });
});

test("PORT-17: a refusal changes nothing, and a saved state comes back whole", () => {
  const bench = new Bench({ ...small, ownPerSlot: 0 }, "rfc");
  const given = bench.allocate(0, { count: 64 });
  const before = bench.view();
  const saved = bench.engine.save();
  expect(bench.allocate(1).names).toEqual(["refuse"]);
  expect([bench.moved.writes.count, bench.view()]).toEqual([0, before]);
  bench.free(0, given.slot);
  expect(bench.view()).not.toEqual(before);
  expect(bench.allocate(0).names).not.toContain("refuse");
  bench.engine.restore(saved);
  expect([bench.view(), bench.engine.save()]).toEqual([before, saved]);
  expect(bench.free(0, given.slot).length).toBe(64);
});

test("PORT-18: with memory optimisation less memory is used", () => {
  const wordsOf = (memoryOptimised: boolean): number => (new Bench({ ...small, memoryOptimised, cores: 4 }, "rfc").engine.save() as { mem: Int32Array }).mem.length;
  expect(wordsOf(true)).toBeLessThan(wordsOf(false));
});

test("PORT-17: an operation run straight through does the same and reports its outcome, its yield and its timers only", () => {
  const config = { ...small, mapping: "endpoint-independent", reuseDelayMs: 500, ownPerSlot: 0 } as const;
  const watched = new Bench(config, "rfc");
  const straight = new Bench(config, "rfc");
  const kinds: object[] = [{ ...anyPort, count: 7 }, { kind: "free" }, { ...anyPort, count: 64 }, { kind: "age" }];
  for (const command of kinds) {
    const of = "kind" in command && command.kind === "free" ? 0 : -1;
    const slot = watched.start(1, command, of);
    watched.finish(slot);
    expect(straight.start(1, command, of)).toBe(slot);
    straight.moved.clear();
    straight.engine.runThrough(slot, straight.moved);
    const { moved } = straight;
    expect([moved.next, moved.outcome.toArray(), moved.yields]).toEqual([Next.done, watched.moved.outcome.toArray(), watched.moved.yields]);
    expect([moved.stages.count, moved.witness.count, moved.writes.count]).toEqual([0, 0, 0]);
    expect(moved.timers.map((timer) => timer.label)).toEqual("kind" in command && command.kind === "free" ? ["age"] : []);
    expect(straight.view()).toEqual(watched.view());
  }
  const slot = straight.start(0, { ...anyPort, count: 1 });
  straight.moved.clear();
  straight.engine.move(slot, straight.moved);
  expect(straight.moved.stages.count, "what is moved step by step afterwards is reported again").toBe(1);
});

test("PORT-25: numbers begin where the larger system says", () => {
  const engine = new PortEngine({ entry: 1000, rule: 0, stage: 30, goal: 0 });
  const bench = new Bench(small, "rfc", { engine });
  const slot = bench.start(0, anyPort);
  const moveRow = (of: number): void => {
    bench.moved.clear();
    bench.engine.moveRow(of, bench.moved);
  };
  bench.engine.beginAllocateOne(slot, 0, anyPort as never);
  moveRow(slot);
  expect(bench.moved.stages.toArray()).toEqual([30 + Stage.take]);
  const handle = bench.engine.givenPort(slot);
  expect(bench.moved.writes.toArray()).toEqual([1000 + handle, 1000 + 128 + handle, 1000 + 256 + handle]);
  bench.engine.beginFreeOne(slot + 1, 1, handle);
  moveRow(slot + 1);
  expect(bench.engine.freedHere(slot + 1)).toBe(false);
  bench.engine.beginCollectOne(slot + 2, 0);
  moveRow(slot + 2);
  moveRow(slot + 2);
  expect([bench.engine.collectedPort(slot + 2), bench.engine.freedHere(slot + 2), bench.moved.next]).toEqual([handle, true, Next.done]);
  bench.engine.beginCollectOne(slot + 3, 0);
  moveRow(slot + 3);
  expect(bench.engine.collectedPort(slot + 3)).toBe(-1);
});
