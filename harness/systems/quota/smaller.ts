/** Smaller configurations and commands of the quota system, and the order in which they count as smaller. */
import { totalUnits, type QuotaCommand, type QuotaConfig, type QuotaParameters } from "../../../spec/quota/terms.ts";
import { smallerNumbers } from "../smaller-numbers.ts";
import { contradiction } from "./check.ts";

/** Weight of one group's limits: none is the least, a plain number less than a share of the memory. */
export function parametersWeight(parameters: QuotaParameters | null, memoryUnits: number): number {
  if (parameters === null) return 0;
  return 4 + totalUnits(parameters, memoryUnits) + parameters.exclusive + parameters.chunk + (typeof parameters.total === "number" ? 0 : 2);
}

/** Cores weigh most, then subscribers, groups, units. */
export function configWeight(config: QuotaConfig): number {
  let weight = config.cores * 10_000 + config.groupOf.length * 4_000 + config.quotas.length * 2_000 + config.memoryUnits / 1_000_000;
  for (const group of config.groupOf) weight += group * 100;
  for (const of of config.quotas) for (const parameters of of) weight += parametersWeight(parameters, config.memoryUnits);
  return weight;
}

/** Bulk weighs most, then what is asked for. */
export function commandWeight(command: QuotaCommand): number {
  switch (command.kind) {
    case "request":
      return command.count * 4 + command.subscriber * 2 + (command.resource === "ports" ? 0 : 1);
    case "release":
      return 0;
    case "reconfigure":
      return command.group * 2 + (command.resource === "ports" ? 0 : 1) + (command.to === null ? 0 : 4 + valueWeight(command.to));
  }
}

/** Weight of limits without knowing the memory. */
function valueWeight({ total, exclusive, chunk }: QuotaParameters): number {
  return (typeof total === "number" ? total : 2_000_000 + total.percentOfMemory) + exclusive + chunk;
}

/** Limits to try in place of these: none, a plain number, and each number smaller alone or with what hangs on it. */
export function smallerParameters(parameters: QuotaParameters, config: QuotaConfig): (QuotaParameters | null)[] {
  const units = totalUnits(parameters, config.memoryUnits);
  const shared = units - config.cores * parameters.exclusive;
  return [
    null,
    ...(typeof parameters.total === "number" ? [] : [{ ...parameters, total: units }]),
    ...smallerNumbers(parameters.exclusive, 0).map((exclusive) => ({ ...parameters, exclusive, total: Math.max(0, config.cores * exclusive + shared) })),
    ...smallerNumbers(parameters.exclusive, 0).map((exclusive) => ({ ...parameters, exclusive, total: units })),
    ...smallerNumbers(units, 0).map((total) => ({ ...parameters, total })),
    ...smallerNumbers(parameters.chunk, 1).map((chunk) => ({ ...parameters, chunk })),
  ];
}

/** Fewer cores (the totals keep their shared part, or stay), subscribers, groups; smaller limits one at a time. Only such as are accepted and weigh less. */
export function smallerConfigs(config: QuotaConfig): QuotaConfig[] {
  const tries: QuotaConfig[] = [];
  const replaced = (change: (parameters: QuotaParameters | null) => QuotaParameters | null) => config.quotas.map((of) => of.map(change));
  if (config.cores > 1) {
    const cores = config.cores - 1;
    const keepShared = replaced((each) => (each === null ? null : { ...each, total: totalUnits(each, config.memoryUnits) - each.exclusive }));
    tries.push({ ...config, cores, quotas: keepShared }, { ...config, cores });
  }
  if (config.groupOf.length > 1) tries.push({ ...config, groupOf: config.groupOf.slice(0, -1) });
  if (config.quotas.length > 1) {
    const last = config.quotas.length - 1;
    tries.push({ ...config, quotas: config.quotas.slice(0, last), groupOf: config.groupOf.map((group) => (group === last ? 0 : group)) });
  }
  for (const [at, group] of config.groupOf.entries()) if (group > 0) tries.push({ ...config, groupOf: config.groupOf.with(at, 0) });
  if (config.quotas.some((of) => of.some((each) => each !== null))) tries.push({ ...config, quotas: replaced(() => null) });
  for (const [group, of] of config.quotas.entries()) {
    for (const [resource, parameters] of of.entries()) {
      if (parameters === null) continue;
      for (const to of smallerParameters(parameters, config)) tries.push({ ...config, quotas: config.quotas.with(group, of.with(resource, to)) });
    }
  }
  if (config.memoryUnits > 0 && config.quotas.every((of) => of.every((each) => each === null || typeof each.total === "number"))) tries.push({ ...config, memoryUnits: 0 });
  const weight = configWeight(config);
  return tries.filter((each) => configWeight(each) < weight && contradiction(each) === undefined);
}

/** The same request for less, for the first subscriber, of the first resource; the same change to less. */
export function smallerCommands(command: QuotaCommand, config: QuotaConfig): QuotaCommand[] {
  if (command.kind === "release") return [];
  const tries: QuotaCommand[] = [];
  if (command.kind === "request") {
    for (const count of smallerNumbers(command.count, 1)) tries.push({ ...command, count });
    for (const subscriber of smallerNumbers(command.subscriber, 0)) tries.push({ ...command, subscriber });
  } else {
    if (command.to !== null) for (const to of smallerParameters(command.to, config)) tries.push({ ...command, to });
    for (const group of smallerNumbers(command.group, 0)) tries.push({ ...command, group });
  }
  if (command.resource !== "ports") tries.push({ ...command, resource: "ports" });
  const weight = commandWeight(command);
  return tries.filter((each) => commandWeight(each) < weight);
}

/** One request for what two of the same subscriber and resource ask for. */
export function merged(first: QuotaCommand, second: QuotaCommand): QuotaCommand[] {
  if (first.kind !== "request" || second.kind !== "request" || first.subscriber !== second.subscriber || first.resource !== second.resource) return [];
  return [{ ...first, count: first.count + second.count }];
}
