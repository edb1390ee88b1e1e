/**
 * Candidates in which a small case has another seed, or a number in one of its commands is larger by one, so that switches or an event can go. Simpler is not always what
 * leads to less: two packets of one flow may meet in the middle of an operation only, two of different flows one after the other; and without an event others draw
 * what it drew.
 */
import type { Case } from "../case.ts";
import type { Command } from "../contract.ts";
import { withCommand, withDependants, without } from "./candidates.ts";
import type { Hints } from "./order.ts";

const eventsMax = 6;
const seeds = 8;

/** Another seed, or one operation with a number that is larger: without switches, and with an event less too. */
export function* otherwise(one: Case, hints: Hints): Generator<Case> {
  const { config, events } = one;
  if (events.length > eventsMax) return;
  for (let seed = 0; seed < seeds; seed++) if (seed !== one.seed) yield* withLess({ ...one, seed }, hints);
  for (const [at, event] of events.entries()) {
    if (event.do !== "op") continue;
    for (const command of withOneMore(event.command) as Generator<Command>) if (hints.parseCommand(command, config).ok) yield* withLess({ ...one, events: withCommand(events, at, command) }, hints);
  }
}

function* withLess(one: Case, hints: Hints): Generator<Case> {
  if (one.deviations.length > 0) yield { ...one, deviations: [] };
  for (let gone = 0; gone < one.events.length; gone++) yield { ...without(one, withDependants(one, gone, hints)), deviations: [] };
}

/** The value with one of the numbers in it larger by one. */
function* withOneMore(value: unknown): Generator<unknown> {
  if (typeof value === "number") yield value + 1;
  if (typeof value !== "object" || value === null) return;
  for (const [key, part] of Object.entries(value)) for (const other of withOneMore(part)) yield Array.isArray(value) ? value.with(Number(key), other) : { ...value, [key]: other };
}
