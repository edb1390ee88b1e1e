import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import * as Schema from "@effect/schema/Schema";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { mutantsCommand, type MutantsOptions } from "../harness/cli/mutants.ts";
import { generatedText, isGood } from "../harness/cli/mutants-generated.ts";
import { engineMutants } from "../harness/mutants/engine.ts";
import { fateOf, homesOf, huntedOf, mutantsOf, programFiles, type FileHunted } from "../harness/mutants/generated.ts";
import { failureUnchanged, huntByHand, seedsAsked } from "../harness/mutants/hunt.ts";
import { canary, mutants, plainest } from "../harness/mutants/index.ts";
import { equivalents } from "../harness/mutants/equivalent/index.ts";
import { modelMutants } from "../harness/mutants/models.ts";
import type { Equivalent, Mutant } from "../harness/mutants/types.ts";
import { systems } from "../harness/systems/index.ts";
import { MutantsReport } from "../spec/report-schema.ts";

const budget = { seeds: 1, casesMax: 1500 };

const overdrawn = mutants.find((mutant) => mutant.id === "QUOTA-12/grants-overdrawn")!;
const borrowsFirst = mutants.find((mutant) => mutant.id === "QUOTA-14/borrows-first")!;

describe("mutants", () => {
  test("mutants: the canary is caught, and a mutant whose text is gone is stale", () => {
    expect(huntByHand(canary, { seeds: 1, casesMax: 50 })).toMatchObject({ verdict: "caught", operations: 1, switches: 0, oneMinimal: true });
    expect(huntByHand({ ...canary, find: "no such text" }, { seeds: 1, casesMax: 1 }).verdict).toBe("stale");
  });

  test("mutants: programs as they stand are not caught", () => {
    for (const name of new Set(mutants.map((mutant) => mutant.system))) for (const seed of seedsAsked) expect(failureUnchanged(name, seed, 100), name).toBeUndefined();
  });

  // The others are hunted in `gate.test.ts`; `tandem mutants` hunts all of them with several seeds.
  test.each(plainest.map((mutant) => [mutant.id, mutant] as const))("%s: is caught under its own rule", (_, mutant) => {
    const hunted = huntByHand(mutant, budget);
    expect(hunted.verdict, hunted.failure && JSON.stringify(hunted.failure)).toBe("caught");
  });

  test.each<[string, Mutant, string]>([
    ["one that changes nothing survives", { ...overdrawn, replace: `${overdrawn.find} ` }, "survives"],
    ["one that breaks another rule is told apart", { ...overdrawn, rule: "QUOTA-15" }, "caught under another rule"],
    ["one that a single core shows is no fault of interleaving", { ...overdrawn, concurrency: true }, "not concurrent"],
    ["one that is caught at once is not subtle", { ...overdrawn, subtle: true }, "not subtle"],
    ["a fault of interleaving shrinks to what it needs", borrowsFirst, "caught"],
  ])("mutants: %s", (_, mutant, verdict) => {
    expect(huntByHand(mutant, { seeds: verdict === "not subtle" ? 5 : 1, casesMax: 60 }).verdict).toBe(verdict);
  });

  test("mutants: every rule of every system has one", () => {
    const rules = new Set(systems.flatMap((system) => system.rules.map((rule) => rule.id)));
    for (const mutant of mutants) rules.delete(mutant.rule);
    expect([...rules]).toEqual([]);
  });

  test("mutants: ids are unique", () => {
    expect(new Set(mutants.map((mutant) => mutant.id)).size).toBe(mutants.length);
  });
});

describe("generated mutants", () => {
  const file = "impl/quota/view.ts";
  const fatesOf = (name: string, casesMax: number) => mutantsOf(name).map((mutant) => fateOf(mutant, homesOf(name), casesMax));

  test("mutants: all of a file are killed", () => {
    const hunted = huntedOf(file, mutantsOf(file), fatesOf(file, 400), []);
    expect(hunted).toMatchObject({ killed: hunted.generated, equivalent: 0, survivors: [] });
    expect(hunted.generated).toBeGreaterThanOrEqual(15);
  });

  test("mutants: one that survives is told, unless it is listed; a list that is wrong is told too", () => {
    const release = "impl/quota/release.ts";
    // A single case of each system is far too few.
    const fates = fatesOf(release, 1);
    const told = (listed: readonly Equivalent[]): FileHunted => huntedOf(release, mutantsOf(release), fates, listed);
    const first = told([]);
    expect(first.survivors.length).toBeGreaterThan(1);
    expect(first.survivors.length).toBe(first.generated - first.killed);
    const { before, after, id } = first.survivors[0];
    const plain = { file: release, before: "moved.stages.push(m.stage0 + releaseStage);", after: ";", reason: "" };
    const listed = told([{ file: release, before, after, reason: "" }, plain, { ...plain, before: "no such text" }]);
    expect(listed).toMatchObject({ killed: first.killed, equivalent: 1, stale: [{ before: "no such text" }], killedAfterAll: [plain] });
    expect(listed.survivors.map((mutant) => mutant.id)).not.toContain(id);
  });

  test("mutants: whatever makes a hunt fail is said again below its sum", () => {
    const entry = { file, before: "one", after: "another", reason: "" };
    const [mutant] = mutantsOf(file);
    const good: FileHunted = { file, generated: 5, killed: 4, equivalent: 1, survivors: [], unloaded: [], stale: [], killedAfterAll: [], by: {} };
    const lastOf = (one: FileHunted): string => stripVTControlCharacters(generatedText([one]).trimEnd().split("\n").at(-1)!);
    expect(isGood([good])).toBe(true);
    expect(lastOf(good)).toBe("4 of 4 generated mutants killed (100.0 %), 1 more equivalent");
    const faults: readonly [Partial<FileHunted>, string][] = [
      [{ survivors: [mutant] }, "1 survive"],
      [{ unloaded: [{ mutant, why: "" }] }, "1 cannot be loaded"],
      [{ stale: [entry] }, "1 listed as equivalent, no longer generated"],
      [{ killedAfterAll: [entry, entry] }, "2 listed as equivalent, killed after all"],
    ];
    for (const [fault, said] of faults) {
      expect(isGood([{ ...good, ...fault }]), said).toBe(false);
      expect(lastOf({ ...good, ...fault })).toBe(`failed: ${said} (see above)`);
    }
  });

  test("mutants: what is listed as equivalent says why, and in which program", () => {
    const files = programFiles("impl");
    for (const one of equivalents) {
      expect(files).toContain(one.file);
      expect(one.reason.length, one.before).toBeGreaterThan(30);
    }
  });
});

describe("the command", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "tandem-mutants-"));
    vi.spyOn(process.stdout, "write").mockReturnValue(true);
  });
  afterAll(() => {
    vi.restoreAllMocks();
    rmSync(folder, { recursive: true });
  });

  /** The report of a run with so many workers, without the times. */
  const reported = async (ids: string[], options: MutantsOptions, workers: string, code: number): Promise<{ readonly report: any; readonly untimed: string }> => {
    const json = join(folder, "report.json");
    expect(await mutantsCommand(ids, { ...options, workers, json })).toBe(code);
    const text = readFileSync(json, "utf8");
    const report = JSON.parse(text);
    expect(Schema.decodeUnknownSync(MutantsReport, { onExcessProperty: "error" })(report)).toEqual(report);
    return { report, untimed: text.slice(0, text.indexOf('"timings":')) };
  };

  test("mutants: the report keeps times apart from what can be reproduced, byte for byte, with any number of workers", async () => {
    const run = (workers: string) => reported(["QUOTA-1", "QUOTA-3"], { kind: "hand", seeds: "1" }, workers, 0);
    const { report, untimed } = await run("1");
    const ids = ["canary", ...mutants.filter(({ rule }) => rule === "QUOTA-1" || rule === "QUOTA-3").map(({ id }) => id)];
    expect(ids.length).toBeGreaterThan(3);
    expect(Object.keys(report.timings.ms)).toEqual(ids);
    expect(report.mutants.map((one: any) => one.mutant.id)).toEqual(ids);
    expect(report).toMatchObject({ exitCode: 0, generated: [] });
    expect(report.mutants[1]).toMatchObject({ verdict: "caught", operations: 1, switches: 0, oneMinimal: true });
    expect((await run("2")).untimed).toBe(untimed);
  });

  test("mutants: those of models, of the engine and of columns come to the same with any number of workers", async () => {
    const run = (workers: string) => reported(["model/QUOTA-3/one-more", "engine/end", "column/quota/core.used"], { cases: "20" }, workers, 0);
    expect((await run("1")).untimed).toBe((await run("2")).untimed);
  });

  test("mutants: the report has a place for all that is said of any mutant", () => {
    const hunted = [...mutants, ...modelMutants, ...engineMutants].map((mutant) => ({ mutant, verdict: "caught", cases: 1, operations: 1, switches: 0, oneMinimal: true }));
    const report = { format: 1, command: "mutants", seeds: 1, mutants: hunted, uncovered: [], generated: [], exitCode: 0, timings: { ms: {}, seconds: {} } };
    expect(Schema.decodeUnknownSync(MutantsReport, { onExcessProperty: "error" })(report)).toEqual(report);
  });

  test("mutants: one that cannot be loaded is not caught", () => {
    const one = mutants.find((mutant) => mutant.id === "QUOTA-3/one-more")!;
    const thrown = huntByHand({ ...one, replace: `${one.replace} }; throw new Error("at once"); {` }, { seeds: 1, casesMax: 10 });
    expect(thrown).toMatchObject({ verdict: "not loaded", cases: 0, failure: { verdict: "inconclusive", observable: "load" } });
  });

  test("mutants: one that is not caught ends in 1, and the report of generated ones has its shape", async () => {
    expect(await mutantsCommand(["QUOTA-6/ready-early"], { seeds: "1", cases: "2" })).toBe(1);
    const run = (workers: string) => reported([], { generated: ["model/port-quota/index.ts", "model/port-quota/parts.ts"], cases: "1" }, workers, 1);
    const { report, untimed } = await run("1");
    expect(report.generated[0].survivors.length).toBeGreaterThan(0);
    expect(Object.keys(report.timings.seconds)).toEqual(["model/port-quota/index.ts", "model/port-quota/parts.ts"]);
    expect((await run("2")).untimed).toBe(untimed);
    const decode = Schema.decodeUnknownSync(MutantsReport, { onExcessProperty: "error" });
    expect(() => decode({ ...report, command: "check" })).toThrow();
    expect(() => decode({ ...report, generated: [{ ...report.generated[0], unloaded: undefined }] })).toThrow(/unloaded/);
  });

  test.each([
    [[], { generated: ["impl/none.ts"] }, '--generated: expected a file or folder of impl or model that belongs to a system, such as impl/quota or impl/port-quota.ts, found "impl/none.ts"'],
    [[], { kind: "none" }, "--kind: expected one of "],
    [["QUOTA-99"], {}, 'mutant: expected the id of a mutant, a rule or a system, found "QUOTA-99"'],
    [[], { workers: "0" }, '--workers: expected a whole number from 1 to 64, found "0"'],
  ])("mutants: what does not exist is refused (%j %j)", async (ids, options, message) => {
    await expect(mutantsCommand(ids, options)).rejects.toThrow(message);
  });
});
