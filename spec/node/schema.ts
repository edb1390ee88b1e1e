/** Schemas of the node: what a configuration and a command may look like in a file. What depends on both is checked where they meet. */
import * as Schema from "@effect/schema/Schema";
import { slabLimits, startUpSchema } from "../memory-slab/schema.ts";
import { arriveSchema, configureSchema, loopSchema, natFields, natLimits, rebalanceSchema, replySchema, sendSchema, sweepSchema } from "../nat-session/schema.ts";
import { ageSchema, collectSchema, portLimits } from "../port-allocation/schema.ts";
import { parametersSchema, quotaLimits, reconfigureSchema } from "../quota/schema.ts";
import { coreDownSchema, coreUpSchema, registerSchema, rssLimits, setRuleSchema, steerSchema, steeringEntrySchema, tupleRuleSchema, voteSchema } from "../rss-distribution/schema.ts";
import { schemes, type NodeCommand, type NodeConfig } from "./terms.ts";

const whole = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }));
const group = whole(0, quotaLimits.groups - 1);

/** Shape and bounds of a configuration. */
export const configSchema: Schema.Codec<NodeConfig> = Schema.Struct({
  cores: whole(1, natLimits.cores),
  ...natFields,
  low: whole(1024, 65535),
  distribution: Schema.Struct({
    scheme: Schema.Literals(schemes),
    key: Schema.String.check(Schema.isPattern(/^[0-9a-fA-F]{80}$/, { expected: "80 hexadecimal digits" })),
    table: Schema.Array(whole(0, natLimits.cores - 1)).check(Schema.isBetweenLength(2, 16)),
    carrier: Schema.Literals(["message", "shared"]),
    queueMax: whole(1, rssLimits.queue),
    packets: Schema.optionalKey(whole(1, 1000)),
    policy: Schema.optionalKey(
      Schema.Struct({
        controlCarries: Schema.Boolean,
        rules: Schema.Array(tupleRuleSchema).check(Schema.isBetweenLength(0, rssLimits.rules)),
        steering: Schema.Array(steeringEntrySchema).check(Schema.isBetweenLength(0, rssLimits.steering)),
      }),
    ),
  }),
  memory: Schema.Struct({
    limitPages: whole(2, slabLimits.limitPages),
    initialPages: whole(1, slabLimits.initialPages),
    pageUnits: whole(2, slabLimits.pageUnits),
    sessionUnits: whole(1, slabLimits.pageUnits),
    scanMs: whole(1, slabLimits.scanMs),
  }),
  ports: Schema.Struct({
    allocation: Schema.Literals(["dynamic", "block", "deterministic"]),
    slotBits: whole(1, portLimits.slotBits),
    chunk: whole(1, portLimits.chunk),
    ownPerSlot: whole(0, 65535),
    ownSlots: whole(0, 1 << portLimits.slotBits),
    blockSize: whole(0, 65535),
    blocksPerSubscriber: whole(1, 65535),
    parity: Schema.Boolean,
    preserve: Schema.Boolean,
    memoryOptimised: Schema.Boolean,
    reuseDelayMs: whole(0, portLimits.delayMs),
    delayQueueMax: whole(1, 65535),
    wellKnown: Schema.optionalKey(Schema.Struct({ low: whole(1, 1023), high: whole(1, 1023) })),
  }),
  quotas: Schema.Array(Schema.Struct({ ports: Schema.NullOr(parametersSchema), sessions: Schema.NullOr(parametersSchema) })).check(Schema.isBetweenLength(1, quotaLimits.groups)),
  groupOf: Schema.Array(group).check(Schema.isBetweenLength(1, natLimits.subscribers)),
});

/** Any command of the node, told apart by `kind`. */
export const commandSchema: Schema.Codec<NodeCommand> = Schema.Union([sendSchema, loopSchema, arriveSchema, replySchema, startUpSchema, rebalanceSchema, configureSchema, reconfigureSchema, sweepSchema, collectSchema, ageSchema, voteSchema, setRuleSchema, steerSchema, registerSchema, coreDownSchema, coreUpSchema]).annotate({
  expected: "a command of kind send, loop, arrive, reply, start-up, rebalance, configure, reconfigure, sweep, collect, age, vote, set-rule, steer, register, core-down or core-up",
});
