/** What the five systems are told by a node's configuration. */
import type { SlabConfig } from "../memory-slab/terms.ts";
import type { NatConfig } from "../nat-session/terms.ts";
import type { PortConfig } from "../port-allocation/terms.ts";
import { resources, type QuotaConfig } from "../quota/terms.ts";
import type { RssConfig, Scheme } from "../rss-distribution/terms.ts";
import type { NodeConfig } from "./terms.ts";

/** Slices and thresholds of the schemes that have some. */
const sliceMs = 500;
const thresholds = { low: 1, high: 3 } as const;

/** The scheme as distribution has it. */
function schemeOf(config: NodeConfig): Scheme {
  const { scheme } = config.distribution;
  switch (scheme) {
    case "least-loaded":
      return { kind: "least-loaded", packets: 1 };
    case "time-slice":
      return { kind: "time-slice", ms: sliceMs };
    case "thresholds":
      return { kind: "thresholds", ...thresholds };
    default:
      return { kind: scheme };
  }
}

/** Addresses that distribution names by position: subscribers', remotes', NAT addresses, each text once. */
export function addressesOf(config: NodeConfig): string[] {
  return [...new Set([...config.subscribers.map((one) => one.address), ...config.remotes.map((one) => one.address), ...config.addresses])];
}

/** Distribution: packets bring their headers with them, so its one conversation is never used. */
export function rssOf(config: NodeConfig): RssConfig {
  const { key, table, carrier, queueMax } = config.distribution;
  const addresses = addressesOf(config);
  return {
    cores: config.cores,
    control: 0,
    traffic: Array.from({ length: config.cores }, () => true),
    key,
    bits: Math.log2(table.length),
    indirection: table,
    addresses,
    conversations: [{ protocol: "tcp", source: 0, destination: 1, sourcePort: 1, destinationPort: 1 }],
    cards: 1,
    rules: [],
    steering: [],
    schemes: [schemeOf(config)],
    carrier,
    queueMax,
    nodes: [config.cores],
    internal: addresses.map(() => -1),
    assignable: [],
  };
}

/** Memory: sessions are its only kind. */
export function slabOf(config: NodeConfig): SlabConfig {
  const { limitPages, initialPages, pageUnits, sessionUnits, scanMs } = config.memory;
  return { cores: config.cores, limitPages, initialPages, pageUnits, privatePages: 0, kinds: [{ kind: "session", units: sessionUnits }], tableUnits: 1, localUnits: 1, ports: 1, scanMs };
}

/** Session structures that memory numbers: each core may get any of them, so NAT sessions count this many for each core. */
export function structuresOf(config: NodeConfig): number {
  const { limitPages, pageUnits, sessionUnits } = config.memory;
  return limitPages * Math.floor(pageUnits / sessionUnits);
}

/** Sessions: no quota of their own. Object number core × structures + object stands for memory's object in the hands of that core. */
export function natOf(config: NodeConfig): NatConfig {
  const { cores, subscribers, remotes, addresses, low, high, rules, statics, type, idleMs, sweepMs, distribution } = config;
  return { cores, subscribers, remotes, addresses, low, high, objects: structuresOf(config), quota: null, rules, statics, type, table: distribution.table, perPacket: distribution.scheme !== "hash", idleMs, sweepMs };
}

/** Addresses of the remotes, each once, in their order. */
export function remoteAddressesOf(config: NodeConfig): string[] {
  return [...new Set(config.remotes.map((one) => one.address))];
}

/** Ports: replies are foreseen by the table as configured. */
export function portsOf(config: NodeConfig): PortConfig {
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
}

/** Quotas of ports and sessions. */
export function quotaOf(config: NodeConfig): QuotaConfig {
  return { cores: config.cores, groupOf: config.groupOf, memoryUnits: 0, quotas: config.quotas.map((one) => resources.map((resource) => (resource === "memory" ? null : one[resource]))) };
}
