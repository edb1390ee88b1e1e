/** Schedules drawn anew for a candidate: such as give way about as often as the case does. */
import type { Case } from "../case.ts";
import { mix32 } from "../random.ts";
import { strategyByName, type StrategyName } from "../strategy/index.ts";
import type { Shrinker } from "./shrinker.ts";

/** A case that gives way at this share of its steps is tried under schedules that do so too, but for one in four: where what it takes was met, it is met most. */
const oftenShare = 2 / 5;
const switching: readonly StrategyName[] = ["random", "random", "round-robin", "mixture"];

/** Whether the smallest so far gives way at so many of its steps. */
export function switchesOften({ best, order }: Shrinker): boolean {
  return order !== undefined && best.deviations.length >= order.length * oftenShare;
}

/** Takes the candidate under a schedule that the seed draws, in place of its own switches, if it fails so. `drawn`: what its events are called, where they follow from configuration and seed. */
export function takeDrawn(shrinker: Shrinker, candidate: Case, seed: number, drawn?: string): boolean {
  const name = switchesOften(shrinker) ? switching[mix32(seed, candidate.events.length) % switching.length] : "mixture";
  return shrinker.takeUnder(strategyByName(name), { ...candidate, deviations: [], seed }, name, drawn);
}
