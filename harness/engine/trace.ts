/** Writing down a step for a recorder: the slow path, taken only when somebody asked. */
import type { Ints, Moved, Side, View } from "./contract.ts";
import type { EntryChange, StepRecord, StepRecorder } from "./run.ts";
import { WholeView } from "./whole.ts";

/** A step, with the moves of both sides still in the engine's hands. */
export type StepMade = Pick<StepRecord, "step" | "task" | "kind" | "event" | "node" | "core" | "atMs" | "digest"> & { readonly said: Moved; readonly judged: Moved };

export class Recording {
  readonly #recorder: StepRecorder;
  readonly #model: Side;
  readonly #implementation: Side;
  readonly #ofModel = new WholeView();
  readonly #ofImplementation = new WholeView();
  /** With one side only, it is given twice. */
  constructor(recorder: StepRecorder, view: View, model: Side, implementation: Side) {
    this.#recorder = recorder;
    this.#model = model;
    this.#implementation = implementation;
    this.#ofModel.open(view.size);
    this.#ofImplementation.open(view.size);
  }

  before(): void {
    this.#ofModel.look(this.#model);
    this.#ofImplementation.look(this.#implementation);
  }

  after(made: StepMade): void {
    this.before();
    const { said, judged, ...rest } = made;
    this.#recorder.step({
      ...rest,
      stages: said.stages.toArray(),
      modelStages: judged.stages.toArray(),
      rules: judged.rules.toArray(),
      goals: judged.goals.toArray(),
      witness: said.witness.toArray(),
      next: said.next,
      blockedOn: said.blockedOn,
      outcome: said.outcome.toArray(),
      modelOutcome: judged.outcome.toArray(),
      yields: said.yields,
      sent: [...said.sent],
      timers: [...said.timers],
      changes: this.#changes(said, judged),
      reads: union(said.reads, judged.reads),
      freed: union(said.freed, judged.freed),
    });
  }

  #changes(said: Moved, judged: Moved): EntryChange[] {
    const declared = new Set([...said.writes.toArray(), ...judged.writes.toArray()]);
    const model = this.#ofModel;
    const implementation = this.#ofImplementation;
    const changes: EntryChange[] = [];
    for (let entry = 0; entry < model.values.length; entry++) {
      const changed = model.values[entry] !== model.before[entry] || implementation.values[entry] !== implementation.before[entry];
      if (!changed && !declared.has(entry)) continue;
      changes.push({
        entry,
        modelBefore: model.before[entry],
        modelAfter: model.values[entry],
        implementationBefore: implementation.before[entry],
        implementationAfter: implementation.values[entry],
      });
    }
    return changes;
  }
}

function union(one: Ints, other: Ints): number[] {
  return [...new Set([...one.toArray(), ...other.toArray()])].sort((a, b) => a - b);
}
