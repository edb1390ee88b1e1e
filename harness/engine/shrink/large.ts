/**
 * The first steps on a large case. Timers and schedules make it chaotic: without half of its events the rest runs another way, and nothing meets that met. So what is tried first does
 * not ask that the rest run as it did, or leaves the past out altogether.
 */
import { familiesOf } from "./candidates.ts";
import { keepDrawn, rounds } from "./drawn.ts";
import { switchesOften } from "./giving-way.ts";
import type { Hints } from "./order.ts";
import type { Shrinker } from "./shrinker.ts";

/** Events from which a case is large. */
const largeFrom = 48;

/** Events of the shortest tail that is tried by itself; each further one is so many times as long. */
const lastLeast = 8;
const lastGrowth = 1.4;

/** Events at the beginning that stay with the last. */
const beginning = 8;

/** What may be left of the events for much to be gone. */
const leftOfEvents = 3 / 4;

/** Tries in which all families should go at the rate at which some do, where it is to be worth while; and after how many the rate is taken each time. */
const triesOfAll = 128;
const judgedEvery = 8;

/** Rounds of drawing before what goes in large parts is taken out, which costs much where little goes. */
const roundsFirst = 4;

/** Makes a large case small by what takes much, for as long as that finds something; and at last, where it is as chaotic as can be, family by family. Answers whether it found something. */
export function makeSmall(shrinker: Shrinker, hints: Hints): boolean {
  const isLarge = (): boolean => shrinker.best.events.length >= largeFrom;
  let found = false;
  while (isLarge() && takeMuch(shrinker, hints)) found = true;
  return (isLarge() && removeFamilies(shrinker, hints, Infinity)) || found;
}

/** By what is cheapest first. Where cores give way at every other step, little goes as it ran: not even the last events. */
function takeMuch(shrinker: Shrinker, hints: Hints): boolean {
  const inOrder = !switchesOften(shrinker) && keepLast(shrinker);
  return inOrder || keepDrawn(shrinker, hints, 0, roundsFirst) || removeMuch(shrinker, hints) || keepDrawn(shrinker, hints, roundsFirst, rounds);
}

/** The last events only, without the beginning and with it: what fails mostly fails by what happened last, and what was long ago has left its traces on all that followed. */
function keepLast(shrinker: Shrinker): boolean {
  const count = shrinker.best.events.length;
  for (const first of [0, beginning])
    for (let kept = first + lastLeast; kept <= count * leftOfEvents; kept = Math.ceil(kept * lastGrowth)) if (shrinker.removeAll(new Set(Array.from({ length: count - kept }, (_, at) => first + at)))) return true;
  return false;
}

/** Takes out what goes in large parts, as long as it goes well; whether much is gone. */
function removeMuch(shrinker: Shrinker, hints: Hints): boolean {
  const count = shrinker.best.events.length;
  removeFamilies(shrinker, hints, triesOfAll);
  return shrinker.best.events.length <= count * leftOfEvents;
}

/**
 * Takes families of events out, again and again from the end to the beginning: twice as many after each that went, half as many after each that did not, first half of them at once, then a quarter … Gives
 * up where all would take more than so many tries. A range of events takes a release away and leaves what was to be released, so that what comes later finds less than it did; without a whole family it
 * finds what it found.
 */
function removeFamilies(shrinker: Shrinker, hints: Hints, triesMax: number): boolean {
  let families = familiesOf(shrinker.best, hints);
  const count = families.length;
  let tries = 0;
  let gone = false;
  let lately = 0;
  for (let first = count >> 1; first > 0; first >>= 1) {
    const left: string[][] = [];
    for (let end = families.length, size = first; end > 0; ) {
      const some = families.slice(Math.max(0, end - size), end);
      end -= some.length;
      if (removeAllOf(shrinker, some)) {
        gone = true;
        lately += some.length;
        size *= 2;
      } else {
        left.unshift(...some);
        size = Math.max(1, size >> 1);
      }
      if (shrinker.best.events.length < largeFrom) return true;
      if (++tries % judgedEvery !== 0) continue;
      if (tries > judgedEvery && lately < (count / triesMax) * judgedEvery) return gone;
      lately = 0;
    }
    families = left;
  }
  return gone;
}

function removeAllOf(shrinker: Shrinker, families: readonly (readonly string[])[]): boolean {
  const ids = new Set(families.flat());
  const gone = new Set<number>();
  shrinker.best.events.forEach(({ id }, at) => void (ids.has(id) && gone.add(at)));
  return shrinker.removeAll(gone);
}
