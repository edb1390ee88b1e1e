/** Generated mutants of quotas, and of the accessor that all programs share, that do the same as the program. */
import type { Equivalent } from "../types.ts";

export const quotaEquivalents: readonly Equivalent[] = [
  {
    file: "impl/accessor.ts",
    before: "Atomics.compareExchange(mem, lock, 0, 1) !== 0",
    after: "Atomics.compareExchange(mem, lock, 0, 1) === 0",
    reason: "Between two stages nobody holds a lock, so on one thread the first try takes it and the second, which finds it taken, goes on.",
  },
  {
    file: "impl/accessor.ts",
    before: "Atomics.compareExchange(mem, i, expected, v) === expected",
    after: "Atomics.compareExchange(mem, i, expected, v) !== expected",
    reason: "No program swaps yet; `test/discipline.test.ts` compares the accessor with its recording twin.",
  },
];
