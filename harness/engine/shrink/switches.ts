/** Candidates with other switches: fewer of them, earlier ones, or one in place of events. None of the generators looks at how a candidate fares. */
import type { Case, Deviation } from "../case.ts";
import { twoInOne, withCommand, withDependants, without } from "./candidates.ts";
import { fits, type Hints } from "./order.ts";

/** No switches, then halves, … then single ones. */
export function* fewerDeviations(one: Case): Generator<Case> {
  const count = one.deviations.length;
  for (let size = count; size >= 1; size >>= 1)
    for (let first = count - size; first > -size; first -= size) {
      const from = Math.max(0, first);
      yield { ...one, deviations: [...one.deviations.slice(0, from), ...one.deviations.slice(first + size)] };
      if (size === 1 && first === 0) return;
    }
}

/** In which order a case runs that conforms; undefined where nobody knows. */
export type OrderOf = (one: Case) => readonly string[] | undefined;

/** Every switch between two of these tasks, each of which moves so often. */
export function everySwitch(stepsOf: ReadonlyMap<string, number>): Deviation[] {
  const switches: Deviation[] = [];
  for (const [task, steps] of stepsOf) for (let step = 0; step <= steps; step++) for (const run of stepsOf.keys()) if (run !== task) switches.push({ task, step, run });
  return switches;
}

/**
 * Those of the switches that can take effect in a case that runs in this order: where its schedule stands at that step of the task, the other has something left to do and
 * its core can begin it.
 */
export function effective(switches: readonly Deviation[], { events }: Case, order: readonly string[] | undefined): readonly Deviation[] {
  if (order === undefined) return switches;
  const turns = new Map<string, number[]>();
  order.forEach((turn, at) => {
    const id = turn.split("@", 1)[0];
    const known = turns.get(id);
    if (known === undefined) turns.set(id, [at]);
    else known.push(at);
  });
  // Operations of a core begin in the order of the list; one that is under way keeps the others out, unless it is blocked.
  const cores = new Map<string, number>();
  const mayBegin = new Map<string, number>();
  const lastBegan = new Map<number, number>();
  for (const event of events) {
    if (event.do !== "op") continue;
    const core = event.node * 64 + event.core;
    cores.set(event.id, core);
    mayBegin.set(event.id, lastBegan.get(core) ?? -1);
    lastBegan.set(core, turns.get(event.id)?.[0] ?? lastBegan.get(core) ?? -1);
  }
  return switches.filter(({ task, step, run }) => {
    const at = turns.get(task)?.[step];
    const last = turns.get(run)?.at(-1);
    if (at === undefined || (last === undefined ? run.includes("/") : last < at)) return false;
    return at > (mayBegin.get(run) ?? -1) && (step === 0 || !cores.has(task) || cores.get(task) !== cores.get(run));
  });
}

/** The case with one more switch, the others unchanged. */
export function* oneMore(one: Case, switches: readonly Deviation[], orderOf: OrderOf): Generator<Case> {
  const { deviations } = one;
  for (const next of effective(switches, one, orderOf(one))) if (!deviations.includes(next)) yield { ...one, deviations: [...deviations, next] };
}

function* twoMore(one: Case, switches: readonly Deviation[], orderOf: OrderOf): Generator<Case> {
  for (const first of oneMore(one, switches, orderOf)) yield* oneMore(first, switches, orderOf);
}

/** Schedules with fewer switches for a small case: none, every single switch, then every two in place of three or more. `stepsOf` says how often each task moved. */
export function* fewerSwitches(one: Case, stepsOf: ReadonlyMap<string, number>, orderOf: OrderOf): Generator<Case> {
  const operations = one.events.filter((event) => event.do === "op").length;
  if (one.deviations.length < 2 || operations > 8) return;
  const singles = everySwitch(stepsOf);
  const plain = { ...one, deviations: [] };
  yield* oneMore(plain, singles, orderOf);
  if (one.deviations.length > 2 && singles.length <= 120) yield* twoMore(plain, singles, orderOf);
}

/** The same switches at an earlier step, one at a time. */
export function* earlierSwitches(one: Case): Generator<Case> {
  for (let at = 0; at < one.deviations.length; at++) for (let step = 0; step < one.deviations[at].step; step++) yield { ...one, deviations: one.deviations.with(at, { ...one.deviations[at], step }) };
}

/** Switches of which every two are tried together, at most: with messages and timers there may be hundreds. */
const pairedMax = 30;

/** For a small case: one or two of its events only, of a very small one three too, under every schedule of one switch; two of a handful under every one of two. */
export function* switchForEvents(one: Case, stepsOf: ReadonlyMap<string, number>, orderOf: OrderOf): Generator<Case> {
  const count = one.events.length;
  if (count > 10) return;
  for (let kept = 1; kept <= Math.min(count > 6 ? 2 : 3, count - 1); kept++)
    for (const events of choices(one.events, kept)) {
      const ids = new Set(events.map((event) => event.id));
      const left = new Map([...stepsOf].filter(([id]) => ids.has(id.split("/", 1)[0])));
      const singles = everySwitch(left);
      const some = { ...one, events, deviations: [] };
      yield* oneMore(some, singles, orderOf);
      if (kept === 2 && count <= 5 && singles.length <= pairedMax) yield* twoMore(some, singles, orderOf);
    }
}

/**
 * For a small case that needs a switch: one command in place of two, under every schedule of one switch. What took the steps of two operations takes other
 * steps in one, so the place where the switch was is no longer the right one.
 */
export function* mergedForSwitch(one: Case, stepsOf: ReadonlyMap<string, number>, orderOf: OrderOf, hints: Hints): Generator<Case> {
  const { events, deviations } = one;
  if (events.length > 8 || deviations.length === 0) return;
  for (const { kept, gone, command } of twoInOne(events, hints)) {
    const whole = { ...one, events: withCommand(events, kept, command), deviations: [] };
    const left = without(whole, withDependants(whole, gone, hints));
    if (!fits(left, hints)) continue;
    // What refers to the two may take as many steps as both together.
    const singles = everySwitch(new Map(left.events.map(({ id }) => [id, (stepsOf.get(id) ?? 0) * 2])));
    yield* oneMore(left, singles, orderOf);
  }
}

/** Every way to take so many items, in order. */
function* choices<T>(items: readonly T[], kept: number, from = 0): Generator<T[]> {
  if (kept === 0) yield [];
  else for (let at = from; at <= items.length - kept; at++) for (const rest of choices(items, kept - 1, at + 1)) yield [items[at], ...rest];
}
