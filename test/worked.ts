/** Worked examples: a few operations of a system on both sides, and what is seen of them afterwards. */
import type { Case, Event } from "../harness/engine/case.ts";
import type { Command, Side, System } from "../harness/engine/contract.ts";
import { Pair, type StepRecord } from "../harness/engine/run.ts";
import type { Failure } from "../harness/engine/verdict.ts";

/** An operation on a core, or time that passes. */
export type Doing<C extends Command> = readonly [core: number, command: C] | { readonly ms: number };

export interface Example<Config, C extends Command> {
  readonly config: Config;
  /** In order; by name where the operations are to have ids of their own. */
  readonly does: readonly Doing<C>[] | { readonly [id: string]: Doing<C> };
  readonly profile?: string;
  /** Of the implementation's free choices. */
  readonly seed?: number;
  /** `op0@2>op1`: when op0 has made two moves, go over to op1. */
  readonly switches?: readonly string[];
  readonly rest?: boolean;
  /** In place of the system's own implementation. */
  readonly implementation?: Side;
  /** Not 0: the sides refill reused memory with junk. */
  readonly poison?: number;
  /** The configuration may be larger than a file may ask for, and the whole view is compared only now and then. */
  readonly large?: boolean;
}

/** What was seen of an example: by the id of an operation (`op0` is the first of the list) or of what it caused. */
export interface Seen {
  readonly failure: Failure | undefined;
  /** Operations that did nothing, as what they refer to yielded nothing. */
  readonly skippedOperations: number;
  readonly steps: readonly StepRecord[];
  /** Both sides as they stand after the run. */
  readonly pair: Pair;
  /** Its outcome, as numbers. */
  outcome(id: string): readonly number[];
  outcomeWords(id: string): string;
  /** Stages it took, in order. */
  stages(id: string): readonly string[];
  /** An entry of the implementation's view by its name, such as `global.remaining[subscriber 0 ports]`. */
  entry(name: string): number;
  /** Rules under which any step stood. */
  readonly rules: ReadonlySet<string>;
}

function named<C extends Command>(does: Example<unknown, C>["does"]): (readonly [id: string, Doing<C>])[] {
  if (!Array.isArray(does)) return Object.entries(does);
  return does.map((one: Doing<C>, at) => [`${"ms" in one ? "ev" : "op"}${at}`, one] as const);
}

/** Runs an example on the model and an implementation, comparing the whole view at every step. */
export function work<Config, C extends Command>(system: System<Config, C>, example: Example<Config, C>): Seen {
  const profile = example.profile ?? "product";
  const parsed = system.parseConfig(example.config, profile);
  if (!parsed.ok && example.large !== true) throw new Error(`the configuration of the example is refused: ${JSON.stringify(parsed.error)}`);
  const events = named(example.does).map(([id, one]): Event => ("ms" in one ? { id, do: "advance", node: 0, ms: one.ms } : { id, do: "op", node: 0, core: one[0], command: one[1] }));
  const deviations = (example.switches ?? []).map((text) => {
    const [, task, step, run] = /^(.*)@(\d+)>(.*)$/.exec(text)!;
    return { task, step: Number(step), run };
  });
  const one: Case = { format: 1, system: system.name, profile, config: example.config, seed: example.seed ?? 11, events, deviations, rest: example.rest ?? false } as Case;
  const implementation = example.implementation ?? system.implementation();
  const outcomes = new Map<string, readonly number[]>();
  const stages = new Map<string, string[]>();
  const rules = new Set<string>();
  const steps: StepRecord[] = [];
  const step = (record: StepRecord): void => {
    steps.push(record);
    const taken = stages.get(record.task) ?? [];
    taken.push(...record.stages.map((stage) => system.stages[stage]));
    stages.set(record.task, taken);
    if (record.outcome.length > 0) outcomes.set(record.task, record.outcome);
    for (const rule of record.rules) rules.add(system.rules[rule].id);
  };
  const pair = new Pair(system, { implementation });
  const result = pair.run(one, { recorder: { step }, wholeAlways: example.large !== true, poison: example.poison ?? 0 });
  if (result.skippedDeviations > 0) throw new Error(`${result.skippedDeviations} switches of the example did not take effect`);
  const view = system.view(example.config, profile);
  const outcome = (id: string): readonly number[] => outcomes.get(id) ?? [];
  return {
    failure: result.failure,
    skippedOperations: result.skippedOperations,
    steps,
    pair,
    outcome,
    outcomeWords: (id) => system.outcomeWords(outcome(id), example.config),
    stages: (id) => stages.get(id) ?? [],
    entry(name) {
      for (let entry = 0; entry < view.size; entry++) if (view.name(entry) === name) return implementation.read(entry);
      throw new Error(`no entry is called ${name}`);
    },
    rules,
  };
}

/** Runs an example whose `a@2>b` says: when a has taken two documented stages, go over to b; the looks and waits that a program puts between them are its own affair. Each switch is found in a run with those before it. */
export function workByStages<Config, C extends Command>(system: System<Config, C>, example: Example<Config, C>): Seen {
  const byMoves: string[] = [];
  for (const text of example.switches ?? []) {
    const [, task, count, run] = /^(.*)@(\d+)>(.*)$/.exec(text)!;
    const seen = work(system, { ...example, switches: byMoves });
    byMoves.push(`${task}@${movesOf(seen, task, Number(count))}>${run}`);
  }
  return work(system, { ...example, switches: byMoves });
}

function movesOf(seen: Seen, task: string, count: number): number {
  let stages = 0;
  let moves = 0;
  for (const step of seen.steps) {
    if (stages >= count) break;
    if (step.task !== task) continue;
    moves++;
    stages += step.stages.length;
  }
  if (stages !== count) throw new Error(`${task} took ${stages} stages, not ${count}`);
  return moves;
}
