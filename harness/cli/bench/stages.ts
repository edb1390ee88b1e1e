/** The fast program of port allocation against the same work written out by hand, and against sets and maps. */
import { Moved } from "../../engine/contract.ts";
import { PortEngine } from "../../../impl/port-allocation/index.ts";
import type { Allocate, PortConfig } from "../../../spec/port-allocation/terms.ts";
import type { Setup } from "../../../spec/side.ts";
import type { System } from "../../engine/contract.ts";
import { Churn, fullTable, fullTableProfile, startOf, type Allocator } from "./churn.ts";
import { InlinedPorts } from "./inlined.ts";
import { median, overRounds, rates, type BenchRow, type Measured, type Sizes } from "./row.ts";
import { SetPorts } from "./set-ports.ts";

const setup: Setup<PortConfig> = { config: fullTable, profile: fullTableProfile, taskCountMax: 64, draw: startOf, nowMs: () => 0, footprint: false, poison: 0 };

/** The rows of stages, run straight through as in production; each core has one record. */
class StagedPorts implements Allocator {
  readonly #engine = new PortEngine();
  readonly #moved = new Moved();
  constructor() {
    this.#engine.open(setup);
  }
  allocate(core: number, command: Allocate): number {
    this.#engine.beginAllocateOne(core, core, command);
    this.#moved.clear();
    this.#engine.runThrough(core, this.#moved);
    return this.#engine.givenPort(core);
  }
  free(core: number, port: number): void {
    this.#engine.beginFreeOne(core, core, port);
    this.#moved.clear();
    this.#engine.runThrough(core, this.#moved);
  }
}

/** Pairs of free and allocate in a round, for each case of the other rows. */
const pairsForEach = 250;

function measure(_system: System, { rounds, cases }: Sizes): readonly Measured[] {
  const pairs = cases * pairsForEach;
  const staged = new Churn(new StagedPorts(), pairs);
  const inlined = new Churn(new InlinedPorts(setup), pairs);
  const sets = new Churn(new SetPorts(setup), pairs);
  const found = rates(rounds, [() => staged.round(), () => inlined.round(), () => sets.round()]);
  const [stagedRate, inlinedRate, setsRate] = found.map(median);
  const of = { row: "stages", system: "port-allocation", parts: { staged: stagedRate, inlined: inlinedRate, sets: setsRate } };
  return [
    { ...of, text: "time of allocate + free in stages ÷ inlined by hand", aim: { bound: "most", value: 1.3 }, reached: overRounds(found, ([s, i]) => i / s), unit: "×" },
    { ...of, text: "allocate + free a second against sets and maps of numbers, full table", aim: undefined, reached: overRounds(found, ([s, , m]) => s / m), unit: "×" },
  ];
}

export const stagesRow: BenchRow = { name: "stages", systems: ["port-allocation"], measure };
