/**
 * Whose bucket it is; in a node the distribution says it. A core remembers which buckets are its own: only the present core of a bucket moves it, so what it knows stays true until it does so itself, and a packet on its right core
 * asks nobody.
 */
import { load } from "../accessor.ts";
import { bucketOf } from "./keys.ts";
import type { NatMemory } from "./memory.ts";
import * as words from "./words.ts";

const { Key } = words;

/** Whether a core knows a bucket to be its own; if not it may be all the same. */
export function isKnown(m: NatMemory, core: number, bucket: number): boolean {
  return m.own[m.mineAt + core * m.buckets + bucket] === 1;
}

/** The core of a bucket, by the one shared word; a core that finds its own remembers. */
export function askCore(m: NatMemory, core: number, bucket: number): number {
  const right = m.surroundings === undefined ? load(m.mem, m.coreOfAt + bucket) : m.surroundings.coreOfBucket(bucket);
  if (right === core) m.own[m.mineAt + core * m.buckets + bucket] = 1;
  return right;
}

/** The core gives a bucket away. */
export function forget(m: NatMemory, core: number, bucket: number): void {
  m.own[m.mineAt + core * m.buckets + bucket] = 0;
}

/** Whether packets that look key `n` of the session at hand up belong to the core; one shared access at most. In a node only with the buckets locked. */
export function comesHere(m: NatMemory, core: number, n: number): boolean {
  const bucket = bucketOf(m, m.keys, n * Key.words);
  if (isKnown(m, core, bucket)) return true;
  return (m.surroundings === undefined ? askCore(m, core, bucket) : m.surroundings.coreOfLockedBucket(bucket)) === core;
}
