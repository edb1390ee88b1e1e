/** What the model watches over: each fault put into its cells by hand is found under its rule. */
import { expect, test } from "vitest";
import { rules } from "../../spec/memory-slab/rules.ts";
import type { SlabCommand } from "../../spec/memory-slab/terms.ts";
import type { SlabLayout } from "../../spec/memory-slab/view.ts";
import { ModelAlone } from "./alone.ts";

const start: SlabCommand = { kind: "start-up" };
const allocate = (what: "session" | "configuration", on: number | null = null): SlabCommand => ({ kind: "allocate", what, on });
const to = (kind: "free" | "attach"): SlabCommand => ({ kind, of: "" });

/**
 * Both cores ready. Core 0 has object 4 (slot 2) with port 0 of page 2, and object 8 (slot 4) of its private page 4; core 1 had object 6 (slot 3) of page 3. Units 0 and 1 hold the
 * global tables, 2 and 3 those of the cores, 4 a reservation.
 */
function standing(): ModelAlone {
  const alone = new ModelAlone();
  for (const core of [0, 1]) alone.run(core, start);
  alone.run(0, allocate("session"));
  alone.run(1, allocate("session"));
  alone.run(0, allocate("configuration"));
  alone.run(0, to("attach"), 2);
  alone.run(0, { kind: "reserve", units: 1 });
  return alone;
}
function broken({ model }: ModelAlone, what: "invariants" | "atRest"): string[] {
  const found: string[] = [];
  const add = (rule: number): void => void found.push(rules[rule].id);
  if (what === "invariants") model.invariants({ add });
  else {
    model.owed({ add });
    model.obligations({ add });
  }
  return found;
}

test("SLAB-2: nothing is broken while the rules are kept", () => {
  expect(broken(standing(), "invariants")).toEqual([]);
  expect(broken(standing(), "atRest")).toEqual([]);
});

test.each<[string, string, (layout: SlabLayout) => readonly [entry: number, value: number]]>([
  ["SLAB-1", "a core has mapped another address", ({ core }) => [core.mapped + 1, 8]],
  ["SLAB-2", "a page is counted that is not free", ({ memory }) => [memory.left, 1]],
  ["SLAB-2", "fewer than no pages are counted", ({ memory }) => [memory.left, -1]],
  ["SLAB-2", "a page of the initialisation allocator is free", ({ page }) => [page.kind + 1, 0]],
  ["SLAB-2", "a free page has an owner", ({ page }) => [page.owner + 5, 1]],
  ["SLAB-3", "an object is marked with another's owner", ({ object }) => [object.owner + 4, 2]],
  ["SLAB-3", "a queued object is marked", ({ object }) => [object.owner + 5, 1]],
  ["SLAB-3", "a queue counts one too many", ({ queue }) => [queue.count, 2]],
  ["SLAB-4", "an object of a page is nowhere", ({ object }) => [object.state + 5, 0]],
  ["SLAB-4", "an object stands where no page holds one", ({ object }) => [object.state + 10, 1]],
  ["SLAB-5", "everybody owns a page of a core's kind", ({ page }) => [page.owner + 2, 3]],
  ["SLAB-6", "an object is on the list and not counted", ({ core }) => [core.listed + 1, 1]],
  ["SLAB-7", "a queued object is not cleaned", ({ object }) => [object.content + 5, 3]],
  ["SLAB-9", "references are negative", ({ object }) => [object.references + 4, -1]],
  ["SLAB-9", "a queued object is referenced", ({ object }) => [object.references + 5, 1]],
  ["SLAB-11", "a unit of the global tables is free", ({ unit }) => [unit.user + 1, 0]],
  ["SLAB-11", "a core's table is held twice", ({ unit }) => [unit.user + 5, -3]],
  ["SLAB-14", "private objects are in a page of the pool", ({ page }) => [page.kind + 2, 4]],
  ["SLAB-14", "sessions are in a private page", ({ page }) => [page.kind + 4, 2]],
  ["SLAB-17", "an object names a port that does not name it", ({ object }) => [object.port + 4, 2]],
  ["SLAB-17", "a port names an object that does not name it", ({ port }) => [port.object + 1, 7]],
])("%s: it is found that %s", (rule, _, poke) => {
  const alone = standing();
  alone.cells.set(...poke(alone.layout));
  expect(broken(alone, "invariants")).toContain(rule);
});

test.each<[string, string, (alone: ModelAlone) => void, string[]]>([
  ["SLAB-4", "a page is taken and its objects are not queued", (alone) => void alone.run(1, allocate("configuration"), -1, 1), ["SLAB-4"]],
  ["SLAB-7", "an object waits on the list", (alone) => void alone.run(0, to("free"), 3), ["SLAB-7"]],
  ["SLAB-7", "an object is taken from its user and not queued", (alone) => void alone.run(0, to("free"), 2, 1), ["SLAB-7"]],
  ["SLAB-12", "an operation waits for an answer", (alone) => void alone.run(0, allocate("session", 1)), ["SLAB-12"]],
])("%s: at rest it is found that %s", (_rule, _what, does, owed) => {
  const alone = standing();
  does(alone);
  expect(broken(alone, "invariants")).toEqual([]);
  expect(broken(alone, "atRest")).toEqual(owed);
});
