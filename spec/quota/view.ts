/** The view of the quota system: what can be seen of it at every step, and how its entries are numbered. */
import { remembered } from "../remembered.ts";
import type { Column } from "../side.ts";
import { ruleNumber } from "./rules.ts";
import { resources, type QuotaConfig } from "./terms.ts";

/** Columns in their order; per group and resource, then per subscriber and resource, then per subscriber, resource and core. */
export const publishedColumns = ["configured", "generation", "total", "exclusive", "chunk"] as const;
export const globalColumns = ["present", "generation", "total", "remaining"] as const;
export const coreColumns = ["present", "generation", "exclusive", "chunk", "used", "held"] as const;

/** First entry of every column of a configuration, and the keys' strides. Entries that are absent or unconfigured read 0. */
export interface QuotaLayout {
  /** `published[column]` + group × 3 + resource. `configured` is 0 or 1; `total` is Q in units. Unconfigured: all but `generation` read 0. At the start `generation` is 1 for what is configured and 0 for what is not; every accepted change adds 1. */
  readonly published: { readonly [K in (typeof publishedColumns)[number]]: number };
  /** `global[column]` + subscriber × 3 + resource. */
  readonly global: { readonly [K in (typeof globalColumns)[number]]: number };
  /** `core[column]` + (subscriber × 3 + resource) × cores + core. */
  readonly core: { readonly [K in (typeof coreColumns)[number]]: number };
  readonly size: number;
}

const rulesOf: { readonly [column: string]: string } = {
  "published.configured": "QUOTA-2",
  "published.generation": "QUOTA-9",
  "published.total": "QUOTA-15",
  "published.exclusive": "QUOTA-15",
  "published.chunk": "QUOTA-15",
  "global.present": "QUOTA-6",
  "global.generation": "QUOTA-9",
  "global.total": "QUOTA-12",
  "global.remaining": "QUOTA-13",
  "core.present": "QUOTA-6",
  "core.generation": "QUOTA-9",
  "core.exclusive": "QUOTA-9",
  "core.chunk": "QUOTA-9",
  "core.used": "QUOTA-3",
  "core.held": "QUOTA-13",
};

/** Numbers the entries from `first` on. */
export const quotaLayout = remembered((config: QuotaConfig, first: number): QuotaLayout => {
  let at = first;
  const take = (names: readonly string[], size: number): Record<string, number> => {
    const base: Record<string, number> = {};
    for (const name of names) {
      base[name] = at;
      at += size;
    }
    return base;
  };
  const pairs = config.groupOf.length * resources.length;
  const published = take(publishedColumns, config.quotas.length * resources.length);
  const global = take(globalColumns, pairs);
  const core = take(coreColumns, pairs * config.cores);
  return { published, global, core, size: at - first } as unknown as QuotaLayout;
});

/** The columns for reports and comparison, in the order of the layout. */
export function quotaColumns(config: QuotaConfig, number: (id: string) => number = ruleNumber): Column[] {
  const group = (at: number): string => `group ${Math.floor(at / resources.length)} ${resources[at % resources.length]}`;
  const pair = (at: number): string => `subscriber ${Math.floor(at / resources.length)} ${resources[at % resources.length]}`;
  const ledger = (at: number): string => `${pair(Math.floor(at / config.cores))} core ${at % config.cores}`;
  const columns = (table: string, names: readonly string[], size: number, key: (at: number) => string): Column[] =>
    names.map((name) => ({ table, name, size, key, rule: number(rulesOf[`${table}.${name}`]!) }));
  const pairs = config.groupOf.length * resources.length;
  return [
    ...columns("published", publishedColumns, config.quotas.length * resources.length, group),
    ...columns("global", globalColumns, pairs, pair),
    ...columns("core", coreColumns, pairs * config.cores, ledger),
  ];
}
