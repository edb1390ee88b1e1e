/** The steps its events and values can be made smaller by; for its switches see `switches.ts`. Each generator yields candidates, the most promising first; none of them looks at how a candidate fares. */
import type { Case, Event } from "../case.ts";
import type { Command } from "../contract.ts";
import type { Hints } from "./order.ts";

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

/** Two operations and a command that does what both do; positions. Either of the two may stay, to be this command, and the other goes. */
export interface TwoInOne {
  readonly kept: number;
  readonly gone: number;
  readonly command: Command;
}

/** Every two of these operations for which the system knows such a command. */
export function* twoInOne(events: readonly Event[], hints: Hints): Generator<TwoInOne> {
  if (hints.merged === undefined) return;
  for (let a = 0; a < events.length; a++)
    for (let b = a + 1; b < events.length; b++) {
      const [first, second] = [events[a], events[b]];
      if (first.do !== "op" || second.do !== "op") continue;
      for (const command of hints.merged(first.command, second.command)) {
        yield { kept: a, gone: b, command };
        yield { kept: b, gone: a, command };
      }
    }
}

/** The events with that command at `at`, which is an operation's place. */
export function withCommand(events: readonly Event[], at: number, command: Command): Event[] {
  return events.map((event, position) => (position === at && event.do === "op" ? { ...event, command } : event));
}

/** Begin after an operation: its effect goes into the configuration. */
export function* absorbed(one: Case, hints: Hints): Generator<Case> {
  if (hints.absorb === undefined) return;
  for (let at = one.events.length - 1; at >= 0; at--) {
    const event = one.events[at];
    const config = event.do === "op" ? hints.absorb(one.config, event.command) : undefined;
    if (config === undefined) continue;
    yield { ...without(one, new Set([at])), config };
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
  for (const config of hints.smallerConfigs(one.config)) yield { ...one, config };
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
