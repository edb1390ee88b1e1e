/** What a campaign counts, batch by batch; batches merge in the order of their cases. */
import type { Case } from "../case.ts";
import { addUp, mergeCensus, noCensus, type Census } from "../census/census.ts";
import { mix32 } from "../random.ts";
import type { Failure } from "../verdict.ts";

/** One way of failing: the first case that met it, and how many did. */
export interface Met {
  readonly signature: string;
  readonly failure: Failure;
  readonly case: Case;
  readonly index: number;
  readonly count: number;
}

export interface Statistics {
  readonly cases: number;
  /** How many cases had so many operations, steps: count by number. */
  readonly operations: readonly (readonly [number, number])[];
  readonly steps: readonly (readonly [number, number])[];
  readonly contention: number;
  readonly fourCores: number;
  readonly rules: readonly number[];
  readonly goals: readonly number[];
  readonly stages: readonly number[];
  /** In how many cases each thing that can be reached was reached; the three above are how often. */
  readonly census: Census;
  /** Over the digests of all cases in order: 8 hexadecimal digits. */
  readonly digest: string;
  readonly failures: readonly Met[];
}

/** Folds one more digest (hexadecimal digits) onto another. */
export function foldDigest(digest: string, more: string): string {
  let hash = Number.parseInt(digest, 16);
  for (let at = 0; at < more.length; at += 8) hash = mix32(hash, Number.parseInt(more.slice(at, at + 8), 16));
  return (hash >>> 0).toString(16).padStart(8, "0");
}

function mergeCounts(a: readonly (readonly [number, number])[], b: readonly (readonly [number, number])[]): [number, number][] {
  const counts = new Map<number, number>();
  for (const [value, count] of [...a, ...b]) counts.set(value, (counts.get(value) ?? 0) + count);
  return [...counts].sort((x, y) => x[0] - y[0]);
}

export const noStatistics: Statistics = { cases: 0, operations: [], steps: [], contention: 0, fourCores: 0, rules: [], goals: [], stages: [], census: noCensus, digest: "00000000", failures: [] };

/** `b` follows `a`. */
export function merge(a: Statistics, b: Statistics): Statistics {
  const failures = new Map(a.failures.map((met) => [met.signature, met]));
  for (const met of b.failures) {
    const known = failures.get(met.signature);
    if (known === undefined) failures.set(met.signature, met);
    else failures.set(met.signature, { ...(known.index <= met.index ? known : met), count: known.count + met.count });
  }
  return {
    cases: a.cases + b.cases,
    operations: mergeCounts(a.operations, b.operations),
    steps: mergeCounts(a.steps, b.steps),
    contention: a.contention + b.contention,
    fourCores: a.fourCores + b.fourCores,
    rules: addUp(a.rules, b.rules),
    goals: addUp(a.goals, b.goals),
    stages: addUp(a.stages, b.stages),
    census: mergeCensus(a.census, b.census),
    digest: foldDigest(a.digest, b.digest),
    failures: [...failures.values()].sort((x, y) => x.index - y.index),
  };
}

/** Median of counted values; 0 of none. */
export function median(counts: readonly (readonly [number, number])[]): number {
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  let below = 0;
  for (const [value, count] of counts) {
    below += count;
    if (below * 2 >= total) return value;
  }
  return 0;
}
