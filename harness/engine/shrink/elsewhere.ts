/**
 * Candidates that put one operation of a small case elsewhere, so that a switch or another event can go. Its place in the list and its core count less than these, yet
 * alone neither may be what makes a case smaller: a switch to a later operation is an earlier place in the list, and what has to go to another core first may begin there.
 */
import type { Case, Deviation, Event } from "../case.ts";
import { withDependants, without } from "./candidates.ts";
import type { Hints } from "./order.ts";
import { everySwitch, oneMore, type OrderOf } from "./switches.ts";

const eventsMax = 8;
/** Events at most where every switch is tried with what is elsewhere. */
const switchedMax = 3;

/** One event at another place in the list or one operation on another core: with fewer switches, or with an event less. */
export function* elsewhere(one: Case, stepsOf: ReadonlyMap<string, number>, orderOf: OrderOf, hints: Hints): Generator<Case> {
  if (one.events.length > eventsMax) return;
  if (one.deviations.length > 0) for (const events of inOtherPlaces(one.events)) yield* withFewer({ ...one, events });
  for (const { at, events } of onOtherCores(one, hints)) {
    const moved = { ...one, events };
    yield* withFewer(moved);
    for (let gone = 0; gone < events.length; gone++) if (gone !== at) yield* withoutOne(moved, gone, stepsOf, orderOf, hints);
  }
}

/** Without any switches, then with one less. */
function* withFewer(one: Case): Generator<Case> {
  const { deviations } = one;
  if (deviations.length > 0) yield { ...one, deviations: [] };
  if (deviations.length > 1) for (let at = 0; at < deviations.length; at++) yield { ...one, deviations: deviations.toSpliced(at, 1) };
}

function* withoutOne(one: Case, gone: number, stepsOf: ReadonlyMap<string, number>, orderOf: OrderOf, hints: Hints): Generator<Case> {
  const left = without(one, withDependants(one, gone, hints));
  yield left;
  if (one.deviations.length === 0) return;
  const plain = { ...left, deviations: [] };
  yield plain;
  if (one.events.length <= switchedMax) yield* oneMore(plain, switchesOf(left, stepsOf), orderOf);
}

function switchesOf({ events }: Case, stepsOf: ReadonlyMap<string, number>): Deviation[] {
  const ids = new Set(events.map(({ id }) => id));
  return everySwitch(new Map([...stepsOf].filter(([id]) => ids.has(id.split("/", 1)[0]))));
}

function* inOtherPlaces(events: readonly Event[]): Generator<readonly Event[]> {
  for (const [from, event] of events.entries()) {
    const others = events.toSpliced(from, 1);
    // Next to each other either of two may go to the place of the other.
    for (let to = 0; to < events.length; to++) if (to !== from && to !== from + 1) yield others.toSpliced(to, 0, event);
  }
}

function* onOtherCores({ config, events }: Case, hints: Hints): Generator<{ readonly at: number; readonly events: readonly Event[] }> {
  for (const [at, event] of events.entries()) {
    if (event.do !== "op") continue;
    const cores = hints.coreCount(config, event.node);
    for (let core = 0; core < cores; core++) if (core !== event.core) yield { at, events: events.with(at, { ...event, core }) };
  }
}
