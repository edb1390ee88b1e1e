/** How units come back: one after another by the row of a release, or one at once when it turns out that it is not needed. */
import { Stage } from "../../spec/quota/terms.ts";
import * as side from "../../spec/side.ts";
import type { Moved } from "../../spec/side.ts";
import { acquire, peek, poke, release } from "../accessor.ts";
import { shift, tooMuch } from "./ledger.ts";
import type { QuotaMemory } from "./memory.ts";
import * as words from "./words.ts";

const { Next } = side;
const { Field, kinds, Ledger, Step } = words;
const { "release-none": noneStage, release: releaseStage, "give-back": giveBackStage } = Stage;

/** `release`: one unit less in use at the core that was granted it; or `release-none`, where the units do not count. */
export function releaseUnit(m: QuotaMemory, r: number, moved: Moved): void {
  const { mem, records } = m;
  if (records[r + Field.counted] === 0) {
    moved.stages.push(m.stage0 + noneStage);
    return returned(m, r, moved);
  }
  const id = m.ledgerOf(r);
  const ledger = m.ledgerAt + id * Ledger.words;
  acquire(mem, m.ledgerLockAt + id);
  poke(mem, ledger + Ledger.used, peek(mem, ledger + Ledger.used) - 1);
  const back = tooMuch(m, ledger);
  release(mem, m.ledgerLockAt + id);
  moved.writes.push(m.layout.core.used + id);
  moved.stages.push(m.stage0 + releaseStage);
  if (back) records[r + Field.step] = Step.giveBack;
  else returned(m, r, moved);
}

/** `give-back`: shared units go back, unless they are needed after all. */
export function giveBack(m: QuotaMemory, r: number, moved: Moved): void {
  const { mem } = m;
  const id = m.ledgerOf(r);
  const pair = m.records[r + Field.pair];
  const ledger = m.ledgerAt + id * Ledger.words;
  acquire(mem, m.ledgerLockAt + id);
  acquire(mem, m.nodeLockAt + pair);
  if (tooMuch(m, ledger)) shift(m, id, pair, -Math.min(peek(mem, ledger + Ledger.chunk), peek(mem, ledger + Ledger.held)), moved);
  release(mem, m.nodeLockAt + pair);
  release(mem, m.ledgerLockAt + id);
  moved.stages.push(m.stage0 + giveBackStage);
  m.records[r + Field.step] = Step.release;
  returned(m, r, moved);
}

function returned({ records }: QuotaMemory, r: number, moved: Moved): void {
  records[r + Field.granted]++;
  if (--records[r + Field.wanted] === 0) moved.next = Next.done;
}

/** A unit of the core's ledger and the chunk granted for it go back, in one locked section. */
export function undo(m: QuotaMemory, core: number, subscriber: number, resource: number, chunk: number, moved: Moved): void {
  const { mem } = m;
  const pair = subscriber * kinds + resource;
  const id = pair * m.cores + core;
  const ledger = m.ledgerAt + id * Ledger.words;
  acquire(mem, m.ledgerLockAt + id);
  acquire(mem, m.nodeLockAt + pair);
  poke(mem, ledger + Ledger.used, peek(mem, ledger + Ledger.used) - 1);
  moved.writes.push(m.layout.core.used + id);
  const held = peek(mem, ledger + Ledger.held);
  // Units lent for what is in use, after a change of quota, are not this unit's to return.
  const back = Math.min(chunk, held, peek(mem, ledger + Ledger.exclusive) + held - peek(mem, ledger + Ledger.used));
  if (back !== 0) shift(m, id, pair, -back, moved);
  release(mem, m.nodeLockAt + pair);
  release(mem, m.ledgerLockAt + id);
}
