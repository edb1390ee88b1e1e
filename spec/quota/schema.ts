/** Schemas of the quota system: what a configuration and a command may look like in a file. What depends on both is checked where they meet. */
import * as Schema from "@effect/schema/Schema";
import { resources, type QuotaCommand, type QuotaConfig, type QuotaParameters, type Reconfigure, type Release, type Request } from "./terms.ts";

/** Largest sizes accepted, so that a file cannot ask for more than a run can hold. Units are bounded so that no sum leaves 31 bits. */
export const quotaLimits = { cores: 8, subscribers: 64, groups: 16, units: 1_000_000, count: 1024 } as const;

const whole = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }));
const units = whole(0, quotaLimits.units);

const total: Schema.Codec<QuotaParameters["total"]> = Schema.Union([units, Schema.Struct({ percentOfMemory: whole(0, 100) })]).annotate({
  expected: `a whole number from 0 to ${quotaLimits.units}, or { percentOfMemory: 0 to 100 }`,
});

/** Limits of one group for one resource; negative units and an empty chunk are refused. */
export const parametersSchema: Schema.Codec<QuotaParameters> = Schema.Struct({ total, exclusive: units, chunk: whole(1, quotaLimits.units) });

/** Shape and bounds of a configuration (QUOTA-15). */
export const configSchema: Schema.Codec<QuotaConfig> = Schema.Struct({
  cores: whole(1, quotaLimits.cores),
  groupOf: Schema.Array(whole(0, quotaLimits.groups - 1)).check(Schema.isBetweenLength(1, quotaLimits.subscribers)),
  memoryUnits: units,
  quotas: Schema.Array(Schema.Array(Schema.NullOr(parametersSchema)).check(Schema.isBetweenLength(resources.length, resources.length))).check(Schema.isBetweenLength(1, quotaLimits.groups)),
});

const resource = Schema.Literals(resources);

/** `request` */
export const requestSchema: Schema.Codec<Request> = Schema.Struct({
  kind: Schema.Literal("request"),
  subscriber: whole(0, quotaLimits.subscribers - 1),
  resource,
  count: whole(1, quotaLimits.count),
});
/** `release` */
export const releaseSchema: Schema.Codec<Release> = Schema.Struct({ kind: Schema.Literal("release"), of: Schema.NonEmptyString });
/** `reconfigure` */
export const reconfigureSchema: Schema.Codec<Reconfigure> = Schema.Struct({
  kind: Schema.Literal("reconfigure"),
  group: whole(0, quotaLimits.groups - 1),
  resource,
  to: Schema.NullOr(parametersSchema),
});

/** Any command of the quota system, told apart by `kind`. */
export const commandSchema: Schema.Codec<QuotaCommand> = Schema.Union([requestSchema, releaseSchema, reconfigureSchema]).annotate({
  expected: "a command of kind request, release or reconfigure",
});
