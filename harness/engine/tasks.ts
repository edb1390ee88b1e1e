/**
 * The tasks of the case being run, as columns of numbers. Slots below `eventCount` are the events of the case, in
 * order; messages and timers take the slots after them in the order in which they were made. Nothing is cleared
 * between cases: a slot is filled when it is taken.
 */
import type { Task, TaskKind } from "./contract.ts";
import { hashOn } from "./random.ts";

/** Where a task stands. `ready` covers one that runs and one that could; `gone` one lost, cancelled or killed. */
export const State = { waiting: 0, ready: 1, blocked: 2, finished: 3, skipped: 4, gone: 5 } as const;
export type State = (typeof State)[keyof typeof State];

const derivedCountMax = 4096;
const nothing: readonly number[] = [];

export class Tasks {
  eventCount = 0;
  count = 0;
  countMax = 0;
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

  /** Forgets the last case and makes room for this many events and 4,096 derived tasks. */
  open(eventCount: number): void {
    this.eventCount = eventCount;
    this.count = eventCount;
    this.countMax = eventCount + derivedCountMax;
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

  kind(slot: number): TaskKind {
    return slot < this.eventCount ? "op" : this.sender[slot] >= 0 ? "message" : "timer";
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
      command: { kind: this.label[slot] },
      body: this.body[slot],
      of: -1,
    };
  }

  #fill(slot: number, id: string, key: number, node: number, core: number, lane: number): void {
    this.state[slot] = State.waiting;
    this.lane[slot] = lane;
    this.node[slot] = node;
    this.core[slot] = core;
    this.key[slot] = key;
    this.moves[slot] = 0;
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
