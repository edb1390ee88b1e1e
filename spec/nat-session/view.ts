/** The view of NAT sessions: what can be seen at every step, and how its entries are numbered. */
import { basesOf, columnsOf, type Bases, type Sizes } from "../layout.ts";
import { remembered } from "../remembered.ts";
import type { Column } from "../side.ts";
import { ruleNumber } from "./rules.ts";
import { failKinds, type NatConfig } from "./terms.ts";

/**
 * Columns by kind of key; what is absent reads 0. Addresses are signed 32-bit integers.
 * - object: object number (core × objects + index). `state` of `State`; `subscriber` + 1; `protocol` position + 1; `privatePort`; `remoteAddress`, `remotePort` (in hairpin the other's external endpoint); `natAddress` position + 1, `natPort`; `stamp` ms + 1 (a receiver's structure: 0);
 *   `references`; `partner` object + 1; `lead` 1 for a hairpin's sender; `binding` 0 or, for the founder of a mapping that stands, count + 1; `uses` object + 1 of the founder whose mapping it uses (the founder itself: its own); `static` 1 if a static mapping gives its external endpoint; `paired` 1 if it holds a pair reference;
 *   `global` bits of `KeyBit`. Fields are written at `claim` (or `insert-mapping`, those it names), 0 before.
 * - local: core × objects in all + object: bits of `KeyBit` in that core's table.
 * - port: (address × 2 + (0 TCP, 1 other)) × ports + (port − low): `user` object + 1, −1 a static mapping's.
 * - subscriber: `sessions` counted; `pairAddress` position + 1; `pairCount`.
 * - core: `armed`. - failing: core × kinds + kind: `pending`. - bucket: `core`. - node: `type`: mapping 1, fullCone 2, pairing 4.
 */
export const columnsByKey = {
  object: ["state", "subscriber", "protocol", "privatePort", "remoteAddress", "remotePort", "natAddress", "natPort", "stamp", "references", "partner", "lead", "binding", "uses", "static", "paired", "global"],
  local: ["keys"],
  port: ["user"],
  subscriber: ["sessions", "pairAddress", "pairCount"],
  core: ["armed"],
  failing: ["pending"],
  bucket: ["core"],
  node: ["type"],
} as const;

/** Columns that are there only where this is a system by itself: in a node nothing could change them, as sessions are counted by quotas, buckets are the distribution's, and nothing fails on demand. */
export const columnsOfItself: readonly string[] = ["subscriber.sessions", "failing.pending", "bucket.core"];
const absentOf = ({ isPart }: NatConfig): readonly string[] => (isPart ? columnsOfItself : []);

/** First entry of every column. */
export type NatLayout = Bases<typeof columnsByKey> & {
  /** Structures of all cores, and ports of one table. */
  readonly objects: number;
  readonly ports: number;
  readonly size: number;
};

const rulesOf: { readonly [column: string]: string } = {
  "object.state": "NAT-10",
  "object.subscriber": "NAT-3",
  "object.protocol": "NAT-3",
  "object.privatePort": "NAT-3",
  "object.remoteAddress": "NAT-3",
  "object.remotePort": "NAT-3",
  "object.natAddress": "NAT-22",
  "object.natPort": "NAT-22",
  "object.stamp": "NAT-12",
  "object.references": "NAT-7",
  "object.partner": "NAT-19",
  "object.lead": "NAT-19",
  "object.binding": "NAT-24",
  "object.uses": "NAT-24",
  "object.static": "NAT-23",
  "object.paired": "NAT-25",
  "object.global": "NAT-6",
  "local.keys": "NAT-5",
  "port.user": "NAT-4",
  "subscriber.sessions": "NAT-17",
  "subscriber.pairAddress": "NAT-25",
  "subscriber.pairCount": "NAT-25",
  "core.armed": "NAT-13",
  "failing.pending": "NAT-17",
  "bucket.core": "NAT-26",
  "node.type": "NAT-18",
};

function sizes(config: NatConfig): Sizes<typeof columnsByKey> {
  const objects = config.cores * config.objects;
  return {
    object: objects,
    local: config.cores * objects,
    port: config.addresses.length * 2 * (config.high - config.low + 1),
    subscriber: config.subscribers.length,
    core: config.cores,
    failing: config.cores * failKinds.length,
    bucket: config.table.length,
    node: 1,
  };
}

/** Numbers the entries from `first` on. */
export const natLayout = remembered((config: NatConfig, first: number): NatLayout => {
  const size = sizes(config);
  const { bases, end } = basesOf(columnsByKey, size, first, absentOf(config));
  return { ...bases, objects: size.object, ports: config.high - config.low + 1, size: end - first };
});

/** The columns for reports and comparison, in the order of the layout. */
export function natColumns(config: NatConfig, number: (id: string) => number = ruleNumber): Column[] {
  const size = sizes(config);
  const ports = config.high - config.low + 1;
  const object = (at: number): string => `core ${Math.floor(at / config.objects)} object ${at}`;
  const keys = {
    object,
    local: (at: number) => `core ${Math.floor(at / size.object)} has object ${at % size.object}`,
    port: (at: number) => `${Math.floor(at / ports) % 2 === 0 ? "tcp" : "other"} ${config.addresses[Math.floor(at / ports / 2)]}:${config.low + (at % ports)}`,
    subscriber: (at: number) => `subscriber ${at}`,
    core: (at: number) => `core ${at}`,
    failing: (at: number) => `core ${Math.floor(at / failKinds.length)} ${failKinds[at % failKinds.length]}`,
    bucket: (at: number) => `bucket ${at}`,
    node: () => "node",
  };
  return columnsOf(columnsByKey, size, keys, (column) => number(rulesOf[column]!), absentOf(config));
}
