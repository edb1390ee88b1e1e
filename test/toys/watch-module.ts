/** What the worker threads of the tests load: toys, one of which now and then makes a step that never ends. */
import { fileURLToPath } from "node:url";
import type { Side, System } from "../../harness/engine/contract.ts";
import { loadWatched } from "../../harness/engine/discipline/watched.ts";
import type { DisciplineWatch } from "../../harness/engine/run.ts";
import { counterSystem } from "./counter.ts";
import { lockSystem } from "./lock.ts";
import { PoolImplementation, poolSystem } from "./pool.ts";

/** Hangs in the third step of a case if that task's draw, which goes by the seed, says so: once in 64. */
class Hanging extends PoolImplementation {
  #setup!: Parameters<PoolImplementation["open"]>[0];
  #steps = 0;
  override open(setup: Parameters<PoolImplementation["open"]>[0]): void {
    super.open(setup);
    this.#setup = setup;
    this.#steps = 0;
  }
  override move(slot: number, moved: Parameters<PoolImplementation["move"]>[1]): void {
    while (this.#steps === 2 && this.#setup.draw(slot, 99, 0) % 64 === 0);
    this.#steps++;
    super.move(slot, moved);
  }
}

const lock = fileURLToPath(new URL("lock.ts", import.meta.url));
const accessor = fileURLToPath(new URL("shared.ts", import.meta.url));
const toys: { readonly [name: string]: () => System } = {
  counter: () => counterSystem(),
  "counter, lost update": () => counterSystem({ fault: "lost update" }),
  "counter, wrong sum": () => counterSystem({ fault: "wrong sum" }),
  "lock, held": () => lockSystem({ fault: "held" }),
  "pool, hanging": () => ({ ...poolSystem(), implementation: () => new Hanging() }),
  "pool, stale": () => poolSystem({ fault: "stale" }),
};

export function systemByName(name: string): System | undefined {
  return toys[name]?.();
}

export async function watchedImplementation(name: string): Promise<{ readonly implementation: Side; readonly discipline: DisciplineWatch } | undefined> {
  return name === "lock, held" ? loadWatched({ entry: lock, accessor, create: (exports) => new exports.LockImplementation("held") }) : undefined;
}
