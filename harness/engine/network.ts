/**
 * Messages in flight. There is one channel from every node to every node, its own included; the order in which a
 * channel delivers is the system's (`fifo`: only the oldest can arrive, `any`: each can). Messages between cores of one
 * node cannot be lost, so cutting and dropping do not touch the channel from a node to itself.
 */
import type { Ints } from "./contract.ts";
import type { Reader } from "./explore/words.ts";

export class Network {
  #nodeCount = 0;
  #oldest = new Int32Array(0);
  #newest = new Int32Array(0);
  #cut = new Uint8Array(0);
  #after = new Int32Array(0);
  #before = new Int32Array(0);
  inFlight = 0;
  /** The oldest message of each channel (`from * nodeCount + to`), -1 where none is in flight. */
  get oldest(): Int32Array {
    return this.#oldest;
  }
  get channelCount(): number {
    return this.#nodeCount * this.#nodeCount;
  }

  open(nodeCount: number, taskCountMax: number): void {
    const channelCount = nodeCount * nodeCount;
    if (this.#oldest.length < channelCount) {
      this.#oldest = new Int32Array(channelCount);
      this.#newest = new Int32Array(channelCount);
      this.#cut = new Uint8Array(channelCount);
    }
    if (this.#after.length < taskCountMax) {
      this.#after = new Int32Array(taskCountMax + 64);
      this.#before = new Int32Array(taskCountMax + 64);
    }
    this.#nodeCount = nodeCount;
    this.inFlight = 0;
    for (let c = 0; c < channelCount; c++) {
      this.#oldest[c] = -1;
      this.#newest[c] = -1;
      this.#cut[c] = 0;
    }
  }

  /** The message sent next on the same channel, -1 at its end. */
  following(slot: number): number {
    return this.#after[slot];
  }

  /** Whether what is sent now is lost. */
  isCut(from: number, to: number): boolean {
    return this.#cut[from * this.#nodeCount + to] === 1;
  }

  /** Puts a message at the end of its channel. */
  send(slot: number, from: number, to: number): void {
    const c = from * this.#nodeCount + to;
    const last = this.#newest[c];
    this.#before[slot] = last;
    this.#after[slot] = -1;
    if (last < 0) this.#oldest[c] = slot;
    else this.#after[last] = slot;
    this.#newest[c] = slot;
    this.inFlight++;
  }

  /** Takes a message out of its channel: it is delivered or lost. */
  take(slot: number, from: number, to: number): void {
    const c = from * this.#nodeCount + to;
    const before = this.#before[slot];
    const after = this.#after[slot];
    if (before < 0) this.#oldest[c] = after;
    else this.#after[before] = after;
    if (after < 0) this.#newest[c] = before;
    else this.#before[after] = before;
    this.inFlight--;
  }

  /** Cuts or heals both directions between two nodes. */
  setCut(from: number, to: number, cut: boolean): void {
    if (from === to) return;
    this.#cut[from * this.#nodeCount + to] = cut ? 1 : 0;
    this.#cut[to * this.#nodeCount + from] = cut ? 1 : 0;
  }

  /** The oldest message from one node to another, -1 where none can be lost. */
  losable(from: number, to: number): number {
    return from === to ? -1 : this.#oldest[from * this.#nodeCount + to];
  }

  /** Writes down what is cut and what is in flight; messages have slots from `first` up to and without `end`. */
  save(into: Ints, first: number, end: number): void {
    into.push(this.inFlight);
    for (let c = 0; c < this.channelCount; c++) {
      into.push(this.#oldest[c]);
      into.push(this.#newest[c]);
      into.push(this.#cut[c]);
    }
    if (this.inFlight === 0) return;
    for (let slot = first; slot < end; slot++) {
      into.push(this.#before[slot]);
      into.push(this.#after[slot]);
    }
  }

  restore(from: Reader, first: number, end: number): void {
    this.inFlight = from.next();
    for (let c = 0; c < this.channelCount; c++) {
      this.#oldest[c] = from.next();
      this.#newest[c] = from.next();
      this.#cut[c] = from.next();
    }
    if (this.inFlight === 0) return;
    for (let slot = first; slot < end; slot++) {
      this.#before[slot] = from.next();
      this.#after[slot] = from.next();
    }
  }

  healAll(): void {
    this.#cut.fill(0);
  }
}
