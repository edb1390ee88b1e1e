/** Paired addresses and sessions counted: two words and one word a subscriber, a lock each. Subscribers here are positions. */
import type { Moved } from "../../spec/side.ts";
import { acquire, peek, poke, release } from "../accessor.ts";
import type { NatMemory } from "./memory.ts";

/** The subscriber's paired address (position + 1) is used once more; 0: it has none. */
export function usePair(m: NatMemory, subscriber: number, moved: Moved): number {
  return pair(m, subscriber, 0, moved);
}

/** The subscriber gets `address` (position + 1), unless it has a paired address by now; used once more either way. Returns what it had before, 0 for none. */
export function insertPair(m: NatMemory, subscriber: number, address: number, moved: Moved): number {
  return pair(m, subscriber, address, moved);
}

function pair(m: NatMemory, subscriber: number, address: number, moved: Moved): number {
  const { mem } = m;
  const at = m.pairAt + subscriber * 2;
  acquire(mem, m.pairLockAt + subscriber);
  const before = peek(mem, at);
  if (before === 0 && address !== 0) setAddress(m, subscriber, address, moved);
  if (before !== 0 || address !== 0) count(m, subscriber, 1, moved);
  release(mem, m.pairLockAt + subscriber);
  return before;
}

/** One use less; with the last the subscriber has no paired address any more. */
export function givePair(m: NatMemory, subscriber: number, moved: Moved): void {
  acquire(m.mem, m.pairLockAt + subscriber);
  count(m, subscriber, -1, moved);
  if (peek(m.mem, m.pairAt + subscriber * 2 + 1) === 0) setAddress(m, subscriber, 0, moved);
  release(m.mem, m.pairLockAt + subscriber);
}

function setAddress(m: NatMemory, subscriber: number, address: number, moved: Moved): void {
  poke(m.mem, m.pairAt + subscriber * 2, address);
  moved.writes.push(m.layout.subscriber.pairAddress + subscriber);
}
function count(m: NatMemory, subscriber: number, by: number, moved: Moved): void {
  const at = m.pairAt + subscriber * 2 + 1;
  poke(m.mem, at, peek(m.mem, at) + by);
  moved.writes.push(m.layout.subscriber.pairCount + subscriber);
}

/** One session more for the subscriber; false at the limit. Without a limit nothing is counted. */
export function takeQuota(m: NatMemory, subscriber: number, moved: Moved): boolean {
  if (m.quota === -1) return true;
  acquire(m.mem, m.quotaLockAt + subscriber);
  const sessions = peek(m.mem, m.quotaAt + subscriber);
  const fits = sessions < m.quota;
  if (fits) setSessions(m, subscriber, sessions + 1, moved);
  release(m.mem, m.quotaLockAt + subscriber);
  return fits;
}

/** One session less. */
export function giveQuota(m: NatMemory, subscriber: number, moved: Moved): void {
  if (m.quota === -1) return;
  acquire(m.mem, m.quotaLockAt + subscriber);
  setSessions(m, subscriber, peek(m.mem, m.quotaAt + subscriber) - 1, moved);
  release(m.mem, m.quotaLockAt + subscriber);
}

function setSessions(m: NatMemory, subscriber: number, sessions: number, moved: Moved): void {
  poke(m.mem, m.quotaAt + subscriber, sessions);
  moved.writes.push(m.layout.subscriber.sessions + subscriber);
}
