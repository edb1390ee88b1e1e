import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { patchTexts } from "../harness/engine/loader/patch.ts";
import { huntModel } from "../harness/mutants/hunt-model.ts";
import { modelMutants, type ModelMutant } from "../harness/mutants/models.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const casesMax = 150;
const of = (id: string): ModelMutant => modelMutants.find((one) => one.id === id)!;

describe("mutants of the models", () => {
  it.each(modelMutants.filter((one) => one.weaker === undefined).map((one) => one.id))("MUTANTS: %s parts from the implementation", (id) => {
    expect(huntModel(of(id), casesMax)).toMatchObject({ verdict: "caught" });
  });

  // A weaker model takes as many cases as it is given; `tandem mutants --kind model` hunts all of them with more.
  it.each([
    ["model/QUOTA-13/unasked", { verdict: "invariant broken", rules: ["QUOTA-13"], found: "it goes by in 150 cases" }],
    ["model/PORT-6/any-place", { verdict: "diverges", rules: ["PORT-6"], observable: expect.stringMatching(/^PORT-6\//) }],
    ["model/PORT-25/unasked", { verdict: "invariant broken", rules: ["PORT-25"], found: "it fails under PORT-8 only" }],
    ["model/PAIR-4/unasked", { verdict: "obligation missed", rules: ["PAIR-4"], found: "it goes by in 150 cases" }],
  ])("MUTANTS: %s judges too little: a fault goes by that is caught otherwise", (id, failure) => {
    expect(huntModel(of(id), casesMax)).toMatchObject({ verdict: "caught", failure });
  });

  it("MUTANTS: a weaker model that lets nothing by survives, and so does one that says the same in other words", () => {
    const words = { find: "ledger.held > 0 && ledger.free > ledger.chunk", replace: "ledger.free > ledger.chunk && ledger.held > 0" };
    expect(huntModel({ ...of("model/QUOTA-7/at-the-chunk"), ...words }, 50)).toMatchObject({ verdict: "survives", cases: 50 });
    expect(huntModel({ ...of("model/QUOTA-13/unasked"), ...words, file: "model/quota/release.ts" }, 50)).toMatchObject({ verdict: "survives" });
  });

  it("MUTANTS: every mutant of a model is met once in its source, and so is the fault it lets by; ids are unique; ten of each model", () => {
    for (const one of modelMutants)
      for (const { file, find, replace } of [one, ...(one.alike === undefined ? [] : Object.values(one.alike))]) expect(patchTexts([{ file: root + file, find, replace }]), `${one.id} in ${file}`).toMatchObject({ ok: true });
    expect(huntModel({ ...of("model/QUOTA-3/one-more"), find: "nothing like it" }, 1)).toMatchObject({ verdict: "stale", stale: { met: 0 } });
    expect(new Set(modelMutants.map((one) => one.id)).size).toBe(modelMutants.length);
    for (const system of ["quota", "port-allocation", "port-quota"]) expect(modelMutants.filter((one) => one.system === system).length).toBeGreaterThanOrEqual(10);
  });
});
