/** Generated mutants of quotas, and of the accessor and the records that programs share, that do the same as the program. */
import type { Equivalent } from "../types.ts";

const left = "What is left of earlier cases shows only where a program reads what it has not set; `test/records.test.ts` says what is clean.";
const records = (before: string, after: string): Equivalent => ({ file: "impl/records.ts", before, after, reason: left });

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
  records("this.all.fill(poison, 0, poison === 0 ? this.#used : this.all.length);", ";"),
  { ...records("poison === 0", "poison !== 0"), times: 2 },
  records("this.#used = poison === 0 ? 0 : this.all.length;", ";"),
  records("first + this.#rowWords > this.#used", "!(first + this.#rowWords > this.#used)"),
  records("first + this.#rowWords > this.#used", "first + this.#rowWords >= this.#used"),
  records("this.#used = first + this.#rowWords;", ";"),
];
