/** A run one step at a time, for a search that chooses by itself, writes down where it stands, and goes back (`explore/`). */
import { Next, type Ints } from "./contract.ts";
import type { Reader } from "./explore/words.ts";
import { Rest } from "./rest.ts";
import { nothing } from "./tasks.ts";
import type { Failure } from "./verdict.ts";

/** Places of what is waited for lie above those of entries and of words of memory. */
function waitPlace(what: number): number {
  return 2 ** 29 + (what & 0xffffff);
}

export abstract class Stepwise extends Rest {
  /** How many tasks and events can be chosen from now; 0 where nothing is left but the way to rest. */
  canMove(): number {
    const { schedule } = this;
    if (schedule.dirty) schedule.list();
    if (schedule.runnableCount === 0 && schedule.blockedCount > 0 && this.progress) {
      this.progress = false;
      schedule.freeAll();
      schedule.list();
    }
    return schedule.runnableCount;
  }

  /** What of the engine's own a step may change: tasks, schedule, network, clocks. */
  saveEngine(into: Ints): void {
    into.push(this.progress ? 1 : 0);
    this.tasks.save(into);
    this.schedule.save(into);
    this.network.save(into, this.tasks.eventCount, this.tasks.count);
    this.clocks.save(into);
  }

  restoreEngine(from: Reader): void {
    this.failure = undefined;
    this.progress = from.next() === 1;
    this.tasks.restore(from);
    this.schedule.restore(from);
    this.network.restore(from, this.tasks.eventCount, this.tasks.count);
    this.clocks.restore(from);
  }

  /** What is lent to the sides: the records of their steps, and the list that tasks without a body carry. */
  get lent(): readonly object[] {
    return [this.said, this.judged, nothing];
  }

  /** Slots that can be chosen, canonical; whichever stands first is no better than the others. */
  get choosable(): Int32Array {
    return this.schedule.runnable.subarray(0, this.schedule.runnableCount);
  }

  /** Whether the task has begun and its core is at nothing else. */
  isUnderWay(slot: number): boolean {
    return this.schedule.isUnderWay(slot);
  }

  /** Id of a task or event. */
  idOf(slot: number): string {
    return this.tasks.id[slot];
  }

  /** Lane of a task, -1 for an event that is no operation. */
  laneOf(slot: number): number {
    return this.tasks.lane[slot];
  }

  /** The slot that the base schedule would choose after a move of `current` (-1: none). */
  baseAfter(current: number): number {
    return this.schedule.base(current >= 0 && this.tasks.lane[current] < 0 ? -1 : current);
  }

  /** Whether one of two tasks can keep the other from ever beginning. */
  areRivals(one: number, other: number): boolean {
    return this.schedule.rivals(one, other);
  }

  /** Whether every event that is no operation has been applied, so that no clock and no node changes before the case comes to rest. */
  get eventsAreOver(): boolean {
    return this.schedule.barriersPassed;
  }

  /**
   * Entries that the step just made read (twice their number) or wrote (twice and one more). What it waits for and what it lets go count as a place each, read
   * and written: who begins to wait after that was let go waits for longer.
   */
  touched(into: Ints): void {
    for (const moved of this.said === this.judged ? [this.said] : [this.said, this.judged]) {
      for (let i = 0; i < moved.reads.count; i++) into.push(moved.reads.items[i] * 2);
      for (let i = 0; i < moved.writes.count; i++) into.push(moved.writes.items[i] * 2 + 1);
      if (moved.next === Next.blocked) into.push(waitPlace(moved.blockedOn) * 2);
      for (let i = 0; i < moved.freed.count; i++) into.push(waitPlace(moved.freed.items[i]) * 2 + 1);
    }
  }

  /** Tasks that wait now. */
  get blockedCount(): number {
    return this.schedule.blockedCount;
  }

  /** Whether the step just made ended in waiting. */
  get blocks(): boolean {
    return this.said.next === Next.blocked;
  }

  /** Whether the step just made reached beyond memory: it sent something or set a timer. */
  get sentOrSet(): boolean {
    return this.said.sent.length > 0 || this.said.timers.length > 0;
  }

  /** The chosen task or event makes its step; the whole view is looked at after it. */
  moveOn(slot: number): Failure | undefined {
    this.failure = undefined;
    this.step++;
    this.moving = slot;
    try {
      this.make(slot, slot < this.tasks.eventCount ? this.one.events[slot] : undefined);
      if (this.failure === undefined) this.look(false);
    } catch (error) {
      this.caught(error);
    }
    return this.failure;
  }
}
