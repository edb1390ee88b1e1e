/** A worker: does the jobs its parent sends, one after the other. */
import { setImmediate } from "node:timers/promises";
import type { Answered } from "./in-worker.ts";
import type { Job } from "./job.ts";

/** What the module of a pool must export. */
export interface WorkModule {
  work(job: Job): unknown;
}

/** What the parent is told of each job: its answer, or the stack of what it threw. */
export type Told = Answered | { readonly threw: string };

/** Serves the parent of this process; ends with it. */
export function workFor({ work }: WorkModule): void {
  process.on("message", (job: Job) => void answer(work, job));
  process.on("disconnect", () => process.exit());
}

async function answer(work: WorkModule["work"], job: Job): Promise<void> {
  let told: Told;
  try {
    told = { answer: await work(job), resident: process.memoryUsage.rss() };
  } catch (error) {
    told = { threw: (error as Error)?.stack ?? String(error) };
  }
  // A promise that was left to fail ends this process now, under the name of its own job.
  await setImmediate();
  process.send!(told);
}
