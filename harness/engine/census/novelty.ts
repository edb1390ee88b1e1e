/**
 * How unlike the cases run so far a case is, before it is run: its features are the profile, the leaves of its configuration (small values
 * only, each with its place) and the kinds of its operations. A feature counts the less the more cases had it.
 */
import type { Case } from "../case.ts";

/** Larger numbers, such as addresses, are no situation of their own. */
const valueMax = 64;

export class Novelty {
  readonly #cases = new Map<string, number>();

  /** From 0 up; a feature that no case had is worth 1, one that n cases had 1 / (n + 1)². */
  of(one: Case): number {
    let worth = 0;
    for (const feature of features(one)) worth += 1 / ((this.#cases.get(feature) ?? 0) + 1) ** 2;
    return worth;
  }

  learn(one: Case): void {
    for (const feature of features(one)) this.#cases.set(feature, (this.#cases.get(feature) ?? 0) + 1);
  }
}

function features(one: Case): ReadonlySet<string> {
  const found = new Set([`profile ${one.profile}`]);
  leaves("", one.config, found);
  for (const event of one.events) found.add(event.do === "op" ? `op ${event.command.kind}` : `event ${event.do}`);
  return found;
}

/** Places in lists have no number: what stands second could as well stand third. */
function leaves(place: string, value: unknown, found: Set<string>): void {
  if (Array.isArray(value)) {
    found.add(`${place} has ${value.length}`);
    for (const part of value) leaves(`${place}[]`, part, found);
  } else if (typeof value === "object" && value !== null) {
    for (const name of Object.keys(value)) leaves(`${place}.${name}`, (value as { readonly [name: string]: unknown })[name], found);
  } else if (typeof value !== "number" || Math.abs(value) <= valueMax) found.add(`${place} = ${String(value)}`);
}
