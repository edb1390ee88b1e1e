/** The steps a case can be made smaller by. Each generator yields candidates, the most promising first; none of them looks at how a candidate fares. */
import type { Case, Deviation, Event } from "../case.ts";
import { fits, type Hints } from "./order.ts";

/** The case without the events at these positions, and without the switches that name them. */
export function without(one: Case, gone: ReadonlySet<number>): Case {
  const ids = new Set<string>();
  one.events.forEach((event, at) => {
    if (gone.has(at)) ids.add(event.id);
  });
  const names = (id: string): boolean => ids.has(id) || ids.has(id.split("/", 1)[0]);
  return { ...one, events: one.events.filter((_, at) => !gone.has(at)), deviations: one.deviations.filter((deviation) => !names(deviation.task) && !names(deviation.run)) };
}

/** Positions of the events that refer to the one at `at`, itself included. */
export function withDependants(one: Case, at: number, hints: Hints): Set<number> {
  const gone = new Set([at]);
  const ids = new Set([one.events[at].id]);
  one.events.forEach((event, position) => {
    if (event.do !== "op" || gone.has(position)) return;
    const of = hints.refers(event.command)?.id;
    if (of === undefined || !ids.has(of)) return;
    gone.add(position);
    ids.add(event.id);
  });
  return gone;
}

/** The events in families, as they begin: an event, those that refer to it, those that refer to these. Ids of each. */
export function familiesOf(one: Case, hints: Hints): string[][] {
  const families = new Map<string, string[]>();
  for (const event of one.events) {
    const of = event.do === "op" ? hints.refers(event.command)?.id : undefined;
    const family = (of === undefined ? undefined : families.get(of)) ?? [];
    family.push(event.id);
    families.set(event.id, family);
  }
  return [...new Set(families.values())];
}

/** Begin after an operation: its effect goes into the configuration. */
export function* absorbed(one: Case, hints: Hints): Generator<Case> {
  if (hints.absorb === undefined) return;
  for (let at = one.events.length - 1; at >= 0; at--) {
    const event = one.events[at];
    const config = event.do === "op" ? hints.absorb(one.config, event.command) : undefined;
    if (config === undefined) continue;
    const candidate = { ...without(one, new Set([at])), config };
    if (fits(candidate, hints)) yield candidate;
  }
}

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

/** Pairs of events at once, for small cases: some only fall together. */
export function* pairsOfEvents(one: Case): Generator<Case> {
  if (one.events.length > 24) return;
  for (let a = 0; a < one.events.length; a++) for (let b = a + 1; b < one.events.length; b++) yield without(one, new Set([a, b]));
}

/** Every subset of a very small case. */
export function* subsets(one: Case): Generator<Case> {
  const count = one.events.length;
  if (count > 6) return;
  for (let mask = 1; mask < 1 << count; mask++) {
    const gone = new Set<number>();
    for (let at = 0; at < count; at++) if ((mask & (1 << at)) !== 0) gone.add(at);
    yield without(one, gone);
  }
}

/** Simpler values: configuration, cores, commands, times, rest, seed. */
export function* simplerValues(one: Case, hints: Hints): Generator<Case> {
  for (const config of hints.smallerConfigs(one.config)) {
    const candidate = { ...one, config };
    if (fits(candidate, hints)) yield candidate;
  }
  yield* fewerCores(one);
  for (let at = one.events.length - 1; at >= 0; at--) for (const event of simplerEvents(one.events[at], one, hints)) yield { ...one, events: one.events.with(at, event) };
  if (one.rest) yield { ...one, rest: false };
  for (const seed of [0, 1, 2, 3]) if (seed < one.seed >>> 0) yield { ...one, seed };
}

function* simplerEvents(event: Event, one: Case, hints: Hints): Generator<Event> {
  if (event.do === "op") for (const command of hints.smallerCommands(event.command, one.config)) yield { ...event, command };
  if (event.do === "advance") for (let less = event.ms; less >= 1; less = Math.floor(less / 2)) yield { ...event, ms: event.ms - less };
}

/** All operations of one core over to another, and single operations to lower ones. */
function* fewerCores(one: Case): Generator<Case> {
  const used = [...new Set(one.events.filter((event) => event.do === "op").map((event) => event.node * 64 + event.core))].sort((a, b) => b - a);
  const moved = (event: Event, to: number): Event => (event.do === "op" ? { ...event, node: to >> 6, core: to & 63 } : event);
  for (const from of used)
    for (let to = (from >> 6) * 64; to < from; to++) yield { ...one, events: one.events.map((event) => (event.do === "op" && event.node * 64 + event.core === from ? moved(event, to) : event)) };
  for (let at = 0; at < one.events.length; at++) {
    const event = one.events[at];
    if (event.do !== "op") continue;
    for (let to = event.node * 64; to < event.node * 64 + event.core; to++) yield { ...one, events: one.events.with(at, moved(event, to)) };
  }
}

/** In which order a case runs that conforms; undefined where nobody knows. */
export type OrderOf = (one: Case) => readonly string[] | undefined;

/** Every switch between two of these tasks, each of which moves so often. */
function everySwitch(stepsOf: ReadonlyMap<string, number>): Deviation[] {
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

/** A second switch beside the one that the case has. */
function* secondSwitches(one: Case, switches: readonly Deviation[], orderOf: OrderOf): Generator<Case> {
  const [first] = one.deviations;
  for (const second of effective(switches, one, orderOf(one))) if (first !== second) yield { ...one, deviations: [first, second] };
}

/** Schedules with fewer switches for a small case: none, every single switch, then every two in place of three or more. `stepsOf` says how often each task moved. */
export function* fewerSwitches(one: Case, stepsOf: ReadonlyMap<string, number>, orderOf: OrderOf): Generator<Case> {
  const operations = one.events.filter((event) => event.do === "op").length;
  if (one.deviations.length < 2 || operations > 8) return;
  const singles = everySwitch(stepsOf);
  const firsts = effective(singles, one, orderOf({ ...one, deviations: [] }));
  for (const single of firsts) yield { ...one, deviations: [single] };
  if (one.deviations.length < 3 || singles.length > 120) return;
  for (const first of firsts) yield* secondSwitches({ ...one, deviations: [first] }, singles, orderOf);
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
      const firsts = effective(singles, one, orderOf({ ...one, events, deviations: [] }));
      for (const first of firsts) yield { ...one, events, deviations: [first] };
      if (kept === 2 && count <= 5 && singles.length <= pairedMax) for (const first of firsts) yield* secondSwitches({ ...one, events, deviations: [first] }, singles, orderOf);
    }
}

/**
 * For a small case that needs a switch: one command in place of two, under every schedule of one switch. What took the steps of two operations takes other
 * steps in one, so the place where the switch was is no longer the right one.
 */
export function* mergedForSwitch(one: Case, stepsOf: ReadonlyMap<string, number>, orderOf: OrderOf, hints: Hints): Generator<Case> {
  const { events, deviations } = one;
  if (hints.merged === undefined || events.length > 8 || deviations.length === 0) return;
  for (let a = 0; a < events.length; a++)
    for (let b = a + 1; b < events.length; b++) {
      const [first, second] = [events[a], events[b]];
      if (first.do !== "op" || second.do !== "op") continue;
      for (const command of hints.merged(first.command, second.command))
        for (const [kept, gone] of [[first, b], [second, a]] as const) {
          const whole = { ...one, events: events.map((event) => (event === kept ? { ...kept, command } : event)), deviations: [] };
          const left = without(whole, withDependants(whole, gone, hints));
          if (!fits(left, hints)) continue;
          // What refers to the two may take as many steps as both together.
          const singles = everySwitch(new Map(left.events.map(({ id }) => [id, (stepsOf.get(id) ?? 0) * 2])));
          for (const single of effective(singles, left, orderOf(left))) yield { ...left, deviations: [single] };
        }
    }
}

/** Every way to take so many items, in order. */
function* choices<T>(items: readonly T[], kept: number, from = 0): Generator<T[]> {
  if (kept === 0) yield [];
  else for (let at = from; at <= items.length - kept; at++) for (const rest of choices(items, kept - 1, at + 1)) yield [items[at], ...rest];
}

/** The same switches at an earlier step, one at a time. */
export function* earlierSwitches(one: Case): Generator<Case> {
  for (let at = 0; at < one.deviations.length; at++) for (let step = 0; step < one.deviations[at].step; step++) yield { ...one, deviations: one.deviations.with(at, { ...one.deviations[at], step }) };
}
