/** Schemas of distribution over cores: what a configuration and a command may look like in a file. What depends on several fields stands in `check.ts`. */
import * as Schema from "@effect/schema/Schema";
import {
  extensionKinds,
  protocols,
  type Assign,
  type Conversation,
  type CoreDown,
  type CoreUp,
  type Finish,
  type NodeCore,
  type Packet,
  type Rebalance,
  type Register,
  type ReplyCore,
  type RssCommand,
  type RssConfig,
  type Scheme,
  type SetRule,
  type ShareKey,
  type Steer,
  type SteeringEntry,
  type TupleRule,
  type Vote,
} from "./terms.ts";

/** Largest sizes accepted, so that a file cannot ask for more than a run can hold. */
export const rssLimits = { cores: 8, bits: 7, addresses: 8, conversations: 8, cards: 4, rules: 8, steering: 8, functions: 4, schemes: 4, levels: 4, queue: 64, nodes: 4, cost: 100, extensions: 4, load: 100_000, weight: 1000, ms: 86_400_000 } as const;

const whole = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }));
const list = <T>(items: Schema.Codec<T>, least: number, most: number) => Schema.Array(items).check(Schema.isBetweenLength(least, most));
const core = whole(0, rssLimits.cores - 1);
const coreOrNone = whole(-1, rssLimits.cores - 1);
const address = whole(0, rssLimits.addresses - 1);
const port = whole(0, 65535);
const flow = whole(0, rssLimits.conversations * 2 - 1);
const node = whole(0, rssLimits.nodes - 1);
const otherNode = whole(1, rssLimits.nodes - 1);
const bucket = whole(0, (1 << rssLimits.bits) - 1);
const hash = whole(0, 4_294_967_295);
const cores = list(core, 0, rssLimits.cores);
const protocol = Schema.Literals(protocols);

const conversation: Schema.Codec<Conversation> = Schema.Struct({ protocol, source: address, destination: address, sourcePort: port, destinationPort: port });
/** A rule on the tuple. */
export const tupleRuleSchema: Schema.Codec<TupleRule> = Schema.Struct({
  protocol: Schema.NullOr(protocol),
  source: Schema.NullOr(address),
  destination: Schema.NullOr(address),
  sourcePort: Schema.NullOr(port),
  destinationPort: Schema.NullOr(port),
  core,
  on: Schema.Boolean,
});
/** An entry of the steering table. */
export const steeringEntrySchema: Schema.Codec<SteeringEntry> = Schema.Struct({ by: Schema.Literals(["port", "address"]), value: port, core: coreOrNone });

/** A scheme, told apart by `kind`. */
export const schemeSchema: Schema.Codec<Scheme> = Schema.Union([
  Schema.Struct({ kind: Schema.Literal("hash") }),
  Schema.Struct({ kind: Schema.Literal("virtual-address"), coresOf: list(cores, 2, rssLimits.addresses) }),
  Schema.Struct({ kind: Schema.Literal("card"), coresOf: list(cores, 1, rssLimits.cards) }),
  Schema.Struct({ kind: Schema.Literal("function"), functions: list(Schema.Struct({ low: port, high: port, cores }), 1, rssLimits.functions) }),
  Schema.Struct({ kind: Schema.Literal("pair") }),
  Schema.Struct({ kind: Schema.Literal("established") }),
  Schema.Struct({ kind: Schema.Literal("least-loaded"), packets: whole(1, 1000) }),
  Schema.Struct({ kind: Schema.Literal("time-slice"), ms: whole(1, rssLimits.ms) }),
  Schema.Struct({ kind: Schema.Literal("thresholds"), low: whole(0, rssLimits.load), high: whole(0, rssLimits.load) }),
  Schema.Struct({
    kind: Schema.Literal("votes"),
    ageWeight: whole(0, rssLimits.weight),
    ageMaxMs: whole(0, 10_000),
    priorityWeight: whole(0, rssLimits.weight),
    levels: list(whole(0, rssLimits.load), 0, rssLimits.levels),
  }),
]).annotate({ expected: "a scheme of kind hash, virtual-address, card, function, pair, established, least-loaded, time-slice, thresholds or votes" });

/** Shape and bounds of a configuration (RSS-1, RSS-2, RSS-5 for key, bits and packets). */
export const configSchema: Schema.Codec<RssConfig> = Schema.Struct({
  cores: whole(1, rssLimits.cores),
  control: core,
  traffic: list(Schema.Boolean, 1, rssLimits.cores),
  key: Schema.String.check(Schema.isPattern(/^[0-9a-fA-F]{80}$/, { expected: "80 hexadecimal digits" })),
  bits: whole(1, rssLimits.bits),
  indirection: list(core, 2, 1 << rssLimits.bits),
  addresses: list(Schema.String, 2, rssLimits.addresses),
  conversations: list(conversation, 1, rssLimits.conversations),
  cards: whole(1, rssLimits.cards),
  rules: list(tupleRuleSchema, 0, rssLimits.rules),
  steering: list(steeringEntrySchema, 0, rssLimits.steering),
  schemes: list(schemeSchema, 1, rssLimits.schemes),
  carrier: Schema.Literals(["message", "shared"]),
  queueMax: whole(1, rssLimits.queue),
  nodes: list(whole(1, rssLimits.cores), 1, rssLimits.nodes),
  internal: list(whole(-1, rssLimits.nodes - 1), 2, rssLimits.addresses),
  assignable: list(address, 0, rssLimits.addresses),
});

/** `packet` */
export const packetSchema: Schema.Codec<Packet> = Schema.Struct({
  kind: Schema.Literal("packet"),
  flow,
  card: whole(0, rssLimits.cards - 1),
  cost: whole(1, rssLimits.cost),
  fragment: Schema.Boolean,
  extensions: list(Schema.Literals(extensionKinds), 0, rssLimits.extensions),
  outer: Schema.NullOr(flow),
  sealed: Schema.NullOr(Schema.Literals(["encrypted", "compressed"])),
  carried: Schema.NullOr(Schema.Struct({ hash, node: otherNode })),
  tag: Schema.NullOr(core),
});
/** `finish` */
export const finishSchema: Schema.Codec<Finish> = Schema.Struct({ kind: Schema.Literal("finish"), of: Schema.NonEmptyString });
/** `rebalance` */
export const rebalanceSchema: Schema.Codec<Rebalance> = Schema.Struct({ kind: Schema.Literal("rebalance"), bucket, to: core });
/** `core-down` */
export const coreDownSchema: Schema.Codec<CoreDown> = Schema.Struct({ kind: Schema.Literal("core-down"), core });
/** `core-up` */
export const coreUpSchema: Schema.Codec<CoreUp> = Schema.Struct({ kind: Schema.Literal("core-up"), core });
/** `vote` */
export const voteSchema: Schema.Codec<Vote> = Schema.Struct({ kind: Schema.Literal("vote") });
/** `set-rule` */
export const setRuleSchema: Schema.Codec<SetRule> = Schema.Struct({ kind: Schema.Literal("set-rule"), rule: whole(0, rssLimits.rules - 1), on: Schema.Boolean });
/** `steer` */
export const steerSchema: Schema.Codec<Steer> = Schema.Struct({ kind: Schema.Literal("steer"), entry: whole(0, rssLimits.steering - 1), core: coreOrNone });
/** `register` */
export const registerSchema: Schema.Codec<Register> = Schema.Struct({ kind: Schema.Literal("register"), address, node: whole(-1, rssLimits.nodes - 1) });
/** `assign` */
export const assignSchema: Schema.Codec<Assign> = Schema.Struct({ kind: Schema.Literal("assign"), node });
/** `share-key` */
export const shareKeySchema: Schema.Codec<ShareKey> = Schema.Struct({ kind: Schema.Literal("share-key"), node: otherNode });
/** `reply-core` */
export const replyCoreSchema: Schema.Codec<ReplyCore> = Schema.Struct({ kind: Schema.Literal("reply-core"), flow, address, port });
/** `node-core` */
export const nodeCoreSchema: Schema.Codec<NodeCore> = Schema.Struct({ kind: Schema.Literal("node-core"), node: otherNode, hash });

/** Any command of distribution over cores, told apart by `kind`. */
export const commandSchema: Schema.Codec<RssCommand> = Schema.Union([
  packetSchema,
  finishSchema,
  rebalanceSchema,
  coreDownSchema,
  coreUpSchema,
  voteSchema,
  setRuleSchema,
  steerSchema,
  registerSchema,
  assignSchema,
  shareKeySchema,
  replyCoreSchema,
  nodeCoreSchema,
]).annotate({ expected: "a command of kind packet, finish, rebalance, core-down, core-up, vote, set-rule, steer, register, assign, share-key, reply-core or node-core" });
