/** The failing run, step by step, with what each step read and wrote: the ground on which the slice is cut. */
import type { System } from "../contract.ts";
import type { StepRecord, StepRecorder } from "../run.ts";
import { wordName, type Listener } from "./listener.ts";

/** What steps share: an entry of the view (0, 1, …) or a word of shared memory (-1, -2, …). */
export type Place = number;

/** One step. `moves`: how many its task had made, this one included. */
export interface Step {
  readonly record: StepRecord;
  readonly moves: number;
  readonly reads: ReadonlySet<Place>;
  readonly writes: ReadonlySet<Place>;
  /** Whether nothing is known of what the step looked at. */
  readonly blind: boolean;
}

/**
 * Keeps the steps of one run. With a listener the implementation's reads are the words it heard; without, a step that declares none is taken to read what it
 * writes. What the model declares read counts either way: it is what the step ought to go by.
 */
export class History implements StepRecorder {
  readonly steps: Step[] = [];
  readonly #listener: Listener | undefined;
  readonly #moves = new Map<string, number>();

  constructor(listener: Listener | undefined) {
    this.#listener = listener;
  }

  step(record: StepRecord): void {
    const heard = record.kind === "event" ? undefined : this.#listener;
    const reads = new Set<Place>(record.reads);
    const writes = new Set<Place>();
    for (const change of record.changes) {
      if (change.modelBefore !== change.modelAfter || change.implementationBefore !== change.implementationAfter) writes.add(change.entry);
      if (heard === undefined) reads.add(change.entry);
    }
    for (const word of heard?.reads ?? []) reads.add(-1 - word);
    for (const word of heard?.writes ?? []) writes.add(-1 - word);
    const moves = (this.#moves.get(record.task) ?? 0) + (record.kind === "event" ? 0 : 1);
    this.#moves.set(record.task, moves);
    this.steps.push({ record, moves, reads, writes, blind: this.#listener === undefined && record.reads.length === 0 });
  }
}

/** Names places of the view of one configuration. */
export function namesOf(system: System, config: unknown, profile: string): (place: Place) => string {
  const view = system.view(config, profile);
  return (place) => (place < 0 ? wordName(-1 - place) : view.name(place));
}
