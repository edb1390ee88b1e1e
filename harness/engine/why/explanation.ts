/**
 * Why a case fails, as data: what the failing step depends on, the one decision of the schedule that it hangs on, and how likely
 * it was after each step. Steps are numbered as in the failing run, from 1. Everything can be written as JSON.
 */
import type { Deviation } from "../case.ts";

/** How one step came to depend on another. */
export const dependencies = ["wrote", "overwrote", "looked", "refers", "sent", "freed", "happened"] as const;
/**
 * `wrote`: wrote last what this step reads. `overwrote`: wrote what an earlier step of this task had looked at. `looked`: that
 * earlier step of the same task; also one whose looks are unknown. `refers`: the end of the operation that this one refers to. `sent`: made this
 * message or timer. `freed`: let go what this task waited for. `happened`: an event of the case that may be felt by any step on its node.
 */
export type How = (typeof dependencies)[number];

export interface Dependency {
  readonly step: number;
  readonly how: How;
  /** The entry of the view, or `word 17` of shared memory, that carries it; "" where none does or none is known. */
  readonly entry: string;
}

export interface SliceStep {
  readonly step: number;
  readonly task: string;
  /** Documented stages taken; none for a look or a wait. */
  readonly stages: readonly string[];
  readonly on: readonly Dependency[];
}

/** A move of a task; moves are counted from 1. `step`: where it stands in the failing run, 0 where it does not come. */
export interface Move {
  readonly task: string;
  readonly move: number;
  readonly step: number;
}

/**
 * - `in order`: the case has no switch, so no decision of the schedule is needed to make it fail.
 * - `removed`, `other choice`, `swapped`: in the failing run `first` comes before `second`; with a switch left out, with another task chosen there, or with two
 *   steps that follow each other changed about, the case conforms. `deviations` is the schedule under which it was run and conformed.
 * - `none`: nothing of the kind makes it conform. `not asked`: a failure of this verdict does not come back reliably, or not at all.
 */
export type Decision =
  | { readonly kind: "in order" | "not asked" }
  | { readonly kind: "none"; readonly tried: number }
  | {
      readonly kind: "removed" | "other choice" | "swapped";
      readonly tried: number;
      /** The switch of the case in question; null where two steps were changed about. */
      readonly deviation: Deviation | null;
      readonly first: Move;
      readonly second: Move;
      readonly deviations: readonly Deviation[];
    };

/** Of `runs` random continuations after the first `step` steps of the failing run, so many failed the same way. */
export interface Odds {
  readonly step: number;
  /** Who made that step; "" before the first. */
  readonly task: string;
  readonly failing: number;
  readonly runs: number;
}

export interface Likelihood {
  readonly after: readonly Odds[];
  /** The step that raises it most, the first of several; 0 where none raises it. */
  readonly noReturn: number;
}

export interface Explanation {
  /** Seed of the random continuations. */
  readonly seed: number;
  /**
   * How the implementation's reads are known: `words`, every access to shared memory was seen, not what a core keeps to itself; `entries`, only what the two sides declare, so a
   * step that declares none is taken to depend on what it writes and to matter to the later steps of its task; `nothing`: there is no slice.
   */
  readonly sees: "words" | "entries" | "nothing";
  /** In order; the failing step comes last. Of what is found wrong at the end: the last steps that touched it. */
  readonly slice: readonly SliceStep[];
  /** Ids of events with no step in the slice: nothing leads from them to the failure, or the case was run without them and failed just so. */
  readonly leftOut: readonly string[];
  readonly decision: Decision;
  /** Null where the failure does not come back reliably, a continuation hung again and again, or the run is too long. */
  readonly likelihood: Likelihood | null;
}
