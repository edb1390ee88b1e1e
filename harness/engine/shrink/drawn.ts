/**
 * Some of the events of a large case under schedules drawn anew. What happens whenever two cores meet happens after another past too; and what needs much to come about
 * comes about again and again in a large case. So this finds something where nothing can be taken out of the case as it ran.
 */
import type { Event } from "../case.ts";
import { mix32 } from "../random.ts";
import { strategyByName } from "../strategy/index.ts";
import { familiesOf } from "./candidates.ts";
import type { Hints } from "./order.ts";
import type { Shrinker } from "./shrinker.ts";

/** Rounds without success after which it is over. */
const rounds = 16;

/** Events of the shortest candidate, beside the beginning; each further size is twice as large. */
const least = 16;

/** Events at the beginning that stay with a stretch: before cores have started up there is nothing to be found, and some things need a past of some length. */
const beginning = 8;
const longBeginning = 64;

/** Families of events are drawn in so many lots. */
const lots = 1024;

/** Tries candidates of every size, few events first, in rounds that take about as many steps each for every size as the case: stretches of events in one round, families here and there in the next. */
export function keepDrawn(shrinker: Shrinker, hints: Hints): boolean {
  const { best, order } = shrinker;
  const { events } = best;
  if (order === undefined) return false;
  const families = familiesOf(best, hints);
  for (let round = 0; round < rounds; round++)
    for (let size = least; size <= 2 * events.length; size *= 2)
      for (let first = 0; first < events.length; first += size) {
        const seed = round * lots + first / least;
        const some = round % 2 === 0 ? stretch(events, first, size, round % 4 === 0 ? beginning : longBeginning) : thinned(events, families, size / events.length, seed);
        if (shrinker.takeUnder(strategyByName("mixture"), { ...best, events: some, deviations: [], seed }, "drawn")) return true;
      }
  return false;
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
