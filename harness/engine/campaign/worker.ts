/** A worker: runs the batches its parent names and publishes the case and step it is at. */
import { parentPort, workerData } from "node:worker_threads";
import { Pair, type DisciplineWatch } from "../run.ts";
import type { Side, System } from "../contract.ts";
import { BatchRunner } from "./batch.ts";
import type { Hung } from "./hung.ts";
import type { Plan } from "./plan.ts";

/** What the module a worker is given must export: a system by name, and its implementation under the watched accessor if it has one. */
export interface SystemModule {
  systemByName(name: string): System | undefined;
  watchedImplementation?(name: string): Promise<{ readonly implementation: Side; readonly discipline: DisciplineWatch } | undefined>;
}

export interface WorkerData {
  readonly plan: Plan;
  readonly progress: SharedArrayBuffer;
}
export interface BatchRequest {
  readonly first: number;
  readonly count: number;
  /** Cases of the batch that are known to hang: they are reported and not run. Only of a steered batch, which cannot be divided. */
  readonly hung?: readonly Hung[];
}

/** Serves the parent of this thread with a system of the module. Rejects if the module has no system of the plan's name. */
export async function work(systems: SystemModule): Promise<void> {
  const { plan, progress } = workerData as WorkerData;
  const system = systems.systemByName(plan.system);
  if (system === undefined) throw new Error(`the systems' module has none called ${plan.system}`);
  const watched = plan.disciplineEvery > 0 ? await systems.watchedImplementation?.(plan.system) : undefined;
  const runner = new BatchRunner(system, plan, new Pair(system), watched === undefined ? undefined : new Pair(system, watched), new Int32Array(progress), () => new Pair(system));

  parentPort!.on("message", (request: BatchRequest) => {
    parentPort!.postMessage(runner.run(request.first, request.count, request.hung));
  });
  parentPort!.postMessage("ready");
}
