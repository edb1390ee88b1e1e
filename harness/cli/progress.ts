/** Progress of long work: a bar on a terminal, a line now and then elsewhere. */
import { SingleBar, Presets } from "cli-progress";
import type { Job } from "../engine/pool/job.ts";
import type { Pool } from "../engine/pool/pool.ts";
import { columns } from "./terminal.ts";

export interface Progress {
  update(done: number, note: string): void;
  end(): void;
}

/** Work that ends when its time is up, however much of it is done by then; `of` is what is counted. */
export interface Timed {
  readonly timeMs: number;
  readonly of: string;
}

const plainEveryMs = 5000;
/** Columns for what stands beside the bar and the name before it. */
const figures = 28;
/** Columns that are neither of the name, the bar, the two numbers nor the note. */
const besides = 7;

/** `total` in whatever is counted, or the time there is; `what` is said before it. Standard error, so that a report can be piped. */
export function progressOf(what: string, total: number | Timed): Progress {
  return process.stderr.isTTY ? barOf(what, total) : linesOf(what, total);
}

function barOf(what: string, total: number | Timed): Progress {
  const began = performance.now();
  const timed = typeof total === "number" ? undefined : total;
  const full = timed === undefined ? (total as number) : Math.ceil(timed.timeMs / 1000);
  const format = timed === undefined ? `${what} {bar} {value}/{total} {note}` : `${what} {bar} {value}/{total} s {note}`;
  const barsize = Math.max(4, Math.min(24, columns() - what.length - figures));
  // Whoever breaks the command off gets the terminal back as it was: with its cursor, and with lines that wrap, so that a note must not be longer than its line.
  const bar = new SingleBar({ format, barsize, hideCursor: false, clearOnComplete: true, stream: process.stderr, linewrap: true }, Presets.shades_classic);
  const noteMost = Math.max(0, columns() - what.length - barsize - 2 * String(full).length - besides);
  const short = (note: string): string => (note.length > noteMost ? note.slice(0, noteMost) : note);
  bar.start(full, 0, { note: "" });
  return {
    update(done, note) {
      if (timed === undefined) bar.update(Math.min(done, full), { note: short(note) });
      else bar.update(Math.min(Math.floor((performance.now() - began) / 1000), full), { note: short(`${done} ${timed.of}${note === "" ? "" : `, ${note}`}`) });
    },
    end: () => bar.stop(),
  };
}

function linesOf(what: string, total: number | Timed): Progress {
  const began = performance.now();
  let last = began;
  return {
    update(done, note) {
      const now = performance.now();
      if (now - last < plainEveryMs) return;
      last = now;
      const far = typeof total === "number" ? `${done} of ${total}` : `${done} ${total.of} in ${Math.round((now - began) / 1000)} of ${Math.ceil(total.timeMs / 1000)} s`;
      process.stderr.write(`${what}: ${far}${note === "" ? "" : `, ${note}`}\n`);
    },
    end() {},
  };
}

/** Runs the jobs in the pool, with their progress shown under `what`, and beside it what is said of the job last begun or done. */
export async function runWith<Asked extends Job, Answer>(pool: Pool, what: string, jobs: readonly Asked[], note: (job: Asked) => string = ({ name }) => name): Promise<Answer[]> {
  if (jobs.length === 0) return [];
  const progress = progressOf(what, jobs.length);
  try {
    return await pool.run<Asked, Answer>(jobs, (done, job) => progress.update(done, note(job)));
  } finally {
    progress.end();
  }
}
