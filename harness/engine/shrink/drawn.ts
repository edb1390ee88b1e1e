/**
 * Some of the events of a large case under schedules drawn anew. What happens whenever two cores meet happens after another past too; and what needs much to come about
 * comes about again and again in a large case. So this finds something where nothing can be taken out of the case as it ran.
 *
 * Candidates are of every size up to most of the case, few events first, in rounds that take about as many steps for every size.
 */
import type { Case, Event } from "../case.ts";
import { mix32 } from "../random.ts";
import { strategyByName } from "../strategy/index.ts";
import { familiesOf } from "./candidates.ts";
import type { Hints } from "./order.ts";
import type { Shrinker } from "./shrinker.ts";

/** Rounds with the last events that are tried at once, and those after which it is over. */
const roundsAtOnce = 2;
const rounds = 10;

/** Events of the shortest candidate, beside the beginning, how much longer the next are, and the longest as a share of the case. */
const least = 16;
const growth = 2;
const lastGrowth = 1.4;
const most = 3 / 4;

/** The steps of a size in a round with the last events, as a share of the case. */
const lastShare = 1 / 4;

/** Events at the beginning that stay: before cores have started up there is nothing to be found, and some things need a past of some length. */
const beginning = 8;
const beginnings = 4;

/** Families of events are drawn in so many lots. */
const lots = 1024;

/** The last events, and some of the beginning: they are where it failed, and of what was between them only traces are left. */
export function keepLastDrawn(shrinker: Shrinker): boolean {
  for (let round = 0; round < roundsAtOnce; round++) if (keepsLast(shrinker, round)) return true;
  return false;
}

/** The last events again, and events from all of the case: stretches in one round, families here and there in the next. */
export function keepDrawn(shrinker: Shrinker, hints: Hints): boolean {
  for (let round = roundsAtOnce; round < rounds; round++) if (keepsSome(shrinker, hints, round) || keepsLast(shrinker, round)) return true;
  return false;
}

function keepsLast(shrinker: Shrinker, round: number): boolean {
  const { best } = shrinker;
  const { events } = best;
  for (let size = least; size <= events.length * most; size = Math.ceil(size * lastGrowth))
    for (let draw = 0; draw * size < events.length * lastShare; draw++) {
      const some = stretch(events, events.length - size, size, beginning << ((round + draw) % beginnings));
      if (takeDrawn(shrinker, best, some, round * lots + draw)) return true;
    }
  return false;
}

function keepsSome(shrinker: Shrinker, hints: Hints, round: number): boolean {
  const { best } = shrinker;
  const { events } = best;
  const families = familiesOf(best, hints);
  for (let size = least; size <= events.length * most; size *= growth)
    for (let first = 0; first < events.length; first += size) {
      const seed = round * lots + first / least;
      const some = round % 2 === 0 ? stretch(events, first, size, beginning << (round % beginnings)) : thinned(events, families, size / events.length, seed);
      if (takeDrawn(shrinker, best, some, seed)) return true;
    }
  return false;
}

function takeDrawn(shrinker: Shrinker, best: Case, events: Event[], seed: number): boolean {
  return shrinker.takeUnder(strategyByName("mixture"), { ...best, events, deviations: [], seed }, "drawn");
}

/** A stretch of the events, and the beginning. */
function stretch(events: readonly Event[], first: number, size: number, kept: number): Event[] {
  return [...events.slice(0, Math.min(first, kept)), ...events.slice(first, first + size)];
}

/** So many of the families as make this share. */
function thinned(events: readonly Event[], families: readonly (readonly string[])[], share: number, seed: number): Event[] {
  const kept = new Set(families.filter((_, at) => (mix32(seed, at) >>> 0) % lots < share * lots).flat());
  return events.filter(({ id }) => kept.has(id));
}
