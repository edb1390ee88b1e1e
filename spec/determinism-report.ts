/** The report of `tandem determinism` with `--json`, as a schema. */
import * as Schema from "@effect/schema/Schema";

const Ran = Schema.Struct({
  /** As the binary says itself, such as `v22.1.0`. */
  node: Schema.String,
  workers: Schema.Number,
  /** Digest over the traces of all cases, in order; "" if the campaign did not come to its end. */
  digest: Schema.String,
  /** SHA-256 over everything that was counted, the failures with their cases included; its first 16 digits. */
  counted: Schema.String,
  /** Cases that failed. */
  failing: Schema.Number,
  /** What differs from the first row: names of parts of the statistics; empty if nothing does. */
  differs: Schema.Array(Schema.String),
});

const SystemRan = Schema.Struct({ system: Schema.String, cases: Schema.Number, same: Schema.Boolean, ran: Schema.Array(Ran) });

export const DeterminismReport = Schema.Struct({
  format: Schema.Literal(1),
  command: Schema.Literal("determinism"),
  seed: Schema.Number,
  strategy: Schema.String,
  runs: Schema.Number,
  systems: Schema.Array(SystemRan),
  /** Major versions of Node that could not be had. */
  missing: Schema.Array(Schema.Number),
  exitCode: Schema.Number,
  /** The only part that may differ between two runs with the same seed and binaries. */
  timings: Schema.Struct({ seconds: Schema.Record(Schema.String, Schema.Number) }),
});
export type DeterminismReport = typeof DeterminismReport.Type;
export type SystemRan = typeof SystemRan.Type;
export type Ran = typeof Ran.Type;
