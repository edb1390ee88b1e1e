/** The scope that `port-quota.pml` is written for: six operations on three cores that share six ports and eight units. Every step is searched, from the first one on. */
import { fewPorts } from "../../../systems/port-allocation/scopes.ts";
import type { Case, Event } from "../../../engine/case.ts";
import type { QuotaParameters } from "../../../../spec/quota/terms.ts";
import type { PortQuotaCommand, PortQuotaConfig } from "../../../../spec/port-quota/terms.ts";

/** The two ports of slot 0 are a chunk; of slot 1 each core owns a port for good, and the fourth one is a chunk. */
const config: PortQuotaConfig = {
  ports: { ...fewPorts, subscribers: 1, cores: 3, low: 1046, high: 1051, ownPerSlot: 1 },
  quota: { cores: 3, groupOf: [0], memoryUnits: 0, quotas: [[{ total: 8, exclusive: 1, chunk: 2 }, null, null]] },
};

function open(count: number): PortQuotaCommand {
  return { kind: "open", allocate: { kind: "allocate", subscriber: 0, address: 0, protocol: "tcp", remote: 0, remotePort: 80, privatePort: 4000, typePort: 0, want: null, count } };
}

/** What the quota is changed to, as the Promela says it. */
export const spinChange: QuotaParameters = { total: 3, exclusive: 0, chunk: 1 };

function operations(to: QuotaParameters): readonly PortQuotaCommand[] {
  return [open(2), open(2), open(2), { kind: "close", of: "op1" }, { kind: "collect" }, { kind: "reconfigure", group: 0, resource: "ports", to }];
}

/** Each core runs two operations: it opens flows; then core 0 closes those of core 1, core 1 collects, and core 2 changes the quota. */
export function spinCase(to: QuotaParameters = spinChange): Case {
  const events = operations(to).map((command, at): Event => ({ do: "op", id: `op${at}`, node: 0, core: at % 3, command }));
  return { format: 1, system: "port-quota", profile: "product", config, seed: 1, events, deviations: [], rest: true };
}
