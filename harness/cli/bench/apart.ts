/**
 * Competitors measured against each other, each in a thread of its own: what the engine that runs them learns of one (which classes are met where) would
 * slow the others, and no campaign runs a side alone beside the pair. They take turns within a round, each round beginning with another one, so
 * that whatever else the machine does falls on all alike. Before the rounds each works for a while unmeasured, until its code is compiled.
 */
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { scriptOf } from "../../engine/campaign/bundle.ts";
import type { Lap, ThreadOf } from "./thread.ts";
import type { Rates, Sizes } from "./row.ts";

/** Warming up, for each round to come. */
const warmMsForEach = 150;
const thread = fileURLToPath(new URL("./thread.ts", import.meta.url));

/** One competitor in its thread. */
class Lane {
  readonly #worker: Worker;
  constructor(script: string, of: ThreadOf) {
    this.#worker = new Worker(script, { eval: true, workerData: of });
  }
  /** Does its work once; rejects with what the work throws. */
  lap(): Promise<Lap> {
    return new Promise((resolve, reject) => {
      this.#worker.removeAllListeners();
      this.#worker.once("message", resolve).once("error", reject);
      this.#worker.postMessage("go");
    });
  }
  /** Works until so much time has passed. */
  async warm(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; ) passed += (await this.lap()).ms;
  }
  end(): Promise<number> {
    this.#worker.removeAllListeners();
    return this.#worker.terminate();
  }
}

/** Measures the competitors of a row (names of what its module exports as `competitors`) on a system; `given` is handed to each of them. */
export async function ratesOf<Names extends string>(row: string, names: readonly Names[], system: string, sizes: Sizes, given?: unknown): Promise<Rates<Names>> {
  const script = await scriptOf(`import { serve } from ${JSON.stringify(thread)};\nserve();`);
  const lanes = names.map((competitor) => new Lane(script, { row, competitor, system, sizes, given }));
  const found = names.map((): number[] => []);
  try {
    for (const lane of lanes) await lane.warm(sizes.rounds * warmMsForEach);
    for (let round = 0; round < sizes.rounds; round++) {
      for (let turn = 0; turn < lanes.length; turn++) {
        const at = (turn + round) % lanes.length;
        const { units, ms } = await lanes[at].lap();
        found[at].push((units * 1000) / ms);
      }
    }
  } finally {
    for (const lane of lanes) await lane.end();
  }
  return Object.fromEntries(names.map((name, at) => [name, found[at]])) as { [name in Names]: number[] };
}
