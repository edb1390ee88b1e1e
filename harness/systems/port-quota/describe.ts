/** Commands and outcomes of ports under quotas in words. */
import { Outcome, type PortQuotaCommand, type PortQuotaConfig } from "../../../spec/port-quota/terms.ts";
import * as port from "../port-allocation/describe.ts";
import * as quota from "../quota/describe.ts";

/** What the core named before does. */
export function words(command: PortQuotaCommand, config: PortQuotaConfig): string {
  switch (command.kind) {
    case "open":
      return `${port.allocateInWords(command.allocate, config.ports)}, under its quota`;
    case "close":
      return `closes the flows of ${command.of}`;
    case "reconfigure":
      return quota.words(command, config.quota);
    default:
      return port.words(command, config.ports);
  }
}

/** `done: 3`, `no port after 2`, `denied after 2`; a change: `done`, `refused` */
export function outcomeWords(outcome: readonly number[]): string {
  const [code, count] = outcome;
  if (outcome.length < 2) return quota.outcomeWords(outcome);
  if (code === Outcome.refused) return `no port after ${count}`;
  if (code === Outcome.denied) return `denied after ${count}`;
  return code === Outcome.done ? `done: ${count}` : `unknown outcome ${code}`;
}
