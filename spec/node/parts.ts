/** What the five systems are told by a node's configuration. */
import type { SlabConfig } from "../memory-slab/terms.ts";
import type { NatConfig } from "../nat-session/terms.ts";
import type { PortConfig } from "../port-allocation/terms.ts";
import { resources, type QuotaConfig } from "../quota/terms.ts";
import { remembered } from "../remembered.ts";
import type { RssConfig, Scheme } from "../rss-distribution/terms.ts";
import type { NodeConfig } from "./terms.ts";

/** Slices, thresholds and weights of the schemes that have some. */
const sliceMs = 500;
const thresholds = { low: 1, high: 3 } as const;
const votes = { ageWeight: 1, ageMaxMs: 2000, priorityWeight: 300, levels: [1, 2, 4] } as const;

/** The scheme as distribution has it; where nobody has voted the least loaded core gets the packet. */
function schemesOf(config: NodeConfig): Scheme[] {
  const { scheme, packets = 1 } = config.distribution;
  switch (scheme) {
    case "least-loaded":
      return [{ kind: "least-loaded", packets }];
    case "time-slice":
      return [{ kind: "time-slice", ms: sliceMs }];
    case "thresholds":
      return [{ kind: "thresholds", ...thresholds }];
    case "votes":
      return [{ kind: "votes", ...votes }, { kind: "least-loaded", packets }];
    default:
      return [{ kind: scheme }];
  }
}

/** Whether every core is right for every packet: where something else than its hash may choose its core, or its core may go, both keys of every session are global (D54). */
export function isPerPacket({ distribution }: NodeConfig): boolean {
  return distribution.scheme !== "hash" || distribution.policy !== undefined;
}

/** Addresses that distribution names by position: subscribers', remotes', NAT addresses, each text once. */
export function addressesOf(config: NodeConfig): string[] {
  return [...new Set([...config.subscribers.map((one) => one.address), ...config.remotes.map((one) => one.address), ...config.addresses])];
}

/** Distribution: packets bring their headers with them, so it knows no conversation; nor does it know another node. */
export const rssOf = remembered((config: NodeConfig): RssConfig => {
  const { key, table, carrier, queueMax, policy } = config.distribution;
  const addresses = addressesOf(config);
  return {
    cores: config.cores,
    control: 0,
    traffic: Array.from({ length: config.cores }, (_, core) => core > 0 || policy === undefined || policy.controlCarries),
    key,
    bits: Math.log2(table.length),
    indirection: table,
    addresses,
    conversations: [],
    cards: 1,
    rules: policy?.rules ?? [],
    steering: policy?.steering ?? [],
    schemes: schemesOf(config),
    carrier,
    queueMax,
    nodes: [],
    internal: addresses.map(() => -1),
    assignable: [],
    isPart: true,
  };
});

/** Memory: sessions are its only kind. */
export const slabOf = remembered((config: NodeConfig): SlabConfig => {
  const { limitPages, initialPages, pageUnits, sessionUnits, scanMs } = config.memory;
  return { cores: config.cores, limitPages, initialPages, pageUnits, privatePages: 0, kinds: [{ kind: "session", units: sessionUnits }], tableUnits: 1, localUnits: 1, ports: 1, scanMs, isPart: true };
});

/** Session structures that memory numbers: each core may get any of them, so NAT sessions count this many for each core. */
export function structuresOf(config: NodeConfig): number {
  const { limitPages, pageUnits, sessionUnits } = config.memory;
  return limitPages * Math.floor(pageUnits / sessionUnits);
}

/** Lowest port that sessions count: where some are kept apart, the first of these; those between them and `low` are never given. */
export function lowestPort({ low, ports }: NodeConfig): number {
  return ports.wellKnown?.low ?? low;
}

/** Sessions: no quota of their own. Object number core × structures + object stands for memory's object in the hands of that core. */
export const natOf = remembered((config: NodeConfig): NatConfig => {
  const { cores, subscribers, remotes, addresses, high, rules, statics, type, idleMs, sweepMs, distribution } = config;
  return { cores, subscribers, remotes, addresses, low: lowestPort(config), high, objects: structuresOf(config), quota: null, rules, statics, type, table: distribution.table, perPacket: isPerPacket(config), idleMs, sweepMs, isPart: true };
});

/** Addresses of the remotes, each once, in their order. */
export function remoteAddressesOf(config: NodeConfig): string[] {
  return [...new Set(config.remotes.map((one) => one.address))];
}

/** Ports: replies are foreseen by the table as configured. */
export const portsOf = remembered((config: NodeConfig): PortConfig => {
  const { cores, subscribers, addresses, low, high, distribution, ports } = config;
  return {
    cores,
    family: 4,
    addresses,
    remotes: remoteAddressesOf(config),
    subscribers: subscribers.length,
    low,
    high,
    wellKnown: null,
    key: distribution.key,
    bits: Math.log2(distribution.table.length),
    indirection: distribution.table,
    mapping: config.type.mapping ? "endpoint-independent" : "address-and-port-dependent",
    ...ports,
  };
});

/** Quotas of ports and sessions. */
export const quotaOf = remembered((config: NodeConfig): QuotaConfig => {
  return { cores: config.cores, groupOf: config.groupOf, memoryUnits: 0, quotas: config.quotas.map((one) => resources.map((resource) => (resource === "memory" ? null : one[resource]))) };
});
