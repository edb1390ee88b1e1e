/** Shared memory and slabs: start-up, pages, objects, and how they go back. */
import { View, type System } from "../../engine/contract.ts";
import { contradiction, misfit } from "../../../spec/memory-slab/check.ts";
import { goals, rules, stageRules } from "../../../spec/memory-slab/rules.ts";
import { commandSchema, configSchema } from "../../../spec/memory-slab/schema.ts";
import { stages, type SlabCommand, type SlabConfig } from "../../../spec/memory-slab/terms.ts";
import { slabColumns, slabLayout } from "../../../spec/memory-slab/view.ts";
import { MemorySlabModel } from "../../../model/memory-slab/index.ts";
import { MemorySlab } from "../../../impl/memory-slab/index.ts";
import { parseChecked } from "../parse.ts";
import { profiles } from "../profiles.ts";
import { outcomeWords, words } from "./describe.ts";
import { drawConfig, drawEvents } from "./draw.ts";
import { scopes, worlds } from "./scopes.ts";
import { commandWeight, configWeight, smallerCommands, smallerConfigs } from "./smaller.ts";

/** What a command refers to, and whether it uses it up. */
function refers(command: SlabCommand): { readonly id: string; readonly consumes: boolean } | undefined {
  return "of" in command ? { id: command.of, consumes: command.kind === "unrefer" || command.kind === "give-back" } : undefined;
}

/** The memory of one node. */
export const memorySlab: System<SlabConfig, SlabCommand> = {
  name: "memory-slab",
  title: "Shared memory and slabs of many cores",
  rules,
  goals,
  profiles,
  periodic: ["scan"],
  stages,
  stageRules,
  nodeCount: () => 1,
  coreCount: (config) => config.cores,
  view: (config) => new View(slabLayout(config, 0).size, () => slabColumns(config)),
  model: () => new MemorySlabModel(),
  implementation: () => new MemorySlab(),
  parseConfig: (value) => parseChecked(configSchema, value, contradiction),
  parseCommand: (value, config) => parseChecked(commandSchema, value, (command) => misfit(command, config)),
  drawConfig: (random) => drawConfig(random),
  drawEvents: (random, config, _profile, size) => drawEvents(random, config, size),
  upkeep: (config) => ({ operations: [{ kind: "scan" }], periodMs: config.scanMs }),
  refers,
  words,
  outcomeWords,
  smallerConfigs,
  smallerCommands,
  worlds,
  scopes,
  configWeight,
  commandWeight,
};
