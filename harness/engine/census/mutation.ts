/** Cases made out of cases: a few changes to one, or two joined. All are valid, none has switches; what is drawn comes from `random` alone. */
import type { Case, Event } from "../case.ts";
import type { System } from "../contract.ts";
import { numberEvents } from "../draw.ts";
import type { SeededRandom } from "../random.ts";
import { copies, linked, tied, type Linked } from "./linked.ts";

/** Changes made to one case at a time, one to so many. */
const changesMost = 4;

/** The case with another seed and some of its events taken out, doubled, swapped or drawn anew, now and then with another configuration; at most `eventsMax` events. */
export function mutated(system: System, one: Case, random: SeededRandom, eventsMax: number): Case {
  let list = linked(system, one.events);
  const config = random.oneIn(4) ? otherConfig(system, one, random) : one.config;
  for (let left = 1 + random.int(changesMost); left > 0; left--) list = changed(system, one, config, list, random);
  const rest = random.oneIn(16) ? !one.rest : one.rest;
  return tied(system, { profile: one.profile, seed: random.word(), rest }, config, list.slice(0, eventsMax));
}

/** The case with another seed, and more events drawn for its configuration after its own, about `more`. */
export function continued(system: System, one: Case, random: SeededRandom, more: number, eventsMax: number): Case {
  const fresh = linked(system, numberEvents(system.drawEvents(random, one.config, one.profile, more)));
  return tied(system, { ...one, seed: random.word() }, one.config, [...linked(system, one.events), ...fresh].slice(-eventsMax));
}

/**
 * The events of `first`, then those of `second`, each cut at its end if they are too many together, under the configuration of the first; what of the second
 * does not fit there is left out.
 */
export function joined(system: System, first: Case, second: Case, random: SeededRandom, eventsMax: number): Case {
  const tail = linked(system, second.events);
  const head = linked(system, first.events).slice(0, Math.max(eventsMax - tail.length, eventsMax >> 1));
  return tied(system, { ...first, seed: random.word() }, first.config, [...head, ...tail.slice(0, eventsMax - head.length)]);
}

function changed(system: System, one: Case, config: unknown, list: readonly Linked[], random: SeededRandom): Linked[] {
  const from = random.int(list.length + 1);
  const length = 1 + random.int(random.oneIn(3) ? 8 : 2);
  const part = list.slice(from, from + length);
  const before = list.slice(0, from);
  const after = list.slice(from + length);
  switch (random.int(6)) {
    case 0:
      return [...before, ...after];
    case 1:
      return [...before, ...part, ...copies(part), ...after];
    case 2:
      return [...before, ...after.slice(0, length), ...part, ...after.slice(length)];
    case 3:
      return copies(list, (event, at) => (at >= from && at < from + length ? onSomeCore(system, config, event, random) : event));
    default: {
      const fresh = numberEvents(system.drawEvents(random, config, one.profile, length));
      return [...before, ...linked(system, fresh), ...part, ...after];
    }
  }
}

function onSomeCore(system: System, config: unknown, event: Event, random: SeededRandom): Event {
  if (event.do !== "op" || event.node >= system.nodeCount(config)) return event;
  return { ...event, core: random.int(system.coreCount(config, event.node)) };
}

/** One step smaller, or drawn anew; the same if the system refuses it. */
function otherConfig(system: System, one: Case, random: SeededRandom): unknown {
  const smaller = random.oneIn(2) ? system.smallerConfigs(one.config) : [];
  const config = smaller.length > 0 ? random.pick(smaller) : system.drawConfig(random, one.profile);
  const parsed = system.parseConfig(config, one.profile);
  return parsed.ok ? parsed.value : one.config;
}
