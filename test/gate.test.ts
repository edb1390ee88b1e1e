/** What a list of faults must keep to, for all of its faults and not only for those that the other tests hunt: a build fails for each that does not. */
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readSource } from "../harness/engine/loader/load.ts";
import { patchTexts } from "../harness/engine/loader/patch.ts";
import { generateMutants } from "../harness/engine/mutate/generate.ts";
import { huntMutant } from "../harness/engine/mutate/hunt.ts";
import { equivalents } from "../harness/mutants/equivalent/index.ts";
import { suspectOf } from "../harness/mutants/hunt.ts";
import { canary, mutants, plainest } from "../harness/mutants/index.ts";
import type { Mutant } from "../harness/mutants/types.ts";
import { systemByName, systems } from "../harness/systems/index.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const casesMax = 3000;

/** Undefined: it is caught under its own rule. */
function otherwise({ file, find, id, replace, rule, system }: Mutant): string | undefined {
  const patches = patchTexts([{ file: root + file, find, replace }]);
  if (!patches.ok) return `${id} is stale`;
  for (const seed of [1, 2, 3]) {
    const { underRule, unloaded } = huntMutant(systemByName(system)!, suspectOf(system, file, patches.texts), { seed, casesMax: casesMax / 3, rule });
    if (unloaded !== undefined) return `${id} is not loaded: ${unloaded}`;
    if (underRule) return undefined;
  }
  return `${id} is not caught under its rule in ${casesMax} cases`;
}

describe("gate", () => {
  test("gate: every mutant is met once in its source, the canary too", () => {
    const stale = [canary, ...mutants].filter(({ file, find, replace }) => !patchTexts([{ file: root + file, find, replace }]).ok);
    expect(stale.map((one) => one.id)).toEqual([]);
  });

  test("gate: every entry of the lists of equivalents fits as many generated mutants as it says", () => {
    const stale = [...new Set(equivalents.map((one) => one.file))].flatMap((file) => {
      const generated = generateMutants(file, readSource(root + file));
      return equivalents.filter((one) => one.file === file && generated.filter((mutant) => mutant.before === one.before && mutant.after === one.after).length < (one.times ?? 1));
    });
    expect(stale).toEqual([]);
  });

  // The plainest of each rule, the canary and the rules that have no mutant at all: `mutants.test.ts`.
  test.each(systems.map((system) => system.name))("gate: the other mutants of %s are caught under their own rules", { timeout: 300_000 }, (name) => {
    const others = mutants.filter((mutant) => mutant.system === name && !plainest.includes(mutant));
    expect(others.map(otherwise).filter((one) => one !== undefined)).toEqual([]);
  });
});
