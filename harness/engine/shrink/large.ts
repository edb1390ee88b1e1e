/**
 * The first steps on a large case. Timers and schedules make it chaotic: without half of its events the rest runs another way, and nothing meets that met. So what is tried first does
 * not ask that the rest run as it did, or leaves the past out altogether. Each answers whether it found something; in a case that is not large none does.
 */
import { strategyByName } from "../strategy/index.ts";
import { familiesOf } from "./candidates.ts";
import type { Hints } from "./order.ts";
import type { Shrinker } from "./shrinker.ts";

/** Events from which a case is large. */
const largeFrom = 100;

/** Events at the beginning that stay with each: before cores have started up there is nothing to be found. */
const firstKept = 8;

/** Events of the shortest stretch that is tried by itself, and schedules for each. */
const stretchLeast = 16;
const stretchTries = 2;

/** Events of the shortest tail that is tried by itself; each further one is a quarter longer. */
const lastLeast = 8;

/**
 * One stretch of events only, and the beginning, under schedules drawn anew, short ones first. What happens whenever two cores meet happens after another past too, and
 * to look for it in every stretch takes no more steps than the case.
 */
export function keepStretch(shrinker: Shrinker): boolean {
  const { best, order } = shrinker;
  const { events } = best;
  if (events.length < largeFrom || order === undefined) return false;
  for (let size = stretchLeast; size < events.length; size *= 2)
    for (let seed = 0; seed < stretchTries; seed++)
      for (let first = 0; first < events.length; first += size) {
        const stretch = { ...best, events: [...events.slice(0, Math.min(first, firstKept)), ...events.slice(first, first + size)], deviations: [], seed };
        if (shrinker.takeUnder(strategyByName("mixture"), stretch, "drawn")) return true;
      }
  return false;
}

/** The last events only, with the beginning or without: what fails mostly fails by what happened last, and what was long ago has left its traces on all that followed. */
export function keepLast(shrinker: Shrinker): boolean {
  const count = shrinker.best.events.length;
  if (count < largeFrom) return false;
  for (const first of [0, firstKept])
    for (let kept = first + lastLeast; kept < count; kept = Math.ceil(kept * 1.25)) if (shrinker.removeAll(new Set(Array.from({ length: count - kept }, (_, at) => first + at)))) return true;
  return false;
}

/**
 * Takes families of events out: halves, quarters, … single ones, from the end. A range of events takes a release away and leaves what was to be released, so
 * that what comes later finds less than it did; without a whole family it finds what it found.
 */
export function removeFamilies(shrinker: Shrinker, hints: Hints): boolean {
  if (shrinker.best.events.length < largeFrom) return false;
  let found = false;
  let families = familiesOf(shrinker.best, hints);
  for (let size = families.length >> 1; size >= 1; size >>= 1) {
    const left: string[][] = [];
    for (let end = families.length; end > 0; end -= size) {
      const some = families.slice(Math.max(0, end - size), end);
      const ids = new Set(some.flat());
      const gone = new Set<number>();
      shrinker.best.events.forEach(({ id }, at) => void (ids.has(id) && gone.add(at)));
      if (shrinker.removeAll(gone)) found = true;
      else left.unshift(...some);
    }
    families = left;
  }
  return found;
}
