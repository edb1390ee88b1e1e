import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import * as Schema from "@effect/schema/Schema";
import { describe, expect, it } from "vitest";
import { columnsText } from "../harness/cli/mutants-columns.ts";
import { drawCase } from "../harness/engine/draw.ts";
import { patchTexts } from "../harness/engine/loader/patch.ts";
import { blindTo } from "../harness/engine/mutate/blind.ts";
import { Pair } from "../harness/engine/run.ts";
import { columnMutants, columnNames, columnsWithoutMutant } from "../harness/mutants/columns/index.ts";
import type { ColumnMutant } from "../harness/mutants/columns/types.ts";
import { huntColumn } from "../harness/mutants/hunt-column.ts";
import { systemByName, systems } from "../harness/systems/index.ts";
import { MutantsReport } from "../spec/report-schema.ts";

/** Without colours and line breaks. */
const plain = (text: string): string => stripVTControlCharacters(text).replace(/\s+/g, " ");
const root = fileURLToPath(new URL("..", import.meta.url));
const of = (system: string, column: string): ColumnMutant => columnMutants.find((one) => one.system === system && one.column === column)!;
const remaining = (): ColumnMutant => of("quota", "global.remaining");

describe("mutants of columns", () => {
  it("MUTANTS: every column of every view has a mutant of its own, met once in its source", () => {
    expect(columnsWithoutMutant()).toEqual([]);
    for (const { system, column, rule, file, find, replace, also = [] } of columnMutants) {
      const patches = [{ file, find, replace }, ...also].map((one) => ({ ...one, file: root + one.file }));
      expect(patchTexts(patches), `${system} ${column}`).toMatchObject({ ok: true });
      expect(rule, `${system} ${column}`).not.toBe("");
      expect(file).toMatch(/^impl\//);
    }
    expect(new Set(columnMutants.map((one) => one.id)).size).toBe(columnMutants.length);
  });

  it("MUTANTS: every column of every view has a key in some configuration", () => {
    for (const system of systems) {
      const { config, profile } = drawCase(system, system.profiles[0], 1, 1);
      const all = system.view(config, profile).columns.map(({ name, table }) => `${table}.${name}`);
      const known = columnNames(system);
      expect(all.filter((column) => !known.includes(column)), system.name).toEqual([]);
    }
  });

  it("MUTANTS: a column without a mutant is told", () => {
    expect(columnsWithoutMutant(columnMutants.filter((one) => one !== remaining()))).toEqual(["quota global.remaining"]);
  });

  // `tandem mutants --kind columns` hunts all of them, with more cases.
  it.each([
    ["quota", "global.remaining"],
    ["quota", "published.generation"],
    ["port-allocation", "port.local"],
    ["port-quota", "core.held"],
    ["nat-session", "object.references"],
    ["nat-session", "core.armed"],
    ["rss-distribution", "node.turn"],
    ["rss-distribution", "pair.core"],
    ["memory-slab", "object.owner"],
    ["node", "node structure.sessionUnit"],
    ["node", "distribution core.lost"],
  ])("MUTANTS: of %s only the comparison of %s catches its mutant", (system, column) => {
    const mutant = of(system, column);
    expect(huntColumn(mutant, system === "node" ? 24 : 60)).toMatchObject({ verdict: "caught", failure: { observable: column, rules: expect.arrayContaining([mutant.rule]) } });
  });

  it("MUTANTS: one that changes nothing survives, one that is seen elsewhere is told apart, one whose text is gone is stale", () => {
    const mutant = remaining();
    expect(huntColumn({ ...mutant, replace: `${mutant.find} ` }, 30)).toMatchObject({ verdict: "survives", cases: 30 });
    const lent = { ...mutant, file: "impl/quota/ledger.ts", find: "poke(mem, remaining, peek(mem, remaining) - units);", replace: "poke(mem, remaining, peek(mem, remaining) - units - 1);" };
    expect(huntColumn(lent, 30)).toMatchObject({ verdict: "caught without its column", failure: { observable: expect.not.stringMatching("global.remaining") } });
    expect(huntColumn({ ...lent, column: "global.present" }, 30)).toMatchObject({ verdict: "caught by something else" });
    expect(huntColumn({ ...mutant, find: "no such text" }, 1)).toMatchObject({ verdict: "stale", stale: { met: 0 } });
    expect(huntColumn({ ...mutant, also: [{ file: mutant.file, find: "no such text", replace: "" }] }, 1)).toMatchObject({ verdict: "stale" });
    expect(huntColumn({ ...mutant, replace: `${mutant.find} throw new Error("at once");` }, 5)).toMatchObject({ verdict: "caught by something else" });
  });

  it("MUTANTS: sides blind to all columns but one agree as the sides do, and the rest of the view reads 0", () => {
    const system = systemByName("quota")!;
    const seen = "core.used";
    const sides = blindTo(system, ({ name, table }) => `${table}.${name}` !== seen);
    const pair = new Pair(system, sides);
    const one = drawCase(system, "product", 7, 60);
    expect(pair.run(one, { wholeAlways: true }).failure).toBeUndefined();
    const view = system.view(one.config, one.profile);
    const values = new Int32Array(view.size);
    sides.implementation!.scan!(values);
    values.forEach((value, entry) => {
      expect(sides.implementation!.read(entry)).toBe(value);
      if (value !== 0) expect(view.name(entry)).toContain(seen);
    });
    expect(values.some((value) => value !== 0)).toBe(true);
  });

  it("MUTANTS: the report has a place for what is said of columns, and the text names what is missing", () => {
    const mutants = columnMutants.map((mutant) => ({ mutant, verdict: "caught" as const, cases: 1, operations: 0, switches: 0, oneMinimal: false }));
    const report = { format: 1, command: "mutants", seeds: 1, mutants, uncovered: [], generated: [], exitCode: 0, timings: { ms: {}, seconds: {} } };
    expect(Schema.decodeUnknownSync(MutantsReport, { onExcessProperty: "error" })(report)).toEqual(report);
    expect(plain(columnsText(mutants, 9, ["quota core.used"]))).toContain("columns without a mutant: quota core.used");
    expect(plain(columnsText(mutants, 9, []))).toContain("passes 9");
  });
});
