/** Which commands of the node are the distribution's own, and mean to it what they mean to the whole. */
import type { DistributionCommand, NodeCommand } from "../../../spec/node/terms.ts";

const kinds: { readonly [K in DistributionCommand["kind"]]: true } = { vote: true, "set-rule": true, steer: true, register: true, "core-down": true, "core-up": true };

export function isOfDistribution(command: NodeCommand): command is DistributionCommand {
  return command.kind in kinds;
}
