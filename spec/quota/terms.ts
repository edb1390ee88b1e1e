/** The words of the quota system: configuration, commands, stages, outcomes. Numbers are positions in these lists. */
import type { Command } from "../side.ts";

/** What a subscriber may run out of. A resource's number is its position. */
export const resources = ["ports", "sessions", "memory"] as const;
export type Resource = (typeof resources)[number];

/** Limits of one group for one resource, in units. */
export interface QuotaParameters {
  /** Total Q for a subscriber: units, or a share of the node's memory (Q = floor(memoryUnits × percent / 100)). */
  readonly total: number | { readonly percentOfMemory: number };
  /** Exclusive quota E of each core. */
  readonly exclusive: number;
  /** Units moved from the shared quota to a core at once; at least 1. */
  readonly chunk: number;
}

export interface QuotaConfig {
  /** 1 to 8. */
  readonly cores: number;
  /** Group of each subscriber; its length is the number of subscribers. */
  readonly groupOf: readonly number[];
  /** Size of the node's memory in units, for totals given as a share of it. */
  readonly memoryUnits: number;
  /** By group, then by resource; null: no quota configured. */
  readonly quotas: readonly (readonly (QuotaParameters | null)[])[];
}

/** Ask for `count` units, one after another; the first denial ends the operation. Yields the units granted. */
export interface Request extends Command {
  readonly kind: "request";
  readonly subscriber: number;
  readonly resource: Resource;
  readonly count: number;
}
/** Give back every unit that the request `of` was granted, on whichever core this runs. Uses the request up. */
export interface Release extends Command {
  readonly kind: "release";
  readonly of: string;
}
/** Change the quota of a group for one resource; null takes it away. */
export interface Reconfigure extends Command {
  readonly kind: "reconfigure";
  readonly group: number;
  readonly resource: Resource;
  readonly to: QuotaParameters | null;
}
export type QuotaCommand = Request | Release | Reconfigure;

/**
 * The documented stages. One stage is one atomic step.
 *
 * **request**: `look-up` once, or `unlimited` in its place. Then, unit by unit, the first of these that applies at that very step:
 * the core's record absent → `init-core`; the node's record absent → `init-global`; the core's record older than the generation
 * seen at look-up → `refresh-core`; used < exclusive + held → `use`; remaining ≥ 1 → `borrow`; else → `deny`, which ends the operation.
 * `init-core`, `init-global` and `refresh-core` take the parameters published at that step; should none be published any more,
 * the step is `unlimited` instead and all units still wanted are allowed uncounted.
 *
 * **release**: the units go back last granted first, to the ledger of the core that was granted them. A counted unit: `release`, then `give-back` if,
 * at the step of `release`, its condition held. An uncounted one: `release-none`.
 *
 * **reconfigure**: `refuse-change` (shared part would be negative), or `publish`. After publishing parameters (not null): for every subscriber of the group in
 * ascending order, `apply-core` for each core in ascending order, present or not, then `apply-global`. They apply what is published at that step.
 */
export const stages = [
  /** One load: a quota is published; the request notes the generation it saw. Changes nothing. */
  "look-up",
  /** Nothing is published for this group and resource: all units still wanted are allowed, none is counted. */
  "unlimited",
  /** exclusive and chunk from the published parameters; used = held = 0; generation as published. */
  "init-core",
  /** total = remaining = S = Q − cores × E of the published parameters; generation as published. */
  "init-global",
  /** As `apply-core`, by the request itself on its own record. */
  "refresh-core",
  /** used + 1. */
  "use",
  /** g = min(chunk, remaining): held + g, remaining − g, used + 1. */
  "borrow",
  /** Nothing changes; the operation ends. */
  "deny",
  /** used − 1. More to do iff now held > 0 and exclusive + held − used > chunk. */
  "release",
  /** If that still holds: g = min(chunk, held): held − g, remaining + g. Otherwise nothing. */
  "give-back",
  /** The unit was never counted: nothing changes. */
  "release-none",
  /** Parameters and generation + 1, at once; null likewise. */
  "publish",
  /** Nothing changes; the operation ends refused. */
  "refuse-change",
  /**
   * One core's record of one subscriber goes over to the published parameters E', C'. Absent, or nothing published, or generation as published: nothing.
   * E' < E: b = max(0, min(used, E) − E'): held + b, remaining − b. E' > E: g = min(E' − E, held): held − g, remaining + g. Then exclusive, chunk, generation.
   */
  "apply-core",
  /** The node's record of one subscriber: remaining + (S' − total), total = S', generation. Absent, nothing published, or generation as published: nothing. */
  "apply-global",
] as const;
export type StageName = (typeof stages)[number];
/** Number of a stage. */
export const Stage = Object.fromEntries(stages.map((name, at) => [name, at])) as { readonly [K in StageName]: number };

/** Outcome of a request: [code, granted]; of a release: [done, units returned]; of a reconfiguration: [code]. */
export const Outcome = { done: 0, denied: 1, refused: 2 } as const;

/** Total Q in units of parameters on a node with this much memory. */
export function totalUnits(parameters: QuotaParameters, memoryUnits: number): number {
  return typeof parameters.total === "number" ? parameters.total : Math.floor((memoryUnits * parameters.total.percentOfMemory) / 100);
}
/** Shared part S = Q − cores × E; negative means the parameters are refused. */
export function sharedUnits(parameters: QuotaParameters, cores: number, memoryUnits: number): number {
  return totalUnits(parameters, memoryUnits) - cores * parameters.exclusive;
}
