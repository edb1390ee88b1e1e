/** Port allocation: the tables of the NAT addresses, shared by the cores in chunks or blocks. */
import { View, type System } from "../../engine/contract.ts";
import { goals, ruleNumber, rules } from "../../../spec/port-allocation/rules.ts";
import { commandSchema, configSchema } from "../../../spec/port-allocation/schema.ts";
import { collectAfterMs, stages, type PortCommand, type PortConfig, type StageName } from "../../../spec/port-allocation/terms.ts";
import { portColumns, portLayout } from "../../../spec/port-allocation/view.ts";
import { PortModel } from "../../../model/port-allocation/index.ts";
import { PortEngine } from "../../../impl/port-allocation/index.ts";
import { parseBy } from "../parse.ts";
import { profiles } from "../profiles.ts";
import { contradiction, misfit } from "./check.ts";
import { outcomeWords, words } from "./describe.ts";
import { drawConfig } from "./draw-config.ts";
import { drawEvents } from "./draw-events.ts";
import { scopes, worlds } from "./scopes.ts";
import { commandWeight, configWeight, merged, smallerCommands, smallerConfigs } from "./smaller.ts";

/** Rule named when the implementation takes a stage that the rules do not foresee there. */
export const stageRuleIds: { readonly [K in StageName]: string } = {
  take: "PORT-5",
  claim: "PORT-24",
  "take-claimed": "PORT-7",
  "take-well-known": "PORT-11",
  reserve: "PORT-14",
  refuse: "PORT-19",
  free: "PORT-9",
  "free-well-known": "PORT-11",
  "hand-over": "PORT-9",
  delay: "PORT-26",
  collect: "PORT-9",
  "collect-empty": "PORT-9",
  expire: "PORT-26",
  "age-done": "PORT-26",
  "release-block": "PORT-13",
  answer: "PORT-4",
};

/** One node, two port tables to each NAT address. */
export const portAllocation: System<PortConfig, PortCommand> = {
  name: "port-allocation",
  title: "Ports of NAT addresses, given out by many cores",
  rules,
  goals,
  profiles,
  periodic: ["collect", "age"],
  stages,
  stageRules: stages.map((stage) => ruleNumber(stageRuleIds[stage])),
  nodeCount: () => 1,
  coreCount: (config) => config.cores,
  view: (config, profile) => new View(portLayout(config, profile, 0).size, () => portColumns(config, profile)),
  model: () => new PortModel(),
  implementation: () => new PortEngine(),
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
  refers: (command) => (command.kind === "free" || command.kind === "release-block" ? { id: command.of, consumes: true } : undefined),
  words,
  outcomeWords,
  smallerConfigs,
  smallerCommands,
  merged,
  worlds,
  scopes,
  configWeight,
  commandWeight,
};
