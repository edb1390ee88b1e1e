/**
 * What stages cost: freeing a port and allocating one, on a table of full size that is half full.
 *
 * - *staged*: what ships: `runThrough` on the rows of stages, reporting nothing but the port given.
 * - *inlined*: the same words read and written, the same search and the same locks, in two functions written out by hand (`inlined.ts`), without a record of
 *   the operation and without the options that this configuration does not use.
 * - *sets*: the same own shares, chunks and search order with sets and maps of numbers (`set-ports.ts`).
 *
 * Given the same draws, staged and inlined give the same ports.
 */
import { Moved } from "../../engine/contract.ts";
import { PortEngine } from "../../../impl/port-allocation/index.ts";
import type { Allocate, PortConfig } from "../../../spec/port-allocation/terms.ts";
import type { Setup } from "../../../spec/side.ts";
import type { System } from "../../engine/contract.ts";
import { Churn, fullTable, fullTableProfile, startOf, type Allocator } from "./churn.ts";
import { InlinedPorts } from "./inlined.ts";
import { ratesOf } from "./apart.ts";
import { medians, overRounds, type BenchRow, type Measured, type Sizes, type Work } from "./row.ts";
import { SetPorts } from "./set-ports.ts";

const setup: Setup<PortConfig> = { config: fullTable, profile: fullTableProfile, taskCountMax: 64, draw: startOf, nowMs: () => 0, footprint: false, poison: 0 };

/** The rows of stages, run straight through as in production; each core has one record. */
export class StagedPorts implements Allocator {
  readonly #engine = new PortEngine();
  readonly #moved = new Moved();
  constructor(setup: Setup<PortConfig>) {
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
const pairsForEach = 100;

const churning = (make: (setup: Setup<PortConfig>) => Allocator) => (_system: System, { cases }: Sizes): Work => {
  const churn = new Churn(make(setup), cases * pairsForEach);
  return () => churn.round();
};

/** Pairs of free and allocate are the units. */
export const competitors = {
  staged: churning((setup) => new StagedPorts(setup)),
  inlined: churning((setup) => new InlinedPorts(setup)),
  sets: churning((setup) => new SetPorts(setup)),
};

async function measure(system: System, sizes: Sizes): Promise<readonly Measured[]> {
  const rates = await ratesOf("stages", ["staged", "inlined", "sets"], system.name, sizes);
  const of = { row: "stages", system: system.name, parts: medians(rates) };
  return [
    { ...of, text: "time of allocate + free in stages ÷ inlined by hand", aim: { bound: "most", value: 1.3 }, reached: overRounds(rates, (rate) => rate.inlined / rate.staged), unit: "×" },
    { ...of, text: "allocate + free a second against sets and maps of numbers, full table", aim: undefined, reached: overRounds(rates, (rate) => rate.staged / rate.sets), unit: "×" },
  ];
}

export const stagesRow: BenchRow = { name: "stages", systems: ["port-allocation"], measure };
