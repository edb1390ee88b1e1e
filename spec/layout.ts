/** Views whose columns are listed by kind of key: how their entries are numbered, column after column, key after key. */
import type { Column } from "./side.ts";

/** Columns by kind of key. */
export type ColumnsByKey = { readonly [kind: string]: readonly string[] };
/** First entry of every column. */
export type Bases<T extends ColumnsByKey> = { readonly [K in keyof T]: { readonly [C in T[K][number]]: number } };
/** Number of keys of each kind. */
export type Sizes<T extends ColumnsByKey> = { readonly [K in keyof T]: number };

/** Numbers the entries from `first` on; `end` is the first number after them. */
export function basesOf<T extends ColumnsByKey>(columns: T, sizes: Sizes<T>, first: number): { readonly bases: Bases<T>; readonly end: number } {
  const bases: Record<string, Record<string, number>> = {};
  let end = first;
  for (const kind of Object.keys(columns)) {
    const base: Record<string, number> = {};
    for (const name of columns[kind]!) {
      base[name] = end;
      end += sizes[kind]!;
    }
    bases[kind] = base;
  }
  return { bases: bases as Bases<T>, end };
}

/** The columns in the same order, for reports and comparison. `ruleOf` takes `kind.column`. */
export function columnsOf<T extends ColumnsByKey>(columns: T, sizes: Sizes<T>, keys: { readonly [K in keyof T]: (index: number) => string }, ruleOf: (column: string) => number): Column[] {
  return Object.keys(columns).flatMap((kind) => columns[kind]!.map((name) => ({ table: kind, name, size: sizes[kind]!, key: keys[kind]!, rule: ruleOf(`${kind}.${name}`) })));
}
