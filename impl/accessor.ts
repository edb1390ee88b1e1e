/**
 * The one way to memory that several cores touch: an Int32Array over a SharedArrayBuffer, by word index. Words under a lock are read and
 * written plainly while it is held; every other shared word is accessed atomically, at most once a stage.
 */

/** One atomic load. */
export function load(mem: Int32Array, i: number): number {
  return Atomics.load(mem, i);
}

/** One atomic store. */
export function store(mem: Int32Array, i: number, v: number): void {
  Atomics.store(mem, i, v);
}

/** Compare and swap: whether `expected` stood there, and `v` stands there now. */
export function cas(mem: Int32Array, i: number, expected: number, v: number): boolean {
  return Atomics.compareExchange(mem, i, expected, v) === expected;
}

/** Atomic addition; returns the old value. */
export function add(mem: Int32Array, i: number, d: number): number {
  return Atomics.add(mem, i, d);
}

/** Atomic setting of bits; returns the old value. */
export function or(mem: Int32Array, i: number, bits: number): number {
  return Atomics.or(mem, i, bits);
}

/** Atomic masking of bits; returns the old value. */
export function and(mem: Int32Array, i: number, bits: number): number {
  return Atomics.and(mem, i, bits);
}

/** Takes the lock whose word is `lock` (0 free, 1 held), spinning until it has it; true: it is held now. */
export function acquire(mem: Int32Array, lock: number): boolean {
  while (Atomics.compareExchange(mem, lock, 0, 1) !== 0);
  return true;
}

/** Lets go of a lock that this core holds. */
export function release(mem: Int32Array, lock: number): void {
  Atomics.store(mem, lock, 0);
}

/** Plain read of a guarded word; only under its lock. */
export function peek(mem: Int32Array, i: number): number {
  return mem[i];
}

/** Plain write of a guarded word; only under its lock. */
export function poke(mem: Int32Array, i: number, v: number): void {
  mem[i] = v;
}

/**
 * Declares that lock word `lock` guards the words from `from` up to and without `to`, under rule number `rule`; and each of the locks after it, `count` with it, as many words after these.
 * Nothing to do here: a recording twin checks it.
 */
export function guard(_mem: Int32Array, _lock: number, _from: number, _to: number, _rule: number, _count = 1): void {}
