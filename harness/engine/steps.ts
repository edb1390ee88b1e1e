/**
 * One step of a run: a task moves or an event is applied, and its effects happen. What moving a task means is left to
 * those who extend this; network, clocks and schedule are the engine's.
 */
import type { Event } from "./case.ts";
import { Clocks } from "./clocks.ts";
import { Next, View } from "./contract.ts";
import type { Fault, Moved, System, Task } from "./contract.ts";
import { Digest } from "./digest.ts";
import { Network } from "./network.ts";
import { Reporter, errorObservable, errorText } from "./report.ts";
import { Schedule } from "./schedule.ts";
import { State, Tasks } from "./tasks.ts";
import { AmbientAccess, ambientCalled } from "./traps.ts";
import type { Failure } from "./verdict.ts";

/** Who is at work, so that an exception is laid at the right door. */
export const Mover = { engine: 0, model: 1, implementation: 2 } as const;
export type Mover = (typeof Mover)[keyof typeof Mover];

/** What the step just made was: it decides which changes of the view need to have been declared. */
export const Made = { move: 0, fault: 1, other: 2 } as const;

export abstract class Steps {
  readonly system: System;
  protected readonly tasks = new Tasks();
  protected readonly network = new Network();
  protected readonly clocks: Clocks;
  protected readonly schedule: Schedule;
  protected readonly digest = new Digest();
  protected view = View.of([]);
  protected reporter!: Reporter;
  protected failure: Failure | undefined = undefined;
  protected mover: Mover = Mover.engine;
  protected contention = false;
  /** Step from which the whole view is looked at after each. */
  protected closely = Infinity;
  protected footprint = false;
  /** Whether what is reached is counted; not when a case is run a second time. */
  protected counting = true;
  protected step = 0;
  /** Slot moved or event applied in this step, -1 before the first and after the last. */
  protected moving = -1;
  /** Whether anything came of the moves since the blocked tasks last tried again. */
  protected progress = false;

  constructor(system: System) {
    this.system = system;
    this.clocks = new Clocks(this.tasks);
    this.schedule = new Schedule(this.tasks, this.network, this.clocks);
  }

  protected get always(): boolean {
    return this.step >= this.closely;
  }

  /** The move that decides what happens next: the implementation's where there is one. */
  protected abstract readonly said: Moved;
  /** The model's, or the same. */
  protected abstract readonly judged: Moved;
  protected abstract startTask(task: Task): void;
  /** Moves the task one step; false when a failure was found (and put in `failure`). */
  protected abstract moveTask(slot: number): boolean;
  /** Tells the sides of a fault; false when a failure was found. */
  protected abstract applyFault(fault: Fault): boolean;

  /** Makes the step: a move of a task, or an event; says which kind it was. Failures are in `failure`. */
  protected make(slot: number, event: Event | undefined): number {
    return event === undefined || event.do === "op" ? this.#moveTask(slot) : this.#apply(slot, event);
  }

  /** Starts a node that no event of the case starts; `slot` is the event that is named as the cause. */
  protected startNode(slot: number, node: number): void {
    this.said.clear();
    this.judged.clear();
    this.digest.fold(this.tasks.key[slot]);
    this.schedule.setUp(node);
    this.#tell(slot, { do: "start", node });
  }

  #moveTask(slot: number): number {
    const { tasks, schedule, digest, said } = this;
    if (tasks.state[slot] === State.waiting) {
      schedule.begin(slot);
      this.startTask(slot < tasks.eventCount ? schedule.operationTask(slot) : tasks.derivedTask(slot));
    } else schedule.resume(slot);
    digest.fold(tasks.key[slot]);
    if (!this.moveTask(slot)) return Made.move;
    tasks.moves[slot]++;
    const next = said.next;
    digest.fold(next);
    const { stages, outcome, witness } = said;
    for (let i = 0; i < stages.count; i++) digest.fold(stages.items[i]);
    for (let i = 0; i < witness.count; i++) digest.fold(witness.items[i]);
    if (next === Next.done) {
      for (let i = 0; i < outcome.count; i++) digest.fold(outcome.items[i]);
      digest.fold(said.yields);
      schedule.finish(slot, said.yields);
    } else if (next === Next.blocked) schedule.block(slot, said.blockedOn);
    // To wait may be a documented stage; nothing comes of it.
    if ((stages.count > 0 && next !== Next.blocked) || next === Next.done || said.writes.count > 0) this.progress = true;
    this.#effects(slot);
    return Made.move;
  }

  /** What a step frees, sends and sets. */
  #effects(slot: number): void {
    const { said, judged, schedule } = this;
    if (said.freed.count > 0 || judged.freed.count > 0) {
      this.progress = true;
      for (let i = 0; i < said.freed.count; i++) schedule.free(said.freed.items[i]);
      if (judged !== said) for (let i = 0; i < judged.freed.count; i++) schedule.free(judged.freed.items[i]);
    }
    if (said.sent.length > 0) this.#send(slot);
    if (said.timers.length > 0) this.#setTimers(slot);
  }

  #send(cause: number): void {
    const { tasks, schedule, network } = this;
    // A message to oneself comes from the node that moves; events of no node cannot send.
    const from = tasks.node[cause];
    for (const message of this.said.sent) {
      const lane = schedule.laneOf(message.node, message.core);
      const slot = tasks.derive(cause, message.label, message.body, from, message.node, message.core, lane);
      if (slot < 0) return this.#tooManyTasks();
      if (network.isCut(from, message.node) || !schedule.isUp(message.node)) tasks.state[slot] = State.gone;
      else network.send(slot, from, message.node);
    }
    schedule.dirty = true;
    this.progress = true;
  }

  #setTimers(cause: number): void {
    const { tasks, schedule, clocks } = this;
    const node = tasks.node[cause];
    for (const timer of this.said.timers) {
      const lane = schedule.laneOf(node, timer.core);
      const earlier = clocks.find(timer.label, node, timer.core, tasks.root[cause]);
      if (earlier >= 0) schedule.cancelTimer(earlier);
      if (timer.atMs < 0) continue;
      const slot = tasks.derive(cause, timer.label, timer.body, -1, node, timer.core, lane);
      if (slot < 0) return this.#tooManyTasks();
      tasks.atMs[slot] = timer.atMs;
      clocks.add(slot);
    }
    schedule.dirty = true;
  }

  #tooManyTasks(): void {
    const count = this.tasks.countMax - this.tasks.eventCount;
    this.fail("inconclusive", [], "tasks", `at most ${count} messages and timers in a case`, "more");
  }

  #apply(slot: number, event: Exclude<Event, { do: "op" }>): number {
    this.schedule.applied(slot);
    this.progress = true;
    this.said.clear();
    this.judged.clear();
    this.digest.fold(this.tasks.key[slot]);
    let made: number = Made.other;
    switch (event.do) {
      case "advance":
        this.clocks.advance(event.node, event.ms);
        break;
      case "drop": {
        const message = this.network.losable(event.from, event.to);
        if (message >= 0) this.schedule.lose(message);
        break;
      }
      case "cut":
        this.network.setCut(event.from, event.to, true);
        this.schedule.loseBetween(event.from, event.to);
        break;
      case "heal":
        this.network.setCut(event.from, event.to, false);
        break;
      case "crash":
        if (!this.schedule.isUp(event.node)) break;
        made = Made.fault;
        this.schedule.crash(event.node);
        this.#tell(slot, { do: "crash", node: event.node, keep: event.keep });
        break;
      case "start":
        if (this.schedule.isUp(event.node)) break;
        made = Made.fault;
        this.schedule.setUp(event.node);
        this.#tell(slot, { do: "start", node: event.node });
        break;
      case "view":
        made = Made.fault;
        this.#tell(slot, { do: "view", node: event.node, sees: event.sees });
        break;
    }
    return made;
  }

  #tell(slot: number, fault: Fault): void {
    if (!this.applyFault(fault)) return;
    if (!this.schedule.isUp(fault.node)) {
      // Nothing leaves a node that is down, and no clock wakes it.
      this.said.sent.length = 0;
      this.said.timers.length = 0;
    }
    this.#effects(slot);
  }

  /** Id of what is being moved, "" for nothing. */
  protected movingId(): string {
    return this.moving < 0 ? "" : this.tasks.id[this.moving];
  }

  /** Notes the failure; always false, so that a check can end with it. */
  protected fail(verdict: Failure["verdict"], rules: readonly (number | undefined)[], observable: string, expected: string, found: string): false {
    this.failure = this.reporter.failure(verdict, { step: this.step, task: this.movingId() }, rules, observable, expected, found);
    return false;
  }

  /** Fails if a side reached for something ambient and kept quiet about it. */
  protected ambientFree(): boolean {
    const what = ambientCalled();
    return what === "" || this.#ambient(what);
  }

  #ambient(what: string): false {
    const who = this.mover === Mover.model ? "the model" : "the implementation";
    return this.fail("nondeterministic", [], `ambient ${what}`, "time, randomness and order come through the case", `${who} called ${what}`);
  }

  protected caught(error: unknown): void {
    if (this.mover === Mover.engine) throw error;
    if (error instanceof AmbientAccess) this.#ambient(error.what);
    else if (this.mover === Mover.model) {
      this.fail("crashed", [], `model ${errorObservable(error)}`, "the model takes the step", `the model threw ${errorText(error)}`);
    } else this.fail("crashed", [], errorObservable(error), "the implementation takes the step", `it threw ${errorText(error)}`);
  }
}
