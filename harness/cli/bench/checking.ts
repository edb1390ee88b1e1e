/** What checking costs: cases run on both sides and compared, against each side by itself. Drawing the cases is not counted. */
import type { Case } from "../../engine/case.ts";
import type { System } from "../../engine/contract.ts";
import { caseOfPlan, type Plan } from "../../engine/campaign/plan.ts";
import { Alone, Pair } from "../../engine/run.ts";
import { strategyByName } from "../../engine/strategy/index.ts";
import { median, overRounds, rates, type BenchRow, type Measured, type Sizes } from "./row.ts";

/** Operations of a case as the aim counts them. */
const operationsOfCase = 60;

/** Cases of a campaign as a strategy really ran them, so that all sides can repeat the same steps. */
export function casesAsRun(system: System, pair: Pair, count: number): Case[] {
  const plan: Plan = { system: system.name, seed: 7, profile: "", size: 56, strategy: "mixture", poisonEvery: 0, disciplineEvery: 0 };
  const strategy = strategyByName("mixture");
  return Array.from({ length: count }, (_, index) => pair.run(caseOfPlan(system, plan, index), { strategy }).ran());
}

function measure(system: System, { rounds, cases }: Sizes): readonly Measured[] {
  const pair = new Pair(system);
  const model = new Alone(system, "model");
  const implementation = new Alone(system, "implementation");
  const ran = casesAsRun(system, pair, cases);
  const runs = (side: Pair | Alone) => (): number => {
    let operations = 0;
    for (const one of ran) operations += side.run(one).operations;
    return operations / operationsOfCase;
  };
  const found = rates(rounds, [runs(pair), runs(model), runs(implementation)]);
  const [checked, modelAlone, implementationAlone] = found.map(median);
  const parts = { checked, modelAlone, implementationAlone };
  const of = { row: "checking", system: system.name, parts };
  return [
    { ...of, text: `checked cases of ${operationsOfCase} operations a second, one core`, aim: { bound: "least", value: 5000 }, reached: checked, unit: "/s" },
    { ...of, text: "time checked ÷ (implementation stepped alone + model alone)", aim: { bound: "most", value: 2 }, reached: overRounds(found, ([c, m, i]) => 1 / c / (1 / m + 1 / i)), unit: "×" },
    { ...of, text: "time checked ÷ implementation stepped alone, unchecked", aim: undefined, reached: overRounds(found, ([c, , i]) => i / c), unit: "×" },
  ];
}

export const checkingRow: BenchRow = { name: "checking", systems: [], measure };
