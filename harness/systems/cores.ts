/** How many cores the drawn configurations have. */
import type { Random } from "../engine/contract.ts";

const choices = [1, 2, 2, 3, 3, 4, 4, 4, 5, 5, 6, 6, 7, 8, 8, 8] as const;

/** 1 to 8 cores, at least 4 in eleven of sixteen configurations. */
export function drawCores(random: Random): number {
  return random.pick(choices);
}
