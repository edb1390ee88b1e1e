/** The indirection table, under the lock of the tables: which core a bucket belongs to, by bucket as words and by core as bits, so that the buckets of a core that has gone are found 32 at a time. */
import { lowestBit } from "../bits.ts";
import type { Moved } from "../../spec/side.ts";
import { peek, poke } from "../accessor.ts";
import type { RssMemory } from "./memory.ts";
import * as words from "./words.ts";

const { Node } = words;

/** The core of a bucket. */
export function coreOf({ coreOfAt, mem }: RssMemory, bucket: number): number {
  return peek(mem, coreOfAt + bucket);
}

/** The bucket belongs to a core from now on; one move more is counted. */
export function give(m: RssMemory, bucket: number, to: number, moved: Moved): void {
  const { bucketBitsAt, bucketWords, layout, mem } = m;
  const word = bucket >>> 5;
  const bit = 1 << (bucket & 31);
  const from = bucketBitsAt + coreOf(m, bucket) * bucketWords + word;
  poke(mem, from, peek(mem, from) & ~bit);
  const at = bucketBitsAt + to * bucketWords + word;
  poke(mem, at, peek(mem, at) | bit);
  poke(mem, m.coreOfAt + bucket, to);
  poke(mem, m.nodeAt + Node.moves, peek(mem, m.nodeAt + Node.moves) + 1);
  moved.writes.push(layout.bucket.core + bucket);
  moved.writes.push(layout.node.moves);
}

/** A core + 1 that the bucket is asked back for, or 0. */
export function ask({ askedAt, layout, mem }: RssMemory, bucket: number, asked: number, moved: Moved): void {
  poke(mem, askedAt + bucket, asked);
  moved.writes.push(layout.bucket.asked + bucket);
}

/** The lowest bucket of a core; -1: it has none. */
export function lowestOf({ bucketBitsAt, bucketWords, mem }: RssMemory, core: number): number {
  for (let word = 0; word < bucketWords; word++) {
    const bits = peek(mem, bucketBitsAt + core * bucketWords + word);
    if (bits !== 0) return word * 32 + lowestBit(bits);
  }
  return -1;
}

/** Of 32 buckets from 32 × `word` on those that belong to one of these cores, as bits. */
export function bucketsOf({ bucketBitsAt, bucketWords, mem }: RssMemory, cores: number, word: number): number {
  let bits = 0;
  for (let left = cores; left !== 0; left &= left - 1) bits |= peek(mem, bucketBitsAt + lowestBit(left) * bucketWords + word);
  return bits;
}
