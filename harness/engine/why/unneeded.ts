/**
 * Events that a slice takes in and the failure does not need: a model without indexes reads a whole table to find one row, so it seems to depend on whoever wrote any row. Each
 * is taken out, with all that refers to it, and the rest run in the order of the failing run; it is not needed if the case then fails the same way in the same task.
 */
import type { Case } from "../case.ts";
import type { System } from "../contract.ts";
import { withDependants } from "../shrink/candidates.ts";
import { InOrder } from "../shrink/in-order.ts";
import { spliced } from "../shrink/schedules.ts";
import { signature, type Failure } from "../verdict.ts";
import type { Runs } from "./runs.ts";

/** Ids of the events among `asked` that can be taken out together; the last are tried first. `order`: ids of what moved, step by step. */
export function unneededOf(system: System, one: Case, order: readonly string[], failure: Failure, asked: ReadonlySet<string>, runs: Runs): Set<string> {
  const gone = new Set<string>();
  let left = { one, order };
  for (const { id } of one.events.toReversed()) {
    if (!asked.has(id) || gone.has(id)) continue;
    const at = left.one.events.findIndex((event) => event.id === id);
    const without = withDependants(left.one, at, system);
    const smaller = spliced(left.one, left.order, without);
    const found = runs.run(smaller.one, { strategy: new InOrder(smaller.order) })?.failure;
    if (found === undefined || found.task !== failure.task || signature(found) !== signature(failure)) continue;
    for (const position of without) gone.add(left.one.events[position].id);
    left = { one: smaller.one, order: [...smaller.order] };
  }
  return gone;
}
