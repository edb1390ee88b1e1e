/** Commands and outcomes of the node in words. */
import { Outcome as NatOutcome } from "../../../spec/nat-session/terms.ts";
import { natOf, quotaOf, rssOf } from "../../../spec/node/parts.ts";
import { Outcome, type NodeCommand, type NodeConfig } from "../../../spec/node/terms.ts";
import * as nat from "../nat-session/describe.ts";
import * as quota from "../quota/describe.ts";
import * as rss from "../rss-distribution/describe.ts";
import { isOfDistribution } from "./of-distribution.ts";

/** What the core named before does. */
export function words(command: NodeCommand, config: NodeConfig): string {
  switch (command.kind) {
    case "start-up":
      return "starts up";
    case "reconfigure":
      return quota.words(command, quotaOf(config));
    case "collect":
      return "collects the ports handed over to it";
    case "age":
      return "lets go of the ports that have rested";
    default:
      return isOfDistribution(command) ? rss.words(command, rssOf(config)) : nat.words(command, natOf(config));
  }
}

/** `forwarded as …`, `dropped: no core had room`, … An outcome does not tell whose it is, so the rarer commands answer in numbers. */
export function outcomeWords(outcome: readonly number[]): string {
  switch (outcome[0]) {
    case Outcome.dropped:
      return "dropped: no core had room, or was there";
    case Outcome.handedOn:
      return "handed on to another core";
    default:
      return ofOtherSystems(outcome) ? `answers ${outcome.join(", ")}` : nat.outcomeWords(outcome);
  }
}
/** A packet that came out has seven numbers; what else begins with the same code is another system's answer. */
function ofOtherSystems([code, ...rest]: readonly number[]): boolean {
  return (code === NatOutcome.forwarded || code === NatOutcome.passed) && rest.length < 6;
}
