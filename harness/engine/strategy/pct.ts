/**
 * Probabilistic concurrency testing (Burckhardt and others, ASPLOS 2010). Every lane has a random priority; the runnable task of the highest moves, until at one of
 * d − 1 steps, drawn over the length k that is expected, the lane that would move gets the low priority that belongs to that change. A fault of depth d (it takes d
 * constraints on the order of steps) among n lanes and k steps is met with probability at least 1 / (n · k^(d−1)) a run. Lanes that are blocked are passed over, as they
 * are not runnable. An event that is no operation counts as a lane of its own; what waits for one and the same lane (a timer, a message, the next operation) has its turn by a draw.
 *
 * The low priorities belong to the changes as drawn, not to the order in which they come: a lane that is lowered later may stand above one that was lowered before it.
 */
import { mix32 } from "../random.ts";
import type { Strategy } from "../run.ts";
import { Learning } from "./learning.ts";

const depthMax = 8;

export class PctStrategy implements Strategy {
  readonly name = "pct";
  readonly #learning = new Learning();
  #seed = 0;
  #laneOf: Int32Array = new Int32Array(0);
  /** By lane + 1; 0: not drawn yet. */
  #priority = new Int32Array(256);
  readonly #changeAt: Int32Array;
  #changes = 0;
  readonly #depth: number;

  /** A depth for all cases; with 0 it goes deeper from case to case, up to 8. */
  constructor(depth = 0) {
    this.#depth = depth;
    this.#changeAt = new Int32Array(Math.max(depth, depthMax));
  }

  begin(seed: number, lengthGuess: number, _taskCountMax: number, laneOf: Int32Array): void {
    this.#seed = mix32(seed, 0x706374);
    this.#laneOf = laneOf;
    this.#priority.fill(0);
    this.#learning.begin(lengthGuess);
    const { length } = this.#learning;
    this.#changes = (this.#depth > 0 ? this.#depth : this.#learning.depth(this.#seed, depthMax)) - 1;
    for (let i = 0; i < this.#changes; i++) this.#changeAt[i] = mix32(this.#seed, 16 + i) % length;
  }

  choose(runnable: Int32Array, count: number, _current: number, step: number): number {
    this.#learning.choice(step);
    let best = this.#highest(runnable, count);
    for (let i = 0; i < this.#changes; i++) {
      if (this.#changeAt[i] !== step) continue;
      this.#priority[this.#laneOf[best] + 1] = -1 - i;
      best = this.#highest(runnable, count);
    }
    return best;
  }

  ended(): void {
    this.#learning.ended();
  }

  #highest(runnable: Int32Array, count: number): number {
    let best = runnable[0];
    let bestPriority = this.#priorityOf(this.#laneOf[best] + 1);
    for (let i = 1; i < count; i++) {
      const priority = this.#priorityOf(this.#laneOf[runnable[i]] + 1);
      if (priority > bestPriority || (priority === bestPriority && this.#turnOf(runnable[i]) > this.#turnOf(best))) {
        best = runnable[i];
        bestPriority = priority;
      }
    }
    return best;
  }

  #turnOf(slot: number): number {
    return mix32(this.#seed ^ 0x7475726e, slot);
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
