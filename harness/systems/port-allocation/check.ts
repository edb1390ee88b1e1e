/** What makes a configuration or command of port allocation contradict itself, beyond its shape. */
import type { Parsed } from "../../engine/contract.ts";
import { blockCount, portCount, portsPerBlock, slotCount } from "../../../spec/port-allocation/geometry.ts";
import type { PortCommand, PortConfig } from "../../../spec/port-allocation/terms.ts";
import { addressBytes } from "../../../model/toeplitz.ts";
import { refused } from "../parse.ts";
import { unevenness } from "./even.ts";

type Refusal = Extract<Parsed<never>, { ok: false }>;

/** The first contradiction, or undefined. The rule that forbids it stands at the end of what is expected. */
export function contradiction(config: PortConfig): Refusal | undefined {
  return ranges(config) ?? addresses(config) ?? distribution(config) ?? scheme(config);
}

function ranges({ low, high, wellKnown }: PortConfig): Refusal | undefined {
  if (high < low) return refused("high", `a port from low = ${low} on`, high);
  if (wellKnown === null) return undefined;
  if (wellKnown.high < wellKnown.low) return refused("wellKnown.high", `a port from wellKnown.low = ${wellKnown.low} on`, wellKnown.high);
  return low < 1024 ? refused("low", "a port from 1024 on, as the well-known range is kept apart (PORT-11)", low) : undefined;
}

function addresses(config: PortConfig): Refusal | undefined {
  for (const name of ["addresses", "remotes"] as const) {
    const seen = new Set<string>();
    for (const [at, text] of config[name].entries()) {
      const bytes = bytesOf(text);
      if (bytes === undefined || bytes.length !== (config.family === 4 ? 4 : 16)) return refused(`${name}[${at}]`, `an IPv${config.family} address`, text);
      if (seen.has(bytes.join())) return refused(`${name}[${at}]`, "an address that does not stand there already", text);
      seen.add(bytes.join());
    }
  }
  return undefined;
}

function bytesOf(text: string): Uint8Array | undefined {
  try {
    return addressBytes(text);
  } catch {
    return undefined;
  }
}

function distribution(config: PortConfig): Refusal | undefined {
  if (config.bits > config.slotBits) return refused("bits", `at most slotBits = ${config.slotBits} (PORT-5)`, config.bits);
  const entries = 1 << config.bits;
  if (config.indirection.length !== entries) return refused("indirection", `2^bits = ${entries} cores (PORT-27)`, config.indirection);
  for (const [at, core] of config.indirection.entries()) {
    if (core >= config.cores) return refused(`indirection[${at}]`, `a core from 0 to ${config.cores - 1} (PORT-27)`, core);
  }
  return undefined;
}

function scheme(config: PortConfig): Refusal | undefined {
  if (config.allocation === "dynamic") {
    if (config.blockSize !== 0) return refused("blockSize", "0, as the shuffled scheme of dynamic allocation has no blocks (PORT-20)", config.blockSize);
    if (config.ownSlots > slotCount(config)) return refused("ownSlots", `at most 2^slotBits = ${slotCount(config)} slots (PORT-3)`, config.ownSlots);
    const uneven = unevenness(config.key, config.family);
    return uneven === undefined ? undefined : refused("key", `a key that splits the ports evenly (PORT-3): ${uneven}`, config.key);
  }
  for (const name of ["ownPerSlot", "ownSlots"] as const) {
    if (config[name] !== 0) return refused(name, `0, as the basic scheme of ${config.allocation} allocation has no own ports (PORT-20)`, config[name]);
  }
  if (config.allocation === "deterministic") {
    if (config.blockSize !== 0) return refused("blockSize", "0, as deterministic allocation computes it (PORT-15)", config.blockSize);
    if (portsPerBlock(config) < 1) return refused("blocksPerSubscriber", `a number of blocks for which the ${portCount(config)} ports of a table suffice (PORT-15)`, config.blocksPerSubscriber);
    return undefined;
  }
  if (config.blockSize < 1 || config.blockSize > portCount(config)) return refused("blockSize", `a size from 1 to the ${portCount(config)} ports of a table (PORT-13)`, config.blockSize);
  return undefined;
}

/** The first thing that a command names and the configuration does not have or do, or undefined. */
export function misfit(command: PortCommand, config: PortConfig): Refusal | undefined {
  const within = (at: string, value: number, least: number, count: number, what: string): Refusal | undefined =>
    value < least || value >= count ? refused(at, `${what} from ${least} to ${count - 1}`, value) : undefined;
  const subscriber = (value: number): Refusal | undefined => within("subscriber", value, 0, config.subscribers, "a subscriber");
  const remote = (value: number): Refusal | undefined => within("remote", value, 0, config.remotes.length, "the position of a remote");
  const address = (value: number, least: number): Refusal | undefined => within("address", value, least, config.addresses.length, "the position of an address");
  const only = (allocation: PortConfig["allocation"], rule: string): Refusal | undefined =>
    config.allocation === allocation ? undefined : refused("kind", `a command of ${config.allocation} allocation (${rule})`, command.kind);
  switch (command.kind) {
    case "allocate": {
      const { want } = command;
      if (want !== null && "low" in want && want.high < want.low) return refused("want.high", `a port from want.low = ${want.low} on`, want.high);
      if (config.allocation === "deterministic" && command.address !== -1) return refused("address", "-1, as the address is computed (PORT-15)", command.address);
      return subscriber(command.subscriber) ?? remote(command.remote) ?? address(command.address, config.allocation === "dynamic" ? 0 : -1);
    }
    case "reserve-block":
      return (
        only("block", "PORT-13") ?? subscriber(command.subscriber) ?? address(command.address, -1) ?? within("block", command.block, -1, blockCount(config), "the position of a block")
      );
    case "release-block":
      return only("block", "PORT-13");
    case "inverse":
      return only("deterministic", "PORT-15") ?? address(command.address, 0);
    case "reply-core":
      return remote(command.remote) ?? address(command.address, 0);
    default:
      return undefined;
  }
}
