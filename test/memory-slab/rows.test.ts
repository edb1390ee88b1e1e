/** Memory as a part of a larger whole: its rows, on cells and under numbers that are the whole's. */
import { expect, test } from "vitest";
import { ruleNumber } from "../../spec/memory-slab/rules.ts";
import { State } from "../../spec/memory-slab/terms.ts";
import { ModelAlone } from "./alone.ts";

const at = { entry: 100, rule: 30, stage: 20, goal: 10 };
function started(): ModelAlone {
  const alone = new ModelAlone(at);
  for (const core of [0, 1]) alone.row((slot) => alone.model.beginStartUp(slot, core));
  return alone;
}
function obtained(alone: ModelAlone, core: number, kind: number, content: number) {
  const row = alone.row((slot) => alone.model.beginObtain(slot, core, kind, content));
  return { ...row, object: alone.model.obtained(row.slot) };
}

test("SLAB-1: start-up as a row answers as the command does, on cells of the whole", () => {
  const alone = new ModelAlone(at);
  const { stages, last } = alone.row((slot) => alone.model.beginStartUp(slot, 0));
  expect(stages).toEqual(["allocate-memory", "map", "allocate-tables", "allocate-local", "ready"]);
  expect(last.outcome.toArray()).toEqual([0, 4]);
  expect(last.rules.toArray()).toEqual([30 + ruleNumber("SLAB-1")]);
  expect(alone.layout.memory.address).toBe(100);
  expect(alone.cells.peek(100)).toBe(4);
});
test("SLAB-16: a row that obtains on a core that is not ready has nothing, and answers nothing", () => {
  const alone = new ModelAlone(at);
  const row = obtained(alone, 0, 0, 9);
  expect([row.stages, row.object, row.last.outcome.count]).toEqual([["refuse-unready"], -1, 0]);
});
test("SLAB-3: a row obtains an object with the content it was given, and then there is none left", () => {
  const alone = started();
  const rows = [9, 10, 11, 12, 13].map((content) => obtained(alone, 1, 0, content));
  expect(rows.map((row) => row.object)).toEqual([4, 5, 6, 7, -1]);
  expect(rows[4].stages).toEqual(["refuse-memory"]);
  expect(rows.map((row) => row.last.outcome.count)).toEqual([0, 0, 0, 0, 0]);
  expect([4, 5].map((object) => alone.cells.peek(alone.layout.object.content + object))).toEqual([9, 10]);
});
test("SLAB-6: a row frees one object: its owner queues it, another lists it, and the owner's scan frees that", () => {
  const alone = started();
  const own = obtained(alone, 0, 0, 9).object;
  const other = obtained(alone, 1, 0, 9).object;
  const freed = [own, other].map((object) => alone.row((slot) => alone.model.beginFreeObject(slot, 0, object)));
  expect(freed.map((row) => row.stages)).toEqual([["begin-free", "requeue"], ["begin-free", "list-object"]]);
  expect(freed.map((row) => row.last.outcome.count)).toEqual([0, 0]);
  expect(freed[1].last.timers).toEqual([{ label: "scan", core: 1, atMs: 1000, body: [] }]);
  const scan = alone.row((slot) => alone.model.beginScan(slot, 1, true));
  expect([scan.stages, scan.last.outcome.toArray()]).toEqual([["take-listed", "requeue", "scan-end"], [0, 1]]);
  expect([own, other].map((object) => alone.cells.peek(alone.layout.object.state + object))).toEqual([State.queued, State.queued]);
  expect(alone.cells.peek(alone.layout.core.armed + 1)).toBe(0);
});
