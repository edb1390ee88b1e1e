/** Commands and outcomes of the quota system in words. */
import { Outcome, totalUnits, type QuotaCommand, type QuotaConfig, type QuotaParameters } from "../../../spec/quota/terms.ts";

/** `12 units, 2 for each core, chunks of 3` */
export function parametersInWords(parameters: QuotaParameters | null, memoryUnits: number): string {
  if (parameters === null) return "no quota";
  const share = typeof parameters.total === "number" ? "" : ` (${parameters.total.percentOfMemory} % of ${memoryUnits})`;
  return `${totalUnits(parameters, memoryUnits)} units${share}, ${parameters.exclusive} for each core, chunks of ${parameters.chunk}`;
}

/** What the core named before does: `asks 3 units of ports for subscriber 1`. */
export function words(command: QuotaCommand, config: QuotaConfig): string {
  switch (command.kind) {
    case "request":
      return `asks ${command.count} ${command.count === 1 ? "unit" : "units"} of ${command.resource} for subscriber ${command.subscriber}`;
    case "release":
      return `releases what ${command.of} was granted`;
    case "reconfigure":
      return `changes ${command.resource} of group ${command.group} to ${parametersInWords(command.to, config.memoryUnits)}`;
  }
}

/** `done`, `done: 3`, `denied after 2`, `refused` */
export function outcomeWords(outcome: readonly number[]): string {
  const [code, count] = outcome;
  if (code === Outcome.denied) return `denied after ${count}`;
  const word = code === Outcome.done ? "done" : code === Outcome.refused ? "refused" : `unknown outcome ${code}`;
  return count === undefined ? word : `${word}: ${count}`;
}
