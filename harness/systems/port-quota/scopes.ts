/** Small worlds of ports under quotas: the last unit and the last port, which one flow has and the other wants. */
import { scopesOf, type Earlier, type Scope, type SmallWorld } from "../../engine/explore/scope.ts";
import type { Allocate, PortConfig } from "../../../spec/port-allocation/terms.ts";
import type { PortQuotaCommand, PortQuotaConfig } from "../../../spec/port-quota/terms.ts";
import type { QuotaConfig, QuotaParameters } from "../../../spec/quota/terms.ts";
import { fewPorts } from "../port-allocation/scopes.ts";

type World = SmallWorld<PortQuotaConfig, PortQuotaCommand>;

function open(count: number, privatePort = 4000): PortQuotaCommand {
  const allocate: Allocate = { kind: "allocate", subscriber: 0, address: 0, protocol: "tcp", remote: 0, remotePort: 80, privatePort, typePort: 0, want: null, count };
  return { kind: "open", allocate };
}
function change(to: QuotaParameters | null): PortQuotaCommand {
  return { kind: "reconfigure", group: 0, resource: "ports", to };
}
function configOf(ports: Partial<PortConfig>, parameters: QuotaParameters): PortQuotaConfig {
  const quota: QuotaConfig = { cores: 2, groupOf: [0], memoryUnits: 0, quotas: [[parameters, null, null]] };
  return { ports: { ...fewPorts, subscribers: 1, ...ports }, quota };
}

/** Ports suffice, units do not: each core has a flow, core 1 another on a well-known port, a port that was handed over keeps its unit until core 1 collects it. */
const unitsShort: World = {
  system: "port-quota",
  name: "units short",
  profile: "rfc",
  config: configOf({ wellKnown: { low: 1000, high: 1000 }, reuseDelayMs: 50 }, { total: 5, exclusive: 1, chunk: 1 }),
  before: [
    { do: "op", node: 0, core: 0, command: open(1) },
    { do: "op", node: 0, core: 1, command: open(1) },
    { do: "op", node: 0, core: 1, command: open(1) },
    { do: "op", node: 0, core: 0, command: { kind: "close", of: "op2" } },
    { do: "op", node: 0, core: 1, command: open(1, 1000) },
  ],
  commands: ([zero, one, , , wellKnown]: readonly Earlier<PortQuotaCommand>[]) => [
    open(1),
    open(2),
    { kind: "close", of: zero.id },
    { kind: "close", of: one.id },
    { kind: "close", of: wellKnown.id },
    change({ total: 4, exclusive: 0, chunk: 2 }),
    change({ total: 4, exclusive: 2, chunk: 1 }),
    change(null),
    { kind: "collect" },
    { kind: "age" },
  ],
};

/** Units suffice, ports do not: a grant has to be undone, while the quota changes or is used up. */
const portsShort: World = {
  system: "port-quota",
  name: "ports short",
  profile: "product",
  config: configOf({ high: 1026, chunk: 1 }, { total: 6, exclusive: 0, chunk: 2 }),
  before: [
    { do: "op", node: 0, core: 0, command: open(2) },
    { do: "op", node: 0, core: 1, command: open(1) },
  ],
  commands: ([zero, one]: readonly Earlier<PortQuotaCommand>[]) => [
    open(1),
    open(3),
    { kind: "close", of: zero.id },
    { kind: "close", of: one.id },
    change({ total: 6, exclusive: 3, chunk: 2 }),
    change({ total: 2, exclusive: 0, chunk: 1 }),
    { kind: "collect" },
    { kind: "age" },
  ],
};

/** Flows were opened before there was a quota: their units are not counted, those of later ones are. */
const uncounted: World = {
  system: "port-quota",
  name: "uncounted",
  profile: "product",
  config: { ...configOf({}, { total: 0, exclusive: 0, chunk: 1 }), quota: { cores: 2, groupOf: [0], memoryUnits: 0, quotas: [[null, null, null]] } },
  before: [
    { do: "op", node: 0, core: 0, command: open(1) },
    { do: "op", node: 0, core: 1, command: open(1) },
    { do: "op", node: 0, core: 0, command: { kind: "close", of: "op1" } },
    { do: "op", node: 0, core: 0, command: change({ total: 2, exclusive: 0, chunk: 2 }) },
    { do: "op", node: 0, core: 1, command: open(1) },
  ],
  commands: ([zero, , , , four]: readonly Earlier<PortQuotaCommand>[]) => [
    open(1),
    { kind: "close", of: zero.id },
    { kind: "close", of: four.id },
    change(null),
    { kind: "collect" },
  ],
};

/** Small configurations. */
export function worlds(): readonly World[] {
  return [unitsShort, portsShort, uncounted];
}

/** `quick`, `pairs` and `night`. */
export function scopes(): readonly Scope[] {
  return scopesOf(worlds(), { threes: 10, fours: 8 });
}
