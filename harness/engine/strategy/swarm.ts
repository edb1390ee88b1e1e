/**
 * Swarm testing (Groce and others, ISSTA 2012) of schedules: what may happen is a set of features, and each case leaves out about half of them, since features that
 * hinder one another seldom meet where all are always on. The features of a schedule are
 *  - each core: off, it moves only when no core that is on can;
 *  - beginning: off, nothing new begins while anything begun can go on;
 *  - each phase of an operation (its first move, its second, … its eighth and later): off, a task in that phase is not left;
 *  - running events that are no operations as soon as they can: off, they wait until nothing else can run.
 * Among what is left, each core has a weight of its own. The features are drawn anew after a stretch of 16 to 143 steps, so that what was held back meets what follows.
 */
import { mix32 } from "../random.ts";
import type { Strategy } from "../run.ts";

const phases = 8;

export class SwarmStrategy implements Strategy {
  readonly name = "swarm";
  #seed = 0;
  #stretch = 0;
  #until = 0;
  /** Draws of the stretch: a bit each for begin, events and the phases; and of every lane. */
  #features = 0;
  #laneSeed = 0;
  #laneOf: Int32Array = new Int32Array(0);
  #moves = new Int32Array(0);
  #left = new Int32Array(64);

  begin(seed: number, _lengthGuess: number, taskCountMax: number, laneOf: Int32Array): void {
    this.#seed = mix32(seed, 0x73776172);
    this.#laneOf = laneOf;
    this.#stretch = 0;
    this.#until = 0;
    if (this.#moves.length < taskCountMax) this.#moves = new Int32Array(taskCountMax);
    else this.#moves.fill(0);
  }

  choose(runnable: Int32Array, count: number, current: number, step: number): number {
    if (step >= this.#until) this.#drawStretch(step);
    if (count === 1) return current;
    const phase = this.#moves[current];
    if (phase > 0 && (this.#features & (4 << Math.min(phase - 1, phases - 1))) === 0) return current;
    return this.#weighted(this.#sift(runnable, count), step);
  }

  after(slot: number, next: 0 | 1 | 2): void {
    this.#moves[slot] = next === 1 ? 1 : this.#moves[slot] + 1;
  }

  #drawStretch(step: number): void {
    const draw = mix32(this.#seed, this.#stretch++);
    this.#features = draw & 0x3ff;
    this.#until = step + 16 + ((draw >>> 10) & 127);
    this.#laneSeed = mix32(draw, this.#seed);
  }

  /** Fills `#left` with what the features that are on leave; with everything if they leave nothing. */
  #sift(runnable: Int32Array, count: number): number {
    if (this.#left.length < count) this.#left = new Int32Array(count * 2);
    for (let strict = 2; strict >= 0; strict--) {
      let kept = 0;
      for (let i = 0; i < count; i++) if (this.#allowed(runnable[i], strict)) this.#left[kept++] = runnable[i];
      if (kept > 0) return kept;
    }
    return 0;
  }

  /** At strictness 2 every feature counts, at 1 all but beginning, at 0 none. */
  #allowed(slot: number, strict: number): boolean {
    if (strict === 0) return true;
    const lane = this.#laneOf[slot];
    if (lane < 0) return (this.#features & 2) !== 0;
    if ((mix32(this.#laneSeed, lane) & 1) === 0) return false;
    return strict === 1 || this.#moves[slot] > 0 || (this.#features & 1) !== 0;
  }

  #weighted(kept: number, step: number): number {
    let sum = 0;
    for (let i = 0; i < kept; i++) sum += this.#weight(this.#left[i]);
    let at = mix32(this.#seed ^ this.#laneSeed, step) % sum;
    for (let i = 0; i < kept; i++) {
      at -= this.#weight(this.#left[i]);
      if (at < 0) return this.#left[i];
    }
    throw new Error(`no choice among ${kept} of weight ${sum}: the weights changed while they were added`);
  }

  /** 1, 2, 4 or 8. */
  #weight(slot: number): number {
    return 1 << ((mix32(this.#laneSeed, this.#laneOf[slot]) >>> 8) & 3);
  }
}
