import { describe, expect, test } from "vitest";
import { memorySlab } from "../harness/systems/memory-slab/index.ts";
import type { KindName, SlabCommand, SlabConfig, SlabKind } from "../spec/memory-slab/terms.ts";
import { work, type Doing, type Example, type Seen } from "./worked.ts";

/**
 * Two cores; pages of 4 units and objects of 2, so two objects a page. Pages 0 and 1 are the initialisation allocator's (8 units, of which 2 hold the global tables and 1 each core's own), 2 and 3 the pool; page 4 is private to core 0, page 5 to
 * core 1. Objects are page × 2 + index: 4 to 7 in the pool.
 */
const base: SlabConfig = {
  cores: 2,
  limitPages: 4,
  initialPages: 2,
  pageUnits: 4,
  privatePages: 1,
  kinds: (["session", "subscriber", "shared-port-table", "configuration", "mapping"] as const).map((kind) => ({ kind, units: 2 })),
  tableUnits: 2,
  localUnits: 1,
  ports: 2,
  scanMs: 1000,
};
/** One object a page. */
const single: SlabConfig = { ...base, kinds: base.kinds.map(({ kind }) => ({ kind, units: 4 })) };

type Does = { readonly [id: string]: Doing<SlabCommand> };
const start: SlabCommand = { kind: "start-up" };
const scan: SlabCommand = { kind: "scan" };
const allocate = (what: SlabKind = "session", on: number | null = null): SlabCommand => ({ kind: "allocate", what, on });
const to = (kind: "free" | "refer" | "unrefer" | "attach" | "read" | "give-back", of: string): SlabCommand => ({ kind, of });
const reserve = (units: number): SlabCommand => ({ kind: "reserve", units });
const place = (what: KindName): SlabCommand => ({ kind: "place", what });
/** Both cores are ready; `up` takes slots 0 and 1. */
const up: Does = { s0: [0, start], s1: [1, start] };
const refused = { unready: [1, 0], private: [1, 1], notUsed: [1, 2], referenced: [1, 3], port: [1, 4], memory: [1, 5] };
const taking = ["take-page", "fill-queue", "dequeue"];

function see(does: Does, config: SlabConfig = base, more: Partial<Example<SlabConfig, SlabCommand>> = {}): Seen {
  const seen = work(memorySlab, { config, does, ...more });
  expect(seen.failure).toBeUndefined();
  return seen;
}
const pageName = (page: number): string => (page < 4 ? `page ${page}` : `page ${page} of core ${page - 4}`);
/** Of an object of the base configuration: state, owner, content … */
function object(seen: Seen, column: string, at: number, perPage = 2): number {
  return seen.entry(`object.${column}[object ${at}, ${pageName(Math.floor(at / perPage))} at ${at % perPage}]`);
}
const left = (seen: Seen): number => seen.entry("memory.left[shared memory]");
const queued = (seen: Seen, of: string): number => seen.entry(`queue.count[${of}]`);
const listed = (seen: Seen, core: number): number => seen.entry(`core.listed[core ${core}]`);

describe("start-up", () => {
  test("SLAB-1: the first core allocates the memory and the global tables, the second only maps, at the same address", () => {
    const seen = see(up);
    expect(seen.stages("s0")).toEqual(["allocate-memory", "map", "allocate-tables", "allocate-local", "ready"]);
    expect(seen.stages("s1")).toEqual(["map", "allocate-local", "ready"]);
    const address = seen.entry("memory.address[shared memory]");
    expect(address).toBeGreaterThan(0);
    expect(address % 4).toBe(0);
    for (const core of [0, 1]) {
      expect(seen.outcome(`s${core}`)).toEqual([0, address]);
      expect(seen.entry(`core.mapped[core ${core}]`)).toBe(address);
      expect(seen.entry(`core.ready[core ${core}]`)).toBe(1);
    }
  });
  test("SLAB-1: two cores that start together make global tables once", () => {
    const seen = see(up, base, { switches: ["s0@2>s1", "s1@2>s0"] });
    expect(seen.stages("s1")).toEqual(["map", "allocate-tables", "allocate-local", "ready"]);
    expect(seen.stages("s0")).toEqual(["allocate-memory", "map", "allocate-local", "ready"]);
  });
  test("SLAB-1: a core that is ready has nothing left to do", () => {
    expect(see({ ...up, again: [0, start] }).stages("again")).toEqual(["ready"]);
  });
  test.each([
    [6, ["map", "allocate-local", "ready"], ["ready"]],
    [7, ["map", "refuse-memory"], ["refuse-memory"]],
  ])("SLAB-1: of 8 units, %i for global tables: start-up that found none goes on where it stopped", (tableUnits, first, second) => {
    const seen = see({ ...up, again: [1, start] }, { ...base, tableUnits });
    expect([seen.stages("s1"), seen.stages("again")]).toEqual([first, second]);
    expect(seen.outcome("again")).toEqual(tableUnits === 7 ? refused.memory : seen.outcome("s0"));
    expect(seen.entry("core.mapped[core 1]")).toBe(seen.outcome("s0")[1]);
    expect(seen.entry("core.tables[core 1]")).toBe(tableUnits === 7 ? 0 : 1);
  });
});

describe("pages and queues", () => {
  test("SLAB-2: a page is the initialisation allocator's, free, or one allocator's; what is free is counted", () => {
    const before = see(up);
    expect([0, 1, 2, 3].map((page) => before.entry(`page.kind[page ${page}]`))).toEqual([1, 1, 0, 0]);
    expect(left(before)).toBe(2);
    const seen = see({ ...up, a: [1, allocate("mapping")] });
    const page = Math.floor(seen.outcome("a")[1] / 2);
    expect([2, 3]).toContain(page);
    expect(seen.entry(`page.kind[page ${page}]`)).toBe(6);
    expect(seen.entry(`page.owner[page ${page}]`)).toBe(2);
    expect(left(seen)).toBe(1);
  });
  test("SLAB-3: an object leaves the queue of its core and kind, marked with its owner and its allocation", () => {
    const seen = see({ ...up, a: [1, allocate()] });
    const [, a] = seen.outcome("a");
    expect(["state", "owner", "references", "port", "content"].map((column) => object(seen, column, a))).toEqual([2, 2, 0, 0, 3]);
    expect(["core 0 session", "core 1 session", "core 1 mapping", "all cores session"].map((of) => queued(seen, of))).toEqual([0, 1, 0, 0]);
    const other = a % 2 === 0 ? a + 1 : a - 1;
    expect(["state", "owner", "content"].map((column) => object(seen, column, other))).toEqual([1, 0, 0]);
  });
  test("SLAB-3: another core, and another kind, have a queue of their own", () => {
    const seen = see({ ...up, a: [0, allocate()], b: [0, allocate()], c: [1, allocate()], d: [0, allocate("mapping")] }, { ...base, limitPages: 5, privatePages: 0 });
    expect([seen.stages("a"), seen.stages("b"), seen.stages("c"), seen.stages("d")]).toEqual([taking, ["dequeue"], taking, taking]);
  });
  test("SLAB-3: every object of a page is handed out, whichever is chosen first", () => {
    const units = { ...base, limitPages: 3, kinds: [{ kind: "session", units: 1 }] } as const;
    for (let seed = 1; seed <= 6; seed++) {
      const seen = see({ ...up, a: [0, allocate()], b: [0, allocate()], c: [0, allocate()], d: [0, allocate()] }, units, { seed });
      expect(["a", "b", "c", "d"].map((id) => seen.outcome(id)[1]).sort()).toEqual([10, 11, 8, 9]);
    }
  });
  test.each([1, 2, 3, 4, 5, 6])("SLAB-4: an empty queue takes a page and queues all its objects; without a free page the request is refused (seed %i)", (seed) => {
    const seen = see({ ...up, a: [0, allocate()], b: [0, allocate()], c: [0, allocate()], d: [0, allocate()], e: [0, allocate()] }, base, { seed });
    expect(["a", "b", "c", "d", "e"].map((id) => seen.stages(id))).toEqual([taking, ["dequeue"], taking, ["dequeue"], ["refuse-memory"]]);
    expect(["a", "b", "c", "d"].map((id) => seen.outcome(id)[1]).sort()).toEqual([4, 5, 6, 7]);
    expect(seen.outcome("e")).toEqual(refused.memory);
    expect(seen.outcomeWords("e")).toBe("refused: memory");
  });
  const full: Does = { ...up, a: [0, allocate()], b: [0, allocate()], c: [0, allocate()], d: [0, allocate()], back: [1, to("free", "b")] };
  test.each([
    [999, ["refuse-memory"]],
    [1000, ["dequeue"]],
  ])("SLAB-4: objects on the list count for nothing until they are scanned: after %i ms", (ms, stages) => {
    expect(see({ ...full, later: { ms }, e: [0, allocate()] }).stages("e")).toEqual(stages);
  });
  test("SLAB-4: a page is taken by one of two that ask for the last", () => {
    const seen = see({ ...up, a: [0, allocate()], b: [1, allocate()] }, { ...base, limitPages: 3 }, { switches: ["a@0>b", "b@1>a"] });
    expect(seen.stages("a")).toEqual(["refuse-memory"]);
    expect(seen.stages("b")).toEqual(taking);
  });
});

describe("going back", () => {
  const one: Does = { ...up, a: [0, allocate()] };
  test("SLAB-5: the owner frees its object, another core does not", () => {
    const own = see({ ...one, f: [0, to("free", "a")] });
    const [, a] = own.outcome("a");
    expect([own.stages("f"), own.outcome("f"), object(own, "state", a)]).toEqual([["begin-free", "requeue"], [3, 1, 0], 1]);
    const other = see({ ...one, f: [1, to("free", "a")] });
    expect([other.stages("f"), other.outcome("f"), object(other, "state", a), object(other, "owner", a)]).toEqual([["begin-free", "list-object"], [3, 0, 1], 4, 1]);
  });
  test("SLAB-5: another core may read it and count references", () => {
    const seen = see({ ...one, look: [1, to("read", "a")], r: [1, to("refer", "a")] });
    const [, a] = seen.outcome("a");
    expect(seen.outcome("look")).toEqual([0, a, 3, 1]);
    expect(seen.outcome("r")).toEqual([0, a]);
    expect(object(seen, "references", a)).toBe(1);
  });
  test("SLAB-6: what another core releases goes on the owner's list and on no queue", () => {
    const seen = see({ ...one, f: [1, to("free", "a")] });
    expect([listed(seen, 0), listed(seen, 1), queued(seen, "core 0 session"), queued(seen, "core 1 session")]).toEqual([1, 0, 1, 0]);
    expect(["core.armed[core 0]", "core.armed[core 1]"].map((name) => seen.entry(name))).toEqual([1, 0]);
    const own = see({ ...one, f: [0, to("free", "a")] });
    expect([listed(own, 0), queued(own, "core 0 session"), own.entry("core.armed[core 0]")]).toEqual([0, 2, 0]);
  });

  test("SLAB-6: one that is listed does not push out another", () => {
    const seen = see({ ...one, b: [0, allocate()], f: [1, to("free", "a")], g: [1, to("free", "b")] });
    expect(listed(seen, 0)).toBe(2);
    expect(["a", "b"].map((id) => object(seen, "state", seen.outcome(id)[1]))).toEqual([4, 4]);
  });

  test.each([
    [999, [], 1],
    [1000, ["take-listed", "requeue", "scan-end"], 0],
  ])("SLAB-7: the owner walks its list a second after the first object came: after %i ms", (ms, stages, waiting) => {
    const seen = see({ ...one, f: [1, to("free", "a")], later: { ms } });
    expect(seen.stages("f/scan/0")).toEqual(stages);
    expect([listed(seen, 0), seen.entry("core.armed[core 0]")]).toEqual([waiting, waiting]);
  });
  test("SLAB-7: the period runs from the first object on an empty list", () => {
    const seen = see({ ...one, b: [0, allocate()], f: [1, to("free", "a")], some: { ms: 600 }, g: [1, to("free", "b")], more: { ms: 400 } });
    expect(seen.stages("f/scan/0")).toEqual(["take-listed", "requeue", "take-listed", "requeue", "scan-end"]);
    expect(seen.stages("g/scan/0")).toEqual([]);
    expect(seen.outcome("f/scan/0")).toEqual([0, 2]);
  });
  test("SLAB-7: what depends on the object goes first, then it is cleaned and queued", () => {
    const seen = see({ ...one, p: [0, to("attach", "a")], f: [1, to("free", "a")], scan: [0, scan] });
    const [, a, port] = seen.outcome("p");
    expect(seen.stages("scan")).toEqual(["take-listed", "release-port", "requeue", "scan-end"]);
    expect(["state", "owner", "port", "content"].map((column) => object(seen, column, a))).toEqual([1, 0, 0, 0]);
    expect(seen.entry(`port.object[port ${port}]`)).toBe(0);
  });
  test("SLAB-7: a replica's port goes before it too", () => {
    const seen = see({ ...up, a: [0, allocate("subscriber")], p: [0, to("attach", "a")], f: [0, to("free", "a")] });
    expect(seen.stages("f")).toEqual(["begin-free", "release-port", "requeue", "list-object"]);
  });
  test("SLAB-7: objects are taken in the order in which they were listed", () => {
    for (const order of [["a", "b"], ["b", "a"]]) {
      const seen = see({ ...one, b: [0, allocate()], f: [1, to("free", order[0])], g: [1, to("free", order[1])], scan: [0, scan] });
      const view = memorySlab.view(base, "product");
      const taken = seen.steps.filter((step) => step.task === "scan" && step.stages.includes(memorySlab.stages.indexOf("take-listed"))).map((step) => step.changes.map((change) => view.name(change.entry)).find((name) => name.startsWith("object.state"))!);
      expect(taken.map((name) => Number(/object (\d+)/.exec(name)![1]))).toEqual(order.map((id) => seen.outcome(id)[1]));
    }
  });
  test("SLAB-7: what is listed before the scan ends is freed by it; what comes after arms the timer anew", () => {
    const two: Does = { ...one, b: [0, allocate()], f: [1, to("free", "a")], later: { ms: 1000 }, g: [1, to("free", "b")] };
    const during = see(two, base, { switches: ["f/scan/0@2>g"] });
    expect([during.outcome("f/scan/0"), listed(during, 0), during.entry("core.armed[core 0]")]).toEqual([[0, 2], 0, 0]);
    const after = see(two);
    expect([after.outcome("f/scan/0"), listed(after, 0), after.entry("core.armed[core 0]")]).toEqual([[0, 1], 1, 1]);
  });
  test("SLAB-7: a scan that was asked for leaves the timer armed; the timer then finds nothing", () => {
    const does: Does = { ...one, f: [1, to("free", "a")], scan: [0, scan] };
    const before = see(does);
    expect([before.outcome("scan"), before.entry("core.armed[core 0]")]).toEqual([[0, 1], 1]);
    const later = see({ ...does, later: { ms: 1000 } });
    expect([later.stages("f/scan/0"), later.entry("core.armed[core 0]")]).toEqual([["scan-end"], 0]);
  });
  test("SLAB-7: what comes on a list that was emptied on request waits for the period that runs", () => {
    const does: Does = { ...one, b: [0, allocate()], f: [1, to("free", "a")], scan: [0, scan], some: { ms: 600 }, g: [1, to("free", "b")] };
    const seen = see({ ...does, more: { ms: 400 } });
    expect([seen.outcome("scan"), seen.outcome("f/scan/0"), seen.stages("g/scan/0")]).toEqual([[0, 1], [0, 1], []]);
  });
});

describe("one allocator for all cores", () => {
  test("SLAB-8: any core takes from its queue and frees to it; objects are marked as everybody's", () => {
    const seen = see({ ...up, a: [0, allocate("shared-port-table")], b: [1, allocate("shared-port-table")], f: [1, to("free", "a")] });
    expect([seen.stages("a"), seen.stages("b"), seen.stages("f")]).toEqual([taking, ["dequeue"], ["begin-free", "requeue"]]);
    expect(object(seen, "owner", seen.outcome("b")[1])).toBe(3);
    expect(queued(seen, "all cores shared-port-table")).toBe(1);
  });
  test("SLAB-8: kinds that are spread over the cores have one for each", () => {
    const seen = see({ ...up, a: [0, allocate()], b: [1, allocate()], f: [1, to("free", "a")] });
    expect([seen.stages("b"), seen.stages("f")]).toEqual([taking, ["begin-free", "list-object"]]);
  });
  test.each([
    [6, ["take-page", "fill-queue", "take-page", "fill-queue", "dequeue"]],
    [3, ["take-page", "fill-queue", "refuse-memory"]],
  ])("SLAB-8: who queued a page may find its objects gone; with %i pages it then takes another, if there is one", (limitPages, stages) => {
    const seen = see({ ...up, a: [0, allocate("shared-port-table")], b: [1, allocate("shared-port-table")] }, { ...single, limitPages }, { switches: ["a@2>b"] });
    expect([seen.stages("a"), seen.stages("b")]).toEqual([stages, ["dequeue"]]);
  });
});

describe("once and no more", () => {
  const one: Does = { ...up, a: [0, allocate()] };
  test("SLAB-9: an object is not handed out twice", () => {
    const seen = see({ ...one, b: [0, allocate()] });
    expect(seen.outcome("a")[1]).not.toBe(seen.outcome("b")[1]);
  });
  test("SLAB-9: a second release is refused, also while the first is at work, and the object stays queued once", () => {
    const does: Does = { ...one, f: [0, to("free", "a")], g: [1, to("free", "a")] };
    for (const switches of [[], ["f@1>g"]]) {
      const seen = see(does, base, { switches });
      expect([seen.outcome("f"), seen.stages("g"), seen.outcome("g")]).toEqual([[3, 1, 0], ["refuse-free"], refused.notUsed]);
      expect(queued(seen, "core 0 session")).toBe(2);
    }
  });
  test("SLAB-9: an object handed out again is not its former user's", () => {
    const seen = see({ ...one, f: [0, to("free", "a")], b: [0, allocate()], g: [0, to("free", "a")], r: [0, to("refer", "a")], look: [0, to("read", "a")] }, { ...single, limitPages: 3 });
    const [, a] = seen.outcome("a");
    expect(seen.outcome("b")).toEqual([2, a]);
    expect(["g", "r", "look"].map((id) => seen.outcome(id))).toEqual([refused.notUsed, refused.notUsed, refused.notUsed]);
    expect([seen.stages("r"), seen.stages("look")]).toEqual([["refuse-refer"], ["answer"]]);
  });
  test("SLAB-9: what is referenced is not released until the last reference is given back", () => {
    const seen = see({ ...one, r: [1, to("refer", "a")], t: [0, to("refer", "a")], u: [0, to("unrefer", "r")], f: [0, to("free", "a")], v: [1, to("unrefer", "t")], g: [0, to("free", "a")] });
    expect([seen.stages("f"), seen.outcome("f")]).toEqual([["refuse-free"], refused.referenced]);
    expect(seen.outcome("u")).toEqual([0, seen.outcome("a")[1]]);
    expect(seen.outcome("g")).toEqual([3, 1, 0]);
  });
  test("SLAB-9: a reference to an object that is being released is refused", () => {
    const does: Does = { ...one, f: [1, to("free", "a")], r: [0, to("refer", "a")] };
    expect(see(does, base, { switches: ["f@1>r"] }).outcome("r")).toEqual(refused.notUsed);
    expect(see(does, base, { switches: ["f@0>r"] }).outcome("r")[0]).toBe(0);
  });
});

describe("where things live", () => {
  test.each<[KindName, number, number]>([
    ["configuration", 0, 0],
    ["subscriber", 1, 0],
    ["session", 2, 0],
    ["mapping", 2, 0],
    ["filtering", 2, 0],
    ["shared-port-table", 2, 1],
    ["hash-table", 2, 1],
  ])("SLAB-10: %s: placement %i, one allocator for all: %i", (what, placement, locked) => {
    expect(see({ p: [0, place(what)] }).outcome("p")).toEqual([0, placement, locked]);
  });

  test("SLAB-11: tables and reservations have units of their own; none is left for a fifth", () => {
    const does: Does = { ...up, a: [0, reserve(1)], b: [1, reserve(1)], c: [0, reserve(1)], d: [0, reserve(1)], e: [0, reserve(1)] };
    const seen = see(does);
    const users = Array.from({ length: 8 }, (_, unit) => seen.entry(`unit.user[unit ${unit}]`));
    expect(users.sort((a, b) => a - b)).toEqual([-3, -2, -1, -1, 3, 4, 5, 6]);
    expect([seen.stages("e"), seen.outcome("e")]).toEqual([["refuse-memory"], refused.memory]);
    const again = see({ ...does, back: [1, to("give-back", "b")], f: [0, reserve(1)] });
    expect(again.outcome("f")).toEqual(seen.outcome("b"));
    expect(again.outcome("back")).toEqual([0, seen.outcome("b")[1]]);
  });
  test("SLAB-11: a run of units is given out, or refused though there are as many in all", () => {
    const seen: string[] = [];
    const apart: Does = { s0: [0, start], a: [0, reserve(1)], b: [0, reserve(1)], c: [0, reserve(1)], d: [0, reserve(1)], e: [0, reserve(1)], x: [0, to("give-back", "a")], y: [0, to("give-back", "c")], z: [0, reserve(2)] };
    for (const does of [apart, { ...apart, y: [0, to("give-back", "b")] } as Does])
      for (let seed = 1; seed <= 3; seed++) {
        const run = see(does, base, { seed });
        const near = Math.abs(run.outcome("a")[1] - run.outcome("y")[1]) === 1;
        expect(run.outcome("z")).toEqual(near ? [2, Math.min(run.outcome("a")[1], run.outcome("y")[1])] : refused.memory);
        seen.push(near ? "near" : "apart");
      }
    expect([...new Set(seen)].sort()).toEqual(["apart", "near"]);
  });

  test("SLAB-12: another core's allocator serves; the object comes to who asked, and is marked as that core's own", () => {
    const seen = see({ ...up, a: [0, allocate("session", 1)], f: [0, to("free", "a")] });
    expect([seen.stages("a"), seen.stages("a/request/0")]).toEqual([["ask", "receive"], taking]);
    const [, a] = seen.outcome("a");
    expect(seen.outcome("a/request/0")).toEqual([2, a]);
    expect(["owner", "content"].map((column) => object(seen, column, a))).toEqual([2, 3]);
    expect([seen.stages("f"), listed(seen, 1)]).toEqual([["begin-free", "list-object"], 1]);
  });
  test("SLAB-12: asking oneself is no asking", () => {
    expect(see({ ...up, a: [1, allocate("session", 1)] }).stages("a")).toEqual(taking);
  });
  test("SLAB-12: the core that is asked may have nothing, or not be ready", () => {
    const none = see({ ...up, x: [0, allocate()], y: [0, allocate("mapping")], a: [0, allocate("session", 1)] });
    expect([none.stages("a"), none.outcome("a"), none.stages("a/request/0")]).toEqual([["ask", "receive-none"], refused.memory, ["refuse-memory"]]);
    const unready = see({ s0: [0, start], a: [0, allocate("session", 1)] });
    expect([unready.stages("a"), unready.outcome("a"), unready.stages("a/request/0")]).toEqual([["ask", "receive-none"], refused.unready, ["refuse-unready"]]);
  });
  test("SLAB-12: who asked waits for the answer, and its core goes on meanwhile", () => {
    const seen = see({ ...up, a: [0, allocate("session", 1)], b: [0, allocate()] }, base, { switches: ["a/request/0@0>b"] });
    expect(seen.steps.findLastIndex((step) => step.task === "b")).toBeLessThan(seen.steps.findIndex((step) => step.task === "a/request/0"));
    expect(seen.stages("a")).toEqual(["ask", "receive"]);
  });
});

describe("replicas", () => {
  test("SLAB-13: there is one object on each core, in their order", () => {
    for (const core of [0, 1]) {
      const seen = see({ ...up, a: [core, allocate("subscriber")] });
      const [code, ...objects] = seen.outcome("a");
      expect([code, ...objects.map((one) => object(seen, "owner", one))]).toEqual([2, 1, 2]);
      expect(objects.map((one) => object(seen, "content", one))).toEqual([3, 3]);
      expect(seen.stages("a")).toEqual(core === 0 ? [...taking, "ask", "receive"] : ["ask", "receive", ...taking]);
    }
  });
  test("SLAB-10, SLAB-13: all are released together, each to its owner; it is the core's own replica that is read", () => {
    const seen = see({ ...up, a: [0, allocate("subscriber")], look: [1, to("read", "a")], f: [1, to("free", "a")] });
    const [, first, second] = seen.outcome("a");
    expect(seen.outcome("look")).toEqual([0, second, 3, 2]);
    expect([seen.stages("f"), seen.outcome("f")]).toEqual([["begin-free", "list-object", "requeue"], [3, 1, 1]]);
    expect([object(seen, "state", first), object(seen, "state", second)]).toEqual([4, 1]);
  });
  test("SLAB-9, SLAB-13: a reference to one replica keeps them all", () => {
    const seen = see({ ...up, a: [0, allocate("subscriber")], r: [1, to("refer", "a")], f: [0, to("free", "a")] });
    expect(seen.outcome("f")).toEqual(refused.referenced);
    expect(seen.outcome("a").slice(1).map((one) => object(seen, "state", one))).toEqual([2, 2]);
  });
  test.each([
    [0, [...taking, "ask", "receive-none", "withdraw", "requeue"], 2, 0],
    [1, ["ask", "receive", "refuse-memory", "withdraw", "list-object"], 1, 1],
  ])("SLAB-13: core %i has all or none: what was had goes back", (core, stages, queue, list) => {
    const seen = see({ ...up, a: [core, allocate("subscriber")] }, { ...base, limitPages: 3 });
    expect([seen.stages("a"), seen.outcome("a")]).toEqual([stages, refused.memory]);
    expect([queued(seen, "core 0 subscriber"), listed(seen, 0)]).toEqual([queue, list]);
  });
  test("SLAB-13: refused at the first core there is nothing to withdraw", () => {
    const seen = see({ s1: [1, start], a: [1, allocate("subscriber")] });
    expect([seen.stages("a"), seen.outcome("a")]).toEqual([["ask", "receive-none"], refused.unready]);
  });
});

describe("private memory", () => {
  const one: Does = { ...up, a: [1, allocate("configuration")] };
  test("SLAB-14: pages for private objects come from the core's own", () => {
    const seen = see({ ...one, b: [1, allocate("configuration")], c: [1, allocate("configuration")], d: [0, allocate("configuration")] });
    expect([seen.outcome("a")[1], seen.outcome("b")[1]].sort()).toEqual([10, 11]);
    expect([seen.stages("c"), seen.outcome("c")]).toEqual([["refuse-memory"], refused.memory]);
    expect([8, 9]).toContain(seen.outcome("d")[1]);
    expect(left(seen)).toBe(2);
  });
  test("SLAB-14: another core is refused, and changes nothing; its own core is not", () => {
    const all = ["free", "refer", "attach", "read"] as const;
    for (const kind of all) {
      const other = see({ ...one, x: [0, to(kind, "a")] });
      expect([kind, ...other.outcome("x")]).toEqual([kind, ...refused.private]);
      expect(object(other, "state", other.outcome("a")[1])).toBe(2);
      expect(see({ ...one, x: [1, to(kind, "a")] }).outcome("x")[0]).not.toBe(1);
    }
  });
  test("SLAB-14: private comes before not-used, and unready before both", () => {
    const seen = see({ ...one, f: [1, to("free", "a")], x: [0, to("free", "a")], y: [0, to("refer", "a")] });
    expect([seen.outcome("x"), seen.outcome("y")]).toEqual([refused.private, refused.private]);
    expect(see({ s1: [1, start], a: [1, allocate("configuration")], x: [0, to("free", "a")] }).outcome("x")).toEqual(refused.unready);
  });
});

describe("pages that go back", () => {
  const both: Does = { ...up, a: [0, allocate()], b: [0, allocate()], f: [0, to("free", "a")], g: [0, to("free", "b")] };
  test("SLAB-15: a page whose objects are all queued stays its allocator's", () => {
    const seen = see(both);
    expect([seen.stages("f"), seen.stages("g"), left(seen), queued(seen, "core 0 session")]).toEqual([["begin-free", "requeue"], ["begin-free", "requeue"], 1, 2]);
  });
  test("SLAB-15: profile patent: it goes back to the pool in the step of its last object, not before", () => {
    const seen = see(both, base, { profile: "patent" });
    expect([seen.stages("f"), seen.stages("g"), seen.outcome("g")]).toEqual([["begin-free", "requeue"], ["begin-free", "return-page"], [3, 1, 0]]);
    const [, a] = seen.outcome("a");
    expect([left(seen), queued(seen, "core 0 session"), seen.entry(`page.kind[${pageName(a >> 1)}]`), seen.entry(`page.owner[${pageName(a >> 1)}]`)]).toEqual([2, 0, 0, 0]);
    expect([4, 5, 6, 7].map((one) => object(seen, "state", one))).toEqual([0, 0, 0, 0]);
  });
  test("SLAB-15: profile patent: a private page goes back to its core, and a scan returns pages too", () => {
    const own = see({ ...up, a: [0, allocate("configuration")], f: [0, to("free", "a")] }, base, { profile: "patent" });
    expect([own.stages("f"), left(own), own.entry("page.kind[page 4 of core 0]"), queued(own, "core 0 configuration")]).toEqual([["begin-free", "return-page"], 2, 0, 0]);
    const scanned = see({ ...up, a: [0, allocate()], f: [1, to("free", "a")], scan: [0, scan] }, base, { profile: "patent" });
    expect([scanned.stages("scan"), scanned.outcome("scan"), left(scanned)]).toEqual([["take-listed", "return-page", "scan-end"], [0, 1], 2]);
  });
  test("SLAB-15: profile patent: a page of the locked allocator goes back from whichever core, and its objects are not handed out", () => {
    const table = allocate("shared-port-table");
    const seen = see({ ...up, a: [0, table], f: [1, to("free", "a")], b: [0, table] }, base, { profile: "patent" });
    expect([seen.stages("f"), seen.stages("b"), queued(seen, "all cores shared-port-table")]).toEqual([["begin-free", "return-page"], taking, 1]);
  });
});

describe("before a core is ready", () => {
  const one: Does = { s0: [0, start], a: [0, allocate()] };
  test.each([0, 1])("SLAB-16: core %i serves no other", (core) => {
    const does: Does = { s: [1 - core, start], a: [1 - core, allocate("session", core)] };
    expect(see(does).outcome("a")).toEqual(refused.unready);
    expect(see({ t: [core, start], ...does }).outcome("a")[0]).toBe(2);
  });
  test.each<[string, SlabCommand]>([
    ["allocates", allocate()],
    ["releases", to("free", "a")],
    ["refers", to("refer", "a")],
    ["attaches", to("attach", "a")],
    ["reads", to("read", "a")],
    ["scans", scan],
    ["reserves", reserve(1)],
  ])("SLAB-16: it %s nothing, and then it does", (_, command) => {
    const before = see({ ...one, x: [1, command] });
    expect([before.stages("x"), before.outcome("x")]).toEqual([["refuse-unready"], refused.unready]);
    expect(see({ ...one, s1: [1, start], x: [1, command] }).outcome("x")[0]).not.toBe(1);
  });
  test("SLAB-16: a core that has mapped the memory and found no room for its tables reserves, and does not allocate", () => {
    const seen = see({ ...up, r: [1, reserve(1)], a: [1, allocate()] }, { ...base, tableUnits: 5, localUnits: 2 });
    expect([seen.outcome("s1"), seen.outcome("r")[0], seen.outcome("a")]).toEqual([refused.memory, 2, refused.unready]);
  });
});

describe("ports", () => {
  const two: Does = { ...up, a: [0, allocate()], b: [0, allocate()] };
  test("SLAB-17: an object gets one port, and a port one object", () => {
    const seen = see({ ...two, p: [0, to("attach", "a")], q: [1, to("attach", "a")], r: [1, to("attach", "b")] });
    const [, a, port] = seen.outcome("p");
    expect([object(seen, "port", a), seen.entry(`port.object[port ${port}]`)]).toEqual([port + 1, a + 1]);
    expect([seen.stages("q"), seen.outcome("q")]).toEqual([["refuse-attach"], refused.port]);
    expect(seen.outcome("r")).toEqual([0, seen.outcome("b")[1], 1 - port]);
  });
  test.each([
    ["is still its object's when the release begins", "f@1>q", false],
    ["is free before its object is queued", "f@2>q", true],
  ])("SLAB-17: a port %s", (_, at, isFree) => {
    const seen = see({ ...two, p: [0, to("attach", "a")], f: [0, to("free", "a")], q: [1, to("attach", "b")] }, { ...base, ports: 1 }, { switches: [at] });
    expect(seen.stages("f")).toEqual(["begin-free", "release-port", "requeue"]);
    expect(seen.outcome("q")).toEqual(isFree ? [0, seen.outcome("b")[1], 0] : refused.port);
  });
  test("SLAB-17: attaching to what was released is refused, before there is a look for a port", () => {
    const seen = see({ ...two, p: [0, to("attach", "b")], f: [0, to("free", "a")], q: [0, to("attach", "a")] }, { ...base, ports: 1 });
    expect(seen.outcome("q")).toEqual(refused.notUsed);
  });
});
