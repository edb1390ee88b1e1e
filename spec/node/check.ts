/** What makes a configuration or command of the node contradict itself, beyond its shape and beyond what its systems refuse of their own parts. */
import type { Contradiction } from "../contradiction.ts";
import { contradiction as slabContradiction } from "../memory-slab/check.ts";
import { natLimits } from "../nat-session/schema.ts";
import { slabOf, structuresOf } from "./parts.ts";
import type { NodeCommand, NodeConfig } from "./terms.ts";

/** The first contradiction, or undefined. */
export function contradiction(config: NodeConfig): Contradiction | undefined {
  const { low, high, statics, subscribers, groupOf, quotas, memory } = config;
  for (const [at, one] of statics.entries())
    if (one.externalPort >= low && one.externalPort <= high) return { at: `statics[${at}].externalPort`, expected: `a port outside ${low} to ${high}, which the allocation gives out (NAT-23)`, found: one.externalPort };
  if (groupOf.length !== subscribers.length) return { at: "groupOf", expected: `a group for each of the ${subscribers.length} subscribers`, found: groupOf };
  for (const [at, group] of groupOf.entries()) if (group >= quotas.length) return { at: `groupOf[${at}]`, expected: `a group from 0 to ${quotas.length - 1}`, found: group };
  if (memory.sessionUnits > memory.pageUnits) return { at: "memory.sessionUnits", expected: `at most the pageUnits = ${memory.pageUnits} of a page (SLAB-2)`, found: memory.sessionUnits };
  const structures = structuresOf(config);
  if (structures > natLimits.objects) return { at: "memory", expected: `pages for at most ${natLimits.objects} structures`, found: structures };
  const inMemory = slabContradiction(slabOf(config));
  return inMemory === undefined ? undefined : { ...inMemory, at: `memory.${inMemory.at}` };
}

/** The first thing that a command names and the configuration does not have, or undefined. */
export function misfit(command: NodeCommand, config: NodeConfig): Contradiction | undefined {
  const below = (at: string, what: string, value: number, count: number): Contradiction | undefined => (value < count ? undefined : { at, expected: `${what} from 0 to ${count - 1}`, found: value });
  switch (command.kind) {
    case "send":
      return below("subscriber", "a subscriber", command.subscriber, config.subscribers.length) ?? below("remote", "a remote", command.remote, config.remotes.length);
    case "loop":
      if (command.protocol === "icmp") return { at: "protocol", expected: "tcp or udp: an echo has one identifier for both ends (NAT-19)", found: command.protocol };
      return below("subscriber", "a subscriber", command.subscriber, config.subscribers.length) ?? below("address", "a NAT address", command.address, config.addresses.length);
    case "arrive":
      return below("remote", "a remote", command.remote, config.remotes.length) ?? below("address", "a NAT address", command.address, config.addresses.length);
    case "rebalance":
      return below("bucket", "a bucket", command.bucket, config.distribution.table.length) ?? below("to", "a core", command.to, config.cores);
    case "reconfigure":
      if (command.resource === "memory") return { at: "resource", expected: "ports or sessions", found: command.resource };
      return below("group", "a group", command.group, config.quotas.length);
    default:
      return undefined;
  }
}
