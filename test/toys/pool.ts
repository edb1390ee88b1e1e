/**
 * Places that are taken and given back: a free choice for the model to judge (which place), operations that refer to
 * earlier ones, and a choice of misbehaviours, one for each verdict. A place is chosen from a start drawn by the task.
 */
import { Next, View } from "../../harness/engine/contract.ts";
import type { Findings, Model, Moved, Setup, Side, System, Task } from "../../harness/engine/contract.ts";

export interface PoolConfig {
  readonly cores: number;
  readonly places: number;
}
/** `take` yields a place; `put` gives back what the operation `of` took and uses it up; `look` only asks whether it is taken still. */
export type PoolCommand = { readonly kind: "take" } | { readonly kind: "put" | "look"; readonly of: string };

/**
 * Of the implementation: `taken` hands out place 0 always; `full` refuses although a place is free; `no stage` ends without saying so;
 * `other stage` says another; `undeclared` marks the next place too and says nothing; `clock`, `random`, `swallowed` (catches
 * what the trap throws), `timeout`; `loop` never returns; `throws`; `stale` starts from what the last case left in memory.
 */
export type PoolFault =
  | "none" | "taken" | "full" | "no stage" | "other stage" | "undeclared" | "clock" | "random" | "swallowed" | "timeout" | "loop" | "throws" | "stale";

/** Of the model: `throws`; `invariant` forgets to count a place given back; `obligation` demands that everything be given back. */
export type PoolModelFault = "none" | "throws" | "invariant" | "obligation";

const Rule = { free: 0, full: 1, put: 2, count: 3, returned: 4 } as const;
const Stage = { take: 0, put: 1, look: 2 } as const;
const Outcome = { ok: 0, full: 1 } as const;

export class PoolModel implements Model<PoolConfig> {
  readonly #fault: PoolModelFault;
  #taken: number[] = [];
  #count = 0;
  #setup!: Setup<PoolConfig>;
  readonly #tasks = new Map<number, Task>();
  readonly #placeOf = new Map<number, number>();
  constructor(fault: PoolModelFault = "none") {
    this.#fault = fault;
  }
  open(setup: Setup<PoolConfig>): void {
    this.#setup = setup;
    this.#taken = Array.from({ length: setup.config.places }, () => 0);
    this.#count = 0;
    this.#tasks.clear();
    this.#placeOf.clear();
  }
  start(task: Task): void {
    this.#tasks.set(task.slot, task);
  }
  move(slot: number, moved: Moved): void {
    const places = this.#taken.length;
    const start = this.#setup.draw(slot, 0, 0) % places;
    let place = 0;
    while (place < places && this.#taken[(start + place) % places] === 1) place++;
    this.#step(slot, place === places ? -1 : (start + place) % places, moved);
  }
  judge(slot: number, said: Moved, witnessAt: number, moved: Moved): number {
    const takes = this.#tasks.get(slot)!.command.kind === "take";
    const chosen = takes && said.witness.count > witnessAt ? said.witness.items[witnessAt] : -1;
    if (chosen >= 0 && this.#taken[chosen] !== 0) {
      moved.refusal = Rule.free;
      moved.refusalText = `one of the places ${this.#free().join(", ")}`;
    } else this.#step(slot, chosen < 0 ? (this.#free()[0] ?? -1) : chosen, moved);
    return witnessAt + (takes ? 1 : 0);
  }
  read(entry: number): number {
    return this.#taken[entry];
  }
  invariants(found: Findings): void {
    const count = this.#taken.filter((taken) => taken === 1).length;
    if (count !== this.#count) found.add(Rule.count, -1, `${count} places are taken, ${this.#count} are counted`);
  }
  obligations(found: Findings): void {
    if (this.#fault !== "obligation") return;
    const place = this.#taken.indexOf(1);
    if (place >= 0) found.add(Rule.returned, place, `place ${place} was never given back`);
  }

  #free(): number[] {
    return this.#taken.flatMap((taken, place) => (taken === 0 ? [place] : []));
  }
  #step(slot: number, place: number, moved: Moved): void {
    if (this.#fault === "throws") throw new TypeError("the model's planted exception");
    const task = this.#tasks.get(slot)!;
    moved.next = Next.done;
    if (task.command.kind === "take") {
      moved.stages.push(Stage.take);
      moved.rules.push(place < 0 ? Rule.full : Rule.free);
      moved.outcome.push(place < 0 ? Outcome.full : Outcome.ok);
      if (place < 0) return;
      this.#taken[place] = 1;
      this.#count++;
      this.#placeOf.set(slot, place);
      moved.witness.push(place);
      moved.writes.push(place);
      moved.yields = 1;
      return;
    }
    moved.outcome.push(Outcome.ok);
    moved.rules.push(Rule.put);
    if (task.command.kind === "look") {
      moved.stages.push(Stage.look);
      return;
    }
    moved.stages.push(Stage.put);
    const given = this.#placeOf.get(task.of)!;
    this.#taken[given] = 0;
    if (this.#fault !== "invariant") this.#count--;
    moved.writes.push(given);
  }
}

export class PoolImplementation implements Side<PoolConfig> {
  readonly #fault: PoolFault;
  #setup!: Setup<PoolConfig>;
  #taken = new Int32Array(0);
  #placeOf = new Int32Array(0);
  #tasks: Task[] = [];
  /** Never cleared; only `stale` looks at it. */
  #leftover = 0;
  constructor(fault: PoolFault = "none") {
    this.#fault = fault;
  }
  open(setup: Setup<PoolConfig>): void {
    this.#setup = setup;
    if (this.#taken.length !== setup.config.places) this.#taken = new Int32Array(setup.config.places);
    this.#taken.fill(0);
    if (this.#placeOf.length < setup.taskCountMax) this.#placeOf = new Int32Array(setup.taskCountMax);
    if (setup.poison !== 0) this.#leftover = setup.poison >>> 1;
  }
  start(task: Task): void {
    this.#tasks[task.slot] = task;
  }
  move(slot: number, moved: Moved): void {
    const task = this.#tasks[slot];
    moved.next = Next.done;
    moved.outcome.push(Outcome.ok);
    if (task.command.kind === "take") return this.#take(slot, moved);
    if (task.command.kind === "look") return moved.stages.push(Stage.look);
    moved.stages.push(Stage.put);
    const place = this.#placeOf[task.of];
    this.#taken[place] = 0;
    moved.writes.push(place);
  }
  read(entry: number): number {
    return this.#taken[entry];
  }
  scan(into: Int32Array): void {
    into.set(this.#taken);
  }

  #take(slot: number, moved: Moved): void {
    const places = this.#taken.length;
    this.#misbehave(slot);
    if (this.#fault === "no stage") return;
    moved.stages.push(this.#fault === "other stage" ? Stage.put : Stage.take);
    const place = this.#fault === "taken" ? 0 : this.#choose(slot);
    if (place < 0 || (this.#fault === "full" && this.#taken[0] === 1)) {
      moved.outcome.items[0] = Outcome.full;
      return;
    }
    this.#taken[place] = 1;
    this.#placeOf[slot] = place;
    if (this.#fault === "undeclared" && place + 1 < places) this.#taken[place + 1] = 1;
    this.#leftover++;
    moved.witness.push(place);
    moved.writes.push(place);
    moved.yields = 1;
  }

  #choose(slot: number): number {
    const places = this.#taken.length;
    const start = (this.#fault === "stale" ? this.#leftover : this.#setup.draw(slot, 0, 0)) % places;
    for (let i = 0; i < places; i++) if (this.#taken[(start + i) % places] === 0) return (start + i) % places;
    return -1;
  }

  #misbehave(slot: number): void {
    if (this.#fault === "clock") this.#leftover = Date.now();
    else if (this.#fault === "random") this.#leftover = Math.random();
    else if (this.#fault === "timeout") setTimeout(() => {}, 0);
    else if (this.#fault === "throws") throw new RangeError(`no place for slot ${slot} at 0xdeadbeef\nsecond line`);
    else if (this.#fault === "swallowed") {
      try {
        this.#leftover = new Date().getTime();
      } catch {
        this.#leftover = 0;
      }
    } else if (this.#fault === "loop" && slot === 3) {
      for (;;) this.#leftover++;
    }
  }
}

export function poolSystem(options: { readonly fault?: PoolFault; readonly modelFault?: PoolModelFault } = {}): System<PoolConfig, PoolCommand> {
  return {
    name: "pool",
    title: "Places taken and given back",
    rules: [
      { id: "POOL-1", text: "A place that is handed out was free.", source: "toy", confidence: "chosen" },
      { id: "POOL-2", text: "Only a full pool refuses.", source: "toy", confidence: "chosen" },
      { id: "POOL-3", text: "A place given back is free.", source: "toy", confidence: "chosen" },
      { id: "POOL-4", text: "As many places are taken as are counted.", source: "toy", confidence: "chosen" },
      { id: "POOL-5", text: "Every place is given back in the end.", source: "toy", confidence: "chosen" },
    ],
    goals: [],
    profiles: ["plain"],
    stages: ["take", "put", "look"],
    stageRules: [Rule.free, Rule.put, Rule.put],
    nodeCount: () => 1,
    coreCount: (config) => config.cores,
    view: (config) => View.of([{ table: "place", name: "taken", size: config.places, rule: Rule.free, key: String }]),
    model: () => new PoolModel(options.modelFault),
    implementation: () => new PoolImplementation(options.fault),
    parseConfig: (value) => ({ ok: true, value: value as PoolConfig }),
    parseCommand: (value) => ({ ok: true, value: value as PoolCommand }),
    drawConfig: (random) => ({ cores: 1 + random.int(3), places: 2 + random.int(6) }),
    drawEvents: (random, config, _profile, size) =>
      Array.from({ length: size }, (_, i) => {
        const kind = i === 0 ? "take" : random.pick(["take", "take", "put", "look"] as const);
        const command: PoolCommand = kind === "take" ? { kind } : { kind, of: `op${random.int(i)}` };
        return { do: "op" as const, node: 0, core: random.int(config.cores), command };
      }),
    refers: (command) => (command.kind === "take" ? undefined : { id: command.of, consumes: command.kind === "put" }),
    words: (command) => (command.kind === "take" ? "take a place" : `${command.kind} the place of ${command.of}`),
    outcomeWords: (outcome) => (outcome[0] === Outcome.full ? "full" : "ok"),
    smallerConfigs: (config) => [
      ...(config.places > 1 ? [{ ...config, places: config.places - 1 }] : []),
      ...(config.cores > 1 ? [{ ...config, cores: config.cores - 1 }] : []),
    ],
    smallerCommands: () => [],
    configWeight: (config) => config.places + config.cores,
    commandWeight: () => 1,
  };
}
