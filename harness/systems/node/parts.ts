/** What the node has of its systems: the rules their stages are named for, and what it has no command to reach. */
import { stageRules as slabStageRules, rules as slabRules } from "../../../spec/memory-slab/rules.ts";
import { stages as natStages } from "../../../spec/nat-session/terms.ts";
import { stages as portStages } from "../../../spec/port-allocation/terms.ts";
import { stages as quotaStages } from "../../../spec/quota/terms.ts";
import { stageRules as rssStageRules, rules as rssRules } from "../../../spec/rss-distribution/rules.ts";
import { stageRuleIds as natStageRules } from "../nat-session/index.ts";
import { stageRuleIds as portStageRules } from "../port-allocation/index.ts";
import { stageRuleIds as quotaStageRules } from "../quota/index.ts";

/** Rule id of every stage, in the order of the node's stages. */
export const stageRuleIds: readonly string[] = [
  ...rssStageRules.map((rule) => rssRules[rule].id),
  ...slabStageRules.map((rule) => slabRules[rule].id),
  ...natStages.map((stage) => natStageRules[stage] ?? (stage.startsWith("refuse-") ? "NAT-17" : "NAT-16")),
  ...portStages.map((stage) => portStageRules[stage]),
  ...quotaStages.map((stage) => quotaStageRules[stage]),
  "NODE-3",
];

/**
 * What a node cannot reach, because its configuration has no room for it or no command leads there: distribution has neither tags, cards, functions, other nodes nor flows of its own; memory has sessions only, one to a task; nothing fails on demand;
 * and a port is asked for without wishes. (That an object is listed while its owner scans can happen here too, but a campaign meets it once in some thousands of cases; memory by itself reaches it every time.)
 */
export const outOfReach = {
  rules: [
    "RSS-7", "RSS-8", "RSS-10", "RSS-13", "RSS-15", "RSS-17", "RSS-24", "RSS-27", "RSS-28", "RSS-29", "SLAB-8", "SLAB-10", "SLAB-12", "SLAB-13", "SLAB-14",
    "SLAB-17", "NAT-16", "PORT-16", "PORT-21",
  ],
  goals: [
    "rss/ipv6-past-extensions", "rss/ipv6-addresses-only", "rss/inner", "rss/carried-used", "rss/carried-unused", "rss/tag-ignored", "rss/pair-reversed",
    "rss/established-reversed", "rss/established", "rss/handed-home", "rss/published", "rss/adopted", "rss/flow-lost", "rss/orphan", "rss/waited-to-finish",
    "rss/order", "rss/shared-again", "rss/home-gone", "rss/other-node", "rss/assigned", "rss/unforeseen", "slab/private-page", "slab/asked", "slab/asked-in-vain",
    "slab/replicated", "slab/withdrawn", "slab/page-beaten", "slab/locked-race", "slab/listed-while-scanning", "slab/port-first", "slab/port-on-scan",
    "slab/freed-twice", "slab/freed-referenced", "slab/refer-late", "slab/private-refused", "slab/reserved-between", "slab/reserve-refused", "slab/ports-gone",
    "nat/handed-over", "nat/undone-reverse", "port/particular-taken", "port/particular-claimed", "port/particular-refused", "port/type-port", "port/range",
    "port/range-claimed", "port/block-released", "port/block-in-use", "quota/no-longer-due",
  ],
  stages: [
    "distribution: unwrap", "distribution: to-node", "distribution: by-tag", "distribution: by-carried-hash", "distribution: by-address", "distribution: by-card",
    "distribution: by-function", "distribution: by-establisher", "distribution: hit", "distribution: hand-home", "distribution: adopt", "distribution: establish",
    "distribution: publish", "distribution: take-over", "distribution: forget-flow", "distribution: refuse-address", "distribution: assign",
    "distribution: refuse-assign", "distribution: share-key", "distribution: share-bucket", "distribution: share-again", "distribution: share-end",
    "distribution: refuse-peer", "distribution: answer", "memory: ask", "memory: receive", "memory: receive-none", "memory: withdraw", "memory: release-port",
    "memory: refuse-free", "memory: refer", "memory: refuse-refer", "memory: unrefer", "memory: attach", "memory: refuse-attach", "memory: reserve",
    "memory: give-back", "memory: answer", "session: hand-over", "session: refuse-pair", "session: refuse-mapping", "session: refuse-claim", "session: refuse-own",
    "session: refuse-reverse", "session: undo-own", "session: undo-claim", "session: fail", "port: release-block", "port: answer",
  ],
} as const;
