/** Worked examples of distribution over cores: a configuration whose hashes are known, its packets, and what is said of them. */
import { expect } from "vitest";
import { rssDistribution } from "../harness/systems/rss-distribution/index.ts";
import { publishedKey, type Packet, type RssCommand, type RssConfig, type Scheme } from "../spec/rss-distribution/terms.ts";
import { work, type Doing, type Example, type Seen } from "./worked.ts";

/**
 * Two published vectors over four buckets, bucket i on core i. Flow 0 hashes to 51ccc178: bucket 0; flow 1, its other direction, to fde799b2: bucket 2. Flow 2 hashes to c626b0ea: bucket 2; flow 3 to e53c74e8: bucket 0.
 * By addresses only flow 0 hashes to 323e8fc2: bucket 2. Node 1 has as many cores as this one, node 2 has not.
 */
export const base: RssConfig = {
  cores: 4,
  control: 0,
  traffic: [true, true, true, true],
  key: publishedKey,
  bits: 2,
  indirection: [0, 1, 2, 3],
  addresses: ["66.9.149.187", "161.142.100.80", "199.92.111.2", "65.69.140.83"],
  conversations: [
    { protocol: "tcp", source: 0, destination: 1, sourcePort: 2794, destinationPort: 1766 },
    { protocol: "tcp", source: 2, destination: 3, sourcePort: 14230, destinationPort: 4739 },
  ],
  cards: 2,
  rules: [],
  steering: [],
  schemes: [{ kind: "hash" }],
  carrier: "message",
  queueMax: 8,
  nodes: [4, 4, 2],
  internal: [-1, -1, -1, -1],
  assignable: [],
};
/** The published vector of IPv6: 40207d3d with ports, 2cc18cd5 by addresses only. */
export const six: RssConfig = {
  ...base,
  addresses: ["3ffe:2501:200:1fff::7", "3ffe:2501:200:3::1"],
  conversations: [{ protocol: "tcp", source: 0, destination: 1, sourcePort: 2794, destinationPort: 1766 }],
  internal: [-1, -1],
};
/** The same under other schemes. */
export const under = (...schemes: readonly Scheme[]): RssConfig => ({ ...base, schemes });
/** Cores 0 and 1 only, so that a choice is forced once it is made. */
export const two = (...schemes: readonly Scheme[]): RssConfig => ({ ...base, cores: 2, traffic: [true, true], indirection: [0, 1, 0, 1], nodes: [2], schemes });

/** Commands; a packet is plain but for what is named. */
export const packet = (flow: number, more: Partial<Packet> = {}): Packet => ({ kind: "packet", flow, card: 0, cost: 1, fragment: false, extensions: [], outer: null, sealed: null, carried: null, tag: null, ...more });
export const finish = (of: string): RssCommand => ({ kind: "finish", of });
export const rebalance = (bucket: number, to: number): RssCommand => ({ kind: "rebalance", bucket, to });
export const down = (core: number): RssCommand => ({ kind: "core-down", core });
export const up = (core: number): RssCommand => ({ kind: "core-up", core });
export const vote: RssCommand = { kind: "vote" };
export const share = (node: number): RssCommand => ({ kind: "share-key", node });

/** What is done, in order. */
export type Does = readonly Doing<RssCommand>[];

/** Runs it on both sides; they must agree. */
export function see(config: RssConfig, does: Does, more: Partial<Example<RssConfig, RssCommand>> = {}): Seen {
  const seen = work(rssDistribution, { config, does, ...more });
  expect(seen.failure).toBeUndefined();
  return seen;
}
/** While this message is under way these operations are made, in order. */
export const during = (message: string, ...operations: readonly string[]): { readonly switches: readonly string[] } => ({ switches: operations.map((one) => `${message}@0>${one}`) });
/** Outcomes of the operations, in words. */
export function said(seen: Seen, ...ids: readonly string[]): string[] {
  return ids.map((id) => seen.outcomeWords(id));
}
/** The core that an operation's packet was placed on. */
export function placed(seen: Seen, id: string): number {
  const [, core] = /^placed on core (\d+)/.exec(seen.outcomeWords(id)) ?? [];
  return core === undefined ? -1 : Number(core);
}
/** Why a configuration is refused. */
export function refusal(config: unknown): string {
  const answer = rssDistribution.parseConfig(config, "product");
  return answer.ok ? "accepted" : `${answer.error.at} | ${answer.error.expected}`;
}
