/** The goals of memory, each with an example that reaches it and one nearby that does not: what follows start-up reaches just these. */
import { expect, test } from "vitest";
import { memorySlab } from "../../harness/systems/memory-slab/index.ts";
import { goals } from "../../spec/memory-slab/rules.ts";
import type { SlabCommand, SlabConfig, SlabKind } from "../../spec/memory-slab/terms.ts";
import { work, type Doing, type Seen } from "../worked.ts";

type Does = { readonly [id: string]: Doing<SlabCommand> };
const kinds = ["session", "subscriber", "shared-port-table", "configuration", "mapping"] as const;
const of = (units: number): SlabConfig["kinds"] => kinds.map((kind) => ({ kind, units }));
const two: SlabConfig = { cores: 2, limitPages: 4, initialPages: 2, pageUnits: 4, privatePages: 1, kinds: of(2), tableUnits: 2, localUnits: 1, ports: 2, scanMs: 1000 };
const onePage: SlabConfig = { ...two, limitPages: 3, kinds: of(4) };
const single: SlabConfig = { ...two, kinds: of(4) };

const start: SlabCommand = { kind: "start-up" };
const scan: SlabCommand = { kind: "scan" };
const allocate = (what: SlabKind = "session", on: number | null = null): SlabCommand => ({ kind: "allocate", what, on });
const to = (kind: "free" | "refer" | "attach" | "give-back", what: string): SlabCommand => ({ kind, of: what });
const up: Does = { s0: [0, start], s1: [1, start] };
const a: Does = { ...up, a: [0, allocate()] };
const ab: Does = { ...a, b: [0, allocate()] };
const listed: Does = { ...a, f: [1, to("free", "a")] };
const table: Does = { ...up, a: [0, allocate("shared-port-table")] };

function play(config: SlabConfig, does: Does, more: { readonly switches?: readonly string[]; readonly profile?: string; readonly seed?: number } = {}): Seen {
  const seen = work(memorySlab, { config, does, ...more });
  expect(seen.failure).toBeUndefined();
  return seen;
}
/** Goals reached by tasks other than these, without their prefix, sorted. */
function reached(seen: Seen, without: readonly string[] = ["s0", "s1"]): string[] {
  const found = new Set(seen.steps.filter((step) => !without.includes(step.task)).flatMap((step) => [...step.goals]));
  return [...found].map((goal) => goals[goal].id.replace("slab/", "")).sort();
}

test.each<[string, SlabConfig, Does, readonly string[], readonly string[]]>([
  ["the first core starts", two, { s0: [0, start] }, [], ["memory-first"]],
  ["the second starts after it", two, up, [], ["memory-first", "memory-mapped-only", "tables-found"]],
  ["the second starts in the middle of it", two, up, ["s0@1>s1"], ["memory-first", "memory-mapped-only", "started-together", "tables-found"]],
  ["the second finds no room", { ...two, tableUnits: 7 }, up, [], ["memory-first", "memory-mapped-only", "start-refused", "tables-found"]],
  ["a core that is ready starts", two, { s0: [0, start], again: [0, start] }, [], ["memory-first", "started-again"]],
])("slab goals: %s", (_, config, does, switches, expected) => {
  expect(reached(play(config, does, { switches }), [])).toEqual(expected);
});

test.each<[string, SlabConfig, Does, readonly string[], readonly string[]]>([
  ["an object of a new page", two, a, [], ["page-taken"]],
  ["the next of that page", two, ab, [], ["dequeued", "page-taken"]],
  ["an object of a private page", two, { ...up, a: [0, allocate("configuration")] }, [], ["page-taken", "private-page"]],
  ["no page is left", onePage, ab, [], ["page-taken", "refused"]],
  ["one of the kind is listed meanwhile", onePage, { ...listed, b: [0, allocate()] }, [], ["listed", "page-taken", "refused", "refused-while-listed"]],
  ["one of another kind is listed meanwhile", onePage, { ...listed, b: [0, allocate("mapping")] }, [], ["listed", "page-taken", "refused"]],
  ["a core is not ready", two, { s0: [0, start], x: [1, allocate()] }, [], ["unready"]],
  ["another core has one", two, { ...up, a: [0, allocate("session", 1)] }, [], ["asked", "page-taken"]],
  ["another core has none", onePage, { ...a, b: [0, allocate("session", 1)] }, [], ["asked-in-vain", "page-taken", "refused"]],
  ["another core is not ready", two, { s0: [0, start], b: [0, allocate("session", 1)] }, [], ["unready"]],
  ["a replica on two cores", two, { ...up, a: [0, allocate("subscriber")] }, [], ["asked", "page-taken", "replicated"]],
  ["a replica on the only core", { ...two, cores: 1 }, { s0: [0, start], a: [0, allocate("subscriber")] }, [], ["page-taken"]],
  ["a replica is refused", onePage, { ...up, a: [0, allocate("subscriber")] }, [], ["asked-in-vain", "freed-own", "page-taken", "refused", "withdrawn"]],
  ["the page of the locked allocator is emptied by another", single, { ...table, b: [1, allocate("shared-port-table")] }, ["a@2>b"], ["dequeued", "page-beaten", "page-taken"]],
  ["it is emptied later", single, { ...table, b: [1, allocate("shared-port-table")] }, ["a@1>b"], ["page-taken"]],
  ["another core frees of the locked allocator", two, { ...table, f: [1, to("free", "a")] }, [], ["locked-race", "page-taken"]],
  ["the same core frees of the locked allocator", two, { ...table, f: [0, to("free", "a")] }, [], ["page-taken"]],
  ["the owner frees", two, { ...a, f: [0, to("free", "a")] }, [], ["freed-own", "page-taken"]],
  ["another frees", two, listed, [], ["listed", "page-taken"]],
  ["the owner scans", two, { ...listed, scan: [0, scan] }, [], ["listed", "page-taken", "scanned"]],
  ["the owner scans two", two, { ...ab, f: [1, to("free", "a")], g: [1, to("free", "b")], scan: [0, scan] }, [], ["dequeued", "listed", "page-taken", "scanned", "scanned-several"]],
  ["listed in the middle of a scan", two, { ...ab, f: [1, to("free", "a")], scan: [0, scan], g: [1, to("free", "b")] }, ["scan@1>g"], ["dequeued", "listed", "listed-while-scanning", "page-taken", "scanned", "scanned-several"]],
  ["listed after a scan", two, { ...ab, f: [1, to("free", "a")], scan: [0, scan], g: [1, to("free", "b")] }, [], ["dequeued", "listed", "page-taken", "scanned"]],
  ["the owner frees with a port", two, { ...a, p: [0, to("attach", "a")], f: [0, to("free", "a")] }, [], ["freed-own", "page-taken", "port-first"]],
  ["the owner scans with a port", two, { ...a, p: [0, to("attach", "a")], f: [1, to("free", "a")], scan: [0, scan] }, [], ["listed", "page-taken", "port-first", "port-on-scan", "scanned"]],
  ["freed twice", two, { ...a, f: [0, to("free", "a")], g: [0, to("free", "a")] }, [], ["freed-own", "freed-twice", "page-taken"]],
  ["freed while referenced", two, { ...a, r: [0, to("refer", "a")], f: [0, to("free", "a")] }, [], ["freed-referenced", "page-taken"]],
  ["referred to when freed", two, { ...a, f: [0, to("free", "a")], r: [0, to("refer", "a")] }, [], ["freed-own", "page-taken", "refer-late"]],
  ["handed out again", onePage, { ...a, f: [0, to("free", "a")], b: [0, allocate()] }, [], ["dequeued", "freed-own", "page-taken", "used-again"]],
  ["another core's private object is freed", two, { ...up, a: [0, allocate("configuration")], f: [1, to("free", "a")] }, [], ["page-taken", "private-page", "private-refused"]],
  ["another core's private object is referred to", two, { ...up, a: [0, allocate("configuration")], r: [1, to("refer", "a")] }, [], ["page-taken", "private-page", "private-refused"]],
  ["a second object and no port", { ...two, ports: 1 }, { ...ab, p: [0, to("attach", "a")], q: [0, to("attach", "b")] }, [], ["dequeued", "page-taken", "ports-gone"]],
  ["a second port for an object", { ...two, ports: 1 }, { ...a, p: [0, to("attach", "a")], q: [0, to("attach", "a")] }, [], ["page-taken"]],
])("slab goals: %s", (_, config, does, switches, expected) => {
  expect(reached(play(config, does, { switches }))).toEqual(expected);
});

test("slab goals: a page goes back in profile patent only", () => {
  const does: Does = { ...a, f: [0, to("free", "a")] };
  expect(reached(play(single, does, { profile: "patent" }))).toEqual(["freed-own", "page-returned", "page-taken"]);
  expect(reached(play(single, does))).toEqual(["freed-own", "page-taken"]);
});

/** Core 0 has reserved all that is left of eight units, one by one. */
const reserve = (units: number): Doing<SlabCommand> => [0, { kind: "reserve", units }];
const full: Does = { s0: [0, start], r0: reserve(1), r1: reserve(1), r2: reserve(1), r3: reserve(1), r4: reserve(1) };

const ofAgain = (seen: Seen): string[] => seen.steps.filter((step) => step.task === "again").flatMap((step) => step.goals.map((goal) => goals[goal].id));

test("slab goals: a gap is filled if there are reservations on both sides of it", () => {
  const found = new Set<boolean>();
  for (let seed = 1; seed <= 4; seed++)
    for (const back of ["r0", "r1", "r2", "r3", "r4"]) {
      const seen = play(two, { ...full, back: [0, to("give-back", back)], again: reserve(1) }, { seed });
      const [, gap] = seen.outcome(back);
      const taken = ["r0", "r1", "r2", "r3", "r4"].filter((id) => id !== back).map((id) => seen.outcome(id)[1]);
      const between = taken.includes(gap - 1) && taken.includes(gap + 1);
      expect(ofAgain(seen)).toEqual(between ? ["slab/reserved-between"] : []);
      found.add(between);
    }
  expect([...found].sort()).toEqual([false, true]);
});

test("slab goals: a reservation is refused though there are enough units in all, or because there are not", () => {
  const scarce = play(two, { ...full, back: [0, to("give-back", "r0")], again: reserve(2) });
  expect([scarce.outcome("again"), ofAgain(scarce)]).toEqual([[1, 5], []]);
  const refusals = [1, 2, 3, 4].map((other) => play(two, { ...full, back: [0, to("give-back", "r0")], more: [0, to("give-back", `r${other}`)], again: reserve(2) })).filter((seen) => seen.outcome("again")[0] === 1);
  expect(refusals.length).toBeGreaterThan(0);
  for (const seen of refusals) expect(ofAgain(seen)).toEqual(["slab/reserve-refused"]);
});
