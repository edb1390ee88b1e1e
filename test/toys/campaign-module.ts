/** Toys as a campaign's workers load them. */
import type { System } from "../../harness/engine/contract.ts";
import { counterSystem } from "./counter.ts";
import { ambient, leakySystem, silent } from "./leaky.ts";
import { poolSystem } from "./pool.ts";

/** `counter`, `counter lost update`, `pool loop` (a stage that never ends), `leaky` with what leaks. */
export function systemByName(name: string): System | undefined {
  switch (name) {
    case "counter":
      return counterSystem();
    case "counter lost update":
      return counterSystem({ fault: "lost update" });
    case "pool loop":
      return poolSystem({ fault: "loop" });
    case "leaky kept clock":
      return leakySystem(ambient["TIME: a clock kept when loaded"][0]);
    case "leaky kept capacity":
      return leakySystem(silent["ORDER: a hash table that keeps its capacity"]);
    default:
      return undefined;
  }
}
