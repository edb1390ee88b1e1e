/** Spin's verifier of `port-quota.pml`: built where spin and a C compiler are installed, run, and timed. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Nothing that is written is hidden from the state (`-o2`), no reduction, no search for circles, 2^20 places for states; it is a full search of every state, each stored as it is.
 * `-b` makes a stack that is too short an error.
 */
const spinFlags = ["-o2", "-a"];
const compilerFlags = ["-O2", "-w", "-DNOREDUCE", "-DSAFETY"];
const runFlags = ["-m10000", "-b", "-w20", "-n"];
/** A verifier that ends does so in a second; one whose model was changed may not. */
const timeoutMs = 60_000;

/** What a search found. */
export interface Verified {
  readonly states: number;
  readonly transitions: number;
  /** Entries of the view, with a space between them, of each state in which nothing can move; sorted. */
  readonly finals: readonly string[];
}

function works(program: string, flag: string, says: RegExp): boolean {
  const { status, stdout } = spawnSync(program, [flag], { encoding: "utf8" });
  return status === 0 && says.test(stdout);
}

/** What of spin and a C compiler is not installed, in words; undefined: both are. */
export function missingForSpin(): string | undefined {
  if (!works("spin", "-V", /^Spin Version/)) return "spin is not installed";
  return works("gcc", "--version", /./) ? undefined : "gcc is not installed";
}

function numberIn(text: string, pattern: RegExp): number {
  const found = pattern.exec(text);
  if (found === null) throw new Error(`spin's verifier did not say ${String(pattern)}: ${text.slice(0, 2000)}`);
  return Number(found[1]);
}

/** A verifier in a folder of its own; `remove` it when it is no longer needed. */
export class Verifier {
  readonly #folder = mkdtempSync(join(tmpdir(), "tandem-spin-"));

  /** Builds the verifier of a model's text; with `views` it prints the view of each final state, and makes a step more for each. */
  constructor(model: string, views: boolean) {
    const cwd = this.#folder;
    writeFileSync(join(cwd, "model.pml"), model);
    try {
      execFileSync("spin", [...(views ? ["-DVIEWS"] : []), ...spinFlags, "model.pml"], { cwd, stdio: "pipe" });
      execFileSync("gcc", [...compilerFlags, ...(views ? ["-DPRINTF"] : []), "-o", "pan", "pan.c"], { cwd, stdio: "pipe" });
    } catch (error) {
      this.remove();
      throw error;
    }
  }

  /**
   * Searches once. The first step, which sets up, and the state before it are not counted, and neither are the steps that print: what is left are steps of tasks and states between them.
   * (Spin's own count of transitions is that of states stored and states matched, so it counts the first state too.)
   */
  verify(): Verified {
    const text = execFileSync(join(this.#folder, "pan"), runFlags, { cwd: this.#folder, encoding: "utf8", timeout: timeoutMs, maxBuffer: 2 ** 28 });
    if (numberIn(text, /errors: (\d+)/) !== 0) throw new Error(`spin's verifier found an error: ${text.slice(0, 2000)}`);
    const finals = text.split("\n").flatMap((line) => (line.includes("view ") ? [line.slice(line.indexOf("view ") + 5)] : [])).sort();
    return {
      states: numberIn(text, /(\d+) states, stored/) - 1 - finals.length,
      transitions: numberIn(text, /(\d+) transitions/) - 2 - finals.length,
      finals,
    };
  }

  /** Searches so many times, one process after the other; milliseconds of the processor that they took, starting included. */
  processorMs(times: number): number {
    const loop = `i=0; while [ $i -lt ${times} ]; do ./pan ${runFlags.join(" ")} >/dev/null || exit 1; i=$((i+1)); done; times`;
    const text = execFileSync("sh", ["-c", loop], { cwd: this.#folder, encoding: "utf8", timeout: timeoutMs });
    // The second line is that of the children: of the user, of the kernel.
    const found = /\n(\d+)m([\d.]+)s\s+(\d+)m([\d.]+)s/.exec(text);
    if (found === null) throw new Error(`the shell did not say how long its children took: ${text}`);
    const [, userMinutes, userSeconds, kernelMinutes, kernelSeconds] = found.map(Number);
    return (userMinutes + kernelMinutes) * 60_000 + (userSeconds + kernelSeconds) * 1000;
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
