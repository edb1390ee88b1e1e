/** The view of port allocation: what can be seen of it at every step, and how its entries are numbered. */
import { basesOf, columnsOf, type Bases, type Sizes } from "../layout.ts";
import { remembered } from "../remembered.ts";
import type { Column } from "../side.ts";
import { ruleNumber } from "./rules.ts";
import { chunkCount, blockCount } from "./geometry.ts";
import type { PortConfig } from "./terms.ts";

/**
 * Columns by kind of key. A *table* is address × 2 + (0 TCP, 1 other).
 * - port: table × P + (port − low). `local`: mask of the cores in whose bitmap the bit is set (bit c for core c); `user`: subscriber + 1, 0 not given out; `session`: slot of the operation + 1;
 *   `handed`: core + 1 in whose list it stands; `rested`: time it was freed in ms + 1, 0 not resting.
 * - chunk: table × chunks + chunk. `free`: global bit; `holder`: core + 1, 0 none.
 * - block: table × blocks + block; none unless allocation is `block`. `subscriber`: subscriber + 1, 0 free.
 * - wellKnown: table × W + (port − low); none without the option. `free`, `user`, `session`.
 * - core: core. `handed`: ports in its list; `resting`: ports in its queue; `aging`: 1 while its timer `age` is to come or under way.
 */
export const columnsByKey = {
  port: ["local", "user", "session", "handed", "rested"],
  chunk: ["free", "holder"],
  block: ["subscriber"],
  wellKnown: ["free", "user", "session"],
  core: ["handed", "resting", "aging"],
} as const;

/** First entry of every column, and the sizes of a table. */
export type PortLayout = Bases<typeof columnsByKey> & {
  /** Ports, chunks, blocks (0 unless allocation is `block`) and well-known ports of one table. */
  readonly ports: number;
  readonly chunks: number;
  readonly blocks: number;
  readonly wellKnownPorts: number;
  readonly tables: number;
  readonly size: number;
};

const rulesOf: { readonly [column: string]: string } = {
  "port.local": "PORT-3",
  "port.user": "PORT-25",
  "port.session": "PORT-25",
  "port.handed": "PORT-9",
  "port.rested": "PORT-26",
  "chunk.free": "PORT-2",
  "chunk.holder": "PORT-10",
  "block.subscriber": "PORT-13",
  "wellKnown.free": "PORT-11",
  "wellKnown.user": "PORT-25",
  "wellKnown.session": "PORT-25",
  "core.handed": "PORT-9",
  "core.resting": "PORT-26",
  "core.aging": "PORT-26",
};

type Tables = Pick<PortLayout, "tables" | "ports" | "chunks" | "blocks" | "wellKnownPorts">;

function tablesOf(config: PortConfig, profile: string): Tables {
  const tables = config.addresses.length * 2;
  const ports = config.high - config.low + 1;
  const chunks = chunkCount(config, profile);
  const blocks = config.allocation === "block" ? blockCount(config) : 0;
  const wellKnownPorts = config.wellKnown === null ? 0 : config.wellKnown.high - config.wellKnown.low + 1;
  return { tables, ports, chunks, blocks, wellKnownPorts };
}

function sizes({ cores }: PortConfig, { tables, ports, chunks, blocks, wellKnownPorts }: Tables): Sizes<typeof columnsByKey> {
  return { port: tables * ports, chunk: tables * chunks, block: tables * blocks, wellKnown: tables * wellKnownPorts, core: cores };
}

/** Numbers the entries from `first` on. */
export const portLayout = remembered((config: PortConfig, profile: string, first: number): PortLayout => {
  const tables = tablesOf(config, profile);
  const { bases, end } = basesOf(columnsByKey, sizes(config, tables), first);
  return { ...bases, ...tables, size: end - first };
});

/** The columns for reports and comparison, in the order of the layout. */
export function portColumns(config: PortConfig, profile: string, number: (id: string) => number = ruleNumber): Column[] {
  const tables = tablesOf(config, profile);
  const table = (at: number): string => `${at % 2 === 0 ? "tcp" : "other"} ${config.addresses[at >> 1]}`;
  const of = (each: number, first: number, word: string) => (at: number) => `${table(Math.floor(at / each))}${word}${first + (at % each)}`;
  const keys = {
    port: of(tables.ports, config.low, ":"),
    chunk: of(tables.chunks, 0, " chunk "),
    block: of(tables.blocks, 0, " block "),
    wellKnown: of(tables.wellKnownPorts, config.wellKnown?.low ?? 0, ":"),
    core: (at: number) => `core ${at}`,
  };
  return columnsOf(columnsByKey, sizes(config, tables), keys, (column) => number(rulesOf[column]!));
}
