/**
 * # The shrinker
 *
 * `shrink(case, oracle, hints)` is a pure function: the oracle says whether a candidate still fails the same way (`oracle.ts`), the hints say
 * what a smaller configuration or command is, and everything else follows from the case. A case is a list of events and a list of forced
 * switches; taking out any part of either leaves a case that runs, because draws inside a side depend on the names of tasks only and a switch that
 * names what is not there is skipped. So shrinking is search downwards in one measure (`order.ts`) over steps that are all deletions or
 * simplifications, of the case (`candidates.ts`, `switches.ts`) or of the order in which it ran (`schedules.ts`); but for the small cases that are drawn in place of a large one.
 *
 * **Why the order.** Switches hang on one another. Where A gives way to B and B to C, B cannot be taken out with the two switches that name it: nothing would
 * lead from A to C, and chains of operations that do nothing but pass the turn on would stay. So an event is taken out of the *order* of the run, which task
 * moved at which step; the rest is run in that order as far as it can be followed (`in-order.ts`), and the switches that takes are read off.
 *
 * 1. **Cut.** Start from the case as it really ran: nothing after the failing step, only the switches that took effect.
 * 2. **Fewer events.** Of a large case first only the last few, then ever more of the last, in order, but where cores give way at every other step, as little goes in order there. What is long ago mostly matters by nothing but the phase in which it left timers and schedule, and without half of it nothing
 *    meets any more: so then some of its events, the last, a stretch or families here and there, under schedules drawn anew that give way as often as its own (`drawn.ts`), and small cases drawn as a campaign draws them (`anew.ts`). Then families, an event and
 *    all that refers to it, as many at once as will go. At last families again, however few go at once. Then halves, quarters, … single events, an event together
 *    with those that refer to it; the others keep their order.
 * 3. **One event for two.** A system may know a command that does what two do (`merged`): ten requests for a unit are one for ten. Before the values become
 *    small, for then there is no room any more. A change of configuration may go into the configuration (`absorb`).
 * 4. **Fewer switches.** All of them, halves, … single ones. Base schedules are sequential, so what survives is what the fault needs. Then by the order: events
 *    are listed as they began; a task that was interrupted runs at one go; two stretches of one task are joined.
 * 5. **Simpler values.** Configuration, cores, commands, times, seed.
 * 6. **Pairs and subsets**, since some parts only fall together.
 * 7. **Elsewhere and otherwise.** One event of a small case goes to another place in the list or another core (`elsewhere.ts`), gets a larger number, or the case another
 *    seed (`otherwise.ts`), where that lets switches or an event go.
 * 8. **Another schedule.** For a small case every schedule with one switch, then with two, is tried in place of the present one.
 * 9. **A switch for an event.** Up to three events of a small case are tried under every schedule of a switch: fewer events weigh more than fewer switches. So is one
 *    command for two.
 *
 * A candidate is taken only if it fails the same way *and* is strictly smaller than what we have; what the run to rest adds back would otherwise let
 * deleted switches creep in again. What a run in an order comes to is judged as a case of its own, by its switches. After each success the candidate is replaced by what really ran, if that is no larger. The phases repeat until none of them
 * finds anything: then no single part can be removed, which is what one-minimal means, and shrinking the result again changes nothing.
 */
import type { Case } from "../case.ts";
import type { Failure } from "../verdict.ts";
import { absorbed, pairsOfEvents, simplerValues, subsets } from "./candidates.ts";
import { elsewhere } from "./elsewhere.ts";
import { makeSmall } from "./large.ts";
import type { Ask, Oracle } from "./oracle.ts";
import type { Hints } from "./order.ts";
import { otherwise } from "./otherwise.ts";
import { atOneGo, joined, listedAsBegun, merged } from "./schedules.ts";
import { Budget, Shrinker } from "./shrinker.ts";
import { earlierSwitches, fewerDeviations, fewerSwitches, mergedForSwitch, switchForEvents } from "./switches.ts";

export interface ShrinkOptions {
  /** Runs to spend at most; 20,000. */
  readonly candidatesMax?: number;
  /** Says that the time is over; asked before each candidate. */
  readonly late?: () => boolean;
}

export interface ShrinkResult {
  readonly case: Case;
  /** As the smallest case fails; undefined if the case given does not fail that way at all. */
  readonly failure: Failure | undefined;
  /** Candidates that were run. */
  readonly tried: number;
  /** The last round found no part to remove or simplify; false only when the budget ran out or the case did not fail. */
  readonly oneMinimal: boolean;
}

/**
 * The smallest case found that fails as `oracle` wants. A case that does not is answered unchanged. Most of the work of a run that fails is to look for what
 * was wrong first; where the oracle can do without, it is asked so, and in full of the smallest case only. Should that not be what is wanted, everything is done again in full.
 */
export function shrink(one: Case, oracle: Oracle, hints: Hints, options: ShrinkOptions = {}): ShrinkResult {
  const lightly = oracle.lightly && search(one, oracle.lightly, hints, options);
  const failure = lightly?.failure && oracle(lightly.case)?.failure;
  return failure === undefined ? search(one, oracle, hints, options) : { ...lightly!, failure };
}

function search(one: Case, ask: Ask, hints: Hints, { candidatesMax = 20_000, late = () => false }: ShrinkOptions): ShrinkResult {
  const first = ask(one);
  if (first === undefined) return { case: one, failure: undefined, tried: 1, oneMinimal: false };
  const ran = first.ran();
  const cut = first.proved?.() === true ? first : ask(ran);
  const shrinker = new Shrinker(cut === undefined ? one : ran, cut ?? first, ask, hints, { candidatesMax, late });
  const orderOf = (other: Case): readonly string[] | undefined => shrinker.orderOf(other);
  let oneMinimal = true;
  try {
    for (let again = true; again; ) {
      again = makeSmall(shrinker, hints);
      again = shrinker.removeEvents() || again;
      again = shrinker.phaseOrdered((best, order) => merged(best, order, hints)) || again;
      again = shrinker.phase((best) => absorbed(best, hints)) || again;
      again = shrinker.phase(fewerDeviations) || again;
      again = shrinker.phaseOrdered(listedAsBegun) || again;
      again = shrinker.phaseOrdered(atOneGo) || again;
      again = shrinker.phaseOrdered(joined) || again;
      again = shrinker.phase((best) => simplerValues(best, hints)) || again;
      if (again) continue;
      again = shrinker.phase(earlierSwitches);
      again = shrinker.phase(pairsOfEvents) || again;
      again = shrinker.phase(subsets) || again;
      again = again || shrinker.phase((best) => elsewhere(best, shrinker.stepsOf(), orderOf, hints));
      again = again || shrinker.phase((best) => otherwise(best, hints));
      again = again || shrinker.phase((best) => fewerSwitches(best, shrinker.stepsOf(), orderOf));
      again = again || shrinker.phase((best) => switchForEvents(best, shrinker.stepsOf(), orderOf));
      again = again || shrinker.phase((best) => mergedForSwitch(best, shrinker.stepsOf(), orderOf, hints));
    }
  } catch (error) {
    if (!(error instanceof Budget)) throw error;
    oneMinimal = false;
  }
  return { case: shrinker.best, failure: shrinker.failure, tried: shrinker.tried + 2, oneMinimal };
}
