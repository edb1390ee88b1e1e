/**
 * Jars that are filled, get stale after a time, and are then washed by the core that filled them: each core's timer goes through its jars, one a step, and is set anew as long as
 * one is full; an operation `wash` does the same at once. The same class is both sides, so every fault is one that both agree on.
 *
 * Planted: `leak` (jar 0 is never washed), `stops` (washing ends at the first jar that is not stale), `tail` (it ends after the first jar washed), `not re-armed` (the timer comes
 * once), `late` (it comes when three periods have passed). Beside jars there are tasks that hang: `spin` looks for ever, `beg` waits for a stir and is let go by each, finding nothing (`stir` stirs for ever), `sleep` waits for what never comes.
 */
import { Next, View, type Bound, type Findings, type Model, type Moved, type Owed, type Setup, type System, type Task } from "../../harness/engine/contract.ts";

export interface ChoresConfig {
  readonly cores: number;
  readonly jars: number;
  readonly periodMs: number;
}
export type ChoresCommand =
  | { readonly kind: "fill"; readonly jar: number; readonly staleMs: number }
  | { readonly kind: "wash" | "spin" | "beg" | "stir" | "sleep" };
export type ChoresFault = "none" | "leak" | "stops" | "tail" | "not re-armed" | "late";

const Rule = { washed: 0, filled: 1 } as const;
const Stage = { fill: 0, keep: 1, wash: 2, end: 3 } as const;
const begged = 1;

interface Row {
  readonly task: Task;
  next: number;
  washed: number;
}

export class ChoresSide implements Model<ChoresConfig> {
  readonly #fault: ChoresFault;
  #setup!: Setup<ChoresConfig>;
  /** By core × jars + jar: when it gets stale, + 1; 0 where it is empty. Then, by core, whether its timer is set. */
  #words = new Int32Array(0);
  #rows: Row[] = [];
  constructor(fault: ChoresFault = "none") {
    this.#fault = fault;
  }
  open(setup: Setup<ChoresConfig>): void {
    this.#setup = setup;
    const { cores, jars } = setup.config;
    this.#words = new Int32Array(cores * (jars + 1));
    this.#rows = [];
  }
  start(task: Task): void {
    this.#rows[task.slot] = { task, next: 0, washed: 0 };
  }
  judge(slot: number, _said: Moved, witnessAt: number, moved: Moved): number {
    this.move(slot, moved);
    return witnessAt;
  }
  move(slot: number, moved: Moved): void {
    const row = this.#rows[slot];
    const command = row.task.command as ChoresCommand;
    switch (command.kind) {
      case "fill":
        return this.#fill(row.task.core, command.jar, command.staleMs, moved);
      case "wash":
        return this.#wash(row, moved);
      case "stir":
        moved.freed.push(begged);
        moved.next = Next.more;
        return;
      case "spin":
        moved.next = Next.more;
        return;
      default:
        moved.next = Next.blocked;
        moved.blockedOn = command.kind === "beg" ? begged : 2;
    }
  }

  #entry(core: number, jar: number): number {
    return core * this.#setup.config.jars + jar;
  }
  #armed(core: number): number {
    return this.#setup.config.cores * this.#setup.config.jars + core;
  }
  #set(entry: number, value: number, moved: Moved): void {
    this.#words[entry] = value;
    moved.writes.push(entry);
  }
  #arm(core: number, moved: Moved): void {
    moved.timers.push({ label: "wash", core, atMs: this.#setup.nowMs(0) + this.#setup.config.periodMs * (this.#fault === "late" ? 3 : 1), body: [] });
  }
  #fill(core: number, jar: number, staleMs: number, moved: Moved): void {
    moved.stages.push(Stage.fill);
    moved.rules.push(Rule.filled);
    moved.next = Next.done;
    this.#set(this.#entry(core, jar), this.#setup.nowMs(0) + staleMs + 1, moved);
    if (this.#words[this.#armed(core)] === 1) return;
    this.#set(this.#armed(core), 1, moved);
    this.#arm(core, moved);
  }
  #wash(row: Row, moved: Moved): void {
    const { core, kind } = row.task;
    const { jars } = this.#setup.config;
    moved.rules.push(Rule.washed);
    while (row.next < jars && this.#words[this.#entry(core, row.next)] === 0) row.next++;
    if (row.next >= jars || (this.#fault === "tail" && row.washed > 0)) return this.#end(core, kind === "timer", moved);
    const entry = this.#entry(core, row.next++);
    moved.next = Next.more;
    const isStale = this.#words[entry] - 1 <= this.#setup.nowMs(0);
    moved.stages.push(isStale ? Stage.wash : Stage.keep);
    if (!isStale && this.#fault === "stops") row.next = jars;
    if (!isStale || (this.#fault === "leak" && entry === 0)) return;
    row.washed++;
    this.#set(entry, 0, moved);
  }
  #end(core: number, byTimer: boolean, moved: Moved): void {
    moved.stages.push(Stage.end);
    moved.next = Next.done;
    if (!byTimer) return;
    const { jars } = this.#setup.config;
    const full = this.#words.subarray(core * jars, (core + 1) * jars).some((word) => word !== 0);
    if (full && this.#fault !== "not re-armed") this.#arm(core, moved);
    else if (!full) this.#set(this.#armed(core), 0, moved);
  }

  read(entry: number): number {
    return this.#words[entry];
  }
  invariants(): void {}
  obligations(_found: Findings): void {}
  owed(owed: Owed): void {
    const { cores, jars, periodMs } = this.#setup.config;
    const within: Bound = { rounds: 1, ms: periodMs };
    for (let entry = 0; entry < cores * jars; entry++)
      if (this.#words[entry] !== 0) owed.add(Rule.washed, entry, this.#words[entry] - 1 - this.#setup.nowMs(0), within, "a stale jar is not washed");
  }
}

/** `unowed`: the model says nothing of what it owes. `byClock`: there is no background work but that of timers. */
export function choresSystem(fault: ChoresFault = "none", options: { readonly unowed?: true; readonly byClock?: true } = {}): System<ChoresConfig, ChoresCommand> {
  const model = (): Model<ChoresConfig> => {
    const side: Model<ChoresConfig> = new ChoresSide(fault);
    if (options.unowed) side.owed = undefined;
    return side;
  };
  return {
    name: "chores",
    title: "Jars that are washed when they are stale",
    rules: [
      { id: "CHORE-1", text: "A stale jar is washed by its core.", source: "toy", confidence: "chosen" },
      { id: "CHORE-2", text: "A jar can be filled.", source: "toy", confidence: "chosen" },
    ],
    goals: [],
    profiles: ["plain"],
    stages: ["fill", "keep", "wash", "end"],
    nodeCount: () => 1,
    coreCount: (config) => config.cores,
    view: ({ cores, jars }) =>
      View.of([
        { table: "jar", name: "stale", size: cores * jars, rule: Rule.washed, key: String },
        { table: "core", name: "armed", size: cores, rule: Rule.washed, key: String },
      ]),
    model,
    implementation: () => new ChoresSide(fault),
    parseConfig: (value) => ({ ok: true, value: value as ChoresConfig }),
    parseCommand: (value) => ({ ok: true, value: value as ChoresCommand }),
    drawConfig: (random) => ({ cores: 1 + random.int(3), jars: 2 + random.int(3), periodMs: 10 * (1 + random.int(5)) }),
    drawEvents: (random, config, _profile, size) =>
      Array.from({ length: size }, () => {
        if (random.oneIn(4)) return { do: "advance" as const, node: 0, ms: random.int(60) };
        const core = random.int(config.cores);
        if (random.oneIn(5)) return { do: "op" as const, node: 0, core, command: { kind: "wash" as const } };
        return { do: "op" as const, node: 0, core, command: { kind: "fill" as const, jar: random.int(config.jars), staleMs: 10 * random.int(8) } };
      }),
    upkeep: (config) => ({ operations: options.byClock ? [] : [{ kind: "wash" }], periodMs: config.periodMs }),
    waitWords: (what) => (what === begged ? "a stir" : "what never comes"),
    refers: () => undefined,
    words: (command) => command.kind,
    outcomeWords: () => "done",
    smallerConfigs: (config) => (config.cores > 1 ? [{ ...config, cores: config.cores - 1 }] : []),
    smallerCommands: (command) => (command.kind === "fill" && command.jar > 0 ? [{ ...command, jar: 0 }] : []),
    configWeight: (config) => config.cores + config.jars,
    commandWeight: (command) => (command.kind === "fill" ? 1 + command.jar : 1),
  };
}
