/** A program behind a pipe as a side: each call is a request, and the answer is waited for. */
import type { Fault, Moved, Setup, Side, Task } from "../contract.ts";
import { withoutTraps } from "../traps.ts";
import type { Verdict } from "../verdict.ts";
import { LineProgram, ProgramEnded, type ProgramCommand } from "./lines.ts";
import { BadAnswer, integerIn, integersIn, objectIn, protocolVersion, readMoved, shortened, type Request } from "./protocol.ts";

/** What is wrong with a program, apart from what it decides. `verdict`: "hung" (no answer in its time), "crashed" (it ended, or said that it failed), "invalid" (no answer as the protocol asks for). */
export class PipeFault extends Error {
  readonly verdict: Verdict;
  readonly observable: string;
  readonly expected: string;
  readonly found: string;
  constructor(verdict: Verdict, observable: string, expected: string, found: string) {
    super(`expected ${expected}, found ${found}`);
    this.name = `PipeFault ${verdict}`;
    this.verdict = verdict;
    this.observable = observable;
    this.expected = expected;
    this.found = found;
  }
}

/** What a setup does not say and a program must know. */
export interface PipedFacts {
  readonly system: string;
  /** Seed of the case's draws. */
  readonly seed: number;
  readonly nodeCount: number;
  /** Entries of the view. */
  readonly entries: number;
}

export interface PipedOptions {
  /** Time for one answer; 2000 ms. */
  readonly timeMs?: number;
  /** Time for the first answer, in which the program starts; 10,000 ms. */
  readonly startMs?: number;
}

/** Answers not waited for, at most: they must fit into the pipe. */
const pendingMax = 64;

export class PipedSide implements Side {
  /** To be set before a case is opened. */
  facts: PipedFacts = { system: "", seed: 0, nodeCount: 1, entries: 0 };
  /** What went wrong since the case was opened. */
  fault: PipeFault | undefined = undefined;
  readonly #command: ProgramCommand;
  readonly #options: PipedOptions;
  #program: LineProgram | undefined = undefined;
  #setup!: Setup;
  /** Lines of the program read since the case was opened. */
  #lines = 0;
  /** What the requests under way do. */
  readonly #pending: string[] = [];
  /** Entries written by the last move, and their values. */
  readonly #written = new Map<number, number>();

  constructor(command: ProgramCommand, options: PipedOptions = {}) {
    this.#command = command;
    this.#options = options;
  }

  /** Starts the program if it does not run. */
  open(setup: Setup): void {
    this.#setup = setup;
    this.fault = undefined;
    this.#written.clear();
    // What is said to requests of a case that failed is of no interest any more.
    while (this.#pending.length > 0) this.#line();
    this.#lines = 0;
    const { system, seed, entries } = this.facts;
    const { profile, config, taskCountMax, footprint, poison } = setup;
    this.#ask({ do: "open", protocol: protocolVersion, system, profile, config, seed, taskCountMax, entries, footprint, poison });
  }

  start(task: Task): void {
    const { slot, id, key, node, core, kind, cause, command, body, of } = task;
    this.#send({ do: "start", task: { slot, id, key, node, core, kind, cause, command, body, of } });
  }

  move(slot: number, moved: Moved): void {
    this.#moved({ do: "move", slot, clocks: this.#clocks() }, moved);
  }

  apply(fault: Fault, moved: Moved): void {
    this.#moved({ do: "apply", fault, clocks: this.#clocks() }, moved);
  }

  /** An entry written by the last move comes with its answer; any other is asked for. */
  read(entry: number): number {
    const written = this.#written.get(entry);
    if (written !== undefined) return written;
    const answer = this.#ask({ do: "read", entry });
    return this.#checked("read", () => integerIn(answer.value, "value"));
  }

  scan(into: Int32Array): void {
    const answer = this.#ask({ do: "scan" });
    this.#checked("scan", () => {
      const values = integersIn(answer.values, "values");
      if (values.length !== into.length) throw new BadAnswer("values", `${into.length} values`, values.length);
      into.set(values);
    });
  }

  /** Ends the program. */
  close(): void {
    this.#program?.close();
    this.#program = undefined;
    this.#pending.length = 0;
  }

  #moved(request: Request, moved: Moved): void {
    this.#written.clear();
    const answer = this.#ask(request);
    this.#checked(request.do, () => {
      if (request.do === "move" && answer.next === undefined) throw new BadAnswer("next", "0 (more), 1 (blocked) or 2 (done)", undefined);
      readMoved(answer, moved, (entry, value) => this.#written.set(entry, value));
    });
  }

  #clocks(): number[] {
    return Array.from({ length: this.facts.nodeCount }, (_, node) => this.#setup.nowMs(node));
  }

  #ask(request: Request): Record<string, unknown> {
    this.#send(request);
    while (this.#pending.length > 1) this.#answer();
    return this.#answer();
  }

  #send(request: Request): void {
    while (this.#pending.length >= pendingMax) this.#answer();
    const line = JSON.stringify(request);
    this.#talking(request.do, () => this.#running().write(line));
    this.#pending.push(request.do);
  }

  /** The answer to the oldest request under way. */
  #answer(): Record<string, unknown> {
    const [doing] = this.#pending;
    const line = this.#line();
    const answer = this.#checked(doing, () => objectIn(line));
    if (answer.error !== undefined) throw this.#failed("crashed", `${doing} error`, `an answer to ${doing}`, `line ${this.#lines}: ${shortened(String(answer.error))}`);
    return answer;
  }

  /** The next line, whatever it says. */
  #line(): string {
    const line = this.#talking(this.#pending[0], () => this.#running().read());
    this.#pending.shift();
    this.#lines++;
    return line;
  }

  #running(): LineProgram {
    if (this.#program === undefined) {
      const { timeMs = 2000, startMs = 10_000 } = this.#options;
      this.#program = withoutTraps(() => new LineProgram(this.#command, timeMs, startMs));
    }
    return this.#program;
  }

  #talking<T>(doing: string, talk: () => T): T {
    try {
      return talk();
    } catch (error) {
      if (!(error instanceof ProgramEnded)) throw error;
      this.#program = undefined;
      this.#pending.length = 0;
      const verdict = { silent: "hung", ended: "crashed", "not started": "invalid", "line too long": "invalid" } as const;
      throw this.#failed(verdict[error.how], error.how, `an answer to ${doing}`, error.message);
    }
  }

  #checked<T>(doing: string, check: () => T): T {
    try {
      return check();
    } catch (error) {
      if (!(error instanceof BadAnswer)) throw error;
      const { at, expected, found } = error.bad;
      this.#program?.close(true);
      this.#program = undefined;
      this.#pending.length = 0;
      throw this.#failed("invalid", `answer to ${doing}`, `line ${this.#lines}, ${at}: ${expected}`, found);
    }
  }

  #failed(verdict: Verdict, observable: string, expected: string, found: string): PipeFault {
    this.fault = new PipeFault(verdict, `program ${observable}`, expected, found);
    return this.fault;
  }
}
