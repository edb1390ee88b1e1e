/** Schemas of port allocation: what a configuration and a command may look like in a file. What depends on both is checked where they meet. */
import * as Schema from "@effect/schema/Schema";
import type { Age, Allocate, Collect, Free, Inverse, Locate, PortCommand, PortConfig, ReleaseBlock, ReplyCore, ReserveBlock } from "./terms.ts";

/** Largest sizes accepted, so that a file cannot ask for more than a run can hold. */
export const portLimits = { cores: 8, addresses: 4, remotes: 4096, subscribers: 1024, count: 1024, chunk: 16, slotBits: 7, delayMs: 86_400_000 } as const;

const whole = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }));
/** Ports that can be given out; 0 never is (D14). */
const port = whole(1, 65535);
/** Ports that a packet may carry. */
const anyPort = whole(0, 65535);
const range = Schema.Struct({ low: port, high: port });
const subscriber = whole(0, portLimits.subscribers - 1);
const remote = whole(0, portLimits.remotes - 1);
const addressOrAny = whole(-1, portLimits.addresses - 1);
const protocol = Schema.Literals(["tcp", "udp", "icmp"]);

/** Shape and bounds of a configuration; which of them contradict each other is refused under the rules by whoever reads it. */
export const configSchema: Schema.Codec<PortConfig> = Schema.Struct({
  cores: whole(1, portLimits.cores),
  family: Schema.Literals([4, 6]),
  addresses: Schema.Array(Schema.String).check(Schema.isBetweenLength(1, portLimits.addresses)),
  remotes: Schema.Array(Schema.String).check(Schema.isBetweenLength(1, portLimits.remotes)),
  subscribers: whole(1, portLimits.subscribers),
  allocation: Schema.Literals(["dynamic", "block", "deterministic"]),
  low: port,
  high: port,
  wellKnown: Schema.NullOr(Schema.Struct({ low: whole(1, 1023), high: whole(1, 1023) })),
  parity: Schema.Boolean,
  preserve: Schema.Boolean,
  key: Schema.String.check(Schema.isPattern(/^[0-9a-fA-F]{80}$/, { expected: "80 hexadecimal digits" })),
  bits: whole(1, portLimits.slotBits),
  indirection: Schema.Array(whole(0, portLimits.cores - 1)).check(Schema.isBetweenLength(2, 1 << portLimits.slotBits)),
  slotBits: whole(1, portLimits.slotBits),
  chunk: whole(1, portLimits.chunk),
  ownPerSlot: whole(0, 65535),
  ownSlots: whole(0, 1 << portLimits.slotBits),
  blockSize: whole(0, 65535),
  blocksPerSubscriber: whole(1, 65535),
  memoryOptimised: Schema.Boolean,
  mapping: Schema.Literals(["endpoint-independent", "address-dependent", "address-and-port-dependent"]),
  reuseDelayMs: whole(0, portLimits.delayMs),
  delayQueueMax: whole(1, 65535),
});

/** `allocate` */
export const allocateSchema: Schema.Codec<Allocate> = Schema.Struct({
  kind: Schema.Literal("allocate"),
  subscriber,
  address: addressOrAny,
  protocol,
  remote,
  remotePort: anyPort,
  privatePort: anyPort,
  typePort: anyPort,
  want: Schema.NullOr(Schema.Union([Schema.Struct({ port }), range])).annotate({ expected: "{ port }, { low, high } or null" }),
  count: whole(1, portLimits.count),
});
/** `free` */
export const freeSchema: Schema.Codec<Free> = Schema.Struct({ kind: Schema.Literal("free"), of: Schema.NonEmptyString });
/** `collect` */
export const collectSchema: Schema.Codec<Collect> = Schema.Struct({ kind: Schema.Literal("collect") });
/** `age` */
export const ageSchema: Schema.Codec<Age> = Schema.Struct({ kind: Schema.Literal("age") });
/** `reserve-block` */
export const reserveBlockSchema: Schema.Codec<ReserveBlock> = Schema.Struct({
  kind: Schema.Literal("reserve-block"),
  subscriber,
  protocol,
  address: addressOrAny,
  block: whole(-1, 65535),
});
/** `release-block` */
export const releaseBlockSchema: Schema.Codec<ReleaseBlock> = Schema.Struct({ kind: Schema.Literal("release-block"), of: Schema.NonEmptyString });
/** `locate` */
export const locateSchema: Schema.Codec<Locate> = Schema.Struct({ kind: Schema.Literal("locate"), port: anyPort });
/** `inverse` */
export const inverseSchema: Schema.Codec<Inverse> = Schema.Struct({ kind: Schema.Literal("inverse"), address: whole(0, portLimits.addresses - 1), port: anyPort });
/** `reply-core` */
export const replyCoreSchema: Schema.Codec<ReplyCore> = Schema.Struct({
  kind: Schema.Literal("reply-core"),
  protocol,
  remote,
  remotePort: anyPort,
  address: whole(0, portLimits.addresses - 1),
  port: anyPort,
});

/** Any command of port allocation, told apart by `kind`. */
export const commandSchema: Schema.Codec<PortCommand> = Schema.Union([
  allocateSchema,
  freeSchema,
  collectSchema,
  ageSchema,
  reserveBlockSchema,
  releaseBlockSchema,
  locateSchema,
  inverseSchema,
  replyCoreSchema,
]).annotate({ expected: "a command of kind allocate, free, collect, age, reserve-block, release-block, locate, inverse or reply-core" });
