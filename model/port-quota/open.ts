/** Opening flows, one after another: a unit first, then a port for it; a unit that gets no port is undone. */
import { tableOf, type Allocate } from "../../spec/port-allocation/terms.ts";
import { goalNumber, ruleNumber } from "../../spec/port-quota/rules.ts";
import { Outcome, undoStage } from "../../spec/port-quota/terms.ts";
import { Next, type Moved } from "../../spec/side.ts";
import type { Unit } from "../quota/index.ts";
import { stand, type Parts } from "./parts.ts";

const rulesOf = {
  unit: ["PAIR-1"].map(ruleNumber),
  port: ["PAIR-1", "PAIR-4"].map(ruleNumber),
  refused: ["PAIR-2", "PAIR-1"].map(ruleNumber),
  undo: ["PAIR-2"].map(ruleNumber),
};
const goals = {
  denied: goalNumber("pair/denied-by-quota"),
  undone: goalNumber("pair/undone"),
  chunkUndone: goalNumber("pair/chunk-undone"),
};

/** Flows being opened; once that is over, those that are open. */
export interface OpenRow {
  readonly kind: "open";
  readonly slot: number;
  readonly core: number;
  readonly allocate: Allocate;
  /** What the next stage is for. */
  phase: "unit" | "port" | "undo";
  /** Unit of the flow now being opened. */
  unit: Unit | undefined;
  /** Handles of the ports given and not closed since, the last given last. */
  readonly handles: number[];
}

export function beginOpen(parts: Parts, slot: number, core: number, allocate: Allocate): OpenRow {
  const row: OpenRow = { kind: "open", slot, core, allocate, phase: "unit", unit: undefined, handles: [] };
  beginFlow(parts, row);
  return row;
}
function beginFlow(parts: Parts, row: OpenRow): void {
  parts.quota.beginRequest(row.slot, row.core, row.allocate.subscriber, "ports", 1);
  row.phase = "unit";
}

/** One stage; answers the first number of the witness that was not consumed. */
export function openStage(parts: Parts, row: OpenRow, said: Moved | undefined, witnessAt: number, moved: Moved): number {
  if (row.phase === "port") return portStage(parts, row, said, witnessAt, moved);
  if (row.phase === "unit") unitStage(parts, row, moved);
  else undo(parts, row, moved);
  return witnessAt;
}

/** PAIR-1: the unit comes first, and without it no port is looked for. */
function unitStage(parts: Parts, row: OpenRow, moved: Moved): void {
  parts.quota.stage(row.slot, moved);
  stand(moved, rulesOf.unit);
  if (moved.next !== Next.done) return;
  row.unit = parts.quota.unitsOf(row.slot)[0];
  if (row.unit === undefined) {
    if (portsAreFree(parts, row.allocate)) moved.goals.push(goals.denied);
    return answer(row, Outcome.denied, moved);
  }
  parts.ports.beginAllocateOne(row.slot, row.core, row.allocate);
  row.phase = "port";
  moved.next = Next.more;
}
function portsAreFree(parts: Parts, { address, protocol }: Allocate): boolean {
  for (let table = tableOf(protocol); table < parts.layout.tables; table += 2) if ((address < 0 || table >> 1 === address) && parts.hasFree(table)) return true;
  return false;
}

function portStage(parts: Parts, row: OpenRow, said: Moved | undefined, witnessAt: number, moved: Moved): number {
  const { slot, allocate, handles } = row;
  const consumed = parts.ports.judgeRow(slot, said, witnessAt, moved);
  if (moved.next !== Next.done) {
    stand(moved, rulesOf.unit);
    return consumed;
  }
  const handle = parts.ports.givenPort(slot);
  if (handle < 0) {
    refused(row, moved);
    return consumed;
  }
  stand(moved, rulesOf.port);
  parts.unitOf.set(handle, row.unit!);
  handles.push(handle);
  if (handles.length === allocate.count) answer(row, Outcome.done, moved);
  else {
    beginFlow(parts, row);
    moved.next = Next.more;
  }
  return consumed;
}

/** PAIR-2: a counted unit is undone in a step of its own. */
function refused(row: OpenRow, moved: Moved): void {
  stand(moved, rulesOf.refused);
  if (!row.unit!.counted) return answer(row, Outcome.refused, moved);
  row.phase = "undo";
  moved.next = Next.more;
}
/** PAIR-2. */
function undo(parts: Parts, row: OpenRow, moved: Moved): void {
  moved.stages.push(undoStage);
  stand(moved, rulesOf.undo);
  const returned = parts.quota.takeBack(row.unit!, moved);
  moved.goals.push(goals.undone);
  if (returned > 0) moved.goals.push(goals.chunkUndone);
  answer(row, Outcome.refused, moved);
}

function answer({ handles }: OpenRow, code: number, moved: Moved): void {
  moved.next = Next.done;
  moved.outcome.push(code);
  moved.outcome.push(handles.length);
  moved.yields = handles.length;
}
