/** Every runnable task is as likely as any other, at every step. */
import { mix32 } from "../random.ts";
import type { Strategy } from "../run.ts";

export class RandomStrategy implements Strategy {
  readonly name = "random";
  #state = 0;
  begin(seed: number): void {
    this.#state = mix32(seed, 0x72616e64);
  }
  choose(runnable: Int32Array, count: number, current: number, step: number): number {
    if (count === 1) return current;
    return runnable[((mix32(this.#state, step) >>> 8) % count) | 0];
  }
}
