/** What makes a quota configuration or command contradict itself, beyond its shape. */
import type { Parsed } from "../../engine/contract.ts";
import { sharedUnits, type QuotaCommand, type QuotaConfig } from "../../../spec/quota/terms.ts";
import { refused } from "../parse.ts";

type Refusal = Extract<Parsed<never>, { ok: false }>;

/** The first contradiction, or undefined: a group that does not exist, or a shared part below zero (QUOTA-1). */
export function contradiction(config: QuotaConfig): Refusal | undefined {
  for (const [at, group] of config.groupOf.entries()) {
    if (group >= config.quotas.length) return refused(`groupOf[${at}]`, `a group from 0 to ${config.quotas.length - 1}`, group);
  }
  for (const [group, of] of config.quotas.entries()) {
    for (const [resource, parameters] of of.entries()) {
      if (parameters === null) continue;
      const shared = sharedUnits(parameters, config.cores, config.memoryUnits);
      if (shared < 0) {
        return refused(`quotas[${group}][${resource}]`, `a total of at least cores × exclusive = ${config.cores * parameters.exclusive} units (QUOTA-1)`, parameters.total);
      }
    }
  }
  return undefined;
}

/** The first thing that a command names and the configuration does not have, or undefined. A change to be refused is a command like any other. */
export function misfit(command: QuotaCommand, config: QuotaConfig): Refusal | undefined {
  if (command.kind === "request" && command.subscriber >= config.groupOf.length) {
    return refused("subscriber", `a subscriber from 0 to ${config.groupOf.length - 1}`, command.subscriber);
  }
  if (command.kind === "reconfigure" && command.group >= config.quotas.length) return refused("group", `a group from 0 to ${config.quotas.length - 1}`, command.group);
  return undefined;
}
