import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Case } from "../harness/engine/case.ts";
import { drawCase } from "../harness/engine/draw.ts";
import { Pair } from "../harness/engine/run.ts";
import { checkedCase } from "../harness/cli/read-case.ts";
import { InvalidInput } from "../harness/cli/usage.ts";
import { systems } from "../harness/systems/index.ts";

const goods = systems.map((system) => JSON.stringify(drawCase(system, "product", 3, 16)));
const damage = fc.oneof(
  fc.constant(null),
  fc.constant(-1),
  fc.constant(1e9),
  fc.constant(0.5),
  fc.constant("x"),
  fc.constant([]),
  fc.constant({}),
  fc.constant(true),
);

/** Paths to every value of a JSON tree. */
function paths(value: unknown, at: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== "object" || value === null) return [at];
  const children = Object.entries(value).flatMap(([key, child]) => paths(child, [...at, Array.isArray(value) ? Number(key) : key]));
  return at.length === 0 ? children : [at, ...children];
}
function put(value: unknown, path: readonly (string | number)[], what: unknown, remove: boolean): unknown {
  const copy = structuredClone(value) as Record<string | number, unknown>;
  let at = copy;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string | number, unknown>;
  const last = path[path.length - 1];
  if (!remove) at[last] = what;
  else if (Array.isArray(at)) at.splice(Number(last), 1);
  else delete at[last];
  return copy;
}

/** Either it is refused with one message, or what remains is a case that runs. */
function answers(value: unknown): void {
  let read: ReturnType<typeof checkedCase>;
  try {
    read = checkedCase("damaged.json", value);
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidInput);
    expect((error as Error).message).toMatch(/^damaged\.json: .+: expected .+, found /s);
    return;
  }
  const { failure } = new Pair(read.system).run(read.case);
  expect(failure).toBeUndefined();
}

describe("bad input", () => {
  test.each(systems.map((system, at) => [system.name, goods[at]] as const))("bad input: every single damage to a case of %s is refused or harmless", (_, good) => {
    const value = JSON.parse(good) as Case;
    const places = paths(value);
    fc.assert(
      fc.property(fc.nat(places.length - 1), damage, fc.boolean(), (place, what, remove) => answers(put(value, places[place], what, remove))),
      { numRuns: 600, seed: 2 },
    );
  });

  test.each([
    ["another format version", { format: 2 }, "format: expected 1, found 2"],
    ["an unknown system", { system: "nat" }, "system: expected one of quota"],
    ["an unknown profile", { profile: "none" }, "profile: expected one of"],
    ["a missing part", { events: undefined }, "events"],
  ])("bad input: %s is named", (_, change, message) => {
    const value = JSON.parse(JSON.stringify({ ...JSON.parse(goods[0]), ...change }));
    expect(() => checkedCase("a.json", value)).toThrow(message);
  });

  test("bad input: an id that two events share is refused", () => {
    const value = JSON.parse(goods[0]) as { events: { id: string }[] };
    value.events[1].id = value.events[0].id;
    expect(() => checkedCase("a.json", value)).toThrow(/events\[1\]\.id: expected an id that no other event has/);
  });

  test("bad input: a reference to an operation of another kind is refused", () => {
    const value = JSON.parse(goods[0]) as { events: { id: string; do: string; command?: { kind: string; of?: string } }[] };
    const change = { id: "op900", do: "op", node: 0, core: 0, command: { kind: "reconfigure", group: 0, resource: "ports", to: null } };
    const release = { id: "op901", do: "op", node: 0, core: 0, command: { kind: "release", of: "op900" } };
    expect(() => checkedCase("a.json", { ...value, events: [change, release] })).toThrow(/events\[1\]\.command\.of: expected the id of an operation of kind request, found "op900"/);
  });
});
