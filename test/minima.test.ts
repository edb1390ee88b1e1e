import * as Schema from "@effect/schema/Schema";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { describe, expect, test, vi } from "vitest";
import { MinimaReport } from "../spec/report-schema.ts";
import { minimaCommand } from "../harness/cli/minima.ts";
import type { Command, System } from "../harness/engine/contract.ts";
import { Accesses } from "../harness/engine/explore/accesses.ts";
import { Departures } from "../harness/engine/explore/departures.ts";
import { least } from "../harness/engine/explore/least.ts";
import { Search } from "../harness/engine/explore/search.ts";
import { caseIn, listsOf, smallest, type Subject, type Universe } from "../harness/engine/explore/smallest.ts";
import { Walk } from "../harness/engine/explore/walk.ts";
import { loadWith } from "../harness/engine/loader/load.ts";
import { openedTexts } from "../harness/engine/loader/open.ts";
import { Pair } from "../harness/engine/run.ts";
import { signature } from "../harness/engine/verdict.ts";
import { minimaExam } from "../harness/mutants/minima.ts";
import { judge, minimumOf } from "../harness/mutants/minimum.ts";
import { mutants } from "../harness/mutants/index.ts";
import { planted } from "../harness/mutants/planted.ts";
import { systemByName, systems } from "../harness/systems/index.ts";
import { implementationWith, walkedPair } from "../harness/systems/sources.ts";
import { universeOf } from "../harness/systems/universe.ts";
import { ownFolder } from "./own-folder.ts";

const place = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** A toy, to be run through and to be searched. */
function toy(file: string, make: (exports: Record<string, any>) => System): Subject {
  const accesses = new Accesses();
  const at = place(`toys/${file}.ts`);
  const system = make(loadWith(at, openedTexts(at), new Map([[place("toys/shared.ts"), accesses.accessor]])));
  const implementation = system.implementation();
  const model = system.model();
  return { pair: new Pair(system), walked: { loop: new Pair(system, { implementation, model }), sides: [implementation, model], accesses } };
}

function toyUniverse(system: string, config: { readonly cores: number }, commands: Universe["commands"]): Universe {
  return { world: { system, name: "toy", profile: "plain", config, before: [], commands }, cores: config.cores, commands };
}

/** A mutant in a small world of its system. */
function mutantIn(id: string, worldName: string): { readonly universe: Universe; readonly subject: Subject } {
  const { system, texts } = planted(id);
  const world = system.worlds!().find((one) => one.name === worldName)!;
  return { universe: universeOf(system, world), subject: { pair: new Pair(system, { implementation: implementationWith(system.name, texts) }), walked: walkedPair(system, texts) } };
}

const adds = (...amounts: number[]): Universe["commands"] => () => amounts.map((amount): Command => ({ kind: "add", counter: 0, amount }) as Command);

describe("the smallest case of a universe", () => {
  test("of toys it is the one that is known, and nothing is found where there is nothing", () => {
    const counter = toyUniverse("counter", { cores: 2, counters: 1 } as never, adds(1, 2));
    const lost = smallest(counter, toy("counter", (exports) => exports.counterSystem({ fault: "lost update" })));
    expect(lost).toMatchObject({ proved: true, excluded: 1, found: { operations: 2, switches: 1 }, any: { operations: 2, switches: 1 } });
    // Two fives make a full ten, on which the third is added wrongly.
    const sum = smallest(toyUniverse("counter", { cores: 2, counters: 1 } as never, adds(5)), toy("counter", (exports) => exports.counterSystem({ fault: "wrong sum" })));
    expect(sum).toMatchObject({ proved: true, excluded: 2, found: { operations: 3, switches: 0 } });
    const right = smallest(counter, toy("counter", (exports) => exports.counterSystem()), { operationsMax: 3 });
    expect(right).toMatchObject({ proved: true, excluded: 3, found: undefined, any: undefined });
    const transfers: Universe["commands"] = () => [[0, 1], [1, 0]].map(([from, to]): Command => ({ kind: "transfer", from, to, amount: 1 }) as Command);
    const crossed = smallest(toyUniverse("lock", { cores: 2, accounts: 2 } as never, transfers), toy("lock", (exports) => exports.lockSystem({ fault: "wrong order" })));
    expect(crossed).toMatchObject({ proved: true, excluded: 1, found: { operations: 2, switches: 1 } });
  });

  test("out of time it is not called proved, and how far the proof came is said", () => {
    let asked = 0;
    const { universe, subject } = mutantIn("QUOTA-7/does-not-look-again", "giving back");
    const early = smallest(universe, subject, { late: () => ++asked > 200 });
    expect(early).toMatchObject({ proved: false, found: undefined });
    expect(early.excluded).toBeLessThan(2);
  });

  test.each([
    ["QUOTA-4/whole-chunk", "giving back"],
    ["PORT-17/takes-a-slot", "deterministic"],
    ["QUOTA-5/deny-takes", "giving back"],
    ["RSS-3/stale-table", "hashed"],
  ])("the fewest switches are those that a walk through every schedule of so many finds (%s)", (id, world) => {
    const { universe, subject } = mutantIn(id, world);
    let failing = 0;
    for (const list of [...listsOf(universe, 2)].filter(([one, other]) => one.core !== other.core).filter((_, at) => at % 5 === 0)) {
      const one = caseIn(universe, list);
      const walk = new Walk(subject.walked);
      walk.open(one, 0);
      const fails = new Search(walk, { reduced: true }).run().failures.map(({ failure }) => signature(failure));
      const found = least(new Walk(subject.walked), one);
      expect(found.found !== undefined).toBe(fails.length > 0);
      const most = Math.min(2, found.found === undefined ? 2 : found.switches);
      const seen = new Set<number>();
      const strategy = new Departures(most);
      do {
        const result = subject.pair.run(one, { strategy, wholeAlways: true });
        if (result.failure !== undefined) seen.add(result.switches);
      } while (strategy.next());
      if (found.found === undefined || found.switches > 2) expect([...seen]).toEqual([]);
      else {
        failing++;
        expect(Math.min(...seen)).toBe(found.switches);
        expect(subject.pair.run(found.found, { wholeAlways: true })).toMatchObject({ switches: found.switches, skippedDeviations: 0 });
        expect(least(new Walk(subject.walked), one, { most: found.switches - 1 }).found).toBeUndefined();
      }
    }
    expect(failing).toBeGreaterThan(0);
  });
});

describe("minima", () => {
  const budget = { seed: 3, cases: 3, proofSeconds: 60 };

  test("at least 30 mutants of all systems are listed, each once, in a world of its system", () => {
    expect(new Set(minimaExam.map(({ id }) => id)).size).toBe(minimaExam.length);
    expect(minimaExam.length).toBeGreaterThanOrEqual(30);
    const examined = minimaExam.map(({ id, world }) => {
      const system = systemByName(mutants.find((mutant) => mutant.id === id)!.system)!;
      expect(system.worlds!().map(({ name }) => name), id).toContain(world);
      return system.name;
    });
    expect(new Set(examined)).toEqual(new Set(systems.map(({ name }) => name)));
  });

  test("the smallest are proved, what is shrunk is at most twice as large, and the report has its shape", () => {
    const folder = ownFolder();
    const written: string[] = [];
    const out = vi.spyOn(process.stdout, "write").mockImplementation((text) => written.push(String(text)) > 0);
    const err = vi.spyOn(process.stderr, "write").mockImplementation(() => true);
    try {
      const json = join(folder, "minima.json");
      expect(minimaCommand(["QUOTA-4/whole-chunk", "QUOTA-9/stale-record", "PORT-17/takes-a-slot", "SLAB-3/not-the-chosen", "RSS-3/stale-table"], { cases: "3", json })).toBe(0);
      const report = Schema.decodeUnknownSync(MinimaReport)(JSON.parse(readFileSync(json, "utf8")));
      expect(report).toMatchObject({ proved: 5, slipped: 0, changedAgain: 0 });
      expect(report.mutants.map(({ minimum }) => minimum!.operations + minimum!.switches)).toEqual(report.mutants.map(({ id }) => ({ "QUOTA-9/stale-record": 4 })[id] ?? 3));
      expect(stripVTControlCharacters(written.join("")).replace(/\s+/g, " ")).toContain("5 of 5 minima proved");
    } finally {
      out.mockRestore();
      err.mockRestore();
    }
  });

  test("shrink: what is left keeps the order in which it ran, where a fault hangs on whose turn it is (RSS-5/turn-stays)", () => {
    const measured = minimumOf("RSS-5/turn-stays", "least loaded", { seed: 1, cases: 4, proofSeconds: 60 });
    expect(judge([measured])).toMatchObject({ proved: 1, cases: 4, good: true, slipped: 0, changedAgain: 0 });
  });

  test("a shrinker that does nothing is not good enough, nor one that slips, and nothing measured is not good", () => {
    const lazy = minimumOf("QUOTA-4/whole-chunk", "giving back", budget, (_system, one) => one);
    expect(lazy.least.proved).toBe(true);
    expect(judge([lazy])).toMatchObject({ proved: 1, cases: 3, good: false, slipped: 0, changedAgain: 0 });
    const hasty = minimumOf("QUOTA-4/whole-chunk", "giving back", budget, (_system, one) => ({ ...one, events: [], deviations: [] }));
    expect(judge([hasty])).toMatchObject({ good: false, slipped: 3 });
    let turns = 0;
    const fickle = minimumOf("QUOTA-4/whole-chunk", "giving back", budget, (_system, one) => ({ ...one, seed: ++turns }));
    expect(judge([fickle])).toMatchObject({ good: false, changedAgain: 3 });
    expect(judge([])).toMatchObject({ good: false });
  });

  test.each([
    [["QUOTA-99"], {}, /mutant: expected the id/],
    [[], { cases: "0" }, /--cases: expected a whole number/],
  ])("what cannot be is refused (%j %j)", (ids, options, message) => {
    expect(() => minimaCommand(ids, options)).toThrow(message);
  });
});
