/**
 * Steps a second of the search through every schedule, of the model alone, against the verifier that spin makes of `spin/port-quota.pml`: the same operations and the same model, written in Promela.
 *
 * Both searches are full: no reduction, every free choice tried, every state stored exactly. A test compares what they find: as many states, as many steps, the same views
 * where nothing can move any more. Ours besides asks for the invariants after every step, and for the obligations in every final state; spin's model has none of these.
 * Time is that of the processor. Spin's verifier is started again and again until a second has passed; being started is counted with it.
 */
import { readFileSync } from "node:fs";
import type { Case } from "../../engine/case.ts";
import type { System } from "../../engine/contract.ts";
import { Search, type Searched } from "../../engine/explore/search.ts";
import { Walk } from "../../engine/explore/walk.ts";
import { walkedModel } from "../../systems/sources.ts";
import { median, overRounds, stopwatch, type BenchRow, type Measured, type Sizes } from "./row.ts";
import { missingForSpin, Verifier } from "./spin/verifier.ts";
import { spinCase } from "./spin/scope.ts";

/** The model in Promela. */
export function promelaModel(): string {
  return readFileSync(new URL("./spin/port-quota.pml", import.meta.url), "utf8");
}

const roundsMax = 5;
/** Of the states of the search; 600 cases are more than there are. */
const statesForEach = 50;
/** Milliseconds that spin is to work in a round. */
const spinMsForEach = 1000 / 600;

/** The full search of a case from its first step on, to its end or to so many states; throws where something fails. The walk stands in any state afterwards. */
export function searchFully(walk: Walk, one: Case, statesMax?: number): Searched {
  const failure = walk.open(one, 0, false);
  const found = new Search(walk, { reduced: false, everyDraw: true, statesMax }).run();
  if (failure !== undefined || found.failures.length > 0) throw new Error(`the bench's own scope fails: ${(failure ?? found.failures[0].failure).found}`);
  return found;
}

function measure(system: System, { rounds, cases }: Sizes): readonly Measured[] {
  const missing = missingForSpin();
  const walk = new Walk(walkedModel(system));
  const one = spinCase();
  const statesMax = cases * statesForEach;
  const ours: number[] = [];
  const spins: number[] = [];
  let found = searchFully(walk, one, Math.ceil(statesMax / 10));
  const verifier = missing === undefined ? new Verifier(promelaModel(), false) : undefined;
  try {
    const { transitions = 0 } = verifier?.verify() ?? {};
    // The shell's clock of processors ticks a hundred times a second.
    const times = verifier === undefined ? 0 : Math.ceil((cases * spinMsForEach) / Math.max(10, verifier.processorMs(1)));
    for (let round = 0; round < Math.min(rounds, roundsMax); round++) {
      const passed = stopwatch();
      found = searchFully(walk, one, statesMax);
      ours.push((found.transitions * 1000) / passed());
      if (verifier !== undefined) spins.push((transitions * times * 1000) / Math.max(10, verifier.processorMs(times)));
    }
  } finally {
    verifier?.remove();
  }
  const of = { row: "explore", system: system.name };
  const counted = { states: found.states, transitions: found.transitions };
  if (missing !== undefined) return [{ ...of, text: `steps a second of the full search of the model alone; ${missing}, so they are compared with nothing`, aim: undefined, reached: median(ours), unit: "/s", parts: counted }];
  return [
    {
      ...of,
      text: "steps a second of the full search of the model alone against spin's verifier",
      aim: { bound: "least", value: 1 },
      reached: overRounds({ ours, spin: spins }, (rate) => rate.ours / rate.spin),
      unit: "×",
      parts: { ours: median(ours), spin: median(spins), ...counted },
    },
  ];
}

export const exploreRow: BenchRow = { name: "explore", systems: ["port-quota"], measure };
