/**
 * Numbers drawn from seeds. Nothing here keeps hidden state: every value is a function of what is passed in, so a
 * program in any language can compute the same draws (all arithmetic is on 32-bit words, `imul` keeps the low word).
 */
import type { Random } from "./contract.ts";

/**
 * Hash of two 32-bit words, as an unsigned 32-bit word:
 * `h = imul(a ^ a>>>16 ^ 0x6a09e667, 0x21f0aaad)`, `h = (h ^ h>>>15) + imul(b, 0x9e3779b1)`,
 * `h = imul(h ^ h>>>16, 0x21f0aaad)`, `h = imul(h ^ h>>>15, 0x735a2d97)`, answer `h ^ h>>>15`.
 */
export function mix32(a: number, b: number): number {
  let h = Math.imul(a ^ (a >>> 16) ^ 0x6a09e667, 0x21f0aaad);
  h = ((h ^ (h >>> 15)) + Math.imul(b, 0x9e3779b1)) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x21f0aaad);
  h = Math.imul(h ^ (h >>> 15), 0x735a2d97);
  return (h ^ (h >>> 15)) >>> 0;
}

/** Hash of an id, a signed 32-bit word: FNV-1a over its UTF-16 units, so that the hash of a longer id goes on from that of its beginning. */
export function hashId(text: string): number {
  return hashOn(0x811c9dc5 | 0, text);
}

/** `hashOn(hashId(a), b)` is `hashId(a + b)`. */
export function hashOn(hash: number, text: string): number {
  let h = hash;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h;
}

/** The draw a side gets: an unsigned 32-bit word, a function of the case's seed, the task's key, the stage and the count alone. */
export function drawOf(seed: number, key: number, stage: number, count: number): number {
  return mix32(mix32(mix32(seed, key), stage), count);
}

/** Draws for making cases: the n-th value is `mix32(seed, n)`, so it does not depend on what was asked before, only on how often. */
export class SeededRandom implements Random {
  readonly #seed: number;
  #count = 0;
  constructor(seed: number) {
    this.#seed = seed | 0;
  }
  /** The next unsigned 32-bit word. */
  word(): number {
    return mix32(this.#seed, this.#count++);
  }
  int(below: number): number {
    return Math.floor((this.word() / 0x1_0000_0000) * below);
  }
  oneIn(n: number): boolean {
    return this.int(n) === 0;
  }
  pick<T>(items: readonly T[]): T {
    return items[this.int(items.length)];
  }
}
