/**
 * Two sides between which some columns of the view are not compared: both read 0 there, one entry at a time and all at once, so that no difference, no undeclared write and no digest can come
 * of them. Made round the sides and not within the comparison, which so knows nothing of it and costs what it did.
 */
import type { Column, Model, Setup, Side, System } from "../contract.ts";
import type { Sides } from "../pair.ts";

/** Whether a column is left out. */
export type Ignored = (column: Column) => boolean;

/** These programs (the system's own where none are given), blind to the columns that `ignored` names. */
export function blindTo(system: System, ignored: Ignored, sides: Sides = {}): Sides {
  const implementation = sides.implementation ?? system.implementation();
  const model = sides.model ?? system.model();
  return { ...sides, implementation: blindSide(system, ignored, implementation), model: blindModel(system, ignored, model) };
}

function blindModel(system: System, ignored: Ignored, model: Model): Model {
  return {
    ...blindSide(system, ignored, model),
    judge: (slot, said, witnessAt, moved) => model.judge(slot, said, witnessAt, moved),
    invariants: (found) => model.invariants(found),
    obligations: (found) => model.obligations(found),
  };
}

function blindSide(system: System, ignored: Ignored, side: Side): Side {
  let hidden = new Uint8Array(0);
  return {
    open(setup) {
      hidden = hiddenEntries(system, ignored, setup);
      side.open(setup);
    },
    start: (task) => side.start(task),
    move: (slot, moved) => side.move(slot, moved),
    ...(side.apply && { apply: (fault, moved) => side.apply!(fault, moved) }),
    read: (entry) => (hidden[entry] === 1 ? 0 : side.read(entry)),
    scan(into) {
      if (side.scan !== undefined) side.scan(into);
      else for (let entry = 0; entry < hidden.length; entry++) into[entry] = side.read(entry);
      for (let entry = 0; entry < hidden.length; entry++) if (hidden[entry] === 1) into[entry] = 0;
    },
    ...(side.close && { close: () => side.close!() }),
  };
}

/** By entry: 1 where it is of an ignored column. */
function hiddenEntries(system: System, ignored: Ignored, setup: Setup): Uint8Array<ArrayBuffer> {
  const { base, columns, size } = system.view(setup.config, setup.profile);
  const hidden = new Uint8Array(size);
  columns.forEach((column, n) => {
    if (ignored(column)) hidden.fill(1, base[n], base[n] + column.size);
  });
  return hidden;
}
