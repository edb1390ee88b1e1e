/** Follows the order of an earlier run, by the names of what it moved; what cannot run when its turn comes is passed over. */
import type { Strategy } from "../run.ts";

export class InOrder implements Strategy {
  readonly name = "in order";
  readonly #order: readonly string[];
  #idOf: readonly string[] = [];
  #at = 0;
  constructor(order: readonly string[]) {
    this.#order = order;
  }

  begin(_seed: number, _lengthGuess: number, _taskCountMax: number, _laneOf: Int32Array, idOf: readonly string[]): void {
    this.#idOf = idOf;
    this.#at = 0;
  }

  choose(runnable: Int32Array, count: number, current: number): number {
    while (this.#at < this.#order.length) {
      const wanted = this.#order[this.#at++];
      for (let i = 0; i < count; i++) if (this.#idOf[runnable[i]] === wanted) return runnable[i];
    }
    return current;
  }
}
