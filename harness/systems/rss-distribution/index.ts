/** Distribution over cores: which core a packet is for, how it gets there, and what becomes of both when tables and cores change. */
import { View, type System } from "../../engine/contract.ts";
import { contradiction, misfit } from "../../../spec/rss-distribution/check.ts";
import { goals, rules, stageRules } from "../../../spec/rss-distribution/rules.ts";
import { commandSchema, configSchema } from "../../../spec/rss-distribution/schema.ts";
import { stages, type RssCommand, type RssConfig } from "../../../spec/rss-distribution/terms.ts";
import { rssColumns, rssLayout } from "../../../spec/rss-distribution/view.ts";
import { RssModel } from "../../../model/rss-distribution/index.ts";
import { Distributor } from "../../../impl/rss-distribution/index.ts";
import { parseChecked } from "../parse.ts";
import { profiles } from "../profiles.ts";
import { outcomeWords, words } from "./describe.ts";
import { drawConfig } from "./draw-config.ts";
import { drawEvents } from "./draw-events.ts";
import { commandWeight, smallerCommands } from "./smaller-commands.ts";
import { scopes, worlds } from "./scopes.ts";
import { configWeight, smallerConfigs } from "./smaller-configs.ts";

/** One node: its distributors and cores, and what stands of other nodes in its tables. */
export const rssDistribution: System<RssConfig, RssCommand> = {
  name: "rss-distribution",
  title: "Distribution of packets over cores",
  rules,
  goals,
  profiles,
  stages,
  stageRules,
  nodeCount: () => 1,
  coreCount: (config) => config.cores,
  view: (config) => new View(rssLayout(config, 0).size, () => rssColumns(config)),
  model: () => new RssModel(),
  implementation: () => new Distributor(),
  parseConfig: (value) => parseChecked(configSchema, value, contradiction),
  parseCommand: (value, config) => parseChecked(commandSchema, value, (command) => misfit(command, config)),
  drawConfig: (random) => drawConfig(random),
  drawEvents: (random, config, _profile, size) => drawEvents(random, config, size),
  upkeep: () => ({ operations: [], periodMs: 1000 }),
  waitWords: (what) => `the packet of slot ${what}`,
  refers: (command) => (command.kind === "finish" ? { id: command.of, consumes: true } : undefined),
  words,
  outcomeWords,
  smallerConfigs,
  smallerCommands,
  worlds,
  scopes,
  configWeight,
  commandWeight,
};
