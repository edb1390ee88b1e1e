/** The report of `tandem explore --json`, which is also the file that `--resume` goes on from, as a schema. */
import * as Schema from "@effect/schema/Schema";

const Count = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0));

/** What a search of every schedule of one case came to. */
export const ExploredReport = Schema.Struct({
  name: Schema.String,
  states: Count,
  /** Steps made. */
  transitions: Count,
  /** Ends that differ in anything that either side remembers. */
  finals: Count,
  failures: Schema.Array(Schema.Struct({ signature: Schema.String, verdict: Schema.String, rules: Schema.Array(Schema.String), step: Schema.Number, task: Schema.String, observable: Schema.String, expected: Schema.String, found: Schema.String, case: Schema.NullOr(Schema.Unknown) })),
  /** Why not every schedule was tried; null: all were. */
  cut: Schema.NullOr(Schema.String),
  /** A way to go on for ever: ids of the tasks moved on the way to a circle and round it. */
  lasso: Schema.NullOr(Schema.Struct({ stem: Schema.Array(Schema.String), loop: Schema.Array(Schema.String) })),
  /** What the full and the reduced search do not agree on; empty: they agree, or only one was made. */
  disagreement: Schema.String,
});
export type ExploredReport = typeof ExploredReport.Type;

/** Everything that was explored under one set of choices, case by case in the order of the scope. */
export const ExploreReport = Schema.Struct({
  format: Schema.Literal(1),
  command: Schema.Literal("explore"),
  system: Schema.String,
  scope: Schema.String,
  sides: Schema.Literals(["pair", "model"]),
  way: Schema.Literals(["reduced", "full", "both"]),
  /** The seeded fault that was searched for, if any. */
  mutant: Schema.NullOr(Schema.String),
  statesMax: Count,
  cases: Schema.Array(ExploredReport),
  /** Whether the last case of the scope was reached. */
  ended: Schema.Boolean,
  /** Seconds, apart from what can be reproduced. */
  timings: Schema.Struct({ s: Schema.Number }),
});
export type ExploreReport = typeof ExploreReport.Type;
