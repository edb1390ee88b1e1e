/**
 * Both sides, moved together and compared at every step.
 *
 * A step: the implementation moves; the model then takes each documented stage it reported, under the free choices it
 * reported. They must agree on the stages, on whether the task is done, goes on or waits, and for what, on outcome and yield, on messages and timers, and on every entry
 * of the view that either declares written. A step without a documented stage leaves the model where it is, so what it
 * wrote must read as before.
 */
import { Moved, Next } from "./contract.ts";
import type { Fault, Model, Owed, Sent, Setup, Side, System, Task, TimerSet, View } from "./contract.ts";
import { Contention } from "./contention.ts";
import { FirstFinding } from "./findings.ts";
import { Loop } from "./loop.ts";
import { mix32 } from "./random.ts";
import type { DisciplineWatch, RunOptions } from "./run.ts";
import { Mover } from "./steps.ts";
import type { Tasks } from "./tasks.ts";
import { Recording } from "./trace.ts";
import { WholeView } from "./whole.ts";

const stampMax = 2_000_000_000;

/** Programs to use instead of the system's own: a mutant, a program behind a pipe, one under watch. */
export interface Sides {
  readonly model?: Model;
  readonly implementation?: Side;
  readonly discipline?: DisciplineWatch;
}

/** Is told of every move on which both sides agree, in runs that count; it must leave what it is shown as it is. */
export interface MoveCounter {
  open(tasks: Tasks, view: View): void;
  /** `tasks.moves` does not count this move yet. */
  moved(slot: number, said: Moved, judged: Moved): void;
}

/** A system with one live model and one live implementation, reused from case to case. */
export class Pair extends Loop {
  readonly model: Model;
  readonly implementation: Side;
  /** How often each rule, goal and stage was met, over all runs since `reset`. */
  readonly rulesReached: Int32Array;
  readonly goalsReached: Int32Array;
  readonly stagesReached: Int32Array;
  counter: MoveCounter | undefined = undefined;
  protected readonly said = new Moved();
  protected readonly judged = new Moved();
  readonly #watch: DisciplineWatch | undefined;
  readonly #contending: Contention;
  readonly #ofModel = new WholeView();
  readonly #ofImplementation = new WholeView();
  readonly #finding = new FirstFinding();
  /** Holds the number of the last step that declared each entry, counted over all runs. */
  #declared = new Int32Array(0);
  #stamp = 0;

  constructor(system: System, sides: Sides = {}) {
    super(system);
    this.model = sides.model ?? system.model();
    this.implementation = sides.implementation ?? system.implementation();
    this.#watch = sides.discipline;
    this.rulesReached = new Int32Array(system.rules.length);
    this.goalsReached = new Int32Array(system.goals.length);
    this.stagesReached = new Int32Array(system.stages.length);
    this.#contending = new Contention(this.tasks);
  }

  /** Begins to count anew what is reached. */
  reset(): void {
    this.rulesReached.fill(0);
    this.goalsReached.fill(0);
    this.stagesReached.fill(0);
  }

  protected openSides(setup: Setup): void {
    const size = this.view.size;
    this.#contending.open(size);
    if (this.#declared.length < size || this.#stamp > stampMax) {
      this.#declared = new Int32Array(size);
      this.#stamp = 0;
    }
    this.#stamp++;
    this.#ofModel.open(size);
    this.#ofImplementation.open(size);
    if (this.counting) this.counter?.open(this.tasks, this.view);
    this.mover = Mover.implementation;
    this.implementation.open(setup);
    if (!this.ambientFree()) return;
    this.mover = Mover.model;
    this.model.open(setup);
    this.ambientFree();
  }

  protected startTask(task: Task): void {
    this.mover = Mover.implementation;
    this.implementation.start(task);
    this.mover = Mover.model;
    this.model.start(task);
    this.mover = Mover.engine;
  }

  protected moveTask(slot: number): boolean {
    const { said, judged } = this;
    said.clear();
    judged.clear();
    this.mover = Mover.implementation;
    if (this.#watch === undefined) this.implementation.move(slot, said);
    else if (!this.#watched(this.#watch, slot)) return false;
    if (!this.ambientFree()) return false;
    if (said.stages.count > 0) {
      if (!this.#judge(slot)) return false;
    } else if (said.next === Next.done) return this.#doneWithoutStage(slot);
    if (said.sent.length > 0 || judged.sent.length > 0) if (!this.#sameSent()) return false;
    if (said.timers.length > 0 || judged.timers.length > 0) if (!this.#sameTimers()) return false;
    if (judged.freed.count > 0) if (!this.#letsGo()) return false;
    if (!this.#sameEntries(slot)) return false;
    if (this.counting) this.counter?.moved(slot, said, judged);
    return true;
  }

  protected applyFault(fault: Fault): boolean {
    const { said, judged } = this;
    if (this.implementation.apply === undefined && this.model.apply === undefined) return true;
    this.mover = Mover.implementation;
    this.implementation.apply?.(fault, said);
    if (!this.ambientFree()) return false;
    this.mover = Mover.model;
    this.model.apply?.(fault, judged);
    if (!this.ambientFree()) return false;
    if (this.counting) this.#count();
    return this.#sameSent() && this.#sameTimers() && this.#sameEntries(-1);
  }

  protected look(declared: boolean): boolean {
    this.mover = Mover.implementation;
    this.#ofImplementation.look(this.implementation);
    this.mover = Mover.model;
    this.#ofModel.look(this.model);
    if (!this.#ofModel.same(this.#ofImplementation)) return this.#differs();
    if (declared && !this.#ofModel.still() && !this.#changesDeclared()) return false;
    this.#finding.clear();
    this.model.invariants(this.#finding);
    if (!this.ambientFree()) return false;
    this.mover = Mover.engine;
    return !this.#finding.any || this.#found("invariant broken", "invariant");
  }

  protected settle(): boolean {
    this.mover = Mover.model;
    this.#finding.clear();
    this.model.obligations(this.#finding);
    if (!this.ambientFree()) return false;
    this.mover = Mover.engine;
    return !this.#finding.any || this.#found("obligation missed", "obligation");
  }

  protected sayOwed(owed: Owed): boolean {
    this.mover = Mover.model;
    this.model.owed?.(owed);
    if (!this.ambientFree()) return false;
    this.mover = Mover.engine;
    return true;
  }

  protected foldView(): void {
    const { values } = this.#ofImplementation;
    for (let entry = 0; entry < values.length; entry++) this.digest.fold(values[entry]);
  }

  protected valueAt(entry: number): number {
    this.mover = Mover.implementation;
    const value = this.implementation.read(entry);
    this.mover = Mover.engine;
    return value;
  }

  protected newRecording(options: RunOptions): Recording | undefined {
    return options.recorder && new Recording(options.recorder, this.view, this.model, this.implementation);
  }

  #watched(watch: DisciplineWatch, slot: number): boolean {
    watch.beginStep();
    try {
      this.implementation.move(slot, this.said);
    } catch (error) {
      watch.endStep();
      throw error;
    }
    const fault = watch.endStep();
    if (fault === undefined) return true;
    return this.fail("discipline broken", [fault.rule], "discipline", "shared memory is touched under the lock that guards it", fault.text);
  }

  /** The model takes the stages that the implementation reported. */
  #judge(slot: number): boolean {
    const { said, judged, model } = this;
    this.mover = Mover.model;
    let witnessAt = 0;
    for (let k = 0; k < said.stages.count; ) {
      const rulesBefore = judged.rules.count;
      witnessAt = model.judge(slot, said, witnessAt, judged);
      if (judged.refusal >= 0 || judged.stages.count <= k) return this.#unlikeStage(k, rulesBefore);
      for (; k < judged.stages.count; k++) if (k >= said.stages.count || judged.stages.items[k] !== said.stages.items[k]) return this.#unlikeStage(k, rulesBefore);
      if (judged.next === Next.done && k < said.stages.count) return this.#unlikeStage(k, rulesBefore);
    }
    if (!this.ambientFree()) return false;
    this.mover = Mover.engine;
    if (this.counting) this.#count();
    if (said.next !== judged.next || (said.next === Next.blocked && said.blockedOn !== judged.blockedOn)) {
      return this.#fail("next", this.reporter.next(judged), this.reporter.next(said));
    }
    if (!said.outcome.equals(judged.outcome)) {
      return this.#fail("outcome", this.reporter.outcome(judged.outcome), this.reporter.outcome(said.outcome));
    }
    if (said.yields !== judged.yields) return this.#fail("yields", String(judged.yields), String(said.yields));
    return true;
  }

  #count(): void {
    const { rules, goals } = this.judged;
    const { stages } = this.said;
    for (let i = 0; i < rules.count; i++) this.rulesReached[rules.items[i]]++;
    for (let i = 0; i < goals.count; i++) this.goalsReached[goals.items[i]]++;
    for (let i = 0; i < stages.count; i++) this.stagesReached[stages.items[i]]++;
  }

  /** Stage `k` is refused, or the model takes another there, or none. */
  #unlikeStage(k: number, rulesBefore: number): boolean {
    const { said, judged, system } = this;
    const rules = judged.rules.toArray();
    const own = [...rules.slice(rulesBefore), ...rules.slice(0, rulesBefore)];
    if (judged.refusal >= 0) {
      const found = `chose [${said.witness.toArray().join(", ")}]`;
      return this.fail("diverges", [judged.refusal, ...own], "witness", judged.refusalText, found);
    }
    const stage = k < said.stages.count ? said.stages.items[k] : -1;
    const expected = judged.stages.count <= k ? this.reporter.next(judged) : this.reporter.stages(judged.stages);
    return this.fail("diverges", [...own, system.stageRules?.[stage]], "stage", expected, this.reporter.stages(said.stages));
  }

  /** The implementation ended without the stage that ends it: ask the model which one that would have been. */
  #doneWithoutStage(slot: number): boolean {
    const { said, judged } = this;
    this.mover = Mover.model;
    this.model.judge(slot, said, 0, judged);
    this.mover = Mover.engine;
    return this.#fail("next", `${this.reporter.stages(judged.stages)}, then ${this.reporter.next(judged)}`, "done, with no documented stage");
  }

  #sameSent(): boolean {
    const { said, judged } = this;
    if (sameMessages(said.sent, judged.sent)) return true;
    return this.#fail("sent", messageWords(judged.sent), messageWords(said.sent));
  }

  #sameTimers(): boolean {
    const { said, judged } = this;
    if (sameTimers(said.timers, judged.timers)) return true;
    return this.#fail("timers", timerWords(judged.timers), timerWords(said.timers));
  }

  /** Whatever the model lets go the implementation must let go too; it may have locks of its own besides. */
  #letsGo(): boolean {
    const { said, judged } = this;
    if (judged.freed.isWithin(said.freed)) return true;
    const theirs = said.freed.toArray();
    return this.#fail("freed", `lets go what waits for ${judged.freed.toArray().join(", ")}`, theirs.length === 0 ? "lets nothing go" : `lets go what waits for ${theirs.join(", ")}`);
  }

  /** Compares every entry either side declared, folds what stands there into the digest, and notices contention; slot -1 is a fault. */
  #sameEntries(slot: number): boolean {
    const { said, judged } = this;
    const stamp = ++this.#stamp;
    if (said.writes.count === 0 && judged.writes.count === 0) {
      if (this.footprint && slot >= 0) this.#readsMeet(slot);
      this.mover = Mover.engine;
      return true;
    }
    const seen = this.#declared;
    const size = this.view.size;
    const notice = slot >= 0 && !this.contention;
    let sum = 0;
    for (let pass = 0; pass < 2; pass++) {
      const writes = pass === 0 ? said.writes : judged.writes;
      const items = writes.items;
      const count = writes.count;
      for (let i = 0; i < count; i++) {
        const entry = items[i];
        if (entry >>> 0 >= size) return this.#noSuchEntry(entry, pass);
        if (seen[entry] === stamp || seen[entry] === -stamp) continue;
        // What only the model declared stands as -stamp: should it turn out to have changed, the implementation wrote it without saying so.
        seen[entry] = pass === 0 ? stamp : -stamp;
        this.mover = Mover.implementation;
        const found = this.implementation.read(entry);
        this.mover = Mover.model;
        if (found !== this.model.read(entry)) return this.#unlikeEntry();
        sum = (sum + mix32(entry, found)) | 0;
        if (notice && this.#contending.write(entry, slot)) this.contention = true;
      }
    }
    this.mover = Mover.engine;
    this.digest.fold(sum);
    if (this.footprint && slot >= 0) this.#readsMeet(slot);
    return true;
  }

  #readsMeet(slot: number): void {
    for (const reads of [this.said.reads, this.judged.reads]) {
      for (let i = 0; i < reads.count; i++) {
        const entry = reads.items[i];
        if (entry >>> 0 < this.view.size && this.#contending.read(entry, slot)) this.contention = true;
      }
    }
  }

  #noSuchEntry(entry: number, pass: number): boolean {
    const who = pass === 0 ? "the implementation" : "the model";
    return this.fail("crashed", [], "writes", `an entry below ${this.view.size}`, `${who} declared entry ${entry} written`);
  }

  /** Of all declared entries that differ the first is named, in whatever order they were declared. */
  #unlikeEntry(): boolean {
    const { said, judged } = this;
    const declared = [...said.writes.toArray(), ...judged.writes.toArray()].filter((entry) => entry >>> 0 < this.view.size).sort((a, b) => a - b);
    for (const entry of declared) {
      this.mover = Mover.implementation;
      const found = this.implementation.read(entry);
      this.mover = Mover.model;
      const expected = this.model.read(entry);
      this.mover = Mover.engine;
      if (found === expected) continue;
      this.failure = this.reporter.entry("diverges", this.#place(), this.#rules(), entry, expected, found);
      return false;
    }
    throw new Error("an entry differed once and not when read again: reading must not change a side");
  }

  /** The whole views differ. An entry that this step declared would have been noticed, so somebody wrote without saying so. */
  #differs(): boolean {
    const model = this.#ofModel;
    const implementation = this.#ofImplementation;
    let entry = 0;
    while (model.values[entry] === implementation.values[entry]) entry++;
    const expected = model.values[entry];
    const found = implementation.values[entry];
    this.mover = Mover.engine;
    if (this.step === 0) {
      this.failure = this.reporter.entry("diverges", this.#place(), [], entry, expected, found, " when opened");
    } else if (this.#declared[entry] === this.#stamp) {
      this.failure = this.reporter.entry("diverges", this.#place(), this.#rules(), entry, expected, found, " in the whole view, not when read alone");
    } else {
      const who = this.always && implementation.before[entry] === found ? "the model" : "the implementation";
      this.failure = this.reporter.entry("undeclared write", this.#place(), [], entry, expected, found, `; written by ${who}, declared by neither side`);
    }
    return false;
  }

  /** Both sides changed alike; every changed entry must have been declared by one of them. */
  #changesDeclared(): boolean {
    const { values, before } = this.#ofModel;
    for (let entry = 0; entry < values.length; entry++) {
      if (values[entry] === before[entry] || this.#declared[entry] === this.#stamp) continue;
      this.mover = Mover.engine;
      const remark = "; written, and not declared by the implementation";
      this.failure = this.reporter.entry("undeclared write", this.#place(), [], entry, before[entry], values[entry], remark);
      return false;
    }
    return true;
  }

  #found(verdict: "invariant broken" | "obligation missed", otherwise: string): boolean {
    const { rule, entry, text } = this.#finding;
    const observable = entry >= 0 ? this.reporter.columnName(entry) : otherwise;
    return this.fail(verdict, [rule], observable, this.system.rules[rule]?.text ?? otherwise, text);
  }

  #place(): { step: number; task: string } {
    return { step: this.step, task: this.movingId() };
  }

  /** Rules of the step; where the model names none, those of the stages taken. */
  #rules(): number[] {
    const { said, judged, system } = this;
    if (judged.rules.count > 0) return judged.rules.toArray();
    const rules: number[] = [];
    for (const stage of said.stages.toArray()) if (system.stageRules?.[stage] !== undefined) rules.push(system.stageRules[stage]);
    return rules;
  }

  #fail(observable: string, expected: string, found: string): false {
    this.mover = Mover.engine;
    return this.fail("diverges", this.#rules(), observable, expected, found);
  }
}

function sameBody(one: readonly number[], other: readonly number[]): boolean {
  if (one.length !== other.length) return false;
  for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) return false;
  return true;
}

function sameMessages(one: readonly Sent[], other: readonly Sent[]): boolean {
  if (one.length !== other.length) return false;
  for (let i = 0; i < one.length; i++) {
    const a = one[i];
    const b = other[i];
    if (a.node !== b.node || a.core !== b.core || a.label !== b.label || !sameBody(a.body, b.body)) return false;
  }
  return true;
}

function sameTimers(one: readonly TimerSet[], other: readonly TimerSet[]): boolean {
  if (one.length !== other.length) return false;
  for (let i = 0; i < one.length; i++) {
    const a = one[i];
    const b = other[i];
    if (a.atMs !== b.atMs || a.core !== b.core || a.label !== b.label || !sameBody(a.body, b.body)) return false;
  }
  return true;
}

function messageWords(sent: readonly Sent[]): string {
  if (sent.length === 0) return "no message";
  return sent.map((message) => `${message.label} [${message.body.join(", ")}] to node ${message.node} core ${message.core}`).join("; ");
}

function timerWords(timers: readonly TimerSet[]): string {
  if (timers.length === 0) return "no timer";
  return timers.map((timer) => `${timer.label} [${timer.body.join(", ")}] at ${timer.atMs} ms on core ${timer.core}`).join("; ");
}
