/** Bitmaps in 32-bit words: bit i of a bitmap is bit i mod 32 of its word floor(i / 32). */

/** Position of the lowest set bit; the word is not 0. */
export function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}

/** A word whose lowest `count` bits are set, 0 to 32; more is 32. */
export function lowBits(count: number): number {
  return count >= 32 ? -1 : ~(-1 << count);
}

/** Words that hold `count` bits. */
export function wordsFor(count: number): number {
  return (count + 31) >>> 5;
}

/** The word without those of its bits that stand for numbers outside `from` to `to` - 1; bit 0 stands for `base`, and `to` lies beyond it. */
export function within(word: number, base: number, from: number, to: number): number {
  return word & ~lowBits(Math.max(0, from - base)) & lowBits(to - base);
}

/** Whether a bit from `from` to `to` - 1 is set in the bitmap that begins at word `at`. */
export function anyBit(mem: Int32Array, at: number, from: number, to: number): boolean {
  for (let base = from & ~31; base < to; base += 32) {
    if (within(mem[at + (base >>> 5)], base, from, to) !== 0) return true;
  }
  return false;
}

/** Sets the first `count` bits of the bitmap that begins at word `at`, and clears the rest of its last word. */
export function fillBits(mem: Int32Array, at: number, count: number): void {
  const whole = count >>> 5;
  mem.fill(-1, at, at + whole);
  if ((count & 31) !== 0) mem[at + whole] = lowBits(count & 31);
}

/** The word with bit i moved to bit i xor x, x from 0 to 31: five conditional exchanges of neighbouring groups. */
export function xorBits(word: number, x: number): number {
  let w = word;
  if (x & 1) w = ((w & 0x55555555) << 1) | ((w >>> 1) & 0x55555555);
  if (x & 2) w = ((w & 0x33333333) << 2) | ((w >>> 2) & 0x33333333);
  if (x & 4) w = ((w & 0x0f0f0f0f) << 4) | ((w >>> 4) & 0x0f0f0f0f);
  if (x & 8) w = ((w & 0x00ff00ff) << 8) | ((w >>> 8) & 0x00ff00ff);
  if (x & 16) w = (w << 16) | (w >>> 16);
  return w;
}

/** The least power of two above `count`: a ring of that size holds so many and wraps round by a mask. */
export function ringSize(count: number): number {
  return 1 << (32 - Math.clz32(count));
}
