/**
 * The fewest forced switches with which a list of events fails, and such a schedule.
 *
 * A switch is a choice other than the base schedule's (`case.ts`), and what the base schedule chooses depends on the state and on the task moved last. So the search
 * goes over pairs of a stored state and what the base schedule would choose there: its choice costs nothing, any other costs a switch. Breadth first by cost:
 * all that can be reached with n switches is gone through before anything that needs n + 1. Every pair is gone on from once, at its least cost, so the search
 * is complete, and the first failure that it comes to needs as many switches as any must.
 *
 * The way found is run again by itself, from which its switches are read off: that the case fails by them alone is checked, not assumed.
 */
import type { Case } from "../case.ts";
import type { Ran } from "../ran.ts";
import type { Strategy } from "../run.ts";
import { signature } from "../verdict.ts";
import type { Walk } from "./walk.ts";

export interface LeastOptions {
  /** Signature of the failure; any without. */
  readonly wanted?: string;
  /** Switches that may be made at most; without, any number. */
  readonly most?: number;
  /** True stops the search; asked now and then. */
  readonly late?: () => boolean;
}

/** What came of a search. `stopped`: it was too late to say anything. */
export type Least = { readonly found: Case; readonly signature: string; readonly switches: number } | { readonly found: undefined; readonly stopped: boolean };

/** Follows slots step by step, then the base schedule. */
class Path implements Strategy {
  readonly name = "path";
  readonly #slots: readonly number[];
  constructor(slots: readonly number[]) {
    this.#slots = slots;
  }
  begin(): void {}
  choose(_runnable: Int32Array, _count: number, current: number, step: number): number {
    return this.#slots[step] ?? current;
  }
}

interface Place {
  readonly state: number;
  /** What the base schedule would choose; -1 where nothing can move. */
  readonly base: number;
  /** By which step it was come to. */
  readonly by: number;
  readonly from: Place | undefined;
}

interface Failing {
  readonly from: Place | undefined;
  /** The step that fails, -1 on the way to rest. */
  readonly slot: number;
  readonly signature: string;
}

const ticksEvery = 256;

/** Searches all schedules of the case's events; its own switches are not looked at. */
export function least(walk: Walk, one: Case, options: LeastOptions = {}): Least {
  return new LeastSearch(walk, { ...one, deviations: [] }, options).run();
}

class LeastSearch {
  readonly #walk: Walk;
  readonly #one: Case;
  readonly #options: LeastOptions;
  /** Pairs that were gone on from. */
  readonly #done = new Set<number>();
  #now: Place[] = [];
  #next: Place[] = [];
  /** What fails at one more switch than is being gone through. */
  #dearer: Failing | undefined = undefined;
  #at = -1;
  #steps = 0;

  constructor(walk: Walk, one: Case, options: LeastOptions) {
    this.#walk = walk;
    this.#one = one;
    this.#options = options;
  }

  run(): Least {
    const failure = this.#walk.open(this.#one, 0);
    if (failure !== undefined) return this.#wants(signature(failure)) ? this.#answer({ from: undefined, slot: -1, signature: signature(failure) }, 0) : { found: undefined, stopped: false };
    const base = this.#base(-1);
    this.#at = this.#walk.here();
    this.#now.push({ state: this.#at, base, by: -1, from: undefined });
    for (let switches = 0; switches <= (this.#options.most ?? Infinity) && this.#now.length > 0; switches++) {
      for (let place = this.#now.pop(); place !== undefined; place = this.#now.pop()) {
        const found = this.#goOn(place);
        if (found !== undefined) return this.#answer(found, switches);
        if (++this.#steps % ticksEvery === 0 && this.#options.late?.() === true) return { found: undefined, stopped: true };
      }
      if (this.#dearer !== undefined && switches < (this.#options.most ?? Infinity)) return this.#answer(this.#dearer, switches + 1);
      this.#now = this.#next;
      this.#next = [];
    }
    return { found: undefined, stopped: false };
  }

  /** Makes every step there is from a place; the failure that costs no further switch, if there is one. */
  #goOn(place: Place): Failing | undefined {
    const walk = this.#walk;
    const key = place.state * 65_536 + place.base + 1;
    if (this.#done.has(key)) return undefined;
    this.#done.add(key);
    this.#goTo(place.state);
    if (place.base < 0) return this.#ends(place);
    // What the base schedule chooses comes last, so that it is gone on from first.
    const slots = [...walk.loop.choosable].filter((slot) => slot !== place.base);
    for (const slot of [...slots, place.base]) {
      const free = slot === place.base;
      this.#goTo(place.state);
      const failure = walk.step(slot);
      if (failure !== undefined) {
        this.#at = -1;
        const failing = { from: place, slot, signature: signature(failure) };
        if (!this.#wants(failing.signature)) continue;
        if (free) return failing;
        this.#dearer ??= failing;
        continue;
      }
      const base = this.#base(slot);
      const state = walk.here();
      this.#at = state;
      if (!this.#done.has(state * 65_536 + base + 1)) (free ? this.#now : this.#next).push({ state, base, by: slot, from: place });
    }
    return undefined;
  }

  #ends(place: Place): Failing | undefined {
    const failure = this.#walk.rest();
    this.#at = -1;
    return failure !== undefined && this.#wants(signature(failure)) ? { from: place, slot: -1, signature: signature(failure) } : undefined;
  }

  #goTo(state: number): void {
    if (this.#at !== state) this.#walk.goTo(state);
    this.#at = state;
  }

  /** What the base schedule would choose now; -1 where nothing can move. */
  #base(current: number): number {
    const { loop } = this.#walk;
    return loop.canMove() === 0 ? -1 : loop.baseAfter(current);
  }

  #wants(found: string): boolean {
    return this.#options.wanted === undefined || this.#options.wanted === found;
  }

  #answer(failing: Failing, switches: number): Least {
    const path = failing.slot < 0 ? [] : [failing.slot];
    for (let at = failing.from; at !== undefined && at.by >= 0; at = at.from) path.push(at.by);
    const loop = this.#walk.loop as { run(one: Case, options: { readonly strategy?: Strategy; readonly wholeAlways: true }): Ran };
    const whole = loop.run(this.#one, { strategy: new Path(path.reverse()), wholeAlways: true }).whole();
    const again = loop.run(whole, { wholeAlways: true });
    const says = again.failure === undefined ? "nothing" : signature(again.failure);
    if (says !== failing.signature || whole.deviations.length !== switches) throw new Error(`a way with ${switches} switches to ${failing.signature} came to ${says} with ${whole.deviations.length} when run by itself`);
    return { found: whole, signature: says, switches };
  }
}
