/** Worked examples: which core receives a reply. */
import { describe, expect, test } from "vitest";
import { toeplitzOf } from "../../impl/toeplitz.ts";
import { addressBytes, inputBytesMax, keyWindows, toeplitz, writeTuple } from "../../model/toeplitz.ts";
import type { PortConfig } from "../../spec/port-allocation/terms.ts";
import { ask, from, locate, play, publishedKey, replyCore, shuffled, symmetricKey } from "../play-ports.ts";

interface Row {
  readonly family: 4 | 6;
  readonly source: readonly [address: string, port: number];
  readonly destination: readonly [address: string, port: number];
  /** Of addresses and ports, of the addresses alone. */
  readonly full: number;
  readonly addresses?: number;
}
/** The published verification suite, and the reverse direction of its IPv4 rows. */
const published: readonly Row[] = [
  { family: 4, source: ["66.9.149.187", 2794], destination: ["161.142.100.80", 1766], full: 0x51ccc178, addresses: 0x323e8fc2 },
  { family: 4, source: ["199.92.111.2", 14230], destination: ["65.69.140.83", 4739], full: 0xc626b0ea, addresses: 0xd718262a },
  { family: 4, source: ["24.19.198.95", 12898], destination: ["12.22.207.184", 38024], full: 0x5c2b394a, addresses: 0xd2d0a5de },
  { family: 4, source: ["38.27.205.30", 48228], destination: ["209.142.163.6", 2217], full: 0xafc7327f, addresses: 0x82989176 },
  { family: 4, source: ["153.39.163.191", 44251], destination: ["202.188.127.2", 1303], full: 0x10e828a2, addresses: 0x5d1809c5 },
  { family: 6, source: ["3ffe:2501:200:1fff::7", 2794], destination: ["3ffe:2501:200:3::1", 1766], full: 0x40207d3d, addresses: 0x2cc18cd5 },
  { family: 6, source: ["3ffe:501:8::260:97ff:fe40:efab", 14230], destination: ["ff02::1", 4739], full: 0xdde51bbf, addresses: 0x0f0c461c },
  { family: 6, source: ["3ffe:1900:4545:3:200:f8ff:fe21:67cf", 44251], destination: ["fe80::200:f8ff:fe21:67cf", 38024], full: 0x02d1feef, addresses: 0x4b61e985 },
];
const reversed: readonly Row[] = [0xfde799b2, 0xe53c74e8, 0xa802b849, 0xe1dfcdff, 0x15d05e13].map((full, at) => ({ family: 4, source: published[at].destination, destination: published[at].source, full }));
/** Under the symmetric key, rows 1 and 2. */
const symmetric: readonly Row[] = [0x9fcc9fcc, 0x60d760d7].flatMap((full, at) => [{ ...published[at], full, addresses: undefined }, { ...reversed[at], full }]);

const rows = [...[...published, ...reversed].map((row) => [publishedKey, row] as const), ...symmetric.map((row) => [symmetricKey, row] as const)].map(
  ([key, row]) => [`${row.source[0]} → ${row.destination[0]}, key ${key.slice(0, 12)}…`, key, row] as const,
);

describe("PORT-27, the hash", () => {
  test.each(rows)("PORT-27: the published answers, both programs by themselves (%s)", (_name, key, { family, source, destination, full, addresses }) => {
    const windows = keyWindows(key);
    const input = new Uint8Array(inputBytesMax);
    const length = writeTuple(input, addressBytes(source[0]), addressBytes(destination[0]), source[1], destination[1]);
    expect([length, toeplitz(windows, input, length) >>> 0]).toEqual([family === 4 ? 12 : 36, full]);
    const tables = toeplitzOf(key);
    const ofAddresses = tables.address(source[0], family)[0] ^ tables.address(destination[0], family)[1];
    expect((ofAddresses ^ tables.sourcePort(source[1], family) ^ tables.destinationPort(destination[1], family)) >>> 0).toBe(full);
    if (addresses === undefined) return;
    expect([toeplitz(windows, input, length - 4) >>> 0, ofAddresses >>> 0]).toEqual([addresses, addresses]);
  });
  test.each(rows)("PORT-27: the reply core is the bucket of the low bits of the hash, of the addresses alone for ICMP (%s)", (_name, key, { family, source, destination, full, addresses }) => {
    const base: PortConfig = { ...shuffled, cores: 8, family, addresses: [destination[0]], remotes: ["203.0.113.5", "2001:db8::5"].slice(family === 4 ? 0 : 1, family === 4 ? 1 : 2).concat(source[0]), key, bits: 7, slotBits: 7 };
    const of = { remote: 1, remotePort: source[1] };
    // Three indirection tables show the seven bits of the bucket, three at a time.
    for (const shift of [0, 3, 6]) {
      const played = play({ ...base, indirection: from(0, 127).map((bucket) => (bucket >> shift) & 7) }, { tcp: replyCore(destination[1], of), udp: replyCore(destination[1], { ...of, protocol: "udp" }), icmp: replyCore(destination[1], { ...of, protocol: "icmp" }), other: replyCore(1, { ...of, protocol: "icmp", remotePort: 9 }) });
      const core = ((full & 127) >> shift) & 7;
      expect([played.outcome("tcp"), played.outcome("udp")]).toEqual([[0, core], [0, core]]);
      expect(played.outcome("other")).toEqual(played.outcome("icmp"));
      if (addresses !== undefined) expect(played.outcome("icmp")).toEqual([0, ((addresses & 127) >> shift) & 7]);
      expect([played.stages("tcp"), played.changes("tcp")]).toEqual([["answer"], [[]]]);
    }
  });
});

describe("PORT-27", () => {
  test("PORT-27: a port of a reply-local slot brings the reply to the core that took it, one from elsewhere to the other core", () => {
    const script = { a: ask(0, { count: 4 }), b: ask(1, { count: 4 }), ...Object.fromEntries(from(1024, 1031).map((port) => [`of${port}`, replyCore(port)])) };
    const played = play(shuffled, script);
    expect([played.ports("a"), played.ports("b")]).toEqual([[1025, 1027, 1024, 1026], [1029, 1031, 1028, 1030]]);
    expect([...played.ports("a"), ...played.ports("b")].map((port) => played.outcome(`of${port}`)[1])).toEqual([0, 0, 1, 1, 1, 1, 0, 0]);
  });
  test("PORT-27: the remote's port turns the cores round, its address and the protocol table count too; an ICMP identifier does not", () => {
    // Of 203.0.113.5 and .6 the hashes of the low bit differ by the parity of (5 xor 6) & 0x36ad, which is 1.
    const remotes = { ...shuffled, remotes: ["203.0.113.5", "203.0.113.6"] };
    const script = { a: replyCore(1025), port: replyCore(1025, { remotePort: 81 }), remote: replyCore(1025, { remote: 1 }), both: replyCore(1025, { remote: 1, remotePort: 81 }), slot: replyCore(1024), icmp: replyCore(1025, { protocol: "icmp" }), icmp2: replyCore(1024, { protocol: "icmp", remotePort: 81 }) };
    const played = play(remotes, script);
    expect(Object.keys(script).map((id) => played.outcome(id)[1])).toEqual([0, 1, 1, 0, 1, 0, 0]);
  });
  test("PORT-27: with fewer bits than slots several slots share a bucket", () => {
    const two = { ...shuffled, slotBits: 2, ownPerSlot: 1 };
    const ports = from(1024, 1039);
    const played = play(two, { ...Object.fromEntries(ports.map((port) => [`at${port}`, locate(port)])), ...Object.fromEntries(ports.map((port) => [`of${port}`, replyCore(port)])) });
    const slots = ports.map((port) => played.outcome(`at${port}`)[2]);
    expect([...new Set(slots)].sort()).toEqual([0, 1, 2, 3]);
    expect(ports.map((port) => played.outcome(`of${port}`)[1])).toEqual(slots.map((slot) => slot & 1));
  });
  test("PORT-27: the indirection table decides, and one that names no such core is refused", () => {
    const table = (indirection: number[], cores = 3) => play({ ...shuffled, cores, indirection }, { a: replyCore(1025), b: replyCore(1024) });
    expect([[2, 1], [1, 1], [0, 2]].map((one) => [table(one).outcome("a")[1], table(one).outcome("b")[1]])).toEqual([[2, 1], [1, 1], [0, 2]]);
    expect(() => table([0, 2], 2)).toThrow("PORT-27");
    expect(() => table([0, 1, 0])).toThrow("PORT-27");
  });
});
