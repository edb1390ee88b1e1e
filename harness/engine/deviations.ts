/**
 * The schedule as it departs from the base schedule: those departures a case asks for, and those that were made.
 *
 * A departure is looked up where the base schedule stands: by the task it would move and the moves this one has made.
 * Several at one point are used in list order, one at each visit. One whose target cannot run, or is what the base
 * schedule would move anyway, is passed over for good.
 */
import type { Deviation } from "./case.ts";
import { hashId } from "./random.ts";
import type { Tasks } from "./tasks.ts";

export class Deviations {
  readonly #tasks: Tasks;
  #asked: readonly Deviation[] = [];
  /** Chains of asked departures by the low bits of the task's key; `#following` links them in list order. */
  #first = new Int32Array(16);
  #following = new Int32Array(16);
  #taskKey = new Int32Array(16);
  #spent = new Uint8Array(16);
  #mask = 15;
  /** Departures made, three words each: slot the base schedule stood at, its moves, slot that was moved. */
  #made = new Int32Array(192);
  madeCount = 0;
  constructor(tasks: Tasks) {
    this.#tasks = tasks;
  }

  get askedCount(): number {
    return this.#asked.length;
  }

  open(asked: readonly Deviation[]): void {
    this.#asked = asked;
    this.madeCount = 0;
    const count = asked.length;
    if (count === 0) return;
    if (this.#following.length < count) {
      let length = this.#following.length;
      while (length < count) length *= 2;
      this.#first = new Int32Array(length);
      this.#following = new Int32Array(length);
      this.#taskKey = new Int32Array(length);
      this.#spent = new Uint8Array(length);
      this.#mask = length - 1;
    }
    this.#first.fill(-1);
    for (let i = count - 1; i >= 0; i--) {
      const key = hashId(asked[i].task);
      this.#taskKey[i] = key;
      this.#spent[i] = 0;
      this.#following[i] = this.#first[key & this.#mask];
      this.#first[key & this.#mask] = i;
    }
  }

  /** The slot to move instead of `base`, or `base` itself. */
  choose(runnable: Int32Array, count: number, base: number): number {
    const key = this.#tasks.key[base];
    for (let i = this.#first[key & this.#mask]; i >= 0; i = this.#following[i]) {
      if (this.#taskKey[i] !== key || this.#spent[i] === 1) continue;
      const asked = this.#asked[i];
      if (asked.step !== this.#tasks.moves[base] || asked.task !== this.#tasks.id[base]) continue;
      this.#spent[i] = 1;
      for (let r = 0; r < count; r++) {
        const slot = runnable[r];
        if (slot !== base && this.#tasks.id[slot] === asked.run) return slot;
      }
    }
    return base;
  }

  /** Notes that `run` was moved where the base schedule would have moved `base`. */
  made(base: number, moves: number, run: number): void {
    const at = this.madeCount * 3;
    if (at + 3 > this.#made.length) {
      const wider = new Int32Array(this.#made.length * 2);
      wider.set(this.#made);
      this.#made = wider;
    }
    this.#made[at] = base;
    this.#made[at + 1] = moves;
    this.#made[at + 2] = run;
    this.madeCount++;
  }

  /** The departures made, three words each, in a buffer of their own. */
  copyMade(): Int32Array {
    return this.#made.slice(0, this.madeCount * 3);
  }
}
