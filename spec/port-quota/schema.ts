/** Schemas of ports under quotas: both systems' own, joined. */
import * as Schema from "@effect/schema/Schema";
import { ageSchema, allocateSchema, collectSchema, configSchema as portConfigSchema } from "../port-allocation/schema.ts";
import { configSchema as quotaConfigSchema, reconfigureSchema } from "../quota/schema.ts";
import type { CloseFlow, Open, PortQuotaCommand, PortQuotaConfig } from "./terms.ts";

/** Shape and bounds of both configurations. */
export const configSchema: Schema.Codec<PortQuotaConfig> = Schema.Struct({ ports: portConfigSchema, quota: quotaConfigSchema });

/** `open` */
export const openSchema: Schema.Codec<Open> = Schema.Struct({ kind: Schema.Literal("open"), allocate: allocateSchema });
/** `close` */
export const closeSchema: Schema.Codec<CloseFlow> = Schema.Struct({ kind: Schema.Literal("close"), of: Schema.NonEmptyString });

/** Any command of the pair, told apart by `kind`. */
export const commandSchema: Schema.Codec<PortQuotaCommand> = Schema.Union([openSchema, closeSchema, reconfigureSchema, collectSchema, ageSchema]).annotate({
  expected: "a command of kind open, close, reconfigure, collect or age",
});
