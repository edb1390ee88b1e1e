/** The way of a packet: given to a core, waiting there, processed as a session's packet, and done with when its operation says so. */
import { Outcome } from "../../spec/node/terms.ts";
import { Outcome as NatOutcome } from "../../spec/nat-session/terms.ts";
import { Stage as RssStage } from "../../spec/rss-distribution/terms.ts";
import { firstStage } from "../../spec/node/terms.ts";
import { Next, type Moved } from "../../spec/side.ts";
import type { Packet } from "../nat-session/packet.ts";
import { goalOf, rulesOf, stand, type Parts } from "./parts.ts";
import { serve, servingStep, type Serving } from "./wants.ts";

const underRules = { placed: rulesOf("NODE-1"), processed: rulesOf("NODE-1", "NODE-5"), finished: rulesOf("NODE-1"), answered: rulesOf("NODE-8") };
const goals = { full: goalOf("queue-full"), handedOver: goalOf("handed-over"), fresh: goalOf("forwarded-fresh"), retired: goalOf("retired") };

/** An operation on a packet. */
export interface PacketRow {
  readonly kind: "packet";
  readonly slot: number;
  readonly core: number;
  readonly packet: Packet;
  phase: "place" | "wait" | "finish";
  /** What became of the packet; undefined while it is on its way. */
  outcome: readonly number[] | undefined;
  forwarded: boolean;
}
/** A packet that has come to a core. */
export interface ArrivedRow {
  readonly kind: "arrived";
  readonly slot: number;
  readonly core: number;
  /** Slot of its operation, once it is known. */
  operation: number;
  phase: "deliver" | "session" | "over";
  serving: Serving | undefined;
  /** A port was given to its session. */
  fresh: boolean;
}
/** A row of sessions alone: a sweep, a change of type. */
export interface SessionRow {
  readonly kind: "session";
  readonly slot: number;
  readonly core: number;
  serving: Serving | undefined;
  fresh: boolean;
}

/** NODE-1, on the distributor's side. */
export function packetStep(parts: Parts, row: PacketRow, said: Moved | undefined, witnessAt: number, moved: Moved): number {
  const { slot } = row;
  if (row.phase === "place") {
    const at = parts.distribution.judgeRow(slot, said, witnessAt, moved);
    stand(moved, underRules.placed);
    if (moved.next !== Next.done) return at;
    if (parts.distribution.placedOn(slot) < 0) {
      moved.goals.push(goals.full);
      answer(moved, [Outcome.dropped], false);
      return at;
    }
    row.phase = "wait";
    moved.next = Next.more;
    return at;
  }
  if (row.outcome === undefined) {
    moved.stages.push(firstStage.distribution + RssStage.await);
    stand(moved, underRules.placed);
    moved.next = Next.blocked;
    moved.blockedOn = slot;
    return witnessAt;
  }
  parts.distribution.beginFinish(slot, slot);
  const at = parts.distribution.judgeRow(slot, said, witnessAt, moved);
  stand(moved, underRules.finished);
  answer(moved, row.outcome, row.forwarded);
  return at;
}
function answer(moved: Moved, outcome: readonly number[], forwarded: boolean): void {
  for (const value of outcome) moved.outcome.push(value);
  moved.yields = forwarded ? 1 : 0;
  moved.next = Next.done;
}

/** NODE-1, on the core's side. */
export function arrivedStep(parts: Parts, row: ArrivedRow, rowOf: (slot: number) => PacketRow, said: Moved | undefined, witnessAt: number, moved: Moved): number {
  if (row.phase === "session") {
    const at = sessionRowStep(parts, row, said, witnessAt, moved);
    stand(moved, underRules.processed);
    if (moved.next === Next.done) processed(parts, row, rowOf(row.operation), moved);
    return at;
  }
  const { slot } = row;
  const at = parts.distribution.judgeRow(slot, said, witnessAt, moved);
  stand(moved, underRules.processed);
  row.operation = parts.distribution.operationOf(slot);
  const operation = rowOf(row.operation);
  if (parts.distribution.delivered(slot) === 1) {
    parts.session.beginPacket(slot, row.core, operation.packet);
    row.phase = "session";
    moved.next = Next.more;
    return at;
  }
  if (moved.sent.length > 0) {
    moved.goals.push(goals.handedOver);
    moved.outcome.push(Outcome.handedOn);
  } else {
    operation.outcome = [Outcome.dropped];
    moved.outcome.push(Outcome.dropped);
  }
  return at;
}

/** The packet's processing has ended: its operation is let go. */
function processed(parts: Parts, row: ArrivedRow, operation: PacketRow, moved: Moved): void {
  const { outcome } = moved;
  operation.outcome = Array.from(outcome.items.subarray(0, outcome.count));
  operation.forwarded = operation.outcome[0] === NatOutcome.forwarded;
  if (operation.forwarded) {
    parts.session.wentOut(row.slot, operation.slot);
    stand(moved, underRules.answered);
    if (row.fresh) moved.goals.push(goals.fresh);
  }
  row.phase = "over";
  moved.freed.push(operation.slot);
  moved.yields = 0;
}

/** One step of a row of sessions, or of the row that serves it. */
export function sessionStep(parts: Parts, row: SessionRow, said: Moved | undefined, witnessAt: number, moved: Moved): number {
  const freeing = row.serving?.phase === "free memory";
  const at = sessionRowStep(parts, row, said, witnessAt, moved);
  if (freeing && row.serving === undefined) moved.goals.push(goals.retired);
  return at;
}
function sessionRowStep(parts: Parts, row: { readonly slot: number; readonly core: number; serving: Serving | undefined; fresh: boolean }, said: Moved | undefined, witnessAt: number, moved: Moved): number {
  const { slot, core } = row;
  row.serving ??= serve(parts, slot, core, parts.session.want(slot));
  if (row.serving === undefined) return parts.session.judgeRow(slot, said, witnessAt, moved);
  const { at, over } = servingStep(parts, slot, core, row.serving, said, witnessAt, moved);
  if (over) {
    row.fresh ||= row.serving.given;
    row.serving = undefined;
  } else moved.next = Next.more;
  return at;
}
