/**
 * # The shrinker
 *
 * `shrink(case, oracle, hints)` is a pure function: the oracle says whether a candidate still fails the same way (`oracle.ts`), the hints say
 * what a smaller configuration or command is, and everything else follows from the case. A case is a list of events and a list of forced
 * switches; taking out any part of either leaves a case that runs, because draws inside a side depend on the names of tasks only and a switch that
 * names what is not there is skipped. So shrinking is search downwards in one order (`order.ts`) over steps that are all deletions or
 * simplifications (`candidates.ts`):
 *
 * 1. **Cut.** Start from the case as it really ran: nothing after the failing step, only the switches that took effect.
 * 2. **Fewer events.** Halves, quarters, … single events, an event together with those that refer to it.
 * 3. **Fewer switches.** All of them, halves, … single ones. Base schedules are sequential, so what survives is what the fault needs.
 * 4. **Simpler values.** Configuration, cores, commands, times, seed.
 * 5. **Another schedule.** For a small case every schedule with one switch, then with two, is tried in place of the present one.
 * 6. **Pairs and subsets**, since some parts only fall together.
 * 7. **A switch for an event.** Up to three events of a small case are tried under every schedule of a switch: fewer events weigh more than fewer switches.
 *
 * A candidate is taken only if it fails the same way *and* is strictly smaller than what we have; what the run to rest adds back would otherwise let
 * deleted switches creep in again. After each success the candidate is replaced by what really ran, if that is no larger. The phases repeat until none of them
 * finds anything: then no single part can be removed, which is what one-minimal means, and shrinking the result again changes nothing.
 */
import type { Case } from "../case.ts";
import type { Failure } from "../verdict.ts";
import { absorbed, earlierSwitches, fewerDeviations, fewerEvents, fewerSwitches, pairsOfEvents, simplerValues, subsets, switchForEvents } from "./candidates.ts";
import type { Oracle } from "./oracle.ts";
import { compareMeasures, measures, type Hints } from "./order.ts";

export interface ShrinkOptions {
  /** Runs to spend at most; 20,000. */
  readonly candidatesMax?: number;
}

export interface ShrinkResult {
  readonly case: Case;
  /** As the smallest case fails; undefined if the case given does not fail that way at all. */
  readonly failure: Failure | undefined;
  /** Candidates that were run. */
  readonly tried: number;
  /** The last round found no part to remove or simplify; false only when the budget ran out or the case did not fail. */
  readonly oneMinimal: boolean;
}

class Budget extends Error {}

class Shrinker {
  best: Case;
  failure: Failure;
  tried = 0;
  readonly #oracle: Oracle;
  readonly #hints: Hints;
  readonly #candidatesMax: number;
  readonly #seen = new Set<string>();
  #measures: number[];

  constructor(first: Case, failure: Failure, oracle: Oracle, hints: Hints, candidatesMax: number) {
    this.best = first;
    this.failure = failure;
    this.#oracle = oracle;
    this.#hints = hints;
    this.#candidatesMax = candidatesMax;
    this.#measures = measures(first, hints);
  }

  /** Takes the candidate if it is strictly smaller and fails the same way. */
  take(candidate: Case): boolean {
    if (compareMeasures(measures(candidate, this.#hints), this.#measures) >= 0) return false;
    const key = JSON.stringify([candidate.config, candidate.events, candidate.deviations, candidate.rest, candidate.seed]);
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    if (this.tried >= this.#candidatesMax) throw new Budget();
    this.tried++;
    const answer = this.#oracle(candidate);
    if (answer === undefined) return false;
    this.#settle(candidate);
    this.failure = answer.failure;
    const ran = answer.ran();
    if (compareMeasures(measures(ran, this.#hints), this.#measures) <= 0) this.#settle(ran);
    return true;
  }
  #settle(one: Case): void {
    this.best = one;
    this.#measures = measures(one, this.#hints);
  }

  /** Runs a phase until it finds nothing more; `next` makes its candidates from the present best. */
  phase(next: (one: Case) => Iterable<Case>): boolean {
    let found = false;
    for (let again = true; again; ) {
      again = false;
      for (const candidate of next(this.best))
        if (this.take(candidate)) {
          again = found = true;
          break;
        }
    }
    return found;
  }

  /** Deletions go on where they are instead of starting anew: a list that shrinks by one loses one candidate, not all. */
  sweep(next: (one: Case) => Iterable<Case>): boolean {
    let found = false;
    for (let size = -1; size !== this.best.events.length + this.best.deviations.length; ) {
      size = this.best.events.length + this.best.deviations.length;
      if (this.phase(next)) found = true;
    }
    return found;
  }

  /**
   * How often a task may have moved: enough to name every step of it in a small case. Messages and timers are known if a switch names them: what one
   * event gave rise to, every other may.
   */
  stepsOf(): Map<string, number> {
    const { events, deviations } = this.best;
    const most = Math.max(4, ...deviations.map((deviation) => deviation.step + 1));
    const steps = new Map<string, number>(events.map((event) => [event.id, event.do === "op" ? most : 0]));
    for (const { task, run } of deviations)
      for (const id of [task, run]) {
        const tail = id.indexOf("/");
        if (tail >= 0 && events.length <= 4) for (const event of events) steps.set(event.id + id.slice(tail), most);
      }
    return steps;
  }
}

/** The smallest case found that fails as `oracle` wants. A case that does not is answered unchanged. */
export function shrink(one: Case, oracle: Oracle, hints: Hints, options: ShrinkOptions = {}): ShrinkResult {
  const first = oracle(one);
  if (first === undefined) return { case: one, failure: undefined, tried: 1, oneMinimal: false };
  const ran = first.ran();
  const cut = oracle(ran);
  const shrinker = new Shrinker(cut === undefined ? one : ran, (cut ?? first).failure, oracle, hints, options.candidatesMax ?? 20_000);
  let oneMinimal = true;
  try {
    for (let again = true; again; ) {
      again = shrinker.sweep((best) => fewerEvents(best, hints));
      again = shrinker.phase((best) => absorbed(best, hints)) || again;
      again = shrinker.phase(fewerDeviations) || again;
      again = shrinker.phase((best) => simplerValues(best, hints)) || again;
      if (again) continue;
      again = shrinker.phase((best) => fewerSwitches(best, shrinker.stepsOf()));
      again = shrinker.phase(earlierSwitches) || again;
      again = shrinker.phase(pairsOfEvents) || again;
      again = shrinker.phase(subsets) || again;
      again = again || shrinker.phase((best) => switchForEvents(best, shrinker.stepsOf()));
    }
  } catch (error) {
    if (!(error instanceof Budget)) throw error;
    oneMinimal = false;
  }
  return { case: shrinker.best, failure: shrinker.failure, tried: shrinker.tried + 2, oneMinimal };
}
