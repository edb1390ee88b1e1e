/**
 * A child process with which lines are exchanged synchronously: two named pipes that are read and written without waiting, and short sleeps between.
 *
 * Named pipes because the streams that node makes for a child can only be read asynchronously. Our ends do not block, the child's do, as programs expect of
 * their standard streams. Needs a POSIX system with `mkfifo`.
 */
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { closeSync, constants, fstatSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A program to be started: its name, arguments and folder. */
export interface ProgramCommand {
  readonly command: string;
  readonly args?: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** How talking to a program can end. */
export type Ending = "silent" | "ended" | "not started" | "line too long";

export class ProgramEnded extends Error {
  readonly how: Ending;
  constructor(how: Ending, text: string) {
    super(text);
    this.how = how;
  }
}

const lineBytesMax = 1 << 26;
/** Tries before sleeping; an answer usually comes within some tens of microseconds, which is some ten tries. */
const triesAwake = 40;
const sleepMs = { first: 0.05, most: 4 };

export class LineProgram {
  readonly #child: ChildProcess;
  readonly #in: number;
  readonly #out: number;
  readonly #err: number;
  readonly #timeMs: number;
  /** Time for the next line. */
  #limitMs: number;
  readonly #cell = new Int32Array(new SharedArrayBuffer(4));
  #buffer = Buffer.allocUnsafe(1 << 16);
  /** Bytes of `#buffer` not yet handed out. */
  #from = 0;
  #to = 0;
  #open = true;

  /** `timeMs`: how long a line may take to come or to be taken, `startMs` how long the first. Throws `ProgramEnded` ("not started"). */
  constructor({ command, args = [], cwd, env }: ProgramCommand, timeMs: number, startMs: number) {
    this.#timeMs = timeMs;
    this.#limitMs = startMs;
    const folder = mkdtempSync(join(tmpdir(), "tandem-"));
    try {
      const paths = ["in", "out"].map((name) => join(folder, name));
      execFileSync("mkfifo", paths);
      const { O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;
      // A pipe opens for writing only once it is open for reading; a reader that does not block comes first.
      const opener = openSync(paths[0], O_RDONLY | O_NONBLOCK);
      this.#in = openSync(paths[0], O_WRONLY | O_NONBLOCK);
      this.#out = openSync(paths[1], O_RDONLY | O_NONBLOCK);
      this.#err = openSync(join(folder, "err"), "w+");
      const childIn = openSync(paths[0], O_RDONLY);
      const childOut = openSync(paths[1], O_WRONLY);
      this.#child = spawn(command, args, { cwd, env: env === undefined ? process.env : { ...process.env, ...env }, stdio: [childIn, childOut, this.#err] });
      // Told again by `pid` and by the end of the pipe; without a listener it would end this process.
      this.#child.on("error", () => {});
      this.#child.unref();
      for (const fd of [opener, childIn, childOut]) closeSync(fd);
    } finally {
      rmSync(folder, { recursive: true });
    }
    if (this.#child.pid === undefined) {
      this.close();
      throw new ProgramEnded("not started", `${command} could not be started`);
    }
  }

  get alive(): boolean {
    return this.#open;
  }

  /** Sends one line. Throws `ProgramEnded`, after which the program is gone. */
  write(line: string): void {
    let bytes = Buffer.from(`${line}\n`);
    let sleeps = new Sleeps(this.#cell, this.#limitMs);
    while (bytes.length > 0) {
      const count = this.#try(() => writeSync(this.#in, bytes));
      if (count > 0) {
        bytes = bytes.subarray(count);
        sleeps = new Sleeps(this.#cell, this.#limitMs);
      } else if (!sleeps.sleep()) throw this.#end("silent", `it took no input for ${this.#limitMs} ms`);
    }
  }

  /** The next line it says. Throws `ProgramEnded`, after which the program is gone. */
  read(): string {
    const sleeps = new Sleeps(this.#cell, this.#limitMs);
    let searched = this.#from;
    for (;;) {
      const end = this.#buffer.subarray(0, this.#to).indexOf(10, searched);
      if (end >= 0) {
        const line = this.#buffer.toString("utf8", this.#from, end);
        this.#from = end + 1;
        this.#limitMs = this.#timeMs;
        return line;
      }
      this.#makeRoom();
      searched = this.#to;
      for (;;) {
        const count = this.#try(() => readSync(this.#out, this.#buffer, this.#to, this.#buffer.length - this.#to, null));
        if (count === 0) throw this.#end("ended", `it ended${this.#lastWords()}`);
        if (count > 0) {
          this.#to += count;
          break;
        }
        if (!sleeps.sleep()) throw this.#end("silent", `it said nothing for ${this.#limitMs} ms`);
      }
    }
  }

  /** Ends the program, at once if `kill`, else by the end of its input. */
  close(kill = false): void {
    if (!this.#open) return;
    this.#open = false;
    for (const fd of [this.#in, this.#out, this.#err]) closeSync(fd);
    if (kill) this.#child.kill("SIGKILL");
  }

  /** Bytes moved, or -1 if none could be for now. */
  #try(move: () => number): number {
    try {
      return move();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EAGAIN") return -1;
      if (code === "EPIPE") throw this.#end("ended", `it ended${this.#lastWords()}`);
      throw error;
    }
  }

  #makeRoom(): void {
    if (this.#from > 0) {
      this.#buffer.copy(this.#buffer, 0, this.#from, this.#to);
      this.#to -= this.#from;
      this.#from = 0;
    }
    if (this.#to < this.#buffer.length) return;
    if (this.#to >= lineBytesMax) throw this.#end("line too long", `a line of more than ${lineBytesMax} bytes`);
    const wider = Buffer.allocUnsafe(this.#buffer.length * 2);
    this.#buffer.copy(wider, 0, 0, this.#to);
    this.#buffer = wider;
  }

  #end(how: Ending, text: string): ProgramEnded {
    const ended = new ProgramEnded(how, text);
    this.close(true);
    return ended;
  }

  /** The last line it wrote to standard error that says something. */
  #lastWords(): string {
    const size = fstatSync(this.#err).size;
    const tail = Buffer.alloc(Math.min(size, 4096));
    readSync(this.#err, tail, 0, tail.length, size - tail.length);
    const lines = tail.toString("utf8").split("\n").filter((line) => line.trim() !== "");
    const said = lines.find((line) => /error/i.test(line)) ?? lines.at(-1);
    return said === undefined ? "" : `, saying: ${said.trim().slice(0, 200)}`;
  }
}

/** Ever longer sleeps; their sum stands for the time that has passed. */
class Sleeps {
  readonly #cell: Int32Array;
  readonly #timeMs: number;
  #tries = 0;
  #next = sleepMs.first;
  #slept = 0;
  constructor(cell: Int32Array, timeMs: number) {
    this.#cell = cell;
    this.#timeMs = timeMs;
  }
  /** False once the time is over. */
  sleep(): boolean {
    if (++this.#tries < triesAwake) return true;
    if (this.#slept >= this.#timeMs) return false;
    Atomics.wait(this.#cell, 0, 0, this.#next);
    this.#slept += this.#next;
    this.#next = Math.min(sleepMs.most, this.#next * 1.5);
    return true;
  }
}
