/** Stays with the current task with a likelihood drawn once a case: long runs with few switches reach other faults than an even spread. */
import { mix32 } from "../random.ts";
import type { Strategy } from "../run.ts";

export class StickyStrategy implements Strategy {
  readonly name = "sticky";
  #state = 0;
  /** Out of 256: how often the current task goes on. */
  #stay = 0;
  begin(seed: number): void {
    this.#state = mix32(seed, 0x7374696b);
    this.#stay = 128 + (mix32(this.#state, -1) >>> 0) % 120;
  }
  choose(runnable: Int32Array, count: number, current: number, step: number): number {
    if (count === 1) return current;
    const draw = mix32(this.#state, step) >>> 0;
    if ((draw & 255) < this.#stay) return current;
    return runnable[((draw >>> 8) % count) | 0];
  }
}
