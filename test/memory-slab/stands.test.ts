/** Under which rules the model's steps stand: that of the stage, and those of what it is done to. */
import { expect, test } from "vitest";
import { memorySlab } from "../../harness/systems/memory-slab/index.ts";
import { rules } from "../../spec/memory-slab/rules.ts";
import { stages, type SlabCommand, type SlabConfig, type SlabKind, type StageName } from "../../spec/memory-slab/terms.ts";
import { work, type Doing } from "../worked.ts";

const config: SlabConfig = {
  cores: 2,
  limitPages: 4,
  initialPages: 2,
  pageUnits: 4,
  privatePages: 1,
  kinds: (["session", "subscriber", "shared-port-table", "configuration"] as const).map((kind) => ({ kind, units: 2 })),
  tableUnits: 2,
  localUnits: 1,
  ports: 2,
  scanMs: 1000,
};
const allocate = (what: SlabKind = "session", on: number | null = null): SlabCommand => ({ kind: "allocate", what, on });
const onA = (kind: "free" | "refer" | "attach" | "read"): SlabCommand => ({ kind, of: "a" });
const up: { readonly [id: string]: Doing<SlabCommand> } = { s0: [0, { kind: "start-up" }], s1: [1, { kind: "start-up" }] };
const one: typeof up = { ...up, a: [0, allocate()] };
const own: typeof up = { ...up, a: [0, allocate("configuration")] };
const both: typeof up = { ...up, a: [0, allocate("subscriber")] };
const table: typeof up = { ...up, a: [0, allocate("shared-port-table")] };
const none: typeof up = { ...up, a: [0, allocate()], b: [0, allocate("shared-port-table")], x: [1, allocate()] };

test.each<[string, typeof up, string, StageName, readonly number[], string?]>([
  ["units for tables", up, "s0", "allocate-tables", [1, 11]],
  ["a page of the pool", one, "a", "take-page", [2, 4]],
  ["a private page", own, "a", "take-page", [2, 4, 10, 14]],
  ["an object", one, "a", "dequeue", [3, 9]],
  ["an object of the locked allocator", table, "a", "dequeue", [3, 8, 9]],
  ["an object for another core", { ...up, a: [0, allocate("session", 1)] }, "a/request/0", "dequeue", [3, 9, 12]],
  ["one core asks another", { ...up, a: [0, allocate("session", 1)] }, "a", "ask", [12]],
  ["a replica is asked for", both, "a", "ask", [10, 12, 13]],
  ["a replica comes", both, "a", "receive", [10, 12, 13]],
  ["there is none", none, "x", "refuse-memory", [4]],
  ["one's own is released", { ...one, x: [0, onA("free")] }, "x", "begin-free", [9]],
  ["another's is released", { ...one, x: [1, onA("free")] }, "x", "begin-free", [5, 9]],
  ["another's is listed", { ...one, x: [1, onA("free")] }, "x", "list-object", [5, 6]],
  ["replicas are released", { ...both, x: [0, onA("free")] }, "x", "begin-free", [5, 9, 10, 13]],
  ["an object beside one in use is queued", { ...one, b: [0, allocate()], x: [0, onA("free")] }, "x", "requeue", [7, 9]],
  ["the last of a page that stays is queued", { ...one, x: [0, onA("free")] }, "x", "requeue", [7, 9, 15]],
  ["a page goes back", { ...one, x: [0, onA("free")] }, "x", "return-page", [2, 9, 15], "patent"],
  ["a private page goes back", { ...own, x: [0, onA("free")] }, "x", "return-page", [2, 9, 10, 14, 15], "patent"],
  ["a port goes", { ...one, p: [0, onA("attach")], x: [0, onA("free")] }, "x", "release-port", [7, 17]],
  ["private memory is not released by another", { ...own, x: [1, onA("free")] }, "x", "refuse-free", [9, 10, 14]],
  ["private memory is not referred to by another", { ...own, x: [1, onA("refer")] }, "x", "refuse-refer", [9, 10, 14]],
  ["another's is referred to", { ...one, x: [1, onA("refer")] }, "x", "refer", [5, 9]],
  ["one's own is referred to", { ...one, x: [0, onA("refer")] }, "x", "refer", [9]],
  ["another's gets a port", { ...one, x: [1, onA("attach")] }, "x", "attach", [5, 17]],
  ["one of the locked allocator is read", { ...table, x: [1, onA("read")] }, "x", "answer", [8, 10]],
  ["too many units are asked for", { ...up, x: [0, { kind: "reserve", units: 5 }] }, "x", "refuse-memory", [4, 11]],
])("slab rules: %s", (_, does, task, stage, expected, profile = "product") => {
  const seen = work(memorySlab, { config, does, profile });
  expect(seen.failure).toBeUndefined();
  const step = seen.steps.find((each) => each.task === task && each.stages.includes(stages.indexOf(stage)))!;
  expect([...new Set(step.rules)].map((rule) => Number(rules[rule].id.slice("SLAB-".length))).sort((a, b) => a - b)).toEqual(expected);
});
