/**
 * The contract between the engine and what it drives.
 *
 * A *side* is anything that can be moved one atomic step at a time: the model, the implementation, a program behind a
 * pipe. While a case runs everything is named by number (tasks by slot, entries of the view by index, stages and rules
 * by position in the system's lists); words are made only when something is reported. Every number here is a 32-bit
 * integer and every record can be written as JSON, so a side may live in another process.
 */

import type { Scope, SmallWorld } from "./explore/scope.ts";

/** What made a task: a submitted operation, a delivered message, a timer that came due, a periodic sweep. */
export type TaskKind = "op" | "message" | "timer" | "sweep";

/** A command as it stands in a case: plain JSON with a `kind`; the system's own type refines it. */
export interface Command {
  readonly kind: string;
}

/** One thread of work on one core of one node, moved one stage at a time. */
export interface Task {
  /** Number of the task while its case runs; operations have the index of their event. */
  readonly slot: number;
  /** Stable name, after the cause: `op7`, `op7/replicate/0` (a message), `op3/idle/0` (a timer). */
  readonly id: string;
  /** 32-bit hash of `id`; draws depend on it, so that removing other tasks leaves them alone. */
  readonly key: number;
  readonly node: number;
  readonly core: number;
  readonly kind: TaskKind;
  /** Slot of the task that caused this one; its own slot for an operation. */
  readonly cause: number;
  /** The command of an operation; for a message or timer `{ kind: label }`. */
  readonly command: Command;
  /** What a message or timer carries; empty for an operation. */
  readonly body: readonly number[];
  /** Slot of the finished operation this one refers to, which yielded something; -1 where it refers to none. */
  readonly of: number;
}

/** What a move says about the task's future. */
export const Next = { more: 0, blocked: 1, done: 2 } as const;
export type Next = (typeof Next)[keyof typeof Next];

/** A message handed to the engine, which owns the channels. Sending to the own node is core-to-core and cannot be lost. */
export interface Sent {
  readonly node: number;
  readonly core: number;
  readonly label: string;
  readonly body: readonly number[];
}

/** A timer on the node of the task that sets it: due when that node's clock reaches `atMs`. A negative time cancels it. */
export interface TimerSet {
  readonly label: string;
  readonly core: number;
  readonly atMs: number;
  readonly body: readonly number[];
}

/** A short list of integers that is reused from step to step; it grows by doubling and never shrinks. */
export class Ints {
  items: Int32Array;
  count = 0;
  constructor(capacity = 16) {
    this.items = new Int32Array(capacity);
  }
  clear(): void {
    this.count = 0;
  }
  push(value: number): void {
    if (this.count === this.items.length) this.reserve(this.count + 1);
    this.items[this.count++] = value;
  }
  pushAll(values: Int32Array): void {
    this.reserve(this.count + values.length);
    this.items.set(values, this.count);
    this.count += values.length;
  }
  /** Makes room for so many in all. */
  reserve(capacity: number): void {
    let length = this.items.length;
    if (length >= capacity) return;
    while (length < capacity) length *= 2;
    const wider = new Int32Array(length);
    wider.set(this.items);
    this.items = wider;
  }
  equals(other: Ints): boolean {
    if (this.count !== other.count) return false;
    for (let i = 0; i < this.count; i++) if (this.items[i] !== other.items[i]) return false;
    return true;
  }
  has(value: number): boolean {
    for (let i = 0; i < this.count; i++) if (this.items[i] === value) return true;
    return false;
  }
  /** Whether the other has all of these. */
  isWithin(other: Ints): boolean {
    for (let i = 0; i < this.count; i++) if (!other.has(this.items[i])) return false;
    return true;
  }
  toArray(): number[] {
    return Array.from(this.items.subarray(0, this.count));
  }
}

/** What one move did. The engine owns two, clears one before each move, and reads it after; a side only adds to it. */
export class Moved {
  /** Documented stages taken, in order; none is a stutter (a wait, a retry, a look). */
  readonly stages = new Ints(4);
  next: Next = Next.done;
  /** With `blocked`: the number of what the task waits for. It runs again when a move reports it in `freed`. */
  blockedOn = -1;
  /** What the finished operation answers, in the system's own code. */
  readonly outcome = new Ints(8);
  /** How many things later operations may refer to; an operation that refers to one that yielded 0 does nothing. */
  yields = 0;
  /** The free choices made (a port, a start position), in the order the system defines; the model judges them. */
  readonly witness = new Ints(8);
  /** Entries of the view written. */
  readonly writes = new Ints(32);
  /** Entries of the view read; filled only when the setup asks for footprints. */
  readonly reads = new Ints(32);
  /** What blocked tasks may wait for and this move let go. */
  readonly freed = new Ints(4);
  readonly sent: Sent[] = [];
  readonly timers: TimerSet[] = [];
  /** Model only: rules under which the step stands, the most specific first. */
  readonly rules = new Ints(8);
  /** Model only: goals reached. */
  readonly goals = new Ints(4);
  /** Model only: the rule that refuses the witness, or -1. */
  refusal = -1;
  /** Model only: what it would have said instead, in words. Set with `refusal`. */
  refusalText = "";

  clear(): void {
    this.stages.count = 0;
    this.next = Next.done;
    this.blockedOn = -1;
    this.outcome.count = 0;
    this.yields = 0;
    this.witness.count = 0;
    this.writes.count = 0;
    this.reads.count = 0;
    this.freed.count = 0;
    if (this.sent.length > 0) this.sent.length = 0;
    if (this.timers.length > 0) this.timers.length = 0;
    this.rules.count = 0;
    this.goals.count = 0;
    this.refusal = -1;
    this.refusalText = "";
  }
}

/** What a side is opened with. */
export interface Setup<Config = unknown> {
  readonly config: Config;
  readonly profile: string;
  /** How many tasks a case may have at most; slots are below it. */
  readonly taskCountMax: number;
  /**
   * A 32-bit unsigned draw, a function of (case seed, task, stage, count) and nothing else. One who says `among` how many he chooses (and takes the remainder)
   * can be made to choose each of them in turn by an exhaustive search.
   */
  draw(slot: number, stage: number, count: number, among?: number): number;
  /** The node's clock in milliseconds; it moves only by events of the case. */
  nowMs(node: number): number;
  /** Whether reads are wanted in `Moved.reads`. */
  readonly footprint: boolean;
  /** 0 for a plain run. Otherwise: refill reused memory with junk, shift buffers, permute what has no stated order. */
  readonly poison: number;
}

/** An event that a side must know of, beside its tasks. */
export type Fault =
  | { readonly do: "crash"; readonly node: number; readonly keep: "nothing" | "stored" }
  | { readonly do: "start"; readonly node: number }
  | { readonly do: "view"; readonly node: number; readonly sees: readonly number[] };

/** Anything that can be driven step by step. A side may be opened many times; each `open` starts from the initial state. */
export interface Side<Config = any> {
  open(setup: Setup<Config>): void;
  /** The task exists from now on; nothing visible happens. */
  start(task: Task): void;
  /** One atomic step of the task. */
  move(slot: number, moved: Moved): void;
  /** A fault or a change of view; may write entries. Sides without nodes need not have it. */
  apply?(fault: Fault, moved: Moved): void;
  /** The value of one entry of the view, read back from the real state. */
  read(entry: number): number;
  /** The whole view at once; must equal `read` of every entry. */
  scan?(into: Int32Array): void;
  /** Memory in which nothing is kept from one step to the next; a search of every schedule leaves it out of its states. */
  readonly scratch?: readonly object[];
  /** Snapshot and return to it; absent where a side cannot. */
  save?(): unknown;
  restore?(snapshot: unknown): void;
  close?(): void;
}

/** Where a model says what it found wrong or still owed. */
export interface Findings {
  /** `rule` is broken (or owed) at `entry` (-1: nowhere in particular); `text` says what stands there. */
  add(rule: number, entry: number, text: string): void;
}

/** How long a thing owed may stand under a fair schedule, once it is due: in rounds of background work, or in time where the clocks alone go on. */
export interface Bound {
  readonly rounds: number;
  readonly ms: number;
}

/** Where a model says, thing by thing, what is still to go or to be met. One thing stands at one entry under one rule. */
export interface Owed {
  /** `inMs`: until it is due; 0 or less where it is. `what` stands there, in words that are the same for all such things. */
  add(rule: number, entry: number, inMs: number, bound: Bound, what: string): void;
}

/** A side that can also judge: it takes the choices another side made, or says which rule forbids them. */
export interface Model<Config = any> extends Side<Config> {
  /** One documented stage of the task under the witness in `said`, with `witnessAt` the first not yet consumed. Returns the next such index. */
  judge(slot: number, said: Moved, witnessAt: number, moved: Moved): number;
  /** What must hold at every step. */
  invariants(found: Findings): void;
  /** What must hold once everything has come to rest. */
  obligations(found: Findings): void;
  /** What is owed now, due or not, while no operation is under way. What never goes is missed when its bound has passed. */
  owed?(owed: Owed): void;
}

/** One column of the view: a number for each of `size` keys, on one node. */
export interface Column {
  readonly table: string;
  readonly name: string;
  readonly size: number;
  /** Node the column belongs to; 0 where there is but one. */
  readonly node?: number;
  /** Rule named when only this column differs. */
  readonly rule?: number;
  readonly key: (index: number) => string;
  readonly value?: (value: number) => string;
}

/** How the entries of a view are numbered: column after column, key after key. */
export class View {
  /** Number of entries. */
  readonly size: number;
  readonly #columnsOf: () => readonly Column[];
  #columns: readonly Column[] | undefined;
  #base: readonly number[] | undefined;

  /** `columnsOf` is asked when a column is, which a case that conforms never does. */
  constructor(size: number, columnsOf: () => readonly Column[]) {
    this.size = size;
    this.#columnsOf = columnsOf;
  }
  /** A view of columns that are there already. */
  static of(columns: readonly Column[]): View {
    return new View(
      columns.reduce((size, column) => size + column.size, 0),
      () => columns,
    );
  }
  get columns(): readonly Column[] {
    return (this.#columns ??= this.#columnsOf());
  }
  /** First entry of each column. */
  get base(): readonly number[] {
    return (this.#base ??= this.#basesOf(this.columns));
  }
  #basesOf(columns: readonly Column[]): number[] {
    const base: number[] = [];
    let size = 0;
    for (const column of columns) {
      base.push(size);
      size += column.size;
    }
    if (size !== this.size) throw new Error(`the columns of a view of ${this.size} entries have ${size}: the system is at fault`);
    return base;
  }
  columnOf(entry: number): number {
    let at = this.columns.length - 1;
    while (at > 0 && this.base[at]! > entry) at--;
    return at;
  }
  /** `port.user[tcp 198.51.100.1:1031]` */
  name(entry: number): string {
    const at = this.columnOf(entry);
    const column = this.columns[at]!;
    const where = column.node ? `n${column.node} ` : "";
    return `${where}${column.table}.${column.name}[${column.key(entry - this.base[at]!)}]`;
  }
  value(entry: number, value: number): string {
    const column = this.columns[this.columnOf(entry)]!;
    return column.value ? column.value(value) : String(value);
  }
}

export type Confidence = "documented" | "inferred" | "chosen";

/** One rule of a specification, as data. Its position in the system's list is its number. */
export interface Rule {
  readonly id: string;
  readonly text: string;
  readonly source: string;
  readonly confidence: Confidence;
  /** Which reading is followed where sources disagree or are silent, by profile where it differs. */
  readonly choices?: string;
}

/** A situation every campaign must have reached at least once, so that an empty model is caught. */
export interface Goal {
  readonly id: string;
  readonly text: string;
}

/** A decoded value, or one message that says where, what was expected and what stood there. */
export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: BadInput };
export interface BadInput {
  readonly at: string;
  readonly expected: string;
  readonly found: string;
}

/** A source of draws for making cases: every value is a function of the seed and the number of draws before it. */
export interface Random {
  /** Whole number from 0 to `below` - 1. */
  int(below: number): number;
  /** True once in `n` on average. */
  oneIn(n: number): boolean;
  pick<T>(items: readonly T[]): T;
}

/** A draft of an event before the engine numbers it: `of` names an earlier draft by its index in the list. */
export interface OpDraft<C extends Command = Command> {
  readonly node: number;
  readonly core: number;
  readonly command: C;
}
export type EventDraft<C extends Command = Command> =
  | ({ readonly do: "op" } & OpDraft<C>)
  | { readonly do: "advance"; readonly node: number; readonly ms: number }
  | { readonly do: "drop" | "cut" | "heal"; readonly from: number; readonly to: number }
  | Fault;

/** Background work: what every core of every node that is up does once a round, and the time that passes between rounds. */
export interface Upkeep<C extends Command = Command> {
  /** Operations that refer to no other. None: there is but the clock. */
  readonly operations: readonly C[];
  readonly periodMs: number;
}

/** Spec, model and implementation joined into one record the engine can drive. */
export interface System<Config = any, C extends Command = any> {
  readonly name: string;
  readonly title: string;
  readonly rules: readonly Rule[];
  readonly goals: readonly Goal[];
  /** Rules, goals and stages of a part that this composition has no command to reach; they are not counted as known. */
  readonly outOfReach?: { readonly rules: readonly string[]; readonly goals: readonly string[]; readonly stages: readonly string[] };
  readonly profiles: readonly string[];
  /** Names of the documented stages; a stage's number is its position. */
  readonly stages: readonly string[];
  /** Rule named when the implementation takes a stage that the model does not know there. Same length as `stages`. */
  readonly stageRules?: readonly number[];
  /** Kinds of operation that stand for a clock (a sweep, a scan, an ageing): meeting them halfway is a timer race. Timers are so of themselves. */
  readonly periodic?: readonly string[];
  /** Messages of one channel arrive in the order sent (`fifo`, the default) or in any order. */
  readonly channels?: "fifo" | "any";
  nodeCount(config: Config): number;
  coreCount(config: Config, node: number): number;
  view(config: Config, profile: string): View;
  model(): Model<Config>;
  implementation(): Side<Config>;
  /** Decodes and validates; contradictory configurations are refused here, under the rule that forbids them. */
  parseConfig(value: unknown, profile: string): Parsed<Config>;
  /** The same for a command. What is refused here is never run: making cases smaller tries numbers that nobody drew. */
  parseCommand(value: unknown, config: Config): Parsed<C>;
  drawConfig(random: Random, profile: string): Config;
  /** About `size` events, in order; ids are given by position: `op0`, `op1`, … (an `advance` at 3 is `ev3`). */
  drawEvents(random: Random, config: Config, profile: string, size: number): EventDraft<C>[];
  /** What goes on when a case has come to its end, fairly, until nothing is owed any more (`fair.ts`). Absent: timers alone. */
  upkeep?(config: Config, profile: string): Upkeep<C>;
  /** What a blocked task waits for, in words. */
  waitWords?(what: number, config: Config): string;
  /** Id of the earlier operation the command refers to, and whether that one's yield is used up by it. */
  refers(command: C): { readonly id: string; readonly consumes: boolean } | undefined;
  /** The command in words, for reports. */
  words(command: C, config: Config): string;
  /** The outcome code in words. */
  outcomeWords(outcome: readonly number[], config: Config): string;
  /** Smaller configurations to try when shrinking, the most promising first. */
  smallerConfigs(config: Config): Config[];
  /** Smaller commands of the same kind. */
  smallerCommands(command: C, config: Config): C[];
  /** Commands to try in place of both, the first coming first in the case; empty where none does what both do. */
  merged?(first: C, second: C): C[];
  /** The configuration in which this command has already had its effect, so that a case can begin after it; undefined where there is none. */
  absorb?(config: Config, command: C): Config | undefined;
  /** Configurations with little in them, for searches of every schedule. */
  worlds?(): readonly SmallWorld<Config, C>[];
  /** Families of small cases whose every schedule is to be walked through; `pairs` is one of them. */
  scopes?(): readonly Scope[];
  /** Weight of a configuration or command for the shrinker's order: lower is smaller. */
  configWeight(config: Config): number;
  commandWeight(command: C): number;
}
