import { describe, expect, test } from "vitest";
import { huntByHand } from "../harness/mutants/hunt.ts";
import { canary, mutants } from "../harness/mutants/index.ts";
import { systems } from "../harness/systems/index.ts";

/** Enough for the most hidden of them: see `tandem mutants` for medians. */
const budget = { seeds: 1, casesMax: 1500 };

/** No fault that only this rule forbids has been found yet. */
const withoutMutant = ["PORT-18", "PORT-22"];

describe("mutants", () => {
  test("mutants: the canary is caught, and a mutant whose text is gone is stale", () => {
    expect(huntByHand(canary, { seeds: 1, casesMax: 50 }).verdict).toBe("caught");
    expect(huntByHand({ ...canary, find: "no such text" }, { seeds: 1, casesMax: 1 }).verdict).toBe("stale");
  });

  test.each(mutants.map((mutant) => [mutant.id, mutant] as const))("%s: is caught under its own rule", (_, mutant) => {
    const hunted = huntByHand(mutant, budget);
    expect(hunted.verdict, hunted.failure && JSON.stringify(hunted.failure)).toBe("caught");
  });

  test("mutants: every rule has one, but for those that are named", () => {
    const rules = new Set(systems.flatMap((system) => system.rules.map((rule) => rule.id)));
    for (const mutant of mutants) rules.delete(mutant.rule);
    expect([...rules]).toEqual(withoutMutant);
  });

  test("mutants: ids are unique", () => {
    expect(new Set(mutants.map((mutant) => mutant.id)).size).toBe(mutants.length);
  });
});
