/** How long it takes to shrink a failure of fifty operations: faults are planted in port allocation, found, and shrunk. */
import { fileURLToPath } from "node:url";
import type { Case } from "../../engine/case.ts";
import { caseOfPlan, type Plan } from "../../engine/campaign/plan.ts";
import type { System } from "../../engine/contract.ts";
import { patchTexts } from "../../engine/loader/patch.ts";
import { Pair } from "../../engine/run.ts";
import { sameFailure } from "../../engine/shrink/oracle.ts";
import { shrink } from "../../engine/shrink/shrink.ts";
import { strategyByName } from "../../engine/strategy/index.ts";
import { signature } from "../../engine/verdict.ts";
import { mutants } from "../../mutants/index.ts";
import { implementationWith } from "../../systems/sources.ts";
import { median, stopwatch, type BenchRow, type Measured, type Sizes } from "./row.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
/** Faults that take a while to show: in the order of the hand-over list, in returning a chunk, in the search. */
const planted = ["PORT-9/last-come", "PORT-8/global-bit", "PORT-6/last-bit"];
const searchedMax = 3000;

interface Failing {
  readonly case: Case;
  readonly signature: string;
}

function brokenPair(system: System, id: string): Pair {
  const mutant = mutants.find((one) => one.id === id);
  const patched = patchTexts(mutant === undefined ? [] : [{ file: root + mutant.file, find: mutant.find, replace: mutant.replace }]);
  if (mutant === undefined || !patched.ok) throw new Error(`the bench plants ${id}, which is not in harness/mutants or no longer fits its text`);
  return new Pair(system, { implementation: implementationWith(system.name, patched.texts) });
}

/** Cases that fail after 45 to 55 operations, as they ran; at most `count`. */
function failing(system: System, pair: Pair, count: number): Failing[] {
  const plan: Plan = { system: system.name, seed: 11, profile: "", size: 56, strategy: "mixture", poisonEvery: 0, disciplineEvery: 0 };
  const strategy = strategyByName("mixture");
  const found: Failing[] = [];
  for (let index = 0; index < searchedMax && found.length < count; index++) {
    const result = pair.run(caseOfPlan(system, plan, index), { strategy });
    if (result.failure === undefined || result.operations < 45 || result.operations > 55) continue;
    found.push({ case: result.ran(), signature: signature(result.failure) });
  }
  return found;
}

function measure(system: System, { rounds }: Sizes): readonly Measured[] {
  const times: number[] = [];
  const left: number[] = [];
  const tried: number[] = [];
  for (const id of planted) {
    const pair = brokenPair(system, id);
    const cases = failing(system, pair, rounds + 1);
    cases.forEach((one, at) => {
      const passed = stopwatch();
      const result = shrink(one.case, sameFailure(pair, one.signature), system);
      const ms = passed();
      if (at === 0 && cases.length > 1) return;
      times.push(ms);
      left.push(result.case.events.length);
      tried.push(result.tried);
    });
  }
  return [
    {
      row: "shrinking",
      system: system.name,
      text: "shrinking a failure of 50 operations to one that is one-minimal",
      aim: { bound: "most", value: 100 },
      reached: median(times),
      unit: "ms",
      parts: { failures: times.length, slowest: Math.max(...times), eventsLeft: median(left), candidates: median(tried) },
    },
  ];
}

export const shrinkingRow: BenchRow = { name: "shrinking", systems: ["port-allocation"], measure };
