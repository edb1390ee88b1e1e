/** What is smallest so far, and the test that a candidate must pass to take its place. */
import type { Case } from "../case.ts";
import { mix32 } from "../random.ts";
import type { Strategy } from "../run.ts";
import type { Failure } from "../verdict.ts";
import { withDependants, without } from "./candidates.ts";
import { InOrder } from "./in-order.ts";
import type { Answer, Ask } from "./oracle.ts";
import { compareMeasures, fits, measures, type Hints } from "./order.ts";
import { rootOf, spliced, type Ordered } from "./schedules.ts";

/** Steps of a task at which switches are tried: of one that has not moved, and at most. */
const stepsUnknown = 4;
const stepsTriedMax = 12;

/** The candidates that may be run are used up, or the time is over. */
export class Budget extends Error {}

export interface Bounds {
  readonly candidatesMax: number;
  readonly late: () => boolean;
}

export class Shrinker {
  best: Case;
  failure: Failure;
  tried = 0;
  readonly #asked: Ask;
  readonly #hints: Hints;
  readonly #bounds: Bounds;
  readonly #seen = new Set<number>();
  readonly #names = new Names();
  #answer: Answer;
  #order: readonly string[] | undefined;
  #measures: number[];

  constructor(first: Case, answer: Answer, ask: Ask, hints: Hints, bounds: Bounds) {
    this.best = first;
    this.failure = answer.failure;
    this.#answer = answer;
    this.#asked = ask;
    this.#hints = hints;
    this.#bounds = bounds;
    this.#measures = measures(first, hints);
  }

  /** In which order the smallest so far ran; undefined where the oracle cannot tell. */
  get order(): readonly string[] | undefined {
    return (this.#order ??= this.#answer.order?.());
  }

  /** In which order a case runs that conforms; undefined where it does not, or the oracle cannot tell. */
  orderOf(other: Case): readonly string[] | undefined {
    return this.#answer.orderOf?.(other);
  }

  /** Takes the candidate if it is strictly smaller and fails the same way. */
  take(candidate: Case): boolean {
    if (compareMeasures(measures(candidate, this.#hints), this.#measures) >= 0) return false;
    const answer = this.#ask(candidate);
    if (answer === undefined) return false;
    this.#settle(candidate, answer);
    const ran = answer.ran();
    if (compareMeasures(measures(ran, this.#hints), this.#measures) <= 0) this.#settle(ran, answer);
    return true;
  }

  /** The same of a candidate in an order. */
  takeOrdered({ one, order }: Ordered): boolean {
    return this.takeUnder(new InOrder(order), one, order);
  }

  /**
   * The same of a candidate under a schedule: only the run tells its switches, and the case with those must fail by itself. `name` tells the schedule from others, and `drawn` the events where they
   * follow from configuration and seed, so that they need not be compared.
   */
  takeUnder(strategy: Strategy, one: Case, name: Name, drawn?: string): boolean {
    const answer = this.#ask(one, strategy, name, drawn);
    if (answer === undefined) return false;
    const ran = answer.ran();
    if (answer.proved?.() !== true) return this.take(ran);
    if (compareMeasures(measures(ran, this.#hints), this.#measures) >= 0) return false;
    this.#settle(ran, answer);
    return true;
  }

  /** Tries the candidates of a phase, which `next` makes from the smallest so far; a phase that found something should be asked again. */
  phase(next: (best: Case) => Iterable<Case>): boolean {
    return this.#phase(next, (candidate) => this.take(candidate));
  }

  /** The same with orders; finds nothing where the oracle knows none. */
  phaseOrdered(next: (best: Case, order: readonly string[]) => Iterable<Ordered>): boolean {
    return this.#phase(
      (best) => (this.order === undefined ? [] : next(best, this.order)),
      (candidate) => this.takeOrdered(candidate),
    );
  }

  /** One round: after a success the candidates are made anew and gone on with where the last stood, as those before it have just failed. */
  #phase<T>(next: (best: Case) => Iterable<T>, take: (candidate: T) => boolean): boolean {
    let found = false;
    for (let first = 0, again = true; again; ) {
      again = false;
      let at = 0;
      for (const candidate of next(this.best)) {
        if (at++ < first || !take(candidate)) continue;
        first = at - 1;
        again = found = true;
        break;
      }
    }
    return found;
  }

  /** Takes the events at these positions out, in the order in which the case ran where that is known. */
  removeAll(gone: ReadonlySet<number>): boolean {
    if (gone.size === 0) return true;
    if (this.order !== undefined) return this.takeOrdered(spliced(this.best, this.order, gone));
    return this.take(without(this.best, gone));
  }

  /** Takes events out: halves, quarters, … single ones with what refers to them, from the end, as long as single ones are found. */
  removeEvents(): boolean {
    let found = false;
    for (let size = this.best.events.length >> 1; size > 1; size >>= 1) found = this.#removeRanges(size) || found;
    while (this.#removeRanges(1)) found = true;
    return found;
  }

  #removeRanges(size: number): boolean {
    let found = false;
    for (let end = this.best.events.length; end > 0; ) {
      const first = Math.max(0, end - size);
      if (this.#remove(first, end)) found = true;
      end = Math.min(first, this.best.events.length);
    }
    return found;
  }

  #remove(first: number, end: number): boolean {
    const { best } = this;
    const gone = end - first === 1 ? withDependants(best, first, this.#hints) : new Set(Array.from({ length: end - first }, (_, at) => first + at));
    if (this.order !== undefined && this.takeOrdered(spliced(best, this.order, gone))) return true;
    if (end - first > 1 && this.order !== undefined) return false;
    return this.take(without(best, gone)) || (gone.size > 1 && end - first === 1 && this.take(without(best, new Set([first]))));
  }

  /**
   * How often a task may have moved: enough to name every step of it in a small case. Messages and timers are known if a switch names them: what one
   * event gave rise to, every other may.
   */
  stepsOf(): Map<string, number> {
    const { events, deviations } = this.best;
    const moved = new Map<string, number>();
    for (const turn of this.order ?? []) {
      const id = turn.split("@", 1)[0];
      moved.set(id, (moved.get(id) ?? 0) + 1);
    }
    for (const { task, step } of deviations) moved.set(task, Math.max(step + 1, moved.get(task) ?? 0));
    const steps = new Map<string, number>(events.map((event) => [event.id, event.do === "op" ? Math.min(stepsTriedMax, moved.get(event.id) ?? stepsUnknown) : 0]));
    const most = Math.min(stepsTriedMax, Math.max(stepsUnknown, ...moved.values()));
    for (const { task, run } of deviations)
      for (const id of [task, run]) {
        const tail = id.slice(rootOf(id).length);
        if (tail !== "" && events.length <= 4) for (const event of events) steps.set(event.id + tail, most);
      }
    return steps;
  }

  /** Undefined too for what has been asked before, and for events that make no sense under another configuration. */
  #ask(candidate: Case, strategy?: Strategy, schedule?: Name, drawn?: string): Answer | undefined {
    const key = this.#names.of(candidate, schedule, drawn);
    if (this.#seen.has(key)) return undefined;
    this.#seen.add(key);
    // The candidates before the one that is gone on from are made again and again: so this is asked of those alone that would be run. Under a schedule of its own comes what was drawn, which fits.
    if (strategy === undefined && candidate.config !== this.best.config && !fits(candidate, this.#hints)) return undefined;
    if (this.tried >= this.#bounds.candidatesMax || this.#bounds.late()) throw new Budget();
    this.tried++;
    return this.#asked(candidate, strategy);
  }

  #settle(one: Case, answer: Answer): void {
    this.best = one;
    this.failure = answer.failure;
    this.#answer = answer;
    this.#order = undefined;
    this.#measures = measures(one, this.#hints);
  }
}

/** What a schedule is called: a word, or in which order it moves what. */
type Name = string | readonly string[];

/** Numbers of candidates: equal ones have the same, and no two others in as many as are ever run, as good as certainly. Events and configurations are mostly the same objects, so each is written out once. */
class Names {
  readonly #byText = new Map<string, number>();
  readonly #byValue = new WeakMap<object, number>();
  #high = 0;
  #low = 0;

  of({ config, events, deviations, rest, seed }: Case, schedule: Name | undefined, drawn: string | undefined): number {
    this.#high = this.#low = rest ? 1 : 0;
    this.#fold(seed);
    this.#fold(this.#number(config as object));
    if (drawn === undefined) for (const event of events) this.#fold(this.#number(event));
    else this.#fold(this.#numberOf(drawn));
    // Which part a number belongs to counts as well.
    if (schedule === undefined) {
      this.#fold(-1);
      for (const deviation of deviations) this.#fold(this.#number(deviation));
    } else if (typeof schedule === "string") this.#fold(this.#numberOf(schedule));
    else {
      this.#fold(-2);
      for (const turn of schedule) this.#fold(this.#numberOf(turn));
    }
    return (this.#high & 0x1f_ffff) * 2 ** 32 + (this.#low >>> 0);
  }
  #fold(number: number): void {
    this.#high = mix32(this.#high, number);
    this.#low = mix32(this.#low ^ 0x5ca1e, number);
  }
  #number(value: object): number {
    let number = this.#byValue.get(value);
    if (number === undefined) this.#byValue.set(value, (number = this.#numberOf(JSON.stringify(value))));
    return number;
  }
  #numberOf(text: string): number {
    let number = this.#byText.get(text);
    if (number === undefined) this.#byText.set(text, (number = this.#byText.size));
    return number;
  }
}
