/** Ports going back, each followed by its unit: closing flows, and collecting ports that other cores handed over. */
import { goalNumber, ruleNumber } from "../../spec/port-quota/rules.ts";
import { Outcome } from "../../spec/port-quota/terms.ts";
import { Next, type Moved } from "../../spec/side.ts";
import { stand, type Parts } from "./parts.ts";

const rulesOf = {
  freed: ["PAIR-3"].map(ruleNumber),
  released: ["PAIR-3", "PAIR-4"].map(ruleNumber),
};
const handedUnit = goalNumber("pair/handed-unit");

/** Flows being closed. */
export interface CloseRow {
  readonly kind: "close";
  readonly slot: number;
  readonly core: number;
  /** What the next stage is for. */
  phase: "port" | "unit";
  /** Handles of the ports still to be freed; those of the operation that opened the flows. */
  readonly handles: number[];
  done: number;
}
/** A list of ports handed over being worked off. */
export interface CollectRow {
  readonly kind: "collect";
  readonly slot: number;
  readonly core: number;
  phase: "port" | "unit";
  done: number;
}

export function beginClose(parts: Parts, slot: number, core: number, handles: number[]): CloseRow {
  const row: CloseRow = { kind: "close", slot, core, phase: "port", handles, done: 0 };
  beginFree(parts, row);
  return row;
}
function beginFree(parts: Parts, row: CloseRow): void {
  parts.ports.beginFreeOne(row.slot, row.core, row.handles[row.handles.length - 1]);
  row.phase = "port";
}

/** One stage of closing. */
export function closeStage(parts: Parts, row: CloseRow, moved: Moved): void {
  if (row.phase === "unit") unitStage(parts, row, moved);
  else freeStage(parts, row, moved);
  if (moved.next === Next.done) nextFlow(parts, row, moved);
}
/** PAIR-3: a port freed here gives its unit back; one handed over keeps it. */
function freeStage(parts: Parts, row: CloseRow, moved: Moved): void {
  parts.ports.judgeRow(row.slot, undefined, 0, moved);
  stand(moved, rulesOf.freed);
  if (moved.next !== Next.done) return;
  row.done++;
  const handle = row.handles.pop()!;
  if (parts.ports.freedHere(row.slot)) beginUnit(parts, row, handle, moved);
}
function nextFlow(parts: Parts, row: CloseRow, moved: Moved): void {
  if (row.handles.length === 0) return answer(row, moved);
  beginFree(parts, row);
  moved.next = Next.more;
}

export function beginCollect(parts: Parts, slot: number, core: number): CollectRow {
  parts.ports.beginCollectOne(slot, core);
  return { kind: "collect", slot, core, phase: "port", done: 0 };
}

/** One stage of collecting; a look that finds the list empty is the last. */
export function collectStage(parts: Parts, row: CollectRow, moved: Moved): void {
  if (row.phase === "unit") {
    unitStage(parts, row, moved);
    if (moved.next === Next.done) nextHanded(parts, row, moved);
    return;
  }
  parts.ports.judgeRow(row.slot, undefined, 0, moved);
  stand(moved, rulesOf.freed);
  if (moved.next !== Next.done) return;
  const handle = parts.ports.collectedPort(row.slot);
  if (handle < 0) return answer(row, moved);
  row.done++;
  beginUnit(parts, row, handle, moved);
}
function nextHanded(parts: Parts, row: CollectRow, moved: Moved): void {
  parts.ports.beginCollectOne(row.slot, row.core);
  row.phase = "port";
  moved.next = Next.more;
}

/** The port is free for good: the stages of its unit's release follow. */
function beginUnit(parts: Parts, row: CloseRow | CollectRow, handle: number, moved: Moved): void {
  const unit = parts.unitOf.get(handle)!;
  parts.quota.beginRelease(row.slot, row.core, [unit]);
  row.phase = "unit";
  if (row.kind === "collect" && unit.counted) moved.goals.push(handedUnit);
  moved.next = Next.more;
}
/** PAIR-3. */
function unitStage(parts: Parts, row: CloseRow | CollectRow, moved: Moved): void {
  parts.quota.stage(row.slot, moved);
  stand(moved, rulesOf.released);
}

function answer(row: CloseRow | CollectRow, moved: Moved): void {
  moved.outcome.push(Outcome.done);
  moved.outcome.push(row.done);
}
