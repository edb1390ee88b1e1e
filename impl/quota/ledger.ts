/** The arithmetic of the ledgers. Everything here is done under the locks that each function names, within the stage that took them. */
import { Stage } from "../../spec/quota/terms.ts";
import * as side from "../../spec/side.ts";
import type { Moved } from "../../spec/side.ts";
import { load, peek, poke } from "../accessor.ts";
import type { QuotaMemory } from "./memory.ts";
import * as words from "./words.ts";

const { Next } = side;
const { Field, Ledger, Node, Published } = words;
const { borrow, use } = Stage;

/** Under the ledger's lock: a unit is free at this core. */
export function fits({ mem }: QuotaMemory, ledger: number): boolean {
  return peek(mem, ledger + Ledger.used) < peek(mem, ledger + Ledger.exclusive) + peek(mem, ledger + Ledger.held);
}

/** Under the ledger's lock: more is free than a chunk, while shared units are held. */
export function tooMuch({ mem }: QuotaMemory, ledger: number): boolean {
  const held = peek(mem, ledger + Ledger.held);
  return held > 0 && peek(mem, ledger + Ledger.exclusive) + held - peek(mem, ledger + Ledger.used) > peek(mem, ledger + Ledger.chunk);
}

/** Under the ledger's lock: one more in use for the operation; `chunk` shared units came with it. */
export function count(m: QuotaMemory, r: number, id: number, chunk: number, moved: Moved): void {
  const { records } = m;
  const used = m.ledgerAt + id * Ledger.words + Ledger.used;
  poke(m.mem, used, peek(m.mem, used) + 1);
  moved.writes.push(m.layout.core.used + id);
  moved.stages.push(m.stage0 + (chunk > 0 ? borrow : use));
  records[r + Field.chunk] = chunk;
  records[r + Field.granted]++;
  records[r + Field.counted] = 1;
  if (--records[r + Field.wanted] === 0) moved.next = Next.done;
}

/** Under the ledger's lock and the node's: units go from what remains to the core (negative: back). */
export function shift(m: QuotaMemory, id: number, pair: number, units: number, moved: Moved): void {
  const { mem } = m;
  const held = m.ledgerAt + id * Ledger.words + Ledger.held;
  const remaining = m.nodeAt + pair * Node.words + Node.remaining;
  poke(mem, held, peek(mem, held) + units);
  poke(mem, remaining, peek(mem, remaining) - units);
  moved.writes.push(m.layout.core.held + id);
  moved.writes.push(m.layout.global.remaining + pair);
}

/** Under the lock of what is published: the shared part. */
export function sharedPart({ mem, publishedAt, cores }: QuotaMemory, at: number): number {
  const word = publishedAt + at * Published.words;
  return peek(mem, word + Published.total) - cores * peek(mem, word + Published.exclusive);
}

/** Under all three locks: a core's ledger goes over to what is published. */
export function renew(m: QuotaMemory, id: number, pair: number, at: number, moved: Moved): void {
  const { mem } = m;
  const { exclusive, chunk, generation } = m.layout.core;
  const ledger = m.ledgerAt + id * Ledger.words;
  const packed = load(mem, m.generationAt + at);
  if ((packed & 1) === 0 || peek(mem, ledger + Ledger.present) === 0 || peek(mem, ledger + Ledger.generation) === packed >> 1) return;
  const from = m.publishedAt + at * Published.words;
  const old = peek(mem, ledger + Ledger.exclusive);
  const now = peek(mem, from + Published.exclusive);
  const borrowed = Math.max(0, Math.min(peek(mem, ledger + Ledger.used), old) - now);
  const returned = Math.max(0, Math.min(now - old, peek(mem, ledger + Ledger.held)));
  if (borrowed !== returned) shift(m, id, pair, borrowed - returned, moved);
  poke(mem, ledger + Ledger.exclusive, now);
  poke(mem, ledger + Ledger.chunk, peek(mem, from + Published.chunk));
  poke(mem, ledger + Ledger.generation, packed >> 1);
  moved.writes.push(exclusive + id);
  moved.writes.push(chunk + id);
  moved.writes.push(generation + id);
}

/** Under the lock of what is published and the node's: the node's record goes over to what is published. */
export function renewNode(m: QuotaMemory, pair: number, at: number, moved: Moved): void {
  const { mem } = m;
  const { remaining, total, generation } = m.layout.global;
  const node = m.nodeAt + pair * Node.words;
  const packed = load(mem, m.generationAt + at);
  if ((packed & 1) === 0 || peek(mem, node + Node.present) === 0 || peek(mem, node + Node.generation) === packed >> 1) return;
  const part = sharedPart(m, at);
  poke(mem, node + Node.remaining, peek(mem, node + Node.remaining) + part - peek(mem, node + Node.total));
  poke(mem, node + Node.total, part);
  poke(mem, node + Node.generation, packed >> 1);
  moved.writes.push(remaining + pair);
  moved.writes.push(total + pair);
  moved.writes.push(generation + pair);
}
