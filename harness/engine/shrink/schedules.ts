/**
 * Steps on the order of a run: which task moved at which step. Switches hang on one another (take out B of A → B → C and nothing leads from A to C), the
 * order does not: without B it reads A, C, and the switches that this takes are read off the run that follows it.
 */
import type { Case } from "../case.ts";
import { twoInOne, withCommand, withDependants } from "./candidates.ts";
import { fits, type Hints } from "./order.ts";

/** A case to be run in this order, its switches notwithstanding. */
export interface Ordered {
  readonly one: Case;
  readonly order: readonly string[];
}

/** Id of the event at the root of a task. */
export function rootOf(id: string): string {
  const end = id.indexOf("/");
  return end < 0 ? id : id.slice(0, end);
}

/** The case without the events at these positions and without switches; the others keep their order. So do the messages and timers of those that are gone: others may come in their place. */
export function spliced(one: Case, order: readonly string[], gone: ReadonlySet<number>): Ordered {
  const ids = new Set(Array.from(gone, (at) => one.events[at].id));
  return { one: { ...one, events: one.events.filter((_, at) => !gone.has(at)), deviations: [] }, order: order.filter((id) => !ids.has(id)) };
}

const mergedMax = 24;

/** In a case that is not large: one command in place of two. It runs where either ran, and what referred to the other goes. */
export function* merged(one: Case, order: readonly string[], hints: Hints): Generator<Ordered> {
  const { events } = one;
  if (events.length > mergedMax) return;
  for (const { kept, gone, command } of twoInOne(events, hints)) {
    const left = spliced({ ...one, events: withCommand(events, kept, command) }, renamed(order, events[gone].id, events[kept].id), withDependants(one, gone, hints));
    if (fits(left.one, hints)) yield left;
  }
}
function renamed(order: readonly string[], from: string, to: string): string[] {
  return order.map((id) => (id === from ? to : id));
}

/** Events listed as they began, so that no switch is needed to begin a later one first. */
export function* listedAsBegun(one: Case, order: readonly string[]): Generator<Ordered> {
  const began = new Map<string, number>();
  order.forEach((id, at) => {
    if (!began.has(id)) began.set(id, at);
  });
  const place = (id: string): number => began.get(id) ?? order.length;
  yield { one: { ...one, events: one.events.toSorted((a, b) => place(a.id) - place(b.id)) }, order };
}

/** Steps in a row that one task made. */
interface Stretch {
  readonly id: string;
  readonly steps: readonly string[];
}
function stretches(order: readonly string[]): Stretch[] {
  const all: { id: string; steps: string[] }[] = [];
  for (const id of order) {
    if (all.at(-1)?.id === id) all.at(-1)!.steps.push(id);
    else all.push({ id, steps: [id] });
  }
  return all;
}

const stretchesMax = 400;

/** Each task that was interrupted runs at one go, where it begins or where it ends; of a short run, at any of its stretches. */
export function* atOneGo(one: Case, order: readonly string[]): Generator<Ordered> {
  const all = stretches(order);
  if (all.length > stretchesMax) return;
  const placesOf = new Map<string, number[]>();
  all.forEach(({ id }, at) => {
    const places = placesOf.get(id);
    if (places === undefined) placesOf.set(id, [at]);
    else places.push(at);
  });
  for (const [id, places] of placesOf) {
    if (places.length === 1) continue;
    const steps = places.flatMap((at) => all[at].steps);
    const targets = all.length <= 40 ? places : [places[0], places[places.length - 1]];
    for (const target of targets) yield { one, order: all.flatMap((stretch, at) => (at === target ? steps : stretch.id === id ? [] : stretch.steps)) };
  }
}

/** Two stretches of one task that follow each other become one: the later comes forward, or the earlier waits. */
export function* joined(one: Case, order: readonly string[]): Generator<Ordered> {
  const all = stretches(order);
  if (all.length > stretchesMax) return;
  const last = new Map<string, number>();
  for (const [at, { id }] of all.entries()) {
    const before = last.get(id);
    last.set(id, at);
    if (before === undefined) continue;
    const steps = [...all[before].steps, ...all[at].steps];
    for (const target of [before, at]) yield { one, order: all.flatMap((stretch, k) => (k === target ? steps : k === before || k === at ? [] : stretch.steps)) };
  }
}
