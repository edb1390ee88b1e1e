/** Bitmaps that a lock guards, searched 32 bits at a time: free units, free pages, free ports, queues of locked kinds. Everything here is done under that lock. */
import { lowestBit, within } from "../bits.ts";
import { peek, poke } from "../accessor.ts";

/** Lowest bit from `from` to `to` - 1 that is set (`flip` 0) or not (`flip` -1) in the bitmap at word `at`; `to` if there is none. */
export function nextBit(mem: Int32Array, at: number, from: number, to: number, flip: number): number {
  for (let base = from & ~31; base < to; base += 32) {
    const bits = within(peek(mem, at + (base >>> 5)) ^ flip, base, from, to);
    if (bits !== 0) return base + lowestBit(bits);
  }
  return to;
}

/** A bit that is set, of the first `size`: the next from `start` on, cyclically; -1: none is. */
export function findBit(mem: Int32Array, at: number, start: number, size: number): number {
  const later = nextBit(mem, at, start, size, 0);
  if (later < size) return later;
  const earlier = nextBit(mem, at, 0, size, 0);
  return earlier < size ? earlier : -1;
}

/** A bit becomes 1. */
export function setBit(mem: Int32Array, at: number, bit: number): void {
  const word = at + (bit >>> 5);
  poke(mem, word, peek(mem, word) | (1 << (bit & 31)));
}
/** A bit becomes 0. */
export function clearBit(mem: Int32Array, at: number, bit: number): void {
  const word = at + (bit >>> 5);
  poke(mem, word, peek(mem, word) & ~(1 << (bit & 31)));
}
