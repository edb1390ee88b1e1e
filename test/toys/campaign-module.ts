/** Toys as a campaign's workers load them. */
import type { System } from "../../harness/engine/contract.ts";
import { counterSystem } from "./counter.ts";
import { poolSystem } from "./pool.ts";

/** `counter`, `counter lost update`, `pool loop` (a stage that never ends). */
export function systemByName(name: string): System | undefined {
  switch (name) {
    case "counter":
      return counterSystem();
    case "counter lost update":
      return counterSystem({ fault: "lost update" });
    case "pool loop":
      return poolSystem({ fault: "loop" });
    default:
      return undefined;
  }
}
