/** The reports of `tandem check`, `mutants`, `conform` and `bench` with `--json`, as schemas. What is the same for the same seed stands apart from what was timed. */
import * as Schema from "@effect/schema/Schema";

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
});

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
  /** Ids of rules and goals that no case reached. */
  unreached: Schema.Array(Schema.String),
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
  /** Milliseconds until caught by id, seconds by file of generated mutants. */
  timings: Schema.Struct({ ms: Schema.Record(Schema.String, Schema.Number), seconds: Schema.Record(Schema.String, Schema.Number) }),
});
export type MutantsReport = typeof MutantsReport.Type;

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
