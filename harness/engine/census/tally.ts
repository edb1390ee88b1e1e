/** Counts the cases of a batch item by item, and says how much of a case was new. */
import type { System } from "../contract.ts";
import { byName, noCensus, pairAt, type Census } from "./census.ts";
import type { CaseCensus, Reached } from "./case-census.ts";

export class CensusTally {
  readonly #names: CaseCensus;
  readonly #rules: Int32Array;
  readonly #goals: Int32Array;
  readonly #stages: Int32Array;
  readonly #pairs: Int32Array;
  readonly #operations = new Map<number, number>();
  readonly #races = new Map<number, number>();
  #cases = 0;

  constructor(system: System, names: CaseCensus) {
    this.#names = names;
    this.#rules = new Int32Array(system.rules.length);
    this.#goals = new Int32Array(system.goals.length);
    this.#stages = new Int32Array(system.stages.length);
    this.#pairs = new Int32Array(pairAt(0, system.rules.length));
  }

  /** Counts one case; answers how many items of all classes no case before it had reached. */
  add(reached: Reached): number {
    this.#cases++;
    const { rules } = reached;
    let fresh = counted(this.#rules, rules) + counted(this.#goals, reached.goals) + counted(this.#stages, reached.stages);
    for (let high = 1; high < rules.length; high++) for (let low = 0; low < high; low++) if (this.#pairs[pairAt(rules[low], rules[high])]++ === 0) fresh++;
    return fresh + noted(this.#operations, reached.operations) + noted(this.#races, reached.races);
  }

  /** How many pairs of one rule of each list no case has reached. */
  unseenPairs(some: readonly number[], others: readonly number[]): number {
    let unseen = 0;
    for (const one of some) for (const other of others) if (one !== other && this.#pairs[pairAt(one, other)] === 0) unseen++;
    return unseen;
  }

  census(): Census {
    return {
      ...noCensus,
      cases: this.#cases,
      rules: Array.from(this.#rules),
      goals: Array.from(this.#goals),
      stages: Array.from(this.#stages),
      pairs: Array.from(this.#pairs),
      operations: byName([...this.#operations].map(([number, count]) => [this.#names.operationName(number), count])),
      races: byName([...this.#races].map(([number, count]) => [this.#names.raceName(number), count])),
    };
  }
}

function counted(counts: Int32Array, reached: readonly number[]): number {
  let fresh = 0;
  for (const at of reached) if (counts[at]++ === 0) fresh++;
  return fresh;
}

function noted(counts: Map<number, number>, reached: ReadonlySet<number>): number {
  let fresh = 0;
  for (const number of reached) {
    const before = counts.get(number) ?? 0;
    counts.set(number, before + 1);
    if (before === 0) fresh++;
  }
  return fresh;
}
