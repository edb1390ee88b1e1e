/** The quota system: subscribers' units, exclusive to cores and shared between them. */
import { View, type System } from "../../engine/contract.ts";
import { goals, ruleNumber, rules } from "../../../spec/quota/rules.ts";
import { commandSchema, configSchema } from "../../../spec/quota/schema.ts";
import { stages, type QuotaCommand, type QuotaConfig, type StageName } from "../../../spec/quota/terms.ts";
import { quotaColumns, quotaLayout } from "../../../spec/quota/view.ts";
import { QuotaModel } from "../../../model/quota/index.ts";
import { QuotaLedger } from "../../../impl/quota/index.ts";
import { parseBy } from "../parse.ts";
import { profiles } from "../profiles.ts";
import { absorb } from "./absorb.ts";
import { contradiction, misfit } from "./check.ts";
import { outcomeWords, words } from "./describe.ts";
import { drawConfig, drawEvents } from "./draw.ts";
import { scopes, worlds } from "./scopes.ts";
import { commandWeight, configWeight, merged, smallerCommands, smallerConfigs } from "./smaller.ts";

/** Rule named when the implementation takes a stage that the rules do not foresee there. */
export const stageRuleIds: { readonly [K in StageName]: string } = {
  "look-up": "QUOTA-2",
  unlimited: "QUOTA-2",
  "init-core": "QUOTA-6",
  "init-global": "QUOTA-6",
  "refresh-core": "QUOTA-9",
  use: "QUOTA-3",
  borrow: "QUOTA-14",
  deny: "QUOTA-5",
  release: "QUOTA-7",
  "give-back": "QUOTA-7",
  "release-none": "QUOTA-8",
  publish: "QUOTA-1",
  "refuse-change": "QUOTA-1",
  "apply-core": "QUOTA-9",
  "apply-global": "QUOTA-9",
};

/** One node, a ledger for each subscriber, resource and core. */
export const quota: System<QuotaConfig, QuotaCommand> = {
  name: "quota",
  title: "Quotas of subscribers, exclusive to cores and shared in chunks",
  rules,
  goals,
  profiles,
  stages,
  stageRules: stages.map((stage) => ruleNumber(stageRuleIds[stage])),
  nodeCount: () => 1,
  coreCount: (config) => config.cores,
  view: (config) => new View(quotaLayout(config, 0).size, () => quotaColumns(config)),
  model: () => new QuotaModel(),
  implementation: () => new QuotaLedger(),
  parseConfig(value) {
    const answer = parseBy(configSchema, value);
    return answer.ok ? (contradiction(answer.value) ?? answer) : answer;
  },
  parseCommand(value, config) {
    const answer = parseBy(commandSchema, value);
    return answer.ok ? (misfit(answer.value, config) ?? answer) : answer;
  },
  drawConfig: (random) => drawConfig(random),
  drawEvents: (random, config, _profile, size) => drawEvents(random, config, size),
  upkeep: () => ({ operations: [], periodMs: 1000 }),
  refers: (command) => (command.kind === "release" ? { id: command.of, consumes: true } : undefined),
  words,
  outcomeWords,
  smallerConfigs,
  smallerCommands,
  absorb,
  merged,
  worlds,
  scopes,
  configWeight,
  commandWeight,
};
