/**
 * A clock for each node and the timers waiting on them. Clocks move only when told to, so time is part of the case.
 *
 * Setting a timer replaces one that has not begun if all of these are the same: label, node, core and the event at the
 * root of the chain of causes. So the acknowledgement of a message can cancel or move the timer of the operation that
 * sent it, and two operations never touch each other's. A negative time only cancels.
 */
import type { Ints } from "./contract.ts";
import { fromHalves, halvesOf, type Reader } from "./explore/words.ts";
import type { Tasks } from "./tasks.ts";

export class Clocks {
  readonly #tasks: Tasks;
  #nowMs = new Float64Array(0);
  #nodeCount = 0;
  /** Timers that have not begun; the first `count` of them. */
  pending = new Int32Array(64);
  count = 0;
  constructor(tasks: Tasks) {
    this.#tasks = tasks;
  }

  open(nodeCount: number): void {
    if (this.#nowMs.length < nodeCount) this.#nowMs = new Float64Array(nodeCount);
    this.#nowMs.fill(0);
    this.#nodeCount = nodeCount;
    this.count = 0;
  }

  nowMs(node: number): number {
    return this.#nowMs[node];
  }

  advance(node: number, ms: number): void {
    this.#nowMs[node] += ms;
  }

  /** The pending timer that a timer so named would replace, -1 if none. */
  find(label: string, node: number, core: number, root: number): number {
    const tasks = this.#tasks;
    for (let i = 0; i < this.count; i++) {
      const slot = this.pending[i];
      if (tasks.root[slot] === root && tasks.node[slot] === node && tasks.core[slot] === core && tasks.label[slot] === label) return slot;
    }
    return -1;
  }

  add(slot: number): void {
    if (this.count === this.pending.length) {
      const wider = new Int32Array(this.count * 2);
      wider.set(this.pending);
      this.pending = wider;
    }
    this.pending[this.count++] = slot;
  }

  /** Takes a timer out: it begins or is cancelled. */
  take(slot: number): void {
    const at = this.pending.indexOf(slot);
    this.pending.copyWithin(at, at + 1, this.count);
    this.count--;
  }

  due(slot: number): boolean {
    return this.#nowMs[this.#tasks.node[slot]] >= this.#tasks.atMs[slot];
  }

  /** Writes down the clocks and what is pending, in the order of slots. */
  save(into: Ints): void {
    for (let node = 0; node < this.#nodeCount; node++) for (const half of halvesOf(this.#nowMs[node])) into.push(half);
    into.push(this.count);
    for (const slot of this.pending.slice(0, this.count).sort()) into.push(slot);
  }

  restore(from: Reader): void {
    for (let node = 0; node < this.#nodeCount; node++) this.#nowMs[node] = fromHalves(from.next(), from.next());
    const count = from.next();
    this.count = 0;
    for (let i = 0; i < count; i++) this.add(from.next());
  }

  /** Time that is left to the timer due first; none: infinite. */
  toNext(): number {
    let least = Infinity;
    for (let i = 0; i < this.count; i++) {
      const slot = this.pending[i];
      least = Math.min(least, this.#tasks.atMs[slot] - this.#nowMs[this.#tasks.node[slot]]);
    }
    return Math.max(0, least);
  }

  /** Moves all clocks by that time. */
  advanceToNext(): void {
    const ms = this.toNext();
    for (let node = 0; node < this.#nodeCount; node++) this.#nowMs[node] += ms;
  }
}
