/** What the worked examples of the node are played with: configurations, commands, and what is seen of a run. */
import { expect } from "vitest";
import { node } from "../harness/systems/node/index.ts";
import type { NatRule } from "../spec/nat-session/terms.ts";
import type { NodeCommand, NodeConfig } from "../spec/node/terms.ts";
import { symmetricKey } from "../spec/rss-distribution/terms.ts";
import { work, type Doing, type Example, type Seen } from "./worked.ts";

/** Every packet is translated. */
export const everything: NatRule = { action: "permit", direction: "both", source: null, destination: null };
/** Types: without mapping, with a mapping that lets anybody in, with one address for all sessions of a subscriber. */
export const plain = { mapping: false, fullCone: false, pairing: false } as const;
export const cone = { mapping: true, fullCone: true, pairing: false } as const;
export const paired = { ...plain, pairing: true } as const;
/** Each of two cores has eight units of its own, and 24 are shared. */
export const wide = { total: 40, exclusive: 8, chunk: 2 } as const;
/** Each of two cores has so many units, and nothing is shared. */
export const only = (exclusive: number) => ({ total: 2 * exclusive, exclusive, chunk: 1 });

/** Two cores, a subscriber, remotes .1:80 and .1:81, ports 1024 to 1031; four structures a page. The symmetric key, and a table of two buckets: see `bucketOf`. */
export const base: NodeConfig = {
  cores: 2,
  subscribers: [{ domain: 0, address: "100.64.0.1" }],
  remotes: [
    { address: "198.51.100.1", port: 80 },
    { address: "198.51.100.1", port: 81 },
  ],
  addresses: ["203.0.113.1"],
  low: 1024,
  high: 1031,
  rules: [everything],
  statics: [],
  type: plain,
  idleMs: { tcp: 2000, udp: 1000, icmp: 1000 },
  sweepMs: 60_000,
  distribution: { scheme: "hash", key: symmetricKey, table: [0, 1], carrier: "message", queueMax: 8 },
  memory: { limitPages: 5, initialPages: 1, pageUnits: 16, sessionUnits: 4, scanMs: 1000 },
  ports: { allocation: "dynamic", slotBits: 1, chunk: 2, ownPerSlot: 0, ownSlots: 0, blockSize: 0, blocksPerSubscriber: 1, parity: false, preserve: false, memoryOptimised: false, reuseDelayMs: 0, delayQueueMax: 8 },
  quotas: [{ ports: wide, sessions: wide }],
  groupOf: [0],
};
/** With a second subscriber, 100.64.0.2. */
export const twoSubscribers: NodeConfig = { ...base, subscribers: [...base.subscribers, { domain: 0, address: "100.64.0.2" }], groupOf: [0, 0] };
/** Two ports at each of two NAT addresses. */
export const twoAddresses: NodeConfig = { ...base, addresses: ["203.0.113.1", "203.0.113.2"], high: 1025 };
/** Packets go to the least loaded core, from core 1 on in turn, whoever their flow's is. */
export const anyCore: NodeConfig = { ...base, distribution: { ...base.distribution, scheme: "least-loaded" } };
/** With another quota of ports or of sessions; null: not counted. */
export const withQuotas = (quotas: Partial<NodeConfig["quotas"][0]>, config = base): NodeConfig => ({ ...config, quotas: [{ ports: wide, sessions: wide, ...quotas }] });
/** One page for the tables, and one of four structures. */
export const fourStructures: NodeConfig = { ...base, memory: { ...base.memory, limitPages: 2 } };

type Packet = Extract<NodeCommand, { kind: "send" }>;
/** From port 4000 to .1:80: bucket 0. */
export const send = (more: Partial<Packet> = {}): Packet => ({ kind: "send", protocol: "tcp", subscriber: 0, port: 4000, remote: 0, salt: 7, ...more });
/** The answer to what an earlier operation sent. */
export const reply = (of: string): NodeCommand => ({ kind: "reply", of, salt: 9 });
/** Sessions that have been idle are retired; ports handed over are collected; a bucket goes to another core. */
export const sweep: NodeCommand = { kind: "sweep" };
export const collect: NodeCommand = { kind: "collect" };
export const move = (bucket: number, to: number): NodeCommand => ({ kind: "rebalance", bucket, to });

/** Operations by their ids. */
export type Does = { readonly [id: string]: Doing<NodeCommand> };
/** Runs the operations once every core has started up. */
export function see(config: NodeConfig, does: Does, more: Partial<Example<NodeConfig, NodeCommand>> = {}): Seen {
  const started = Object.fromEntries(Array.from({ length: config.cores }, (_, core) => [`start${core}`, [core, { kind: "start-up" }] as const]));
  const seen = work(node, { config, does: { ...started, ...does }, ...more });
  expect(seen.failure).toBeUndefined();
  return seen;
}
/** `203.0.113.1:1024 → 198.51.100.1:80` of a packet that went on, otherwise what became of it. */
export const went = (seen: Seen, id: string): string => seen.outcomeWords(id).replace(/^forwarded as /, "").replace(/ \(.*/, "");
/** Stages of the message that carried the packet. */
export const processed = (seen: Seen, id: string): readonly string[] => seen.stages(`${id}/packet/0`);
/** Core that a task ran on. */
export const coreOf = (seen: Seen, task: string): number => seen.steps.find((step) => step.task === task)!.core;
/** Every entry that the operations and their messages left otherwise than they found it. Without ids: all that happened after the start. */
export function changed(config: NodeConfig, seen: Seen, ...ids: string[]): { readonly [entry: string]: string } {
  const view = node.view(config, "product");
  const ends = new Map<number, [number, number]>();
  for (const { task, changes } of seen.steps) {
    if (ids.length === 0 ? task.startsWith("start") : !ids.includes(task.replace(/\/.*/, ""))) continue;
    for (const { entry, modelBefore, modelAfter } of changes) ends.set(entry, [ends.get(entry)?.[0] ?? modelBefore, modelAfter]);
  }
  return Object.fromEntries([...ends].filter(([, [before, after]]) => before !== after).map(([entry, [before, after]]) => [view.name(entry), `${before}>${after}`]));
}
/** Values of an entry, one after the other. */
export function history(config: NodeConfig, seen: Seen, name: string): number[] {
  const view = node.view(config, "product");
  return seen.steps.flatMap(({ changes }) => changes.flatMap((one) => (view.name(one.entry) === name && one.modelBefore !== one.modelAfter ? [one.modelAfter] : [])));
}
/** Entries of a column of the implementation that are as asked. */
export function count(config: NodeConfig, seen: Seen, column: string, is: (value: number) => boolean = (value) => value !== 0): number {
  const view = node.view(config, "product");
  const side = seen.pair.implementation;
  return Array.from({ length: view.size }, (_, entry) => entry).filter((entry) => view.name(entry).startsWith(`${column}[`) && is(side.read(entry))).length;
}
/** Units in use that a core has in its ledger. */
export const used = (seen: Seen, resource: "ports" | "sessions", core: number, subscriber = 0): number => seen.entry(`quota core.used[subscriber ${subscriber} ${resource} core ${core}]`);

/**
 * Bucket of a packet by its headers' 16-bit words. The key repeats 0x6d5a, so the hash depends on the exclusive or of the words only; its last bit takes the key's bit i + 31 for the word's bit i from the left, which
 * is set for the bits of 0x36ad.
 */
export function bucketOf(...headers: (string | number)[]): number {
  const words = headers.flatMap((one) => {
    if (typeof one === "number") return [one];
    const [a, b, c, d] = one.split(".").map(Number);
    return [a * 256 + b, c * 256 + d];
  });
  let bits = words.reduce((all, word) => all ^ word, 0) & 0x36ad;
  let parity = 0;
  for (; bits !== 0; bits &= bits - 1) parity ^= 1;
  return parity;
}
