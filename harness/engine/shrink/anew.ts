/**
 * Small cases drawn as a campaign draws them. Where what the failure takes comes about once in thousands of steps, hardly any part of the case meets it again. But a campaign met it, so
 * others of its cases do, and many small ones meet it about as often as a large one of as many events.
 */
import { drawCase, type Draws } from "../draw.ts";
import { mix32 } from "../random.ts";
import { takeDrawn } from "./giving-way.ts";
import type { Hints } from "./order.ts";
import type { Shrinker } from "./shrinker.ts";

/** Events to draw, about, and as how many it counts to open a case. */
const size = 32;
const opening = 8;

/** The events of a round, as multiples of those of the case; and the seeds of a round. */
const share = 12;
const seeds = 4096;

/** One case in so many has the configuration of the case that is to become smaller. */
const ownEvery = 4;

/** One round. Some under the configuration of the case, which may be what it takes; most under one that is drawn as well, since it comes about more often under some than under others. */
export function drawAnew(shrinker: Shrinker, hints: Hints, round: number): boolean {
  const { best } = shrinker;
  if (!draws(hints)) return false;
  for (let draw = 0; draw * (size + opening) < best.events.length * share; draw++) {
    const seed = mix32(best.seed, round * seeds + draw);
    const config = draw % ownEvery === 0 ? best.config : undefined;
    if (takeDrawn(shrinker, drawCase(hints, best.profile, seed, size, { config, rest: best.rest }), seed, "anew")) return true;
  }
  return false;
}

function draws(hints: Hints): hints is Hints & Draws {
  return hints.drawConfig !== undefined && hints.drawEvents !== undefined;
}
