/** A change of quota that stands at the beginning: the shrinker puts it into the configuration instead. */
import { resources, type QuotaCommand, type QuotaConfig } from "../../../spec/quota/terms.ts";

/** The configuration after a reconfiguration; undefined for other commands. */
export function absorb(config: QuotaConfig, command: QuotaCommand): QuotaConfig | undefined {
  if (command.kind !== "reconfigure") return undefined;
  const at = resources.indexOf(command.resource);
  return { ...config, quotas: config.quotas.map((group, number) => (number === command.group ? group.with(at, command.to) : group)) };
}
