/** What makes a configuration or command of NAT sessions contradict itself, beyond its shape. */
import type { Parsed } from "../../engine/contract.ts";
import type { NatCommand, NatConfig } from "../../../spec/nat-session/terms.ts";
import { natLimits } from "../../../spec/nat-session/schema.ts";
import { refused } from "../parse.ts";

type Refusal = Extract<Parsed<never>, { ok: false }>;

/** The first of `keys` that stood there before; -1 none. */
function repeated(keys: readonly string[]): number {
  return keys.findIndex((key, at) => keys.indexOf(key) < at);
}

/** The first contradiction, or undefined: an empty range, a table that is no power of two or names no core, addresses that mean two things, static mappings that clash. */
export function contradiction(config: NatConfig): Refusal | undefined {
  const { cores, subscribers, remotes, addresses, statics, table } = config;
  if (config.high < config.low || config.high - config.low >= natLimits.ports) return refused("high", `a port from low = ${config.low} to ${config.low + natLimits.ports - 1}`, config.high);
  if (![2, 4, 8, 16].includes(table.length)) return refused("table", "2, 4, 8 or 16 buckets", table.length);
  for (const [at, core] of table.entries()) if (core >= cores) return refused(`table[${at}]`, `a core from 0 to ${cores - 1}`, core);
  const twice = repeated(subscribers.map((one) => `${one.domain} ${one.address}`));
  if (twice >= 0) return refused(`subscribers[${twice}]`, "an address and domain of its own (NAT-3)", subscribers[twice]);
  const remoteTwice = repeated(remotes.map((one) => `${one.address} ${one.port}`));
  if (remoteTwice >= 0) return refused(`remotes[${remoteTwice}]`, "a remote endpoint of its own", remotes[remoteTwice]);
  const inside = new Set(subscribers.map((one) => one.address));
  const outside = new Set(remotes.map((one) => one.address));
  for (const [at, one] of remotes.entries()) if (inside.has(one.address)) return refused(`remotes[${at}].address`, "no subscriber's address (NAT-1)", one.address);
  for (const [at, address] of addresses.entries()) if (inside.has(address) || outside.has(address) || addresses.indexOf(address) < at) return refused(`addresses[${at}]`, "an address that nothing else has (NAT-1)", address);
  for (const [at, one] of config.rules.entries()) for (const side of ["source", "destination"] as const) if ((one[side]?.low ?? 0) > (one[side]?.high ?? 0)) return refused(`rules[${at}].${side}`, "low at most high", one[side]);
  for (const [at, one] of statics.entries()) {
    if (one.subscriber >= subscribers.length) return refused(`statics[${at}].subscriber`, `a subscriber from 0 to ${subscribers.length - 1}`, one.subscriber);
    if (one.address >= addresses.length) return refused(`statics[${at}].address`, `a NAT address from 0 to ${addresses.length - 1}`, one.address);
  }
  const external = repeated(statics.map((one) => `${one.protocol === "tcp"} ${one.address} ${one.externalPort}`));
  if (external >= 0) return refused(`statics[${external}]`, "an external endpoint of its own (NAT-23)", statics[external]);
  const internal = repeated(statics.map((one) => `${one.protocol} ${one.subscriber} ${one.port}`));
  if (internal >= 0) return refused(`statics[${internal}]`, "an internal endpoint of its own (NAT-23)", statics[internal]);
  return undefined;
}

/** The first thing that a command names and the configuration does not have, or undefined. */
export function misfit(command: NatCommand, config: NatConfig): Refusal | undefined {
  const below = (place: string, what: string, value: number, count: number): Refusal | undefined => (value < count ? undefined : refused(place, `${what} from 0 to ${count - 1}`, value));
  switch (command.kind) {
    case "send":
      return below("subscriber", "a subscriber", command.subscriber, config.subscribers.length) ?? below("remote", "a remote", command.remote, config.remotes.length);
    case "loop":
      if (command.protocol === "icmp") return refused("protocol", "tcp or udp: an echo has one identifier for both ends (NAT-19)", command.protocol);
      return below("subscriber", "a subscriber", command.subscriber, config.subscribers.length) ?? below("address", "a NAT address", command.address, config.addresses.length);
    case "arrive":
      return below("remote", "a remote", command.remote, config.remotes.length) ?? below("address", "a NAT address", command.address, config.addresses.length);
    case "rebalance":
      return below("bucket", "a bucket", command.bucket, config.table.length) ?? below("to", "a core", command.to, config.cores);
    default:
      return undefined;
  }
}
