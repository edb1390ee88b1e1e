/**
 * A core's own table: open addressing over pairs of words (hash; object × 2 + side + 1, 0 empty), at most half full. Nobody else touches it.
 *
 * Beside it the core keeps two lists as bitmaps, so that it need not walk the table: the keys in it (object × 2 + side), and the leads of the sessions that concern it.
 */
import { lowestBit, within } from "../bits.ts";
import type { Moved } from "../../spec/side.ts";
import { matches } from "./keys.ts";
import type { NatMemory } from "./memory.ts";
import * as words from "./words.ts";

const { Key } = words;

/** First word of the slot that a hash begins at. */
function slotOf(m: NatMemory, core: number, hash: number): number {
  return m.tableAt + (core * (m.ownMask + 1) + (hash & m.ownMask)) * 2;
}
function following(m: NatMemory, core: number, slot: number): number {
  const first = m.tableAt + core * (m.ownMask + 1) * 2;
  return slot + 2 === first + (m.ownMask + 1) * 2 ? first : slot + 2;
}

/** The structure that stands under a key in a core's table; -1: none. */
export function findOwn(m: NatMemory, core: number, keys: Int32Array, at: number): number {
  const { own } = m;
  const hash = keys[at + Key.hash];
  for (let slot = slotOf(m, core, hash); own[slot + 1] !== 0; slot = following(m, core, slot)) {
    const ref = own[slot + 1] - 1;
    if (own[slot] === hash && (ref & 1) === keys[at + Key.side] && matches(m, keys, at, ref >> 1)) return ref >> 1;
  }
  return -1;
}

/** Key `n` of the session at hand, which the table lacks, goes in. */
export function insertOwn(m: NatMemory, core: number, n: number, moved: Moved): void {
  const { own, keys } = m;
  const at = n * Key.words;
  let slot = slotOf(m, core, keys[at + Key.hash]);
  while (own[slot + 1] !== 0) slot = following(m, core, slot);
  own[slot] = keys[at + Key.hash];
  own[slot + 1] = keys[at + Key.ref] + 1;
  setBit(own, m.heldAt + core * m.heldWords, keys[at + Key.ref]);
  moved.writes.push(m.layout.local.keys + core * m.objects + (keys[at + Key.ref] >> 1));
}

/** Whether the table has key `n` of the session at hand. */
export function hasOwn(m: NatMemory, core: number, n: number): boolean {
  return findOwn(m, core, m.keys, n * Key.words) >= 0;
}

/** Key `n` of the session at hand goes out, if it is there; what was put further on because of it moves up. */
export function removeOwn(m: NatMemory, core: number, n: number, moved: Moved): void {
  const { own, keys } = m;
  const ref = keys[n * Key.words + Key.ref];
  if (!hasBit(own, m.heldAt + core * m.heldWords, ref)) return;
  let hole = slotOf(m, core, keys[n * Key.words + Key.hash]);
  while (own[hole + 1] !== ref + 1) hole = following(m, core, hole);
  const mask = (m.ownMask + 1) * 2 - 1;
  for (let slot = following(m, core, hole); own[slot + 1] !== 0; slot = following(m, core, slot)) {
    // It stays if its search begins after the hole.
    if (((slot - slotOf(m, core, own[slot])) & mask) < ((slot - hole) & mask)) continue;
    own[hole] = own[slot];
    own[hole + 1] = own[slot + 1];
    hole = slot;
  }
  own[hole + 1] = 0;
  clearBit(own, m.heldAt + core * m.heldWords, ref);
  moved.writes.push(m.layout.local.keys + core * m.objects + (ref >> 1));
}

/** A session concerns this core from now on. */
export function listSession(m: NatMemory, core: number, lead: number): void {
  setBit(m.own, m.sessionsAt + core * m.listWords, lead);
}
/** It no longer does. */
export function unlistSession(m: NatMemory, core: number, lead: number): void {
  clearBit(m.own, m.sessionsAt + core * m.listWords, lead);
}
/** Whether it does. */
export function isListed(m: NatMemory, core: number, lead: number): boolean {
  return hasBit(m.own, m.sessionsAt + core * m.listWords, lead);
}

/** First session of this core whose lead is `from` or later; -1: none. */
export function nextSession(m: NatMemory, core: number, from: number): number {
  return nextBit(m.own, m.sessionsAt + core * m.listWords, from, m.objects);
}
/** First key of this core's table, `from` or later: object × 2 + side; -1: none. */
export function nextKey(m: NatMemory, core: number, from: number): number {
  return nextBit(m.own, m.heldAt + core * m.heldWords, from, m.objects * 2);
}

function hasBit(own: Int32Array, list: number, bit: number): boolean {
  return ((own[list + (bit >>> 5)] >>> (bit & 31)) & 1) === 1;
}
function setBit(own: Int32Array, list: number, bit: number): void {
  own[list + (bit >>> 5)] |= 1 << (bit & 31);
}
function clearBit(own: Int32Array, list: number, bit: number): void {
  own[list + (bit >>> 5)] &= ~(1 << (bit & 31));
}
function nextBit(own: Int32Array, list: number, from: number, to: number): number {
  for (let base = from & ~31; base < to; base += 32) {
    const bits = within(own[list + (base >>> 5)], base, from, to);
    if (bits !== 0) return base + lowestBit(bits);
  }
  return -1;
}
