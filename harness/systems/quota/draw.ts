/** Drawing configurations and operations of the quota system: small enough that a short case runs out, changes its mind and recovers. */
import type { EventDraft, Random } from "../../engine/contract.ts";
import { resources, sharedUnits, type QuotaCommand, type QuotaConfig, type QuotaParameters, type Reconfigure, type Resource } from "../../../spec/quota/terms.ts";
import { drawCores } from "../cores.ts";

const exclusives = [0, 0, 1, 1, 2, 3, 5] as const;
const sharedParts = [0, 1, 2, 3, 5, 8, 12, 20] as const;
const chunks = [1, 2, 2, 3, 4, 5, 8] as const;
const memories = [50, 64, 97, 200] as const;

/** Parameters whose shared part is not negative; one in four gives its total as a share of the memory. */
export function drawParameters(random: Random, cores: number, memoryUnits: number): QuotaParameters {
  const exclusive = random.pick(exclusives);
  const units = cores * exclusive + random.pick(sharedParts);
  const chunk = random.pick(chunks);
  if (memoryUnits > 0 && units <= memoryUnits && random.oneIn(4)) return { total: { percentOfMemory: Math.ceil((units * 100) / memoryUnits) }, exclusive, chunk };
  return { total: units, exclusive, chunk };
}

/** A configuration of few subscribers, shared by all cores. */
export function drawConfig(random: Random): QuotaConfig {
  return drawConfigFor(random, drawCores(random), 1 + random.int(3));
}

/** The same for a given number of cores and subscribers. */
export function drawConfigFor(random: Random, cores: number, subscribers: number): QuotaConfig {
  const groups = random.oneIn(3) ? 2 : 1;
  const memoryUnits = random.pick(memories);
  return {
    cores,
    memoryUnits,
    groupOf: Array.from({ length: subscribers }, () => random.int(groups)),
    quotas: Array.from({ length: groups }, () => resources.map(() => (random.oneIn(5) ? null : drawParameters(random, cores, memoryUnits)))),
  };
}

/** What is published by group and resource, as far as the drawing has come; changes are drawn against it. */
export type Standing = (QuotaParameters | null)[][];

/** The quotas as configured at the start. */
export function standingOf(config: QuotaConfig): Standing {
  return config.quotas.map((of) => [...of]);
}

/** How the changes of one case are made. */
export interface ChangeHabits {
  /** Quotas are taken away, and come back. */
  readonly takeAway: boolean;
  /** Now and then a change is to be refused. */
  readonly refusable: boolean;
}

/** A change of one group and resource: of the exclusive part, the total, the chunk or all, away, back, or one to be refused. */
export function drawChange(random: Random, config: QuotaConfig, standing: Standing, habits: ChangeHabits, group: number, resource: Resource): Reconfigure {
  const at = resources.indexOf(resource);
  const old = standing[group][at];
  const to = habits.refusable && random.oneIn(6) ? { total: config.cores - 1, exclusive: 1, chunk: 1 } : changed(random, config, old, habits);
  if (to === null || sharedUnits(to, config.cores, config.memoryUnits) >= 0) standing[group][at] = to;
  return { kind: "reconfigure", group, resource, to };
}

function changed(random: Random, config: QuotaConfig, old: QuotaParameters | null, habits: ChangeHabits): QuotaParameters | null {
  if (old === null) return drawParameters(random, config.cores, config.memoryUnits);
  if (habits.takeAway && random.oneIn(3)) return null;
  const shared = Math.max(0, sharedUnits(old, config.cores, config.memoryUnits));
  const total = old.exclusive * config.cores + shared;
  switch (random.int(6)) {
    case 0:
      return { ...old, total, exclusive: Math.floor(total / config.cores) };
    case 1:
      return { ...old, total, exclusive: random.int(old.exclusive + 1) };
    case 2:
      return { ...old, total: config.cores * old.exclusive + random.int(shared + 1) };
    case 3:
      return { ...old, chunk: random.pick(chunks) };
    case 4:
      return { total: random.int(total + 1), exclusive: 0, chunk: old.chunk };
    default:
      return drawParameters(random, config.cores, config.memoryUnits);
  }
}

/** A change that leaves plenty: what was overdrawn recovers. */
export function drawRelief(config: QuotaConfig, standing: Standing, group: number, resource: Resource): Reconfigure {
  const to = { total: config.cores * 4 + 60, exclusive: 4, chunk: 3 };
  standing[group][resources.indexOf(resource)] = to;
  return { kind: "reconfigure", group, resource, to };
}

type Draft = EventDraft<QuotaCommand>;

/** About `size` events; each case turns kinds of operation off, keeps to few resources and has its own share of bulk and of foreign releases. */
export function drawEvents(random: Random, config: QuotaConfig, size: number): Draft[] {
  const drafts: Draft[] = [];
  const standing = standingOf(config);
  const open: number[] = [];
  const groups = config.quotas.length;
  const mainResource = random.int(resources.length);
  const otherResources = random.int(3);
  const habits = { takeAway: !random.oneIn(3), refusable: random.oneIn(3) };
  const bulk = random.pick([2, 4, 8, 24]);
  const releases = random.oneIn(6) ? 0 : 3 + random.int(6);
  const changes = random.oneIn(4) ? 0 : random.oneIn(4) ? 6 : 1 + random.int(2);
  const repairs = random.oneIn(3) ? 0 : 1;
  const foreign = random.int(3);
  const requests = 8;
  const coreOf: number[] = [];
  const count = size + (size >> 3);

  const push = (core: number, command: QuotaCommand): void => {
    drafts.push({ do: "op", node: 0, core, command });
  };
  const resource = (): Resource => resources[otherResources > 0 && random.int(8) < otherResources ? random.int(resources.length) : mainResource];
  const release = (at: number): void => {
    const of = open[at];
    open[at] = open[open.length - 1];
    open.pop();
    push(random.int(2) < foreign ? random.int(config.cores) : coreOf[of], { kind: "release", of: `op${of}` });
  };

  while (drafts.length < count) {
    let draw = random.int(requests + releases + changes + repairs);
    if (draw < requests || (draw < requests + releases && open.length === 0)) {
      const core = random.int(config.cores);
      open.push(drafts.length);
      coreOf[drafts.length] = core;
      push(core, { kind: "request", subscriber: random.int(config.groupOf.length), resource: resource(), count: 1 + random.int(bulk) });
      continue;
    }
    draw -= requests + releases;
    if (draw < 0) {
      release(random.int(open.length));
    } else if (draw < changes) {
      push(random.int(config.cores), drawChange(random, config, standing, habits, random.int(groups), resource()));
    } else {
      const most = 2 + random.int(open.length + 1);
      for (let i = 0; i < most && open.length > 0; i++) release(random.int(open.length));
      if (random.oneIn(2)) push(random.int(config.cores), drawRelief(config, standing, random.int(groups), resource()));
    }
  }
  return drafts;
}
