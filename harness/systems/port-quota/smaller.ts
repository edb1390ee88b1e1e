/** Smaller configurations and commands of ports under quotas: those of its two systems, kept in agreement. */
import type { PortQuotaCommand, PortQuotaConfig } from "../../../spec/port-quota/terms.ts";
import * as port from "../port-allocation/smaller.ts";
import * as quota from "../quota/smaller.ts";

/** Both weights together. */
export function configWeight(config: PortQuotaConfig): number {
  return port.configWeight(config.ports) + quota.configWeight(config.quota);
}

/** Weight of what the command carries. */
export function commandWeight(command: PortQuotaCommand): number {
  if (command.kind === "open") return port.commandWeight(command.allocate);
  return command.kind === "reconfigure" ? quota.commandWeight(command) : 0;
}

/** What both sides agree on shrinks on both sides at once; the rest one side at a time. */
export function smallerConfigs(config: PortQuotaConfig): PortQuotaConfig[] {
  const ports = port.smallerConfigs(config.ports);
  const quotas = quota.smallerConfigs(config.quota);
  const tries: PortQuotaConfig[] = [];
  for (const fewer of ports) {
    if (agree(fewer, config.quota)) tries.push({ ports: fewer, quota: config.quota });
    else for (const matching of quotas) if (agree(fewer, matching)) tries.push({ ports: fewer, quota: matching });
  }
  for (const fewer of quotas) if (agree(config.ports, fewer)) tries.push({ ports: config.ports, quota: fewer });
  return tries;
}

/** Whether both configurations have as many cores and subscribers. */
export function agree(ports: PortQuotaConfig["ports"], quotas: PortQuotaConfig["quota"]): boolean {
  return ports.cores === quotas.cores && ports.subscribers === quotas.groupOf.length;
}

/** The same flow asking for less, the same change to less. */
export function smallerCommands(command: PortQuotaCommand, config: PortQuotaConfig): PortQuotaCommand[] {
  if (command.kind === "open") return port.smallerAllocates(command.allocate, config.ports).map((allocate) => ({ kind: "open", allocate }));
  return command.kind === "reconfigure" ? (quota.smallerCommands(command, config.quota) as PortQuotaCommand[]) : [];
}

/** One flow with the ports of two. */
export function merged(first: PortQuotaCommand, second: PortQuotaCommand): PortQuotaCommand[] {
  return first.kind === "open" && second.kind === "open" ? port.merged(first.allocate, second.allocate).map((allocate) => ({ kind: "open", allocate })) : [];
}
