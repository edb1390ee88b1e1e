/**
 * The run of one case: choose a task, move it, let its effects happen, until nothing is left to move.
 *
 * What it means to move a task is left to those who extend this: `pair.ts` moves two sides and compares them,
 * `alone.ts` moves one. Nothing is allocated per step; what a run needs is kept from case to case.
 *
 * When nothing can run: what is blocked tries once more; then, if the case is to come to rest, faults end (nodes start,
 * cuts heal) and the clocks go on to the next timer as long as there is one. From the end of the events on the
 * base schedule is followed. Blocked tasks that are left then are in a deadlock.
 */
import type { Case, Event } from "./case.ts";
import { Next } from "./contract.ts";
import type { Fault, Moved, Setup, System, Task } from "./contract.ts";
import { Clocks } from "./clocks.ts";
import { Deviations } from "./deviations.ts";
import { Digest } from "./digest.ts";
import { Network } from "./network.ts";
import { Ran } from "./ran.ts";
import { drawOf } from "./random.ts";
import { Reporter, errorObservable, errorText } from "./report.ts";
import type { RunOptions, Strategy } from "./run.ts";
import { Schedule } from "./schedule.ts";
import { State, Tasks } from "./tasks.ts";
import { Recording } from "./trace.ts";
import { AmbientAccess, ambientCalled, armTraps, disarmTraps, withoutTraps } from "./traps.ts";
import { View } from "./contract.ts";
import type { Failure } from "./verdict.ts";
import { everyStep, nextLook } from "./whole.ts";

const stepsMaxDefault = 100_000;
const timerWaitsMax = 10_000;

/** Who is at work, so that an exception is laid at the right door. */
export const Mover = { engine: 0, model: 1, implementation: 2 } as const;
export type Mover = (typeof Mover)[keyof typeof Mover];

/** What the step just made was: it decides which changes of the view need to have been declared. */
const Made = { move: 0, fault: 1, other: 2 } as const;

export abstract class Loop {
  readonly system: System;
  protected readonly tasks = new Tasks();
  protected readonly network = new Network();
  protected readonly clocks: Clocks;
  protected readonly schedule: Schedule;
  protected readonly digest = new Digest();
  protected view = new View([]);
  protected reporter!: Reporter;
  protected failure: Failure | undefined = undefined;
  protected mover: Mover = Mover.engine;
  protected contention = false;
  /** Whether the whole view is looked at after each step. */
  protected always = false;
  protected footprint = false;
  /** Whether what is reached is counted; not when a case is run a second time. */
  protected counting = true;
  protected step = 0;
  /** Slot moved or event applied in this step, -1 before the first and after the last. */
  protected moving = -1;
  readonly #deviations: Deviations;
  readonly #draw: (slot: number, stage: number, count: number) => number;
  readonly #nowMs: (node: number) => number;
  #case!: Case;
  #seed = 0;
  #viewOf: unknown = undefined;
  #viewProfile = "";
  #choices = new Int32Array(1024);
  /** A look at the whole view between steps found something: the case has to be run again to find the step. */
  #suspect = false;
  #resting = false;
  #progress = false;
  #timerWaits = 0;
  #recording: Recording | undefined = undefined;

  constructor(system: System) {
    this.system = system;
    this.clocks = new Clocks(this.tasks);
    this.schedule = new Schedule(this.tasks, this.network, this.clocks);
    this.#deviations = new Deviations(this.tasks);
    this.#draw = (slot, stage, count) => drawOf(this.#seed, this.tasks.key[slot], stage, count);
    this.#nowMs = (node) => this.clocks.nowMs(node);
  }

  /** The move that decides what happens next: the implementation's where there is one. */
  protected abstract readonly said: Moved;
  /** The model's, or the same. */
  protected abstract readonly judged: Moved;
  protected abstract openSides(setup: Setup): void;
  protected abstract startTask(task: Task): void;
  /** Moves the task one step; false when a failure was found (and put in `failure`). */
  protected abstract moveTask(slot: number): boolean;
  /** Tells the sides of a fault; false when a failure was found. */
  protected abstract applyFault(fault: Fault): boolean;
  /** Looks at the whole view and the invariants; with `declared`, changes must have been declared in this step. */
  protected abstract look(declared: boolean): boolean;
  /** What is still owed once everything is at rest. */
  protected abstract settle(): boolean;
  /** Folds the final view into the digest. */
  protected abstract foldView(): void;
  protected abstract newRecording(options: RunOptions): Recording | undefined;

  /** Runs one case, whose configuration and commands are taken to be valid. */
  run(one: Case, options: RunOptions = {}): Ran {
    const { recorder, ...plain } = options;
    const first = this.#runOnce(one, plain, this.#wantsAlways(one, plain));
    let result = first;
    const always = this.always || this.#suspect;
    if (this.#suspect) {
      this.counting = false;
      const found = first.failure!;
      result = this.#runOnce(first.whole(), { ...plain, strategy: undefined }, true);
      result.skippedDeviations = first.skippedDeviations;
      result.failure ??= {
        ...found,
        verdict: "nondeterministic",
        rules: [],
        observable: "whole view",
        expected: `the same run again to show the difference: ${found.expected}`,
        found: `no difference the second time; the first: ${found.found}`,
      };
    }
    this.counting = false;
    if (recorder !== undefined) this.#runOnce(first.whole(), { ...options, strategy: undefined }, always);
    this.counting = true;
    return result;
  }

  #wantsAlways(one: Case, options: RunOptions): boolean {
    if (options.wholeAlways === true) return true;
    this.#openView(one);
    return everyStep(one.seed, this.view.size, one.events.length * 4);
  }

  #openView(one: Case): void {
    if (this.#viewOf === one.config && this.#viewProfile === one.profile) return;
    this.view = this.system.view(one.config, one.profile);
    this.reporter = new Reporter(this.system, this.view, one.config);
    this.#viewOf = one.config;
    this.#viewProfile = one.profile;
  }

  #runOnce(one: Case, options: RunOptions, always: boolean): Ran {
    this.#open(one, options, always);
    armTraps();
    try {
      this.#openBoth(one, options);
      this.#drive(options);
    } catch (error) {
      this.#caught(error);
    } finally {
      disarmTraps();
    }
    return this.#result(one, options, always);
  }

  #open(one: Case, options: RunOptions, always: boolean): void {
    this.#openView(one);
    this.#case = one;
    this.#seed = one.seed;
    this.always = always;
    this.footprint = options.footprint === true;
    this.failure = undefined;
    this.mover = Mover.engine;
    this.contention = false;
    this.step = 0;
    this.moving = -1;
    this.#suspect = false;
    this.#resting = false;
    this.#progress = true;
    this.#timerWaits = 0;
    this.digest.clear();
    this.schedule.open(this.system, one);
    const nodeCount = this.system.nodeCount(one.config);
    this.network.open(nodeCount, this.tasks.countMax);
    this.clocks.open(nodeCount);
    this.#deviations.open(options.strategy === undefined ? one.deviations : []);
    this.#recording = options.recorder === undefined ? undefined : this.newRecording(options);
  }

  #openBoth(one: Case, options: RunOptions): void {
    this.openSides({
      config: one.config,
      profile: one.profile,
      taskCountMax: this.tasks.countMax,
      draw: this.#draw,
      nowMs: this.#nowMs,
      footprint: this.footprint,
      poison: options.poison ?? 0,
    });
    this.mover = Mover.engine;
  }

  #drive(options: RunOptions): void {
    const { schedule, tasks } = this;
    const { strategy, progress } = options;
    const stepsMax = options.stepsMax ?? stepsMaxDefault;
    const following = strategy === undefined && this.#deviations.askedCount > 0;
    strategy?.begin(this.#seed, Math.max(8, tasks.eventCount * 5), tasks.countMax, tasks.lane);
    if (this.always && !this.#looked(false)) return;
    let nextLookAt = nextLook(this.#seed, 0, this.view.size);
    let current = -1;
    for (;;) {
      if (schedule.dirty) schedule.list();
      if (schedule.runnableCount === 0) {
        if (!this.#goOn()) break;
        continue;
      }
      const base = schedule.base(current);
      let chosen = base;
      if (!this.#resting) {
        if (strategy !== undefined) {
          this.moving = base;
          chosen = strategy.choose(schedule.runnable, schedule.runnableCount, base, this.step);
        } else if (following) chosen = this.#deviations.choose(schedule.runnable, schedule.runnableCount, base);
        if (chosen !== base) this.#deviations.made(base, tasks.moves[base], chosen);
      }
      if (this.step === stepsMax) {
        this.fail("obligation missed", [], "rest", `rest within ${stepsMax} steps`, `${tasks.id[chosen]} can still move`);
        return;
      }
      this.#note(chosen);
      if (progress !== undefined) progress[0] = this.step;
      const made = this.#move(chosen);
      if (this.failure !== undefined) return;
      strategy?.after?.(chosen, made === Made.move ? this.said.next : Next.done);
      current = tasks.lane[chosen] < 0 ? -1 : chosen;
      if (this.always) {
        if (!this.#looked(made !== Made.other)) return;
      } else if (this.step >= nextLookAt) {
        nextLookAt = this.step + nextLook(this.#seed, this.step, this.view.size);
        if (!this.#looked(false)) return;
      }
    }
    if (this.failure === undefined) this.#finish();
  }

  /** Makes the step: a move of a task, or an event. */
  #move(slot: number): number {
    this.#recording?.before();
    const made = this.tasks.lane[slot] < 0 ? this.#apply(slot, this.#case.events[slot]) : this.#moveTask(slot);
    if (this.#recording !== undefined) this.#record(slot, made);
    return made;
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
    const { stages, outcome } = said;
    for (let i = 0; i < stages.count; i++) digest.fold(stages.items[i]);
    if (next === Next.done) {
      for (let i = 0; i < outcome.count; i++) digest.fold(outcome.items[i]);
      digest.fold(said.yields);
      schedule.finish(slot, said.yields);
    } else if (next === Next.blocked) schedule.block(slot, said.blockedOn);
    if (stages.count > 0 || next === Next.done || said.writes.count > 0) this.#progress = true;
    this.#effects(slot);
    return Made.move;
  }

  /** What a step frees, sends and sets. */
  #effects(slot: number): void {
    const { said, judged, schedule } = this;
    if (said.freed.count > 0 || judged.freed.count > 0) {
      this.#progress = true;
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
      const slot = tasks.derive(cause, message.label, message.body.slice(), from, message.node, message.core, lane);
      if (slot < 0) return this.#tooManyTasks();
      if (network.isCut(from, message.node) || !schedule.isUp(message.node)) tasks.state[slot] = State.gone;
      else network.send(slot, from, message.node);
    }
    schedule.dirty = true;
    this.#progress = true;
  }

  #setTimers(cause: number): void {
    const { tasks, schedule, clocks } = this;
    const node = tasks.node[cause];
    for (const timer of this.said.timers) {
      const lane = schedule.laneOf(node, timer.core);
      const earlier = clocks.find(timer.label, node, timer.core, tasks.root[cause]);
      if (earlier >= 0) schedule.cancelTimer(earlier);
      if (timer.atMs < 0) continue;
      const slot = tasks.derive(cause, timer.label, timer.body.slice(), -1, node, timer.core, lane);
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

  #apply(slot: number, event: Event): number {
    this.schedule.applied(slot);
    this.#progress = true;
    this.said.clear();
    this.judged.clear();
    this.digest.fold(this.tasks.key[slot]);
    let made: number = Made.other;
    switch (event.do) {
      case "op":
        throw new Error(`operation ${event.id} has no core: the engine confused its slots`);
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
    if (this.applyFault(fault)) this.#effects(slot);
  }

  /** Nothing can run. True when something was done about it. */
  #goOn(): boolean {
    const { schedule, clocks } = this;
    if (schedule.blockedCount > 0 && this.#progress) {
      this.#progress = false;
      schedule.freeAll();
      return true;
    }
    if (this.#case.rest) {
      if (schedule.allSettled && !this.#resting) {
        this.#heal();
        return this.failure === undefined;
      }
      if (clocks.count > 0) return this.#waitForTimer();
    }
    if (schedule.blockedCount > 0) {
      // Without a run to rest a task may rightly be left waiting for a clock that the case never moves.
      if (clocks.count === 0) {
        this.moving = -1;
        const ids = schedule.blockedIds().join(", ");
        this.fail("obligation missed", [], "deadlock", "every operation comes to its end", `nothing can move; blocked: ${ids}`);
      }
    } else if (!schedule.allSettled) {
      throw new Error("events are left but nothing can begin or is blocked: the schedule lost a task");
    }
    return false;
  }

  #heal(): void {
    const { schedule } = this;
    this.#resting = true;
    this.#progress = true;
    this.network.healAll();
    const nodeCount = this.system.nodeCount(this.#case.config);
    for (let node = 0; node < nodeCount; node++) {
      if (schedule.isUp(node)) continue;
      schedule.setUp(node);
      this.#heals(node);
      if (this.failure !== undefined) return;
    }
  }

  /** Starting a node at the end is a step of its own, caused by the last event that crashed it. */
  #heals(node: number): void {
    const { events } = this.#case;
    let slot = events.length - 1;
    while (slot > 0 && !(events[slot].do === "crash" && (events[slot] as { node: number }).node === node)) slot--;
    this.#note(slot);
    this.said.clear();
    this.judged.clear();
    this.digest.fold(this.tasks.key[slot]);
    this.#recording?.before();
    this.#tell(slot, { do: "start", node });
    if (this.#recording !== undefined) this.#record(slot, Made.fault);
    if (this.failure === undefined && this.always) this.#looked(true);
  }

  #waitForTimer(): boolean {
    if (this.#timerWaits++ === timerWaitsMax) {
      const next = this.tasks.id[this.clocks.pending[0]];
      this.fail("obligation missed", [], "rest", `rest within ${timerWaitsMax} timers`, `timer ${next} is set still`);
      return false;
    }
    this.clocks.advanceToNext();
    this.schedule.dirty = true;
    this.#progress = true;
    // A view that shows time changes here without anybody's write.
    return this.always ? this.#looked(false) : true;
  }

  #looked(declared: boolean): boolean {
    if (this.look(declared)) return true;
    if (!this.always) this.#suspect = true;
    return false;
  }

  #finish(): void {
    this.moving = -1;
    if (!this.#looked(false)) return;
    if (this.#case.rest && !this.settle()) return;
    this.foldView();
  }

  /** Writes down the choice of this step. */
  #note(slot: number): void {
    if (this.step === this.#choices.length) {
      const wider = new Int32Array(this.step * 2);
      wider.set(this.#choices);
      this.#choices = wider;
    }
    this.#choices[this.step++] = slot;
    this.moving = slot;
  }

  #record(slot: number, made: number): void {
    const { tasks } = this;
    withoutTraps(() => {
      this.#recording!.after({
        step: this.step,
        task: tasks.id[slot],
        kind: made === Made.move ? tasks.kind(slot) : "event",
        event: slot < tasks.eventCount ? this.#case.events[slot] : undefined,
        node: Math.max(0, tasks.node[slot]),
        core: tasks.core[slot],
        atMs: this.clocks.nowMs(Math.max(0, tasks.node[slot])),
        said: this.said,
        judged: this.judged,
        digest: this.digest.text(),
      });
    });
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

  #caught(error: unknown): void {
    if (this.mover === Mover.engine) throw error;
    if (error instanceof AmbientAccess) this.#ambient(error.what);
    else if (this.mover === Mover.model) {
      this.fail("crashed", [], `model ${errorObservable(error)}`, "the model takes the step", `the model threw ${errorText(error)}`);
    } else this.fail("crashed", [], errorObservable(error), "the implementation takes the step", `it threw ${errorText(error)}`);
  }

  #result(one: Case, options: RunOptions, always: boolean): Ran {
    const { tasks, schedule } = this;
    const failed = this.failure !== undefined;
    let unbegun: Uint8Array | undefined;
    if (failed) {
      unbegun = new Uint8Array(tasks.eventCount);
      for (let slot = 0; slot < tasks.eventCount; slot++) if (tasks.state[slot] === State.waiting) unbegun[slot] = 1;
    }
    const remains = {
      one,
      made: this.#deviations.copyMade(),
      derivedIds: tasks.id.slice(tasks.eventCount, tasks.count),
      unbegun,
      choices: failed ? this.#choices.slice(0, this.step) : undefined,
    };
    const plain: RunOptions = { stepsMax: options.stepsMax, poison: options.poison, footprint: options.footprint };
    const result = new Ran(remains, (again, strategy) => this.#scripted(again, { ...plain, strategy }, always));
    result.failure = this.failure;
    result.steps = this.step;
    result.operations = schedule.operations;
    result.digest = this.digest.text();
    result.contention = this.contention;
    result.skippedDeviations = this.#deviations.askedCount - (options.strategy === undefined ? this.#deviations.madeCount : 0);
    result.skippedOperations = schedule.skippedOperations;
    result.switches = this.#deviations.madeCount;
    let unfinished = 0;
    for (let slot = 0; slot < tasks.count; slot++) if (tasks.state[slot] === State.ready || tasks.state[slot] === State.blocked) unfinished++;
    result.unfinished = unfinished;
    return result;
  }

  #scripted(one: Case, options: RunOptions & { strategy: Strategy }, always: boolean): Ran {
    this.counting = false;
    try {
      return this.#runOnce(one, options, always);
    } finally {
      this.counting = true;
    }
  }
}
