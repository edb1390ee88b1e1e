/** Sets of cores as bits of a word, and free choices among them. */
import { lowestBit } from "../bits.ts";
import type { RssMemory } from "./memory.ts";

/** How many cores are in the set. */
export function countOf(cores: number): number {
  let count = 0;
  for (let left = cores; left !== 0; left &= left - 1) count++;
  return count;
}

/** Any core of the set, which is not empty; `stage` is the one that chooses. */
export function anyOf(m: RssMemory, r: number, stage: number, cores: number): number {
  let left = cores;
  for (let n = m.choose(r, stage, countOf(cores)); n > 0; n--) left &= left - 1;
  return lowestBit(left);
}
