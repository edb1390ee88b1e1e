/**
 * The tasks of the case being run, as columns of numbers. Slots below `eventCount` are the events of the case, in
 * order; messages and timers take the slots after them in the order in which they were made. Nothing is cleared
 * between cases: a slot is filled when it is taken.
 */
import type { Command, Ints, Task, TaskKind } from "./contract.ts";
import { fromHalves, halvesOf, type Reader } from "./explore/words.ts";
import { hashOn } from "./random.ts";

/** Where a task stands. `ready` covers one that runs and one that could; `gone` one lost, cancelled or killed. */
export const State = { waiting: 0, ready: 1, blocked: 2, finished: 3, skipped: 4, gone: 5 } as const;
export type State = (typeof State)[keyof typeof State];

/** What operations carry, and messages without a body: always the same list. */
export const nothing: readonly number[] = [];

export class Tasks {
  eventCount = 0;
  count = 0;
  countMax = 0;
  /** How many messages and timers there is room for. */
  derivedCountMax = 4096;
  state = new Uint8Array(0);
  /** Number of the core over all nodes, -1 for an event that is no operation. */
  lane = new Int32Array(0);
  node = new Int32Array(0);
  core = new Int32Array(0);
  /** Slot of the event at the beginning of the chain of causes. */
  root = new Int32Array(0);
  cause = new Int32Array(0);
  key = new Int32Array(0);
  /** Moves made. */
  moves = new Int32Array(0);
  yields = new Int32Array(0);
  /** What a blocked task waits for. */
  waitingOn = new Int32Array(0);
  /** Node that sent a message, -1 for anything else. */
  sender = new Int32Array(0);
  /** When a timer comes due. */
  atMs = new Float64Array(0);
  /** Messages and timers of one cause and label are counted together, from 0. */
  ordinal = new Int32Array(0);
  /** The derived task made last by this one, and the one made before it by the same cause; -1 ends the list. */
  lastChild = new Int32Array(0);
  sibling = new Int32Array(0);
  readonly id: string[] = [];
  readonly label: string[] = [];
  readonly body: (readonly number[])[] = [];
  /** By slot: commands of background work. */
  readonly #works = new Map<number, Command>();
  /** Labels by the numbers that stand for them in what is saved. */
  readonly #labels: string[] = [];
  /** What is settled when a message or timer is made. */
  readonly #derived = [() => this.lane, () => this.node, () => this.core, () => this.root, () => this.cause, () => this.key, () => this.sender, () => this.ordinal, () => this.sibling];

  /** Forgets the last case and makes room for this many events and the derived tasks of a case. */
  open(eventCount: number): void {
    this.eventCount = eventCount;
    this.count = eventCount;
    this.countMax = eventCount + this.derivedCountMax;
    this.#works.clear();
    if (this.state.length < this.countMax) this.#grow(this.countMax + 64);
  }

  /** Fills the slot of an event. */
  event(slot: number, id: string, key: number, node: number, core: number, lane: number): void {
    this.#fill(slot, id, key, node, core, lane);
    this.root[slot] = slot;
    this.cause[slot] = slot;
    this.sender[slot] = -1;
  }

  /** Takes a slot for a message (`sender` is its node) or timer (`sender` -1) of task `cause`; -1 when there are too many. */
  derive(cause: number, label: string, body: readonly number[], sender: number, node: number, core: number, lane: number): number {
    if (this.count === this.countMax) return -1;
    const slot = this.count++;
    let same = this.lastChild[cause];
    while (same >= 0 && this.label[same] !== label) same = this.sibling[same];
    const ordinal = same < 0 ? 0 : this.ordinal[same] + 1;
    const number = String(ordinal);
    // Hashed piece by piece: the id is a string still to be put together, and most are never looked at.
    const key = hashOn(hashOn(hashOn(hashOn(this.key[cause], "/"), label), "/"), number);
    this.#fill(slot, `${this.id[cause]}/${label}/${number}`, key, node, core, lane);
    this.root[slot] = this.root[cause];
    this.cause[slot] = cause;
    this.sender[slot] = sender;
    this.ordinal[slot] = ordinal;
    this.sibling[slot] = this.lastChild[cause];
    this.lastChild[cause] = slot;
    this.label[slot] = label;
    // The side may fill the same list again.
    if (body.length > 0) this.body[slot] = body.slice();
    return slot;
  }

  /** A piece of background work, that nothing causes: like a timer, and an operation to the sides. Takes the slot `again`, or a new one (-1); -1 when there are too many. */
  work(again: number, id: string, key: number, command: Command, node: number, core: number, lane: number): number {
    if (again < 0 && this.count === this.countMax) return -1;
    const slot = again < 0 ? this.count++ : again;
    this.#fill(slot, id, key, node, core, lane);
    this.root[slot] = slot;
    this.cause[slot] = slot;
    this.sender[slot] = -1;
    this.ordinal[slot] = 0;
    this.sibling[slot] = -1;
    this.label[slot] = command.kind;
    this.#works.set(slot, command);
    return slot;
  }

  kind(slot: number): TaskKind {
    if (slot < this.eventCount || this.#works.has(slot)) return "op";
    return this.sender[slot] >= 0 ? "message" : "timer";
  }

  /** The record a side is given for a message or timer. */
  derivedTask(slot: number): Task {
    return {
      slot,
      id: this.id[slot],
      key: this.key[slot],
      node: this.node[slot],
      core: this.core[slot],
      kind: this.kind(slot),
      cause: this.cause[slot],
      command: this.#works.get(slot) ?? { kind: this.label[slot] },
      body: this.body[slot],
      of: -1,
    };
  }

  /** Writes down everything that a step may change; how often a task moved is no part of it. */
  save(into: Ints): void {
    into.push(this.count);
    for (let slot = 0; slot < this.count; slot++) {
      into.push(this.state[slot] | (this.yields[slot] << 3));
      into.push(this.state[slot] === State.blocked ? this.waitingOn[slot] : -1);
      into.push(this.lastChild[slot]);
      if (slot >= this.eventCount) this.#saveDerived(slot, into);
    }
  }

  /** Returns to what was saved of the same case. */
  restore(from: Reader): void {
    this.#works.clear();
    this.count = from.next();
    for (let slot = 0; slot < this.count; slot++) {
      const word = from.next();
      this.state[slot] = word & 7;
      this.yields[slot] = word >> 3;
      this.waitingOn[slot] = from.next();
      this.lastChild[slot] = from.next();
      if (slot >= this.eventCount) this.#restoreDerived(slot, from);
    }
  }

  #saveDerived(slot: number, into: Ints): void {
    let label = this.#labels.indexOf(this.label[slot]);
    if (label < 0) label = this.#labels.push(this.label[slot]) - 1;
    into.push(label);
    for (const column of this.#derived) into.push(column()[slot]);
    for (const half of halvesOf(this.atMs[slot])) into.push(half);
    into.push(this.body[slot].length);
    for (const word of this.body[slot]) into.push(word);
  }

  #restoreDerived(slot: number, from: Reader): void {
    this.label[slot] = this.#labels[from.next()];
    for (const column of this.#derived) column()[slot] = from.next();
    this.atMs[slot] = fromHalves(from.next(), from.next());
    const length = from.next();
    this.body[slot] = length === 0 ? nothing : Array.from(from.take(length));
    this.id[slot] = `${this.id[this.cause[slot]]}/${this.label[slot]}/${this.ordinal[slot]}`;
  }

  #fill(slot: number, id: string, key: number, node: number, core: number, lane: number): void {
    if (this.#works.size > 0) this.#works.delete(slot);
    this.state[slot] = State.waiting;
    this.lane[slot] = lane;
    this.node[slot] = node;
    this.core[slot] = core;
    this.key[slot] = key;
    this.moves[slot] = 0;
    this.atMs[slot] = 0;
    this.yields[slot] = 0;
    this.waitingOn[slot] = -1;
    this.lastChild[slot] = -1;
    this.id[slot] = id;
    this.body[slot] = nothing;
  }

  #grow(length: number): void {
    this.state = new Uint8Array(length);
    this.lane = new Int32Array(length);
    this.node = new Int32Array(length);
    this.core = new Int32Array(length);
    this.root = new Int32Array(length);
    this.cause = new Int32Array(length);
    this.key = new Int32Array(length);
    this.moves = new Int32Array(length);
    this.yields = new Int32Array(length);
    this.waitingOn = new Int32Array(length);
    this.sender = new Int32Array(length);
    this.atMs = new Float64Array(length);
    this.ordinal = new Int32Array(length);
    this.lastChild = new Int32Array(length);
    this.sibling = new Int32Array(length);
  }
}
