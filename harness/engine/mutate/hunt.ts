/**
 * Hunts one mutant: runs the cases of a campaign against a patched program until it is caught.
 *
 * Mutants loop for ever as often as not, so everything of theirs runs under a time limit. When it is hit the sides are made anew and the case
 * that was running is tried once more. A loop stops at the same step again, and is *hung*; so is one that is broken off again and again, though never twice at one
 * place (what it loops over was left by the case before). A busy machine must not count as a kill: if the process had little of the processor, it only gets more time.
 *
 * Programs are loaded outside that limit, under a long one of their own. One that cannot be loaded says nothing about the check, whatever the reason: it is neither
 * killed nor has it survived, and whoever hunts has to say so.
 */
import type { Case } from "../case.ts";
import { caseOfPlan, type Plan } from "../campaign/plan.ts";
import type { System } from "../contract.ts";
import type { Sides } from "../pair.ts";
import { checkDeterminism, Pair, type RunOptions } from "../run.ts";
import { strategyByName, type StrategyName } from "../strategy/index.ts";
import { disarmTraps } from "../traps.ts";
import type { Failure } from "../verdict.ts";
import { endsInTime } from "./bounded.ts";

/** The patched programs, made anew by each call. */
export interface Suspect {
  readonly sides: () => Sides;
  /** The same with accesses to shared memory watched; run in every n-th case as the plan says. */
  readonly watched?: () => Sides;
  /** Called before anything runs under a time limit: the programs may be compiled ahead. */
  readonly prepare?: () => void;
}

export interface HuntOptions {
  readonly seed: number;
  /** Cases after which the mutant has survived. */
  readonly casesMax: number;
  /** Events of a case, about; 60. */
  readonly size?: number;
  /** Rule id under which it should be caught: the hunt goes on past other failures, `othersMax` (20) of them. */
  readonly rule?: string;
  readonly othersMax?: number;
  /** Who chooses the schedules; the mixture. */
  readonly strategy?: StrategyName;
  /** Time for a batch of cases on a processor of its own; 500 ms. */
  readonly batchMs?: number;
  /** Time to load the programs; 10 s. */
  readonly loadMs?: number;
}

export interface Hunt {
  readonly caught: boolean;
  /** Whether `rule` was among the rules of the failure; true where none was asked for and something was caught. */
  readonly underRule: boolean;
  /** The failure that counts: the first under the rule, else the first. */
  readonly failure: Failure | undefined;
  /** Rule ids of every failure met, sorted. */
  readonly rules: readonly string[];
  /** Cases run until the failure that counts, itself included; all cases if it survived. */
  readonly cases: number;
  /** The case as it ran; of a hung one as drawn. */
  readonly case: Case | undefined;
  /** Why the patched programs could not be loaded, if that is so: then nothing was hunted. */
  readonly unloaded?: string;
}

const batchSize = 8;
const brokenOffMax = 4;
/** Loading takes some milliseconds. */
const loadMsDefault = 10_000;
/** A case takes some hundred steps; a task that never ends should not take long to be found out. */
const stepsMax = 10_000;

export function huntMutant(system: System, suspect: Suspect, options: HuntOptions): Hunt {
  suspect.prepare?.();
  return new Hunter(system, suspect, options).hunt();
}

class Hunter {
  readonly #system: System;
  readonly #suspect: Suspect;
  readonly #options: HuntOptions;
  readonly #plan: Plan;
  readonly #run: RunOptions;
  readonly #progress = new Int32Array(1);
  #plain: Pair | undefined;
  #watched: Pair | undefined;
  /** Case being run. */
  #index = 0;
  #failures = 0;
  /** Batches broken off, and where the last one was. */
  #brokenOff = 0;
  #brokenAt = "";
  #cases = 0;
  #failure: Failure | undefined;
  #case: Case | undefined;
  #underRule = false;
  readonly #rules = new Set<string>();

  constructor(system: System, suspect: Suspect, options: HuntOptions) {
    this.#system = system;
    this.#suspect = suspect;
    this.#options = options;
    const { strategy = "mixture" } = options;
    this.#plan = { system: system.name, seed: options.seed, profile: "", size: options.size ?? 60, strategy, poisonEvery: 16, disciplineEvery: 8 };
    this.#run = { strategy: strategyByName(strategy), stepsMax, progress: this.#progress };
  }

  hunt(): Hunt {
    const { casesMax, batchMs = 500 } = this.#options;
    let limitMs = batchMs;
    while (this.#index < casesMax && !this.#over()) {
      const unloaded = this.#load();
      if (unloaded !== undefined) return { caught: false, underRule: false, failure: undefined, rules: [], cases: 0, case: undefined, unloaded };
      const end = Math.min(casesMax, this.#index + batchSize);
      const before = process.cpuUsage();
      if (endsInTime(() => this.#batch(end), limitMs)) continue;
      this.#letGo();
      const { user, system } = process.cpuUsage(before);
      if (user + system < (batchMs * 1000) / 2) {
        limitMs *= 2;
        continue;
      }
      const at = `case ${this.#index}, step ${this.#progress[0]}`;
      if (at === this.#brokenAt || ++this.#brokenOff === brokenOffMax) this.#hung();
      this.#brokenAt = at;
    }
    return {
      caught: this.#failure !== undefined,
      underRule: this.#underRule,
      failure: this.#failure,
      rules: [...this.#rules].sort(),
      cases: this.#failure === undefined ? this.#index : this.#cases,
      case: this.#case,
    };
  }

  #over(): boolean {
    return this.#underRule || this.#failures > (this.#options.othersMax ?? 20);
  }

  #batch(end: number): void {
    while (this.#index < end && !this.#over()) {
      this.#progress[0] = 0;
      this.#one(this.#index);
      this.#run.strategy!.ended?.();
      this.#index++;
    }
  }

  #one(index: number): void {
    const one = caseOfPlan(this.#system, this.#plan, index);
    const pair = this.#watched !== undefined && index % this.#plan.disciplineEvery === 0 ? this.#watched : this.#plain!;
    const result = pair.run(one, this.#run);
    if (result.failure !== undefined) this.#found(result.failure, result.ran());
    else if (index % this.#plan.poisonEvery === 1) {
      const failure = checkDeterminism(pair, one, result, this.#run);
      if (failure !== undefined) this.#found(failure, result.ran());
    }
  }

  /** Makes what was let go anew. Answers why that cannot be done. */
  #load(): string | undefined {
    const { loadMs = loadMsDefault } = this.#options;
    const { sides, watched } = this.#suspect;
    try {
      const ended = endsInTime(() => {
        this.#plain ??= new Pair(this.#system, sides());
        if (watched !== undefined) this.#watched ??= new Pair(this.#system, watched());
      }, loadMs);
      return ended ? undefined : `loading did not end within ${loadMs} ms`;
    } catch (error) {
      return String(error);
    }
  }

  #found(failure: Failure, one: Case): void {
    this.#failures++;
    for (const rule of failure.rules) this.#rules.add(rule);
    const under = this.#options.rule === undefined || failure.rules.includes(this.#options.rule);
    if (this.#failure !== undefined && !under) return;
    this.#failure = failure;
    this.#case = one;
    this.#cases = this.#index + 1;
    this.#underRule = under;
  }

  /** What was broken off is of no use any more, and has left the traps up. */
  #letGo(): void {
    disarmTraps();
    this.#plain = undefined;
    this.#watched = undefined;
  }

  #hung(): void {
    const step = this.#progress[0];
    const failure: Failure = { verdict: "hung", rules: [], step, task: "", observable: "step", expected: "a step that ends", found: `step ${step} did not end in its time` };
    this.#found(failure, caseOfPlan(this.#system, this.#plan, this.#index));
    this.#index++;
  }
}
