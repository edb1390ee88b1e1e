/** What a run did step by step, kept while it runs, so that two runs of one case can be laid side by side and the first step that differs be named. */
import type { Moved, View } from "./contract.ts";

/** One step: numbers as in the system's lists; `writes` holds entry and value by turns. */
export interface TrailStep {
  readonly task: string;
  readonly stages: readonly number[];
  readonly witness: readonly number[];
  readonly next: readonly number[];
  readonly outcome: readonly number[];
  readonly sent: string;
  readonly timers: string;
  readonly writes: readonly number[];
}

/** Where two trails part: what the first and the second say there. */
export interface Parting {
  readonly step: number;
  readonly task: string;
  readonly observable: string;
  readonly first: string;
  readonly second: string;
}

const plainParts = ["task", "stages", "witness", "next", "outcome", "sent", "timers"] as const;

/** Given to a run in its options, which clears it first; it costs about as much as the run does. */
export class Trail {
  readonly steps: TrailStep[] = [];
  /** The whole view at the end; empty for a run that failed. */
  view: readonly number[] = [];
  #entries: View | undefined = undefined;

  begin(view: View): void {
    this.steps.length = 0;
    this.view = [];
    this.#entries = view;
  }
  note(task: string, said: Moved, valueOf: (entry: number) => number): void {
    const { size } = this.#entries!;
    this.steps.push({
      task,
      stages: said.stages.toArray(),
      witness: said.witness.toArray(),
      next: [said.next, said.blockedOn],
      outcome: [...said.outcome.toArray(), said.yields],
      sent: said.sent.length === 0 ? "" : JSON.stringify(said.sent),
      timers: said.timers.length === 0 ? "" : JSON.stringify(said.timers),
      writes: said.writes.toArray().flatMap((entry) => (entry >>> 0 < size ? [entry, valueOf(entry)] : [entry])),
    });
  }
  end(valueOf: (entry: number) => number): void {
    this.view = Array.from({ length: this.#entries!.size }, (_, entry) => valueOf(entry));
  }

  /** Where another run of the same case parts from this one; undefined if nothing shows. */
  parting(other: Trail): Parting | undefined {
    const { steps } = this;
    for (let i = 0; i < Math.max(steps.length, other.steps.length); i++) {
      const one = steps[i];
      const two = other.steps[i];
      if (one === undefined || two === undefined) return { step: i + 1, task: (one ?? two).task, observable: "steps", first: `${steps.length} steps`, second: `${other.steps.length} steps` };
      for (const part of plainParts) {
        const first = String(one[part]);
        const second = String(two[part]);
        if (first !== second) return { step: i + 1, task: one.task, observable: part, first: `[${first}]`, second: `[${second}]` };
      }
      if (String(one.writes) !== String(two.writes)) return this.#unlikeWrites(i + 1, one, two);
    }
    if (this.view.length !== other.view.length) return undefined;
    const entry = this.view.findIndex((value, at) => value !== other.view[at]);
    if (entry < 0) return undefined;
    return { step: steps.length, task: steps.at(-1)?.task ?? "", observable: this.#column(entry), first: this.#words(entry, this.view[entry]), second: this.#words(entry, other.view[entry]) };
  }

  #unlikeWrites(step: number, one: TrailStep, two: TrailStep): Parting {
    const words = ({ writes }: TrailStep): string[] => Array.from({ length: writes.length >> 1 }, (_, i) => this.#words(writes[2 * i], writes[2 * i + 1]));
    const first = words(one);
    const second = words(two);
    const at = one.writes.findIndex((number, i) => number !== two.writes[i]);
    const entry = at < 0 ? two.writes[one.writes.length] : one.writes[at - (at & 1)];
    const only = (some: readonly string[], others: readonly string[]): string => some.filter((text) => !others.includes(text)).join(", ") || (some.length === 0 ? "nothing written" : some.join(", "));
    return { step, task: one.task, observable: this.#column(entry), first: only(first, second), second: only(second, first) };
  }

  #column(entry: number): string {
    const { table, name } = this.#entries!.columns[this.#entries!.columnOf(entry)];
    return `${table}.${name}`;
  }
  #words(entry: number, value: number): string {
    return `${this.#entries!.name(entry)} = ${this.#entries!.value(entry, value)}`;
  }
}
