/** Small worlds of shared memory: the last free object of a page, objects that others release, cores that start up at the same moment. */
import { scopesOf, type Earlier, type Scope, type SmallWorld } from "../../engine/explore/scope.ts";
import type { Allocate, SlabCommand, SlabConfig } from "../../../spec/memory-slab/terms.ts";

type World = SmallWorld<SlabConfig, SlabCommand>;

function allocate(what: Allocate["what"], on: number | null = null): Allocate {
  return { kind: "allocate", what, on };
}

const fewPages: SlabConfig = {
  cores: 2,
  limitPages: 3,
  initialPages: 1,
  pageUnits: 5,
  privatePages: 0,
  kinds: [{ kind: "session", units: 2 }, { kind: "shared-port-table", units: 5 }],
  tableUnits: 1,
  localUnits: 1,
  ports: 1,
  scanMs: 1000,
};

/** Core 0's page is full, one of its objects is core 1's and one on the list to be scanned; one page is left for whoever needs it first. */
const listed: World = {
  system: "memory-slab",
  name: "listed",
  profile: "product",
  config: fewPages,
  before: [
    { do: "op", node: 0, core: 0, command: { kind: "start-up" } },
    { do: "op", node: 0, core: 1, command: { kind: "start-up" } },
    { do: "op", node: 0, core: 0, command: allocate("session") },
    { do: "op", node: 0, core: 0, command: { kind: "refer", of: "op2" } },
    { do: "op", node: 0, core: 1, command: allocate("session", 0) },
    { do: "op", node: 0, core: 1, command: { kind: "reserve", units: 1 } },
    { do: "op", node: 0, core: 1, command: { kind: "attach", of: "op4" } },
    { do: "op", node: 0, core: 1, command: { kind: "free", of: "op4" } },
  ],
  commands: ([, , object, reference, , reservation]: readonly Earlier<SlabCommand>[]) => [
    allocate("session"),
    allocate("session", 0),
    allocate("shared-port-table"),
    { kind: "free", of: object.id },
    { kind: "refer", of: object.id },
    { kind: "unrefer", of: reference.id },
    { kind: "attach", of: object.id },
    { kind: "read", of: object.id },
    { kind: "scan" },
    { kind: "reserve", units: 2 },
    { kind: "give-back", of: reservation.id },
    { kind: "start-up" },
    { kind: "place", what: "session" },
  ],
};

/** An object nobody refers to, in profile `patent`, where a page goes back with its last object; the timer of the scan is due. */
const lastOfPage: World = {
  system: "memory-slab",
  name: "last of a page",
  profile: "patent",
  config: { ...fewPages, limitPages: 2, pageUnits: 4, kinds: [{ kind: "session", units: 2 }] },
  before: [
    { do: "op", node: 0, core: 0, command: { kind: "start-up" } },
    { do: "op", node: 0, core: 1, command: { kind: "start-up" } },
    { do: "op", node: 0, core: 0, command: allocate("session") },
    { do: "op", node: 0, core: 1, command: allocate("session", 0) },
    { do: "op", node: 0, core: 1, command: { kind: "free", of: "op3" } },
    { do: "advance", node: 0, ms: 1000 },
  ],
  unsettled: 1,
  commands: ([, , object]: readonly Earlier<SlabCommand>[]) => [
    allocate("session"),
    allocate("session", 0),
    { kind: "free", of: object.id },
    { kind: "refer", of: object.id },
    { kind: "attach", of: object.id },
    { kind: "scan" },
  ],
};

/** Locked, replicated and private kinds. One page is left: a replica on core 0 takes it, and the one on core 1 has none. */
const otherKinds: World = {
  system: "memory-slab",
  name: "other kinds",
  profile: "product",
  config: { ...fewPages, limitPages: 5, pageUnits: 4, privatePages: 1, kinds: [{ kind: "shared-port-table", units: 2 }, { kind: "subscriber", units: 4 }, { kind: "configuration", units: 4 }] },
  before: [
    { do: "op", node: 0, core: 0, command: { kind: "start-up" } },
    { do: "op", node: 0, core: 1, command: { kind: "start-up" } },
    { do: "op", node: 0, core: 0, command: allocate("shared-port-table") },
    { do: "op", node: 0, core: 0, command: allocate("configuration") },
    { do: "op", node: 0, core: 0, command: allocate("subscriber") },
  ],
  commands: ([, , table, own, replicas]: readonly Earlier<SlabCommand>[]) => [
    allocate("shared-port-table"),
    allocate("subscriber"),
    allocate("configuration"),
    { kind: "free", of: table.id },
    { kind: "free", of: own.id },
    { kind: "free", of: replicas.id },
    { kind: "refer", of: replicas.id },
    { kind: "attach", of: replicas.id },
    { kind: "scan" },
  ],
};

/** No core has started up: there is neither memory nor a table, and not room for the tables of both and what is reserved. */
const starting: World = {
  system: "memory-slab",
  name: "starting",
  profile: "product",
  config: { ...fewPages, pageUnits: 3, kinds: [{ kind: "session", units: 3 }] },
  before: [],
  commands: () => [{ kind: "start-up" }, { kind: "reserve", units: 1 }, allocate("session"), allocate("session", 1), { kind: "scan" }, { kind: "place", what: "hash-table" }],
};

/** Core 1 is ready and has an object, core 0 starts up while it is asked for things. */
const halfReady: World = {
  system: "memory-slab",
  name: "half ready",
  profile: "product",
  config: { ...fewPages, pageUnits: 3, kinds: [{ kind: "session", units: 3 }] },
  before: [
    { do: "op", node: 0, core: 1, command: { kind: "start-up" } },
    { do: "op", node: 0, core: 1, command: allocate("session") },
  ],
  commands: ([, object]: readonly Earlier<SlabCommand>[]) => [{ kind: "start-up" }, allocate("session", 1), allocate("session", 0), { kind: "free", of: object.id }, { kind: "scan" }],
};

/** Small configurations, from nothing to a page that is nearly full. */
export function worlds(): readonly World[] {
  return [listed, lastOfPage, otherKinds, starting, halfReady];
}

/** `quick`, `pairs` and `night`. */
export function scopes(): readonly Scope[] {
  return scopesOf(worlds(), { threes: 13, fours: 9 });
}
