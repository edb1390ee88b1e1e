/**
 * Ways to go on for ever without coming to an end, in the graph of all steps that a full search made.
 *
 * A circle counts if a fair schedule may stay in it: every task that could move in each of its states does move somewhere in it. (One task that waits in a
 * loop for another is no fault as long as that other one could move: a fair schedule moves it.) No operation ends on a circle, as an ended one never begins again.
 */
import type { Ints } from "../contract.ts";

/** The slots moved from the beginning to the circle, and those moved round it. */
export interface Lasso {
  readonly stem: readonly number[];
  readonly loop: readonly number[];
}

interface Edge {
  readonly slot: number;
  readonly to: number;
}

/** The lasso with the shortest stem, undefined where there is none. `edges` as `Searched.edges` has them, `start` the state of the beginning. */
export function lassoIn(edges: Ints, start: number): Lasso | undefined {
  const graph = new Map<number, Edge[]>();
  for (let i = 0; i < edges.count; i += 3) {
    const [from, slot, to] = edges.items.subarray(i, i + 3);
    const list = graph.get(from);
    if (list === undefined) graph.set(from, [{ slot, to }]);
    else list.push({ slot, to });
  }
  let best: Lasso | undefined;
  for (const states of circles(graph)) {
    const movers = fairMovers(graph, states);
    if (movers === undefined) continue;
    const entry = pathTo(graph, start, (state) => states.has(state), () => true)!;
    if (best === undefined || entry.slots.length < best.stem.length) best = { stem: entry.slots, loop: roundTrip(graph, states, entry.state, movers) };
  }
  return best;
}

/** The tasks that a fair schedule moves within these states; undefined if it does not stay in them. */
function fairMovers(graph: Map<number, Edge[]>, states: Set<number>): Set<number> | undefined {
  let always: Set<number> | undefined;
  const within = new Set<number>();
  for (const state of states) {
    const out = graph.get(state)!;
    const able = new Set(out.map((edge) => edge.slot));
    always = always === undefined ? able : new Set([...always].filter((slot) => able.has(slot)));
    for (const { slot, to } of out) if (states.has(to)) within.add(slot);
  }
  return [...always!].every((slot) => within.has(slot)) ? always : undefined;
}

/** From `entry` back to it, within these states, with a move of each of the movers and one move at least. */
function roundTrip(graph: Map<number, Edge[]>, states: Set<number>, entry: number, movers: Set<number>): number[] {
  const loop: number[] = [];
  const inside = (edge: Edge): boolean => states.has(edge.to);
  let at = entry;
  const left = new Set(movers);
  if (left.size === 0) left.add(graph.get(entry)!.find(inside)!.slot);
  for (const mover of left) {
    const way = pathTo(graph, at, (state) => graph.get(state)!.some((edge) => edge.slot === mover && inside(edge)), inside)!;
    loop.push(...way.slots, mover);
    at = graph.get(way.state)!.find((edge) => edge.slot === mover && inside(edge))!.to;
  }
  return [...loop, ...pathTo(graph, at, (state) => state === entry, inside)!.slots];
}

/** The shortest way from a state to one that is wanted, by allowed edges. */
function pathTo(graph: Map<number, Edge[]>, from: number, wanted: (state: number) => boolean, allowed: (edge: Edge) => boolean): { readonly state: number; readonly slots: number[] } | undefined {
  const came = new Map<number, { readonly from: number; readonly slot: number } | undefined>([[from, undefined]]);
  const queue = [from];
  for (const state of queue) {
    if (wanted(state)) {
      const slots: number[] = [];
      for (let step = came.get(state); step !== undefined; step = came.get(step.from)) slots.push(step.slot);
      return { state, slots: slots.reverse() };
    }
    for (const edge of graph.get(state) ?? []) {
      if (came.has(edge.to) || !allowed(edge)) continue;
      came.set(edge.to, { from: state, slot: edge.slot });
      queue.push(edge.to);
    }
  }
  return undefined;
}

/** The strongly connected sets of states that have a circle in them (Tarjan, without recursion). */
function circles(graph: Map<number, Edge[]>): Set<number>[] {
  const found: Set<number>[] = [];
  const index = new Map<number, number>();
  const low = new Map<number, number>();
  const stack: number[] = [];
  const onStack = new Set<number>();
  for (const root of graph.keys()) {
    if (index.has(root)) continue;
    const calls: { readonly state: number; next: number }[] = [];
    const enter = (state: number): void => {
      index.set(state, index.size);
      low.set(state, index.get(state)!);
      stack.push(state);
      onStack.add(state);
      calls.push({ state, next: 0 });
    };
    enter(root);
    while (calls.length > 0) {
      const call = calls[calls.length - 1];
      const out = graph.get(call.state) ?? [];
      if (call.next < out.length) {
        const { to } = out[call.next++];
        if (!index.has(to)) enter(to);
        else if (onStack.has(to)) low.set(call.state, Math.min(low.get(call.state)!, index.get(to)!));
        continue;
      }
      calls.pop();
      const above = calls[calls.length - 1];
      if (above !== undefined) low.set(above.state, Math.min(low.get(above.state)!, low.get(call.state)!));
      if (low.get(call.state) !== index.get(call.state)) continue;
      const states = new Set<number>();
      for (let state = -1; state !== call.state; ) {
        state = stack.pop()!;
        onStack.delete(state);
        states.add(state);
      }
      if (states.size > 1 || out.some((edge) => edge.to === call.state)) found.push(states);
    }
  }
  return found;
}
