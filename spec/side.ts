/**
 * What a program of the domain sees of whoever drives it: the records it is given and adds to. The engine has classes of the same shape; neither
 * imports the other, and the type checker compares them where systems are put together.
 */

/** A command: plain JSON with a `kind`. */
export interface Command {
  readonly kind: string;
}

/** A task on one core of one node; `of` is the slot of the finished operation it refers to, -1 for none. */
export interface Task {
  readonly slot: number;
  readonly node: number;
  readonly core: number;
  readonly kind: "op" | "message" | "timer" | "sweep";
  readonly cause: number;
  readonly command: Command;
  readonly body: readonly number[];
  readonly of: number;
}

/** What a move says about the task's future. */
export const Next = { more: 0, blocked: 1, done: 2 } as const;

/** A list of integers that can be added to and read. */
export interface Ints {
  readonly items: Int32Array;
  readonly count: number;
  push(value: number): void;
}

/** What one move did; cleared by the driver before each move. Fields as in the engine's contract. */
export interface Moved {
  readonly stages: Ints;
  next: 0 | 1 | 2;
  blockedOn: number;
  readonly outcome: Ints;
  yields: number;
  readonly witness: Ints;
  readonly writes: Ints;
  readonly reads: Ints;
  readonly freed: Ints;
  readonly sent: { readonly node: number; readonly core: number; readonly label: string; readonly body: readonly number[] }[];
  readonly timers: { readonly label: string; readonly core: number; readonly atMs: number; readonly body: readonly number[] }[];
  readonly rules: Ints;
  readonly goals: Ints;
  refusal: number;
  refusalText: string;
}

/** What a program is opened with. */
export interface Setup<Config> {
  readonly config: Config;
  readonly profile: string;
  /** Slots of tasks are below it. */
  readonly taskCountMax: number;
  /** 32-bit unsigned draw: a function of (case seed, task, stage, count). */
  draw(slot: number, stage: number, count: number, among?: number): number;
  nowMs(node: number): number;
  readonly footprint: boolean;
  /** 0, or: refill reused memory with junk, shift buffers, permute what has no stated order. */
  readonly poison: number;
}

/** A program that is moved one atomic step at a time; `open` starts from the initial state, as often as wanted. */
export interface Side<Config> {
  open(setup: Setup<Config>): void;
  start(task: Task): void;
  move(slot: number, moved: Moved): void;
  read(entry: number): number;
  scan?(into: Int32Array): void;
  save?(): unknown;
  restore?(snapshot: unknown): void;
  /** Memory in which nothing is kept from one step to the next; a search of every schedule leaves it out of its states. */
  readonly scratch?: readonly object[];
}

/** Where a model says what it found. */
export interface Findings {
  add(rule: number, entry: number, text: string): void;
}

/** How long a thing owed may stand under a fair schedule, once it is due: in rounds of background work, or in time where the clocks alone go on. */
export interface Bound {
  readonly rounds: number;
  readonly ms: number;
}

/** Where a model says, thing by thing, what is still to go or to be met. */
export interface Owed {
  /** `inMs`: until it is due; 0 or less where it is. */
  add(rule: number, entry: number, inMs: number, bound: Bound, what: string): void;
}

/** A program that judges another's free choices. */
export interface Model<Config> extends Side<Config> {
  /** One documented stage under the witness in `said` from index `witnessAt` on; returns the first index not consumed. */
  judge(slot: number, said: Moved, witnessAt: number, moved: Moved): number;
  invariants(found: Findings): void;
  obligations(found: Findings): void;
  owed?(owed: Owed): void;
}

/** One column of a view: a number for each of `size` keys. */
export interface Column {
  readonly table: string;
  readonly name: string;
  readonly size: number;
  /** Rule named when only this column differs. */
  readonly rule: number;
  readonly key: (index: number) => string;
}

/** One rule, as data; its position in its list is its number. */
export interface Rule {
  readonly id: string;
  readonly text: string;
  readonly source: string;
  readonly confidence: "documented" | "inferred" | "chosen";
  /** Which reading is followed where sources disagree or are silent, by profile where it differs. */
  readonly choices?: string;
}

/** A situation every campaign must reach. */
export interface Goal {
  readonly id: string;
  readonly text: string;
}
