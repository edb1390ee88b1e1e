/** Small worlds of quotas: units that two cores want, and changes that come between. */
import { scopesOf, type Earlier, type Scope, type SmallWorld } from "../../engine/explore/scope.ts";
import type { QuotaCommand, QuotaConfig, QuotaParameters, Reconfigure, Request } from "../../../spec/quota/terms.ts";

type World = SmallWorld<QuotaConfig, QuotaCommand>;

function ask(count: number, resource: Request["resource"] = "ports", subscriber = 0): Request {
  return { kind: "request", subscriber, resource, count };
}
function change(to: QuotaParameters | null, resource: Request["resource"] = "ports"): Reconfigure {
  return { kind: "reconfigure", group: 0, resource, to };
}

/** Core 0 holds a chunk of which it uses one unit, core 1 uses its own unit, and one shared unit is left. */
const nearlyUsedUp: World = {
  system: "quota",
  name: "nearly used up",
  profile: "product",
  config: { cores: 2, groupOf: [0], memoryUnits: 0, quotas: [[{ total: 5, exclusive: 1, chunk: 2 }, null, null]] },
  before: [
    { do: "op", node: 0, core: 0, command: ask(2) },
    { do: "op", node: 0, core: 1, command: ask(1) },
  ],
  commands: ([zero, one]: readonly Earlier<QuotaCommand>[]) => [
    ask(1),
    ask(2),
    ask(3),
    { kind: "release", of: zero.id },
    { kind: "release", of: one.id },
    change({ total: 5, exclusive: 0, chunk: 2 }),
    change({ total: 5, exclusive: 2, chunk: 1 }),
    change({ total: 2, exclusive: 0, chunk: 2 }),
    change(null),
    change({ total: 1, exclusive: 1, chunk: 1 }),
  ],
};

/** A core holds less than a chunk, as chunks have grown since: what it gives back meets what the other takes. */
const givingBack: World = {
  system: "quota",
  name: "giving back",
  profile: "product",
  config: { cores: 2, groupOf: [0], memoryUnits: 0, quotas: [[{ total: 6, exclusive: 2, chunk: 1 }, null, null]] },
  before: [
    { do: "op", node: 0, core: 0, command: ask(3) },
    { do: "op", node: 0, core: 1, command: ask(2) },
    { do: "op", node: 0, core: 0, command: change({ total: 6, exclusive: 2, chunk: 2 }) },
  ],
  commands: ([zero, one]: readonly Earlier<QuotaCommand>[]) => [
    ask(1),
    ask(4),
    { kind: "release", of: zero.id },
    { kind: "release", of: one.id },
    change({ total: 4, exclusive: 0, chunk: 2 }),
    change({ total: 6, exclusive: 3, chunk: 1 }),
  ],
};

/** Nothing has been asked for yet: records are made while quotas come and go; one resource has none, one a share of the memory. */
const untouched: World = {
  system: "quota",
  name: "untouched",
  profile: "product",
  config: { cores: 2, groupOf: [0, 0], memoryUnits: 50, quotas: [[{ total: 3, exclusive: 1, chunk: 1 }, null, { total: { percentOfMemory: 5 }, exclusive: 1, chunk: 1 }]] },
  before: [{ do: "op", node: 0, core: 0, command: ask(2, "sessions") }],
  commands: ([zero]: readonly Earlier<QuotaCommand>[]) => [
    ask(1),
    ask(2),
    ask(1, "ports", 1),
    ask(1, "sessions"),
    ask(2, "memory"),
    { kind: "release", of: zero.id },
    change({ total: 4, exclusive: 0, chunk: 2 }),
    change({ total: 3, exclusive: 1, chunk: 1 }, "sessions"),
    change(null),
  ],
};

/** The same with a third core; every quota still has a shared part. */
const onThreeCores: readonly World[] = [nearlyUsedUp, givingBack, untouched].map((world) => ({
  ...world,
  name: `${world.name}, three cores`,
  config: { ...world.config, cores: 3, quotas: world.config.quotas.map((of) => of.map((one) => one && { ...one, total: 7 })) },
}));

/** Small configurations. */
export function worlds(): readonly World[] {
  return [nearlyUsedUp, givingBack, untouched];
}

/** `quick`, `pairs` and `night`. */
export function scopes(): readonly Scope[] {
  return scopesOf(worlds(), { threes: 10, fours: 9, onThreeCores });
}
