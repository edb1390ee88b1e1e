/** Schemas of shared memory and slabs: what a configuration and a command may look like in a file. What depends on several fields stands in `check.ts`. */
import * as Schema from "@effect/schema/Schema";
import { kinds, slabKinds, type Allocate, type Attach, type Free, type GiveBack, type Place, type Read, type Refer, type Reserve, type Scan, type SlabCommand, type SlabConfig, type StartUp, type Unrefer } from "./terms.ts";

/** Largest sizes accepted, so that a file cannot ask for more than a run can hold. */
export const slabLimits = { cores: 8, limitPages: 1024, initialPages: 8, pageUnits: 16, privatePages: 4, ports: 16, scanMs: 60_000 } as const;

const whole = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }));
const of = Schema.NonEmptyString;
const slabKind = Schema.Literals(slabKinds);
const anyKind = Schema.Literals(kinds.map((kind) => kind.name));
const units = whole(1, slabLimits.pageUnits);
const initial = whole(1, slabLimits.initialPages * slabLimits.pageUnits);

/** Shape and bounds of a configuration (SLAB-1, SLAB-2 for the sizes, SLAB-7 for the period). */
export const configSchema: Schema.Codec<SlabConfig> = Schema.Struct({
  cores: whole(1, slabLimits.cores),
  limitPages: whole(2, slabLimits.limitPages),
  initialPages: whole(1, slabLimits.initialPages),
  pageUnits: whole(2, slabLimits.pageUnits),
  privatePages: whole(0, slabLimits.privatePages),
  kinds: Schema.Array(Schema.Struct({ kind: slabKind, units })).check(Schema.isBetweenLength(1, slabKinds.length)),
  tableUnits: initial,
  localUnits: initial,
  ports: whole(1, slabLimits.ports),
  scanMs: whole(1, slabLimits.scanMs),
});

/** `start-up` */
export const startUpSchema: Schema.Codec<StartUp> = Schema.Struct({ kind: Schema.Literal("start-up") });
/** `allocate` */
export const allocateSchema: Schema.Codec<Allocate> = Schema.Struct({ kind: Schema.Literal("allocate"), what: slabKind, on: Schema.NullOr(whole(0, slabLimits.cores - 1)) });
/** `free` */
export const freeSchema: Schema.Codec<Free> = Schema.Struct({ kind: Schema.Literal("free"), of });
/** `refer` */
export const referSchema: Schema.Codec<Refer> = Schema.Struct({ kind: Schema.Literal("refer"), of });
/** `unrefer` */
export const unreferSchema: Schema.Codec<Unrefer> = Schema.Struct({ kind: Schema.Literal("unrefer"), of });
/** `attach` */
export const attachSchema: Schema.Codec<Attach> = Schema.Struct({ kind: Schema.Literal("attach"), of });
/** `read` */
export const readSchema: Schema.Codec<Read> = Schema.Struct({ kind: Schema.Literal("read"), of });
/** `scan` */
export const scanSchema: Schema.Codec<Scan> = Schema.Struct({ kind: Schema.Literal("scan") });
/** `reserve` */
export const reserveSchema: Schema.Codec<Reserve> = Schema.Struct({ kind: Schema.Literal("reserve"), units: initial });
/** `give-back` */
export const giveBackSchema: Schema.Codec<GiveBack> = Schema.Struct({ kind: Schema.Literal("give-back"), of });
/** `place` */
export const placeSchema: Schema.Codec<Place> = Schema.Struct({ kind: Schema.Literal("place"), what: anyKind });

/** Any command of shared memory and slabs, told apart by `kind`. */
export const commandSchema: Schema.Codec<SlabCommand> = Schema.Union([
  startUpSchema,
  allocateSchema,
  freeSchema,
  referSchema,
  unreferSchema,
  attachSchema,
  readSchema,
  scanSchema,
  reserveSchema,
  giveBackSchema,
  placeSchema,
]).annotate({ expected: "a command of kind start-up, allocate, free, refer, unrefer, attach, read, scan, reserve, give-back or place" });
