/** The sweep of a core: one session a step (NAT-13, NAT-14). */
import { Outcome, State } from "../../spec/nat-session/terms.ts";
import { Next, type Moved } from "../../spec/side.ts";
import { giveOne, heldBy } from "./give.ts";
import { flowOf } from "./insert.ts";
import { take } from "./stage.ts";
import type { NatState } from "./state.ts";
import type { Give } from "./work.ts";

/** A sweep in progress; `timer`: it came by the core's timer, which it sets anew. */
export interface Sweeping {
  readonly core: number;
  readonly timer: boolean;
  /** Structure to look at next. */
  next: number;
  retired: number;
  giving: Give[];
}

/** Leads that are live and of which the core holds a key, or which it owns. */
function isSwept(state: NatState, core: number, object: number): boolean {
  return state.live(object) && state.leadOf(object) === object && (state.ownerOf(object) === core || state.holds(core, object));
}

export function sweepStep(state: NatState, sweep: Sweeping, moved: Moved): void {
  const { core } = sweep;
  if (sweep.giving.length > 0) {
    sweep.giving = giveOne(state, core, sweep.giving, moved);
    return;
  }
  while (sweep.next < state.layout.objects && !isSwept(state, core, sweep.next)) sweep.next++;
  if (sweep.next === state.layout.objects) return end(state, sweep, moved);
  const lead = sweep.next++;
  const mine = state.ownerOf(lead) === core;
  if (!state.idle(lead)) take(state, moved, "keep");
  else if (!mine) dropCopy(state, core, lead, moved);
  else if (state.get("references", lead) > 0) {
    take(state, moved, "keep", "NAT-14");
    state.goal(moved, "nat/kept-by-references");
  } else retire(state, sweep, lead, moved);
}

function dropCopy(state: NatState, core: number, lead: number, moved: Moved): void {
  take(state, moved, "drop-copy");
  state.goal(moved, "nat/copy-dropped");
  for (const key of state.keysOf(lead)) state.removeLocal(core, key);
  state.set("references", lead, state.get("references", lead) - 1);
}

function retire(state: NatState, sweep: Sweeping, lead: number, moved: Moved): void {
  const objects = state.objectsOf(lead);
  take(state, moved, "retire", objects.length > 1 ? "NAT-19" : undefined);
  if (state.keysOf(lead).some((key) => state.isGlobal(key))) state.goal(moved, "nat/retired-shared");
  if (objects.length > 1) state.goal(moved, "nat/retired-hairpin");
  for (const key of state.keysOf(lead)) {
    state.removeLocal(sweep.core, key);
    state.removeGlobal(key);
  }
  for (const object of objects) state.set("state", object, State.dying);
  state.retired.add(flowOf(state, lead));
  sweep.giving = heldBy(state, lead);
  sweep.retired++;
}

function end(state: NatState, sweep: Sweeping, moved: Moved): void {
  const { core } = sweep;
  take(state, moved, "sweep-end");
  if (sweep.timer) {
    const more = Array.from({ length: state.layout.objects }, (_, object) => object).some((object) => isSwept(state, core, object));
    if (more) moved.timers.push({ label: "sweep", core, atMs: state.now() + state.config.sweepMs, body: [] });
    else state.cells.set(state.layout.core.armed + core, 0);
  }
  moved.outcome.push(Outcome.done);
  moved.outcome.push(sweep.retired);
  moved.next = Next.done;
}
