/** Generated mutants of ports under quotas that do the same as the program. */
import type { Equivalent } from "../types.ts";

export const pairEquivalents: readonly Equivalent[] = [];
