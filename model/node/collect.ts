/** Collecting ports that other cores handed over, each followed by its unit (NODE-9). */
import { Next, type Moved } from "../../spec/side.ts";
import { rulesOf, stand, type Parts } from "./parts.ts";

const underRules = { port: rulesOf("NODE-9"), unit: rulesOf("NODE-9", "NODE-4") };

/** A list of ports handed over being worked off. */
export interface CollectRow {
  readonly kind: "collect";
  readonly slot: number;
  readonly core: number;
  phase: "port" | "unit";
  done: number;
}

/** One step of collecting; a look that finds the list empty is the last. */
export function collectStep(parts: Parts, row: CollectRow, moved: Moved): void {
  const { slot, core } = row;
  if (row.phase === "unit") {
    parts.quota.stage(slot, moved);
    stand(moved, underRules.unit);
    if (moved.next !== Next.done) return;
    parts.ports.beginCollectOne(slot, core);
    row.phase = "port";
    moved.next = Next.more;
    return;
  }
  parts.ports.judgeRow(slot, undefined, 0, moved);
  stand(moved, underRules.port);
  if (moved.next !== Next.done) return;
  const handle = parts.ports.collectedPort(slot);
  if (handle < 0) {
    moved.outcome.push(0);
    moved.outcome.push(row.done);
    return;
  }
  row.done++;
  parts.quota.beginRelease(slot, core, [parts.unitOfPort.get(handle)!]);
  parts.notePort(handle, undefined, core);
  row.phase = "unit";
  moved.next = Next.more;
}
