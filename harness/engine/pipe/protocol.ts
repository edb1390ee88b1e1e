/**
 * What a program behind a pipe and the engine say to each other.
 *
 * JSON, one value a line, in UTF-8. The engine writes requests to the program's standard input; the program answers each with one line on its standard output,
 * in order, and writes nothing else there (what it writes to standard error is quoted when it dies). Several requests may be under way. Everything is
 * named by number as in `contract.ts`: tasks by slot, entries of the view by index, stages and nodes by position. Standard input ends when the program
 * is to end.
 *
 * A program makes its draws itself: the n-th draw (`count`, from 0) of task `key` in stage `stage` is
 * `mix32(mix32(mix32(seed, key), stage), count)`, an unsigned word; `mix32` is stated in `random.ts`.
 *
 * Instead of its answer a program may say `{"error": "…"}`: it could not take the step. That is a crash, the text is quoted; it may live on.
 */
import type { BadInput, Fault, Moved, Sent, TaskKind, TimerSet } from "../contract.ts";

/** Version of this protocol; part of `open`. */
export const protocolVersion = 1;

/** A task as `start` names it: all of `Task`. */
export interface PipedTask {
  readonly slot: number;
  readonly id: string;
  readonly key: number;
  readonly node: number;
  readonly core: number;
  readonly kind: TaskKind;
  readonly cause: number;
  readonly command: { readonly kind: string };
  readonly body: readonly number[];
  readonly of: number;
}

/** `clocks`: milliseconds on each node's clock. */
export type Request =
  | {
      readonly do: "open";
      readonly protocol: number;
      readonly system: string;
      readonly profile: string;
      readonly config: unknown;
      readonly seed: number;
      readonly taskCountMax: number;
      readonly entries: number;
      readonly footprint: boolean;
      readonly poison: number;
    }
  | { readonly do: "start"; readonly task: PipedTask }
  | { readonly do: "move"; readonly slot: number; readonly clocks: readonly number[] }
  | { readonly do: "apply"; readonly fault: Fault; readonly clocks: readonly number[] }
  | { readonly do: "read"; readonly entry: number }
  | { readonly do: "scan" };

/** To `open` and `start`: `{}`. */
export type DoneAnswer = Record<string, never>;

/** To `move` and `apply`. What is left out is empty, `next` (of a move) is always there. `writes`: entry and the value it has now, by turns. */
export interface MovedAnswer {
  readonly stages?: readonly number[];
  readonly next?: 0 | 1 | 2;
  readonly blockedOn?: number;
  readonly outcome?: readonly number[];
  readonly yields?: number;
  readonly witness?: readonly number[];
  readonly writes?: readonly number[];
  readonly reads?: readonly number[];
  readonly freed?: readonly number[];
  readonly sent?: readonly Sent[];
  readonly timers?: readonly TimerSet[];
}

/** To `read`. */
export interface ReadAnswer {
  readonly value: number;
}

/** To `scan`: the value of every entry. */
export interface ScanAnswer {
  readonly values: readonly number[];
}

/** An answer that is not what the protocol asks for: where in it, what was expected, what stood there. */
export class BadAnswer extends Error {
  readonly bad: BadInput;
  constructor(at: string, expected: string, found: unknown) {
    const shown = found === undefined ? "nothing" : shortened(JSON.stringify(found));
    super(`${at}: expected ${expected}, found ${shown}`);
    this.bad = { at, expected, found: shown };
  }
}

/** A quotation of at most 80 characters. */
export function shortened(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
}

/** The answer as an object. */
export function objectIn(line: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new BadAnswer("answer", "a JSON object on one line", line);
  }
  if (!isObject(value)) throw new BadAnswer("answer", "a JSON object", value);
  return value;
}

/** A 32-bit integer, signed or unsigned. */
export function integerIn(value: unknown, at: string): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < -0x8000_0000 || value > 0xffff_ffff) throw new BadAnswer(at, "a 32-bit integer", value);
  return value;
}

/** A list of 32-bit integers; a list left out is empty. */
export function integersIn(value: unknown, at: string): readonly number[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new BadAnswer(at, "a list of integers", value);
  for (let i = 0; i < value.length; i++) integerIn(value[i], `${at}[${i}]`);
  return value;
}

/** Reads the answer to `move` or `apply` into `moved`; what was written goes to `wrote` with its value. */
export function readMoved(answer: Record<string, unknown>, moved: Moved, wrote: (entry: number, value: number) => void): void {
  for (const key of Object.keys(answer)) if (!known.has(key)) throw new BadAnswer(key, `one of ${[...known].join(", ")}`, key);
  for (const part of ["stages", "outcome", "witness", "reads", "freed"] as const) {
    for (const value of integersIn(answer[part], part)) moved[part].push(value);
  }
  if (answer.next !== undefined) {
    if (answer.next !== 0 && answer.next !== 1 && answer.next !== 2) throw new BadAnswer("next", "0 (more), 1 (blocked) or 2 (done)", answer.next);
    moved.next = answer.next;
  }
  if (answer.blockedOn !== undefined) moved.blockedOn = integerIn(answer.blockedOn, "blockedOn");
  if (answer.yields !== undefined) moved.yields = integerIn(answer.yields, "yields");
  const writes = integersIn(answer.writes, "writes");
  if (writes.length % 2 !== 0) throw new BadAnswer("writes", "entries and values by turns", writes);
  for (let i = 0; i < writes.length; i += 2) {
    moved.writes.push(writes[i]);
    wrote(writes[i], writes[i + 1]);
  }
  for (const [i, one] of recordsIn(answer.sent, "sent").entries()) moved.sent.push(sentIn(one, `sent[${i}]`));
  for (const [i, one] of recordsIn(answer.timers, "timers").entries()) moved.timers.push(timerIn(one, `timers[${i}]`));
}

const known: ReadonlySet<string> = new Set(["stages", "next", "blockedOn", "outcome", "yields", "witness", "writes", "reads", "freed", "sent", "timers"]);

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function recordsIn(value: unknown, at: string): readonly Record<string, unknown>[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new BadAnswer(at, "a list of objects", value);
  for (let i = 0; i < value.length; i++) if (!isObject(value[i])) throw new BadAnswer(`${at}[${i}]`, "an object", value[i]);
  return value;
}

function labelIn(value: unknown, at: string): string {
  if (typeof value !== "string") throw new BadAnswer(at, "a string", value);
  return value;
}

function sentIn({ node, core, label, body }: Record<string, unknown>, at: string): Sent {
  return { node: integerIn(node, `${at}.node`), core: integerIn(core, `${at}.core`), label: labelIn(label, `${at}.label`), body: integersIn(body, `${at}.body`) };
}

function timerIn({ label, core, atMs, body }: Record<string, unknown>, at: string): TimerSet {
  if (typeof atMs !== "number" || !Number.isFinite(atMs)) throw new BadAnswer(`${at}.atMs`, "a number of milliseconds", atMs);
  return { label: labelIn(label, `${at}.label`), core: integerIn(core, `${at}.core`), atMs, body: integersIn(body, `${at}.body`) };
}
