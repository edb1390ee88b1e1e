/** The view of distribution over cores: what can be seen at every step, and how its entries are numbered. */
import { basesOf, columnsOf, type Bases, type Sizes } from "../layout.ts";
import { remembered } from "../remembered.ts";
import type { Column } from "../side.ts";
import { ruleNumber } from "./rules.ts";
import { bucketCount, flowCount, type RssConfig } from "./terms.ts";

/**
 * Columns by kind of key; what is absent reads 0, and so does everything at the start that is not named here.
 * - bucket: `core` of the indirection table (at the start as configured); `asked` core + 1 that it is asked back for.
 * - core: `up` (1 at the start); `load`; `waiting` packets; `dropped` for want of room there; `lost` there; `vote` its time in ms + 1; `levels` the vote's.
 * - flow: `sequence` number given last; `core` + 1 where it was placed last; `home` core + 1; `published` 1.
 * - local: core × flows + flow. `known` 1; `last` sequence number delivered there.
 * - conversation: `establisher` core + 1.
 * - pair: lower address × addresses + higher address (positions). `core` + 1.
 * - rule: `on` (at the start as configured). - steering: `core` + 1 (at the start as configured). - address: `node` + 1 (at the start as configured).
 * - peer: node; node 0 is all 0. `adopted` 1, `bits`. - peerBucket: node × buckets + bucket. `core` + 1.
 * - node: `dropped` for want of an available core; `moves` of buckets; `turn` core + 1 in turn (least-loaded) and packets `left` to it; `slice` core + 1 and `sliceEnd` in ms.
 */
export const columnsByKey = {
  bucket: ["core", "asked"],
  core: ["up", "load", "waiting", "dropped", "lost", "vote", "levels"],
  flow: ["sequence", "core", "home", "published"],
  local: ["known", "last"],
  conversation: ["establisher"],
  pair: ["core"],
  rule: ["on"],
  steering: ["core"],
  address: ["node"],
  peer: ["adopted", "bits"],
  peerBucket: ["core"],
  node: ["dropped", "moves", "turn", "left", "slice", "sliceEnd"],
} as const;

/** Columns that are there only where this is a system by itself: in a node nothing could change them, as packets of a node are of no conversation, and other nodes are not its own affair. */
export const columnsOfItself: readonly string[] = ["flow.sequence", "flow.core", "flow.home", "flow.published", "local.known", "local.last", "conversation.establisher", "peer.adopted", "peer.bits", "peerBucket.core"];
const absentOf = ({ isPart }: RssConfig): readonly string[] => (isPart ? columnsOfItself : []);

/** First entry of every column. */
export type RssLayout = Bases<typeof columnsByKey> & {
  readonly buckets: number;
  readonly flows: number;
  readonly size: number;
};

const rulesOf: { readonly [column: string]: string } = {
  "bucket.core": "RSS-3",
  "bucket.asked": "RSS-6",
  "core.up": "RSS-6",
  "core.load": "RSS-20",
  "core.waiting": "RSS-11",
  "core.dropped": "RSS-18",
  "core.lost": "RSS-6",
  "core.vote": "RSS-22",
  "core.levels": "RSS-22",
  "flow.sequence": "RSS-16",
  "flow.core": "RSS-19",
  "flow.home": "RSS-11",
  "flow.published": "RSS-29",
  "local.known": "RSS-29",
  "local.last": "RSS-16",
  "conversation.establisher": "RSS-24",
  "pair.core": "RSS-23",
  "rule.on": "RSS-4",
  "steering.core": "RSS-12",
  "address.node": "RSS-9",
  "peer.adopted": "RSS-7",
  "peer.bits": "RSS-7",
  "peerBucket.core": "RSS-7",
  "node.dropped": "RSS-19",
  "node.moves": "RSS-7",
  "node.turn": "RSS-5",
  "node.left": "RSS-5",
  "node.slice": "RSS-26",
  "node.sliceEnd": "RSS-26",
};

function sizes(config: RssConfig): Sizes<typeof columnsByKey> {
  const buckets = bucketCount(config);
  const flows = flowCount(config);
  return {
    bucket: buckets,
    core: config.cores,
    flow: flows,
    local: config.cores * flows,
    conversation: config.conversations.length,
    pair: config.addresses.length * config.addresses.length,
    rule: config.rules.length,
    steering: config.steering.length,
    address: config.addresses.length,
    peer: config.nodes.length,
    peerBucket: config.nodes.length * buckets,
    node: 1,
  };
}

/** Numbers the entries from `first` on. */
export const rssLayout = remembered((config: RssConfig, first: number): RssLayout => {
  const size = sizes(config);
  const { bases, end } = basesOf(columnsByKey, size, first, absentOf(config));
  return { ...bases, buckets: size.bucket, flows: size.flow, size: end - first };
});

/** The columns for reports and comparison, in the order of the layout. */
export function rssColumns(config: RssConfig, number: (id: string) => number = ruleNumber): Column[] {
  const size = sizes(config);
  const { addresses } = config;
  const keys: { readonly [K in keyof typeof columnsByKey]: (at: number) => string } = {
    bucket: (at) => `bucket ${at}`,
    core: (at) => `core ${at}`,
    flow: (at) => `flow ${at}`,
    local: (at) => `core ${Math.floor(at / size.flow)} of flow ${at % size.flow}`,
    conversation: (at) => `conversation ${at}`,
    pair: (at) => `${addresses[Math.floor(at / addresses.length)]} and ${addresses[at % addresses.length]}`,
    rule: (at) => `rule ${at}`,
    steering: (at) => `entry ${at}`,
    address: (at) => addresses[at]!,
    peer: (at) => `node ${at}`,
    peerBucket: (at) => `node ${Math.floor(at / size.bucket)} bucket ${at % size.bucket}`,
    node: () => "node",
  };
  return columnsOf(columnsByKey, size, keys, (column) => number(rulesOf[column]!), absentOf(config));
}
