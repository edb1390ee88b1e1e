/** One of the others for each case, drawn by its seed: what one strategy seldom meets another often does. */
import type { Ints } from "../contract.ts";
import { mix32 } from "../random.ts";
import type { Strategy } from "../run.ts";
import { DelayBoundedStrategy } from "./delay-bounded.ts";
import { PartialOrderStrategy } from "./partial-order.ts";
import { PctStrategy } from "./pct.ts";
import { RandomStrategy } from "./random.ts";
import { RoundRobinStrategy } from "./round-robin.ts";
import { StickyStrategy } from "./sticky.ts";
import { SwarmStrategy } from "./swarm.ts";

export class MixtureStrategy implements Strategy {
  readonly name = "mixture";
  readonly #parts: readonly Strategy[];
  #chosen: Strategy;

  constructor() {
    // Of 16 cases. Measured by `tandem strategies`: the two that switch at nearly every step are best for most faults that hide, but what the others are good at they hardly meet.
    const shares: readonly (readonly [number, Strategy])[] = [
      [6, new RandomStrategy()],
      [4, new RoundRobinStrategy()],
      [2, new PartialOrderStrategy()],
      [1, new StickyStrategy()],
      [1, new PctStrategy()],
      [1, new DelayBoundedStrategy()],
      [1, new SwarmStrategy()],
    ];
    this.#parts = shares.flatMap(([share, part]) => Array.from({ length: share }, () => part));
    this.#chosen = this.#parts[0];
  }
  begin(seed: number, lengthGuess: number, taskCountMax: number, laneOf: Int32Array, idOf: readonly string[]): void {
    this.#chosen = this.#parts[mix32(seed, 0x6d6978) % this.#parts.length];
    this.#chosen.begin(seed, lengthGuess, taskCountMax, laneOf, idOf);
  }
  choose(runnable: Int32Array, count: number, current: number, step: number): number {
    return this.#chosen.choose(runnable, count, current, step);
  }
  after(slot: number, next: 0 | 1 | 2, writes: Ints): void {
    this.#chosen.after?.(slot, next, writes);
  }
  ended(): void {
    this.#chosen.ended?.();
  }
}
