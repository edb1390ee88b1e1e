/**
 * What checking costs: the same cases, with the same steps, run three times: on both sides and compared, on the model alone, on the implementation alone.
 *
 * - *checked*: as a campaign runs a case: every stage judged, declared entries and now and then the whole view compared, invariants, obligations, digest. Not
 *   counted is what a campaign does besides: drawing cases, choosing steps, running every n-th case watched or a second time.
 * - *model alone*: the engine's loop, the model drawing its own choices, with its invariants and obligations.
 * - *implementation alone*: the engine's loop and one stage a step, nothing judged or compared.
 *
 * A case of 60 operations is a measure of operations, as cases differ in length: operations ÷ 60.
 */
import type { Case } from "../../engine/case.ts";
import type { System } from "../../engine/contract.ts";
import { caseOfPlan, type Plan } from "../../engine/campaign/plan.ts";
import { Alone, Pair } from "../../engine/run.ts";
import { strategyByName } from "../../engine/strategy/index.ts";
import { ratesOf } from "./apart.ts";
import { medians, overRounds, type BenchRow, type Measured, type Sizes, type Work } from "./row.ts";

/** Operations of a case as the aim counts them. */
const operationsOfCase = 60;

/** Cases of a campaign as a strategy really ran them, so that all can repeat the same steps. */
function casesAsRun(system: System, pair: Pair, count: number): Case[] {
  const plan: Plan = { system: system.name, seed: 7, profile: "", size: 56, strategy: "mixture", poisonEvery: 0, disciplineEvery: 0 };
  const strategy = strategyByName("mixture");
  return Array.from({ length: count }, (_, index) => pair.run(caseOfPlan(system, plan, index), { strategy }).ran());
}

function running(side: Pair | Alone, cases: readonly Case[]): Work {
  return () => {
    let operations = 0;
    for (const one of cases) operations += side.run(one).operations;
    return operations / operationsOfCase;
  };
}

/** Cases of 60 operations are the units; they are given the cases. */
export const competitors = {
  checked: (system: System, _sizes: Sizes, cases: unknown): Work => running(new Pair(system), cases as Case[]),
  modelAlone: (system: System, _sizes: Sizes, cases: unknown): Work => running(new Alone(system, "model"), cases as Case[]),
  implementationAlone: (system: System, _sizes: Sizes, cases: unknown): Work => running(new Alone(system, "implementation"), cases as Case[]),
};

async function measure(system: System, sizes: Sizes): Promise<readonly Measured[]> {
  const rates = await ratesOf("checking", ["checked", "modelAlone", "implementationAlone"], system.name, sizes, casesAsRun(system, new Pair(system), sizes.cases));
  const parts = medians(rates);
  const of = { row: "checking", system: system.name, parts };
  const alone = overRounds(rates, (rate) => 1 / rate.checked / (1 / rate.modelAlone + 1 / rate.implementationAlone));
  return [
    { ...of, text: `checked cases of ${operationsOfCase} operations a second, one core`, aim: { bound: "least", value: 5000 }, reached: parts.checked, unit: "/s" },
    { ...of, text: "time checked ÷ (implementation stepped alone + model alone)", aim: { bound: "most", value: 2 }, reached: alone, unit: "×" },
    { ...of, text: "time checked ÷ implementation stepped alone, unchecked", aim: undefined, reached: overRounds(rates, (rate) => rate.implementationAlone / rate.checked), unit: "×" },
  ];
}

export const checkingRow: BenchRow = { name: "checking", systems: [], measure };
