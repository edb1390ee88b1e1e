/** Short words for worked examples of ports under quotas: what stands in the ledgers, and which ports are in use. */
import { expect } from "vitest";
import { portQuota } from "../harness/systems/port-quota/index.ts";
import type { Allocate, PortConfig } from "../spec/port-allocation/terms.ts";
import type { CloseFlow, Open, PortQuotaCommand, PortQuotaConfig } from "../spec/port-quota/terms.ts";
import type { QuotaParameters } from "../spec/quota/terms.ts";
import { shuffled } from "./play-ports.ts";
import { standing, under } from "./play-quota.ts";
import { workByStages, type Example, type Seen } from "./worked.ts";

/** Eight TCP ports and eight others, in two slots of four; in each slot two belong to core 0 and two to core 1, so a core has four and none is shared. */
const ports: PortConfig = { ...shuffled, subscribers: 2, high: 1031 };

/** These ports, under this quota of ports for both subscribers. */
export const pair = (quota: QuotaParameters | null, more: Partial<PortConfig> = {}): PortQuotaConfig => ({ ports: { ...ports, ...more }, quota: under(quota) });

/** `count` flows of subscriber 0 over TCP. */
export const open = (count = 1, wishes: Partial<Allocate> = {}): Open => ({
  kind: "open",
  allocate: { kind: "allocate", subscriber: 0, address: 0, protocol: "tcp", remote: 0, remotePort: 80, privatePort: 5001, typePort: 0, want: null, count, ...wishes },
});
export const close = (of: string): CloseFlow => ({ kind: "close", of });
export const collect = { kind: "collect" } as const;
export const age = { kind: "age" } as const;

/** Runs the operations; both sides must agree throughout. Switches count documented stages. */
export function play(config: PortQuotaConfig, does: Example<PortQuotaConfig, PortQuotaCommand>["does"], more: Partial<Example<PortQuotaConfig, PortQuotaCommand>> = {}): Seen {
  const seen = workByStages(portQuota, { config, does, ...more });
  expect(seen.failure).toBeUndefined();
  return seen;
}

/** Ports that have a subscriber, and how many are handed over or rest: `2 in use`, `1 in use, 1 handed over`. */
export function portsIn(seen: Seen, config: PortQuotaConfig): string {
  const view = portQuota.view(config, "product");
  const counts = { "in use": 0, "handed over": 0, resting: 0 };
  const wordOf: { readonly [column: string]: keyof typeof counts } = { "port.user": "in use", "wellKnown.user": "in use", "port.handed": "handed over", "port.rested": "resting" };
  for (let entry = 0; entry < view.size; entry++) {
    const word = wordOf[view.name(entry).replace(/\[.*/, "")];
    if (word !== undefined && seen.pair.implementation.read(entry) !== 0) counts[word]++;
  }
  return Object.entries(counts)
    .filter(([word, count]) => count > 0 || word === "in use")
    .map(([word, count]) => `${count} ${word}`)
    .join(", ");
}
/** `1/2+0 - | 4 of 4; 1 in use`: the ledgers of subscriber 0, then the ports of both subscribers. */
export function stands(seen: Seen, config: PortQuotaConfig): string {
  return `${standing(seen, 2)}; ${portsIn(seen, config)}`;
}
