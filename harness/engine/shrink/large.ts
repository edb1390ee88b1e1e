/**
 * The first steps on a large case. Timers and schedules make it chaotic: without half of its events the rest runs another way, and nothing meets that met. So what is tried first does
 * not ask that the rest run as it did, or leaves the past out altogether.
 */
import { familiesOf } from "./candidates.ts";
import { keepDrawn } from "./drawn.ts";
import type { Hints } from "./order.ts";
import type { Shrinker } from "./shrinker.ts";

/** Events from which a case is large. */
const largeFrom = 100;

/** Events of the shortest tail that is tried by itself; each further one is so many times as long. */
const lastLeast = 8;
const lastGrowth = 1.4;

/** Events at the beginning that stay with the last. */
const beginning = 8;

/** So much must go at once that it goes well; as a share of the families, and what may be left of the events. */
const muchOfFamilies = 1 / 8;
const leftOfEvents = 3 / 4;

/** Makes a large case small by what takes much, for as long as that finds something; and at last, where it is as chaotic as can be, family by family. Answers whether it found something. */
export function makeSmall(shrinker: Shrinker, hints: Hints): boolean {
  const isLarge = (): boolean => shrinker.best.events.length >= largeFrom;
  let found = false;
  while (isLarge() && (keepLast(shrinker) || removeMuch(shrinker, hints) || keepDrawn(shrinker, hints))) found = true;
  return (isLarge() && removeFamilies(shrinker, hints, 1)) || found;
}

/** The last events only, with the beginning or without: what fails mostly fails by what happened last, and what was long ago has left its traces on all that followed. */
function keepLast(shrinker: Shrinker): boolean {
  const count = shrinker.best.events.length;
  for (const first of [0, beginning])
    for (let kept = first + lastLeast; kept < count; kept = Math.ceil(kept * lastGrowth)) if (shrinker.removeAll(new Set(Array.from({ length: count - kept }, (_, at) => first + at)))) return true;
  return false;
}

function removeMuch(shrinker: Shrinker, hints: Hints): boolean {
  const count = shrinker.best.events.length;
  removeFamilies(shrinker, hints, Math.ceil(familiesOf(shrinker.best, hints).length * muchOfFamilies));
  return shrinker.best.events.length <= count * leftOfEvents;
}

/**
 * Takes families of events out: halves, quarters, … from the end, at least so many at once. A range of events takes a release away and leaves what was to be released, so
 * that what comes later finds less than it did; without a whole family it finds what it found.
 */
function removeFamilies(shrinker: Shrinker, hints: Hints, least: number): boolean {
  let found = false;
  let families = familiesOf(shrinker.best, hints);
  for (let size = families.length >> 1; size >= least; size >>= 1) {
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
