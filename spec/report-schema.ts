/** The report of `tandem check --json`, as a schema. What is the same for the same seed stands apart from what was timed. */
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
