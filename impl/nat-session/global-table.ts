/** The node's global table: buckets of chained keys, a lock a bucket (NAT-9). A link stands for object × 2 + side, + 1; 0 ends a chain. */
import type { Moved } from "../../spec/side.ts";
import { acquire, peek, poke, release } from "../accessor.ts";
import { matches } from "./keys.ts";
import type { NatMemory } from "./memory.ts";
import * as words from "./words.ts";

const { Key } = words;

/** Lock of a key's bucket. */
export function lockOf(m: NatMemory, keys: Int32Array, at: number): number {
  return m.globalLockAt + (keys[at + Key.hash] & m.globalMask);
}

/** Takes the locks of the first `count` keys of the session at hand, 1 or 2. */
export function lockKeys(m: NatMemory, count: number): void {
  const first = lockOf(m, m.keys, 0);
  const second = count === 1 ? first : lockOf(m, m.keys, Key.words);
  acquire(m.mem, Math.min(first, second));
  if (first !== second) acquire(m.mem, Math.max(first, second));
}
/** Lets go of them. */
export function unlockKeys(m: NatMemory, count: number): void {
  const first = lockOf(m, m.keys, 0);
  release(m.mem, first);
  if (count === 1) return;
  const second = lockOf(m, m.keys, Key.words);
  if (first !== second) release(m.mem, second);
}

/** Takes the locks of a session's structures; `partner` is that of the lead, as in its words. */
export function lockObjects(m: NatMemory, lead: number, partner: number): void {
  const other = partner === 0 ? lead : partner - 1;
  acquire(m.mem, m.objectLockAt + Math.min(lead, other));
  if (lead !== other) acquire(m.mem, m.objectLockAt + Math.max(lead, other));
}
/** Lets go of them. */
export function unlockObjects(m: NatMemory, lead: number, partner: number): void {
  release(m.mem, m.objectLockAt + lead);
  if (partner !== 0) release(m.mem, m.objectLockAt + partner - 1);
}

/** Under the bucket's lock: the structure that stands under a key; -1: none. */
export function findGlobal(m: NatMemory, keys: Int32Array, at: number): number {
  const side = keys[at + Key.side];
  for (let link = peek(m.mem, headOf(m, keys, at)); link !== 0; link = m.mem[m.globalLinkAt + link - 1]) {
    if (((link - 1) & 1) === side && matches(m, keys, at, (link - 1) >> 1)) return (link - 1) >> 1;
  }
  return -1;
}

function headOf(m: NatMemory, keys: Int32Array, at: number): number {
  return m.globalAt + (keys[at + Key.hash] & m.globalMask);
}

/** Under the bucket's lock: whether key `n` of the session at hand is there. */
export function hasGlobal(m: NatMemory, n: number): boolean {
  return findGlobal(m, m.keys, n * Key.words) >= 0;
}

/** Under the bucket's lock: key `n` of the session at hand goes in, unless it is there. */
export function insertGlobal(m: NatMemory, n: number, moved: Moved): void {
  if (hasGlobal(m, n)) return;
  const { mem, keys } = m;
  const ref = keys[n * Key.words + Key.ref];
  const head = headOf(m, keys, n * Key.words);
  mem[m.globalLinkAt + ref] = peek(mem, head);
  poke(mem, head, ref + 1);
  moved.writes.push(m.layout.object.global + (ref >> 1));
}

/** Under the bucket's lock: key `n` of the session at hand goes out, if it is there. */
export function removeGlobal(m: NatMemory, n: number, moved: Moved): void {
  const { mem, keys } = m;
  const ref = keys[n * Key.words + Key.ref];
  const head = headOf(m, keys, n * Key.words);
  let link = peek(mem, head);
  let before = head;
  while (link !== 0 && link !== ref + 1) {
    before = m.globalLinkAt + link - 1;
    link = mem[before];
  }
  if (link === 0) return;
  const next = mem[m.globalLinkAt + ref];
  if (before === head) poke(mem, head, next);
  else mem[before] = next;
  moved.writes.push(m.layout.object.global + (ref >> 1));
}
