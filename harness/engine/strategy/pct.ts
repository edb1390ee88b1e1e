/**
 * Probabilistic concurrency testing. Every lane has a random priority; the runnable task of the highest moves, until at one of d − 1 steps, drawn
 * over the length that is expected, the lane that would move falls below all others. A bug of depth d among n lanes and k steps is met with
 * probability at least 1 / (n · k^(d−1)) a run. Lanes that are blocked are passed over, as they are not runnable.
 */
import { mix32 } from "../random.ts";
import type { Strategy } from "../run.ts";

const depthMax = 4;

export class PctStrategy implements Strategy {
  readonly name = "pct";
  #seed = 0;
  #laneOf: Int32Array = new Int32Array(0);
  /** By lane + 1; 0: not drawn yet. */
  #priority = new Int32Array(256);
  readonly #changeAt = new Int32Array(depthMax);
  #changes = 0;
  #lowest = 0;
  readonly #depth: number;

  /** With a depth of 0 each case draws its own from 1 to 4. */
  constructor(depth = 0) {
    this.#depth = depth;
  }

  begin(seed: number, lengthGuess: number, _taskCountMax: number, laneOf: Int32Array): void {
    this.#seed = mix32(seed, 0x706374);
    this.#laneOf = laneOf;
    this.#priority.fill(0);
    const depth = this.#depth > 0 ? this.#depth : 1 + ((mix32(this.#seed, 1) >>> 0) % depthMax);
    this.#changes = depth - 1;
    for (let i = 0; i < this.#changes; i++) this.#changeAt[i] = (mix32(this.#seed, 16 + i) >>> 0) % Math.max(1, lengthGuess);
    this.#lowest = 0;
  }

  choose(runnable: Int32Array, count: number, _current: number, step: number): number {
    let best = this.#highest(runnable, count);
    for (let i = 0; i < this.#changes; i++) {
      if (this.#changeAt[i] !== step) continue;
      this.#priority[this.#laneOf[best] + 1] = --this.#lowest;
      best = this.#highest(runnable, count);
    }
    return best;
  }

  #highest(runnable: Int32Array, count: number): number {
    let best = runnable[0];
    let bestPriority = this.#priorityOf(this.#laneOf[best] + 1);
    for (let i = 1; i < count; i++) {
      const priority = this.#priorityOf(this.#laneOf[runnable[i]] + 1);
      if (priority > bestPriority) {
        best = runnable[i];
        bestPriority = priority;
      }
    }
    return best;
  }

  #priorityOf(lane: number): number {
    if (lane >= this.#priority.length) {
      const wider = new Int32Array(lane * 2);
      wider.set(this.#priority);
      this.#priority = wider;
    }
    if (this.#priority[lane] === 0) this.#priority[lane] = 1 + (mix32(this.#seed, 1000 + lane) >>> 1);
    return this.#priority[lane];
  }
}
