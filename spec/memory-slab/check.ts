/** What makes a configuration or command of shared memory and slabs contradict itself, beyond its shape. */
import type { Contradiction } from "../contradiction.ts";
import { initialUnits, kinds, type SlabCommand, type SlabConfig } from "./terms.ts";

/** The first contradiction of a configuration, or undefined. */
export function contradiction(config: SlabConfig): Contradiction | undefined {
  if (config.initialPages >= config.limitPages) return { at: "initialPages", expected: `fewer than limitPages = ${config.limitPages}, so that the pool has one (SLAB-2)`, found: config.initialPages };
  for (const [at, { kind, units }] of config.kinds.entries()) {
    if (config.kinds.findIndex((one) => one.kind === kind) < at) return { at: `kinds[${at}].kind`, expected: "a kind that does not stand there already (SLAB-3)", found: kind };
    if (units > config.pageUnits) return { at: `kinds[${at}].units`, expected: `at most the pageUnits = ${config.pageUnits} of a page (SLAB-2)`, found: units };
  }
  const room = initialUnits(config) - config.tableUnits;
  if (room < 1) return { at: "tableUnits", expected: `fewer than the ${initialUnits(config)} units of the initial pages (SLAB-11)`, found: config.tableUnits };
  if (config.localUnits > room) return { at: "localUnits", expected: `at most the ${room} units that the global tables leave, so that one core can start (SLAB-11)`, found: config.localUnits };
  return undefined;
}

/** The first thing that a command names and the configuration does not have, or that contradicts itself; or undefined. */
export function misfit(command: SlabCommand, config: SlabConfig): Contradiction | undefined {
  if (command.kind === "reserve") {
    const most = initialUnits(config);
    return command.units > most ? { at: "units", expected: `at most the ${most} units of the initial pages (SLAB-11)`, found: command.units } : undefined;
  }
  if (command.kind !== "allocate") return undefined;
  if (!config.kinds.some((one) => one.kind === command.what)) return { at: "what", expected: `one of the configuration's kinds: ${config.kinds.map((one) => one.kind).join(", ")} (SLAB-3)`, found: command.what };
  if (command.on === null) return undefined;
  if (command.on >= config.cores) return { at: "on", expected: `null, or a core from 0 to ${config.cores - 1}`, found: command.on };
  const { placement, locked } = kinds.find((one) => one.name === command.what)!;
  if (placement === "private") return { at: "on", expected: "null, as the memory of another core is not touched (SLAB-14)", found: command.on };
  if (placement === "replicated") return { at: "on", expected: "null, as every core has a replica (SLAB-13)", found: command.on };
  return locked ? { at: "on", expected: "null, as all cores have one allocator (SLAB-8)", found: command.on } : undefined;
}
