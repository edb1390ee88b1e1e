/** The hash, and what of a packet it looks at. */
import { describe, expect, test } from "vitest";
import { symmetricKey, type Extension, type Protocol, type RssConfig } from "../../spec/rss-distribution/terms.ts";
import { base, packet, said, see, share, six, under } from "../play-rss.ts";

/** Microsoft's verification suite; `reversed` is the hash with ports the other way, computed apart (IPv4 only). */
interface Vector {
  readonly source: string;
  readonly sourcePort: number;
  readonly destination: string;
  readonly destinationPort: number;
  readonly withPorts: string;
  readonly byAddresses: string;
  readonly reversed?: string;
}
const vectors: readonly Vector[] = [
  { source: "66.9.149.187", sourcePort: 2794, destination: "161.142.100.80", destinationPort: 1766, withPorts: "51ccc178", byAddresses: "323e8fc2", reversed: "fde799b2" },
  { source: "199.92.111.2", sourcePort: 14230, destination: "65.69.140.83", destinationPort: 4739, withPorts: "c626b0ea", byAddresses: "d718262a", reversed: "e53c74e8" },
  { source: "24.19.198.95", sourcePort: 12898, destination: "12.22.207.184", destinationPort: 38024, withPorts: "5c2b394a", byAddresses: "d2d0a5de", reversed: "a802b849" },
  { source: "38.27.205.30", sourcePort: 48228, destination: "209.142.163.6", destinationPort: 2217, withPorts: "afc7327f", byAddresses: "82989176", reversed: "e1dfcdff" },
  { source: "153.39.163.191", sourcePort: 44251, destination: "202.188.127.2", destinationPort: 1303, withPorts: "10e828a2", byAddresses: "5d1809c5", reversed: "15d05e13" },
  { source: "3ffe:2501:200:1fff::7", sourcePort: 2794, destination: "3ffe:2501:200:3::1", destinationPort: 1766, withPorts: "40207d3d", byAddresses: "2cc18cd5" },
  { source: "3ffe:501:8::260:97ff:fe40:efab", sourcePort: 14230, destination: "ff02::1", destinationPort: 4739, withPorts: "dde51bbf", byAddresses: "0f0c461c" },
  { source: "3ffe:1900:4545:3:200:f8ff:fe21:67cf", sourcePort: 44251, destination: "fe80::200:f8ff:fe21:67cf", destinationPort: 38024, withPorts: "02d1feef", byAddresses: "4b61e985" },
];

/** One conversation between the two ends of a vector. */
function between({ source, sourcePort, destination, destinationPort }: Vector, protocol: Protocol, key = base.key): RssConfig {
  const ports = protocol === "icmp" ? { sourcePort: 0, destinationPort: 0 } : { sourcePort, destinationPort };
  return { ...base, key, addresses: [source, destination], conversations: [{ protocol, source: 0, destination: 1, ...ports }], internal: [-1, -1] };
}
/** The hash of the outcome of one packet. */
function hashIn(config: RssConfig, flow: number, more = {}): string {
  const [, hash] = /hash ([0-9a-f]{8})/.exec(see(config, [[3, packet(flow, more)]]).outcomeWords("op0"))!;
  return hash;
}

describe("the hash", () => {
  test.each(vectors)("RSS-1: $source port $sourcePort → $destination port $destinationPort over TCP and UDP hashes to $withPorts", (vector) => {
    expect(hashIn(between(vector, "tcp"), 0)).toBe(vector.withPorts);
    expect(hashIn(between(vector, "udp"), 0)).toBe(vector.withPorts);
  });
  test.each(vectors)("RSS-1: $source → $destination over ICMP, and as a fragment, hashes to $byAddresses", (vector) => {
    const fragment = vector.source.includes(":") ? { extensions: ["fragment"] } : { fragment: true };
    expect(hashIn(between(vector, "icmp"), 0)).toBe(vector.byAddresses);
    expect(hashIn(between(vector, "tcp"), 0, fragment)).toBe(vector.byAddresses);
  });
  test.each(vectors.filter((vector) => vector.reversed !== undefined))("RSS-1: $source → $destination reversed hashes to $reversed", (vector) => {
    expect(hashIn(between(vector, "tcp"), 1)).toBe(vector.reversed);
  });
  test.each(vectors)("RSS-1: under the symmetric key $source → $destination and its reverse hash alike", (vector) => {
    for (const protocol of ["tcp", "icmp"] as const) {
      const config = between(vector, protocol, symmetricKey);
      expect(hashIn(config, 1)).toBe(hashIn(config, 0));
    }
    expect(hashIn(between(vector, "tcp"), 1)).not.toBe(vector.withPorts);
  });
  test.each([
    [0, "9fcc9fcc"],
    [1, "60d760d7"],
  ])("RSS-1: under the symmetric key vector %i hashes to %s in both directions", (at, hash) => {
    const config = between(vectors[at], "udp", symmetricKey);
    expect([hashIn(config, 0), hashIn(config, 1)]).toEqual([hash, hash]);
  });

  // 51ccc178 ends in …0001 0111 1000.
  test.each([
    [1, 0],
    [4, 8],
    [5, 24],
    [7, 120],
  ])("RSS-2: the lowest %i bits of 51ccc178 are bucket %i", (bits, bucket) => {
    const elsewhere = Array.from({ length: 1 << bits }, () => 0);
    expect(said(see({ ...base, bits, indirection: elsewhere.with(bucket, 3) }, [[1, packet(0)]]), "op0")).toEqual(["placed on core 3 (hash 51ccc178)"]);
    expect(said(see({ ...base, bits, indirection: elsewhere.map((_, at) => (at === bucket ? 0 : 3)) }, [[1, packet(0)]]), "op0")).toEqual(["placed on core 0 (hash 51ccc178)"]);
  });

  test("RSS-8: an encapsulated packet is decided by its inner headers, however they are hidden", () => {
    for (const sealed of [null, "encrypted", "compressed"] as const) {
      const seen = see(base, [[1, packet(0, { outer: 2, sealed })]]);
      expect(seen.stages("op0")).toEqual(["unwrap", "by-hash"]);
      expect(said(seen, "op0")).toEqual(["placed on core 0 (hash 51ccc178)"]);
    }
    expect(see(base, [[1, packet(0)]]).stages("op0")).toEqual(["by-hash"]);
  });
  test("RSS-8: rules too look at the inner headers", () => {
    const rules = [{ protocol: null, source: null, destination: null, sourcePort: null, destinationPort: 4739, core: 1, on: true }];
    expect(see({ ...base, rules }, [[1, packet(0, { outer: 2 })], [1, packet(2, { outer: 0 })]]).stages("op0")).toEqual(["unwrap", "by-hash"]);
    expect(see({ ...base, rules }, [[1, packet(2, { outer: 0 })]]).stages("op0")).toEqual(["unwrap", "by-rule"]);
  });
});

describe("extension headers", () => {
  const seenPast: readonly Extension[][] = [[], ["hop-by-hop"], ["routing", "destination", "authentication"]];
  const hiding: readonly Extension[][] = [["fragment"], ["hop-by-hop", "encrypted"], ["destination", "none"]];
  test.each(seenPast.map((extensions) => ({ extensions })))("RSS-15: ports are seen past $extensions", ({ extensions }) => {
    expect(hashIn(six, 0, { extensions })).toBe("40207d3d");
  });
  test.each(hiding.map((extensions) => ({ extensions })))("RSS-15: $extensions leave the two addresses", ({ extensions }) => {
    expect(hashIn(six, 0, { extensions })).toBe("2cc18cd5");
  });
  test("RSS-15: profile patent does not look for ports past any header, the others do", () => {
    const hash = (profile: string, extensions: readonly Extension[]): string => see(six, [[1, packet(0, { extensions })]], { profile }).outcomeWords("op0");
    expect(hash("patent", ["routing"])).toContain("2cc18cd5");
    expect(hash("rfc", ["routing"])).toContain("40207d3d");
    expect(hash("patent", [])).toContain("40207d3d");
  });
  test("RSS-15: a rule on the protocol covers a packet with a fragment header, and none whose protocol is encrypted", () => {
    const rules = [{ protocol: "tcp", source: null, destination: null, sourcePort: null, destinationPort: null, core: 3, on: true }] as const;
    expect(see({ ...six, rules }, [[1, packet(0, { extensions: ["fragment"] })]]).stages("op0")).toEqual(["by-rule"]);
    expect(see({ ...six, rules }, [[1, packet(0, { extensions: ["encrypted"] })]]).stages("op0")).toEqual(["by-hash"]);
    expect(see({ ...six, rules }, [[1, packet(0, { extensions: ["fragment"] })]], { profile: "patent" }).stages("op0")).toEqual(["by-hash"]);
  });
});

describe("hashes of other nodes", () => {
  const carried = { carried: { hash: 0xfffffffe, node: 1 } };
  test("RSS-7: a hash is used if its node has adopted the key, and computed anew if not", () => {
    const seen = see(base, [[1, packet(0, carried)], [1, share(1)], [1, packet(0, carried)]]);
    expect(said(seen, "op0", "op2")).toEqual(["placed on core 0 (hash 51ccc178)", "placed on core 2 (hash fffffffe)"]);
    expect([seen.stages("op0"), seen.stages("op2")]).toEqual([["by-hash"], ["by-carried-hash"]]);
  });
  test("RSS-7: a node adopts bits and every bucket, and then answers for its cores", () => {
    const ask = { kind: "node-core", node: 1, hash: 0x51ccc17b } as const;
    const seen = see({ ...base, indirection: [3, 2, 1, 0] }, [[1, ask], [1, share(1)], [1, ask]]);
    expect(seen.stages("op1")).toEqual(["share-key", "share-bucket", "share-bucket", "share-bucket", "share-bucket", "share-end"]);
    expect(seen.entry("peer.bits[node 1]")).toBe(2);
    expect([0, 1, 2, 3].map((bucket) => seen.entry(`peerBucket.core[node 1 bucket ${bucket}]`))).toEqual([4, 3, 2, 1]);
    expect(said(seen, "op0", "op2")).toEqual(["refused", "done: 0"]);
  });
  test("RSS-7: a node with another number of cores does not adopt the key", () => {
    expect(see(base, [[1, share(2)]]).stages("op0")).toEqual(["refuse-peer"]);
  });
  test("RSS-7: a table that changes meanwhile is adopted anew, and until the end the node has adopted nothing", () => {
    const move = { kind: "rebalance", bucket: 0, to: 3 } as const;
    const seen = see(base, [[1, share(1)], [1, share(1)], [0, move], [2, packet(0, { carried: { hash: 1, node: 1 } })]], { switches: ["op1@3>op3", "op1@4>op2"] });
    expect(seen.stages("op1").filter((stage) => stage !== "share-bucket")).toEqual(["share-key", "share-again", "share-end"]);
    expect(seen.stages("op3")).toEqual(["by-hash"]);
    expect(seen.entry("peerBucket.core[node 1 bucket 0]")).toBe(4);
  });
  test("RSS-7: moves after the adoption are known there after the next one", () => {
    const move = { kind: "rebalance", bucket: 0, to: 3 } as const;
    const ask = { kind: "node-core", node: 1, hash: 0 } as const;
    expect(said(see(base, [[1, share(1)], [0, move], [1, ask], [1, share(1)], [1, ask]]), "op2", "op4")).toEqual(["done: 0", "done: 3"]);
  });
});

describe("replies", () => {
  const reply = (more = {}) => ({ kind: "reply-core", flow: 0, address: 0, port: 2794, ...more }) as const;
  test("RSS-10: the reply's core is that of the reversed tuple, where its packet goes", () => {
    expect(said(see(base, [[3, reply()], [3, packet(1)]]), "op0", "op1")).toEqual(["done: 2 (hash fde799b2)", "placed on core 2 (hash fde799b2)"]);
  });
  test("RSS-10: it is the translated endpoint that counts", () => {
    // The third vector's address and port in place of flow 1's destination: another hash, the one of that tuple.
    const translated = { ...base, addresses: ["66.9.149.187", "161.142.100.80", "24.19.198.95"], conversations: [base.conversations[0], { ...base.conversations[0], source: 2, sourcePort: 12898 }], internal: [-1, -1, -1] };
    const seen = see(translated, [[3, reply({ address: 2, port: 12898 })], [3, packet(3)]]);
    expect(seen.outcome("op0").slice(1)).toEqual(seen.outcome("op1").slice(1));
    expect(said(seen, "op0")[0]).not.toContain("fde799b2");
  });
  test("RSS-10: a rule, a steering entry or one core of a list foresees it; load, cards and other nodes do not", () => {
    const rules = [{ protocol: null, source: 1, destination: null, sourcePort: null, destinationPort: null, core: 3, on: true }];
    expect(said(see({ ...base, rules }, [[3, reply()]]), "op0")).toEqual(["done: 3"]);
    expect(said(see({ ...base, steering: [{ by: "port", value: 2794, core: 1 }] }, [[3, reply()]]), "op0")).toEqual(["done: 1"]);
    const lists = (...first: readonly number[]) => under({ kind: "virtual-address", coresOf: [first, [], [], []] }, { kind: "hash" });
    expect(said(see(lists(3), [[3, reply()]]), "op0")).toEqual(["done: 3"]);
    expect(said(see(lists(), [[3, reply()]]), "op0")).toEqual(["done: 2 (hash fde799b2)"]);
    expect(said(see(lists(1, 3), [[3, reply()]]), "op0")).toEqual(["cannot be foreseen"]);
    expect(said(see(lists(1, 3), [[0, { kind: "core-down", core: 1 }], [3, reply()]]), "op1")).toEqual(["done: 3"]);
    expect(said(see(under({ kind: "card", coresOf: [[], [1]] }, { kind: "hash" }), [[3, reply()]]), "op0")).toEqual(["cannot be foreseen"]);
    expect(said(see(under({ kind: "card", coresOf: [[], []] }, { kind: "hash" }), [[3, reply()]]), "op0")).toEqual(["done: 2 (hash fde799b2)"]);
    expect(said(see(under({ kind: "least-loaded", packets: 1 }), [[3, reply()]]), "op0")).toEqual(["cannot be foreseen"]);
    expect(said(see({ ...base, internal: [1, -1, -1, -1] }, [[3, reply()]]), "op0")).toEqual(["cannot be foreseen"]);
    expect(said(see({ ...base, internal: [0, -1, -1, -1] }, [[3, reply()]]), "op0")).toEqual(["done: 0"]);
  });
});
