/**
 * Runs a campaign on worker threads and watches them: a worker that makes no step for its time is ended, its case is reported as *hung*, and the
 * campaign goes on behind it. The result is a function of the plan and the number of cases, not of the number of workers.
 * No clock is looked at: timers of this thread, which decide nothing but when a silent worker is given up and when no further batch is begun, do the waiting. So a
 * thread that gets no turn does not count the time as a worker's silence.
 */
import { Worker } from "node:worker_threads";
import type { System } from "../contract.ts";
import { signature } from "../verdict.ts";
import { workerScript } from "./bundle.ts";
import { hungFailure } from "./hung.ts";
import { batchSize, caseOfPlan, type Plan } from "./plan.ts";
import { merge, noStatistics, type Statistics } from "./statistics.ts";
import type { BatchRequest, WorkerData } from "./worker.ts";

export interface CampaignOptions {
  readonly plan: Plan;
  readonly system: System;
  /** URL of the module the workers get the system from. */
  readonly systemModule: string;
  /** Cases to run; with `timeMs` the most. */
  readonly runs: number;
  readonly timeMs?: number;
  readonly workers: number;
  /** Silence after which a worker is given up. */
  readonly hungMs?: number;
  /** Cases that hung after which no more are begun, since each costs its time; without it none is too many. */
  readonly hungMax?: number;
  readonly onProgress?: (cases: number, failures: number) => void;
}

/** Rejects only if a worker cannot even begin. */
export async function runCampaign(options: CampaignOptions): Promise<Statistics> {
  const script = await workerScript(options.systemModule);
  return new Campaign(options, script).result;
}

class Campaign {
  readonly result: Promise<Statistics>;
  readonly #options: CampaignOptions;
  readonly #script: string;
  /** Those that cannot be merged yet, as one before them is missing; what is whole from the first case on is merged at once. */
  readonly #parts = new Map<number, Statistics>();
  #merged = noStatistics;
  #cases = 0;
  #failures = 0;
  /** Batches to hand out before the next fresh one: what a hung case left undone. */
  readonly #left: BatchRequest[] = [];
  #next = 0;
  #running = 0;
  #hungCount = 0;
  /** Aborted when no further batch is to be begun. */
  readonly #timeIsUp: AbortSignal | undefined;
  #resolve!: (statistics: Statistics) => void;
  #reject!: (error: Error) => void;

  constructor(options: CampaignOptions, script: string) {
    this.#options = options;
    this.#script = script;
    this.#timeIsUp = options.timeMs === undefined ? undefined : AbortSignal.timeout(options.timeMs);
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    const useful = Math.ceil(options.runs / batchSize);
    for (let i = 0; i < Math.max(1, Math.min(options.workers, useful)); i++) this.#begin();
  }

  #take(): BatchRequest | undefined {
    const left = this.#left.shift();
    if (left?.hung !== undefined) return this.#enough() ? upToHung(left) : left;
    if (this.#enough()) return undefined;
    if (left !== undefined) return left;
    if (this.#next >= this.#options.runs || this.#timeIsUp?.aborted === true) return undefined;
    const first = this.#next;
    this.#next = Math.min(this.#options.runs, first + batchSize);
    return { first, count: this.#next - first };
  }

  #enough(): boolean {
    return this.#hungCount >= (this.#options.hungMax ?? Infinity);
  }

  #begin(): void {
    const { plan, hungMs = 5000 } = this.#options;
    const progress = new SharedArrayBuffer(64);
    const published = new Int32Array(progress);
    const data: WorkerData = { plan, progress };
    const worker = new Worker(this.#script, { eval: true, workerData: data });
    this.#running++;
    let batch: BatchRequest | undefined;
    let seen = -1;
    const everyMs = Math.min(250, hungMs / 4);
    let silentMs = 0;
    const watch = setInterval(() => {
      const mark = published[0] * 1_000_003 + published[2];
      if (batch === undefined || mark !== seen) {
        seen = mark;
        silentMs = 0;
      } else if ((silentMs += everyMs) > hungMs) {
        const at = batch;
        batch = undefined;
        this.#hung(at, published[0], published[2]);
        end();
        if (this.#left.some((request) => request.hung !== undefined) || (!this.#enough() && (this.#left.length > 0 || this.#next < this.#options.runs))) this.#begin();
        this.#finishIfDone();
      }
    }, everyMs);
    const end = (): void => {
      clearInterval(watch);
      this.#running--;
      worker.removeAllListeners();
      void worker.terminate();
    };
    const next = (): void => {
      batch = this.#take();
      seen = -1;
      if (batch !== undefined) return worker.postMessage(batch);
      end();
      this.#finishIfDone();
    };
    worker.on("message", (message: "ready" | Statistics) => {
      if (message !== "ready") {
        this.#add(batch!.first, message);
        this.#options.onProgress?.(this.#cases, this.#failures);
      }
      next();
    });
    worker.on("error", (error) => {
      end();
      this.#reject(error as Error);
    });
  }

  #hung(batch: BatchRequest, index: number, step: number): void {
    this.#hungCount++;
    if (this.#options.plan.steer === true) {
      // What a steered case is follows from those before it: the batch runs again from its first, without this one.
      this.#left.push({ ...batch, hung: [...(batch.hung ?? []), { index, step }] });
      return;
    }
    const one = caseOfPlan(this.#options.system, this.#options.plan, index);
    const failure = hungFailure(step);
    this.#add(index, { ...noStatistics, cases: 1, failures: [{ signature: signature(failure), failure, case: one, index, count: 1 }] });
    if (index > batch.first) this.#left.push({ first: batch.first, count: index - batch.first });
    if (index + 1 < batch.first + batch.count) this.#left.push({ first: index + 1, count: batch.first + batch.count - index - 1 });
  }

  #add(first: number, statistics: Statistics): void {
    this.#cases += statistics.cases;
    for (const met of statistics.failures) this.#failures += met.count;
    this.#parts.set(first, statistics);
    for (let next = this.#parts.get(this.#merged.cases); next !== undefined; next = this.#parts.get(this.#merged.cases)) {
      this.#parts.delete(this.#merged.cases);
      this.#merged = merge(this.#merged, next);
    }
  }

  #finishIfDone(): void {
    if (this.#running > 0) return;
    const rest = [...this.#parts].sort(([a], [b]) => a - b);
    this.#resolve(rest.reduce((sum, [, part]) => merge(sum, part), this.#merged));
  }
}

/** As much of a batch as is needed to report what hung in it. */
function upToHung(request: BatchRequest): BatchRequest {
  const last = Math.max(...request.hung!.map((hung) => hung.index));
  return { ...request, count: last + 1 - request.first };
}
