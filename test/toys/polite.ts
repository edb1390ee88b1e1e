/**
 * Two cores pass through one door, each with a flag that it raises before it looks at the other's. Right: who finds the other's flag up lowers its own
 * and, on core 1, looks until the other's is down. Planted (`too polite`): both lower theirs and begin again, so that they may do so for ever.
 */
import { Next, View } from "../../harness/engine/contract.ts";
import type { Model, Moved, Setup, Side, System, Task } from "../../harness/engine/contract.ts";
import { load, store } from "./shared.ts";

export interface PoliteConfig {
  readonly cores: number;
}

class PoliteModel implements Model<PoliteConfig> {
  #passed = 0;
  open(): void {
    this.#passed = 0;
  }
  start(): void {}
  move(_slot: number, moved: Moved): void {
    moved.stages.push(0);
    moved.rules.push(0);
    moved.next = Next.done;
    this.#passed++;
    moved.reads.push(0);
    moved.writes.push(0);
  }
  judge(slot: number, _said: Moved, witnessAt: number, moved: Moved): number {
    this.move(slot, moved);
    return witnessAt;
  }
  read(): number {
    return this.#passed;
  }
  invariants(): void {}
  obligations(): void {}
}

const Step = { raise: 0, look: 1, lower: 2, wait: 3 } as const;
const flags = 2;

class PoliteImplementation implements Side<PoliteConfig> {
  readonly #tooPolite: boolean;
  readonly #mem = new Int32Array(new SharedArrayBuffer(4 * (flags + 1)));
  readonly #at: number[] = [];
  readonly #core: number[] = [];
  constructor(tooPolite: boolean) {
    this.#tooPolite = tooPolite;
  }
  open(_setup: Setup<PoliteConfig>): void {
    this.#mem.fill(0);
    this.#at.length = 0;
    this.#core.length = 0;
  }
  start({ slot, core }: Task): void {
    this.#at[slot] = Step.raise;
    this.#core[slot] = core;
  }
  move(slot: number, moved: Moved): void {
    const core = this.#core[slot];
    moved.next = Next.more;
    switch (this.#at[slot]) {
      case Step.raise:
        store(this.#mem, core, 1);
        this.#at[slot] = Step.look;
        break;
      case Step.look:
        if (load(this.#mem, 1 - core) === 1) this.#at[slot] = this.#tooPolite || core === 1 ? Step.lower : Step.look;
        else this.#pass(slot, core, moved);
        break;
      case Step.lower:
        store(this.#mem, core, 0);
        this.#at[slot] = this.#tooPolite ? Step.raise : Step.wait;
        break;
      default:
        if (load(this.#mem, 1 - core) === 0) this.#at[slot] = Step.raise;
    }
  }
  read(): number {
    return this.#mem[flags];
  }
  #pass(_slot: number, core: number, moved: Moved): void {
    moved.stages.push(0);
    moved.writes.push(0);
    moved.next = Next.done;
    store(this.#mem, flags, this.#mem[flags] + 1);
    store(this.#mem, core, 0);
  }
}

/** The door with two cores; every operation passes it once. */
export function politeSystem(tooPolite = false): System<PoliteConfig, { kind: "pass" }> {
  return {
    name: "polite",
    title: "two cores and a door",
    rules: [{ id: "POLITE-1", text: "Whoever comes to the door passes it.", source: "toy", confidence: "chosen" }],
    goals: [],
    profiles: ["plain"],
    stages: ["pass"],
    stageRules: [0],
    nodeCount: () => 1,
    coreCount: (config) => config.cores,
    view: () => View.of([{ table: "door", name: "passed", size: 1, key: () => "" }]),
    model: () => new PoliteModel(),
    implementation: () => new PoliteImplementation(tooPolite),
    parseConfig: (value) => ({ ok: true, value: value as PoliteConfig }),
    parseCommand: (value) => ({ ok: true, value: value as { kind: "pass" } }),
    drawConfig: () => ({ cores: 2 }),
    drawEvents: (random, _config, _profile, size) => Array.from({ length: size }, () => ({ do: "op" as const, node: 0, core: random.int(2), command: { kind: "pass" as const } })),
    refers: () => undefined,
    words: () => "passes",
    outcomeWords: () => "passed",
    smallerConfigs: () => [],
    smallerCommands: () => [],
    configWeight: () => 0,
    commandWeight: () => 0,
  };
}
