/**
 * Some of the events of a large case under schedules drawn anew. What happens whenever two cores meet happens after another past too; and what needs much to come about
 * comes about again and again in a large case. So this finds something where nothing can be taken out of the case as it ran.
 *
 * Candidates are of every size up to most of the case, few events first, in rounds that take about as many steps for every size.
 */
import type { Event } from "../case.ts";
import { mix32 } from "../random.ts";
import { drawAnew } from "./anew.ts";
import { familiesOf } from "./candidates.ts";
import { takeDrawn } from "./giving-way.ts";
import type { Hints } from "./order.ts";
import type { Shrinker } from "./shrinker.ts";

/** Rounds after which it is over. */
export const rounds = 16;

/** Events of the shortest candidate, beside the beginning, how much longer the next are, and the longest as a share of the case. */
const least = 16;
const growth = 1.4;
const most = 3 / 4;

/** The steps of a size in a round, as a share of the case. */
const share = 1 / 4;

/** Events at the beginning that stay: before cores have started up there is nothing to be found, and some things need a past of some length. */
const beginning = 8;
const beginnings = 4;

/** Seeds of a round, and the lots in which families of events are drawn. */
const lots = 1024;

/**
 * Rounds from the first to the one before the end. In the first the last events, which are where it failed; of what was between them and the beginning only traces are left. Then by turns the last events, a stretch from anywhere,
 * the last again, and families here and there. At the end of each round cases drawn anew.
 */
export function keepDrawn(shrinker: Shrinker, hints: Hints, first: number, end: number): boolean {
  const families = familiesOf(shrinker.best, hints);
  const some = (events: readonly Event[], size: number, turn: number, seed: number): Event[] => {
    if (turn % 4 === 3) return thinned(events, families, size / events.length, seed);
    const last = events.length - size;
    return stretch(events, turn % 2 === 0 ? last : mix32(seed, size) % last, size, turn >> 1);
  };
  const last: typeof some = (events, size, turn) => stretch(events, events.length - size, size, turn);
  for (let round = first; round < end; round++) if (keeps(shrinker, round, round === 0 ? last : some) || drawAnew(shrinker, hints, round)) return true;
  return false;
}

/** One round: candidates of every size, as many of each as make its share of the case. */
function keeps(shrinker: Shrinker, round: number, some: (events: readonly Event[], size: number, turn: number, seed: number) => Event[]): boolean {
  const { best } = shrinker;
  const { events } = best;
  for (let size = least; size <= events.length * most; size = Math.ceil(size * growth))
    for (let draw = 0; draw * size < events.length * share; draw++) {
      const seed = round * lots + draw;
      if (takeDrawn(shrinker, { ...best, events: some(events, size, round + draw, seed) }, seed)) return true;
    }
  return false;
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
