/**
 * Runs a campaign on worker threads and watches them: a worker that makes no step for its time is ended, its case is reported as *hung*, and the
 * campaign goes on behind it. The result is a function of the plan and the number of cases, not of the number of workers.
 * This is the one place of the engine that looks at a clock: it decides only when a silent worker is given up and when no further batch is begun.
 */
import { Worker } from "node:worker_threads";
import type { System } from "../contract.ts";
import { signature, type Failure } from "../verdict.ts";
import { workerScript } from "./bundle.ts";
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

interface Part {
  readonly first: number;
  readonly statistics: Statistics;
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
  readonly #parts: Part[] = [];
  /** Batches to hand out before the next fresh one: what a hung case left undone. */
  readonly #left: BatchRequest[] = [];
  #next = 0;
  #running = 0;
  #hungCount = 0;
  readonly #until: number;
  #resolve!: (statistics: Statistics) => void;
  #reject!: (error: Error) => void;

  constructor(options: CampaignOptions, script: string) {
    this.#options = options;
    this.#script = script;
    this.#until = options.timeMs === undefined ? Infinity : performance.now() + options.timeMs;
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    const useful = Math.ceil(options.runs / batchSize);
    for (let i = 0; i < Math.max(1, Math.min(options.workers, useful)); i++) this.#begin();
  }

  #take(): BatchRequest | undefined {
    if (this.#enough()) return undefined;
    const left = this.#left.shift();
    if (left !== undefined) return left;
    if (this.#next >= this.#options.runs || performance.now() >= this.#until) return undefined;
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
    let since = performance.now();
    const watch = setInterval(() => {
      const mark = published[0] * 1_000_003 + published[2];
      if (batch === undefined || mark !== seen) {
        seen = mark;
        since = performance.now();
      } else if (performance.now() - since > hungMs) {
        const at = batch;
        batch = undefined;
        this.#hung(at, published[0], published[2]);
        end();
        if (!this.#enough() && (this.#left.length > 0 || this.#next < this.#options.runs)) this.#begin();
        this.#finishIfDone();
      }
    }, Math.min(250, hungMs / 4));
    const end = (): void => {
      clearInterval(watch);
      this.#running--;
      worker.removeAllListeners();
      void worker.terminate();
    };
    const next = (): void => {
      batch = this.#take();
      seen = -1;
      since = performance.now();
      if (batch !== undefined) return worker.postMessage(batch);
      end();
      this.#finishIfDone();
    };
    worker.on("message", (message: "ready" | Statistics) => {
      if (message !== "ready") {
        this.#parts.push({ first: batch!.first, statistics: message });
        this.#tell();
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
    const one = caseOfPlan(this.#options.system, this.#options.plan, index);
    const failure: Failure = { verdict: "hung", rules: [], step, task: "", observable: "step", expected: "a step that ends", found: `no step for its time after step ${step}` };
    this.#parts.push({ first: index, statistics: { ...noStatistics, cases: 1, failures: [{ signature: signature(failure), failure, case: one, index, count: 1 }] } });
    if (index > batch.first) this.#left.push({ first: batch.first, count: index - batch.first });
    if (index + 1 < batch.first + batch.count) this.#left.push({ first: index + 1, count: batch.first + batch.count - index - 1 });
  }

  #tell(): void {
    const { onProgress } = this.#options;
    if (onProgress === undefined) return;
    let cases = 0;
    let failures = 0;
    for (const { statistics } of this.#parts) {
      cases += statistics.cases;
      for (const met of statistics.failures) failures += met.count;
    }
    onProgress(cases, failures);
  }

  #finishIfDone(): void {
    if (this.#running > 0) return;
    this.#parts.sort((a, b) => a.first - b.first);
    this.#resolve(this.#parts.reduce((sum, part) => merge(sum, part.statistics), noStatistics));
  }
}
