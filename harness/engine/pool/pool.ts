/**
 * Runs jobs in processes of their own, several at a time, and answers in the order of the list, whoever was done first.
 *
 * Processes, not threads: a hunt asks how much of the processor it had, which is told of a whole process only. They stay from job to job and from run to run, since a program
 * is loaded slowly and runs slowly at first. What a job may take is its own affair; here nobody is given up.
 */
import { InWorker } from "./in-worker.ts";
import { Interrupted, type Job } from "./job.ts";

export interface PoolOptions {
  /** URL of the module the workers load; it exports `work`, which turns a job into its answer. Both can be written as JSON. */
  readonly module: string;
  /** Processes at most; no more are begun than there are jobs. */
  readonly workers: number;
  /** Memory, in bytes, above which a worker is ended once its job is done, and another begun in its place; 1 GB. */
  readonly residentMax?: number;
}

const residentMaxDefault = 2 ** 30;
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** To be ended by whoever made it, whatever happens: until then signals that end a process end its workers and make runs reject with `Interrupted`. */
export class Pool {
  readonly #options: PoolOptions;
  /** Those that are alive, and of those the ones without a job. */
  readonly #workers = new Set<InWorker>();
  readonly #idle: InWorker[] = [];
  /** Why no worker is begun any more. */
  #over: Error | undefined = undefined;
  readonly #interrupt = (signal: string): void => this.#endAll(new Interrupted(signal));

  constructor(options: PoolOptions) {
    this.#options = options;
    for (const signal of signals) process.once(signal, this.#interrupt);
  }

  /**
   * The answers to the jobs. Rejects with `JobFailed` for the first that came to none; the others are then ended with the pool. `onProgress` is called whenever a
   * job is begun or done, with the number of those done and that job.
   */
  async run<Asked extends Job, Answer>(jobs: readonly Asked[], onProgress: (done: number, job: Asked) => void = () => {}): Promise<Answer[]> {
    const { residentMax = residentMaxDefault, workers } = this.#options;
    const answers: Answer[] = [];
    let next = 0;
    let done = 0;
    const serve = async (): Promise<void> => {
      let worker = this.#idle.pop() ?? this.#begin();
      while (next < jobs.length) {
        const at = next++;
        const job = jobs[at];
        onProgress(done, job);
        const { answer, resident } = await worker.ask(job);
        answers[at] = answer as Answer;
        onProgress(++done, job);
        if (resident <= residentMax) continue;
        this.#workers.delete(worker);
        worker.end(new Error("it has grown too large"));
        worker = this.#begin();
      }
      this.#idle.push(worker);
    };
    await Promise.all(Array.from({ length: Math.min(workers, jobs.length) }, serve));
    return answers;
  }

  /** Ends the workers, whatever they are doing. */
  end(): void {
    for (const signal of signals) process.off(signal, this.#interrupt);
    this.#endAll(new Error("the pool was ended"));
  }

  #begin(): InWorker {
    if (this.#over !== undefined) throw this.#over;
    const worker = new InWorker(this.#options.module);
    this.#workers.add(worker);
    return worker;
  }

  #endAll(why: Error): void {
    this.#over = why;
    for (const worker of this.#workers) worker.end(why);
    this.#workers.clear();
  }
}
