/** A packet comes to the core that it waits at: it is delivered there, handed over, or lost; and in the end it is finished. */
import { choosesByLoad, How, Outcome, Stage } from "../../spec/rss-distribution/terms.ts";
import { Next, type Moved } from "../../spec/side.ts";
import { over, send, waitingAt } from "./queue.ts";
import { answer, Goal, Rule, take } from "./stage.ts";
import type { RssState, Waiting } from "./state.ts";

/** A message `packet` at its core. */
export interface Delivering {
  readonly kind: "delivery";
  readonly core: number;
  readonly body: readonly number[];
  delivered: boolean;
  /** Slot of the operation whose packet it is, -1 before the step. */
  operation: number;
}

/** RSS-3, RSS-11, RSS-29: the first that holds. */
export function deliverStep(state: RssState, row: Delivering, moved: Moved): void {
  const { core } = row;
  const record = waitingAt(state, core, row.body);
  const { flow, how } = record;
  row.operation = record.slot;
  if (!state.isUp(core)) return lose(state, core, record, moved);
  if (how === How.byHash) {
    const owner = state.coreOfBucket(state.bucketOf(record.hash));
    if (owner !== core) return handOver(state, core, record, owner, Stage["hand-over"], moved);
  }
  if (how === How.internal || flow < 0) return deliver(state, row, record, Stage.accept, moved);
  if (state.get(state.local("known", core, flow)) === 1) return deliver(state, row, record, Stage.hit, moved);
  const home = state.homeOf(flow);
  const published = state.isPublished(flow);
  if (home !== core && state.isUp(home) && !published) return handOver(state, core, { ...record, how: How.otherwise }, home, Stage["hand-home"], moved);
  if (published) {
    state.goal(moved, Goal.adopted);
    deliver(state, row, record, Stage.adopt, moved);
  } else {
    deliver(state, row, record, Stage.establish, moved);
    establish(state, core, flow, moved);
  }
  state.set(state.local("known", core, flow), 1);
}

/** RSS-29, RSS-24: the flow has its home here. */
function establish(state: RssState, core: number, flow: number, moved: Moved): void {
  const establisher = state.layout.conversation.establisher + (flow >> 1);
  state.goal(moved, Goal.established);
  if (state.homeOf(flow) >= 0 && !state.isUp(state.homeOf(flow))) state.goal(moved, Goal.homeGone);
  state.set(state.layout.flow.home + flow, core + 1);
  if (!state.isUp(state.get(establisher) - 1)) {
    state.set(establisher, core + 1);
    state.establishedBy[flow >> 1] = flow;
  }
  if (choosesByLoad(state.config)) state.set(state.layout.flow.published + flow, 1);
}

/** RSS-6. */
function lose(state: RssState, core: number, record: Waiting, moved: Moved): void {
  take(state, moved, Stage.lost);
  state.goal(moved, Goal.lost);
  over(state, core);
  unload(state, core, record.cost, moved);
  state.add(state.layout.core.lost + core, 1);
  end(state, record.slot, "gone", moved);
  answer(state, moved, Outcome.lost, core);
}

/** RSS-16: in the order in which the distributor placed them, unless handed over. */
function deliver(state: RssState, row: Delivering, { slot, flow, sequence, times }: Waiting, stage: number, moved: Moved): void {
  const { core } = row;
  take(state, moved, stage);
  state.rule(moved, Rule.inOrder);
  over(state, core);
  if (times === 0 && flow >= 0) {
    const last = state.local("last", core, flow);
    const before = state.get(last);
    if (before > 0) state.goal(moved, Goal.order);
    if (sequence <= before) state.outOfOrder = last;
    state.set(last, sequence);
  }
  row.delivered = true;
  end(state, slot, "delivered", moved);
  answer(state, moved, Outcome.delivered, core);
}

/** RSS-11; RSS-18 where there is no room. */
function handOver(state: RssState, core: number, record: Waiting, to: number, stage: number, moved: Moved): void {
  const full = state.isFull(to);
  take(state, moved, full ? Stage["drop-full"] : stage);
  over(state, core);
  unload(state, core, record.cost, moved);
  if (full) {
    state.goal(moved, Goal.handOverFull);
    state.add(state.layout.core.dropped + to, 1);
    end(state, record.slot, "gone", moved);
    return answer(state, moved, Outcome.dropped, to);
  }
  state.rule(moved, Rule.handedOver);
  state.goal(moved, stage === Stage["hand-over"] ? Goal.movedInTheMiddle : Goal.handedHome);
  state.fates[record.slot]!.core = to;
  send(state, to, { ...record, times: record.times + 1 }, moved);
  answer(state, moved, Outcome.handedOver, to);
}

/** RSS-20. */
function unload(state: RssState, core: number, cost: number, moved: Moved): void {
  state.rule(moved, Rule.load);
  state.add(state.layout.core.load + core, -cost);
}
/** The packet is on its way no more. */
function end(state: RssState, slot: number, now: "delivered" | "gone", moved: Moved): void {
  state.fates[slot]!.now = now;
  moved.freed.push(slot);
}

/** A packet that is being finished. */
export interface Finishing {
  readonly kind: "finish";
  /** Slot of the operation that placed the packet. */
  readonly of: number;
  ended: boolean;
}

/** RSS-20: the load goes with the packet. */
export function finishStep(state: RssState, row: Finishing, moved: Moved): void {
  const fate = state.fates[row.of]!;
  if (fate.now === "waiting") {
    take(state, moved, Stage.await);
    state.goal(moved, Goal.waitedToFinish);
    moved.next = Next.blocked;
    moved.blockedOn = row.of;
    return;
  }
  const delivered = fate.now === "delivered";
  take(state, moved, delivered ? Stage.finish : Stage["finish-none"]);
  if (delivered) unload(state, fate.core, fate.cost, moved);
  fate.now = "gone";
  row.ended = true;
  answer(state, moved, Outcome.done, delivered ? fate.core : -1);
}
