/**
 * Delay-bounded scheduling (Emmi and others, POPL 2011). The base schedule is followed, but at d steps, drawn over the length that is expected, what it would move is passed
 * over for the next that can run, which then goes on; d doubles from 1 to 64 while cases go deeper. With few delays nearly everything runs to its end, so what is met is close to the smallest case.
 */
import { mix32 } from "../random.ts";
import type { Strategy } from "../run.ts";
import { Learning } from "./learning.ts";

const depthMax = 7;

export class DelayBoundedStrategy implements Strategy {
  readonly name = "delay-bounded";
  readonly #learning = new Learning();
  readonly #delays: number;
  /** How many delays fall on each step; bytes beyond the length expected stay 0. */
  #at = new Uint8Array(256);

  /** Delays of every case; with 0 they double from case to case. */
  constructor(delays = 0) {
    this.#delays = delays;
  }

  begin(seed: number, lengthGuess: number): void {
    const state = mix32(seed, 0x64656c61);
    this.#learning.begin(lengthGuess);
    const { length } = this.#learning;
    if (this.#at.length < length) this.#at = new Uint8Array(length * 2);
    else this.#at.fill(0);
    const delays = this.#delays > 0 ? this.#delays : 1 << (this.#learning.depth(state, depthMax) - 1);
    for (let i = 0; i < delays; i++) this.#at[mix32(state, 16 + i) % length]++;
  }

  choose(runnable: Int32Array, count: number, current: number, step: number): number {
    this.#learning.choice(step);
    const delays = step < this.#at.length ? this.#at[step] : 0;
    if (delays === 0 || count === 1) return current;
    let at = 0;
    while (runnable[at] !== current) at++;
    return runnable[(at + delays) % count];
  }

  ended(): void {
    this.#learning.ended();
  }
}
