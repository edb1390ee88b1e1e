/** What one row of the bench is, and how several rounds become one figure. */
import type { System } from "../../engine/contract.ts";

/** How much is measured; small numbers give figures that mean little, in little time. */
export interface Sizes {
  /** Rounds of each row; the figure is their median. */
  readonly rounds: number;
  /** Cases of a round. */
  readonly cases: number;
}

/** What a row should reach: at least or at most so much. */
export interface Aim {
  readonly bound: "least" | "most";
  readonly value: number;
}

/** One figure of one row. */
export interface Measured {
  readonly row: string;
  readonly system: string;
  readonly text: string;
  readonly aim: Aim | undefined;
  readonly reached: number;
  /** Of the figure: `×` for a ratio, `/s`, `ms`, `B` for bytes. */
  readonly unit: string;
  /** What the figure was made of, rates and times by name. */
  readonly parts: { readonly [name: string]: number };
}

/** One thing to measure. */
export interface BenchRow {
  /** Name on the command line. */
  readonly name: string;
  /** Systems it is measured on; empty: on all. */
  readonly systems: readonly string[];
  measure(system: System, sizes: Sizes): Promise<readonly Measured[]> | readonly Measured[];
}

/** Work to be timed; answers how many units it did. */
export type Work = () => number | Promise<number>;

/** Those who do the same work in different ways, by name. What they set up before they answer with their work is not timed. */
export interface Competitors {
  readonly [name: string]: (system: System, sizes: Sizes, given: unknown) => Work;
}

/** Units a second of each competitor, round by round. */
export type Rates<Names extends string> = { readonly [name in Names]: readonly number[] };

/** The middle value; the upper one of two. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

/** Starts timing; answers how many milliseconds passed, of the clock or of this process, whichever are fewer. */
export function stopwatch(): () => number {
  const began = performance.now();
  const used = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(used);
    return Math.min(performance.now() - began, (user + system) / 1000);
  };
}

/** Median of what `of` makes of the rates of one round. */
export function overRounds<Names extends string>(rates: Rates<Names>, of: (round: { readonly [name in Names]: number }) => number): number {
  const names = Object.keys(rates) as Names[];
  const rounds = rates[names[0]].map((_, round) => Object.fromEntries(names.map((name) => [name, rates[name][round]])) as { [name in Names]: number });
  return median(rounds.map(of));
}

/** Median of each competitor's rates. */
export function medians<Names extends string>(rates: Rates<Names>): { readonly [name in Names]: number } {
  const names = Object.keys(rates) as Names[];
  return Object.fromEntries(names.map((name) => [name, median(rates[name])])) as { [name in Names]: number };
}

/** Whether the figure is what it should be; without an aim it is. */
export function reaches(measured: Measured): boolean {
  const { aim, reached } = measured;
  return aim === undefined || (aim.bound === "least" ? reached >= aim.value : reached <= aim.value);
}
