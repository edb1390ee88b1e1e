/**
 * Judging a case in the way its verdict needs, under a time limit: broken discipline shows only to a watched side, what is nondeterministic only when the
 * case is run twice, and what hangs never comes back. Whatever is being shrunk, a candidate may hang where the case did not.
 */
import type { Case } from "../case.ts";
import type { System } from "../contract.ts";
import { endsInTime } from "../mutate/bounded.ts";
import type { Sides } from "../pair.ts";
import { checkDeterminism, Pair, type RunOptions } from "../run.ts";
import { disarmTraps } from "../traps.ts";
import { signature, type Failure, type Verdict } from "../verdict.ts";
import { orderIfConforming, type Answer, type Ask, type Oracle } from "./oracle.ts";

/** The programs that are judged; each call makes them anew. */
export interface Programs {
  readonly sides: () => Sides;
  /** The same with accesses to shared memory watched. */
  readonly watched?: () => Sides;
}

/** Time for one case. A case takes a few milliseconds, so one that takes this long is going nowhere. */
export interface Limits {
  /** Where a hang is what is looked for; 200 ms. Each candidate that is taken costs it. */
  readonly hangMs?: number;
  /** Elsewhere; 2 s. Infinity: whoever asks sees to it. */
  readonly caseMs?: number;
}

export const caseMsMost = 2000;

/** Steps after which a run is given up: a hang is one step that does not end, not steps without end. */
const stepsMaxOfHang = 10_000;

/** How many times as long a case may take that was broken off at ever other steps. */
const longest = 8;

/** Judges cases for failures of one verdict. Programs that did not end in their time are left and made anew. */
export class Judge {
  readonly #system: System;
  readonly #verdict: Verdict;
  readonly #make: () => Sides;
  readonly #limitMs: number;
  readonly #progress = new Int32Array(1);
  #pair: Pair | undefined = undefined;
  /** A case is being run, or was when somebody broke it off. */
  #running = false;

  constructor(system: System, verdict: Verdict, programs: Programs, limits: Limits = {}) {
    this.#system = system;
    this.#verdict = verdict;
    this.#make = verdict === "discipline broken" && programs.watched !== undefined ? programs.watched : programs.sides;
    this.#limitMs = verdict === "hung" ? (limits.hangMs ?? 200) : (limits.caseMs ?? caseMsMost);
  }

  /** How the case fails; "hung" if it did not end in its time (twice at the same step, where that is what is looked for). Undefined: it conforms, as far as this verdict's way of looking goes. */
  failureOf(one: Case, options: RunOptions = {}): Answer | undefined {
    let stood = -1;
    for (let limitMs = this.#limitMs; limitMs <= this.#limitMs * longest; ) {
      const { ended, answer, step } = this.#bounded(one, options, limitMs);
      if (ended) return answer;
      if (this.#verdict !== "hung" || step === stood) return this.#hang(one, options, step);
      // A busy machine makes any case late; only one that goes nowhere is late at the same step again. One that stands elsewhere gets longer.
      if (stood >= 0) limitMs *= 2;
      stood = step;
    }
    return undefined;
  }

  /** Runs the case as long as its time lasts; `step` is the one it was at when it was broken off. */
  #bounded(one: Case, options: RunOptions, limitMs: number): { readonly ended: boolean; readonly answer: Answer | undefined; readonly step: number } {
    let answer: Answer | undefined;
    // What depends on memory left over must not depend on the candidates before.
    if (this.#verdict === "nondeterministic") this.#pair = undefined;
    const ended = this.#endsInTime((pair) => {
      answer = this.#run(pair, one, options);
    }, limitMs);
    return { ended, answer, step: this.#progress[0] };
  }

  #endsInTime(run: (pair: Pair) => void, limitMs = this.#limitMs): boolean {
    this.#progress[0] = 0;
    if (this.#running) this.#pair = undefined;
    // Made before its time begins: loading a program is slow where much else runs.
    const pair = (this.#pair ??= new Pair(this.#system, this.#make()));
    this.#running = true;
    const ended = limitMs === Infinity ? (run(pair), true) : endsInTime(() => run(pair), limitMs);
    if (!ended) disarmTraps();
    this.#running = !ended;
    return ended;
  }

  #orderOf(one: Case, options: RunOptions): readonly string[] | undefined {
    let order: readonly string[] | undefined;
    return this.#endsInTime((pair) => {
      order = orderIfConforming(pair.run(one, this.#bounds(options)));
    })
      ? order
      : undefined;
  }

  #bounds(options: RunOptions): RunOptions {
    return { ...options, progress: this.#progress, ...(this.#verdict === "hung" ? { stepsMax: stepsMaxOfHang } : {}) };
  }

  #run(pair: Pair, one: Case, options: RunOptions): Answer | undefined {
    const result = pair.run(one, this.#bounds(options));
    const twice = result.failure === undefined && this.#verdict === "nondeterministic";
    const failure = twice ? checkDeterminism(pair, one, result, options) : result.failure;
    if (failure === undefined) return undefined;
    const ran = result.ran();
    return { failure, ran: () => ran, proved: () => !twice && (options.once === true || result.proved), order: () => result.moveOrder(), orderOf: (other) => this.#orderOf(other, options) };
  }

  /** A run that stops before the step that does not end tells which switches had been made. */
  #hang(one: Case, options: RunOptions, step: number): Answer {
    const failure: Failure = { verdict: "hung", rules: [], step, task: "", observable: "step", expected: "a step that ends", found: `step ${step} did not end in its time` };
    return { failure, ran: () => (step === 0 ? one : new Pair(this.#system, this.#make()).run(one, { ...options, stepsMax: step - 1 }).whole()) };
  }
}

/** Has a question answered; undefined if that took too long. */
export type Through = <A>(question: () => A) => A | undefined;

/** The "same way" test for a failure of any verdict (see `oracle.ts` for those that a plain run shows). `through`: by whom the judge is asked. */
export function sameWay(failure: Failure, judge: Judge, through: Through = (question) => question()): Oracle {
  const wanted = signature(failure);
  const ask = (once: boolean): Ask => (candidate, strategy) => {
    const answer = through(() => judge.failureOf(candidate, { strategy, once }));
    if (answer === undefined || signature(answer.failure) !== wanted) return undefined;
    return { ...answer, orderOf: (other) => through(() => answer.orderOf?.(other)) };
  };
  return Object.assign(ask(false), { lightly: ask(true) });
}
