/** Smaller configurations and commands of NAT sessions, and the order in which they count as smaller. */
import type { NatCommand, NatConfig, NatRule, NatType } from "../../../spec/nat-session/terms.ts";
import { smallerNumbers } from "../smaller-numbers.ts";
import { contradiction } from "./check.ts";

function typeWeight(type: NatType): number {
  return (type.mapping ? 4 : 0) + (type.fullCone ? 2 : 0) + (type.pairing ? 1 : 0);
}
function ruleWeight(rule: NatRule): number {
  return 10 + (rule.source === null ? 0 : 10 + rule.source.bits) + (rule.destination === null ? 0 : 10 + rule.destination.bits) + (rule.direction === "both" ? 0 : 1);
}

/** Cores weigh most, then endpoints, options, numbers. */
export function configWeight(config: NatConfig): number {
  const { idleMs } = config;
  let weight = config.cores * 10_000 + (config.subscribers.length + config.remotes.length + config.addresses.length + config.statics.length) * 2_000 + config.table.length * 50;
  weight += config.objects + (config.high - config.low) + (config.quota === null ? 0 : 1000 + config.quota) + (config.perPacket ? 500 : 0) + typeWeight(config.type) * 100;
  weight += (idleMs.tcp + idleMs.udp + idleMs.icmp + config.sweepMs) / 1000;
  for (const rule of config.rules) weight += ruleWeight(rule);
  for (const core of config.table) weight += core / 8;
  return weight;
}

/** Types that have one option less. */
function smallerTypes(type: NatType): NatType[] {
  return (["pairing", "fullCone", "mapping"] as const).filter((option) => type[option]).map((option) => ({ ...type, [option]: false }));
}

/** Shorter limits: a second, or whole seconds. */
function shorter(ms: number): number[] {
  return [1000, ms - (ms % 1000)].filter((each) => each < ms);
}

/** Fewer cores, endpoints, rules and options; smaller numbers one at a time. Only such as are accepted and weigh less. */
export function smallerConfigs(config: NatConfig): NatConfig[] {
  const tries: NatConfig[] = [];
  const { table } = config;
  if (config.cores > 1) tries.push({ ...config, cores: config.cores - 1, table: table.map((core) => Math.min(core, config.cores - 2)) });
  for (const list of ["subscribers", "remotes", "addresses"] as const) if (config[list].length > 1) tries.push({ ...config, [list]: config[list].slice(0, -1) });
  for (const at of config.statics.keys()) tries.push({ ...config, statics: config.statics.toSpliced(at, 1) });
  for (const at of config.rules.keys()) if (config.rules.length > 1) tries.push({ ...config, rules: config.rules.toSpliced(at, 1) });
  tries.push({ ...config, rules: [{ action: "permit", direction: "both", source: null, destination: null }] });
  if (config.perPacket) tries.push({ ...config, perPacket: false });
  if (config.quota !== null) tries.push({ ...config, quota: null }, ...smallerNumbers(config.quota, 0).map((quota) => ({ ...config, quota })));
  for (const type of smallerTypes(config.type)) tries.push({ ...config, type });
  if (table.length > 2) tries.push({ ...config, table: table.slice(0, table.length / 2) }, { ...config, table: table.slice(table.length / 2) });
  for (const [at, core] of table.entries()) for (const to of smallerNumbers(core, 0)) tries.push({ ...config, table: table.with(at, to) });
  for (const objects of smallerNumbers(config.objects, 1)) tries.push({ ...config, objects });
  for (const span of smallerNumbers(config.high - config.low, 0)) tries.push({ ...config, high: config.low + span });
  for (const protocol of ["tcp", "udp", "icmp"] as const) for (const ms of shorter(config.idleMs[protocol])) tries.push({ ...config, idleMs: { ...config.idleMs, [protocol]: ms } });
  for (const sweepMs of shorter(config.sweepMs)) tries.push({ ...config, sweepMs });
  const weight = configWeight(config);
  return tries.filter((each) => configWeight(each) < weight && contradiction(each) === undefined);
}

/** Options, endpoints and salt weigh in this order. */
export function commandWeight(command: NatCommand): number {
  switch (command.kind) {
    case "send":
      return weightOf(command.protocol) + command.subscriber * 4 + command.remote * 4 + (command.port - 4000) + (command.salt > 0 ? 1 : 0);
    case "loop":
    case "arrive":
      return 2 + weightOf(command.protocol) + (command.kind === "loop" ? command.subscriber * 4 : command.remote * 4) + command.address * 4 + command.externalPort / 65536 + (command.salt > 0 ? 1 : 0);
    case "reply":
      return command.salt > 0 ? 1 : 0;
    case "rebalance":
      return 2 + command.bucket + command.to;
    case "configure":
      return 2 + typeWeight(command.type);
    case "fail":
      return 2 + command.count;
    case "sweep":
      return 1;
  }
}
function weightOf(protocol: string): number {
  return protocol === "tcp" ? 0 : protocol === "udp" ? 1 : 2;
}

/** The same command with smaller numbers, one at a time. */
export function smallerCommands(command: NatCommand): NatCommand[] {
  const tries: NatCommand[] = [];
  if ("salt" in command && command.salt > 0) tries.push({ ...command, salt: 0 });
  if ("subscriber" in command) for (const subscriber of smallerNumbers(command.subscriber, 0)) tries.push({ ...command, subscriber });
  if ("remote" in command) for (const remote of smallerNumbers(command.remote, 0)) tries.push({ ...command, remote });
  if (command.kind === "send") for (const port of smallerNumbers(command.port, 4000)) tries.push({ ...command, port });
  if (command.kind === "rebalance") for (const to of smallerNumbers(command.to, 0)) tries.push({ ...command, to });
  if (command.kind === "rebalance") for (const bucket of smallerNumbers(command.bucket, 0)) tries.push({ ...command, bucket });
  if (command.kind === "configure") for (const type of smallerTypes(command.type)) tries.push({ ...command, type });
  if (command.kind === "fail") for (const count of smallerNumbers(command.count, 1)) tries.push({ ...command, count });
  const weight = commandWeight(command);
  return tries.filter((each) => commandWeight(each) < weight);
}
