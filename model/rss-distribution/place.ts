/** A packet at the distributor: its encapsulation is taken off, its core decided, and there it is placed. */
import { Outcome, Stage } from "../../spec/rss-distribution/terms.ts";
import { Next, type Moved } from "../../spec/side.ts";
import { decide, type Decision } from "./decide.ts";
import type { Arriving } from "./packet.ts";
import { send } from "./queue.ts";
import { answer, Goal, Rule, take, type Witness } from "./stage.ts";
import type { RssState } from "./state.ts";

/** A packet that is given to a core. */
export interface Placing {
  readonly kind: "packet";
  readonly slot: number;
  readonly core: number;
  readonly packet: Arriving;
  unwrapped: boolean;
  /** Core that it was placed on, -1 none. */
  placedOn: number;
}

/** Its encapsulation, if it has one, goes in a step of its own; the next decides and places. */
export function placeStep(state: RssState, row: Placing, witness: Witness, moved: Moved): void {
  const { packet, core } = row;
  if (!row.unwrapped) {
    row.unwrapped = true;
    take(state, moved, Stage.unwrap);
    moved.next = Next.more;
    return;
  }
  const beside: number[] = [];
  const decision = decide(state, { packet, core, witness, moved, beside });
  if (decision === undefined) dropForNone(state, moved);
  else if (decision.stage === Stage["to-node"]) leaveToNode(state, decision, moved);
  else if (state.isFull(decision.core)) dropForRoom(state, decision, moved);
  else place(state, row, decision, moved);
  for (const rule of beside) state.rule(moved, rule);
  state.rule(moved, Rule.order);
  if (packet.withExtensions) state.rule(moved, Rule.extensions);
  if (!packet.encapsulated) return;
  state.rule(moved, Rule.inner);
  state.goal(moved, Goal.inner);
}

/** RSS-19. */
function dropForNone(state: RssState, moved: Moved): void {
  take(state, moved, Stage["drop-none"]);
  state.goal(moved, Goal.droppedNone);
  state.add(state.layout.node.dropped, 1);
  answer(state, moved, Outcome.dropped, -1, 0);
}
/** RSS-9. */
function leaveToNode(state: RssState, { stage, core: node }: Decision, moved: Moved): void {
  take(state, moved, stage);
  answer(state, moved, Outcome.toNode, node, 0);
}
/** RSS-18. */
function dropForRoom(state: RssState, { core, hash }: Decision, moved: Moved): void {
  take(state, moved, Stage["drop-full"]);
  state.goal(moved, Goal.full);
  state.add(state.layout.core.dropped + core, 1);
  answer(state, moved, Outcome.dropped, core, hash);
}
/** RSS-20: the packet counts for the core from now on. */
function place(state: RssState, row: Placing, { stage, core, hash, how, note }: Decision, moved: Moved): void {
  const { slot, packet } = row;
  const { flow, cost } = packet;
  take(state, moved, stage);
  state.rule(moved, Rule.load);
  note?.();
  if (flow >= 0) {
    state.add(state.layout.flow.sequence + flow, 1);
    state.set(state.layout.flow.core + flow, core + 1);
  }
  const sequence = flow < 0 ? 0 : state.get(state.layout.flow.sequence + flow);
  state.fates[slot] = { core, cost, now: "waiting" };
  send(state, core, { slot, flow, sequence, hash, how, cost, times: 0 }, moved);
  row.placedOn = core;
  answer(state, moved, Outcome.placed, core, hash);
  if (!state.isPart) moved.yields = 1;
}
