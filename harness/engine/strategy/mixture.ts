/** One of the others for each case, drawn by its seed: what one strategy seldom meets another often does. */
import { mix32 } from "../random.ts";
import type { Strategy } from "../run.ts";
import { PctStrategy } from "./pct.ts";
import { RandomStrategy } from "./random.ts";
import { RoundRobinStrategy } from "./round-robin.ts";
import { StickyStrategy } from "./sticky.ts";

export class MixtureStrategy implements Strategy {
  readonly name = "mixture";
  // A strategy stands as often as it is to be drawn.
  readonly #parts: readonly Strategy[];
  #chosen: Strategy;

  constructor() {
    const random = new RandomStrategy();
    const sticky = new StickyStrategy();
    const pct = new PctStrategy();
    this.#parts = [random, random, random, sticky, sticky, pct, pct, new RoundRobinStrategy()];
    this.#chosen = random;
  }
  begin(seed: number, lengthGuess: number, taskCountMax: number, laneOf: Int32Array, idOf: readonly string[]): void {
    this.#chosen = this.#parts[(mix32(seed, 0x6d6978) >>> 0) % this.#parts.length];
    this.#chosen.begin(seed, lengthGuess, taskCountMax, laneOf, idOf);
  }
  choose(runnable: Int32Array, count: number, current: number, step: number): number {
    return this.#chosen.choose(runnable, count, current, step);
  }
  after(slot: number, next: 0 | 1 | 2): void {
    this.#chosen.after?.(slot, next);
  }
}
