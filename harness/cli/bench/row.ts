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
  /** Of the figure: `×` for a ratio, `/s`, `ms`. */
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

/** Work to be timed; answers how many units it did. */
export type Work = () => number;

/**
 * Units a second of each work, round by round: `[work][round]`. The works take turns within a round, each round beginning with another one, so that
 * whatever else the machine does falls on all alike; two rounds before these are for warming up. Seconds are of the clock or of this process, whichever
 * are fewer, since a process that has to wait for the machine does no work meanwhile.
 */
export function rates(rounds: number, works: readonly Work[]): number[][] {
  const found: number[][] = works.map(() => []);
  for (let round = -Math.min(2, rounds); round < rounds; round++) {
    for (let turn = 0; turn < works.length; turn++) {
      const at = (turn + Math.max(0, round)) % works.length;
      const passed = stopwatch();
      const units = works[at]();
      const seconds = passed() / 1000;
      if (round >= 0) found[at].push(units / seconds);
    }
  }
  return found;
}

/** Median of what `of` makes of the rates of one round. */
export function overRounds(found: readonly number[][], of: (rates: number[]) => number): number {
  return median(found[0].map((_, round) => of(found.map((rounds) => rounds[round]))));
}

/** Whether the figure is what it should be; without an aim it is. */
export function reaches(measured: Measured): boolean {
  const { aim, reached } = measured;
  return aim === undefined || (aim.bound === "least" ? reached >= aim.value : reached <= aim.value);
}
