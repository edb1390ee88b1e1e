/** What must hold of distribution over cores: at every step, and once everything has come to rest. */
import { ruleNumber } from "../../spec/rss-distribution/rules.ts";
import { bucketCount, flowCount } from "../../spec/rss-distribution/terms.ts";
import type { Findings } from "../../spec/side.ts";
import type { Finishing } from "./deliver.ts";
import type { RssState } from "./state.ts";

type Add = (rule: string, entry: number, text: string) => void;
function reporter(state: RssState, found: Findings): Add {
  return (rule, entry, text) => found.add(state.at.rule + ruleNumber(rule), entry, text);
}

/** At every step. */
export function invariants(state: RssState, found: Findings): void {
  const add = reporter(state, found);
  loads(state, add);
  const { bucket } = state.layout;
  for (let at = 0; at < bucketCount(state.config); at++) {
    const core = state.cells.peek(bucket.core + at);
    if (!state.carries(core)) add("RSS-14", bucket.core + at, `bucket ${at} names core ${core}, which carries no traffic`);
  }
  if (!state.isPart) for (let flow = 0; flow < flowCount(state.config); flow++) flows(state, flow, add);
  if (state.outOfOrder >= 0) add("RSS-16", state.outOfOrder, "a packet was delivered after a later one of its flow");
}

/** RSS-20, RSS-11, RSS-18: what is counted for a core is what was given to it. */
function loads(state: RssState, add: Add): void {
  const { config, layout, fates } = state;
  const load = config.traffic.map(() => 0);
  const waiting = config.traffic.map(() => 0);
  for (const fate of fates) {
    if (fate === undefined || fate.now === "gone") continue;
    load[fate.core] += fate.cost;
    if (fate.now === "waiting") waiting[fate.core]++;
  }
  for (let core = 0; core < config.cores; core++) {
    const counted = state.cells.peek(layout.core.load + core);
    if (counted !== load[core] || counted < 0) add("RSS-20", layout.core.load + core, `a load of ${counted}, and packets that cost ${load[core]}`);
    const room = state.cells.peek(layout.core.waiting + core);
    if (room !== waiting[core]) add("RSS-11", layout.core.waiting + core, `${room} waiting packets, and ${waiting[core]} that wait`);
    if (room > config.queueMax) add("RSS-18", layout.core.waiting + core, `${room} waiting packets of at most ${config.queueMax}`);
  }
}

/** RSS-29, RSS-11, RSS-16: who knows a flow. */
function flows(state: RssState, flow: number, add: Add): void {
  const { config, layout, cells } = state;
  const published = cells.peek(layout.flow.published + flow) === 1;
  const home = cells.peek(layout.flow.home + flow) - 1;
  const given = cells.peek(layout.flow.sequence + flow);
  for (let core = 0; core < config.cores; core++) {
    const known = state.local("known", core, flow);
    const last = state.local("last", core, flow);
    const knows = cells.peek(known) === 1;
    if (knows && !published && home !== core) add("RSS-29", known, `core ${core} knows flow ${flow}, which is not published and at home at core ${home}`);
    if (!knows && home === core && cells.peek(layout.core.up + core) === 1) add("RSS-11", known, `core ${core} does not know flow ${flow}, which is at home there`);
    if (cells.peek(last) > given) add("RSS-16", last, `packet ${cells.peek(last)} of flow ${flow} was delivered, and ${given} were given`);
  }
}

/** At rest nothing is under way, and nothing names a core that has gone. */
export function obligations(state: RssState, finishes: readonly Finishing[], found: Findings): void {
  const add = reporter(state, found);
  const { config, layout, cells } = state;
  const isUp = (core: number): boolean => cells.peek(layout.core.up + core) === 1;
  const anyAvailable = config.traffic.some((carries, core) => carries && isUp(core));
  for (let core = 0; core < config.cores; core++) if (cells.peek(layout.core.waiting + core) !== 0) add("RSS-11", layout.core.waiting + core, "packets still wait at rest");
  for (let bucket = 0; bucket < bucketCount(config); bucket++) {
    if (cells.peek(layout.bucket.asked + bucket) !== 0) add("RSS-6", layout.bucket.asked + bucket, "a bucket is still asked for at rest");
    const core = cells.peek(layout.bucket.core + bucket);
    if (anyAvailable && !isUp(core)) add("RSS-6", layout.bucket.core + bucket, `bucket ${bucket} still names core ${core}, which has gone`);
  }
  for (let flow = 0; flow < flowCount(config); flow++) {
    const home = cells.peek(layout.flow.home + flow) - 1;
    if (home >= 0 && !isUp(home)) add("RSS-29", layout.flow.home + flow, `flow ${flow} is still at home at core ${home}, which has gone`);
  }
  if (finishes.some(({ ended }) => !ended)) add("RSS-20", -1, "a packet is still not finished at rest");
}
