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
import type { Case } from "./case.ts";
import { Next } from "./contract.ts";
import type { Setup, System } from "./contract.ts";
import { Deviations } from "./deviations.ts";
import { Ran } from "./ran.ts";
import { drawOf } from "./random.ts";
import { Reporter } from "./report.ts";
import type { RunOptions } from "./run.ts";
import { Made, Mover, Steps } from "./steps.ts";
import { State } from "./tasks.ts";
import { Recording } from "./trace.ts";
import { armTraps, disarmTraps, withoutTraps } from "./traps.ts";
import { everyStep, nextLook } from "./whole.ts";

const stepsMaxDefault = 100_000;
const timerWaitsMax = 10_000;

/** Observables of runs that were too long; looking closer would find the same and take longer. */
const bounds = { rest: true, tasks: true };

export abstract class Loop extends Steps {
  readonly #deviations: Deviations;
  readonly #draw: (slot: number, stage: number, count: number) => number;
  readonly #nowMs: (node: number) => number;
  #case!: Case;
  #seed = 0;
  #viewOf: unknown = undefined;
  #viewProfile = "";
  #choices = new Int32Array(1024);
  #resting = false;
  #timerWaits = 0;
  #recording: Recording | undefined = undefined;

  constructor(system: System) {
    super(system);
    this.#deviations = new Deviations(this.tasks);
    this.#draw = (slot, stage, count) => drawOf(this.#seed, this.tasks.key[slot], stage, count);
    this.#nowMs = (node) => this.clocks.nowMs(node);
  }

  protected abstract openSides(setup: Setup): void;
  /** Looks at the whole view and the invariants; with `declared`, changes must have been declared in this step. */
  protected abstract look(declared: boolean): boolean;
  /** What is still owed once everything is at rest. */
  protected abstract settle(): boolean;
  /** Folds the final view into the digest. */
  protected abstract foldView(): void;
  protected abstract newRecording(options: RunOptions): Recording | undefined;

  /** Runs one case, whose configuration and commands are taken to be valid. */
  run(one: Case, options: RunOptions = {}): Ran {
    this.counting = true;
    return this.#run(one, options);
  }

  #run(one: Case, options: RunOptions): Ran {
    const { recorder, ...plain } = options;
    const first = this.#runOnce(one, plain, this.#wantsAlways(one, plain));
    const found = first.failure;
    const always = this.always || (found !== undefined && !(found.observable in bounds));
    this.counting = false;
    let result = first;
    if (found !== undefined && always && !this.always) {
      result = this.#runOnce(first.whole(), { ...plain, strategy: undefined }, true);
      result.skippedDeviations = first.skippedDeviations;
      result.failure ??= {
        ...found,
        verdict: "nondeterministic",
        rules: [],
        observable: "verdict",
        expected: `the same run again to show the difference: ${found.expected}`,
        found: `no difference the second time; the first: ${found.found}`,
      };
    }
    if (recorder !== undefined) this.#runOnce(first.whole(), { ...options, strategy: undefined }, always);
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
      this.caught(error);
      this.#recordThrown();
    } finally {
      disarmTraps();
    }
    return this.#result(one, options);
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
    this.#resting = false;
    this.progress = true;
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
    strategy?.begin(this.#seed, Math.max(8, tasks.eventCount * 5), tasks.countMax, tasks.lane, tasks.id);
    if (this.always && !this.look(false)) return;
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
        if (strategy !== undefined) chosen = strategy.choose(schedule.runnable, schedule.runnableCount, base, this.step);
        else if (following) chosen = this.#deviations.choose(schedule.runnable, schedule.runnableCount, base);
        if (chosen !== base) this.#departs(base, chosen);
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
        if (!this.look(made !== Made.other)) return;
      } else if (this.step >= nextLookAt) {
        nextLookAt = this.step + nextLook(this.#seed, this.step, this.view.size);
        if (!this.look(false)) return;
      }
    }
    if (this.failure === undefined) this.#finish();
  }

  #move(slot: number): number {
    this.#recording?.before();
    const made = this.make(slot, slot < this.tasks.eventCount ? this.#case.events[slot] : undefined);
    if (this.#recording !== undefined) this.#record(slot, made);
    return made;
  }

  /** Nothing can run. True when something was done about it. */
  #goOn(): boolean {
    const { schedule, clocks } = this;
    if (schedule.blockedCount > 0 && this.progress) {
      this.progress = false;
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
    this.progress = true;
    this.network.healAll();
    const nodeCount = this.system.nodeCount(this.#case.config);
    for (let node = 0; node < nodeCount; node++) {
      if (schedule.isUp(node)) continue;
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
    this.#recording?.before();
    this.startNode(slot, node);
    if (this.#recording !== undefined) this.#record(slot, Made.fault);
    if (this.failure === undefined && this.always) this.look(true);
  }

  #waitForTimer(): boolean {
    if (this.#timerWaits++ === timerWaitsMax) {
      const next = this.tasks.id[this.clocks.pending[0]];
      this.fail("obligation missed", [], "rest", `rest within ${timerWaitsMax} timers`, `timer ${next} is set still`);
      return false;
    }
    this.clocks.advanceToNext();
    this.schedule.dirty = true;
    this.progress = true;
    // A view that shows time changes here without anybody's write.
    return this.always ? this.look(false) : true;
  }

  #finish(): void {
    this.moving = -1;
    if (!this.look(false)) return;
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

  #departs(base: number, chosen: number): void {
    const { runnable, runnableCount } = this.schedule;
    let at = 0;
    while (at < runnableCount && runnable[at] !== chosen) at++;
    if (at === runnableCount) throw new Error(`slot ${chosen} was chosen, which is not among the ${runnableCount} that can run: the strategy is at fault`);
    this.#deviations.made(base, this.tasks.moves[base], chosen);
  }

  /** The step in which a side threw is shown too, if the sides can still be read. */
  #recordThrown(): void {
    if (this.#recording === undefined || this.moving < 0) return;
    try {
      this.#record(this.moving, this.tasks.lane[this.moving] < 0 ? Made.fault : Made.move);
    } catch {
      this.#recording = undefined;
    }
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

  #result(one: Case, options: RunOptions): Ran {
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
    const again = { ...options, progress: undefined, recorder: undefined };
    const result = new Ran(remains, (shorter, strategy) => {
      this.counting = false;
      return this.#run(shorter, { ...again, strategy });
    });
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
}
