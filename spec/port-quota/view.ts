/** The view of ports under quotas: the ports' columns, then the quota's. */
import type { Column } from "../side.ts";
import { portColumns, portLayout, type PortLayout } from "../port-allocation/view.ts";
import { quotaColumns, quotaLayout, type QuotaLayout } from "../quota/view.ts";
import { ruleNumber } from "./rules.ts";
import type { PortQuotaConfig } from "./terms.ts";

export function portQuotaLayout(config: PortQuotaConfig, profile: string): { readonly ports: PortLayout; readonly quota: QuotaLayout; readonly size: number } {
  const ports = portLayout(config.ports, profile, 0);
  const quota = quotaLayout(config.quota, ports.size);
  return { ports, quota, size: ports.size + quota.size };
}

/** The columns for reports and comparison, in the order of the layout. */
export function portQuotaColumns(config: PortQuotaConfig, profile: string): Column[] {
  return [...portColumns(config.ports, profile, ruleNumber), ...quotaColumns(config.quota, ruleNumber)];
}
