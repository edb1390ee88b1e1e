/** Smaller configurations and commands of the node, and the order in which they count as smaller. */
import { natOf, quotaOf, rssOf } from "../../../spec/node/parts.ts";
import type { NatCommand } from "../../../spec/nat-session/terms.ts";
import type { NodeCommand, NodeConfig, Policy } from "../../../spec/node/terms.ts";
import type { QuotaParameters } from "../../../spec/quota/terms.ts";
import * as nat from "../nat-session/smaller.ts";
import * as quota from "../quota/smaller.ts";
import * as rss from "../rss-distribution/smaller-commands.ts";
import { smallerNumbers } from "../smaller-numbers.ts";
import { contradiction } from "./check.ts";
import { isOfDistribution } from "./of-distribution.ts";

/** Cores weigh most, then endpoints, options, sizes. */
export function configWeight(config: NodeConfig): number {
  const { memory, ports, distribution } = config;
  let weight = nat.configWeight(natOf(config)) + quota.configWeight(quotaOf(config)) / 10;
  weight += memory.limitPages * 4 + memory.pageUnits + memory.sessionUnits + memory.scanMs / 1000;
  weight += (ports.allocation === "dynamic" ? 0 : 50) + ports.slotBits * 2 + ports.chunk + ports.ownPerSlot + ports.ownSlots + ports.blockSize + ports.blocksPerSubscriber;
  weight += (ports.parity ? 20 : 0) + (ports.preserve ? 20 : 0) + (ports.memoryOptimised ? 5 : 0) + ports.reuseDelayMs / 1000 + ports.delayQueueMax;
  if (ports.wellKnown !== undefined) weight += 30 + (ports.wellKnown.high - ports.wellKnown.low);
  weight += policyWeight(distribution.policy) + (distribution.packets ?? 1) / 10;
  weight += (distribution.scheme === "hash" ? 0 : 20) + (distribution.carrier === "message" ? 0 : 5) + distribution.queueMax / 10;
  return weight;
}

/** A rule weighs by what it asks. */
function policyWeight(policy: Policy | undefined): number {
  if (policy === undefined) return 0;
  const asked = policy.rules.flatMap((rule) => Object.values(rule)).filter((value) => value !== null).length;
  return 30 + (policy.controlCarries ? 0 : 5) + policy.rules.length * 10 + asked + policy.steering.length * 10;
}

/** The policy with one thing less, or none. */
function smallerPolicies(policy: Policy): (Policy | undefined)[] {
  const tries: (Policy | undefined)[] = [undefined, { ...policy, rules: [] }, { ...policy, steering: [] }, { ...policy, controlCarries: true }];
  for (const at of policy.rules.keys()) tries.push({ ...policy, rules: policy.rules.toSpliced(at, 1) });
  for (const at of policy.steering.keys()) tries.push({ ...policy, steering: policy.steering.toSpliced(at, 1) });
  for (const [at, rule] of policy.rules.entries()) for (const part of ["protocol", "source", "destination", "sourcePort", "destinationPort"] as const) tries.push({ ...policy, rules: policy.rules.with(at, { ...rule, [part]: null }) });
  return tries;
}

/** The policy where there are so many cores. */
function fitted(policy: Policy | undefined, cores: number): Policy | undefined {
  if (policy === undefined) return undefined;
  const there = <T extends { readonly core: number }>(one: T): T => ({ ...one, core: Math.min(one.core, cores - 1) });
  return { ...policy, rules: policy.rules.map(there), steering: policy.steering.map(there) };
}

/** The same without keys that say nothing. */
function without<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as T;
}

/** The parts that the node shares with its sessions, smaller. */
function smallerEndpoints(config: NodeConfig): NodeConfig[] {
  return nat.smallerConfigs(natOf(config)).map(({ cores, subscribers, remotes, addresses, high, rules, statics, type, table, idleMs, sweepMs }) => ({
    ...config,
    cores,
    subscribers,
    remotes,
    addresses,
    high,
    rules,
    statics,
    type,
    idleMs,
    sweepMs,
    distribution: without({ ...config.distribution, table, policy: fitted(config.distribution.policy, cores) }),
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
  if (distribution.policy !== undefined) for (const policy of smallerPolicies(distribution.policy)) tries.push({ ...config, distribution: without({ ...distribution, policy }) });
  if (distribution.packets !== undefined) tries.push({ ...config, distribution: without({ ...distribution, packets: undefined }) });
  if (ports.wellKnown !== undefined) {
    const { low, high } = ports.wellKnown;
    for (const wellKnown of [undefined, { low: high, high }, { low, high: low }]) tries.push({ ...config, ports: without({ ...ports, wellKnown }) });
  }
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
      return isOfDistribution(command) ? rss.commandWeight(command) : nat.commandWeight(command);
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
      if (isOfDistribution(command)) return rss.smallerCommands(command, { ...rssOf(config), nodes: [config.cores] }) as NodeCommand[];
      return nat.smallerCommands(command as NatCommand) as NodeCommand[];
  }
}
