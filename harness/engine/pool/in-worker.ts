/** One process of a pool, seen from the pool: a question, an answer, and an end that leaves nothing behind. */
import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { JobFailed, type Job } from "./job.ts";
import type { Told } from "./worker.ts";

const script = fileURLToPath(new URL("./worker.mjs", import.meta.url));

/** What came of a job, and the memory of its worker afterwards, in bytes. */
export interface Answered {
  readonly answer: unknown;
  readonly resident: number;
}

interface Waiting {
  readonly job: Job;
  readonly resolve: (answered: Answered) => void;
  readonly reject: (error: Error) => void;
}

export class InWorker {
  readonly #child: ChildProcess;
  #waiting: Waiting | undefined = undefined;
  /** Why it answers no more. */
  #ended: Error | string | undefined = undefined;

  constructor(module: string) {
    // A group of its own: what the worker has started can be ended with it, and a signal from the terminal comes to the pool alone.
    this.#child = fork(script, [module], { detached: true, execArgv: [], stdio: ["ignore", "ignore", "inherit", "ipc"] });
    this.#child.on("message", (told: Told) => this.#told(told));
    this.#child.on("error", (error) => this.#over(`its worker cannot be reached: ${error.message}`));
    this.#child.on("exit", (code, signal) => this.#over(`its worker ended (${signal ?? `exit code ${code}`})`));
  }

  /** One job at a time. Rejects with `JobFailed`, or with what the worker was ended for. */
  ask(job: Job): Promise<Answered> {
    return new Promise((resolve, reject) => {
      this.#waiting = { job, resolve, reject };
      if (this.#ended !== undefined) this.#over(this.#ended);
      else this.#child.send(job);
    });
  }

  /** Ends the process and all that it started; whoever waits for an answer gets `why`. */
  end(why: Error): void {
    this.#over(why);
    try {
      process.kill(-this.#child.pid!, "SIGKILL");
    } catch {
      // There are no groups here, or nobody is left in it.
      this.#child.kill("SIGKILL");
    }
  }

  #told(told: Told): void {
    if (this.#waiting === undefined) return;
    const { job, resolve, reject } = this.#waiting;
    this.#waiting = undefined;
    if ("threw" in told) reject(new JobFailed(job.name, told.threw));
    else resolve(told);
  }

  #over(why: Error | string): void {
    this.#ended ??= why;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.reject(why instanceof Error ? why : new JobFailed(waiting.job.name, why));
  }
}
