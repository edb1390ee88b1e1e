/**
 * The row of a request. What could break the rules here is a stage that believes an earlier look instead of looking again under its lock (QUOTA-6, -9, -14):
 *
 * 1. core 0 sees that its ledger is full and means to borrow;
 * 2. core 1 releases a unit of that very ledger;
 * 3. core 0 borrows a chunk although a unit is free, if it does not ask once more.
 */
import { Outcome, Stage } from "../../spec/quota/terms.ts";
import * as side from "../../spec/side.ts";
import type { Moved } from "../../spec/side.ts";
import { acquire, load, peek, poke, release } from "../accessor.ts";
import { count, fits, renew, sharedPart, shift } from "./ledger.ts";
import type { QuotaMemory } from "./memory.ts";
import * as words from "./words.ts";

const { Next } = side;
const { Field, Ledger, Node, Published, Step } = words;
const { "look-up": lookUpStage, unlimited: unlimitedStage, "init-core": initCoreStage, "init-global": initGlobalStage, "refresh-core": refreshStage, deny: denyStage } = Stage;

/** `look-up`: whether a quota is published, at a glance; without one the request is `unlimited`. */
export function lookUp(m: QuotaMemory, r: number, moved: Moved): void {
  const packed = load(m.mem, m.generationAt + m.publishedOf(m.records[r + Field.pair]));
  if ((packed & 1) === 0) return unlimited(m, r, moved);
  m.records[r + Field.seen] = packed >> 1;
  m.records[r + Field.step] = Step.use;
  moved.stages.push(m.stage0 + lookUpStage);
}

function unlimited(m: QuotaMemory, r: number, moved: Moved): void {
  m.records[r + Field.granted] += m.records[r + Field.wanted];
  moved.stages.push(m.stage0 + unlimitedStage);
  moved.next = Next.done;
}

/** `use`: a unit that is free at this core. Otherwise nothing is reported, and the stage that is needed comes next. */
export function use(m: QuotaMemory, r: number, moved: Moved): void {
  const { mem } = m;
  const id = m.ledgerOf(r);
  const ledger = m.ledgerAt + id * Ledger.words;
  acquire(mem, m.ledgerLockAt + id);
  if (peek(mem, ledger + Ledger.present) === 0) m.records[r + Field.step] = Step.initCore;
  else if (peek(mem, ledger + Ledger.ready) === 0) m.records[r + Field.step] = Step.initGlobal;
  else if (peek(mem, ledger + Ledger.generation) < m.records[r + Field.seen]) m.records[r + Field.step] = Step.refresh;
  else if (fits(m, ledger)) count(m, r, id, 0, moved);
  else m.records[r + Field.step] = Step.borrow;
  release(mem, m.ledgerLockAt + id);
}

/** `init-core`: the ledger of this core, from what is published now. */
export function initCore(m: QuotaMemory, r: number, moved: Moved): void {
  const { mem } = m;
  const id = m.ledgerOf(r);
  const at = m.publishedOf(m.records[r + Field.pair]);
  acquire(mem, m.publishedLockAt + at);
  acquire(mem, m.ledgerLockAt + id);
  const packed = load(mem, m.generationAt + at);
  if ((packed & 1) === 0) unlimited(m, r, moved);
  else {
    const ledger = m.ledgerAt + id * Ledger.words;
    const from = m.publishedAt + at * Published.words;
    const { present, generation, exclusive, chunk } = m.layout.core;
    poke(mem, ledger + Ledger.present, 1);
    poke(mem, ledger + Ledger.generation, packed >> 1);
    poke(mem, ledger + Ledger.exclusive, peek(mem, from + Published.exclusive));
    poke(mem, ledger + Ledger.chunk, peek(mem, from + Published.chunk));
    moved.writes.push(present + id);
    moved.writes.push(generation + id);
    moved.writes.push(exclusive + id);
    moved.writes.push(chunk + id);
    moved.stages.push(m.stage0 + initCoreStage);
    m.records[r + Field.step] = Step.initGlobal;
  }
  release(mem, m.ledgerLockAt + id);
  release(mem, m.publishedLockAt + at);
}

/** `init-global`: the node's record, from what is published now; nothing is reported if another core has made it meanwhile. */
export function initGlobal(m: QuotaMemory, r: number, moved: Moved): void {
  const { mem } = m;
  const id = m.ledgerOf(r);
  const pair = m.records[r + Field.pair];
  const node = m.nodeAt + pair * Node.words;
  const at = m.publishedOf(pair);
  acquire(mem, m.publishedLockAt + at);
  acquire(mem, m.ledgerLockAt + id);
  acquire(mem, m.nodeLockAt + pair);
  const packed = load(mem, m.generationAt + at);
  const absent = peek(mem, node + Node.present) === 0;
  if (absent && (packed & 1) === 1) {
    const part = sharedPart(m, at);
    const { present, generation, total, remaining } = m.layout.global;
    poke(mem, node + Node.present, 1);
    poke(mem, node + Node.generation, packed >> 1);
    poke(mem, node + Node.total, part);
    poke(mem, node + Node.remaining, part);
    moved.writes.push(present + pair);
    moved.writes.push(generation + pair);
    moved.writes.push(total + pair);
    moved.writes.push(remaining + pair);
    moved.stages.push(m.stage0 + initGlobalStage);
  } else if (absent) unlimited(m, r, moved);
  // Once the node's record is there it is there for good, and the ledger need not ask again.
  poke(mem, m.ledgerAt + id * Ledger.words + Ledger.ready, peek(mem, node + Node.present));
  m.records[r + Field.step] = Step.use;
  release(mem, m.nodeLockAt + pair);
  release(mem, m.ledgerLockAt + id);
  release(mem, m.publishedLockAt + at);
}

/** `refresh-core`: the ledger of this core goes over to what is published; nothing is reported if the change itself has come by since the look. */
export function refresh(m: QuotaMemory, r: number, moved: Moved): void {
  const { mem } = m;
  const id = m.ledgerOf(r);
  const pair = m.records[r + Field.pair];
  const at = m.publishedOf(pair);
  m.records[r + Field.step] = Step.use;
  acquire(mem, m.publishedLockAt + at);
  acquire(mem, m.ledgerLockAt + id);
  acquire(mem, m.nodeLockAt + pair);
  if (peek(mem, m.ledgerAt + id * Ledger.words + Ledger.generation) < m.records[r + Field.seen]) {
    if ((load(mem, m.generationAt + at) & 1) === 0) unlimited(m, r, moved);
    else {
      renew(m, id, pair, at, moved);
      moved.stages.push(m.stage0 + refreshStage);
    }
  }
  release(mem, m.nodeLockAt + pair);
  release(mem, m.ledgerLockAt + id);
  release(mem, m.publishedLockAt + at);
}

/** `borrow`: a chunk of shared units, or what remains of one, and a unit of it; or `deny`. Nothing is reported if a unit has become free since the look. */
export function borrow(m: QuotaMemory, r: number, moved: Moved): void {
  const { mem } = m;
  const id = m.ledgerOf(r);
  const pair = m.records[r + Field.pair];
  const ledger = m.ledgerAt + id * Ledger.words;
  m.records[r + Field.step] = Step.use;
  acquire(mem, m.ledgerLockAt + id);
  acquire(mem, m.nodeLockAt + pair);
  const remaining = peek(mem, m.nodeAt + pair * Node.words + Node.remaining);
  if (!fits(m, ledger)) {
    if (remaining >= 1) {
      const grant = Math.min(peek(mem, ledger + Ledger.chunk), remaining);
      shift(m, id, pair, grant, moved);
      count(m, r, id, grant, moved);
    } else {
      m.records[r + Field.answer] = Outcome.denied;
      moved.stages.push(m.stage0 + denyStage);
      moved.next = Next.done;
    }
  }
  release(mem, m.nodeLockAt + pair);
  release(mem, m.ledgerLockAt + id);
}
