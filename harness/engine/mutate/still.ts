/**
 * Columns of a view that stay as they begin, however often cases are drawn. A comparison of such a column says nothing, and a mutant of it can only be one of its first value.
 *
 * A column has moved once a step said that it wrote an entry of it and the entry does not read as when the case was opened. What is written without being said is a failure of its own.
 */
import { caseOfPlan, type Plan } from "../campaign/plan.ts";
import type { Moved, Setup, Side, System, View } from "../contract.ts";
import { Pair } from "../run.ts";
import { strategyByName } from "../strategy/index.ts";
import type { Failure } from "../verdict.ts";

export interface StillOptions {
  readonly seed: number;
  /** Cases after which a column that has not moved counts as still. */
  readonly casesMax: number;
  /** Events of a case, about; 60. */
  readonly size?: number;
}

export interface Still {
  /** `table.column` of those that never moved, in the order of the view. */
  readonly still: readonly string[];
  /** The first failure, which ends the search. */
  readonly failure: Failure | undefined;
  /** Cases run: up to the one in which the last column moved. */
  readonly cases: number;
}

/** Runs cases of a system, on model and implementation together, until every column has moved. */
export function stillColumns(system: System, { seed, casesMax, size = 60 }: StillOptions): Still {
  const plan: Plan = { system: system.name, seed, profile: "", size, strategy: "mixture", poisonEvery: 0, disciplineEvery: 0 };
  const strategy = strategyByName("mixture");
  const watched = new Watched(system);
  const pair = new Pair(system, { implementation: watched });
  let cases = 0;
  while (cases < casesMax && (cases === 0 || watched.still().length > 0)) {
    const { failure } = pair.run(caseOfPlan(system, plan, cases++), { strategy });
    if (failure !== undefined) return { still: watched.still(), failure, cases };
  }
  return { still: watched.still(), failure: undefined, cases };
}

/** The implementation, with an eye on what it writes. Columns are known by their position, which is the same in every configuration. */
class Watched implements Side {
  readonly #system: System;
  readonly #side: Side;
  readonly #moved = new Set<number>();
  #view!: View;
  #first = new Int32Array(0);

  constructor(system: System) {
    this.#system = system;
    this.#side = system.implementation();
  }

  /** Columns of which no entry has moved in any case so far. */
  still(): string[] {
    return this.#view.columns.flatMap(({ name, table }, column) => (this.#moved.has(column) ? [] : [`${table}.${name}`]));
  }

  open(setup: Setup): void {
    this.#side.open(setup);
    this.#view = this.#system.view(setup.config, setup.profile);
    this.#first = Int32Array.from({ length: this.#view.size }, (_, entry) => this.#side.read(entry));
  }
  start(task: Parameters<Side["start"]>[0]): void {
    this.#side.start(task);
  }
  move(slot: number, moved: Moved): void {
    this.#side.move(slot, moved);
    this.#look(moved);
  }
  apply(...[fault, moved]: Parameters<NonNullable<Side["apply"]>>): void {
    this.#side.apply?.(fault, moved);
    this.#look(moved);
  }
  #look({ writes }: Moved): void {
    for (let n = 0; n < writes.count; n++) {
      const entry = writes.items[n];
      if (this.#side.read(entry) !== this.#first[entry]) this.#moved.add(this.#view.columnOf(entry));
    }
  }
  read(entry: number): number {
    return this.#side.read(entry);
  }
  close(): void {
    this.#side.close?.();
  }
}
