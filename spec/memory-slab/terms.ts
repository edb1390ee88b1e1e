/** The words of shared memory and slabs: configuration, commands, stages, outcomes. Numbers are positions in these lists. */
import type { Command } from "../side.ts";

/** Where the objects of a kind live. `private`: in the memory of one core. `replicated`: one in shared memory for each core. `shared`: one in shared memory for all. */
export const placements = ["private", "replicated", "shared"] as const;
export type Placement = (typeof placements)[number];

/** What objects are made of, where they live (SLAB-10), and whether all cores share one locked allocator (SLAB-8). `hash-table` is what the initialisation allocator serves; it has no slab. */
export const kinds = [
  { name: "configuration", placement: "private", locked: false },
  { name: "subscriber", placement: "replicated", locked: false },
  { name: "session", placement: "shared", locked: false },
  { name: "mapping", placement: "shared", locked: false },
  { name: "filtering", placement: "shared", locked: false },
  { name: "shared-port-table", placement: "shared", locked: true },
  { name: "hash-table", placement: "shared", locked: true },
] as const satisfies readonly { readonly name: string; readonly placement: Placement; readonly locked: boolean }[];
export type KindName = (typeof kinds)[number]["name"];
/** Kinds whose objects slabs hand out: those a configuration may give a size. */
export type SlabKind = Exclude<KindName, "hash-table">;
export const slabKinds = ["configuration", "subscriber", "session", "mapping", "filtering", "shared-port-table"] as const satisfies readonly SlabKind[];

export interface SlabConfig {
  /** 1 to 8. */
  readonly cores: number;
  /** Configured limit of shared memory, in pages, 1 to 1024. */
  readonly limitPages: number;
  /** Pages of these that the initialisation allocator has, 1 to 8; the others are the global pool. */
  readonly initialPages: number;
  /** Units of a page, 2 to 16 (with 16 one stands for 128 KB of the default page of 2 MB). */
  readonly pageUnits: number;
  /** Pages in the private memory of each core, 0 to 4. */
  readonly privatePages: number;
  /** Kinds that are handed out, each once, and units of an object: 1 to pageUnits. */
  readonly kinds: readonly { readonly kind: SlabKind; readonly units: number }[];
  /** Units of the global page map and hash table, and of the hash table of each core. */
  readonly tableUnits: number;
  readonly localUnits: number;
  /** Ports that objects may hold, 1 to 16. */
  readonly ports: number;
  /** From the first object on a list to its scan, 1 s by default; 1 ms to 60 s. */
  readonly scanMs: number;
  /** Part of a node, which a file cannot say: what stands in `columnsOfItself` is not there. */
  readonly isPart?: boolean;
}

/** This core starts up, or does so again. */
export interface StartUp extends Command {
  readonly kind: "start-up";
}
/** An object of a kind; `on`: the core whose allocator serves (null: this one); null for private, replicated and locked kinds. Yields 1 if there was one. */
export interface Allocate extends Command {
  readonly kind: "allocate";
  readonly what: SlabKind;
  readonly on: number | null;
}
/** What `of` allocated is not needed any more. Frees, or hands over to the owner. May come twice: the second is refused. */
export interface Free extends Command {
  readonly kind: "free";
  readonly of: string;
}
/** Counts a reference to what `of` allocated. Yields 1 if it did. */
export interface Refer extends Command {
  readonly kind: "refer";
  readonly of: string;
}
/** Gives back the reference that `of` (a refer) counted, and uses it up. */
export interface Unrefer extends Command {
  readonly kind: "unrefer";
  readonly of: string;
}
/** The object that `of` allocated gets a port, which goes with it. */
export interface Attach extends Command {
  readonly kind: "attach";
  readonly of: string;
}
/** Reads what `of` allocated. Changes nothing. */
export interface Read extends Command {
  readonly kind: "read";
  readonly of: string;
}
/** The owner walks its list of objects to free now, beside its timer. */
export interface Scan extends Command {
  readonly kind: "scan";
}
/** Memory of any size for initialisation. Yields 1 if there was any. */
export interface Reserve extends Command {
  readonly kind: "reserve";
  readonly units: number;
}
/** Gives back what `of` (a reserve) reserved, and uses it up. */
export interface GiveBack extends Command {
  readonly kind: "give-back";
  readonly of: string;
}
/** Where do objects of this kind live, and who hands them out? Changes nothing. */
export interface Place extends Command {
  readonly kind: "place";
  readonly what: KindName;
}
export type SlabCommand = StartUp | Allocate | Free | Refer | Unrefer | Attach | Read | Scan | Reserve | GiveBack | Place;

/** The documented stages; what each does, and when, stands in `stages.ts`. */
export const stages = [
  "allocate-memory", "map", "allocate-tables", "allocate-local", "ready",
  "dequeue", "take-page", "fill-queue", "refuse-memory", "refuse-unready",
  "ask", "receive", "receive-none", "withdraw",
  "begin-free", "release-port", "requeue", "return-page", "list-object", "refuse-free",
  "take-listed", "scan-end",
  "refer", "refuse-refer", "unrefer", "attach", "refuse-attach",
  "reserve", "give-back", "answer",
] as const;
export type StageName = (typeof stages)[number];
/** Number of a stage. */
export const Stage = Object.fromEntries(stages.map((name, at) => [name, at])) as { readonly [K in StageName]: number };

/**
 * Outcomes. start-up: [done, base address]. allocate: [allocated, object] or, replicated, [allocated, object of core 0, of core 1, …]. Message `request`: [allocated, object]. free: [freed, objects freed here, objects listed]. refer, unrefer, attach: [done, object] (attach: [done, object, port]). read: [done, object, content, owner].
 * scan: [done, objects freed]. reserve: [allocated, offset]. give-back: [done, offset]. place: [done, position in `placements`, 1 if locked]. Any of them: [refused, position in `reasons`].
 */
export const Outcome = { done: 0, refused: 1, allocated: 2, freed: 3 } as const;
/** Why something is refused, in order of precedence. `private`: in the memory of another core. `not-used`: freed already. */
export const reasons = ["unready", "private", "not-used", "referenced", "port", "memory"] as const;
/** Position of a reason. */
export const Reason = { unready: 0, private: 1, notUsed: 2, referenced: 3, port: 4, memory: 5 } as const;

/** State of an object. `none`: its page holds no object there. `queued`: in a free queue. `freeing`: taken from its user or from a list, not yet queued. `listed`: on its owner's list. */
export const State = { none: 0, queued: 1, used: 2, freeing: 3, listed: 4 } as const;

/** Pages in all: shared ones, then those of each core. */
export function pageCount(config: SlabConfig): number {
  return config.limitPages + config.cores * config.privatePages;
}
/** Objects of a kind (position in `config.kinds`) that a page holds. */
export function objectsPerPage(config: SlabConfig, kind: number): number {
  return Math.floor(config.pageUnits / config.kinds[kind]!.units);
}
/** Most objects of any kind that a page holds; object numbers are page × this + index. */
export function perPageMax(config: SlabConfig): number {
  return Math.max(...config.kinds.map((_, kind) => objectsPerPage(config, kind)));
}
/** Units of the initialisation allocator. */
export function initialUnits(config: SlabConfig): number {
  return config.initialPages * config.pageUnits;
}
/** Placement and allocator of a kind of the configuration. */
export function kindOf(config: SlabConfig, kind: number): (typeof kinds)[number] {
  const { kind: name } = config.kinds[kind]!;
  return kinds.find((one) => one.name === name)!;
}
