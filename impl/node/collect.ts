/** Collecting the ports that other cores handed over: each is freed by this core, which holds it, and then its unit of quota goes back (NODE-9). */
import { Outcome } from "../../spec/port-allocation/terms.ts";
import * as side from "../../spec/side.ts";
import type { Moved } from "../../spec/side.ts";
import type { NodeParts } from "./parts.ts";
import { releasePortUnit } from "./wants.ts";
import * as words from "./words.ts";

const { Next } = side;
const { Field, Phase } = words;

/** The row begins, or goes on with the next port. */
export function collectNext(p: NodeParts, slot: number, r: number): void {
  p.port.beginCollectOne(slot, p.records[r + Field.core]);
  p.records[r + Field.phase] = Phase.collect;
}

/** A step of the ports' row: one port is free, or the list was empty. */
export function collect(p: NodeParts, slot: number, r: number, moved: Moved): void {
  const { records } = p;
  p.port.moveRow(slot, moved);
  if (moved.next !== Next.done) return;
  const handle = p.port.collectedPort(slot);
  if (handle < 0) {
    moved.outcome.push(Outcome.done);
    return moved.outcome.push(records[r + Field.done]);
  }
  records[r + Field.handle] = handle;
  records[r + Field.done]++;
  releasePortUnit(p, slot, r, Phase.releaseCollected, moved);
}

/** A step of the release of its unit. */
export function releaseCollected(p: NodeParts, slot: number, r: number, moved: Moved): void {
  p.quota.moveRow(slot, moved);
  if (moved.next !== Next.done) return;
  collectNext(p, slot, r);
  moved.next = Next.more;
}
