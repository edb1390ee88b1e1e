/** Smaller configurations and commands of port allocation, and the order in which they count as smaller. */
import { portCount } from "../../../spec/port-allocation/geometry.ts";
import { portLimits } from "../../../spec/port-allocation/schema.ts";
import type { Allocate, PortCommand, PortConfig } from "../../../spec/port-allocation/terms.ts";
import { smallerNumbers } from "../smaller-numbers.ts";
import { contradiction } from "./check.ts";
import { addressesOf, keys, remotesOf } from "./draw-config.ts";

const allocationWeight = { dynamic: 0, block: 2, deterministic: 2 } as const;
const mappingWeight = { "endpoint-independent": 0, "address-dependent": 1, "address-and-port-dependent": 2 } as const;
const protocolWeight = { tcp: 0, udp: 1, icmp: 2 } as const;

/** Weight of a port number: none is the least, then by size. */
function portWeight(port: number): number {
  return port <= 0 ? 0 : 1 + port / 65_536;
}

/** Cores weigh most, then addresses, subscribers, slots and options, ports, and last where the range lies. */
export function configWeight(config: PortConfig): number {
  let weight = config.cores * 10_000 + config.addresses.length * 4_000 + config.subscribers * 2_000 + config.remotes.length * 1_000 + config.slotBits * 200 + config.bits * 50;
  weight += portCount(config) + config.chunk + config.ownPerSlot + config.ownSlots + config.blockSize + config.blocksPerSubscriber * 4;
  if (config.wellKnown !== null) weight += 100 + (config.wellKnown.high - config.wellKnown.low) + config.wellKnown.low / 1024;
  weight += (config.parity ? 100 : 0) + (config.preserve ? 100 : 0) + (config.memoryOptimised ? 20 : 0) + (config.family === 6 ? 20 : 0);
  weight += mappingWeight[config.mapping] * 10 + allocationWeight[config.allocation] * 200 + (config.key === keys[0] ? 0 : 5);
  weight += config.reuseDelayMs === 0 ? 0 : 50 + config.reuseDelayMs / portLimits.delayMs;
  weight += config.delayQueueMax / 65_536 + config.low / 1_000_000;
  for (const [at, core] of config.indirection.entries()) weight += core / (1_000 + at);
  return weight;
}

/** Bulk weighs most, then wishes, then what is named. */
export function commandWeight(command: PortCommand): number {
  switch (command.kind) {
    case "allocate":
      return (
        command.count * 8 +
        command.subscriber * 2 +
        (command.address + 1) * 2 +
        protocolWeight[command.protocol] +
        command.remote +
        portWeight(command.remotePort) +
        portWeight(command.privatePort) +
        portWeight(command.typePort) +
        (command.want === null ? 0 : "port" in command.want ? 3 + portWeight(command.want.port) : 3 + portWeight(command.want.low) + portWeight(command.want.high))
      );
    case "reserve-block":
      return command.subscriber * 2 + command.address + command.block + protocolWeight[command.protocol] + 2;
    case "locate":
      return portWeight(command.port);
    case "inverse":
      return command.address + portWeight(command.port);
    case "reply-core":
      return protocolWeight[command.protocol] + command.remote + portWeight(command.remotePort) + command.address + portWeight(command.port);
    default:
      return 0;
  }
}

/** Indirection without the last core: its entries go to the core before, or to the first. */
function withoutCore(config: PortConfig): PortConfig {
  const last = config.cores - 1;
  return { ...config, cores: last, indirection: config.indirection.map((core) => (core === last ? 0 : core)) };
}

/** The same range of ports somewhere else; what commands name may then lie outside it. */
function movedTo(config: PortConfig, low: number): PortConfig {
  return { ...config, low, high: low + portCount(config) - 1 };
}

/** One thing smaller at a time, the most promising first; only such as are accepted and weigh less. */
export function smallerConfigs(config: PortConfig): PortConfig[] {
  const tries: PortConfig[] = [];
  if (config.cores > 1) tries.push(withoutCore(config));
  if (config.addresses.length > 1) tries.push({ ...config, addresses: config.addresses.slice(0, 1) }, { ...config, addresses: config.addresses.slice(0, -1) });
  for (const subscribers of smallerNumbers(config.subscribers, 1)) tries.push({ ...config, subscribers });
  if (config.remotes.length > 1) tries.push({ ...config, remotes: config.remotes.slice(0, 1) }, { ...config, remotes: config.remotes.slice(0, -1) });
  tries.push(...fewerOptions(config), ...smallerTables(config));
  for (const low of [1, 1024]) if (low < config.low) tries.push(movedTo(config, low));
  const firstCores = config.indirection.map(() => 0);
  tries.push({ ...config, indirection: firstCores }, { ...config, indirection: config.indirection.map((_, at) => at % config.cores) });
  for (const at of config.indirection.keys()) if (config.indirection[at] > 0) tries.push({ ...config, indirection: config.indirection.with(at, 0) });
  const weight = configWeight(config);
  return tries.filter((each) => configWeight(each) < weight && contradiction(each) === undefined);
}

function fewerOptions(config: PortConfig): PortConfig[] {
  const tries: PortConfig[] = [
    { ...config, wellKnown: null },
    { ...config, parity: false },
    { ...config, preserve: false },
    { ...config, reuseDelayMs: 0 },
    { ...config, memoryOptimised: false },
    { ...config, mapping: "endpoint-independent" },
    { ...config, mapping: "address-dependent" },
    { ...config, key: keys[0] },
    { ...config, reuseDelayMs: 1000 },
    { ...config, delayQueueMax: 1 },
    { ...config, delayQueueMax: 2 },
  ];
  if (config.family === 6 && config.addresses.length <= addressesOf[4].length && config.remotes.length <= remotesOf[4].length) {
    tries.push({ ...config, family: 4, addresses: addressesOf[4].slice(0, config.addresses.length), remotes: remotesOf[4].slice(0, config.remotes.length) });
  }
  if (config.allocation !== "dynamic") tries.push({ ...config, allocation: "dynamic", blockSize: 0, blocksPerSubscriber: 1 });
  if (config.wellKnown !== null) {
    const { low, high } = config.wellKnown;
    tries.push({ ...config, wellKnown: { low, high: low } }, { ...config, wellKnown: { low, high: low + ((high - low) >> 1) } }, { ...config, wellKnown: { low: 1, high: 1 + high - low } });
  }
  return tries;
}

function smallerTables(config: PortConfig): PortConfig[] {
  const tries: PortConfig[] = [];
  for (const ports of smallerNumbers(portCount(config), 1)) tries.push({ ...config, high: config.low + ports - 1, blockSize: Math.min(config.blockSize, ports) });
  for (const bits of smallerNumbers(config.bits, 1)) tries.push({ ...config, bits, indirection: config.indirection.slice(0, 1 << bits) });
  for (const slotBits of smallerNumbers(config.slotBits, 1)) {
    const bits = Math.min(config.bits, slotBits);
    tries.push({ ...config, slotBits, bits, indirection: config.indirection.slice(0, 1 << bits), ownSlots: Math.min(config.ownSlots, 1 << slotBits) });
  }
  for (const chunk of [4, 8, ...smallerNumbers(config.chunk, 1)]) tries.push({ ...config, chunk });
  for (const ownPerSlot of smallerNumbers(config.ownPerSlot, 0)) tries.push({ ...config, ownPerSlot });
  for (const ownSlots of smallerNumbers(config.ownSlots, 0)) tries.push({ ...config, ownSlots });
  for (const blockSize of smallerNumbers(config.blockSize, 1)) tries.push({ ...config, blockSize });
  for (const blocksPerSubscriber of smallerNumbers(config.blocksPerSubscriber, 1)) tries.push({ ...config, blocksPerSubscriber });
  return tries;
}

/** A request for less, without its wishes one at a time, or with simpler values. Kinds never change. */
export function smallerAllocates(command: Allocate, config: PortConfig): Allocate[] {
  const tries: Allocate[] = [];
  const vary = <K extends "count" | "subscriber" | "remote" | "address", V extends number>(name: K, values: readonly V[]): void => {
    for (const value of values) tries.push({ ...command, [name]: value });
  };
  vary("count", [1, command.count >> 1, command.count - 1].filter((each) => each > 0));
  if (command.want !== null) tries.push({ ...command, want: null });
  if (command.typePort !== 0) tries.push({ ...command, typePort: 0 });
  if (command.protocol !== "tcp") tries.push({ ...command, protocol: "tcp" }, { ...command, protocol: "udp" });
  vary("subscriber", smallerNumbers(command.subscriber, 0));
  vary("remote", smallerNumbers(command.remote, 0));
  if (config.allocation !== "deterministic") vary("address", smallerNumbers(command.address, config.allocation === "block" ? -1 : 0));
  for (const remotePort of [0, 1, 2, 3]) tries.push({ ...command, remotePort });
  for (const privatePort of simplePorts(command.privatePort, config)) tries.push({ ...command, privatePort });
  if (command.typePort !== 0) for (const typePort of simplePorts(command.typePort, config)) if (typePort > 0) tries.push({ ...command, typePort });
  for (const want of smallerWishes(command.want, config)) tries.push({ ...command, want });
  const weight = commandWeight(command);
  return tries.filter((each) => commandWeight(each) < weight);
}

/** A range becomes a particular port or narrows; both move to simple ports, of which 0 cannot be wished for. */
function smallerWishes(want: Allocate["want"], config: PortConfig): Allocate["want"][] {
  if (want === null) return [];
  if ("port" in want) return simplePorts(want.port, config).filter((port) => port > 0).map((port) => ({ port }));
  const { low, high } = want;
  return [
    { port: low },
    ...smallerNumbers(high, low).map((to) => ({ low, high: to })),
    ...simplePorts(low, config).filter((from) => from > 0).flatMap((from) => [{ low: from, high: from + high - low }, { low: from, high }]),
  ];
}

/** Ports of few digits, the first of the tables, and those on the way there; parity is often what matters, so both are tried. */
function simplePorts(port: number, config: PortConfig): number[] {
  const middle = port > config.low ? config.low + ((port - config.low) >> 1) : port >> 1;
  const tries = [0, 1, 2, 1024, 1025, config.low, config.low + 1, config.wellKnown?.low ?? 0, middle & ~1, middle | 1, port - 2, port - 1];
  return tries.filter((each, at) => each >= 0 && each < port && tries.indexOf(each) === at);
}

/** Smaller commands of the same kind; only such as weigh less. */
export function smallerCommands(command: PortCommand, config: PortConfig): PortCommand[] {
  const tries: PortCommand[] = [];
  switch (command.kind) {
    case "allocate":
      return smallerAllocates(command, config);
    case "reserve-block":
      if (command.protocol !== "tcp") tries.push({ ...command, protocol: "tcp" });
      for (const subscriber of smallerNumbers(command.subscriber, 0)) tries.push({ ...command, subscriber });
      for (const address of smallerNumbers(command.address, -1)) tries.push({ ...command, address });
      for (const block of smallerNumbers(command.block, -1)) tries.push({ ...command, block });
      break;
    case "locate":
      for (const port of simplePorts(command.port, config)) tries.push({ ...command, port });
      break;
    case "inverse":
      for (const address of smallerNumbers(command.address, 0)) tries.push({ ...command, address });
      for (const port of simplePorts(command.port, config)) tries.push({ ...command, port });
      break;
    case "reply-core":
      if (command.protocol !== "tcp") tries.push({ ...command, protocol: "tcp" });
      for (const remote of smallerNumbers(command.remote, 0)) tries.push({ ...command, remote });
      for (const remotePort of [0, 1]) if (remotePort < command.remotePort) tries.push({ ...command, remotePort });
      for (const address of smallerNumbers(command.address, 0)) tries.push({ ...command, address });
      for (const port of simplePorts(command.port, config)) tries.push({ ...command, port });
      break;
    default:
      return tries;
  }
  const weight = commandWeight(command);
  return tries.filter((each) => commandWeight(each) < weight);
}

/** One request for the ports of two of the same subscriber and protocol, with the wishes of either. */
export function merged(first: PortCommand, second: PortCommand): Allocate[] {
  if (first.kind !== "allocate" || second.kind !== "allocate" || first.subscriber !== second.subscriber || first.protocol !== second.protocol) return [];
  const count = first.count + second.count;
  return [{ ...first, count }, { ...second, count }];
}
