/** Small worlds of port allocation: the last ports of a table, handed over, resting and claimed, in each kind of allocation. */
import { scopesOf, type Earlier, type Scope, type SmallWorld } from "../../engine/explore/scope.ts";
import type { Allocate, PortCommand, PortConfig } from "../../../spec/port-allocation/terms.ts";
import { publishedKey, symmetricKey } from "../../../spec/rss-distribution/terms.ts";

type World = SmallWorld<PortConfig, PortCommand>;
type Wish = Partial<Omit<Allocate, "kind">>;

function ask(count: number, wish: Wish = {}): Allocate {
  return { kind: "allocate", subscriber: 0, address: 0, protocol: "tcp", remote: 0, remotePort: 80, privatePort: 4000, typePort: 0, want: null, count, ...wish };
}

/** What all these worlds have in common: one table of few ports. */
export const fewPorts: PortConfig = {
  cores: 2,
  family: 4,
  addresses: ["198.51.100.1"],
  remotes: ["203.0.113.5"],
  subscribers: 2,
  allocation: "dynamic",
  low: 1024,
  high: 1029,
  wellKnown: null,
  parity: false,
  preserve: false,
  key: publishedKey,
  bits: 1,
  indirection: [0, 1],
  slotBits: 1,
  chunk: 2,
  ownPerSlot: 0,
  ownSlots: 0,
  blockSize: 0,
  blocksPerSubscriber: 1,
  memoryOptimised: false,
  mapping: "endpoint-independent",
  reuseDelayMs: 0,
  delayQueueMax: 1,
};

/** Each core holds a chunk; one port of core 1's was freed on core 0 and waits to be collected; one chunk is left. */
const shuffled: World = {
  system: "port-allocation",
  name: "shuffled",
  profile: "product",
  config: { ...fewPorts, wellKnown: { low: 1000, high: 1000 } },
  before: [
    { do: "op", node: 0, core: 0, command: ask(1) },
    { do: "op", node: 0, core: 1, command: ask(1) },
    { do: "op", node: 0, core: 1, command: ask(1) },
    { do: "op", node: 0, core: 0, command: { kind: "free", of: "op2" } },
  ],
  commands: ([zero, one]: readonly Earlier<PortCommand>[]) => [
    ask(1),
    ask(2, { subscriber: 1 }),
    ask(4),
    ask(1, { want: { port: 1026 } }),
    ask(2, { want: { low: 1027, high: 1029 } }),
    ask(1, { privatePort: 1000 }),
    { kind: "free", of: zero.id },
    { kind: "free", of: one.id },
    { kind: "collect" },
    { kind: "age" },
    { kind: "locate", port: 1026 },
    { kind: "reply-core", protocol: "tcp", remote: 0, remotePort: 80, address: 0, port: 1026 },
  ],
};

/** Each core has a port of its own in each of two slots, and core 0 a chunk. Freed ports rest, one at most of each core: one rests, and is due when the clock moves on. */
const resting: World = {
  system: "port-allocation",
  name: "resting",
  profile: "rfc",
  config: { ...fewPorts, key: symmetricKey, high: 1031, ownPerSlot: 1, reuseDelayMs: 50, memoryOptimised: true },
  before: [
    { do: "op", node: 0, core: 0, command: ask(3) },
    { do: "op", node: 0, core: 0, command: ask(1) },
    { do: "op", node: 0, core: 1, command: ask(1) },
    { do: "op", node: 0, core: 1, command: { kind: "free", of: "op1" } },
    { do: "op", node: 0, core: 0, command: { kind: "collect" } },
    { do: "advance", node: 0, ms: 50 },
  ],
  unsettled: 1,
  commands: ([zero, , two]: readonly Earlier<PortCommand>[]) => [
    ask(1),
    ask(2, { subscriber: 1, remotePort: 443 }),
    ask(4, { want: { low: 1024, high: 1029 } }),
    ask(1, { want: { port: 1024 } }),
    ask(1, { want: { port: 1028 } }),
    { kind: "free", of: zero.id },
    { kind: "free", of: two.id },
    { kind: "collect" },
    { kind: "age" },
    { kind: "locate", port: 1025 },
    { kind: "reply-core", protocol: "tcp", remote: 0, remotePort: 80, address: 0, port: 1025 },
  ],
};

/** Three blocks of two chunks, one reserved for each of two subscribers. */
const blocks: World = {
  system: "port-allocation",
  name: "blocks",
  profile: "product",
  config: { ...fewPorts, allocation: "block", blockSize: 2, chunk: 1 },
  before: [
    { do: "op", node: 0, core: 0, command: { kind: "reserve-block", subscriber: 0, protocol: "tcp", address: 0, block: 0 } },
    { do: "op", node: 0, core: 1, command: ask(1, { subscriber: 0, want: { port: 1025 } }) },
    { do: "op", node: 0, core: 1, command: { kind: "reserve-block", subscriber: 1, protocol: "tcp", address: -1, block: -1 } },
  ],
  commands: ([zero, one, two]: readonly Earlier<PortCommand>[]) => [
    ask(1, { subscriber: 0 }),
    ask(2, { subscriber: 1, address: -1 }),
    { kind: "free", of: one.id },
    { kind: "collect" },
    { kind: "age" },
    { kind: "reserve-block", subscriber: 1, protocol: "tcp", address: 0, block: -1 },
    { kind: "reserve-block", subscriber: 0, protocol: "tcp", address: 0, block: 2 },
    { kind: "release-block", of: zero.id },
    { kind: "release-block", of: two.id },
    { kind: "locate", port: 1024 },
    { kind: "reply-core", protocol: "tcp", remote: 0, remotePort: 80, address: 0, port: 1024 },
  ],
};

/** Every subscriber has two ports of its own, one of which waits for core 1 to collect it. */
const deterministic: World = {
  system: "port-allocation",
  name: "deterministic",
  profile: "product",
  config: { ...fewPorts, allocation: "deterministic", high: 1027, chunk: 1, preserve: true },
  before: [
    { do: "op", node: 0, core: 0, command: ask(1, { address: -1, privatePort: 1024 }) },
    { do: "op", node: 0, core: 1, command: ask(1, { address: -1 }) },
    { do: "op", node: 0, core: 0, command: { kind: "free", of: "op1" } },
  ],
  commands: ([zero]: readonly Earlier<PortCommand>[]) => [
    ask(1, { address: -1, privatePort: 1024 }),
    ask(2, { address: -1 }),
    { kind: "free", of: zero.id },
    { kind: "collect" },
    { kind: "age" },
    { kind: "locate", port: 1024 },
    { kind: "inverse", address: 0, port: 1024 },
    { kind: "reply-core", protocol: "tcp", remote: 0, remotePort: 80, address: 0, port: 1024 },
  ],
};

/** Small configurations. */
export function worlds(): readonly World[] {
  return [shuffled, resting, blocks, deterministic];
}

/** `quick`, `pairs` and `night`. */
export function scopes(): readonly Scope[] {
  return scopesOf(worlds(), { threes: 12, fours: 9 });
}
