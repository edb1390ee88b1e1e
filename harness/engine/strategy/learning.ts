/**
 * What a strategy learns from the cases it has run, and how it goes deeper from case to case.
 *
 * Nothing is learnt unless whoever runs a series of cases says when one has ended (`Strategy.ended`), and a new instance knows nothing. A campaign takes a new one for each
 * of its batches, so that its cases are functions of the plan and the index; one who runs single cases never says so, and then each case is a function of itself alone.
 */
import { mix32 } from "../random.ts";

/** Cases remembered: the longest of them is taken for the length of the next, so that choices drawn over it can fall anywhere in that. */
const remembered = 16;

export class Learning {
  /** Choices made ÷ steps the engine had guessed, of the last cases. */
  readonly #ratios = new Float64Array(remembered);
  #guess = 1;
  #choices = 0;
  #cases = 0;

  /** A case begins for which the engine guesses so many steps. */
  begin(lengthGuess: number): void {
    this.#guess = Math.max(1, lengthGuess);
    this.#choices = 0;
  }
  /** The choice with this number (from 0) is made. */
  choice(step: number): void {
    this.#choices = step + 1;
  }
  ended(): void {
    this.#ratios[this.#cases++ % remembered] = this.#choices / this.#guess;
  }

  /** Steps to expect of the case that has begun: the engine's guess as long as nothing is known. */
  get length(): number {
    if (this.#cases === 0) return this.#guess;
    return Math.max(1, Math.ceil(Math.max(...this.#ratios) * this.#guess));
  }

  /** From 1 to `most`: 1, then 1 and 2, then 1 to 3 and so on from case to case, as faults that need little are met soonest that way and none is out of reach; drawn while nothing is known. */
  depth(seed: number, most: number): number {
    if (this.#cases === 0) return 1 + (mix32(seed, 1) % most);
    let at = this.#cases - 1;
    let round = 1;
    while (at >= round) {
      at -= round;
      if (round < most) round++;
      else at %= most;
    }
    return at + 1;
  }
}
