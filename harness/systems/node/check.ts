/** What a configuration or command of the node is refused for: by its own rules, then by those of the systems that it tells part of it. */
import type { Parsed } from "../../engine/contract.ts";
import { contradiction as ownContradiction, misfit as ownMisfit } from "../../../spec/node/check.ts";
import { natOf, portsOf, quotaOf } from "../../../spec/node/parts.ts";
import type { NodeCommand, NodeConfig } from "../../../spec/node/terms.ts";
import * as nat from "../nat-session/check.ts";
import { refused, under } from "../parse.ts";
import * as port from "../port-allocation/check.ts";
import * as quota from "../quota/check.ts";

type Refusal = Extract<Parsed<never>, { ok: false }>;

/** The first contradiction, or undefined. */
export function contradiction(config: NodeConfig): Refusal | undefined {
  const own = ownContradiction(config);
  if (own !== undefined) return refused(own.at, own.expected, own.found);
  const inPorts = port.contradiction(portsOf(config));
  return nat.contradiction(natOf(config)) ?? (inPorts === undefined ? undefined : (under("ports", inPorts) as Refusal)) ?? (quota.contradiction(quotaOf(config)) as Refusal | undefined);
}

/** The first thing that a command names and the configuration does not have, or undefined. */
export function misfit(command: NodeCommand, config: NodeConfig): Refusal | undefined {
  const own = ownMisfit(command, config);
  if (own !== undefined) return refused(own.at, own.expected, own.found);
  return command.kind === "reconfigure" ? (quota.misfit(command, quotaOf(config)) as Refusal | undefined) : undefined;
}
