/** Small worlds of the node: one flow, few ports, units and structures, and everything that a node can be told. */
import { scopesOf, type Earlier, type Scope, type SmallWorld } from "../../engine/explore/scope.ts";
import type { NodeCommand, NodeConfig } from "../../../spec/node/terms.ts";
import { publishedKey } from "../../../spec/rss-distribution/terms.ts";

type World = SmallWorld<NodeConfig, NodeCommand>;

function send(port: number, subscriber = 0): NodeCommand {
  return { kind: "send", protocol: "udp", subscriber, port, remote: 0, salt: 0 };
}

const small: NodeConfig = {
  cores: 2,
  subscribers: [{ domain: 0, address: "100.64.0.1" }],
  remotes: [{ address: "198.51.100.1", port: 80 }],
  addresses: ["203.0.113.1"],
  low: 1024,
  high: 1025,
  rules: [{ action: "permit", direction: "both", source: null, destination: null }],
  statics: [],
  type: { mapping: true, fullCone: true, pairing: false },
  idleMs: { tcp: 1000, udp: 1000, icmp: 1000 },
  sweepMs: 2000,
  distribution: { scheme: "hash", key: publishedKey, table: [0, 1], carrier: "shared", queueMax: 1 },
  memory: { limitPages: 3, initialPages: 1, pageUnits: 3, sessionUnits: 3, scanMs: 5000 },
  ports: {
    allocation: "dynamic",
    slotBits: 1,
    chunk: 1,
    ownPerSlot: 0,
    ownSlots: 0,
    blockSize: 0,
    blocksPerSubscriber: 1,
    parity: false,
    preserve: false,
    memoryOptimised: false,
    reuseDelayMs: 0,
    delayQueueMax: 1,
  },
  quotas: [{ ports: { total: 2, exclusive: 0, chunk: 1 }, sessions: null }],
  groupOf: [0],
};

function everyKind(earlier: readonly Earlier<NodeCommand>[]): NodeCommand[] {
  return [
    send(4000),
    { kind: "arrive", protocol: "udp", remote: 0, address: 0, externalPort: 1024, salt: 0 },
    { kind: "reply", of: earlier[earlier.length - 1].id, salt: 0 },
    { kind: "loop", protocol: "udp", subscriber: 0, port: 4001, address: 0, externalPort: 1024, salt: 0 },
    { kind: "rebalance", bucket: 0, to: 1 },
    { kind: "sweep" },
    { kind: "configure", type: { mapping: false, fullCone: false, pairing: false } },
    { kind: "reconfigure", group: 0, resource: "ports", to: { total: 3, exclusive: 1, chunk: 1 } },
    { kind: "start-up" },
    { kind: "collect" },
    { kind: "age" },
  ];
}

/** Both cores are ready and one session has been idle long enough. */
const due: World = {
  system: "node",
  name: "due",
  profile: "product",
  config: small,
  before: [
    { do: "op", node: 0, core: 0, command: { kind: "start-up" } },
    { do: "op", node: 0, core: 1, command: { kind: "start-up" } },
    { do: "op", node: 0, core: 0, command: send(4000) },
    { do: "advance", node: 0, ms: 1000 },
  ],
  commands: everyKind,
};

/** Any core takes any packet, both keys are global, and nothing has been sent. */
const anywhere: World = {
  system: "node",
  name: "anywhere",
  profile: "product",
  config: { ...small, distribution: { ...small.distribution, scheme: "least-loaded" }, high: 1026 },
  before: [
    { do: "op", node: 0, core: 0, command: { kind: "start-up" } },
    { do: "op", node: 0, core: 1, command: { kind: "start-up" } },
  ],
  commands: () => [send(4000), send(4001)],
};

/** The only port is in use, so two subscribers' packets are refused theirs, and the units that they were granted go back. */
const portless: World = {
  system: "node",
  name: "portless",
  profile: "product",
  config: { ...small, subscribers: [...small.subscribers, { domain: 0, address: "100.64.0.2" }], groupOf: [0, 0], high: 1024, distribution: { ...small.distribution, scheme: "least-loaded" }, memory: { ...small.memory, limitPages: 4 } },
  before: [
    { do: "op", node: 0, core: 0, command: { kind: "start-up" } },
    { do: "op", node: 0, core: 1, command: { kind: "start-up" } },
    { do: "op", node: 0, core: 0, command: send(4000) },
  ],
  commands: () => [send(4001), send(4001, 1)],
};

/** What may change what decides before the scheme, and who is there. */
const changes: readonly NodeCommand[] = [
  { kind: "core-down", core: 1 },
  { kind: "core-up", core: 1 },
  { kind: "set-rule", rule: 0, on: true },
  { kind: "steer", entry: 0, core: 1 },
  { kind: "register", address: 1, node: 0 },
  { kind: "vote" },
];

/** One session, made by the core that has been voted for; a rule and a steering entry that do not hold yet. */
const governed: World = {
  system: "node",
  name: "governed",
  profile: "product",
  config: {
    ...small,
    distribution: {
      ...small.distribution,
      scheme: "votes",
      policy: {
        controlCarries: true,
        rules: [{ protocol: null, source: 0, destination: null, sourcePort: null, destinationPort: null, core: 1, on: false }],
        steering: [{ by: "port", value: 80, core: -1 }],
      },
    },
  },
  before: [
    { do: "op", node: 0, core: 0, command: { kind: "start-up" } },
    { do: "op", node: 0, core: 1, command: { kind: "start-up" } },
    { do: "op", node: 0, core: 1, command: { kind: "vote" } },
    { do: "op", node: 0, core: 0, command: send(4000) },
  ],
  commands: (earlier) => {
    const [sent, ...others] = everyKind(earlier);
    return [sent, ...changes, ...others];
  },
};

/** Small configurations. */
export function worlds(): readonly World[] {
  return [due, governed, anywhere, portless];
}

/** `quick`, `pairs` and `night`. */
export function scopes(): readonly Scope[] {
  return scopesOf(worlds(), { threes: 4, fours: 1 });
}
