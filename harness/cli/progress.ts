/** Progress of long work: a bar on a terminal, a line now and then elsewhere. */
import { SingleBar, Presets } from "cli-progress";

export interface Progress {
  update(done: number, note: string): void;
  end(): void;
}

const plainEveryMs = 5000;

/** `total` in whatever is counted; `what` is said before it. Standard error, so that a report can be piped. */
export function progressOf(what: string, total: number): Progress {
  if (process.stderr.isTTY) {
    const bar = new SingleBar({ format: `${what} {bar} {value}/{total} {note}`, barsize: 24, hideCursor: true, clearOnComplete: true, stream: process.stderr, linewrap: false }, Presets.shades_classic);
    bar.start(total, 0, { note: "" });
    return { update: (done, note) => bar.update(Math.min(done, total), { note }), end: () => bar.stop() };
  }
  let last = performance.now();
  return {
    update(done, note) {
      if (performance.now() - last < plainEveryMs) return;
      last = performance.now();
      process.stderr.write(`${what}: ${done} of ${total}${note === "" ? "" : `, ${note}`}\n`);
    },
    end() {},
  };
}
