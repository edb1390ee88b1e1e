import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import * as Schema from "@effect/schema/Schema";
import { afterEach, expect, test, vi } from "vitest";
import { replayCommand } from "../harness/cli/replay.ts";
import type { Case } from "../harness/engine/case.ts";
import { Pair } from "../harness/engine/run.ts";
import { WhyReport } from "../spec/report-schema.ts";
import { ownFolder } from "./own-folder.ts";
import { counterSystem } from "./toys/counter.ts";

/** The systems as they stand conform, so a toy takes their place: its file is named after what is to be replayed. */
const system = counterSystem({ fault: "lost update" });
const events = [0, 1].map((core) => ({ id: `op${core}`, do: "op" as const, node: 0, core, command: { kind: "add", counter: 0, amount: 1 } }));
const one: Case = { format: 1, system: "counter", profile: "plain", config: { cores: 2, counters: 1 }, seed: 0, events, deviations: [{ task: "op0", step: 1, run: "op1" }], rest: false };

vi.mock("../harness/cli/read-case.ts", () => ({ readCase: (file: string) => ({ system, case: file === "fails.json" ? one : { ...one, deviations: [] } }) }));
vi.mock("../harness/systems/judged.ts", () => ({ judged: (_: unknown, replayed: Case) => new Pair(system).run(replayed).failure, programsOf: () => ({ sides: () => ({}) }) }));

afterEach(() => vi.restoreAllMocks());

test("WHY: replay explains a failing case when asked to, in words and as data; one that conforms has nothing to explain", () => {
  const told: string[] = [];
  vi.spyOn(process.stdout, "write").mockImplementation((text) => told.push(stripVTControlCharacters(String(text))) > 0);
  const json = join(ownFolder(), "replay.json");
  const read = (): Record<string, unknown> => JSON.parse(readFileSync(json, "utf8"));

  expect(replayCommand("fails.json", { why: true, json })).toBe(1);
  expect(told.join("")).toMatch(/\n {2}why\n {4}steps that matter {2}op0: 1, op1: 3, op0: 4\n/);
  expect(Schema.decodeUnknownSync(WhyReport, { onExcessProperty: "error" })(read().why)).toMatchObject({ decision: { kind: "removed", deviations: [] } });

  expect(replayCommand("fails.json", { json })).toBe(1);
  expect(read()).not.toHaveProperty("why");
  told.length = 0;
  expect(replayCommand("conforms.json", { why: true, json })).toBe(0);
  expect(read()).not.toHaveProperty("why");
  expect(told.join("")).not.toContain("why");
});
