/** Small worlds of distribution over cores: packets on their way while buckets move, cores go and return, votes are used up, other nodes adopt. */
import { scopesOf, type Earlier, type Scope, type SmallWorld } from "../../engine/explore/scope.ts";
import { publishedKey, type Packet, type RssCommand, type RssConfig, type Scheme } from "../../../spec/rss-distribution/terms.ts";

type World = SmallWorld<RssConfig, RssCommand>;

function packet(flow: number, also: Partial<Packet> = {}): Packet {
  return { kind: "packet", flow, card: 0, cost: 1, fragment: false, extensions: [], outer: null, sealed: null, carried: null, tag: null, ...also };
}

const oneFlow: RssConfig = {
  cores: 2,
  control: 0,
  traffic: [true, true],
  key: publishedKey,
  bits: 1,
  indirection: [0, 1],
  addresses: ["192.0.2.1", "192.0.2.2"],
  conversations: [{ protocol: "tcp", source: 0, destination: 1, sourcePort: 1000, destinationPort: 80 }],
  cards: 1,
  rules: [{ protocol: "tcp", source: null, destination: null, sourcePort: null, destinationPort: null, core: 1, on: false }],
  steering: [{ by: "port", value: 80, core: -1 }],
  schemes: [{ kind: "hash" }],
  carrier: "shared",
  queueMax: 1,
  nodes: [2, 2],
  internal: [-1, -1],
  assignable: [1],
};

/** Every kind of command but `vote`, on the one flow that there is. */
function onOneFlow([zero]: readonly Earlier<RssCommand>[]): RssCommand[] {
  return [
    packet(0),
    packet(0, { tag: 1 }),
    packet(1, { carried: { hash: 3, node: 1 } }),
    { kind: "finish", of: zero.id },
    { kind: "rebalance", bucket: 0, to: 1 },
    { kind: "rebalance", bucket: 1, to: 0 },
    { kind: "core-down", core: 1 },
    { kind: "core-up", core: 1 },
    { kind: "set-rule", rule: 0, on: true },
    { kind: "steer", entry: 0, core: 1 },
    { kind: "register", address: 1, node: 0 },
    { kind: "assign", node: 1 },
    { kind: "share-key", node: 1 },
    { kind: "reply-core", flow: 0, address: 1, port: 80 },
    { kind: "node-core", node: 1, hash: 3 },
  ];
}

/** The hash decides, queues hold one packet, and the flow is known to the core of its bucket. */
const hashed: World = {
  system: "rss-distribution",
  name: "hashed",
  profile: "product",
  config: oneFlow,
  before: [{ do: "op", node: 0, core: 0, command: packet(0) }],
  commands: onOneFlow,
};

/** Packets go to whoever voted, or by their hash if nobody did; they are carried by messages, and core 0 has voted. */
const voting: World = {
  system: "rss-distribution",
  name: "voting",
  profile: "product",
  config: { ...oneFlow, schemes: [{ kind: "votes", ageWeight: 1, ageMaxMs: 500, priorityWeight: 1, levels: [1] }, { kind: "hash" }], carrier: "message", queueMax: 2 },
  before: [
    { do: "op", node: 0, core: 0, command: packet(0) },
    { do: "op", node: 0, core: 0, command: { kind: "vote" } },
  ],
  commands: (earlier) => [{ kind: "vote" }, ...onOneFlow(earlier)],
};

/** Core 1 has gone and its bucket with it: packets come while it returns or while tables name it again; another node has adopted the key. */
const returning: World = {
  system: "rss-distribution",
  name: "returning",
  profile: "product",
  config: { ...oneFlow, carrier: "message" },
  before: [
    { do: "op", node: 0, core: 1, command: packet(0) },
    { do: "op", node: 0, core: 1, command: packet(1) },
    { do: "op", node: 0, core: 0, command: { kind: "share-key", node: 1 } },
    { do: "op", node: 0, core: 0, command: { kind: "core-down", core: 1 } },
  ],
  commands: ([zero]) => [
    packet(0),
    packet(1, { carried: { hash: 3, node: 1 } }),
    packet(1, { tag: 1 }),
    { kind: "finish", of: zero.id },
    { kind: "rebalance", bucket: 1, to: 1 },
    { kind: "core-up", core: 1 },
    { kind: "core-down", core: 1 },
    { kind: "share-key", node: 1 },
  ],
};

const twoFlows: RssConfig = { ...oneFlow, conversations: [...oneFlow.conversations, { protocol: "udp", source: 0, destination: 1, sourcePort: 1000, destinationPort: 80 }] };

/** Core 1 established the one conversation and has as much load as its low threshold; the other conversation is new. */
const established: World = {
  system: "rss-distribution",
  name: "established",
  profile: "product",
  config: { ...twoFlows, schemes: [{ kind: "established" }, { kind: "thresholds", low: 1, high: 2 }], queueMax: 2 },
  before: [{ do: "op", node: 0, core: 1, command: packet(0) }],
  commands: ([zero]) => [packet(1), packet(2), packet(3, { cost: 2 }), { kind: "finish", of: zero.id }, { kind: "core-down", core: 1 }, { kind: "core-up", core: 1 }],
};

/** Core 0 is loaded, so core 1 has the turn, or the pair of addresses: it keeps them for what comes next, unless it goes. */
function inTurn(name: string, scheme: Scheme): World {
  return {
    system: "rss-distribution",
    name,
    profile: "product",
    config: { ...twoFlows, schemes: [scheme], queueMax: 2 },
    before: [
      { do: "op", node: 0, core: 0, command: packet(0, { tag: 0, cost: 2 }) },
      { do: "op", node: 0, core: 0, command: packet(2) },
    ],
    commands: ([zero]) => [packet(0), packet(3), { kind: "finish", of: zero.id }, { kind: "core-down", core: 1 }, { kind: "core-up", core: 1 }],
  };
}

/** Small configurations: the hash with all that goes before it, and the schemes that choose by load. */
export function worlds(): readonly World[] {
  return [hashed, voting, returning, established, inTurn("least loaded", { kind: "least-loaded", packets: 3 }), inTurn("by pair", { kind: "pair" })];
}

/** `quick`, `pairs` and `night`. */
export function scopes(): readonly Scope[] {
  return scopesOf(worlds(), { threes: 15, fours: 8 });
}
