/** Every schedule of one small case: searched, and what was found put in the words of the case. */
import type { Case } from "../case.ts";
import type { Strategy } from "../run.ts";
import type { Failure } from "../verdict.ts";
import { lassoIn } from "./lasso.ts";
import type { ScopeCase } from "./scope.ts";
import { Search, type SearchOptions, type Searched } from "./search.ts";
import type { Walk } from "./walk.ts";

/** How a case is searched: `full` makes every step in every state and looks for circles; `reduced` leaves out what cannot differ; `both` compares them. */
export const ways = ["reduced", "full", "both"] as const;
export type Way = (typeof ways)[number];

export interface FoundFailure {
  readonly failure: Failure;
  /** The case with the schedule that fails; undefined where replaying the way did not show it again. */
  readonly case: Case | undefined;
}

export interface Explored {
  readonly name: string;
  readonly states: number;
  readonly transitions: number;
  /** Ends that differ in anything that either side remembers. */
  readonly finals: number;
  readonly failures: readonly FoundFailure[];
  readonly cut: string | undefined;
  /** Ids of the tasks on the way to a circle and round it. */
  readonly lasso: { readonly stem: readonly string[]; readonly loop: readonly string[] } | undefined;
  /** With `both`: what the two searches do not agree on; empty: they agree. */
  readonly disagreement: string;
}

export interface ExploreOptions extends Pick<SearchOptions, "statesMax" | "everyDraw" | "tick"> {
  readonly way: Way;
}

/** Searches one case of a scope with a walk, which may be used for many. */
export function explore(walk: Walk, { name, case: one, settled }: ScopeCase, { way, ...limits }: ExploreOptions): Explored {
  const early = walk.open(one, settled, way !== "full");
  if (early !== undefined) return { name, states: 0, transitions: 0, finals: 0, failures: [{ failure: early, case: one }], cut: undefined, lasso: undefined, disagreement: "" };
  walk.loop.canMove();
  const start = walk.here();
  const full = way === "reduced" ? undefined : new Search(walk, { ...limits, reduced: false, keepEdges: true }).run();
  if (full !== undefined) walk.goTo(start);
  const reduced = way === "full" ? undefined : new Search(walk, { ...limits, reduced: true }).run();
  const found = reduced ?? full!;
  const lasso = full === undefined || full.cut !== undefined ? undefined : lassoIn(full.edges!, start);
  const ids = (slots: readonly number[]): string[] => slots.map((slot) => walk.loop.idOf(slot));
  return {
    name,
    states: found.states,
    transitions: found.transitions,
    finals: found.finals.length,
    failures: found.failures.map(({ failure, path }) => ({ failure, case: replayed(walk, one, settled, path) })),
    cut: full?.cut ?? found.cut,
    lasso: lasso && { stem: ids(lasso.stem), loop: ids(lasso.loop) },
    disagreement: full === undefined || reduced === undefined || full.cut !== undefined || reduced.cut !== undefined ? "" : difference(full, reduced),
  };
}

function difference(full: Searched, reduced: Searched): string {
  const signatures = (of: Searched): string => of.failures.map(({ failure }) => `${failure.verdict} ${failure.rules[0] ?? ""} ${failure.observable}`).join("; ");
  if (signatures(full) !== signatures(reduced)) return `failures: the full search found [${signatures(full)}], the reduced one [${signatures(reduced)}]`;
  if (full.finals.join() !== reduced.finals.join()) return `ends: the full search found ${full.finals.length}, the reduced one ${reduced.finals.length}, not the same`;
  return "";
}

/** Follows the base schedule until the settled events are over, and then the path. */
class AlongPath implements Strategy {
  readonly name = "path";
  readonly #path: readonly number[];
  readonly #settled: number;
  readonly #eventCount: number;
  #at = 0;
  constructor(path: readonly number[], settled: number, eventCount: number) {
    this.#path = path;
    this.#settled = settled;
    this.#eventCount = eventCount;
  }
  begin(): void {
    this.#at = 0;
  }
  choose(runnable: Int32Array, count: number, current: number): number {
    if (this.#at === 0 && (current < this.#settled || current >= this.#eventCount)) return current;
    const wanted = this.#path[this.#at++];
    for (let i = 0; i < count; i++) if (runnable[i] === wanted) return wanted;
    return current;
  }
}

function replayed(walk: Walk, one: Case, settled: number, path: readonly number[]): Case | undefined {
  walk.loop.chooser = undefined;
  const result = walk.loop.run(one, { strategy: new AlongPath(path, settled, one.events.length), wholeAlways: true });
  return result.failure === undefined ? undefined : result.ran();
}
