/** Small worlds of NAT sessions: one flow met on two cores, the last port and structure, sessions that fall due while somebody uses them. */
import { scopesOf, type Earlier, type Scope, type SmallWorld } from "../../engine/explore/scope.ts";
import type { NatCommand, NatConfig, NatType } from "../../../spec/nat-session/terms.ts";

type World = SmallWorld<NatConfig, NatCommand>;

function send(port: number, remote = 0, subscriber = 0): NatCommand {
  return { kind: "send", protocol: "udp", subscriber, port, remote, salt: 0 };
}
function arrive(externalPort: number, remote = 0): NatCommand {
  return { kind: "arrive", protocol: "udp", remote, address: 0, externalPort, salt: 0 };
}
function configure(type: Partial<NatType>): NatCommand {
  return { kind: "configure", type: { mapping: true, fullCone: true, pairing: true, ...type } };
}

const fewSessions: NatConfig = {
  cores: 2,
  subscribers: [{ domain: 0, address: "100.64.0.1" }],
  remotes: [{ address: "198.51.100.1", port: 80 }, { address: "198.51.100.1", port: 81 }],
  addresses: ["203.0.113.1"],
  low: 1024,
  high: 1025,
  rules: [{ action: "permit", direction: "both", source: null, destination: null }],
  statics: [],
  type: { mapping: true, fullCone: true, pairing: true },
  objects: 2,
  quota: 3,
  table: [0, 1],
  perPacket: true,
  idleMs: { tcp: 1000, udp: 1000, icmp: 1000 },
  sweepMs: 2000,
};

/** Packets are processed where they arrive: core 0 made a session and core 1 has a copy of it; both have been idle long enough, nobody has swept yet. */
const due: World = {
  system: "nat-session",
  name: "due",
  profile: "product",
  config: fewSessions,
  before: [
    { do: "op", node: 0, core: 0, command: send(4000) },
    { do: "op", node: 0, core: 1, command: send(4000) },
    { do: "advance", node: 0, ms: 1000 },
  ],
  commands: ([zero]: readonly Earlier<NatCommand>[]) => [
    send(4000),
    send(4000, 1),
    send(4001),
    { kind: "loop", protocol: "udp", subscriber: 0, port: 4001, address: 0, externalPort: 1024, salt: 0 },
    arrive(1024),
    arrive(1024, 1),
    { kind: "reply", of: zero.id, salt: 0 },
    { kind: "rebalance", bucket: 0, to: 1 },
    configure({ mapping: false, fullCone: false }),
    { kind: "fail", what: "claim", count: 1 },
    { kind: "sweep" },
  ],
};

/** As `due`, and the sweeps of the timers are due as well: they run among the rest. Every session has a port of its own. */
const swept: World = {
  system: "nat-session",
  name: "swept",
  profile: "rfc",
  config: { ...fewSessions, type: { mapping: false, fullCone: false, pairing: true }, sweepMs: 1000 },
  before: [
    { do: "op", node: 0, core: 0, command: send(4000) },
    { do: "advance", node: 0, ms: 1000 },
  ],
  unsettled: 1,
  commands: ([zero]: readonly Earlier<NatCommand>[]) => [send(4000), send(4001), arrive(1024), { kind: "reply", of: zero.id, salt: 0 }],
};

/** The hash decides whose packet it is: buckets are moved while packets are on their way and sessions are published. */
const moving: World = {
  system: "nat-session",
  name: "moving",
  profile: "product",
  config: { ...fewSessions, perPacket: false, high: 1026, statics: [{ protocol: "udp", subscriber: 0, port: 4002, address: 0, externalPort: 80 }] },
  before: [
    { do: "op", node: 0, core: 0, command: send(4000) },
    { do: "op", node: 0, core: 0, command: send(4001) },
  ],
  commands: ([zero, one]: readonly Earlier<NatCommand>[]) => [
    send(4000),
    send(4001, 1),
    { kind: "loop", protocol: "udp", subscriber: 0, port: 4000, address: 0, externalPort: 80, salt: 0 },
    arrive(1024),
    arrive(80),
    { kind: "reply", of: zero.id, salt: 0 },
    { kind: "reply", of: one.id, salt: 0 },
    { kind: "rebalance", bucket: 0, to: 1 },
    { kind: "rebalance", bucket: 1, to: 0 },
    configure({ fullCone: false }),
    { kind: "fail", what: "own", count: 1 },
    { kind: "sweep" },
  ],
};

/** Nothing there yet: two packets make their sessions at the same moment, each with a structure of its own, for addresses and ports enough; what is lacking is undone. */
const first: World = {
  system: "nat-session",
  name: "first",
  profile: "product",
  config: { ...fewSessions, addresses: ["203.0.113.1", "203.0.113.2"], objects: 1, quota: 2 },
  before: [],
  commands: () => [
    send(4000),
    send(4000, 1),
    send(4001),
    arrive(1024),
    configure({ mapping: false, fullCone: false, pairing: false }),
    { kind: "fail", what: "port", count: 1 },
    { kind: "fail", what: "reverse", count: 1 },
    { kind: "sweep" },
  ],
};

/** Small configurations. */
export function worlds(): readonly World[] {
  return [due, swept, moving, first];
}

/** `quick`, `pairs` and `night`. */
export function scopes(): readonly Scope[] {
  return scopesOf(worlds(), { threes: 10, fours: 6 });
}
