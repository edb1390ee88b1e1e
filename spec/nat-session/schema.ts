/** Schemas of NAT sessions: what a configuration and a command may look like in a file. What depends on both is checked where they meet. */
import * as Schema from "@effect/schema/Schema";
import { failKinds, protocols, type Arrive, type Configure, type Fail, type Loop, type Match, type NatCommand, type NatConfig, type NatRule, type NatType, type Rebalance, type Reply, type Send, type StaticMapping, type Sweep } from "./terms.ts";

/** Largest sizes accepted, so that a file cannot ask for more than a run can hold. */
export const natLimits = { cores: 8, subscribers: 64, remotes: 4096, addresses: 4, ports: 32_768, objects: 4096, rules: 16, statics: 8, failures: 16, domains: 4 } as const;

const whole = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }));
const port = whole(0, 65535);
const address = Schema.String.check(Schema.isPattern(/^(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}$/)).annotate({ expected: "an IPv4 address" });
const protocol = Schema.Literals(protocols);

const match: Schema.Codec<Match> = Schema.Struct({ address, bits: whole(0, 32), low: port, high: port });
const rule: Schema.Codec<NatRule> = Schema.Struct({
  action: Schema.Literals(["permit", "deny"]),
  direction: Schema.Literals(["outbound", "inbound", "both"]),
  source: Schema.NullOr(match),
  destination: Schema.NullOr(match),
});
const staticMapping: Schema.Codec<StaticMapping> = Schema.Struct({
  protocol,
  subscriber: whole(0, natLimits.subscribers - 1),
  port: whole(1, 65535),
  address: whole(0, natLimits.addresses - 1),
  externalPort: whole(1, 65535),
});
/** The NAT type: three options. */
export const typeSchema: Schema.Codec<NatType> = Schema.Struct({ mapping: Schema.Boolean, fullCone: Schema.Boolean, pairing: Schema.Boolean });

const day = 86_400_000;
const idle = whole(1000, day);

/** What a configuration has of endpoints, rules and times; the node has it too. */
export const natFields = {
  subscribers: Schema.Array(Schema.Struct({ domain: whole(0, natLimits.domains - 1), address })).check(Schema.isBetweenLength(1, natLimits.subscribers)),
  remotes: Schema.Array(Schema.Struct({ address, port: whole(1, 65535) })).check(Schema.isBetweenLength(1, natLimits.remotes)),
  addresses: Schema.Array(address).check(Schema.isBetweenLength(1, natLimits.addresses)),
  low: whole(1, 65535),
  high: whole(1, 65535),
  rules: Schema.Array(rule).check(Schema.isBetweenLength(0, natLimits.rules)),
  statics: Schema.Array(staticMapping).check(Schema.isBetweenLength(0, natLimits.statics)),
  type: typeSchema,
  idleMs: Schema.Struct({ tcp: idle, udp: idle, icmp: idle }),
  sweepMs: whole(1000, 300_000),
} as const;

/** Shape and bounds of a configuration (NAT-12, NAT-13 for the times). */
export const configSchema: Schema.Codec<NatConfig> = Schema.Struct({
  cores: whole(1, natLimits.cores),
  ...natFields,
  objects: whole(1, natLimits.objects),
  quota: Schema.NullOr(whole(0, 1000)),
  table: Schema.Array(whole(0, natLimits.cores - 1)).check(Schema.isBetweenLength(2, 16)),
  perPacket: Schema.Boolean,
});

const salt = whole(0, 65535);
const subscriber = whole(0, natLimits.subscribers - 1);
const remote = whole(0, natLimits.remotes - 1);
const natAddress = whole(0, natLimits.addresses - 1);
const full = whole(1, 65535);

/** `send` */
export const sendSchema: Schema.Codec<Send> = Schema.Struct({ kind: Schema.Literal("send"), protocol, subscriber, port: full, remote, salt });
/** `loop` */
export const loopSchema: Schema.Codec<Loop> = Schema.Struct({ kind: Schema.Literal("loop"), protocol, subscriber, port: full, address: natAddress, externalPort: full, salt });
/** `arrive` */
export const arriveSchema: Schema.Codec<Arrive> = Schema.Struct({ kind: Schema.Literal("arrive"), protocol, remote, address: natAddress, externalPort: full, salt });
/** `reply` */
export const replySchema: Schema.Codec<Reply> = Schema.Struct({ kind: Schema.Literal("reply"), of: Schema.NonEmptyString, salt });
/** `rebalance` */
export const rebalanceSchema: Schema.Codec<Rebalance> = Schema.Struct({ kind: Schema.Literal("rebalance"), bucket: whole(0, 15), to: whole(0, natLimits.cores - 1) });
/** `configure` */
export const configureSchema: Schema.Codec<Configure> = Schema.Struct({ kind: Schema.Literal("configure"), type: typeSchema });
/** `fail` */
export const failSchema: Schema.Codec<Fail> = Schema.Struct({ kind: Schema.Literal("fail"), what: Schema.Literals(failKinds), count: whole(1, natLimits.failures) });
/** `sweep` */
export const sweepSchema: Schema.Codec<Sweep> = Schema.Struct({ kind: Schema.Literal("sweep") });

/** Any command of NAT sessions, told apart by `kind`. */
export const commandSchema: Schema.Codec<NatCommand> = Schema.Union([sendSchema, loopSchema, arriveSchema, replySchema, rebalanceSchema, configureSchema, failSchema, sweepSchema]).annotate({
  expected: "a command of kind send, loop, arrive, reply, rebalance, configure, fail or sweep",
});
