/**
 * The census of a campaign: of everything that a case can reach, in how many cases it was reached. Counting cases and not occurrences is what
 * the estimates of the unseen rest on (`estimate.ts`): a rule met a hundred times in one case has been seen once.
 *
 * Six classes of items: rules, goals and stages of the system; unordered pairs of rules met in one case; *operation × state class*
 * (what kind of task ended, under which rule, with which answer, and how it fared among others); *timer races*. The last two are
 * defined where they are noticed: `case-census.ts`.
 */

/** In how many cases each item of a class with many members was reached: by name, sorted; members never reached are left out. */
export type Named = readonly (readonly [string, number])[];

export interface Census {
  /** Cases counted. */
  readonly cases: number;
  /** By position in the system's lists. */
  readonly rules: readonly number[];
  readonly goals: readonly number[];
  readonly stages: readonly number[];
  /** By `pairAt` of the positions of two rules. */
  readonly pairs: readonly number[];
  readonly operations: Named;
  readonly races: Named;
}

export const noCensus: Census = { cases: 0, rules: [], goals: [], stages: [], pairs: [], operations: [], races: [] };

/** Position of the pair of two different rules among all pairs; the order of the two does not matter. */
export function pairAt(one: number, other: number): number {
  const low = Math.min(one, other);
  const high = Math.max(one, other);
  return (high * (high - 1)) / 2 + low;
}

/** Sums of two lists, the shorter filled up with zeros. */
export function addUp(a: readonly number[], b: readonly number[]): number[] {
  return Array.from({ length: Math.max(a.length, b.length) }, (_, at) => (a[at] ?? 0) + (b[at] ?? 0));
}

/** Names in order of their UTF-16 units, which is the same everywhere. */
export function byName(counts: Iterable<readonly [string, number]>): [string, number][] {
  const sum = new Map<string, number>();
  for (const [name, count] of counts) sum.set(name, (sum.get(name) ?? 0) + count);
  return [...sum].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

/** Both together; which comes first does not matter. */
export function mergeCensus(a: Census, b: Census): Census {
  return {
    cases: a.cases + b.cases,
    rules: addUp(a.rules, b.rules),
    goals: addUp(a.goals, b.goals),
    stages: addUp(a.stages, b.stages),
    pairs: addUp(a.pairs, b.pairs),
    operations: byName([...a.operations, ...b.operations]),
    races: byName([...a.races, ...b.races]),
  };
}

/** Counts of one class as plain numbers. */
export function countsOf(named: Named): number[] {
  return named.map(([, count]) => count);
}
