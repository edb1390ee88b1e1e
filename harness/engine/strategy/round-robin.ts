/** The cores in turn, one step each: the next runnable lane after the one that moved last. */
import type { Strategy } from "../run.ts";

export class RoundRobinStrategy implements Strategy {
  readonly name = "round-robin";
  #laneOf: Int32Array = new Int32Array(0);
  #last = -1;
  begin(_seed: number, _lengthGuess: number, _taskCountMax: number, laneOf: Int32Array): void {
    this.#laneOf = laneOf;
    this.#last = -1;
  }
  choose(runnable: Int32Array, count: number): number {
    // The smallest lane above the last one; if there is none, the smallest of all. Events of no lane (-1) count as lane 0's elder.
    let next = -1;
    let first = runnable[0];
    for (let i = 0; i < count; i++) {
      const slot = runnable[i];
      const lane = this.#laneOf[slot];
      if (lane < this.#laneOf[first]) first = slot;
      if (lane > this.#last && (next < 0 || lane < this.#laneOf[next])) next = slot;
    }
    const chosen = next < 0 ? first : next;
    this.#last = this.#laneOf[chosen];
    return chosen;
  }
}
