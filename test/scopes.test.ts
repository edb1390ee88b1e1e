/** The small worlds of every system: what they must hold, and that a reduced search of them leaves out nothing. */
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { Command, Ints, System } from "../harness/engine/contract.ts";
import { drawCase } from "../harness/engine/draw.ts";
import { earlierOf, type ScopeCase } from "../harness/engine/explore/scope.ts";
import { Search, type Searched } from "../harness/engine/explore/search.ts";
import { Walk } from "../harness/engine/explore/walk.ts";
import { patchTexts } from "../harness/engine/loader/patch.ts";
import { signature } from "../harness/engine/verdict.ts";
import { mutants } from "../harness/mutants/index.ts";
import { systems } from "../harness/systems/index.ts";
import { walkedPair } from "../harness/systems/sources.ts";
import { commandSchema as slabSchema } from "../spec/memory-slab/schema.ts";
import { commandSchema as natSchema } from "../spec/nat-session/schema.ts";
import { commandSchema as nodeSchema } from "../spec/node/schema.ts";
import { commandSchema as portSchema } from "../spec/port-allocation/schema.ts";
import { commandSchema as pairSchema } from "../spec/port-quota/schema.ts";
import { commandSchema as quotaSchema } from "../spec/quota/schema.ts";
import { commandSchema as rssSchema } from "../spec/rss-distribution/schema.ts";

const schemas: { readonly [system: string]: unknown } = {
  quota: quotaSchema,
  "port-allocation": portSchema,
  "port-quota": pairSchema,
  "nat-session": natSchema,
  "rss-distribution": rssSchema,
  "memory-slab": slabSchema,
  node: nodeSchema,
};

/** Kinds that no configuration has both of: blocks are not computed where they are reserved. */
const apart: { readonly [system: string]: readonly string[] } = { "port-allocation": ["inverse|release-block", "inverse|reserve-block"] };

/** The kinds of command in the specification. */
function kindsOf(system: System): string[] {
  const { members } = schemas[system.name] as { readonly members: readonly { readonly fields: { readonly kind: { readonly literal: string } } }[] };
  return members.map((member) => member.fields.kind.literal).sort();
}
function unordered(one: string, other: string): string {
  return one < other ? `${one}|${other}` : `${other}|${one}`;
}
function pairsAmong(kinds: readonly string[]): string[] {
  return kinds.flatMap((one, at) => kinds.slice(at).map((other) => unordered(one, other)));
}
/** Kinds of the two operations that meet in a case. */
function meeting(one: ScopeCase): string {
  const [left, right] = one.case.events.slice(-2).map((event) => (event.do === "op" ? event.command.kind : ""));
  return unordered(left, right);
}
const casesOf = (system: System, name: string): readonly ScopeCase[] => system.scopes!().find((scope) => scope.name === name)!.cases();

describe.each(systems.map((system) => [system.name, system] as const))("%s", (_, system) => {
  const worlds = system.worlds!();

  test("small worlds: every configuration and command is valid", () => {
    for (const world of worlds) {
      const config = system.parseConfig(world.config, world.profile);
      expect(config, world.name).toEqual({ ok: true, value: world.config });
      const before = world.before.flatMap((event) => (event.do === "op" ? [event.command as Command] : []));
      for (const command of [...before, ...world.commands(earlierOf(world))]) expect(system.parseCommand(command, world.config), `${world.name} ${JSON.stringify(command)}`).toEqual({ ok: true, value: command });
      expect(system.coreCount(world.config, 0), world.name).toBe(2);
    }
  });

  test("scopes: no case is there twice, and what operations refer to is there", () => {
    for (const scope of system.scopes!()) {
      const cases = scope.cases();
      expect(new Set(cases.map((one) => one.name)).size, scope.name).toBe(cases.length);
      for (const { case: one } of cases.slice(0, 200)) {
        const ids = new Set(one.events.map((event) => event.id));
        for (const event of one.events) if (event.do === "op") expect(ids.has(system.refers(event.command)?.id ?? event.id)).toBe(true);
      }
    }
  });

  test("pairs: every unordered pair of kinds of operation meets on two cores", () => {
    const kinds = kindsOf(system);
    const met = new Set(casesOf(system, "pairs").map(meeting));
    expect([...met, ...(apart[system.name] ?? [])].sort()).toEqual(pairsAmong(kinds).sort());
    const drawn = new Set<string>();
    const together = new Set<string>();
    for (let seed = 0; seed < 2000; seed++) {
      const { events } = drawCase(system, system.profiles[seed % system.profiles.length], seed, 12);
      const here = [...new Set(events.flatMap((event) => (event.do === "op" ? [event.command.kind] : [])))];
      for (const kind of here) drawn.add(kind);
      for (const pair of pairsAmong(here)) together.add(pair);
    }
    expect([...drawn].sort()).toEqual(kinds);
    for (const pair of together) expect(met.has(pair), pair).toBe(true);
  });
});

/** About so many cases of the scope, spread over it; each `stride` differs from the next by being prime. */
function some(cases: readonly ScopeCase[], count: number): ScopeCase[] {
  const stride = Math.max(1, Math.floor(cases.length / count));
  return cases.filter((_, at) => at % stride === 0);
}
const signatures = (searched: Searched): string[] => searched.failures.map(({ failure }) => signature(failure));

/** The walk of a case, opened; its first state. */
function opened(walk: Walk, one: ScopeCase): number {
  expect(walk.open(one.case, one.settled), one.name).toBeUndefined();
  walk.loop.canMove();
  return walk.here();
}

/** Both orders of every two steps said to be independent, from the states of a full search: pairs tried, and those whose ends differ. */
function audit(walk: Walk, start: number, statesMax: number): { pairs: number; wrong: string[] } {
  const { states } = new Search(walk, { reduced: false, statesMax }).run();
  let pairs = 0;
  const wrong: string[] = [];
  const after = (state: number, one: number, other: number): number => {
    walk.goTo(state);
    for (const slot of [one, other]) {
      if (walk.step(slot) !== undefined) return -1;
      walk.loop.canMove();
    }
    return walk.here();
  };
  for (let state = start; state < start + states; state++) {
    walk.goTo(state);
    const slots = [...walk.loop.choosable];
    if (slots.length < 2) continue;
    const footprints = slots.map((slot) => {
      walk.goTo(state);
      return walk.step(slot) === undefined ? walk.footprint(slot) : 0;
    });
    slots.forEach((one, i) => {
      slots.slice(i + 1).forEach((other, j) => {
        if (!walk.independent(one, footprints[i], other, footprints[i + 1 + j])) return;
        pairs++;
        if (after(state, one, other) !== after(state, other, one)) wrong.push(`state ${state}: ${one}, ${other}`);
      });
    });
  }
  return { pairs, wrong };
}

describe.each(systems.map((system) => [system.name, system] as const))("%s", (_, system) => {
  test("pairs: every schedule is tried, a reduced search ends and fails as a full one does, and nothing fails", () => {
    const walk = new Walk(walkedPair(system));
    for (const one of casesOf(system, "pairs")) {
      const start = opened(walk, one);
      const reduced = new Search(walk, { reduced: true }).run();
      expect({ cut: reduced.cut, failures: signatures(reduced) }, one.name).toEqual({ failures: [] });
      walk.goTo(start);
      const full = new Search(walk, { reduced: false }).run();
      expect({ cut: full.cut, failures: signatures(full), finals: full.finals }, one.name).toEqual({ failures: [], finals: reduced.finals });
      expect(reduced.transitions, one.name).toBeLessThanOrEqual(full.transitions);
    }
  });

  test("audit: steps that are said to be independent end alike in either order", () => {
    const walk = new Walk(walkedPair(system));
    let pairs = 0;
    for (const one of some(casesOf(system, "pairs"), 9)) {
      const found = audit(walk, opened(walk, one), 60);
      pairs += found.pairs;
      expect(found.wrong, one.name).toEqual([]);
    }
    expect(pairs).toBeGreaterThan(5);
  });
});

test("audit: footprints that forget what was read are found out", () => {
  const system = systems.find(({ name }) => name === "quota")!;
  const walk = new Walk(walkedPair(system));
  const one = casesOf(system, "pairs").find(({ name }) => name.includes("request|reconfigure"))!;
  const start = opened(walk, one);
  const { footprints } = walk;
  const numberOf = footprints.numberOf.bind(footprints);
  footprints.numberOf = (noted: Ints) => {
    const written = noted.toArray().filter((place) => place % 2 === 1);
    noted.clear();
    for (const place of written) noted.push(place);
    return numberOf(noted);
  };
  expect(audit(walk, start, 60).wrong.length).toBeGreaterThan(0);
});

/** Faults that need two cores, and where among the pairs they show. */
test.each([
  ["QUOTA-7/does-not-look-again", "nearly used up request|release"],
  ["PORT-9/last-come", "shuffled free|allocate"],
  ["PAIR-4/read-late", "ports short"],
  ["NAT-10/uses-half-made", "due send|send"],
  ["RSS-3/stale-table", "hashed packet|rebalance"],
  ["SLAB-9/released-twice", "last of a page free|free"],
])("%s: shows in a pair", (id, where) => {
  const { file, find, replace, system: name, rule } = mutants.find((one) => one.id === id)!;
  const system = systems.find((one) => one.name === name)!;
  const patched = patchTexts([{ file: fileURLToPath(new URL(`../${file}`, import.meta.url)), find, replace }]);
  if (!patched.ok) throw new Error(`${id} is stale`);
  const walk = new Walk(walkedPair(system, patched.texts));
  const rules = new Set<string>();
  for (const one of casesOf(system, "pairs").filter((each) => each.name.startsWith(where))) {
    opened(walk, one);
    for (const { failure } of new Search(walk, { reduced: true }).run().failures) for (const broken of failure.rules) rules.add(broken);
    if (rules.has(rule)) return;
  }
  expect([...rules]).toContain(rule);
});
