/**
 * Iteration over a `Map` or `Set` in another order than that of insertion, for runs on poisoned memory: no rule states the order in which things happened to be
 * put in, so nothing may come of it. As the language has it, each entry is visited once, those deleted on the way are not, those added on the way are.
 * Objects keep their order: it is that of a literal more often than not. So do tables while a side is opened: they are made of the lists of a configuration then.
 */
import { mix32 } from "./random.ts";

let poison = 0;

/** From now on tables are gone through in an order drawn from `by`; 0: in that of insertion. Answers what held before. */
export function permuteTables(by: number): number {
  if (by !== 0 && !installed) install();
  const before = poison;
  poison = by;
  return before;
}

type Table = Map<unknown, unknown> | Set<unknown>;
type Iterate = (this: any) => Iterator<unknown>;

let installed = false;

/** Puts a look at `poison` before every way to go through a table; they stay from then on. */
function install(): void {
  installed = true;
  const { keys: mapKeys, values: mapValues, entries: mapEntries, forEach: mapForEach } = Map.prototype;
  const { values: setValues, entries: setEntries, forEach: setForEach } = Set.prototype;
  const itself = (_: Table, key: unknown): unknown => key;
  const map = {
    keys: reordered(mapKeys, mapKeys, itself),
    values: reordered(mapValues, mapKeys, valueAt),
    entries: reordered(mapEntries, mapKeys, (table, key) => [key, valueAt(table, key)]),
  };
  const set = { values: reordered(setValues, setValues, itself), entries: reordered(setEntries, setValues, (_, key) => [key, key]) };
  put(Map.prototype, { ...map, [Symbol.iterator]: map.entries, forEach: eachOf(mapForEach, mapKeys) });
  put(Set.prototype, { ...set, keys: set.values, [Symbol.iterator]: set.values, forEach: eachOf(setForEach, setValues) });
}

function put(owner: object, members: Record<PropertyKey, unknown>): void {
  for (const name of Reflect.ownKeys(members)) Object.defineProperty(owner, name, { ...Object.getOwnPropertyDescriptor(owner, name), value: members[name as string] });
}

function valueAt(table: Table, key: unknown): unknown {
  return table instanceof Map ? table.get(key) : key;
}

function reordered(original: Iterate, keys: Iterate, item: (table: Table, key: unknown) => unknown): Iterate {
  return function (this: Table): Iterator<unknown> {
    return poison === 0 || this.size < 2 ? original.call(this) : through(this, keys, item);
  };
}

function eachOf(original: (this: any, each: any, self?: unknown) => void, keys: Iterate) {
  return function (this: Table, each: (value: unknown, key: unknown, table: Table) => void, self?: unknown): void {
    if (poison === 0 || this.size < 2) return original.call(this, each, self);
    for (const key of { [Symbol.iterator]: () => through(this, keys, (_, one) => one) }) each.call(self, valueAt(this, key), key, this);
  };
}

function* through(table: Table, keys: Iterate, item: (table: Table, key: unknown) => unknown): Generator<unknown, void> {
  const visited = new Set<unknown>();
  for (;;) {
    const fresh = shuffled(table, keys).filter((key) => !visited.has(key));
    if (fresh.length === 0) return;
    for (const key of fresh) {
      visited.add(key);
      if (table.has(key)) yield item(table, key);
    }
  }
}

/** The keys of a table in an order drawn from the poison and their number. */
function shuffled(table: Table, keys: Iterate): unknown[] {
  const all: unknown[] = [];
  const from = keys.call(table);
  for (let next = from.next(); next.done !== true; next = from.next()) all.push(next.value);
  for (let last = all.length - 1; last > 0; last--) {
    const at = mix32(poison, last) % (last + 1);
    [all[last], all[at]] = [all[at], all[last]];
  }
  return all;
}
