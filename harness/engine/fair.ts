/**
 * The fair schedule that follows a case which is to come to rest: faults have stopped, what was cut is healed, and now everything that is owed
 * has to go, each thing within its own bound.
 *
 * It goes in rounds. A round begins with a stretch of time, and in half of the cases (by the seed) with a piece of background work of each kind on every core
 * of every node that is up; in the others the clocks alone go on, so that work which a timer should have done is not done in its place. Then the cores take turns, one move each, until
 * nothing can move. Within a core the oldest task comes first, so nobody is overtaken for ever.
 *
 * After every round the model says what it owes. A thing is missed when it has been due for its number of rounds, or, where the clocks alone go on, for its time;
 * time that passed before the fair schedule does not count. A task is missed when it makes very many moves without a documented stage (a livelock, or starvation where it
 * is blocked in between), and when it is blocked for many rounds.
 */
import type { Clocks } from "./clocks.ts";
import type { Bound, Owed, System, Upkeep } from "./contract.ts";
import { hashId, mix32 } from "./random.ts";
import type { Schedule } from "./schedule.ts";
import { State } from "./tasks.ts";
import type { Tasks } from "./tasks.ts";

/** Rounds that a task may be blocked. */
const blockedRoundsMax = 32;
/** Moves without a documented stage that a task may make in a row, beside one for every entry of the view: it may look everywhere. */
const movesAstrayMin = 1000;
/** Moves in one round, while no time passes, beside four for every entry of the view: a sweep may go through everything. */
const movesInRoundMin = 2000;
/** Rounds after which nothing is waited for but what is owed: timers that come in between come late then. */
const patientRounds = 32;
const periodMsOtherwise = 1000;

interface Thing {
  readonly rule: number;
  readonly entry: number;
  bound: Bound;
  what: string;
  /** Rounds it has been due, and when it became due; time counted from the beginning of the fair schedule. */
  rounds: number;
  sinceMs: number;
  seenIn: number;
}

/** What was missed, in words. */
export interface Missed {
  readonly rule: number;
  readonly entry: number;
  readonly expected: string;
  readonly found: string;
}

export class Fair implements Owed {
  readonly #tasks: Tasks;
  readonly #clocks: Clocks;
  readonly #schedule: Schedule;
  #system!: System;
  #config: unknown;
  #upkeep: Upkeep | undefined = undefined;
  #byHand = false;
  #things = new Map<number, Thing>();
  /** Slots of background work by core and kind. */
  #works: number[] = [];
  #round = 0;
  #elapsedMs = 0;
  /** Of what is owed: how many things, time until the next of them is due or its bound passes, and whether any is due. */
  #owed = 0;
  #nextMs = Infinity;
  #anyDue = false;
  #missed: Thing | undefined = undefined;
  #lastLane = -1;
  /** By slot: moves without a documented stage in a row, and whether one of them was a wait. */
  #astray = new Int32Array(0);
  #waited = new Uint8Array(0);
  #astrayMax = 0;
  #movesInRound = 0;
  #movesInRoundMax = 0;
  #blockedSince = new Int32Array(0);

  constructor(tasks: Tasks, clocks: Clocks, schedule: Schedule) {
    this.#tasks = tasks;
    this.#clocks = clocks;
    this.#schedule = schedule;
  }

  /** Begins; `seed` is the case's. */
  open(system: System, config: unknown, profile: string, seed: number, viewSize: number): void {
    this.#system = system;
    this.#config = config;
    this.#upkeep = system.upkeep?.(config, profile);
    this.#byHand = this.#worksThereAre() > 0 && (mix32(seed, 0xfa17) & 1) === 1;
    this.#things.clear();
    this.#works = [];
    this.#round = 0;
    this.#elapsedMs = 0;
    this.#lastLane = -1;
    this.#astrayMax = movesAstrayMin + viewSize;
    this.#movesInRound = 0;
    this.#movesInRoundMax = movesInRoundMin + 4 * viewSize;
    const { countMax } = this.#tasks;
    if (this.#astray.length < countMax) {
      this.#astray = new Int32Array(countMax);
      this.#waited = new Uint8Array(countMax);
      this.#blockedSince = new Int32Array(countMax);
    }
    this.#astray.fill(0);
    this.#waited.fill(0);
    this.#blockedSince.fill(-1);
  }

  /** Pieces of background work in a round; none where there is no room for them all. */
  #worksThereAre(): number {
    const kinds = this.#upkeep?.operations.length ?? 0;
    let count = 0;
    for (let node = 0; node < this.#schedule.nodeCount; node++) count += kinds * this.#system.coreCount(this.#config, node);
    return this.#tasks.count + count <= this.#tasks.countMax ? count : 0;
  }

  /** The slot to move next: the cores in turn, on each the oldest task that can move. */
  choose(): number {
    const { runnable, runnableCount } = this.#schedule;
    const { lane } = this.#tasks;
    let next = -1;
    let first = -1;
    for (let i = 0; i < runnableCount; i++) {
      const slot = runnable[i];
      if (this.#isBefore(slot, first)) first = slot;
      if (lane[slot] > this.#lastLane && this.#isBefore(slot, next)) next = slot;
    }
    const chosen = next < 0 ? first : next;
    this.#lastLane = lane[chosen];
    return chosen;
  }
  #isBefore(slot: number, other: number): boolean {
    if (other < 0) return true;
    const { lane } = this.#tasks;
    return lane[slot] < lane[other] || (lane[slot] === lane[other] && slot < other);
  }

  /** After a move: what is wrong if the task has gone astray, with the observable. `resting`: nothing new begins, so that a round has to end. */
  moved(slot: number, staged: boolean, resting: boolean): { readonly observable: string; readonly found: string } | undefined {
    const { state, id } = this.#tasks;
    if (resting && ++this.#movesInRound > this.#movesInRoundMax) return { observable: "livelock", found: `${this.#movesInRound} moves were made while no time passed and nothing new began; ${id[slot]} was the last to move` };
    if (staged || state[slot] === State.finished) {
      this.#astray[slot] = 0;
      this.#waited[slot] = 0;
      this.#blockedSince[slot] = -1;
      return undefined;
    }
    if (state[slot] === State.blocked) {
      this.#waited[slot] = 1;
      if (this.#blockedSince[slot] < 0) this.#blockedSince[slot] = this.#round;
    }
    if (++this.#astray[slot] < this.#astrayMax) return undefined;
    const waits = this.#waited[slot] === 1;
    const what = waits ? `it waits for ${this.#waitWords(slot)}, is let go and finds it taken` : "it waits for nothing";
    return { observable: waits ? "starvation" : "livelock", found: `${id[slot]} made ${this.#astray[slot]} moves of a fair schedule without a documented stage; ${what}` };
  }

  // --- At the end of a round

  /** The model is about to say what it owes. */
  ask(): void {
    this.#owed = 0;
    this.#nextMs = Infinity;
    this.#anyDue = false;
    this.#missed = undefined;
  }

  add(rule: number, entry: number, inMs: number, bound: Bound, what: string): void {
    this.#owed++;
    const key = entry * this.#system.rules.length + rule;
    let thing = this.#things.get(key);
    const isNew = thing === undefined || thing.seenIn < this.#round - 1;
    if (thing === undefined) {
      thing = { rule, entry, bound, what, rounds: 0, sinceMs: 0, seenIn: 0 };
      this.#things.set(key, thing);
    }
    thing.bound = bound;
    thing.what = what;
    thing.seenIn = this.#round;
    if (inMs > 0 || isNew) {
      thing.rounds = 0;
      thing.sinceMs = this.#elapsedMs + Math.max(0, inMs);
    } else {
      // What it waits for now may have become due later than what it waited for before.
      if (inMs < 0 && this.#elapsedMs + inMs > thing.sinceMs) {
        thing.sinceMs = this.#elapsedMs + inMs;
        thing.rounds = 0;
      }
      // What became due in this round became so at its beginning, when the time passed.
      if (thing.rounds === 0) thing.sinceMs = Math.max(0, Math.min(thing.sinceMs, this.#elapsedMs));
      thing.rounds++;
    }
    const isDue = inMs <= 0;
    const waitedMs = this.#elapsedMs - thing.sinceMs;
    if (isDue && this.#missed === undefined && (this.#byHand ? thing.rounds >= bound.rounds : thing.rounds > 0 && waitedMs >= bound.ms)) this.#missed = thing;
    if (isDue) this.#anyDue = true;
    this.#nextMs = Math.min(this.#nextMs, isDue ? Math.max(0, bound.ms - waitedMs) : inMs);
  }

  /** What the model said is missed, if anything; `entryName` names an entry of the view. */
  missed(entryName: (entry: number) => string): Missed | undefined {
    const thing = this.#missed;
    if (thing === undefined) return undefined;
    const { rule, entry, bound, what, rounds } = thing;
    const within = this.#byHand ? `${bound.rounds} rounds of background work on every core` : `${bound.ms} ms of the clocks going on, and a round`;
    const where = entry < 0 ? "" : `${entryName(entry)}: `;
    return { rule, entry, expected: `${this.#system.rules[rule]?.text ?? "what is owed goes"} Here: within ${within}, once it is due.`, found: `${where}${what}; due for ${rounds} rounds and ${this.#elapsedMs - thing.sinceMs} ms` };
  }

  /** A task that has been blocked for too many rounds, in words; nothing where rounds bring nothing but the next timer. */
  blockedTooLong(): string | undefined {
    if (this.#upkeep === undefined) return undefined;
    for (const slot of this.#schedule.blockedSlots()) {
      if (this.#blockedSince[slot] < 0) this.#blockedSince[slot] = this.#round;
      const rounds = this.#round - this.#blockedSince[slot];
      if (rounds >= blockedRoundsMax) return `${this.#tasks.id[slot]} has been blocked for ${rounds} fair rounds; it waits for ${this.#waitWords(slot)}`;
    }
    return undefined;
  }

  /** Whether another round can change anything that is asked for. */
  get goesOn(): boolean {
    if (this.#clocks.count > 0 || this.#owed > 0) return true;
    return this.#upkeep !== undefined && (this.#schedule.blockedCount > 0 || (this.#byHand && this.#round === 0));
  }

  /** The next round: time passes, and the background work begins. */
  nextRound(): void {
    this.#round++;
    this.#movesInRound = 0;
    const ms = this.#stretch();
    this.#elapsedMs += ms;
    for (let node = 0; node < this.#schedule.nodeCount; node++) this.#clocks.advance(node, ms);
    if (this.#byHand) this.#startWork();
    this.#schedule.dirty = true;
  }

  /** Where background work is done, a period, and more if nothing is due before; else to the next timer, or to where something is due or its bound passes: a timer that comes after that comes late. */
  #stretch(): number {
    const periodMs = this.#upkeep?.periodMs ?? periodMsOtherwise;
    const timerMs = this.#clocks.toNext();
    const toNext = Math.min(timerMs, this.#nextMs);
    if (this.#byHand) return this.#anyDue || this.#schedule.blockedCount > 0 || toNext === Infinity ? periodMs : Math.max(periodMs, this.#owed > 0 ? this.#nextMs : toNext);
    if (timerMs === Infinity) return this.#nextMs === Infinity || this.#nextMs === 0 ? periodMs : this.#nextMs;
    if (this.#round <= patientRounds || this.#anyDue || this.#owed === 0) return this.#nextMs > 0 ? Math.min(timerMs, this.#nextMs) : timerMs;
    return Math.max(timerMs, this.#nextMs);
  }

  #startWork(): void {
    const { operations } = this.#upkeep!;
    const schedule = this.#schedule;
    let at = 0;
    for (let node = 0; node < schedule.nodeCount; node++) {
      const cores = this.#system.coreCount(this.#config, node);
      for (let core = 0; core < cores; core++) {
        for (const command of operations) {
          const slot = this.#works[at] ?? -1;
          const isOver = slot < 0 || this.#tasks.state[slot] === State.finished || this.#tasks.state[slot] === State.gone;
          if (isOver && schedule.isUp(node)) {
            const id = `rest${this.#round}/${command.kind}/n${node}c${core}`;
            const taken = this.#tasks.work(slot, id, hashId(id), command, node, core, schedule.laneOf(node, core));
            if (taken < 0) {
              // Messages and timers have taken the room since.
              this.#byHand = false;
              return;
            }
            this.#works[at] = taken;
            this.#tasks.atMs[taken] = this.#clocks.nowMs(node);
            this.#clocks.add(taken);
            this.#astray[taken] = 0;
            this.#waited[taken] = 0;
            this.#blockedSince[taken] = -1;
          }
          at++;
        }
      }
    }
  }

  #waitWords(slot: number): string {
    const what = this.#tasks.waitingOn[slot];
    return this.#system.waitWords?.(what, this.#config) ?? `no. ${what}`;
  }
}
