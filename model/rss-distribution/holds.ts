/** What must hold of distribution over cores: at every step, and once everything has come to rest. */
import { ruleNumber } from "../../spec/rss-distribution/rules.ts";
import { bucketCount, flowCount } from "../../spec/rss-distribution/terms.ts";
import type { Bound, Findings, Owed } from "../../spec/side.ts";
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

/** RSS-20: at rest every packet that was to be finished is. */
export function obligations(state: RssState, finishes: readonly Finishing[], found: Findings): void {
  if (finishes.some(({ ended }) => !ended)) reporter(state, found)("RSS-20", -1, "a packet is still not finished at rest");
}

const atOnce: Bound = { rounds: 1, ms: 0 };
const rule = { asked: ruleNumber("RSS-6"), handed: ruleNumber("RSS-11"), home: ruleNumber("RSS-29") };

/** What is owed while nothing is under way: no packet waits at a core (RSS-11), no bucket is asked for, or names a core that has gone while another carries traffic (RSS-6), and no flow is at home at one (RSS-29). */
export function owed(state: RssState, owed: Owed): void {
  const { config, layout, cells, at } = state;
  const isUp = (core: number): boolean => cells.peek(layout.core.up + core) === 1;
  const anyAvailable = config.traffic.some((carries, core) => carries && isUp(core));
  for (let core = 0; core < config.cores; core++) if (cells.peek(layout.core.waiting + core) !== 0) owed.add(at.rule + rule.handed, layout.core.waiting + core, 0, atOnce, "a packet waits and no message brings it");
  for (let bucket = 0; bucket < bucketCount(config); bucket++) {
    if (cells.peek(layout.bucket.asked + bucket) !== 0) owed.add(at.rule + rule.asked, layout.bucket.asked + bucket, 0, atOnce, "a bucket that was asked back has not come");
    if (anyAvailable && !isUp(cells.peek(layout.bucket.core + bucket))) owed.add(at.rule + rule.asked, layout.bucket.core + bucket, 0, atOnce, "a bucket names a core that has gone");
  }
  for (let flow = 0; flow < flowCount(config); flow++) {
    const home = cells.peek(layout.flow.home + flow) - 1;
    if (home >= 0 && !isUp(home)) owed.add(at.rule + rule.home, layout.flow.home + flow, 0, atOnce, "a flow is at home at a core that has gone");
  }
}
