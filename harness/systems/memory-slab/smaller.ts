/** Smaller configurations and commands of memories, and the order in which they count as smaller. */
import { contradiction, misfit } from "../../../spec/memory-slab/check.ts";
import { kinds, type SlabCommand, type SlabConfig } from "../../../spec/memory-slab/terms.ts";
import { smallerNumbers } from "../smaller-numbers.ts";

/** Numbers of a configuration, with the least each may be. */
const least = { limitPages: 2, initialPages: 1, pageUnits: 2, privatePages: 0, tableUnits: 1, localUnits: 1, ports: 1, scanMs: 1 } as const;
const numbers = Object.keys(least) as (keyof typeof least)[];

function kindAt(name: string): number {
  return kinds.findIndex((one) => one.name === name);
}

/** Cores weigh most, then kinds, pages and units. */
export function configWeight(config: SlabConfig): number {
  let weight = config.cores * 10_000 + config.kinds.length * 2_000 + config.scanMs / 1000;
  for (const name of numbers) if (name !== "scanMs") weight += config[name] * 20;
  for (const { kind, units } of config.kinds) weight += units + kindAt(kind) / 10;
  return weight;
}

/** Fewer cores and kinds; smaller numbers one at a time, the objects with their page. Only such as are accepted and weigh less. */
export function smallerConfigs(config: SlabConfig): SlabConfig[] {
  const tries: SlabConfig[] = smallerNumbers(config.cores, 1).map((cores) => ({ ...config, cores }));
  for (const at of config.kinds.keys()) if (config.kinds.length > 1) tries.push({ ...config, kinds: config.kinds.toSpliced(at, 1) });
  for (const name of numbers) for (const value of smallerNumbers(config[name], least[name])) tries.push({ ...config, [name]: value });
  if (config.initialPages > 1) tries.push({ ...config, initialPages: config.initialPages - 1, limitPages: config.limitPages - 1 });
  for (const pageUnits of smallerNumbers(config.pageUnits, 2)) tries.push({ ...config, pageUnits, kinds: config.kinds.map((one) => ({ ...one, units: Math.min(one.units, pageUnits) })) });
  for (const [at, one] of config.kinds.entries()) for (const units of smallerNumbers(one.units, 1)) tries.push({ ...config, kinds: config.kinds.with(at, { ...one, units }) });
  const weight = configWeight(config);
  return tries.filter((each) => configWeight(each) < weight && contradiction(each) === undefined);
}

/** A request of another core weighs more than one's own, and rarer kinds more than others. */
export function commandWeight(command: SlabCommand): number {
  switch (command.kind) {
    case "allocate":
      return kindAt(command.what) + (command.on === null ? 0 : 10 + command.on);
    case "reserve":
      return command.units;
    case "place":
      return kindAt(command.what);
    default:
      return 0;
  }
}

/** The same command with one thing smaller. */
export function smallerCommands(command: SlabCommand, config: SlabConfig): SlabCommand[] {
  const tries: SlabCommand[] = [];
  if (command.kind === "allocate") {
    if (command.on !== null) tries.push({ ...command, on: null }, ...smallerNumbers(command.on, 0).map((on) => ({ ...command, on })));
    for (const { kind } of config.kinds) tries.push({ ...command, what: kind });
  }
  if (command.kind === "reserve") tries.push(...smallerNumbers(command.units, 1).map((units) => ({ ...command, units })));
  if (command.kind === "place") tries.push(...kinds.map(({ name }) => ({ ...command, what: name })));
  const weight = commandWeight(command);
  return tries.filter((each) => commandWeight(each) < weight && misfit(each, config) === undefined);
}
