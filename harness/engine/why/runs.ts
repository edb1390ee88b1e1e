/** Running variations of a case, looked at in every step, each in its time: a program under suspicion may loop for ever where the case did not. */
import type { Case } from "../case.ts";
import type { System } from "../contract.ts";
import { endsInTime } from "../mutate/bounded.ts";
import type { Sides } from "../pair.ts";
import { Pair, type RunOptions, type RunResult } from "../run.ts";
import { disarmTraps } from "../traps.ts";

/** A case takes a few milliseconds. */
const caseMs = 1000;
const stepsMax = 10_000;

export class Runs {
  /** How many runs were broken off. */
  brokenOff = 0;
  readonly #system: System;
  readonly #make: () => Sides;
  #pair: Pair | undefined = undefined;

  constructor(system: System, make: () => Sides) {
    this.#system = system;
    this.#make = make;
  }

  /** Undefined: it did not end in its time. The programs are left then, and made anew. */
  run(one: Case, options: RunOptions = {}): RunResult | undefined {
    const pair = (this.#pair ??= new Pair(this.#system, this.#make()));
    let result: RunResult | undefined;
    const ended = endsInTime(() => {
      result = pair.run(one, { stepsMax, wholeAlways: true, ...options });
    }, caseMs);
    if (ended) return result;
    disarmTraps();
    this.#pair = undefined;
    this.brokenOff++;
    return undefined;
  }
}
