/** Ports under quotas: a flow gets its unit, then its port. */
import { View, type Parsed, type System } from "../../engine/contract.ts";
import { goals, ruleNumber, rules } from "../../../spec/port-quota/rules.ts";
import { commandSchema, configSchema } from "../../../spec/port-quota/schema.ts";
import { collectAfterMs } from "../../../spec/port-allocation/terms.ts";
import { stages, type PortQuotaCommand, type PortQuotaConfig } from "../../../spec/port-quota/terms.ts";
import { portQuotaColumns, portQuotaLayout } from "../../../spec/port-quota/view.ts";
import { PortQuotaModel } from "../../../model/port-quota/index.ts";
import { PortQuotaEngine } from "../../../impl/port-quota.ts";
import { absorb } from "../quota/absorb.ts";
import { parseBy, refused, under } from "../parse.ts";
import { profiles } from "../profiles.ts";
import * as port from "../port-allocation/check.ts";
import { stageRuleIds as portStageRules } from "../port-allocation/index.ts";
import * as quota from "../quota/check.ts";
import { stageRuleIds as quotaStageRules } from "../quota/index.ts";
import { outcomeWords, words } from "./describe.ts";
import { drawConfig, drawEvents } from "./draw.ts";
import { scopes, worlds } from "./scopes.ts";
import { commandWeight, configWeight, merged, smallerCommands, smallerConfigs } from "./smaller.ts";

const stageRuleIds = { ...portStageRules, ...quotaStageRules, undo: "PAIR-2" } as const;

/** What belongs to the two systems by themselves: the pair has no commands that reserve, return or ask about anything. */
export const outOfReach = { rules: [], goals: ["port/block-released", "port/block-in-use"], stages: ["release-block", "answer"] } as const;

function contradiction(config: PortQuotaConfig): Parsed<PortQuotaConfig> | undefined {
  const inPorts = port.contradiction(config.ports);
  if (inPorts !== undefined) return under("ports", inPorts);
  const inQuota = quota.contradiction(config.quota);
  if (inQuota !== undefined) return under("quota", inQuota);
  if (config.quota.cores !== config.ports.cores) return refused("quota.cores", `as many as ports.cores = ${config.ports.cores} (PAIR-1)`, config.quota.cores);
  if (config.quota.groupOf.length !== config.ports.subscribers) {
    return refused("quota.groupOf", `a group for each of ports.subscribers = ${config.ports.subscribers} (PAIR-1)`, config.quota.groupOf);
  }
  return undefined;
}

function misfit(command: PortQuotaCommand, config: PortQuotaConfig): Parsed<PortQuotaCommand> | undefined {
  if (command.kind === "open") {
    const found = port.misfit(command.allocate, config.ports);
    return found === undefined ? undefined : under("allocate", found);
  }
  return command.kind === "reconfigure" ? quota.misfit(command, config.quota) : undefined;
}

/** One node: port allocation and the quotas of its subscribers, composed. */
export const portQuota: System<PortQuotaConfig, PortQuotaCommand> = {
  name: "port-quota",
  title: "Ports under quotas",
  rules,
  goals,
  outOfReach,
  profiles,
  periodic: ["collect", "age"],
  stages,
  stageRules: stages.map((stage) => ruleNumber(stageRuleIds[stage])),
  nodeCount: () => 1,
  coreCount: (config) => config.ports.cores,
  view: (config, profile) => new View(portQuotaLayout(config, profile).size, () => portQuotaColumns(config, profile)),
  model: () => new PortQuotaModel(),
  implementation: () => new PortQuotaEngine(),
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
  upkeep: () => ({ operations: [{ kind: "collect" }, { kind: "age" }], periodMs: collectAfterMs }),
  refers: (command) => (command.kind === "close" ? { id: command.of, consumes: true } : undefined),
  words,
  outcomeWords,
  smallerConfigs,
  smallerCommands,
  absorb(config, command) {
    const changed = command.kind === "reconfigure" ? absorb(config.quota, command) : undefined;
    return changed === undefined ? undefined : { ...config, quota: changed };
  },
  merged,
  worlds,
  scopes,
  configWeight,
  commandWeight,
};
