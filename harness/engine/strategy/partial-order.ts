/**
 * Partial-order sampling (Yuan and others, CAV 2018). Every pending step has a random priority, drawn anew when it becomes the next of its task; the highest moves. Then the
 * steps that race with it are drawn anew too, so that each order of two racing steps is as likely whatever happened before, while orders that make no difference cost nothing.
 *
 * What a pending step will touch is not known here, as it has not been made. It is guessed: a task that has begun is taken to touch again what it has written, so it races with a
 * step that writes the same entry. Looks that write nothing are never seen to race; they keep their priorities, as in the sampling without reassignment.
 */
import type { Ints } from "../contract.ts";
import { mix32 } from "../random.ts";
import type { Strategy } from "../run.ts";

export class PartialOrderStrategy implements Strategy {
  readonly name = "partial-order";
  #seed = 0;
  #draws = 0;
  #laneOf: Int32Array = new Int32Array(0);
  /** By slot; 0: not drawn yet. */
  #priority = new Int32Array(0);
  /** Who wrote an entry last, by entry. Finished tasks may stand here: their priorities count for nothing. */
  readonly #writer = new Map<number, number>();

  begin(seed: number, _lengthGuess: number, taskCountMax: number, laneOf: Int32Array): void {
    this.#seed = mix32(seed, 0x706f73);
    this.#draws = 0;
    this.#laneOf = laneOf;
    if (this.#priority.length < taskCountMax) this.#priority = new Int32Array(taskCountMax);
    else this.#priority.fill(0);
    this.#writer.clear();
  }

  choose(runnable: Int32Array, count: number): number {
    let best = runnable[0];
    for (let i = 0; i < count; i++) {
      const slot = runnable[i];
      if (this.#priority[slot] === 0) this.#draw(slot);
      if (this.#priority[slot] > this.#priority[best]) best = slot;
    }
    return best;
  }

  after(slot: number, _next: 0 | 1 | 2, writes: Ints): void {
    this.#priority[slot] = 0;
    for (let i = 0; i < writes.count; i++) {
      const entry = writes.items[i];
      const other = this.#writer.get(entry);
      if (other !== undefined && this.#laneOf[other] !== this.#laneOf[slot]) this.#priority[other] = 0;
      this.#writer.set(entry, slot);
    }
  }

  #draw(slot: number): void {
    this.#priority[slot] = 1 + (mix32(this.#seed, this.#draws++) >>> 1);
  }
}
