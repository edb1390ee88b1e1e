/** Running one case: what a caller gives and gets. The work is done in `pair.ts` (two sides) and `alone.ts` (one). */
import type { Case, Event } from "./case.ts";
import type { Ints, Sent, TaskKind, TimerSet } from "./contract.ts";
import type { Trail } from "./trail.ts";
import type { Failure } from "./verdict.ts";

/** Chooses on line which task moves next; what it chose against the base schedule is recorded as deviations. */
export interface Strategy {
  readonly name: string;
  /**
   * Called once before a case. `lengthGuess`: steps to expect. `laneOf[slot]`: number of the core a task runs on,
   * counted over all nodes, -1 for an event that is no operation; filled for every slot in `runnable`. `idOf[slot]`: id of the task, likewise.
   */
  begin(seed: number, lengthGuess: number, taskCountMax: number, laneOf: Int32Array, idOf: readonly string[]): void;
  /**
   * One of the first `count` slots in `runnable` (canonical order) to move next. `current` is the slot the base
   * schedule would run (always in the list); `step` counts the choices made so far.
   */
  choose(runnable: Int32Array, count: number, current: number, step: number): number;
  /** The slot moved, and is runnable still (0), blocked (1) or done (2; also an event that was applied). `writes`: entries of the view that it said it wrote; to be read at once. */
  after?(slot: number, next: 0 | 1 | 2, writes: Ints): void;
  /** The case begun last has ended, whatever came of it. Said by those who run a series of cases, for strategies that learn from one for the next. */
  ended?(): void;
}

/** Watches the accesses of the implementation to shared memory during one step; the recording twin of its accessor module is one. */
export interface DisciplineWatch {
  beginStep(): void;
  endStep(): DisciplineFault | undefined;
}
export interface DisciplineFault {
  /** Position in the system's rules, -1 where none can be named. */
  readonly rule: number;
  readonly text: string;
}

/** What both sides held at one entry round a step. */
export interface EntryChange {
  readonly entry: number;
  readonly modelBefore: number;
  readonly modelAfter: number;
  readonly implementationBefore: number;
  readonly implementationAfter: number;
}

/** One step as it is shown to a recorder: numbers as in the system's lists, to be put in words by whoever prints it. */
export interface StepRecord {
  /** Steps count from 1. */
  readonly step: number;
  readonly task: string;
  /** `event`: an event that is no operation. */
  readonly kind: TaskKind | "event";
  readonly event?: Event;
  readonly node: number;
  readonly core: number;
  /** Milliseconds on the node's clock (node 0 for events of no node). */
  readonly atMs: number;
  readonly stages: readonly number[];
  readonly modelStages: readonly number[];
  readonly rules: readonly number[];
  readonly goals: readonly number[];
  readonly witness: readonly number[];
  readonly next: 0 | 1 | 2;
  readonly blockedOn: number;
  readonly outcome: readonly number[];
  readonly modelOutcome: readonly number[];
  readonly yields: number;
  readonly sent: readonly Sent[];
  readonly timers: readonly TimerSet[];
  /** Every entry that either side declared written or that changed, in order. */
  readonly changes: readonly EntryChange[];
  /** Every entry that either side declared read, in order; empty without `footprint`. */
  readonly reads: readonly number[];
  /** What either side let go, for blocked tasks. */
  readonly freed: readonly number[];
  /** Digest of the run up to this step. */
  readonly digest: string;
}

/** Sees every step; recording costs many times the step and is for reports only. */
export interface StepRecorder {
  step(record: StepRecord): void;
}

export interface RunOptions {
  /** Absent: the deviations of the case are followed. Present: it chooses, and those of the case are ignored. */
  readonly strategy?: Strategy;
  /** Compare the whole view at every step. Otherwise now and then: see `whole.ts`. */
  readonly wholeAlways?: boolean;
  /** What shows first is all that is asked for: a failure is not run once more with a look after every step. It may then be named by what shows of it later. */
  readonly once?: boolean;
  /** Only what shows in a step is asked for: nobody looks at the whole view or at what must always hold, and the digest leaves the last view out. */
  readonly stepsAlone?: boolean;
  /** Passed to the sides; not 0 asks them to refill reused memory with junk. */
  readonly poison?: number;
  /** Steps after which a run that has not come to rest is given up as "obligation missed"; 100,000. */
  readonly stepsMax?: number;
  readonly recorder?: StepRecorder;
  /** Keeps what each step did; it is cleared first. */
  readonly trail?: Trail;
  /** `[0]` holds the number of the step being made, for a parent that watches. */
  readonly progress?: Int32Array;
  /** Ask the sides for the entries they read. */
  readonly footprint?: boolean;
}

export interface RunResult {
  /** Undefined: the case conforms. */
  readonly failure: Failure | undefined;
  /** Moves of the implementation and events applied. */
  readonly steps: number;
  /** Operations begun. */
  readonly operations: number;
  /** 16 hex digits over the whole trace. */
  readonly digest: string;
  /** Two cores were in the middle of operations on one entry. */
  readonly contention: boolean;
  /** Deviations of the case that did not take effect. */
  readonly skippedDeviations: number;
  /** Operations that did nothing, as their reference yielded nothing or their node was down. */
  readonly skippedOperations: number;
  /** Deviations that took effect. */
  readonly switches: number;
  /** Tasks never finished when the case ended. */
  readonly unfinished: number;
  /** The case as it really ran: events up to the failure, deviations that took effect. Built on call only. */
  ran(): Case;
  /** Whether `ran()` was run by its own switches in finding this out, and failed as this run did. */
  readonly proved: boolean;
  /** Ids of the tasks moved and events applied, step by step, of messages and timers as `id@core` (counted over all nodes); empty if the case conforms. */
  moveOrder(): readonly string[];
}

export { Pair } from "./pair.ts";
export { Alone, runImplementationAlone, runModelAlone } from "./alone.ts";
export { checkDeterminism } from "./determinism.ts";
export { AmbientAccess, withoutTraps } from "./traps.ts";
