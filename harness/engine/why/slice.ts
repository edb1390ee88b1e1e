/**
 * The causal slice: the steps that a step depends on, and those that these depend on.
 *
 * A step depends on
 * 1. whoever wrote last what it reads;
 * 2. an earlier step of its own task that looked at what another task's step had written before, as the task carries in its record what it saw;
 * 3. an earlier step of its own task that looked at what another's step has overwritten since, and on that step: the look is out of date;
 * 4. an earlier step of its own task of whose looks nothing is known;
 * 5. what made its task move at all: the end of the operation referred to, the step that sent the message or set the timer, the step that let go what it had
 *    waited for;
 * 6. the events of the case before it, on its node or on none, that are no operations: clocks and failures are felt without a read.
 *
 * 7. None of these if that step is of an event without which the case fails just so, as was found by running it (`unneeded.ts`).
 *
 * Left out, and rightly: an earlier step of its task that saw what the configuration alone decides. Not seen: what a core keeps to itself, unless it stands in the view.
 */
import type { Case } from "../case.ts";
import type { System } from "../contract.ts";
import { rootOf } from "../shrink/schedules.ts";
import type { Failure } from "../verdict.ts";
import { namesOf, type Place, type Step } from "./history.ts";
import type { Dependency, How, SliceStep } from "./explanation.ts";

const nowhere: ReadonlySet<Place> = new Set();

/** What is looked up again and again while a slice is cut: who wrote a place, the steps of a task, and the events that are no operations, all in order. */
class Index {
  readonly steps: readonly Step[];
  readonly events: number[] = [];
  readonly #writers = new Map<Place, number[]>();
  readonly #ofTask = new Map<string, number[]>();
  constructor(steps: readonly Step[]) {
    this.steps = steps;
    steps.forEach(({ record, writes }, at) => {
      for (const place of writes) listed(this.#writers, place).push(at);
      listed(this.#ofTask, record.task).push(at);
      if (record.kind === "event") this.events.push(at);
    });
  }

  /** Steps of this task. */
  of(task: string): readonly number[] {
    return this.#ofTask.get(task) ?? [];
  }

  /** Who wrote the place last before this step, -1 for none. */
  before(at: number, place: Place): number {
    const writers = this.#writers.get(place) ?? [];
    return writers[countBelow(writers, at) - 1] ?? -1;
  }

  /** The last step of another task than the one that looked, after that look and before this step. */
  since(look: number, at: number, place: Place): number {
    const writers = this.#writers.get(place) ?? [];
    const { task } = this.steps[look].record;
    for (let i = countBelow(writers, at) - 1; i >= 0 && writers[i] > look; i--) if (this.steps[writers[i]].record.task !== task) return writers[i];
    return -1;
  }
}

function listed<K>(lists: Map<K, number[]>, key: K): number[] {
  let list = lists.get(key);
  if (list === undefined) lists.set(key, (list = []));
  return list;
}

/** How many of these, in ascending order, are less. */
function countBelow(ascending: readonly number[], limit: number): number {
  let [from, to] = [0, ascending.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (ascending[middle] < limit) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** Steps are named by position in the history while the slice is cut. */
interface Edge {
  readonly to: number;
  readonly how: How;
  readonly place: Place | undefined;
}

/** The slice of what failed, in order of steps; `run` is the failing run up to there, `unneeded` holds ids of events. */
export function sliceOf(system: System, one: Case, run: readonly Step[], failure: Failure, unneeded: ReadonlySet<string>): SliceStep[] {
  const name = namesOf(system, one.config, one.profile);
  return [...cutOf(system, one, run, failure, unneeded)].sort(([a], [b]) => a - b).map(([at, edges]) => {
    const { record } = run[at];
    const on = edges.map(({ to, how, place }): Dependency => ({ step: run[to].record.step, how, entry: place === undefined ? "" : name(place) }));
    return { step: record.step, task: record.task, stages: record.stages.map((stage) => system.stages[stage] ?? `stage ${stage}`), on: on.sort((a, b) => a.step - b.step) };
  });
}

/** Ids of the events at the root of the slice's steps. */
export function causesOf(system: System, one: Case, run: readonly Step[], failure: Failure): Set<string> {
  return new Set([...cutOf(system, one, run, failure, new Set()).keys()].map((at) => rootOf(run[at].record.task)));
}

/** What each step of the slice depends on directly. */
function cutOf(system: System, one: Case, run: readonly Step[], failure: Failure, unneeded: ReadonlySet<string>): Map<number, readonly Edge[]> {
  const needed = (at: number): boolean => !unneeded.has(rootOf(run[at].record.task));
  const index = new Index(run.map((step, at) => (needed(at) ? step : { ...step, reads: nowhere, writes: nowhere })));
  const cut = new Map<number, readonly Edge[]>();
  const open = rootsOf(system, one, index.steps, failure).filter(needed);
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (cut.has(at)) continue;
    const edges = edgesOf(system, one, index, at).filter((edge) => needed(edge.to));
    cut.set(at, edges);
    for (const edge of edges) open.push(edge.to);
  }
  return cut;
}

/** Where the slice begins: the failing step, or of what is found wrong at the end those that left it so. */
function rootsOf(system: System, one: Case, steps: readonly Step[], failure: Failure): number[] {
  if (steps.length === 0) return [];
  const last = steps.length - 1;
  if (failure.task !== "") return [last];
  if (failure.observable === "deadlock") {
    const ends = [...new Set(steps.map((step) => step.record.task))].map((task) => steps.findLastIndex((step) => step.record.task === task));
    const stuck = ends.filter((at) => steps[at].record.next === 1);
    return stuck.length > 0 ? stuck : [last];
  }
  const view = system.view(one.config, one.profile);
  const left: number[] = [];
  view.columns.forEach(({ table, name, size }, at) => {
    if (`${table}.${name}` !== failure.observable) return;
    for (let entry = view.base[at]; entry < view.base[at] + size; entry++) {
      const writers = steps.flatMap((step, position) => (step.writes.has(entry) ? [position] : []));
      const before = (position: number): number => steps[position].record.changes.find((change) => change.entry === entry)!.modelBefore;
      const after = (position: number): number => steps[position].record.changes.find((change) => change.entry === entry)!.modelAfter;
      if (writers.length > 0 && before(writers[0]) !== after(writers.at(-1)!)) left.push(writers.at(-1)!);
    }
  });
  return left.length > 0 ? left : [last];
}

/** What one step depends on directly; of several ways in which it depends on one step the first. */
function edgesOf(system: System, one: Case, index: Index, at: number): Edge[] {
  const { steps } = index;
  const edges = new Map<number, Edge>();
  const add = (to: number, how: How, place?: Place): void => {
    if (to >= 0 && !edges.has(to)) edges.set(to, { to, how, place });
  };
  const { record, reads } = steps[at];
  for (const place of reads) add(index.before(at, place), "wrote", place);
  for (const event of index.events) if (event < at && felt(steps[event], record.node)) add(event, "happened");
  if (record.kind === "event") return [...edges.values()];
  const own = index.of(record.task);
  for (const earlier of own) {
    if (earlier >= at) break;
    const step = steps[earlier];
    if (step.record.next === 1) add(freer(steps, earlier, at), "freed");
    if (step.blind) add(earlier, "looked");
    for (const place of step.reads) {
      const stale = index.since(earlier, at, place);
      if (stale >= 0) {
        add(stale, "overwrote", place);
        add(earlier, "looked", place);
      }
      const writer = index.before(earlier, place);
      if (writer >= 0 && steps[writer].record.task !== record.task) add(earlier, "looked", place);
    }
  }
  add(maker(system, one, index, own[0]), record.kind === "op" ? "refers" : "sent");
  return [...edges.values()];
}

/** Whether an event that is no operation can be felt on the node. */
function felt({ record: { event } }: Step, node: number): boolean {
  return event === undefined || !("node" in event) || event.node === node;
}

/** The step without which the task of step `first` would not be: the end of the operation that it refers to, or the move that made it. */
function maker(system: System, one: Case, index: Index, first: number): number {
  const { record } = index.steps[first];
  const last = (task: string, which = (_at: number): boolean => true): number => index.of(task).findLast((at) => at < first && which(at)) ?? -1;
  if (record.kind === "op") {
    const event = one.events.find((each) => each.id === record.task);
    const of = event?.do === "op" ? system.refers(event.command)?.id : undefined;
    return of === undefined ? -1 : last(of);
  }
  const cause = record.task.split("/").slice(0, -2).join("/");
  const label = record.task.split("/").at(-2)!;
  const made = ({ record: { sent, timers } }: Step): boolean => [...sent, ...timers].some((each) => each.label === label);
  const maker = last(cause, (at) => made(index.steps[at]));
  return maker >= 0 ? maker : last(cause === "" ? rootOf(record.task) : cause);
}

function freer(steps: readonly Step[], blocked: number, before: number): number {
  const on = steps[blocked].record.blockedOn;
  return steps.findIndex((step, at) => at > blocked && at < before && step.record.freed.includes(on));
}
