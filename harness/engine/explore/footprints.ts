/**
 * Footprints of steps: which places a step read and which it wrote; and whether two steps can be made in either order with the same end.
 *
 * Places are words of shared memory, as the accessor saw them, and entries of the model's view. Two steps of different cores that can both be made now and neither of
 * which writes what the other touches do not see each other: each does the same after the other as before it, and both orders end in the same
 * state. What a core keeps for itself is touched by its own tasks alone, so tasks of one lane always depend on each other; so do steps that send or set timers
 * (the tasks they make are numbered in the order made), steps that let a waiting task go (its core is not free for others any more), every event that is no
 * operation (clocks, nodes), and two operations that would use up the same one.
 *
 * What is not seen: reads that go past the accessor. Such words do not change while somebody knows of them; that both orders do end alike is tried in the tests.
 */
import type { Ints } from "../contract.ts";

/** The number of the footprint that depends on everything. */
export const wide = 0;
/** The number of the footprint of a step that touched nothing that others see. */
export const none = 1;

export class Footprints {
  /** By number: the places, ascending, doubled, one more where written. */
  readonly #places: (Int32Array | undefined)[] = [undefined, new Int32Array(0)];
  readonly #numbers = new Map<string, number>([["", none]]);
  readonly #meet = new Map<number, boolean>();

  /** The number of the footprint with these places, in any order, some perhaps twice. */
  numberOf(noted: Ints): number {
    if (noted.count === 0) return none;
    const sorted = noted.items.slice(0, noted.count).sort();
    let count = 0;
    for (let i = 0; i < sorted.length; i++) {
      // A place both read and written stands as written.
      if (i + 1 < sorted.length && sorted[i + 1] >> 1 === sorted[i] >> 1) continue;
      sorted[count++] = sorted[i];
    }
    const places = sorted.slice(0, count);
    const key = places.join();
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.#places.push(places) - 1;
      this.#numbers.set(key, number);
    }
    return number;
  }

  /** Both in one. */
  union(one: number, other: number, scratch: Ints): number {
    if (one === other || other === none) return one;
    if (one === none) return other;
    if (one === wide || other === wide) return wide;
    scratch.clear();
    for (const number of [one, other]) scratch.pushAll(this.#places[number]!);
    return this.numberOf(scratch);
  }

  /** Whether one writes what the other touches. */
  meet(one: number, other: number): boolean {
    if (one === wide || other === wide) return true;
    if (one === none || other === none) return false;
    const key = one < other ? one * 2 ** 24 + other : other * 2 ** 24 + one;
    let known = this.#meet.get(key);
    if (known === undefined) {
      known = this.#crossing(this.#places[one]!, this.#places[other]!);
      this.#meet.set(key, known);
    }
    return known;
  }

  #crossing(one: Int32Array, other: Int32Array): boolean {
    let b = 0;
    for (const place of one) {
      while (b < other.length && other[b] >> 1 < place >> 1) b++;
      if (b < other.length && other[b] >> 1 === place >> 1 && ((other[b] | place) & 1) === 1) return true;
    }
    return false;
  }
}
