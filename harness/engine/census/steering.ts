/**
 * Steers what is drawn by what was newly reached.
 *
 * Cases that reached something no case before them had reached are kept. The next case is made in one of several ways: drawn as it would be without
 * steering, the most unusual of several draws, a kept one changed a little, a kept one gone on with, or two kept ones joined. Each way
 * is taken the more often the more new things it brought of late, so that what does not pay on this system, or pays no longer, gives way. Draws are made
 * longer while that brings something new.
 *
 * A function of the campaign's plan, the index of the first case and what the cases since then reached: it begins anew at the border of every batch, and the
 * number of workers does not matter.
 */
import type { Case } from "../case.ts";
import type { System } from "../contract.ts";
import { mix32, SeededRandom } from "../random.ts";
import type { Reached } from "./case-census.ts";
import { continued, joined, mutated } from "./mutation.ts";
import { Novelty } from "./novelty.ts";
import type { CensusTally } from "./tally.ts";

interface Kept {
  readonly case: Case;
  readonly rules: readonly number[];
}

const Way = { drawn: 0, unusual: 1, changed: 2, continued: 3, joined: 4 } as const;
type Way = (typeof Way)[keyof typeof Way];
/** Weights of the ways beside what they gain: found by trying, small cases of seven systems. */
const liking = [0.5, 10, 1, 3, 10] as const;

/** The newest of those kept; older ones make room. */
const keptMax = 64;
/** So many are kept in any case, to have something to go on with. */
const keptLeast = 4;
const couplesTried = 24;
const drawsCompared = 16;
/** What a kept case may grow to: twice what is drawn; very small ones to so many events. */
const growthMost = 2;
const smallEventsMost = 24;
/** How many times as long draws are made after a case that reached something new; as many times as short after one that did not. */
const longer = 4;
const lengthMax = longer ** 6;
/** What the last case of a way weighs in what is expected of the next. */
const lately = 0.3;
/** No way is given up for good. */
const gainLeast = 0.5;

export class Steering {
  readonly #system: System;
  readonly #tally: CensusTally;
  readonly #redraw: (seed: number) => Case;
  readonly #kept: Kept[] = [];
  readonly #novelty = new Novelty();
  /** New items to be expected of each way; of one that was not tried, as many as of the best. */
  readonly #gains: (number | undefined)[] = Object.values(Way).map(() => undefined);
  #way: Way = Way.drawn;
  /** So many events a draw is given, within its bounds. */
  #length = 1;

  /** `redraw` draws a case of the campaign with another seed. */
  constructor(system: System, tally: CensusTally, redraw: (seed: number) => Case) {
    this.#system = system;
    this.#tally = tally;
    this.#redraw = redraw;
  }

  /** The case to run instead of `drawn`, or that; `seed` is that of the case. */
  next(drawn: Case, seed: number): Case {
    const random = new SeededRandom(mix32(seed, 0x5743));
    this.#way = this.#kept.length === 0 ? Way.unusual : this.#pickWay(random);
    const made = this.#made(drawn, random);
    if (made !== undefined && made.events.length > 0) return made;
    this.#gained(0);
    this.#way = Way.unusual;
    return this.#made(drawn, random) ?? drawn;
  }

  /** The case of `next` reached this, of which so many items were new. */
  learn(one: Case, reached: Reached, fresh: number): void {
    this.#gained(fresh);
    this.#length = fresh > 0 ? Math.min(lengthMax, this.#length * longer) : Math.max(1, this.#length / longer);
    this.#novelty.learn(one);
    if (fresh === 0 && this.#kept.length >= keptLeast) return;
    if (this.#kept.length === keptMax) this.#kept.shift();
    this.#kept.push({ case: one, rules: reached.rules });
  }

  #gained(fresh: number): void {
    const before = this.#gains[this.#way];
    this.#gains[this.#way] = before === undefined ? fresh : (1 - lately) * before + lately * fresh;
  }

  #pickWay(random: SeededRandom): Way {
    const best = Math.max(gainLeast, ...this.#gains.map((gain) => gain ?? 0));
    const weights = this.#gains.map((gain, way) => liking[way] * Math.max(gainLeast, gain ?? best));
    let at = (random.int(1 << 20) / (1 << 20)) * weights.reduce((sum, weight) => sum + weight, 0);
    let way = 0;
    while (way < weights.length - 1 && at >= weights[way]) at -= weights[way++];
    return way as Way;
  }

  #made(drawn: Case, random: SeededRandom): Case | undefined {
    const most = Math.max(smallEventsMost, drawn.events.length * growthMost);
    switch (this.#way) {
      case Way.drawn:
        return drawn;
      case Way.unusual:
        return this.#unusual(drawn, random, Math.min(most, this.#length));
      case Way.changed:
        return mutated(this.#system, random.pick(this.#kept).case, random, most);
      case Way.continued:
        return this.#continued(drawn, random, most);
      case Way.joined:
        return this.#couple(random, most);
    }
  }

  #continued(drawn: Case, random: SeededRandom, most: number): Case {
    const one = random.pick(this.#kept).case;
    return continued(this.#system, one, random, Math.min(most, Math.max(drawn.events.length, one.events.length * 3)), most);
  }

  /** Of several draws, each gone on with if it is shorter than `length`, the one that is least like the cases before. */
  #unusual(drawn: Case, random: SeededRandom, length: number): Case {
    let best = this.#grown(drawn, random, length);
    let most = this.#novelty.of(best);
    for (let left = drawsCompared - 1; left > 0; left--) {
      const other = this.#grown(this.#redraw(random.word()), random, length);
      const novelty = this.#novelty.of(other);
      if (novelty <= most) continue;
      most = novelty;
      best = other;
    }
    return best;
  }

  #grown(one: Case, random: SeededRandom, length: number): Case {
    const more = length - one.events.length;
    return more <= 0 ? one : continued(this.#system, one, random, more, length);
  }

  #couple(random: SeededRandom, eventsMost: number): Case | undefined {
    let best: readonly [Kept, Kept] | undefined;
    let most = 0;
    for (let left = couplesTried; left > 0; left--) {
      const first = random.pick(this.#kept);
      const second = random.pick(this.#kept);
      if (first.case.profile !== second.case.profile) continue;
      const unseen = this.#tally.unseenPairs(first.rules, second.rules);
      if (unseen <= most) continue;
      most = unseen;
      best = [first, second];
    }
    return best === undefined ? undefined : joined(this.#system, best[0].case, best[1].case, random, eventsMost);
  }
}
