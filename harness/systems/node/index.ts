/** The node: one appliance made of distribution, memory, sessions, ports and quotas. */
import { View, type System } from "../../engine/contract.ts";
import { goals, ruleNumber, rules } from "../../../spec/node/rules.ts";
import { commandSchema, configSchema } from "../../../spec/node/schema.ts";
import { sessionWait, stages, type NodeCommand, type NodeConfig } from "../../../spec/node/terms.ts";
import { collectAfterMs } from "../../../spec/port-allocation/terms.ts";
import { nodeColumns, nodeLayout } from "../../../spec/node/view.ts";
import { NodeModel } from "../../../model/node/index.ts";
import { NodeEngine } from "../../../impl/node/index.ts";
import { parseBy } from "../parse.ts";
import { profiles } from "../profiles.ts";
import { contradiction, misfit } from "./check.ts";
import { outcomeWords, words } from "./describe.ts";
import { drawConfig, drawEvents } from "./draw.ts";
import { outOfReach, stageRuleIds } from "./parts.ts";
import { scopes, worlds } from "./scopes.ts";
import { commandWeight, configWeight, smallerCommands, smallerConfigs } from "./smaller.ts";

/** One node, packets in and out. */
export const node: System<NodeConfig, NodeCommand> = {
  name: "node",
  title: "One appliance",
  rules,
  goals,
  outOfReach,
  profiles,
  periodic: ["sweep", "collect", "age"],
  stages,
  stageRules: stageRuleIds.map(ruleNumber),
  nodeCount: () => 1,
  coreCount: (config) => config.cores,
  view: (config, profile) => new View(nodeLayout(config, profile).size, () => nodeColumns(config, profile)),
  model: () => new NodeModel(),
  implementation: () => new NodeEngine(),
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
  upkeep: ({ sweepMs, memory }) => ({ operations: [{ kind: "sweep" }, { kind: "collect" }, { kind: "age" }], periodMs: Math.max(sweepMs, memory.scanMs, collectAfterMs) }),
  waitWords: (what) => (what >= sessionWait ? `session structure ${what - sessionWait}` : `the packet of slot ${what}`),
  refers: (command) => (command.kind === "reply" ? { id: command.of, consumes: false } : undefined),
  words,
  outcomeWords,
  smallerConfigs,
  smallerCommands: (command, config) => smallerCommands(command, config),
  worlds,
  scopes,
  configWeight,
  commandWeight,
};
