/** Every schedule of a case that departs from the base schedule at most so often, one run after the other: the quickest way where departures are few. */
import type { Strategy } from "../run.ts";
import { Odometer } from "./odometer.ts";

export class Departures implements Strategy {
  readonly name = "departures";
  readonly #most: number;
  /** Chooses 0 for what the base schedule runs. */
  readonly #odometer = new Odometer();
  #departed = 0;

  constructor(most: number) {
    this.#most = most;
  }

  begin(): void {
    this.#odometer.begin();
    this.#departed = 0;
  }

  choose(runnable: Int32Array, count: number, current: number): number {
    let left = this.#odometer.choose(this.#departed < this.#most ? count : 1);
    if (left === 0) return current;
    this.#departed++;
    for (let i = 0; i < count; i++) if (runnable[i] !== current && --left === 0) return runnable[i];
    throw new Error("fewer tasks can run than when this schedule was walked through last: the same case ran otherwise");
  }

  /** Goes on to the next schedule; false after the last. */
  next(): boolean {
    return this.#odometer.next();
  }
}
