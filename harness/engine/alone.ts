/** One side by itself: the model, to explore and give examples of the rules; the implementation, to measure what checking costs. */
import { Moved } from "./contract.ts";
import type { Fault, Model, Owed, Setup, Side, System, Task } from "./contract.ts";
import type { Case } from "./case.ts";
import { FirstFinding } from "./findings.ts";
import { Loop } from "./loop.ts";
import type { RunOptions, RunResult } from "./run.ts";
import { Mover } from "./steps.ts";
import { Recording } from "./trace.ts";
import { WholeView } from "./whole.ts";

/** Runs cases on one side. A model is asked for its invariants and obligations too, as it is in a pair. */
export class Alone extends Loop {
  readonly side: Side;
  protected readonly said = new Moved();
  protected readonly judged = this.said;
  readonly #model: Model | undefined;
  readonly #mover: Mover;
  readonly #view = new WholeView();
  readonly #finding = new FirstFinding();

  constructor(system: System, which: "model" | "implementation", side?: Side) {
    super(system);
    this.side = side ?? (which === "model" ? system.model() : system.implementation());
    this.#model = which === "model" ? (this.side as Model) : undefined;
    this.#mover = which === "model" ? Mover.model : Mover.implementation;
  }

  protected openSides(setup: Setup): void {
    this.#view.open(this.view.size);
    this.mover = this.#mover;
    this.side.open(setup);
    this.ambientFree();
  }

  protected startTask(task: Task): void {
    this.mover = this.#mover;
    this.side.start(task);
    this.mover = Mover.engine;
  }

  protected moveTask(slot: number): boolean {
    this.said.clear();
    this.mover = this.#mover;
    this.side.move(slot, this.said);
    if (!this.ambientFree()) return false;
    this.mover = Mover.engine;
    return true;
  }

  protected applyFault(fault: Fault): boolean {
    this.mover = this.#mover;
    this.side.apply?.(fault, this.said);
    if (!this.ambientFree()) return false;
    this.mover = Mover.engine;
    return true;
  }

  protected look(): boolean {
    if (this.#model === undefined) return true;
    this.mover = this.#mover;
    this.#finding.clear();
    this.#model.invariants(this.#finding);
    this.mover = Mover.engine;
    return !this.#finding.any || this.#found("invariant broken", "invariant");
  }

  protected settle(): boolean {
    if (this.#model === undefined) return true;
    this.mover = this.#mover;
    this.#finding.clear();
    this.#model.obligations(this.#finding);
    this.mover = Mover.engine;
    return !this.#finding.any || this.#found("obligation missed", "obligation");
  }

  protected sayOwed(owed: Owed): boolean {
    this.mover = this.#mover;
    this.#model?.owed?.(owed);
    this.mover = Mover.engine;
    return true;
  }

  protected foldView(): void {
    this.mover = this.#mover;
    this.#view.look(this.side);
    this.mover = Mover.engine;
    const { values } = this.#view;
    for (let entry = 0; entry < values.length; entry++) this.digest.fold(values[entry]);
  }

  protected valueAt(entry: number): number {
    return this.side.read(entry);
  }

  protected newRecording(options: RunOptions): Recording | undefined {
    return options.recorder && new Recording(options.recorder, this.view, this.side, this.side);
  }

  #found(verdict: "invariant broken" | "obligation missed", otherwise: string): boolean {
    const { rule, entry, text } = this.#finding;
    const observable = entry >= 0 ? this.reporter.columnName(entry) : otherwise;
    return this.fail(verdict, [rule], observable, this.system.rules[rule]?.text ?? otherwise, text);
  }
}

/** The model moves itself through the case, drawing its own choices. */
export function runModelAlone(system: System, one: Case, options: RunOptions = {}): RunResult {
  return new Alone(system, "model").run(one, options);
}

/** The implementation steps through the case unjudged. */
export function runImplementationAlone(system: System, one: Case, options: RunOptions = {}): RunResult {
  return new Alone(system, "implementation").run(one, options);
}
