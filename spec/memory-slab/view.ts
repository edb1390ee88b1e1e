/** The view of shared memory and slabs: what can be seen at every step, and how its entries are numbered. */
import { basesOf, columnsOf, type Bases, type Sizes } from "../layout.ts";
import { remembered } from "../remembered.ts";
import type { Column } from "../side.ts";
import { ruleNumber } from "./rules.ts";
import { initialUnits, pageCount, perPageMax, type SlabConfig } from "./terms.ts";

/**
 * Columns by kind of key; everything is 0 at the start.
 * - memory: `address` base, 0 not allocated; `tables` 1; `left` free pages of the pool (0 until it is allocated).
 * - core: `mapped` address; `tables` 1; `ready` 1; `listed` objects on its list; `armed` 1.
 * - queue: core × kinds + kind (position in `config.kinds`), then cores × kinds + kind for the locked allocators. `count`.
 * - page: shared, then private. `kind` position + 2, 1 the initialisation allocator's, 0 free; `owner` core + 1, cores + 1 a locked allocator's, 0 free or the initialisation allocator's.
 * - object: page × perPageMax + index. `state` of `State`; `owner` as of its page while used, freeing or listed; `references`; `port` + 1; `content` slot + 1.
 * - port: `object` + 1. - unit: `user` slot + 1, −1 global tables, −2 − core its tables, 0 free.
 */
export const columnsByKey = {
  memory: ["address", "tables", "left"],
  core: ["mapped", "tables", "ready", "listed", "armed"],
  queue: ["count"],
  page: ["kind", "owner"],
  object: ["state", "owner", "references", "port", "content"],
  port: ["object"],
  unit: ["user"],
} as const;

/** Columns that are there only where this is a system by itself: in a node nothing could change them, as sessions count their references and have their ports by themselves. */
export const columnsOfItself: readonly string[] = ["object.references", "object.port", "port.object"];
const absentOf = ({ isPart }: SlabConfig): readonly string[] => (isPart ? columnsOfItself : []);

/** First entry of every column. */
export type SlabLayout = Bases<typeof columnsByKey> & {
  readonly pages: number;
  readonly perPage: number;
  readonly size: number;
};

const rulesOf: { readonly [column: string]: string } = {
  "memory.address": "SLAB-1",
  "memory.tables": "SLAB-1",
  "memory.left": "SLAB-2",
  "core.mapped": "SLAB-1",
  "core.tables": "SLAB-1",
  "core.ready": "SLAB-16",
  "core.listed": "SLAB-6",
  "core.armed": "SLAB-7",
  "queue.count": "SLAB-3",
  "page.kind": "SLAB-2",
  "page.owner": "SLAB-5",
  "object.state": "SLAB-9",
  "object.owner": "SLAB-3",
  "object.references": "SLAB-9",
  "object.port": "SLAB-17",
  "object.content": "SLAB-7",
  "port.object": "SLAB-17",
  "unit.user": "SLAB-11",
};

function sizes(config: SlabConfig): Sizes<typeof columnsByKey> {
  const pages = pageCount(config);
  return {
    memory: 1,
    core: config.cores,
    queue: (config.cores + 1) * config.kinds.length,
    page: pages,
    object: pages * perPageMax(config),
    port: config.ports,
    unit: initialUnits(config),
  };
}

/** Numbers the entries from `first` on. */
export const slabLayout = remembered((config: SlabConfig, first: number): SlabLayout => {
  const size = sizes(config);
  const { bases, end } = basesOf(columnsByKey, size, first, absentOf(config));
  return { ...bases, pages: size.page, perPage: perPageMax(config), size: end - first };
});

/** The columns for reports and comparison, in the order of the layout. */
export function slabColumns(config: SlabConfig, number: (id: string) => number = ruleNumber): Column[] {
  const size = sizes(config);
  const kinds = config.kinds.length;
  const perPage = perPageMax(config);
  const page = (at: number): string => (at < config.limitPages ? `page ${at}` : `page ${at} of core ${Math.floor((at - config.limitPages) / config.privatePages)}`);
  const keys: { readonly [K in keyof typeof columnsByKey]: (at: number) => string } = {
    memory: () => "shared memory",
    core: (at) => `core ${at}`,
    queue: (at) => `${at < config.cores * kinds ? `core ${Math.floor(at / kinds)}` : "all cores"} ${config.kinds[at % kinds]!.kind}`,
    page,
    object: (at) => `object ${at}, ${page(Math.floor(at / perPage))} at ${at % perPage}`,
    port: (at) => `port ${at}`,
    unit: (at) => `unit ${at}`,
  };
  return columnsOf(columnsByKey, size, keys, (column) => number(rulesOf[column]!), absentOf(config));
}
