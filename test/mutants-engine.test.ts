import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { patchTexts } from "../harness/engine/loader/patch.ts";
import { engineMutants, type EngineMutant } from "../harness/mutants/engine.ts";
import { huntEngine } from "../harness/mutants/exam.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const mutant = (id: string): EngineMutant => engineMutants.find((one) => one.id === id)!;

describe("mutants of the engine", () => {
  // The others take a minute more: `tandem mutants --kind engine` hunts all of them.
  it.each([
    ["engine/undeclared", "WHOLE: what both sides change alike without a word is found too"],
    ["engine/clean", "POISON: what depends on poisoned memory alone is found"],
    ["engine/lost", "REPLAY: what ran, written and read, runs the same again (counter)"],
    ["engine/any-order", "NET: a channel delivers in order"],
    ["engine/any-failure", "shrink: no part of the smallest case of the register can be taken out, and shrinking again changes nothing"],
  ])("MUTANTS: %s is caught by a claim on toys", (id, claim) => {
    expect(huntEngine(mutant(id))).toMatchObject({ verdict: "caught", failure: { rules: [mutant(id).rule], expected: claim } });
  });

  it("MUTANTS: a change of the engine that changes nothing survives", () => {
    const harmless = { ...mutant("engine/blocked"), find: "const stamp = this.#first + slot;", replace: "const stamp = slot + this.#first;" };
    expect(huntEngine(harmless)).toMatchObject({ verdict: "survives", cases: 5 });
  });

  it("MUTANTS: every mutant of the engine is met once in its source, and ids are unique", () => {
    const stale = engineMutants.filter(({ file, find, replace }) => !patchTexts([{ file: root + file, find, replace }]).ok);
    expect(stale.map((one) => one.id)).toEqual([]);
    expect(huntEngine({ ...mutant("engine/end"), find: "nothing like it" })).toMatchObject({ verdict: "stale", stale: { met: 0 } });
    expect(new Set(engineMutants.map((one) => one.id)).size).toBe(engineMutants.length);
    expect(engineMutants.length).toBeGreaterThanOrEqual(20);
  });
});
