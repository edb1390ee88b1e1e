/** Short words for cases of the script toy and for what is seen of their runs. */
import type { Case, Deviation, Event } from "../../harness/engine/case.ts";
import { SeededRandom } from "../../harness/engine/random.ts";
import { Pair } from "../../harness/engine/run.ts";
import type { RunOptions, RunResult, StepRecord, Strategy } from "../../harness/engine/run.ts";
import { ScriptSide, scriptSystem } from "./script.ts";

/** Any runnable task, drawn. */
export class AnyTask implements Strategy {
  readonly name = "any";
  #random = new SeededRandom(0);
  begin(seed: number): void {
    this.#random = new SeededRandom(seed);
  }
  choose(runnable: Int32Array, count: number): number {
    return runnable[this.#random.int(count)];
  }
}

/** What an operation is beside its acts. */
export type Draft = Partial<{ id: string; node: number; core: number; of: string; consumes: boolean }>;
/** An operation of the script toy: its acts, with commas between. */
export function op(acts: string, draft: Draft = {}): Omit<Event, "id"> {
  const { node = 0, core = 0, of, consumes } = draft;
  return { do: "op", node, core, command: { kind: "script", acts: acts.split(", "), ...(of === undefined ? {} : { of, consumes }) } } as Omit<Event, "id">;
}
/** Events that are no operations. */
export const advance = (ms: number, node = 0): Omit<Event, "id"> => ({ do: "advance", node, ms }) as Omit<Event, "id">;
export const wire = (what: "drop" | "cut" | "heal", from: number, to: number): Omit<Event, "id"> => ({ do: what, from, to }) as Omit<Event, "id">;
export const crash = (node: number): Omit<Event, "id"> => ({ do: "crash", node, keep: "stored" }) as Omit<Event, "id">;
export const start = (node: number): Omit<Event, "id"> => ({ do: "start", node }) as Omit<Event, "id">;

/** A case of the script toy; what is left out has the plainest value. Event `i` gets the id `e<i>`. */
export interface Script {
  events: Omit<Event, "id">[];
  scripts?: Record<string, string[]>;
  deviations?: string[];
  nodes?: number;
  cores?: number;
  rest?: boolean;
  channels?: "fifo" | "any";
}
/** The case that a script stands for. */
export function scripted(script: Script): Case {
  return {
    format: 1,
    system: "script",
    profile: "plain",
    config: { nodes: script.nodes ?? 1, cores: script.cores ?? 2, scripts: script.scripts ?? {} },
    seed: 7,
    events: script.events.map((event, i) => ({ id: `e${i}`, ...event }) as Event),
    deviations: (script.deviations ?? []).map(deviation),
    rest: script.rest ?? false,
  };
}
/** `e0@2>e1`: when e0 has made two moves, go over to e1. */
function deviation(text: string): Deviation {
  const [, task, step, run] = /^(.*)@(\d+)>(.*)$/.exec(text)!;
  return { task, step: Number(step), run };
}
/** A result, with what a recorder saw. */
export interface Seen extends RunResult {
  /** Tasks in the order moved, a run of moves of one as `e0*3`. */
  readonly order: string;
  readonly told: readonly string[];
}
/** Runs a script on a new pair, with an implementation of its own if one is given. */
export function play(script: Script, options: RunOptions = {}, implementation = new ScriptSide()): Seen {
  const pair = new Pair(scriptSystem({ channels: script.channels }), { implementation });
  const runs: { task: string; count: number }[] = [];
  const step = (record: StepRecord): void => {
    const last = runs.at(-1);
    if (last?.task === record.task) last.count++;
    else runs.push({ task: record.task, count: 1 });
  };
  const result = pair.run(scripted(script), { ...options, recorder: { step } });
  const order = runs.map(({ task, count }) => (count === 1 ? task : `${task}*${count}`)).join(" ");
  return Object.assign(result, { order, told: implementation.told });
}
