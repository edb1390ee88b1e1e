/**
 * Walks: one task on each core makes as many moves as the others, and a fault shows if the moves came in an order that is asked for. How many constraints the order is made of is its *depth*, so it is known what a strategy must find.
 *
 * Task `t` is the operation on core `t`. `[t, m]` is its m-th move, from 1. A task that waits is blocked until another has made a move; that is no constraint on the order, as it can come no other way.
 */
import type { Case, Event } from "../../harness/engine/case.ts";
import { Next, View } from "../../harness/engine/contract.ts";
import type { Command, Model, Moved, Setup, Side, System, Task } from "../../harness/engine/contract.ts";

export type Move = readonly [task: number, move: number];
export interface WalksConfig {
  readonly tasks: number;
  /** Moves of each task. */
  readonly length: number;
  /** The first comes before the second; the fault shows if all hold. */
  readonly order: readonly (readonly [Move, Move])[];
  /** The second is not made before the first. */
  readonly waits: readonly (readonly [Move, Move])[];
}

const Rule = { order: 0 } as const;

class WalksModel implements Model<WalksConfig> {
  open(): void {}
  start(): void {}
  move(_slot: number, moved: Moved): void {
    moved.stages.push(0);
    moved.rules.push(Rule.order);
    moved.outcome.push(0);
  }
  judge(slot: number, _said: Moved, witnessAt: number, moved: Moved): number {
    this.move(slot, moved);
    return witnessAt;
  }
  read(): number {
    return 0;
  }
  invariants(): void {}
  obligations(): void {}
}

class WalksImplementation implements Side<WalksConfig> {
  #config!: WalksConfig;
  readonly #made: number[] = [];
  #inOrder = true;
  open(setup: Setup<WalksConfig>): void {
    this.#config = setup.config;
    this.#made.length = 0;
    for (let task = 0; task < setup.config.tasks; task++) this.#made.push(0);
    this.#inOrder = true;
  }
  start(_task: Task): void {}
  move(slot: number, moved: Moved): void {
    const { length, order, waits } = this.#config;
    const next = this.#made[slot] + 1;
    for (const [[task, move], [waiting, before]] of waits) {
      if (waiting !== slot || before !== next || this.#made[task] >= move) continue;
      moved.next = Next.blocked;
      moved.blockedOn = task;
      return;
    }
    for (const [[task, move], [then, at]] of order) if (then === slot && at === next && this.#made[task] < move) this.#inOrder = false;
    this.#made[slot] = next;
    for (const [[task, move]] of waits) if (task === slot && move === next) moved.freed.push(task);
    moved.next = next < length ? Next.more : Next.done;
    if (next < length) return;
    moved.stages.push(0);
    const last = this.#made.every((made) => made === length);
    moved.outcome.push(last && this.#inOrder ? 1 : 0);
  }
  read(): number {
    return 0;
  }
}

export const walksSystem: System<WalksConfig, Command> = {
  name: "walks",
  title: "Walks whose order matters",
  rules: [{ id: "WALK-1", text: "No order is any different.", source: "toy", confidence: "chosen" }],
  goals: [],
  profiles: ["plain"],
  stages: ["walk"],
  stageRules: [Rule.order],
  nodeCount: () => 1,
  coreCount: (config) => config.tasks,
  view: () => View.of([{ table: "walk", name: "nothing", size: 1, rule: Rule.order, key: String }]),
  model: () => new WalksModel(),
  implementation: () => new WalksImplementation(),
  parseConfig: (value) => ({ ok: true, value: value as WalksConfig }),
  parseCommand: (value) => ({ ok: true, value: value as Command }),
  drawConfig: (random) => ({ tasks: 2 + random.int(3), length: 1 + random.int(5), order: [], waits: [] }),
  drawEvents: (_random, config) => Array.from({ length: config.tasks }, (_, core) => ({ do: "op" as const, node: 0, core, command: { kind: "walk" } })),
  refers: () => undefined,
  words: () => "walk",
  outcomeWords: (outcome) => (outcome[0] === 1 ? "in the order that is asked for" : "at the end"),
  smallerConfigs: () => [],
  smallerCommands: () => [],
  configWeight: (config) => config.tasks * config.length,
  commandWeight: () => 1,
};

/** The one case there is of a configuration, under a seed. */
export function walks(config: WalksConfig, seed: number): Case {
  const events = Array.from({ length: config.tasks }, (_, core): Event => ({ id: `op${core}`, do: "op", node: 0, core, command: { kind: "walk" } }));
  return { format: 1, system: "walks", profile: "plain", config, seed, events, deviations: [], rest: false };
}

/** Each of the tasks from 2 on begins when the one before it has ended: beside task 0 there is one chain. */
function chain(tasks: number, length: number): [Move, Move][] {
  return Array.from({ length: tasks - 2 }, (_, i): [Move, Move] => [[i + 1, length], [i + 2, 1]]);
}

/** Depth 1: all others have ended when task 0 begins. */
export function begunLast(tasks: number, length: number): WalksConfig {
  return { tasks, length, order: [[[tasks - 1, length], [0, 1]]], waits: chain(tasks, length) };
}

/** Depth 2: task 0 is left after `at` moves, and all others run to their end before it goes on. */
export function leftOnce(tasks: number, length: number, at: number): WalksConfig {
  return { tasks, length, order: [[[0, at], [1, 1]], [[tasks - 1, length], [0, at + 1]]], waits: chain(tasks, length) };
}

/** Depth 3: task 0 is left for task 1, which is left for task 0, which runs to its end. */
export function leftTwice(length: number, at: number, then: number): WalksConfig {
  return { tasks: 2, length, order: [[[0, at], [1, 1]], [[1, then], [0, at + 1]], [[0, length], [1, then + 1]]], waits: [] };
}

/** Depth 3: task 0 is left for task 1, which lets task 2 begin and is left for it, but ends before task 0 goes on: what is left later comes back first. */
export function leftInTurn(length: number, at: number, then: number): WalksConfig {
  return { tasks: 3, length, order: [[[0, at], [1, 1]], [[2, length], [1, then + 1]], [[1, length], [0, at + 1]]], waits: [[[1, then], [2, 1]]] };
}
