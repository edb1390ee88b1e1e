/** What makes a configuration or command of the node contradict itself, beyond its shape and beyond what its systems refuse of their own parts. */
import type { Contradiction } from "../contradiction.ts";
import { contradiction as slabContradiction } from "../memory-slab/check.ts";
import { natLimits } from "../nat-session/schema.ts";
import { contradiction as rssContradiction, misfit as rssMisfit } from "../rss-distribution/check.ts";
import type { RssConfig } from "../rss-distribution/terms.ts";
import { natOf, rssOf, slabOf, structuresOf } from "./parts.ts";
import type { NodeCommand, NodeConfig } from "./terms.ts";

/** Ports between the first well-known one and `low`, at most. */
const gapMax = 2048;

/** The first contradiction, or undefined. */
export function contradiction(config: NodeConfig): Contradiction | undefined {
  const { statics, subscribers, groupOf, quotas, memory } = config;
  const { low, high } = natOf(config);
  for (const [at, one] of statics.entries())
    if (one.externalPort >= low && one.externalPort <= high) return { at: `statics[${at}].externalPort`, expected: `a port outside ${low} to ${high}, which the allocation gives out (NAT-23)`, found: one.externalPort };
  if (groupOf.length !== subscribers.length) return { at: "groupOf", expected: `a group for each of the ${subscribers.length} subscribers`, found: groupOf };
  for (const [at, group] of groupOf.entries()) if (group >= quotas.length) return { at: `groupOf[${at}]`, expected: `a group from 0 to ${quotas.length - 1}`, found: group };
  if (memory.sessionUnits > memory.pageUnits) return { at: "memory.sessionUnits", expected: `at most the pageUnits = ${memory.pageUnits} of a page (SLAB-2)`, found: memory.sessionUnits };
  const structures = structuresOf(config);
  if (structures > natLimits.objects) return { at: "memory", expected: `pages for at most ${natLimits.objects} structures`, found: structures };
  const inMemory = slabContradiction(slabOf(config));
  return inMemory === undefined ? (distribution(config) ?? wellKnown(config)) : { ...inMemory, at: `memory.${inMemory.at}` };
}

/** With this node in the list of nodes, which distribution as a part leaves out. */
function wholeRss(config: NodeConfig): RssConfig {
  return { ...rssOf(config), nodes: [config.cores] };
}

/** Only where there is a policy: everything else that distribution is told has been looked at with the sessions. */
function distribution(config: NodeConfig): Contradiction | undefined {
  const { policy } = config.distribution;
  if (policy === undefined) return undefined;
  if (!policy.controlCarries && config.cores === 1) return { at: "distribution.policy.controlCarries", expected: "true, as no other core carries traffic (RSS-14)", found: false };
  const wrong = rssContradiction(wholeRss(config));
  if (wrong === undefined) return undefined;
  return { ...wrong, at: wrong.at.startsWith("indirection") ? `distribution.${wrong.at.replace("indirection", "table")}` : `distribution.policy.${wrong.at}` };
}

function wellKnown({ low, ports }: NodeConfig): Contradiction | undefined {
  const kept = ports.wellKnown;
  if (kept === undefined) return undefined;
  if (kept.high < kept.low) return { at: "ports.wellKnown.high", expected: `a port from wellKnown.low = ${kept.low} on (PORT-11)`, found: kept.high };
  if (ports.allocation === "deterministic") return { at: "ports.wellKnown", expected: "none with deterministic allocation, which has one address for a subscriber (PORT-11, D17)", found: kept };
  return low - kept.low > gapMax ? { at: "ports.wellKnown.low", expected: `a port from low - ${gapMax} = ${low - gapMax} on, as sessions count the ports from there`, found: kept.low } : undefined;
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
    case "core-down":
    case "core-up":
    case "register":
      if (config.distribution.policy === undefined) return { at: "kind", expected: "a command that the configuration foresees: it has no policy (NODE-10)", found: command.kind };
      return rssMisfit(command, wholeRss(config));
    case "vote":
    case "set-rule":
    case "steer":
      return rssMisfit(command, wholeRss(config));
    default:
      return undefined;
  }
}
