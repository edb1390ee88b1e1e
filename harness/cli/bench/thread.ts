/** The thread of one competitor: it sets up when it starts, and then does its work as often as it is asked to. */
import { parentPort, workerData } from "node:worker_threads";
import { systemByName } from "../../systems/index.ts";
import * as checking from "./checking.ts";
import * as lookUp from "./look-up.ts";
import * as modelRun from "./model-run.ts";
import { stopwatch, type Competitors, type Sizes } from "./row.ts";
import * as stages from "./stages.ts";

/** Who runs in the thread. */
export interface ThreadOf {
  readonly row: string;
  readonly competitor: string;
  readonly system: string;
  readonly sizes: Sizes;
  readonly given: unknown;
}

/** What came of the work done once: units, and the time they took. */
export interface Lap {
  readonly units: number;
  readonly ms: number;
}

const rows: { readonly [row: string]: Competitors } = { checking: checking.competitors, "model-run": modelRun.competitors, stages: stages.competitors, "look-up": lookUp.competitors };

/** Serves the parent of this thread. */
export function serve(): void {
  const { row, competitor, system, sizes, given } = workerData as ThreadOf;
  const work = rows[row][competitor](systemByName(system)!, sizes, given);
  const lap = async (): Promise<Lap> => {
    const passed = stopwatch();
    const units = await work();
    return { units, ms: passed() };
  };
  parentPort!.on("message", () => void lap().then((found) => parentPort!.postMessage(found)));
}
