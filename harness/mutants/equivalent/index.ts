/** All generated mutants that are known to do the same as the program, by the system whose code they are in. */
import type { Equivalent } from "../types.ts";
import { slabEquivalents } from "./memory-slab.ts";
import { natEquivalents } from "./nat-session.ts";
import { nodeEquivalents } from "./node.ts";
import { portEquivalents } from "./port-allocation.ts";
import { pairEquivalents } from "./port-quota.ts";
import { quotaEquivalents } from "./quota.ts";
import { rssEquivalents } from "./rss-distribution.ts";

export const equivalents: readonly Equivalent[] = [...quotaEquivalents, ...portEquivalents, ...pairEquivalents, ...natEquivalents, ...nodeEquivalents, ...rssEquivalents, ...slabEquivalents];
