/**
 * Some of the events of a large case under schedules drawn anew. What happens whenever two cores meet happens after another past too; and what needs much to come about
 * comes about again and again in a large case. So this finds something where nothing can be taken out of the case as it ran.
 *
 * Candidates are of every size up to most of the case, few events first, in rounds that take about as many steps for every size.
 */
import type { Case, Event } from "../case.ts";
import { mix32 } from "../random.ts";
import { strategyByName, type StrategyName } from "../strategy/index.ts";
import { familiesOf } from "./candidates.ts";
import type { Hints } from "./order.ts";
import type { Shrinker } from "./shrinker.ts";

/** Rounds with the last events that are tried at once, those before anything is tried as it ran where cores give way often, and all those after which it is over. */
const roundsAtOnce = 2;
export const roundsSoon = 6;
const rounds = 64;

/** Events of the shortest candidate, beside the beginning, how much longer the next are, and the longest as a share of the case. */
const least = 16;
const growth = 1.4;
const most = 3 / 4;

/** The steps of a size in a round, as a share of the case. */
const share = 1 / 4;

/** Events at the beginning that stay: before cores have started up there is nothing to be found, and some things need a past of some length. */
const beginning = 8;
const beginnings = 4;

/** A case that gives way at this share of its steps is tried under schedules that do so too, but for one in four: where what it takes was met, it is met most. */
const oftenShare = 2 / 5;
const switching: readonly StrategyName[] = ["random", "random", "round-robin", "mixture"];

/** Seeds of a round, and the lots in which families of events are drawn. */
const lots = 1024;

/** The last events, and some of the beginning: they are where it failed, and of what was between them only traces are left. */
export function keepLastDrawn(shrinker: Shrinker): boolean {
  for (let round = 0; round < roundsAtOnce; round++) if (keeps(shrinker, round, (events, size, turn) => stretch(events, events.length - size, size, turn))) return true;
  return false;
}

/** By turns the last events, a stretch from anywhere, the last again, and families here and there; up to so many rounds. */
export function keepDrawn(shrinker: Shrinker, hints: Hints, roundsMax = rounds): boolean {
  const families = familiesOf(shrinker.best, hints);
  const some = (events: readonly Event[], size: number, turn: number, seed: number): Event[] => {
    if (turn % 4 === 3) return thinned(events, families, size / events.length, seed);
    const last = events.length - size;
    return stretch(events, turn % 2 === 0 ? last : mix32(seed, size) % last, size, turn >> 1);
  };
  for (let round = roundsAtOnce; round < roundsMax; round++) if (keeps(shrinker, round, some)) return true;
  return false;
}

/** One round: candidates of every size, as many of each as make its share of the case. */
function keeps(shrinker: Shrinker, round: number, some: (events: readonly Event[], size: number, turn: number, seed: number) => Event[]): boolean {
  const { best } = shrinker;
  const { events } = best;
  const often = switchesOften(shrinker);
  for (let size = least; size <= events.length * most; size = Math.ceil(size * growth))
    for (let draw = 0; draw * size < events.length * share; draw++) {
      const seed = round * lots + draw;
      if (takeDrawn(shrinker, best, some(events, size, round + draw, seed), seed, often)) return true;
    }
  return false;
}

function takeDrawn(shrinker: Shrinker, best: Case, events: Event[], seed: number, often: boolean): boolean {
  const name = often ? switching[mix32(seed, events.length) % switching.length] : "mixture";
  return shrinker.takeUnder(strategyByName(name), { ...best, events, deviations: [], seed }, name);
}

/** Whether the smallest so far gives way at so many of its steps. */
export function switchesOften({ best, order }: Shrinker): boolean {
  return order !== undefined && best.deviations.length >= order.length * oftenShare;
}

/** A stretch of the events, and the beginning, which is longer by turns. */
function stretch(events: readonly Event[], first: number, size: number, turn: number): Event[] {
  return [...events.slice(0, Math.min(first, beginning << (turn % beginnings))), ...events.slice(first, first + size)];
}

/** So many of the families as make this share. */
function thinned(events: readonly Event[], families: readonly (readonly string[])[], part: number, seed: number): Event[] {
  const kept = new Set(families.filter((_, at) => (mix32(seed, at) >>> 0) % lots < part * lots).flat());
  return events.filter(({ id }) => kept.has(id));
}
