/** The systems that can be checked, by name. */
import type { System } from "../engine/contract.ts";
import { memorySlab } from "./memory-slab/index.ts";
import { natSession } from "./nat-session/index.ts";
import { node } from "./node/index.ts";
import { portAllocation } from "./port-allocation/index.ts";
import { portQuota } from "./port-quota/index.ts";
import { quota } from "./quota/index.ts";
import { rssDistribution } from "./rss-distribution/index.ts";

/** Every system, in the order in which a run over all of them takes them. */
export const systems: readonly System[] = [quota, portAllocation, portQuota, natSession, rssDistribution, memorySlab, node];

/** The system of this name, or undefined. */
export function systemByName(name: string): System | undefined {
  return systems.find((system) => system.name === name);
}
