/** Failures in words. Everything here runs once a failure, so it may be slow; nothing here decides anything. */
import type { Ints, Moved, System, View } from "./contract.ts";
import type { Failure, Verdict } from "./verdict.ts";

/** Where in the run a failure was found. */
export interface Place {
  readonly step: number;
  readonly task: string;
}

export class Reporter {
  readonly #system: System;
  readonly #view: View;
  readonly #config: unknown;
  constructor(system: System, view: View, config: unknown) {
    this.#system = system;
    this.#view = view;
    this.#config = config;
  }

  /** Rule ids for rule numbers; doubles and numbers that name no rule are left out. */
  rules(numbers: readonly (number | undefined)[]): string[] {
    const ids = new Set<string>();
    for (const number of numbers) {
      const rule = number === undefined ? undefined : this.#system.rules[number];
      if (rule !== undefined) ids.add(rule.id);
    }
    return [...ids];
  }

  failure(verdict: Verdict, place: Place, rules: readonly (number | undefined)[], observable: string, expected: string, found: string): Failure {
    return { verdict, rules: this.rules(rules), step: place.step, task: place.task, observable, expected, found };
  }

  /** One entry on which the sides differ (or which nobody declared). */
  entry(verdict: Verdict, place: Place, rules: readonly number[], entry: number, model: number, implementation: number, remark = ""): Failure {
    const column = this.#view.columns[this.#view.columnOf(entry)];
    const name = this.#view.name(entry);
    const observable = `${column.table}.${column.name}`;
    const words = (value: number): string => guarded(() => this.#view.value(entry, value), String(value));
    return this.failure(verdict, place, [...rules, column.rule], observable, `${name} = ${words(model)}`, `${name} = ${words(implementation)}${remark}`);
  }

  /** `table.column` of an entry. */
  columnName(entry: number): string {
    const column = this.#view.columns[this.#view.columnOf(entry)];
    return `${column.table}.${column.name}`;
  }

  stages(stages: Ints): string {
    if (stages.count === 0) return "no documented stage";
    return stages.toArray().map((stage) => this.#system.stages[stage] ?? `stage ${stage}`).join(", ");
  }

  outcome(outcome: Ints): string {
    const codes = outcome.toArray();
    return guarded(() => this.#system.outcomeWords(codes, this.#config), `[${codes.join(", ")}]`);
  }

  next(moved: Moved): string {
    if (moved.next === 2) return "done";
    return moved.next === 1 ? `blocked on ${moved.blockedOn}` : "more to do";
  }
}

/** What an exception is called in a signature: its name and first line; numbers and addresses vary with the case and are left out. */
export function errorObservable(error: unknown): string {
  return errorText(error).replace(/0x[0-9a-f]+|\d+/gi, "#");
}

/** Name and first line of an exception. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return `thrown: ${String(error)}`;
  return `${error.name}: ${error.message.split("\n")[0]}`;
}

function guarded(words: () => string, otherwise: string): string {
  try {
    return words();
  } catch {
    return otherwise;
  }
}
