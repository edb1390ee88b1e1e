/** The accessor module of the toys: the shape of the product's own, except that `acquire` tries once instead of spinning. */

export function load(mem: Int32Array, i: number): number {
  return Atomics.load(mem, i);
}

export function store(mem: Int32Array, i: number, v: number): void {
  Atomics.store(mem, i, v);
}

/** Compare and swap: whether `expected` stood there, and `v` stands there now. */
export function cas(mem: Int32Array, i: number, expected: number, v: number): boolean {
  return Atomics.compareExchange(mem, i, expected, v) === expected;
}

/** Takes the lock (0 free, 1 held) if it is free; whether it did. */
export function acquire(mem: Int32Array, lock: number): boolean {
  return Atomics.compareExchange(mem, lock, 0, 1) === 0;
}

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

/** Declares that lock word `lock` guards the words from `from` up to and without `to`, under rule number `rule`. */
export function guard(_mem: Int32Array, _lock: number, _from: number, _to: number, _rule: number): void {}
