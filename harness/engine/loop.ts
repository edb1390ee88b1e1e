/**
 * The run of one case: choose a task, move it, let its effects happen, until nothing is left to move.
 *
 * What it means to move a task is left to those who extend this: `pair.ts` moves two sides and compares them,
 * `alone.ts` moves one. Nothing is allocated per step; what a run needs is kept from case to case.
 *
 * How a case comes to rest is `rest.ts`; from then on its fair schedule is followed.
 */
import type { Case } from "./case.ts";
import { Next } from "./contract.ts";
import type { Setup, System } from "./contract.ts";
import { Deviations } from "./deviations.ts";
import { Ran } from "./ran.ts";
import { drawOf } from "./random.ts";
import { Reporter } from "./report.ts";
import type { RunOptions } from "./run.ts";
import { Made, Mover } from "./steps.ts";
import { Stepwise } from "./stepwise.ts";
import { State } from "./tasks.ts";
import { permuteTables } from "./table-order.ts";
import { Recording } from "./trace.ts";
import type { Trail } from "./trail.ts";
import { armTraps, disarmTraps, withoutTraps } from "./traps.ts";
import type { Failure } from "./verdict.ts";
import { everyStep, nextLook } from "./whole.ts";

/** A long case may take its time: so many steps, or so many for each of its events. */
const stepsMaxLeast = 100_000;
const stepsMaxEach = 200;

/** Of a longer run that failed only what followed the last look at the whole view that found nothing is looked at closely; so it is looked at more often. */
const closeStepsMax = 600;

/** Observables of runs that were too long; looking closer would find the same and take longer. */
const bounds = { rest: true, tasks: true, livelock: true, starvation: true };

const stepsExpected = (one: Case): number => one.events.length * 4;

export abstract class Loop extends Stepwise {
  readonly #deviations: Deviations;
  readonly #draw: Setup["draw"];
  readonly #nowMs: (node: number) => number;
  /** Answers draws that say among how many they choose, in place of the seed. */
  chooser: ((among: number) => number) | undefined = undefined;
  #seed = 0;
  /** Most steps between two looks. */
  #lookWithin = Infinity;
  #stepsAlone = false;
  /** Step after which the whole view was last found right. */
  #lookedAt = 0;
  #viewOf: unknown = undefined;
  #viewProfile = "";
  #choices = new Int32Array(1024);
  #recording: Recording | undefined = undefined;
  #trail: Trail | undefined = undefined;
  readonly #valueAt = (entry: number): number => this.valueAt(entry);

  constructor(system: System) {
    super(system);
    this.#deviations = new Deviations(this.tasks);
    this.#draw = (slot, stage, count, among) => (among === undefined || this.chooser === undefined ? drawOf(this.#seed, this.tasks.key[slot], stage, count) : this.chooser(among));
    this.#nowMs = (node) => this.clocks.nowMs(node);
  }

  protected abstract openSides(setup: Setup): void;
  /** Folds the final view into the digest. */
  protected abstract foldView(): void;
  /** What stands at an entry now. */
  protected abstract valueAt(entry: number): number;
  protected abstract newRecording(options: RunOptions): Recording | undefined;

  /** Runs one case, whose configuration and commands are taken to be valid. */
  run(one: Case, options: RunOptions = {}): Ran {
    this.counting = true;
    return this.#run(one, options);
  }

  #run(one: Case, options: RunOptions): Ran {
    const { recorder, ...plain } = options;
    let closely = this.#wantsAlways(one, plain) ? 0 : Infinity;
    const first = this.#runOnce(one, plain, closely);
    const found = first.failure;
    this.counting = false;
    let result = first;
    if (found !== undefined && closely > 0 && options.once !== true && !(found.observable in bounds)) {
      closely = first.steps > closeStepsMax ? this.#lookedAt : 0;
      result = this.#runOnce(first.whole(), { ...plain, strategy: undefined }, closely);
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
    if (recorder !== undefined) this.#runOnce(first.whole(), { ...options, strategy: undefined }, closely);
    return result;
  }

  #wantsAlways(one: Case, options: RunOptions): boolean {
    if (options.wholeAlways === true) return true;
    if (options.once === true) return false;
    this.#openView(one);
    return everyStep(one.seed, this.view.size, stepsExpected(one));
  }

  #openView(one: Case): void {
    if (this.#viewOf === one.config && this.#viewProfile === one.profile) return;
    this.view = this.system.view(one.config, one.profile);
    this.reporter = new Reporter(this.system, this.view, one.config);
    this.#viewOf = one.config;
    this.#viewProfile = one.profile;
  }

  // --- Step by step, for a search that chooses by itself and goes back (`explore/`)

  /** Opens the case and stops before its first step; the failure that shows when opened, if any. There is room for few messages and timers, as all room is part of each state. */
  begin(one: Case, derivedCountMax: number, options: RunOptions): Failure | undefined {
    this.counting = false;
    this.tasks.derivedCountMax = derivedCountMax;
    this.#open(one, options, Infinity);
    try {
      this.#openBoth(one, options);
      this.look(false);
    } catch (error) {
      this.caught(error);
    }
    return this.failure;
  }

  /** From where nothing can move to the end of the case. */
  comeToRest(options: RunOptions): Failure | undefined {
    this.failure = undefined;
    this.stir();
    try {
      this.#goToTheEnd({ ...options, strategy: undefined });
    } catch (error) {
      this.caught(error);
    }
    return this.failure;
  }

  /** `closely`: steps after which every further one is followed by a look at the whole view. */
  #runOnce(one: Case, options: RunOptions, closely: number): Ran {
    this.#open(one, options, closely);
    armTraps();
    try {
      this.#openBoth(one, options);
      permuteTables(options.poison ?? 0);
      if (this.failure === undefined) this.#drive(options);
    } catch (error) {
      this.caught(error);
      this.#recordThrown();
    } finally {
      disarmTraps();
    }
    return this.#result(one, options);
  }

  #open(one: Case, options: RunOptions, closely: number): void {
    this.#openView(one);
    this.one = one;
    this.#seed = one.seed;
    this.closely = closely;
    this.#lookedAt = 0;
    this.#stepsAlone = options.stepsAlone === true;
    this.#lookWithin = stepsExpected(one) > closeStepsMax ? Math.ceil(Math.sqrt(stepsExpected(one))) : Infinity;
    this.footprint = options.footprint === true;
    this.failure = undefined;
    this.mover = Mover.engine;
    this.contention = false;
    this.step = 0;
    this.moving = -1;
    this.stir();
    this.progress = true;
    this.digest.clear();
    this.schedule.open(this.system, one);
    const nodeCount = this.system.nodeCount(one.config);
    this.network.open(nodeCount, this.tasks.countMax);
    this.clocks.open(nodeCount);
    this.#deviations.open(options.strategy === undefined ? one.deviations : []);
    this.#trail = options.trail;
    this.#trail?.begin(this.view);
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
    const { tasks } = this;
    options.strategy?.begin(this.#seed, Math.max(8, tasks.eventCount * 5), tasks.countMax, tasks.lane, tasks.id);
    if (this.always && !this.look(false)) return;
    this.#goToTheEnd(options);
  }

  #goToTheEnd(options: RunOptions): void {
    const { schedule, tasks } = this;
    const { strategy, progress } = options;
    const stepsMax = options.stepsMax ?? Math.max(stepsMaxLeast, stepsMaxEach * tasks.eventCount);
    const following = strategy === undefined && this.#deviations.askedCount > 0;
    let nextLookAt = this.#nextLook();
    let current = -1;
    for (;;) {
      if (schedule.dirty) schedule.list();
      if (schedule.runnableCount === 0) {
        if (!this.goOn()) break;
        continue;
      }
      const base = schedule.base(current);
      let chosen = base;
      if (this.fairly) chosen = this.fair.choose();
      else {
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
      if (this.failure !== undefined || !this.getsOn(chosen, made)) return;
      strategy?.after?.(chosen, made === Made.move ? this.said.next : Next.done, this.said.writes);
      current = tasks.lane[chosen] < 0 ? -1 : chosen;
      if (this.always) {
        if (!this.look(made !== Made.other && this.step > this.closely)) return;
      } else if (this.step >= nextLookAt) {
        if (!this.look(false)) return;
        this.#lookedAt = this.step;
        nextLookAt = this.#nextLook();
      }
    }
    if (this.failure === undefined) this.#finish();
  }

  #move(slot: number): number {
    this.#recording?.before();
    const made = this.make(slot, slot < this.tasks.eventCount ? this.one.events[slot] : undefined);
    this.#keep(slot);
    if (this.#recording !== undefined) this.#record(slot, made);
    return made;
  }

  #nextLook(): number {
    return this.#stepsAlone ? Infinity : this.step + Math.min(this.#lookWithin, nextLook(this.#seed, this.step, this.view.size));
  }

  protected stepOf(slot: number, make: () => void): void {
    this.#note(slot);
    this.#recording?.before();
    make();
    this.#keep(slot);
    if (this.#recording !== undefined) this.#record(slot, Made.fault);
  }

  /** A step that failed is told by its failure. */
  #keep(slot: number): void {
    if (this.#trail !== undefined && this.failure === undefined) this.#trail.note(this.tasks.id[slot], this.said, this.#valueAt);
  }

  #finish(): void {
    this.moving = -1;
    if (!this.#stepsAlone && !this.look(false)) return;
    if (this.one.rest && !this.settle()) return;
    if (!this.#stepsAlone) this.foldView();
    this.#trail?.end(this.#valueAt);
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
        event: slot < tasks.eventCount ? this.one.events[slot] : undefined,
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
      derivedLanes: tasks.lane.slice(tasks.eventCount, tasks.count),
      unbegun,
      choices: this.#choices.slice(0, this.step),
    };
    const again = { ...options, progress: undefined, recorder: undefined, trail: undefined };
    const result = new Ran(remains, (shorter, strategy) => {
      this.counting = false;
      return this.#run(shorter, { ...again, strategy });
    });
    result.byItself = options.strategy === undefined;
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
