/**
 * What operations refer to. An operation names an earlier one by id; it waits until that one is finished, and does nothing
 * at all if there is none, if it yielded nothing, or if another that uses it up has begun before.
 */
import type { Case } from "./case.ts";
import type { Ints, System } from "./contract.ts";
import type { Reader } from "./explore/words.ts";
import { hashId } from "./random.ts";
import { State } from "./tasks.ts";
import type { Tasks } from "./tasks.ts";

/** Instead of a slot: it refers to none; to one that is not there. */
const Of = { none: -1, unknown: -2 } as const;

export class References {
  readonly #tasks: Tasks;
  #of = new Int32Array(0);
  #consumes = new Uint8Array(0);
  #usedUp = new Uint8Array(0);
  #byKey = new Int32Array(64);
  constructor(tasks: Tasks) {
    this.#tasks = tasks;
  }

  open(system: System, one: Case): void {
    const count = one.events.length;
    if (this.#of.length < count) {
      this.#of = new Int32Array(count + 64);
      this.#consumes = new Uint8Array(count + 64);
      this.#usedUp = new Uint8Array(count + 64);
    }
    this.#usedUp.fill(0, 0, count);
    let indexed = false;
    for (let slot = 0; slot < count; slot++) {
      const event = one.events[slot];
      if (event.do !== "op") continue;
      const refers = system.refers(event.command);
      if (refers === undefined) {
        this.#of[slot] = Of.none;
        this.#consumes[slot] = 0;
        continue;
      }
      if (!indexed) this.#index(one);
      indexed = true;
      this.#of[slot] = this.#operationNamed(refers.id, slot, one);
      this.#consumes[slot] = refers.consumes ? 1 : 0;
    }
  }

  /** Slot of what the operation refers to, negative for none. */
  of(slot: number): number {
    return this.#of[slot];
  }

  /** The operation begins: if it uses up what it refers to, nobody else can begin with it. */
  begin(slot: number): void {
    if (this.#consumes[slot] === 1) this.#usedUp[this.#of[slot]] = 1;
  }

  /** Nothing will ever come of the reference. */
  isDead(slot: number): boolean {
    const of = this.#of[slot];
    if (of === Of.none) return false;
    if (of === Of.unknown || this.#usedUp[of] === 1) return true;
    const state = this.#tasks.state[of];
    if (state === State.finished) return this.#tasks.yields[of] === 0;
    return state === State.skipped || state === State.gone;
  }

  /** What is referred to is finished, or there is no reference. */
  isSettled(slot: number): boolean {
    const of = this.#of[slot];
    return of === Of.none || this.#tasks.state[of] === State.finished;
  }

  /** Writes down what is used up. */
  save(into: Ints): void {
    for (let slot = 0; slot < this.#tasks.eventCount; slot++) into.push(this.#usedUp[slot]);
  }

  restore(from: Reader): void {
    for (let slot = 0; slot < this.#tasks.eventCount; slot++) this.#usedUp[slot] = from.next();
  }

  /** Whether two operations would both use up the same one. */
  rivals(one: number, other: number): boolean {
    return this.#consumes[one] === 1 && this.#of[one] >= 0 && this.#of[one] === this.#of[other];
  }

  /** Fills a small hash table from id to slot; only cases in which operations refer to others need it. */
  #index(one: Case): void {
    const { events } = one;
    let length = this.#byKey.length;
    while (length < events.length * 2) length *= 2;
    if (length > this.#byKey.length) this.#byKey = new Int32Array(length);
    this.#byKey.fill(-1);
    for (let slot = 0; slot < events.length; slot++) {
      let at = this.#tasks.key[slot] & (length - 1);
      while (this.#byKey[at] >= 0) at = (at + 1) & (length - 1);
      this.#byKey[at] = slot;
    }
  }

  #operationNamed(id: string, before: number, one: Case): number {
    const mask = this.#byKey.length - 1;
    for (let at = hashId(id) & mask; this.#byKey[at] >= 0; at = (at + 1) & mask) {
      const slot = this.#byKey[at];
      // Should it name an event that is no operation: such a one yields nothing, so the operation is skipped.
      if (one.events[slot].id === id) return slot < before ? slot : Of.unknown;
    }
    return Of.unknown;
  }
}
