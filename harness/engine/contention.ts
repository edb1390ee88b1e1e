/**
 * Notices when two cores are in the middle of operations on one entry: one has written it and is not finished, and a
 * task of another core touches it; or the other way round. Tasks are stamped with a number that is theirs alone, so
 * nothing is cleared between cases.
 */
import { State } from "./tasks.ts";
import type { Tasks } from "./tasks.ts";

const stampMax = 2_000_000_000;

export class Contention {
  readonly #tasks: Tasks;
  #writer = new Int32Array(0);
  #reader = new Int32Array(0);
  /** Stamp of slot 0 of the running case; stamps below are of earlier cases. */
  #first = 1;
  #highest = 0;
  constructor(tasks: Tasks) {
    this.#tasks = tasks;
  }

  open(entryCount: number): void {
    this.#first = this.#highest + 1;
    if (this.#writer.length < entryCount || this.#first > stampMax) {
      this.#writer = new Int32Array(entryCount);
      this.#reader = new Int32Array(entryCount);
      this.#first = 1;
      this.#highest = 0;
    }
  }

  /** Notes a write; true when another core is in the middle of something on the entry. */
  write(entry: number, slot: number): boolean {
    const met = this.#busyElsewhere(this.#writer[entry], slot) || this.#busyElsewhere(this.#reader[entry], slot);
    this.#writer[entry] = this.#stamp(slot);
    return met;
  }

  /** Notes a read; true when another core has written the entry and is not finished. A reader that is not finished is remembered rather than a later one. */
  read(entry: number, slot: number): boolean {
    if (!this.#busyElsewhere(this.#reader[entry], slot)) this.#reader[entry] = this.#stamp(slot);
    return this.#busyElsewhere(this.#writer[entry], slot);
  }

  #stamp(slot: number): number {
    const stamp = this.#first + slot;
    if (stamp > this.#highest) this.#highest = stamp;
    return stamp;
  }

  #busyElsewhere(stamp: number, slot: number): boolean {
    if (stamp < this.#first) return false;
    const other = stamp - this.#first;
    const state = this.#tasks.state[other];
    return (state === State.ready || state === State.blocked) && this.#tasks.lane[other] !== this.#tasks.lane[slot];
  }
}
