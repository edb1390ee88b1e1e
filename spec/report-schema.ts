/** The reports of `tandem check`, `mutants`, `strategies`, `conform` and `bench` with `--json`, as schemas. What is the same for the same seed stands apart from what was timed. */
import * as Schema from "@effect/schema/Schema";
import { deviationSchema } from "./case-schema.ts";

const Move = Schema.Struct({ task: Schema.String, move: Schema.Number, step: Schema.Number });

/** Why a case fails; steps are numbered as in its run, from 1. It stands beside the case, not in it: a case file has no place for what can be computed from it. */
export const WhyReport = Schema.Struct({
  /** Of the random continuations. */
  seed: Schema.Number,
  /** How the implementation's reads are known: every access to shared memory, what the sides declare, or not at all. */
  sees: Schema.Literals(["words", "entries", "nothing"]),
  /** The steps that the failing one (the last) depends on. */
  slice: Schema.Array(
    Schema.Struct({
      step: Schema.Number,
      task: Schema.String,
      stages: Schema.Array(Schema.String),
      /** The steps that this one depends on directly, how, and the entry (or word of shared memory) that carries it. */
      on: Schema.Array(Schema.Struct({ step: Schema.Number, how: Schema.Literals(["wrote", "overwrote", "looked", "refers", "sent", "freed", "happened"]), entry: Schema.String })),
    }),
  ),
  /** Ids of events that the failure does not depend on. */
  leftOut: Schema.Array(Schema.String),
  /** The one decision of the schedule that makes the difference: where `second` comes before `first`, under `deviations`, the case was run and conformed. */
  decision: Schema.Union([
    Schema.Struct({ kind: Schema.Literals(["in order", "not asked"]) }),
    Schema.Struct({ kind: Schema.Literal("none"), tried: Schema.Number }),
    Schema.Struct({
      kind: Schema.Literals(["removed", "other choice", "swapped"]),
      tried: Schema.Number,
      deviation: Schema.NullOr(deviationSchema),
      first: Move,
      second: Move,
      deviations: Schema.Array(deviationSchema),
    }),
  ]),
  /** After each number of steps, how many of so many random continuations fail the same way; and the step that raises it most, 0 if none does. */
  likelihood: Schema.NullOr(Schema.Struct({ after: Schema.Array(Schema.Struct({ step: Schema.Number, task: Schema.String, failing: Schema.Number, runs: Schema.Number })), noReturn: Schema.Number })),
});
export type WhyReport = typeof WhyReport.Type;

const FailureReport = Schema.Struct({
  signature: Schema.String,
  verdict: Schema.String,
  rules: Schema.Array(Schema.String),
  step: Schema.Number,
  task: Schema.String,
  observable: Schema.String,
  expected: Schema.String,
  found: Schema.String,
  /** How many cases of the campaign failed this way. */
  met: Schema.Number,
  operations: Schema.Number,
  switches: Schema.Number,
  /** The smallest case in words, a line each. */
  words: Schema.Array(Schema.String),
  replay: Schema.String,
  /** The smallest case itself, as in its file. */
  case: Schema.Unknown,
  why: Schema.optionalKey(WhyReport),
});

/** Of one class of things that cases reach, what was seen and what is unseen; harness/engine/census/estimate.ts says how that is judged. */
const Estimate = Schema.Struct({
  /** Reached in at least one case, in exactly one, in exactly two. */
  seen: Schema.Number,
  once: Schema.Number,
  twice: Schema.Number,
  /** New ones to be expected of the next case, at most 1. */
  nextNew: Schema.Number,
  unseenLeast: Schema.Number,
});
const Counted = Schema.Array(Schema.Struct({ name: Schema.String, cases: Schema.Number }));

/** What the cases of a campaign reached, counted by case. */
const CensusReport = Schema.Struct({
  cases: Schema.Number,
  classes: Schema.Struct({ rules: Estimate, goals: Estimate, stages: Estimate, pairs: Estimate, operations: Estimate, races: Estimate }),
  /** Kinds of operation × state classes, and timer races, with the number of cases that reached each. */
  operations: Counted,
  races: Counted,
});
export type CensusReport = typeof CensusReport.Type;

const SystemReport = Schema.Struct({
  system: Schema.String,
  verdict: Schema.String,
  cases: Schema.Number,
  operationsMedian: Schema.Number,
  stepsMedian: Schema.Number,
  /** Cases with four cores or more, and cases in which two cores were in the middle of operations on one entry. */
  fourCores: Schema.Number,
  contention: Schema.Number,
  rulesReached: Schema.Number,
  rulesKnown: Schema.Number,
  goalsReached: Schema.Number,
  goalsKnown: Schema.Number,
  stagesReached: Schema.Number,
  stagesKnown: Schema.Number,
  /** Ids of rules and goals, and names of stages (after the word "stage"), that no case reached though they are within reach. */
  unreached: Schema.Array(Schema.String),
  census: CensusReport,
  /** Digest over the traces of all cases, in order. */
  digest: Schema.String,
  failures: Schema.Array(FailureReport),
});

export const CheckReport = Schema.Struct({
  format: Schema.Literal(1),
  command: Schema.Literal("check"),
  seed: Schema.Number,
  profile: Schema.String,
  strategy: Schema.String,
  /** Whether what was newly reached steered what was drawn. */
  steer: Schema.Boolean,
  systems: Schema.Array(SystemReport),
  /** What was read of a capture, by fate of its packets; absent without one. */
  capture: Schema.optionalKey(Schema.Struct({ packets: Schema.Number, flows: Schema.Number, counts: Schema.Record(Schema.String, Schema.Number) })),
  exitCode: Schema.Number,
  /** The only part that may differ between two runs with the same seed. */
  timings: Schema.Struct({ workers: Schema.Number, seconds: Schema.Record(Schema.String, Schema.Number) }),
});
export type CheckReport = typeof CheckReport.Type;
export type SystemReport = typeof SystemReport.Type;
export type FailureReport = typeof FailureReport.Type;

/** How something failed, as the engine says it. */
const Failure = Schema.Struct({
  verdict: Schema.String,
  rules: Schema.Array(Schema.String),
  step: Schema.Number,
  task: Schema.String,
  observable: Schema.String,
  expected: Schema.String,
  found: Schema.String,
});

const mark = Schema.optionalKey(Schema.Literal(true));
const Piece = Schema.Struct({ file: Schema.String, find: Schema.String, replace: Schema.String });

const Mutant = Schema.Struct({
  id: Schema.String,
  rule: Schema.String,
  system: Schema.String,
  ...Piece.fields,
  note: Schema.String,
  concurrency: mark,
  discipline: mark,
  subtle: mark,
  /** Of the model's: whether it allows too much, and the same fault in both sides. */
  weaker: mark,
  alike: Schema.optionalKey(Schema.Struct({ model: Piece, implementation: Piece })),
  /** Of a column's: the column, further pieces, and why the fault lies in the abstraction function. */
  column: Schema.optionalKey(Schema.String),
  also: Schema.optionalKey(Schema.Array(Piece)),
  view: Schema.optionalKey(Schema.String),
  /** Of the engine's: the test file it sits. */
  test: Schema.optionalKey(Schema.String),
});

const MutantHunted = Schema.Struct({
  mutant: Mutant,
  /** Anything but `caught` makes the exit code 1. */
  verdict: Schema.String,
  /** Of a mutant whose text no longer fits: how often it is met instead of once. */
  stale: Schema.optionalKey(Schema.Struct({ _tag: Schema.Literal("StaleMutant"), file: Schema.String, find: Schema.String, met: Schema.Number })),
  failure: Schema.optionalKey(Failure),
  /** Median over the seeds of the cases run until it was caught. */
  cases: Schema.Number,
  /** Of the smallest case. */
  operations: Schema.Number,
  switches: Schema.Number,
  oneMinimal: Schema.Boolean,
});

const GeneratedMutant = Schema.Struct({
  /** `file:line:column kind`. */
  id: Schema.String,
  file: Schema.String,
  /** Where the piece of source stands, in characters from the beginning. */
  start: Schema.Number,
  end: Schema.Number,
  replacement: Schema.String,
  kind: Schema.String,
  before: Schema.String,
  after: Schema.String,
});
const Equivalent = Schema.Struct({ file: Schema.String, before: Schema.String, after: Schema.String, times: Schema.optionalKey(Schema.Number), reason: Schema.String });

const FileHunted = Schema.Struct({
  file: Schema.String,
  generated: Schema.Number,
  killed: Schema.Number,
  equivalent: Schema.Number,
  survivors: Schema.Array(GeneratedMutant),
  unloaded: Schema.Array(Schema.Struct({ mutant: GeneratedMutant, why: Schema.String })),
  stale: Schema.Array(Equivalent),
  killedAfterAll: Schema.Array(Equivalent),
  /** How many were killed by each verdict. */
  by: Schema.Record(Schema.String, Schema.Number),
});

export const MutantsReport = Schema.Struct({
  format: Schema.Literal(1),
  command: Schema.Literal("mutants"),
  seeds: Schema.Number,
  mutants: Schema.Array(MutantHunted),
  /** Rules that no mutant breaks. */
  uncovered: Schema.Array(Schema.String),
  generated: Schema.Array(FileHunted),
  exitCode: Schema.Number,
  /** Milliseconds until caught by id, seconds that workers spent by file of generated mutants. */
  timings: Schema.Struct({ ms: Schema.Record(Schema.String, Schema.Number), seconds: Schema.Record(Schema.String, Schema.Number) }),
});
export type MutantsReport = typeof MutantsReport.Type;

export const StrategiesReport = Schema.Struct({
  format: Schema.Literal(1),
  command: Schema.Literal("strategies"),
  firstSeed: Schema.Number,
  seeds: Schema.Number,
  /** Runs after which a hunt was given up. */
  limit: Schema.Number,
  /** Runs that random schedules need more of, in the median, for every mutant told of. */
  above: Schema.Number,
  mutants: Schema.Array(
    Schema.Struct({
      id: Schema.String,
      system: Schema.String,
      /** Shows only where cores interleave. */
      concurrency: Schema.Boolean,
      /** Median of the runs until caught, by strategy; null: most seeds reached the limit. */
      runs: Schema.Record(Schema.String, Schema.NullOr(Schema.Number)),
    }),
  ),
  /** Geometric mean of the strategy's runs ÷ those of the best single strategy. */
  factors: Schema.Record(Schema.String, Schema.Number),
  exitCode: Schema.Number,
});
export type StrategiesReport = typeof StrategiesReport.Type;

const Sized = { operations: Schema.Number, switches: Schema.Number };

export const MinimaReport = Schema.Struct({
  format: Schema.Literal(1),
  command: Schema.Literal("minima"),
  seed: Schema.Number,
  /** Failing cases shrunk of each mutant. */
  cases: Schema.Number,
  mutants: Schema.Array(
    Schema.Struct({
      id: Schema.String,
      system: Schema.String,
      /** The small world whose commands and configuration its cases are made of. */
      world: Schema.String,
      /** How its cases fail; "" where none did. */
      signature: Schema.String,
      /** Nothing smaller than the minimum fails so; no list of `excluded` operations or fewer does, under any schedule. */
      proved: Schema.Boolean,
      excluded: Schema.Number,
      /** Lists of operations that were run or searched. */
      lists: Schema.Number,
      minimum: Schema.NullOr(Schema.Struct({ ...Sized, case: Schema.Unknown })),
      /** The smallest that fails in any way. */
      any: Schema.NullOr(Schema.Struct({ signature: Schema.String, ...Sized })),
      drawn: Schema.Number,
      shrunk: Schema.Array(Schema.Struct({ from: Schema.Struct(Sized), to: Schema.Struct(Sized), ratio: Schema.Number, sameWay: Schema.Boolean, idempotent: Schema.Boolean, case: Schema.Unknown })),
    }),
  ),
  proved: Schema.Number,
  /** Shrunk ÷ minimum; null where nothing was shrunk. */
  median: Schema.NullOr(Schema.Number),
  worst: Schema.NullOr(Schema.Number),
  /** Cases that fail in another way once shrunk, and that change when shrunk once more. */
  slipped: Schema.Number,
  changedAgain: Schema.Number,
  exitCode: Schema.Number,
  timings: Schema.Struct({ seconds: Schema.Record(Schema.String, Schema.Number) }),
});
export type MinimaReport = typeof MinimaReport.Type;

export const ConformReport = Schema.Struct({
  format: Schema.Literal(1),
  command: Schema.Literal("conform"),
  box: Schema.String,
  histories: Schema.Number,
  size: Schema.Number,
  seed: Schema.Number,
  operations: Schema.Number,
  undecided: Schema.Number,
  rules: Schema.Array(
    Schema.Struct({
      rule: Schema.String,
      standing: Schema.Literals(["keeps", "breaks", "not had", "not seen"]),
      why: Schema.String,
      kept: Schema.Number,
      broken: Schema.Number,
      differences: Schema.Array(Schema.Struct({ signature: Schema.String, failure: Failure, histories: Schema.Number, case: Schema.Unknown })),
      /** What the run shows otherwise than `standing` says, in words. */
      surprise: Schema.NullOr(Schema.String),
    }),
  ),
  timings: Schema.Struct({ elapsedMs: Schema.Number }),
});
export type ConformReport = typeof ConformReport.Type;

export const BenchReport = Schema.Struct({
  format: Schema.Literal(1),
  command: Schema.Literal("bench"),
  rounds: Schema.Number,
  cases: Schema.Number,
  /** All of them are timings. */
  figures: Schema.Array(
    Schema.Struct({
      row: Schema.String,
      system: Schema.String,
      text: Schema.String,
      aim: Schema.NullOr(Schema.Struct({ bound: Schema.Literals(["least", "most"]), value: Schema.Number })),
      reached: Schema.Number,
      unit: Schema.String,
      parts: Schema.Record(Schema.String, Schema.Number),
    }),
  ),
});
export type BenchReport = typeof BenchReport.Type;
