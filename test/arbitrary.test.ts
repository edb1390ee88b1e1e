import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { caseArbitrary, conforms, type CheckedCase } from "../harness/engine/arbitrary.ts";
import { Pair } from "../harness/engine/run.ts";
import { signature } from "../harness/engine/verdict.ts";
import { systems } from "../harness/systems/index.ts";
import { counterSystem } from "./toys/counter.ts";
import { registerSystem } from "./toys/register.ts";

describe("arbitrary", () => {
  test.each(systems.map((system) => [system.name, system] as const))("arbitrary: %s conforms as a fast-check property", (_, system) => {
    fc.assert(fc.property(caseArbitrary(system), conforms), { numRuns: 60, seed: 1 });
  });

  test("arbitrary: fast-check's counterexample is the engine's smallest case, and replays", () => {
    const system = counterSystem({ fault: "lost update" });
    const details = fc.check(fc.property(caseArbitrary(system), conforms), { numRuns: 200, seed: 4 });
    expect(details.failed).toBe(true);
    const [smallest] = details.counterexample as [CheckedCase];
    expect(smallest.case.events.length).toBe(2);
    expect(smallest.case.deviations.length).toBe(1);
    const again = new Pair(system).run(JSON.parse(JSON.stringify(smallest.case)));
    expect(signature(again.failure!)).toBe(signature(smallest.failure!));
    expect(String((details.errorInstance as Error).message)).toContain(JSON.stringify(smallest.case));
  });

  test("arbitrary: shrinking keeps the failure that was found, whatever else a smaller case might break", () => {
    const system = registerSystem({ fault: "older wins" });
    const arbitrary = caseArbitrary(system, { size: 30 });
    for (let seed = 0; seed < 12; seed++) {
      const details = fc.check(fc.property(arbitrary, conforms), { numRuns: 60, seed });
      if (!details.failed) continue;
      const first = fc.sample(arbitrary, { numRuns: details.numRuns, seed }).find((checked) => checked.failure !== undefined)!;
      const [smallest] = details.counterexample as [CheckedCase];
      expect(signature(smallest.failure!)).toBe(signature(first.failure!));
    }
  });

  test("arbitrary: the same seed draws the same cases", () => {
    const draw = (): string => JSON.stringify(fc.sample(caseArbitrary(counterSystem()), { numRuns: 5, seed: 9 }).map((checked) => checked.case));
    expect(draw()).toBe(draw());
  });
});
