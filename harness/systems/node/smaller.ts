/** Smaller configurations and commands of the node, and the order in which they count as smaller. */
import { natOf, quotaOf } from "../../../spec/node/parts.ts";
import type { NatCommand } from "../../../spec/nat-session/terms.ts";
import type { NodeCommand, NodeConfig } from "../../../spec/node/terms.ts";
import type { QuotaParameters } from "../../../spec/quota/terms.ts";
import * as nat from "../nat-session/smaller.ts";
import * as quota from "../quota/smaller.ts";
import { smallerNumbers } from "../smaller-numbers.ts";
import { contradiction } from "./check.ts";

/** Cores weigh most, then endpoints, options, sizes. */
export function configWeight(config: NodeConfig): number {
  const { memory, ports, distribution } = config;
  let weight = nat.configWeight(natOf(config)) + quota.configWeight(quotaOf(config)) / 10;
  weight += memory.limitPages * 4 + memory.pageUnits + memory.sessionUnits + memory.scanMs / 1000;
  weight += (ports.allocation === "dynamic" ? 0 : 50) + ports.slotBits * 2 + ports.chunk + ports.ownPerSlot + ports.ownSlots + ports.blockSize + ports.blocksPerSubscriber;
  weight += (ports.parity ? 20 : 0) + (ports.preserve ? 20 : 0) + (ports.memoryOptimised ? 5 : 0) + ports.reuseDelayMs / 1000 + ports.delayQueueMax;
  weight += (distribution.scheme === "hash" ? 0 : 20) + (distribution.carrier === "message" ? 0 : 5) + distribution.queueMax / 10;
  return weight;
}

/** The parts that the node shares with its sessions, smaller. */
function smallerEndpoints(config: NodeConfig): NodeConfig[] {
  return nat.smallerConfigs(natOf(config)).map(({ cores, subscribers, remotes, addresses, low, high, rules, statics, type, table, idleMs, sweepMs }) => ({
    ...config,
    cores,
    subscribers,
    remotes,
    addresses,
    low,
    high,
    rules,
    statics,
    type,
    idleMs,
    sweepMs,
    distribution: { ...config.distribution, table },
    groupOf: config.groupOf.slice(0, subscribers.length),
  }));
}

/** Fewer of everything, one thing at a time. Only such as are accepted and weigh less. */
export function smallerConfigs(config: NodeConfig): NodeConfig[] {
  const { memory, ports, distribution } = config;
  const tries = smallerEndpoints(config);
  const withPorts = (change: Partial<NodeConfig["ports"]>): void => void tries.push({ ...config, ports: { ...ports, ...change } });
  const withMemory = (change: Partial<NodeConfig["memory"]>): void => void tries.push({ ...config, memory: { ...memory, ...change } });
  tries.push({ ...config, distribution: { ...distribution, scheme: "hash" } }, { ...config, distribution: { ...distribution, carrier: "message" } });
  for (const queueMax of smallerNumbers(distribution.queueMax, 1)) tries.push({ ...config, distribution: { ...distribution, queueMax } });
  if (ports.allocation !== "dynamic") withPorts({ allocation: "dynamic", blockSize: 0, blocksPerSubscriber: 1 });
  for (const option of ["parity", "preserve", "memoryOptimised"] as const) if (ports[option]) withPorts({ [option]: false });
  for (const size of ["slotBits", "chunk", "delayQueueMax", "blocksPerSubscriber"] as const) for (const value of smallerNumbers(ports[size], 1)) withPorts({ [size]: value });
  for (const size of ["ownPerSlot", "ownSlots", "blockSize", "reuseDelayMs"] as const) for (const value of smallerNumbers(ports[size], 0)) withPorts({ [size]: value });
  for (const limitPages of smallerNumbers(memory.limitPages, 2)) withMemory({ limitPages });
  for (const pageUnits of smallerNumbers(memory.pageUnits, 2)) withMemory({ pageUnits, sessionUnits: Math.min(memory.sessionUnits, pageUnits) });
  for (const sessionUnits of smallerNumbers(memory.sessionUnits, 1)) withMemory({ sessionUnits });
  for (const [group, of] of config.quotas.entries())
    for (const resource of ["ports", "sessions"] as const) {
      const present = of[resource];
      if (present === null) continue;
      for (const smaller of quota.smallerParameters(present, quotaOf(config))) tries.push({ ...config, quotas: config.quotas.with(group, { ...of, [resource]: smaller as QuotaParameters | null }) });
    }
  if (config.quotas.length > 1) tries.push({ ...config, quotas: config.quotas.slice(0, 1), groupOf: config.groupOf.map(() => 0) });
  const weight = configWeight(config);
  return tries.filter((each) => configWeight(each) < weight && contradiction(each) === undefined);
}

/** As for sessions and quotas; what has nothing to it weighs least. */
export function commandWeight(command: NodeCommand): number {
  switch (command.kind) {
    case "start-up":
      return 0;
    case "collect":
    case "age":
      return 1;
    case "reconfigure":
      return 2 + quota.commandWeight(command);
    default:
      return nat.commandWeight(command);
  }
}

/** The same command with smaller numbers, one at a time. */
export function smallerCommands(command: NodeCommand, config: NodeConfig): NodeCommand[] {
  switch (command.kind) {
    case "start-up":
    case "collect":
    case "age":
      return [];
    case "reconfigure":
      return quota.smallerCommands(command, quotaOf(config)) as NodeCommand[];
    default:
      return nat.smallerCommands(command as NatCommand) as NodeCommand[];
  }
}
