/** Every schedule of a case that departs from the base schedule at most so often, one run after the other: the quickest way where departures are few. */
import type { Strategy } from "../run.ts";

export class Departures implements Strategy {
  readonly name = "departures";
  readonly #most: number;
  /** At each choice of the present schedule: which was taken (0: what the base schedule runs), of how many. */
  readonly #taken: number[] = [];
  readonly #of: number[] = [];
  #depth = 0;
  #departed = 0;

  constructor(most: number) {
    this.#most = most;
  }

  begin(): void {
    this.#depth = this.#departed = 0;
  }

  choose(runnable: Int32Array, count: number, current: number): number {
    const at = this.#depth++;
    if (at === this.#taken.length) this.#taken.push(0);
    this.#of[at] = this.#departed < this.#most ? count : 1;
    let left = this.#taken[at];
    if (left === 0) return current;
    this.#departed++;
    for (let i = 0; i < count; i++) if (runnable[i] !== current && --left === 0) return runnable[i];
    throw new Error("fewer tasks can run than when this schedule was walked through last: the same case ran otherwise");
  }

  /** Goes on to the next schedule; false after the last. */
  next(): boolean {
    this.#taken.length = this.#depth;
    while (this.#taken.length > 0 && this.#taken[this.#taken.length - 1] + 1 >= this.#of[this.#taken.length - 1]) this.#taken.pop();
    if (this.#taken.length === 0) return false;
    this.#taken[this.#taken.length - 1]++;
    return true;
  }
}
