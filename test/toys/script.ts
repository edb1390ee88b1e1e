/**
 * Operations that spell out what they do, one act a move, so that a test can say exactly which step it wants:
 * `step` a documented stage; `look` a stutter; `wait 5` blocks until flag 5 is up; `raise 5` puts it up and frees who waits;
 * `hush 5` puts it up and tells nobody; `send 1 0 label`; `timer label 30` in 30 ms on core 0, `cancel label`; `write 2` adds one to
 * entry 2; `draw` answers a draw; `empty` yields nothing. Messages and timers act out `config.scripts[label]`.
 * The same class is both sides: what is under test is the engine.
 */
import { Next, View } from "../../harness/engine/contract.ts";
import type { Fault, Model, Moved, Setup, System, Task } from "../../harness/engine/contract.ts";

export interface ScriptConfig {
  readonly nodes: number;
  readonly cores: number;
  readonly scripts: Readonly<Record<string, readonly string[]>>;
}
export interface ScriptCommand {
  readonly kind: "script";
  readonly acts: readonly string[];
  readonly of?: string;
  readonly consumes?: boolean;
}

export class ScriptSide implements Model<ScriptConfig> {
  #setup!: Setup<ScriptConfig>;
  readonly #values: number[] = [];
  readonly #flags = new Set<number>();
  readonly #tasks: { task: Task; acts: readonly string[]; at: number; yields: number }[] = [];
  readonly #entries: number;
  /** Faults told, in words. */
  readonly told: string[] = [];
  constructor(entries = 8) {
    this.#entries = entries;
  }
  open(setup: Setup<ScriptConfig>): void {
    this.#setup = setup;
    this.#values.length = 0;
    this.#flags.clear();
    this.told.length = 0;
    for (let i = 0; i < this.#entries; i++) this.#values.push(0);
  }
  start(task: Task): void {
    const acts = task.kind === "op" ? (task.command as ScriptCommand).acts : this.#setup.config.scripts[task.command.kind];
    this.#tasks[task.slot] = { task, acts, at: 0, yields: 1 };
  }
  move(slot: number, moved: Moved): void {
    this.#act(slot, moved);
  }
  judge(slot: number, _said: Moved, witnessAt: number, moved: Moved): number {
    const entry = this.#tasks[slot];
    while (entry.acts[entry.at] === "look") entry.at++;
    this.#act(slot, moved);
    return witnessAt;
  }
  apply(fault: Fault, _moved?: Moved): void {
    this.told.push(`${fault.do} ${fault.node}`);
  }
  read(entry: number): number {
    return this.#values[entry];
  }
  invariants(): void {}
  obligations(): void {}

  #act(slot: number, moved: Moved): void {
    const entry = this.#tasks[slot];
    const [verb, ...words] = entry.acts[entry.at].split(" ");
    const number = Number(words[0]);
    if (verb === "wait" && !this.#flags.has(number)) {
      moved.next = Next.blocked;
      moved.blockedOn = number;
      return;
    }
    entry.at++;
    moved.next = entry.at === entry.acts.length ? Next.done : Next.more;
    if (verb === "look") return;
    moved.stages.push(0);
    moved.rules.push(0);
    if (verb === "raise" || verb === "hush") this.#flags.add(number);
    if (verb === "raise") moved.freed.push(number);
    if (verb === "send") moved.sent.push({ node: number, core: Number(words[1]), label: words[2], body: [] });
    if (verb === "timer") moved.timers.push({ label: words[0], core: 0, atMs: this.#setup.nowMs(entry.task.node) + Number(words[1]), body: [] });
    if (verb === "cancel") moved.timers.push({ label: words[0], core: 0, atMs: -1, body: [] });
    if (verb === "draw") moved.outcome.push(this.#setup.draw(slot, 0, 0) | 0);
    if (verb === "empty") entry.yields = 0;
    if (verb === "write") {
      this.#values[number]++;
      moved.writes.push(number);
    }
    if (moved.next === Next.done) moved.yields = entry.yields;
  }
}

export function scriptSystem(options: { readonly channels?: "fifo" | "any"; readonly entries?: number } = {}): System<ScriptConfig, ScriptCommand> {
  return {
    name: "script",
    title: "Operations that spell out what they do",
    rules: [{ id: "SCRIPT-1", text: "An act is acted.", source: "toy", confidence: "chosen" }],
    goals: [],
    profiles: ["plain"],
    stages: ["act"],
    channels: options.channels,
    nodeCount: (config) => config.nodes,
    coreCount: (config) => config.cores,
    view: () => View.of([{ table: "script", name: "count", size: options.entries ?? 8, key: String }]),
    model: () => new ScriptSide(options.entries),
    implementation: () => new ScriptSide(options.entries),
    parseConfig: (value) => ({ ok: true, value: value as ScriptConfig }),
    parseCommand: (value) => ({ ok: true, value: value as ScriptCommand }),
    drawConfig: () => ({ nodes: 1, cores: 2, scripts: {} }),
    drawEvents: (random, config, _profile, size) =>
      Array.from({ length: size }, () => ({
        do: "op" as const,
        node: 0,
        core: random.int(config.cores),
        command: { kind: "script" as const, acts: Array.from({ length: 1 + random.int(4) }, () => random.pick(["step", "look", "draw", "write 0", "write 1"])).concat("step") },
      })),
    refers: (command) => (command.of === undefined ? undefined : { id: command.of, consumes: command.consumes === true }),
    words: (command) => command.acts.join(", "),
    outcomeWords: (outcome) => outcome.join(", "),
    smallerConfigs: () => [],
    smallerCommands: () => [],
    configWeight: () => 1,
    commandWeight: (command) => command.acts.length,
  };
}

/** A script side on which entries read as `shift` says. */
export class Shifted extends ScriptSide {
  readonly #shift: (entry: number, value: number) => number;
  constructor(shift: (entry: number, value: number) => number) {
    super();
    this.#shift = shift;
  }
  override read(entry: number): number {
    return this.#shift(entry, super.read(entry));
  }
}
