/**
 * Follows the order of an earlier run, of which something was taken out. What it names is moved when its turn comes; where it cannot be:
 *
 * - An operation whose core is still at an earlier one, which takes more steps than it did, waits until that has run on. Else all that follows on this core
 *   would fall out of the order.
 * - In place of a message or timer that is not there one of the same kind on the same core is moved, if the order does not name it: what one event gave rise to, another may.
 * - Anything else is passed over.
 */
import type { Strategy } from "../run.ts";

/** Steps of other operations that one turn may wait for. */
const waitsMax = 64;

interface Turn {
  readonly id: string;
  /** Of a message or timer what it is called by whom it came from, and its core; else empty. */
  readonly kind: string;
  readonly lane: number;
}

export class InOrder implements Strategy {
  readonly name = "in order";
  readonly #turns: readonly Turn[];
  readonly #named = new Set<string>();
  #idOf: readonly string[] = [];
  #laneOf: Int32Array = new Int32Array(0);
  /** Slots of the events that are not done. */
  readonly #open = new Map<string, number>();
  #at = 0;
  #waited = 0;
  constructor(order: readonly string[]) {
    this.#turns = order.map((text) => {
      const end = text.indexOf("@");
      const id = end < 0 ? text : text.slice(0, end);
      this.#named.add(id);
      return { id, kind: kindOf(id), lane: end < 0 ? -1 : Number(text.slice(end + 1)) };
    });
  }

  begin(_seed: number, _lengthGuess: number, _taskCountMax: number, laneOf: Int32Array, idOf: readonly string[]): void {
    this.#idOf = idOf;
    this.#laneOf = laneOf;
    this.#open.clear();
    for (let slot = 0; slot < idOf.length && kindOf(idOf[slot]) === ""; slot++) this.#open.set(idOf[slot], slot);
    this.#at = 0;
    this.#waited = 0;
  }

  choose(runnable: Int32Array, count: number, current: number): number {
    for (; this.#at < this.#turns.length; this.#next()) {
      const turn = this.#turns[this.#at];
      for (let i = 0; i < count; i++)
        if (this.#idOf[runnable[i]] === turn.id) {
          this.#next();
          return runnable[i];
        }
      for (let i = 0; i < count; i++)
        if (turn.kind === "" ? this.#isBefore(runnable[i], turn) : this.#isLike(runnable[i], turn)) {
          if (turn.kind !== "") this.#next();
          else if (this.#waited++ === waitsMax) break;
          return runnable[i];
        }
    }
    return current;
  }

  after(slot: number, next: 0 | 1 | 2): void {
    if (next === 2) this.#open.delete(this.#idOf[slot]);
  }

  #next(): void {
    this.#at++;
    this.#waited = 0;
  }

  #isLike(slot: number, turn: Turn): boolean {
    const id = this.#idOf[slot];
    return this.#laneOf[slot] === turn.lane && kindOf(id) === turn.kind && !this.#named.has(id);
  }

  /** Whether the core of this operation, which is not done, is at another task. */
  #isBefore(slot: number, turn: Turn): boolean {
    const wanted = this.#open.get(turn.id);
    return wanted !== undefined && this.#laneOf[slot] >= 0 && this.#laneOf[slot] === this.#laneOf[wanted];
  }
}

/** "sweep" of "op3/packet/0/sweep/1"; empty for an event. */
function kindOf(id: string): string {
  const end = id.lastIndexOf("/");
  return end < 0 ? "" : id.slice(id.lastIndexOf("/", end - 1) + 1, end);
}
