/** What a finished run leaves behind: figures, and enough to write down the case as it really ran. */
import type { Case, Deviation, Event } from "./case.ts";
import type { RunResult, Strategy } from "./run.ts";
import { signature } from "./verdict.ts";
import type { Failure } from "./verdict.ts";

/** What is kept of a run besides its figures; numbers are slots of that run. */
export interface Remains {
  readonly one: Case;
  /** Departures from the base schedule, three words each: slot it stood at, its moves, slot that was moved. */
  readonly made: Int32Array;
  /** Ids of messages and timers, from slot `one.events.length` on. */
  readonly derivedIds: readonly string[];
  /** The cores they run on. */
  readonly derivedLanes: Int32Array;
  /** Of a failed run: 1 for each event that had not begun. */
  readonly unbegun: Uint8Array | undefined;
  /** The slot moved at each step. */
  readonly choices: Int32Array;
}

/** Makes the choices of an earlier run, slot by slot. */
class Script implements Strategy {
  readonly name = "script";
  readonly #slots: readonly number[];
  constructor(slots: readonly number[]) {
    this.#slots = slots;
  }
  begin(): void {}
  choose(runnable: Int32Array, count: number, current: number, step: number): number {
    const wanted = this.#slots[step];
    for (let i = 0; i < count; i++) if (runnable[i] === wanted) return wanted;
    return current;
  }
}

export class Ran implements RunResult {
  failure: Failure | undefined = undefined;
  steps = 0;
  operations = 0;
  digest = "";
  contention = false;
  skippedDeviations = 0;
  skippedOperations = 0;
  switches = 0;
  unfinished = 0;
  readonly #remains: Remains;
  readonly #again: (one: Case, strategy: Strategy | undefined) => Ran;
  /** The run followed the case's own switches. */
  byItself = false;
  #ran: Case | undefined = undefined;
  #proved = false;

  /** `again` runs a case once more in the way this one was run. */
  constructor(remains: Remains, again: (one: Case, strategy: Strategy | undefined) => Ran) {
    this.#remains = remains;
    this.#again = again;
  }

  /** The case with all its events and the departures that were made. */
  whole(): Case {
    return { ...this.#remains.one, deviations: this.#deviations() };
  }

  /**
   * Without the events that had not begun when the run failed, if it fails the same way without them: what was found by a
   * look at the whole view may hide behind the steps that end the case.
   */
  ran(): Case {
    this.#ran ??= this.#cut();
    return this.#ran;
  }

  get proved(): boolean {
    this.ran();
    return this.#proved;
  }

  moveOrder(): readonly string[] {
    const { one, choices, derivedLanes } = this.#remains;
    const count = one.events.length;
    return Array.from(choices, (slot) => (slot < count ? this.#idOf(slot) : `${this.#idOf(slot)}@${derivedLanes[slot - count]}`));
  }

  #cut(): Case {
    const { unbegun } = this.#remains;
    this.#proved = this.byItself;
    if (unbegun === undefined || !unbegun.includes(1)) return this.whole();
    const shorter = this.#withoutUnbegun(unbegun);
    if (!this.#failsAlike(this.#again(shorter, undefined))) return this.whole();
    this.#proved = true;
    return shorter;
  }

  /**
   * Departures may name an event that had not begun as the one the base schedule stood at; then the run is made again
   * without those events, to learn how its schedule reads there.
   */
  #withoutUnbegun(unbegun: Uint8Array): Case {
    const { one, choices } = this.#remains;
    const deviations = this.#deviations();
    const named = new Set(deviations.map((deviation) => deviation.task));
    const begun = one.events.filter((_, slot) => unbegun[slot] === 0);
    if (!one.events.some((event, slot) => unbegun[slot] === 1 && named.has(event.id))) {
      return { ...one, events: begun, deviations };
    }
    const again = this.#again({ ...one, events: begun, deviations: [] }, new Script(renumbered(one.events, unbegun, choices)));
    if (this.#failsAlike(again)) return again.whole();
    return { ...one, events: one.events.filter((event, slot) => unbegun[slot] === 0 || named.has(event.id)), deviations };
  }

  #failsAlike(other: Ran): boolean {
    return this.failure !== undefined && other.failure?.step === this.failure.step && signature(other.failure) === signature(this.failure);
  }

  #deviations(): Deviation[] {
    const { made } = this.#remains;
    const list: Deviation[] = [];
    for (let at = 0; at < made.length; at += 3) list.push({ task: this.#idOf(made[at]), step: made[at + 1], run: this.#idOf(made[at + 2]) });
    return list;
  }

  #idOf(slot: number): string {
    const { one, derivedIds } = this.#remains;
    return slot < one.events.length ? one.events[slot].id : derivedIds[slot - one.events.length];
  }
}

/** The slots of `choices` as they are numbered when the unbegun events are left out. */
function renumbered(events: readonly Event[], unbegun: Uint8Array, choices: Int32Array): number[] {
  const slotNow: number[] = [];
  let kept = 0;
  for (let slot = 0; slot < events.length; slot++) slotNow.push(unbegun[slot] === 0 ? kept++ : -1);
  return Array.from(choices, (slot) => (slot < events.length ? slotNow[slot] : slot - events.length + kept));
}
