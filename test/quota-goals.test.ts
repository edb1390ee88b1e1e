/** The goals of the quota system, each with an example that reaches it and one nearby that does not. */
import { expect, test } from "vitest";
import { goals } from "../spec/quota/rules.ts";
import type { QuotaCommand, QuotaConfig } from "../spec/quota/terms.ts";
import { base, change, limits, play, release, request, under } from "./play-quota.ts";
import type { Doing } from "./worked.ts";

type Script = { readonly [id: string]: Doing<QuotaCommand> };
const single = under(limits(6, 1, 1), 1);
const four = { a: [0, request(4)], less: [0, change(limits(2, 1, 1))] } as const;
const late = { late: [0, request(2)], away: [1, change(null)] } as const;
const wider = { a: [0, request(2)], wider: [1, change(limits(6, 3, 1))], b: [0, request()] } as const;
const due = { a: [0, request()], b: [0, request(2)], back: [0, release("b")], c: [1, request()] } as const;
const meanwhile = { a: [0, request()], b: [0, request(2)], back: [1, release("b")], c: [0, request()] } as const;

test.each<[string, QuotaConfig, Script, readonly string[], readonly string[]]>([
  ["a whole chunk is granted", base, { a: [0, request(3)] }, [], []],
  ["less than a chunk is left, then nothing", base, { a: [0, request(9)] }, [], ["remainder", "denied"]],
  ["denied, then granted", base, { a: [0, request(9)], b: [0, release("a")], c: [0, request()] }, [], ["remainder", "denied", "granted-after-denial", "given-back"]],
  ["denied, then another subscriber granted", base, { a: [0, request(9)], b: [0, release("a")], c: [0, request(1, 1)] }, [], ["remainder", "denied", "given-back"]],
  ["−2 remain", single, four, [], ["overdrawn"]],
  ["−2 remain, then 0", single, { ...four, more: [0, change(limits(4, 1, 1))] }, [], ["overdrawn"]],
  ["−2 remain, then 0, then 1", single, { ...four, more: [0, change(limits(4, 1, 1))], enough: [0, change(limits(5, 1, 1))] }, [], ["overdrawn", "recovered"]],
  ["3 in use and 1 stays exclusive", under(limits(12, 4, 2), 1), { a: [0, request(3)], b: [0, change(limits(12, 1, 2))] }, [], ["borrowed-by-shrinking"]],
  ["3 in use and 3 stay exclusive", under(limits(12, 4, 2), 1), { a: [0, request(3)], b: [0, change(limits(12, 3, 2))] }, [], []],
  ["more become exclusive, 3 are held", under(limits(12, 2, 3), 1), { a: [0, request(3)], b: [0, change(limits(12, 3, 3))] }, [], ["returned-by-growing"]],
  ["more become exclusive, none is held", under(limits(12, 2, 3), 1), { a: [0, request(2)], b: [0, change(limits(12, 4, 3))] }, [], []],
  ["a chunk is given back", base, due, [], ["given-back"]],
  ["it is used meanwhile", base, meanwhile, ["back@2>c"], ["no-longer-due", "foreign-release"]],
  ["released on the core that granted", base, { a: [0, request()], b: [0, release("a")] }, [], []],
  ["released on another core", base, { a: [0, request()], b: [1, release("a")] }, [], ["foreign-release"]],
  ["released without a quota, as it was granted", under(null), { a: [0, request()], b: [1, release("a")] }, [], []],
  ["granted without a quota, released under one", under(null), { a: [0, request()], b: [0, change(limits(8, 2, 3))], c: [0, release("a")] }, [], ["uncounted-after-configured"]],
  ["the change reaches the core before the request", under(limits(4, 2, 1)), wider, [], []],
  ["the request comes first", under(limits(4, 2, 1)), wider, ["wider@1>b"], ["refreshed"]],
  ["a quota is taken away after the request", base, late, [], []],
  ["a quota is taken away during the request", base, late, ["late@1>away"], ["unpublished-midway"]],
  ["the chunk is changed before the units go back", base, { a: [0, request(3)], b: [0, change(limits(8, 2, 1))], c: [0, release("a")] }, [], ["given-back", "chunk-changed"]],
  ["a change is refused", base, { a: [0, change(limits(3, 2, 3))] }, [], ["refused-change"]],
])("quota goals: %s", (_, config, does, switches, reached) => {
  const found = new Set(play(config, does, { switches }).steps.flatMap((step) => step.goals));
  expect([...found].sort((a, b) => a - b).map((at) => goals[at].id)).toEqual(reached.map((name) => `quota/${name}`));
});
