/**
 * Counters that cores add to. The implementation looks, then swaps what it saw for the sum, and looks again when
 * somebody was faster; the look is no documented stage. Planted: the sum is stored whatever stands there by then
 * (`lost update`; smallest failure: two operations on two cores, one switch), or one too many is added to a full ten (`wrong sum`).
 */
import { Next, View } from "../../harness/engine/contract.ts";
import type { Findings, Model, Moved, Setup, Side, System, Task } from "../../harness/engine/contract.ts";
import { cas, load, store } from "./shared.ts";

export interface CounterConfig {
  readonly cores: number;
  readonly counters: number;
}
export interface Add {
  readonly kind: "add";
  readonly counter: number;
  readonly amount: number;
}
export type CounterFault = "none" | "lost update" | "wrong sum";

const Rule = { counted: 0, answer: 1 } as const;
const Stage = { add: 0 } as const;
const Goal = { ten: 0 } as const;

export class CounterModel implements Model<CounterConfig> {
  #values: number[] = [];
  #added = 0;
  readonly #commands = new Map<number, Add>();
  open(setup: Setup<CounterConfig>): void {
    this.#values = Array.from({ length: setup.config.counters }, () => 0);
    this.#added = 0;
    this.#commands.clear();
  }
  start(task: Task): void {
    this.#commands.set(task.slot, task.command as Add);
  }
  move(slot: number, moved: Moved): void {
    const { counter, amount } = this.#commands.get(slot)!;
    this.#values[counter] += amount;
    this.#added += amount;
    moved.stages.push(Stage.add);
    moved.writes.push(counter);
    moved.rules.push(Rule.counted);
    moved.rules.push(Rule.answer);
    if (this.#values[counter] >= 10) moved.goals.push(Goal.ten);
    moved.outcome.push(this.#values[counter]);
    moved.next = Next.done;
  }
  judge(slot: number, _said: Moved, witnessAt: number, moved: Moved): number {
    this.move(slot, moved);
    return witnessAt;
  }
  read(entry: number): number {
    return this.#values[entry];
  }
  invariants(found: Findings): void {
    const sum = this.#values.reduce((all, value) => all + value, 0);
    if (sum !== this.#added) found.add(Rule.counted, -1, `the counters hold ${sum}, ${this.#added} was added`);
  }
  obligations(): void {}
}

export class CounterImplementation implements Side<CounterConfig> {
  readonly #fault: CounterFault;
  #mem: Int32Array = new Int32Array(0);
  #counter = new Int32Array(0);
  #amount = new Int32Array(0);
  /** What the operation saw; -1 before it looked. */
  #seen = new Int32Array(0);
  #footprint = false;
  constructor(fault: CounterFault = "none") {
    this.#fault = fault;
  }
  open(setup: Setup<CounterConfig>): void {
    const { counters } = setup.config;
    if (this.#mem.length !== counters) this.#mem = new Int32Array(new SharedArrayBuffer(counters * 4));
    this.#mem.fill(0);
    this.#footprint = setup.footprint;
    if (this.#counter.length < setup.taskCountMax) {
      this.#counter = new Int32Array(setup.taskCountMax);
      this.#amount = new Int32Array(setup.taskCountMax);
      this.#seen = new Int32Array(setup.taskCountMax);
    }
  }
  start(task: Task): void {
    const command = task.command as Add;
    this.#counter[task.slot] = command.counter;
    this.#amount[task.slot] = command.amount;
    this.#seen[task.slot] = -1;
  }
  move(slot: number, moved: Moved): void {
    const counter = this.#counter[slot];
    const seen = this.#seen[slot];
    if (seen < 0) {
      this.#seen[slot] = load(this.#mem, counter);
      if (this.#footprint) moved.reads.push(counter);
      moved.next = Next.more;
      return;
    }
    const sum = seen + this.#amount[slot] + (this.#fault === "wrong sum" && seen === 10 ? 1 : 0);
    if (this.#fault === "lost update") store(this.#mem, counter, sum);
    else if (!cas(this.#mem, counter, seen, sum)) {
      this.#seen[slot] = -1;
      moved.next = Next.more;
      return;
    }
    moved.stages.push(Stage.add);
    moved.writes.push(counter);
    moved.outcome.push(sum);
    moved.next = Next.done;
  }
  read(entry: number): number {
    return load(this.#mem, entry);
  }
}

export function counterSystem(options: { readonly fault?: CounterFault } = {}): System<CounterConfig, Add> {
  return {
    name: "counter",
    title: "Counters that cores add to",
    rules: [
      { id: "COUNT-1", text: "Every addition is counted.", source: "toy", confidence: "chosen" },
      { id: "COUNT-2", text: "The answer is the value after the addition.", source: "toy", confidence: "chosen" },
    ],
    goals: [{ id: "COUNT-TEN", text: "a counter reaches ten" }],
    profiles: ["plain"],
    stages: ["add"],
    stageRules: [Rule.counted],
    nodeCount: () => 1,
    coreCount: (config) => config.cores,
    view: (config) => View.of([{ table: "counter", name: "value", size: config.counters, rule: Rule.counted, key: String }]),
    model: () => new CounterModel(),
    implementation: () => new CounterImplementation(options.fault),
    parseConfig: (value) => ({ ok: true, value: value as CounterConfig }),
    parseCommand: (value, { counters }) => {
      const add = value as Add;
      if (add.counter >= counters) return { ok: false, error: { at: "counter", expected: `one of ${counters}`, found: String(add.counter) } };
      return { ok: true, value: add };
    },
    drawConfig: (random) => ({ cores: 2 + random.int(3), counters: 1 + random.int(4) }),
    drawEvents: (random, config, _profile, size) =>
      Array.from({ length: size }, () => ({
        do: "op" as const,
        node: 0,
        core: random.int(config.cores),
        command: { kind: "add" as const, counter: random.int(config.counters), amount: 1 + random.int(5) },
      })),
    refers: () => undefined,
    words: (command) => `add ${command.amount} to counter ${command.counter}`,
    outcomeWords: (outcome) => `value ${outcome.join(", ")}`,
    smallerConfigs: (config) => [
      ...(config.counters > 1 ? [{ ...config, counters: config.counters - 1 }] : []),
      ...(config.cores > 1 ? [{ ...config, cores: config.cores - 1 }] : []),
    ],
    smallerCommands: (command) => [
      ...(command.counter > 0 ? [{ ...command, counter: 0 }] : []),
      ...(command.amount > 1 ? [{ ...command, amount: 1 }, { ...command, amount: command.amount - 1 }] : []),
    ],
    configWeight: (config) => config.cores + config.counters,
    commandWeight: (command) => command.amount + command.counter,
  };
}
