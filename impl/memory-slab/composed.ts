/** Memory as a part of a larger system: one object obtained, one given back. Start-up and scans are as by command. */
import { Stage } from "../../spec/memory-slab/terms.ts";
import type { Moved } from "../../spec/side.ts";
import { endPart } from "./got.ts";
import { lockPages, stopUse, unlockPages } from "./in-hand.ts";
import type { SlabMemory } from "./memory.ts";
import { obtain } from "./obtain.ts";
import * as words from "./words.ts";

const { Field, Row, Step } = words;
const { "begin-free": beginStage, "refuse-unready": refuseUnready } = Stage;

/** What the whole does in the section in which an object begins to be used, or stops being so: to the rest of the node both are one step. */
export interface Companion {
  taken(slot: number, object: number, moved: Moved): void;
  letGo(slot: number, object: number, moved: Moved): void;
}

function begin({ records }: SlabMemory, r: number, core: number, step: number, object: number): void {
  records[r + Field.step] = step;
  records[r + Field.row] = Row.part;
  records[r + Field.core] = core;
  records[r + Field.node] = 0;
  records[r + Field.draws] = 0;
  records[r + Field.at] = 0;
  records[r + Field.count] = 1;
  records[r + Field.objects] = object;
}

/** Begins the row *obtain* of one kind. */
export function beginObtain(m: SlabMemory, r: number, core: number, kind: number, content: number): void {
  begin(m, r, core, Step.obtainOne, -1);
  m.records[r + Field.kind] = kind;
  m.records[r + Field.asker] = content - 1;
}

/** Its first step; `refuse-unready` of a core that is not ready. */
export function obtainOne(m: SlabMemory, r: number, moved: Moved): void {
  if (m.isReady(r)) return obtain(m, r, moved);
  m.tell(moved, refuseUnready);
  endPart(moved);
}

/** Begins the release of one object, which is in use. */
export function beginFreeObject(m: SlabMemory, r: number, core: number, object: number): void {
  begin(m, r, core, Step.freeOne, object);
}

/** `begin-free`; giving it back follows. */
export function freeOne(m: SlabMemory, slot: number, r: number, moved: Moved): void {
  lockPages(m, r);
  m.companion?.letGo(slot, m.records[r + Field.objects], moved);
  stopUse(m, r, moved);
  unlockPages(m, r);
  m.tell(moved, beginStage);
}
