/**
 * Every schedule of a case: depth first over states that are stored, so that none is walked through twice.
 *
 * The reduced search leaves out what cannot differ, in two ways.
 *
 * Sleep sets, kept with the states (Godefroid 1996, 5.2). After the steps a and b have both been made from a state and nothing of one touches the
 * other, the way b, a ends where a, b did; so a *sleeps* in the state behind b, until a step is made that depends on it. A state that is met again with fewer tasks
 * asleep than at any time before is gone on from with those alone that slept then and do not now. Every state is still visited, fewer steps are made.
 *
 * Private steps. A step that touches no shared word and no entry of the view, sends nothing and sets no timer, once no event is left that could move a clock
 * or a node, is independent of whatever tasks of other lanes do before it: they do not see it and it does not see them, and as its task has begun, its own lane
 * is at nothing else until it is made. So the set of this one step is persistent in the sense of Godefroid (1996, 4), and the other tasks wait. This leaves out states, but none in
 * which nothing can move, and no failure: what fails is a step, the whole view (which the private step left alone) or the end. So that the others do not wait
 * for ever on a circle of private steps, all tasks go on where the private step ends in a state that was visited before.
 */
import { Ints } from "../contract.ts";
import { signature, type Failure } from "../verdict.ts";
import { none } from "./footprints.ts";
import { Odometer } from "./odometer.ts";
import type { Walk } from "./walk.ts";

export interface SearchOptions {
  readonly reduced: boolean;
  /** States after which the search is cut off. */
  readonly statesMax?: number;
  /** Keep every step made, for those who look for circles; not with a reduced search, which leaves steps out. */
  readonly keepEdges?: boolean;
  /** Try every draw that says among how many it chooses. */
  readonly everyDraw?: boolean;
  /** Called now and then; true stops the search. */
  readonly tick?: (states: number, transitions: number) => boolean;
}

/** A failure and a way to it: the slots chosen from the beginning of the search, the failing step last. */
export interface Met {
  readonly failure: Failure;
  readonly path: readonly number[];
}

export interface Searched {
  readonly states: number;
  readonly transitions: number;
  /** States in which nothing could move, ascending. */
  readonly finals: readonly number[];
  /** The first met of each signature, in the order of signatures. */
  readonly failures: readonly Met[];
  /** Why not every schedule was tried; undefined: the search is complete. */
  readonly cut: string | undefined;
  /** With `keepEdges`: three numbers a step: state, slot, state after it. */
  readonly edges: Ints | undefined;
}

/** A task that sleeps, and the footprint of the step that it would make. */
interface Sleeper {
  readonly slot: number;
  readonly footprint: number;
}
const nobody: readonly Sleeper[] = [];

interface Frame {
  readonly state: number;
  todo: number[];
  next: number;
  sleepers: Sleeper[];
}

const ticksEvery = 1024;

/** Searches from the present state of the walk. */
export class Search {
  readonly #walk: Walk;
  readonly #options: SearchOptions;
  readonly #asleep = new Map<number, readonly Sleeper[]>();
  /** By state: whether it was visited; where it was first come to from, and by which slot, one more. */
  #seen = new Uint8Array(1024);
  #seenCount = 0;
  #parent = new Int32Array(1024);
  #bySlot = new Int32Array(1024);
  readonly #finals = new Set<number>();
  readonly #failures = new Map<string, Met>();
  readonly #frames: Frame[] = [];
  readonly #edges: Ints | undefined;
  readonly #scratch = new Ints(64);
  readonly #choices: Odometer | undefined;
  #transitions = 0;
  #at = -1;
  #cut: string | undefined = undefined;

  constructor(walk: Walk, options: SearchOptions) {
    this.#walk = walk;
    this.#options = options;
    this.#choices = options.everyDraw === true ? new Odometer() : undefined;
    this.#edges = options.keepEdges === true ? new Ints(1024) : undefined;
  }

  run(): Searched {
    const { loop } = this.#walk;
    loop.canMove();
    this.#at = this.#walk.here();
    this.#visit(this.#at, nobody);
    while (this.#frames.length > 0 && this.#cut === undefined) {
      const frame = this.#frames[this.#frames.length - 1];
      if (frame.next === frame.todo.length) this.#frames.pop();
      else this.#goOn(frame, frame.todo[frame.next++]);
    }
    return {
      states: this.#seenCount,
      transitions: this.#transitions,
      finals: [...this.#finals].sort((a, b) => a - b),
      failures: [...this.#failures].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, met]) => met),
      cut: this.#cut,
      edges: this.#edges,
    };
  }

  /** Makes the step of `slot` from the frame's state, under every choice that it has. */
  #goOn(frame: Frame, slot: number): void {
    const walk = this.#walk;
    const { reduced } = this.#options;
    const choices = this.#choices;
    choices?.clear();
    const after: number[] = [];
    let footprint = none;
    do {
      if (this.#at !== frame.state) walk.goTo(frame.state);
      if (choices !== undefined) {
        choices.begin();
        walk.loop.chooser = choices.choose;
      }
      const failure = walk.step(slot);
      this.#transitions++;
      if (reduced) footprint = walk.footprints.union(footprint, walk.footprint(slot), this.#scratch);
      if (failure !== undefined) {
        this.#fails(failure, frame.state, slot);
        this.#at = -1;
        continue;
      }
      walk.loop.canMove();
      const state = walk.here();
      this.#at = state;
      this.#reserve(state);
      if (this.#bySlot[state] === 0 && this.#seen[state] === 0) {
        this.#parent[state] = frame.state;
        this.#bySlot[state] = slot + 1;
      }
      if (this.#edges !== undefined) for (const number of [frame.state, slot, state]) this.#edges.push(number);
      after.push(state);
      if (after.length === this.#options.statesMax) this.#cut = `one step has more than ${after.length} outcomes`;
    } while (this.#cut === undefined && choices?.next() === true);
    this.#tick();
    const sleepers = reduced ? frame.sleepers.filter((other) => walk.independent(other.slot, other.footprint, slot, footprint)) : nobody;
    if (reduced) frame.sleepers.push({ slot, footprint });
    if (reduced && walk.isPrivate(footprint) && after.length > 0 && after.every((state) => this.#seen[state] === 0)) frame.todo.length = frame.next;
    // The state that the walk stands in comes last, so that it is gone on from first.
    for (const state of after) {
      if (state !== this.#at) walk.goTo(state);
      this.#at = state;
      this.#visit(state, sleepers);
    }
  }

  /** The walk stands in `state`, come to with these asleep. */
  #visit(state: number, sleepers: readonly Sleeper[]): void {
    this.#reserve(state);
    if (this.#seen[state] === 1) return this.#visitAgain(state, sleepers);
    this.#seen[state] = 1;
    this.#seenCount++;
    if (sleepers.length > 0) this.#asleep.set(state, sleepers);
    const todo: number[] = [];
    const { choosable } = this.#walk.loop;
    for (const slot of choosable) if (sleepers.length === 0 || !sleepers.some((sleeper) => sleeper.slot === slot)) todo.push(slot);
    if (choosable.length === 0) this.#ends(state);
    else if (todo.length > 0) this.#frames.push({ state, todo, next: 0, sleepers: [...sleepers] });
    if (this.#seenCount === this.#options.statesMax) this.#cut = `${this.#seenCount} states were visited`;
  }

  #visitAgain(state: number, sleepers: readonly Sleeper[]): void {
    const before = this.#asleep.get(state) ?? nobody;
    const woken = before.filter(({ slot }) => !sleepers.some((sleeper) => sleeper.slot === slot));
    if (woken.length === 0) return;
    const still = before.filter(({ slot }) => sleepers.some((sleeper) => sleeper.slot === slot));
    this.#asleep.set(state, still);
    this.#frames.push({ state, todo: woken.map(({ slot }) => slot), next: 0, sleepers: [...still] });
  }

  /** Nothing can move: what is left is the way to rest. */
  #ends(state: number): void {
    this.#finals.add(state);
    const failure = this.#walk.rest();
    this.#at = -1;
    if (failure !== undefined) this.#fails(failure, state, -1);
  }

  #fails(failure: Failure, state: number, slot: number): void {
    if (failure.verdict === "inconclusive") this.#cut = `${failure.expected}; ${failure.found}`;
    const key = signature(failure);
    if (!this.#failures.has(key)) this.#failures.set(key, { failure, path: this.#pathTo(state, slot) });
  }

  #pathTo(state: number, slot: number): number[] {
    const path = slot < 0 ? [] : [slot];
    for (let at = state; this.#bySlot[at] !== 0; at = this.#parent[at]) path.push(this.#bySlot[at] - 1);
    return path.reverse();
  }

  #reserve(state: number): void {
    let { length } = this.#seen;
    if (state < length) return;
    while (length <= state) length *= 2;
    const [seen, parent, bySlot] = [this.#seen, this.#parent, this.#bySlot];
    this.#seen = new Uint8Array(length);
    this.#parent = new Int32Array(length);
    this.#bySlot = new Int32Array(length);
    this.#seen.set(seen);
    this.#parent.set(parent);
    this.#bySlot.set(bySlot);
  }

  #tick(): void {
    if (this.#transitions % ticksEvery === 0 && this.#options.tick?.(this.#seenCount, this.#transitions) === true) this.#cut = "it was stopped";
  }
}
