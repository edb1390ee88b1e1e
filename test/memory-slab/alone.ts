/** The model of slabs moved by hand, with its cells open to the test. Every free choice is the first of what is allowed. */
import { Moved, Next, type Task } from "../../harness/engine/contract.ts";
import { Cells } from "../../model/cells.ts";
import { MemorySlabModel } from "../../model/memory-slab/index.ts";
import { ownNumbers, type Numbering } from "../../model/numbering.ts";
import { stages, type SlabCommand, type SlabConfig } from "../../spec/memory-slab/terms.ts";
import { slabLayout, type SlabLayout } from "../../spec/memory-slab/view.ts";

/** Two cores, pages of two objects, as in the worked examples. */
export const config: SlabConfig = {
  cores: 2,
  limitPages: 4,
  initialPages: 2,
  pageUnits: 4,
  privatePages: 1,
  kinds: (["session", "shared-port-table", "configuration"] as const).map((kind) => ({ kind, units: 2 })),
  tableUnits: 2,
  localUnits: 1,
  ports: 2,
  scanMs: 1000,
};

/** What came of a row: its stages, and what its last step said. */
export interface Came {
  readonly stages: readonly string[];
  readonly last: Moved;
}

export class ModelAlone {
  readonly cells = new Cells();
  readonly layout: SlabLayout;
  readonly model: MemorySlabModel;
  readonly #at: Numbering;
  #slots = 0;

  constructor(at: Numbering = ownNumbers) {
    this.#at = at;
    this.model = new MemorySlabModel(at, this.cells);
    this.layout = slabLayout(config, at.entry);
    this.cells.open(at.entry + this.layout.size, false);
    this.model.open({ config, profile: "product", taskCountMax: 64, draw: () => 0, nowMs: () => 0, footprint: false, poison: 0 });
  }

  /** Begins an operation and moves it `steps` times, or until it is over or blocked. `of`: slot it refers to; slots count from 0. */
  run(core: number, command: SlabCommand, of = -1, steps = Infinity): Came {
    const slot = this.#slots++;
    this.model.start({ slot, id: `op${slot}`, key: slot, node: 0, core, kind: "op", cause: slot, command, body: [], of } as Task);
    return this.#moved(slot, steps);
  }
  /** The same for a row of the larger whole, begun by `begin` in a slot of its own. */
  row(begin: (slot: number) => void): Came & { readonly slot: number } {
    const slot = this.#slots++;
    begin(slot);
    return { ...this.#moved(slot, Infinity), slot };
  }

  #moved(slot: number, steps: number): Came {
    const taken: string[] = [];
    let last = new Moved();
    for (let step = 0; step < steps; step++) {
      last = new Moved();
      this.cells.begin(last);
      this.model.judgeRow(slot, undefined, 0, last);
      taken.push(...last.stages.toArray().map((stage) => stages[stage - this.#at.stage]));
      if (last.next !== Next.more) break;
    }
    return { stages: taken, last };
  }
}
