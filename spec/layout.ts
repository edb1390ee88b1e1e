/** Views whose columns are listed by kind of key: how their entries are numbered, column after column, key after key. */
import type { Column } from "./side.ts";

/** Columns by kind of key. */
export type ColumnsByKey = { readonly [kind: string]: readonly string[] };
/** First entry of every column. */
export type Bases<T extends ColumnsByKey> = { readonly [K in keyof T]: { readonly [C in T[K][number]]: number } };
/** Number of keys of each kind. */
export type Sizes<T extends ColumnsByKey> = { readonly [K in keyof T]: number };

/** First entry of a column that is not there: a number so far below 0 that its keys are so too. What is there is read and written as ever; what is not reads 0 and stays 0. */
export const nowhere = -(1 << 30);

/** Numbers the entries from `first` on; `end` is the first number after them. `absent`: columns (`kind.column`) that a system has by itself only, and not as a part of another. */
export function basesOf<T extends ColumnsByKey>(columns: T, sizes: Sizes<T>, first: number, absent: readonly string[] = []): { readonly bases: Bases<T>; readonly end: number } {
  const bases: Record<string, Record<string, number>> = {};
  let end = first;
  for (const kind of Object.keys(columns)) {
    const base: Record<string, number> = {};
    for (const name of columns[kind]!) {
      base[name] = nowhere;
      if (absent.includes(`${kind}.${name}`)) continue;
      base[name] = end;
      end += sizes[kind]!;
    }
    bases[kind] = base;
  }
  return { bases: bases as Bases<T>, end };
}

/** The columns in the same order, for reports and comparison. `ruleOf` takes `kind.column`. */
export function columnsOf<T extends ColumnsByKey>(columns: T, sizes: Sizes<T>, keys: { readonly [K in keyof T]: (index: number) => string }, ruleOf: (column: string) => number, absent: readonly string[] = []): Column[] {
  const there = (kind: string): string[] => columns[kind]!.filter((name) => !absent.includes(`${kind}.${name}`));
  return Object.keys(columns).flatMap((kind) => there(kind).map((name) => ({ table: kind, name, size: sizes[kind]!, key: keys[kind]!, rule: ruleOf(`${kind}.${name}`) })));
}
