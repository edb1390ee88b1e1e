/** The JSON form of a case file. Configuration and commands belong to the system that the file names, so their schemas are passed in. */
import * as Schema from "@effect/schema/Schema";

/** Largest sizes accepted, so that a file cannot ask for more than a run can hold. */
export const caseLimits = { events: 4096, deviations: 65_536, nodes: 64, cores: 64, advanceMs: 604_800_000 } as const;

const whole = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }));
const id = Schema.NonEmptyString.check(Schema.isMaxLength(200));
const node = whole(0, caseLimits.nodes - 1);

/** One event: an operation, time that passes, or something that happens to nodes and to what connects them. */
export function eventSchema<C extends Schema.Constraint>(command: C) {
  return Schema.Union([
    Schema.Struct({ id, do: Schema.Literal("op"), node, core: whole(0, caseLimits.cores - 1), command }),
    Schema.Struct({ id, do: Schema.Literal("advance"), node, ms: whole(0, caseLimits.advanceMs) }),
    Schema.Struct({ id, do: Schema.Literal("drop"), from: node, to: node }),
    Schema.Struct({ id, do: Schema.Literal("cut"), from: node, to: node }),
    Schema.Struct({ id, do: Schema.Literal("heal"), from: node, to: node }),
    Schema.Struct({ id, do: Schema.Literal("crash"), node, keep: Schema.Literals(["nothing", "stored"]) }),
    Schema.Struct({ id, do: Schema.Literal("start"), node }),
    Schema.Struct({ id, do: Schema.Literal("view"), node, sees: Schema.Array(node).check(Schema.isMaxLength(caseLimits.nodes)) }),
  ]).annotate({ expected: "an event that does op, advance, drop, cut, heal, crash, start or view" });
}

/** Before its `step`-th move (0: before it begins) `task` is left for `run`. */
export const deviationSchema = Schema.Struct({ task: id, step: whole(0, 0x7fff_ffff), run: id });

/** A whole case. With `Schema.Unknown` for both it checks the frame only. */
export function caseSchema<Config extends Schema.Constraint, C extends Schema.Constraint>(config: Config, command: C) {
  return Schema.Struct({
    format: Schema.Literal(1),
    system: Schema.NonEmptyString,
    profile: Schema.NonEmptyString,
    config,
    seed: whole(-0x8000_0000, 0xffff_ffff),
    events: Schema.Array(eventSchema(command)).check(Schema.isMaxLength(caseLimits.events)),
    deviations: Schema.Array(deviationSchema).check(Schema.isMaxLength(caseLimits.deviations)),
    rest: Schema.Boolean,
  });
}
