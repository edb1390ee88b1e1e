/** Taking a documented stage, its rules, and the free choices of a step. */
import { goalNumber, ruleNumber, stageRules } from "../../spec/memory-slab/rules.ts";
import { Outcome, Reason, Stage } from "../../spec/memory-slab/terms.ts";
import { Next, type Moved } from "../../spec/side.ts";
import type { Kind, SlabState } from "./state.ts";

const unready = goalNumber("slab/unready");

/** Numbers of the rules, by what they are about. */
export const Rule = {
  startUp: ruleNumber("SLAB-1"),
  page: ruleNumber("SLAB-2"),
  marked: ruleNumber("SLAB-3"),
  filled: ruleNumber("SLAB-4"),
  othersObject: ruleNumber("SLAB-5"),
  listed: ruleNumber("SLAB-6"),
  scanned: ruleNumber("SLAB-7"),
  locked: ruleNumber("SLAB-8"),
  once: ruleNumber("SLAB-9"),
  placed: ruleNumber("SLAB-10"),
  units: ruleNumber("SLAB-11"),
  asked: ruleNumber("SLAB-12"),
  replicated: ruleNumber("SLAB-13"),
  private: ruleNumber("SLAB-14"),
  stays: ruleNumber("SLAB-15"),
  port: ruleNumber("SLAB-17"),
} as const;

/** Takes a stage, under the rule that is its own. */
export function take(state: SlabState, moved: Moved, stage: number): void {
  moved.stages.push(state.at.stage + stage);
  state.rule(moved, stageRules[stage]);
}

/** SLAB-8, SLAB-10: rules of a step that is as it is because of where its kind lives. */
export function standByPlacement(state: SlabState, { placement, locked }: Kind, moved: Moved): void {
  if (locked) state.rule(moved, Rule.locked);
  if (placement === "shared") return;
  state.rule(moved, Rule.placed);
  if (placement === "replicated") state.rule(moved, Rule.replicated);
}

/** The row is over, with an answer. */
export function answer(moved: Moved, ...outcome: readonly number[]): void {
  for (const value of outcome) moved.outcome.push(value);
  moved.next = Next.done;
}

/** The row is over, refused at this stage for this reason. */
export function refuse(state: SlabState, stage: number, reason: number, moved: Moved): void {
  take(state, moved, stage);
  answer(moved, Outcome.refused, reason);
}

/** What may be chosen: `size` numbers, the `at`-th of them, and whether one is among them. */
export interface Allowed {
  readonly size: number;
  /** Nothing hangs on which it is. */
  readonly alike?: true;
  nth(at: number): number;
  has(value: number): boolean;
}
/** These. */
export class OneOf implements Allowed {
  readonly #values: readonly number[];
  readonly size: number;

  constructor(values: readonly number[]) {
    this.#values = values;
    this.size = values.length;
  }
  nth(at: number): number {
    return this.#values[at];
  }
  has(value: number): boolean {
    return this.#values.includes(value);
  }
}
/** Multiples of `step` from `step` to `most`: addresses, of which one is as good as another. */
export class MultiplesOf implements Allowed {
  readonly #step: number;
  readonly #most: number;
  readonly size: number;
  readonly alike = true;

  constructor(step: number, most: number) {
    this.#step = step;
    this.#most = most;
    this.size = Math.floor(most / step);
  }
  nth(at: number): number {
    return (at + 1) * this.#step;
  }
  has(value: number): boolean {
    return value >= this.#step && value <= this.#most && value % this.#step === 0;
  }
}

/** The free choices of one step: taken from what the other side said, or drawn where the model runs alone. */
export class Witness {
  readonly #state: SlabState;
  readonly #slot: number;
  readonly #said: Moved | undefined;
  readonly #draws: number[];
  /** First number not yet consumed. */
  at: number;

  constructor(state: SlabState, slot: number, said: Moved | undefined, at: number, draws: number[]) {
    this.#state = state;
    this.#slot = slot;
    this.#said = said;
    this.#draws = draws;
    this.at = at;
  }

  /** One of what is allowed, which is not nothing; -1 with a refusal under `rule` where the other side chose what is not. */
  choose(allowed: Allowed, rule: number, what: string, moved: Moved): number {
    if (this.#said === undefined) return this.#draw(allowed, moved);
    const { witness } = this.#said;
    const chosen = this.at < witness.count ? witness.items[this.at++] : undefined;
    if (chosen !== undefined && allowed.has(chosen)) return chosen;
    moved.refusal = this.#state.at.rule + rule;
    moved.refusalText = `${what}, not ${chosen ?? "none"}`;
    return -1;
  }

  #draw(allowed: Allowed, moved: Moved): number {
    const count = (this.#draws[this.#slot] ?? 0) + 1;
    this.#draws[this.#slot] = count;
    const own = allowed.nth(this.#state.setup.draw(this.#slot, 0, count, allowed.alike === true ? undefined : allowed.size) % allowed.size);
    moved.witness.push(own);
    return own;
  }
}

/** SLAB-16: a core that is not ready does nothing. */
export function takeUnready(state: SlabState, moved: Moved): void {
  take(state, moved, Stage["refuse-unready"]);
  state.goal(moved, unready);
}
/** The same, and the row is over with this answer. */
export function refuseUnready(state: SlabState, moved: Moved): void {
  takeUnready(state, moved);
  answer(moved, Outcome.refused, Reason.unready);
}
