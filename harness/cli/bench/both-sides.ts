/** Model and implementation of port allocation side by side, without the engine: what somebody would write who checks one against the other by hand. */
import { Moved, Next, type Command, type Model, type Setup, type Side, type System } from "../../engine/contract.ts";
import { FirstFinding } from "../../engine/findings.ts";
import { drawOf } from "../../engine/random.ts";
import { everyStep, nextLook, WholeView } from "../../engine/whole.ts";
import type { PortConfig } from "../../../spec/port-allocation/terms.ts";

/** A small table that two cores share. */
export const smallTable: PortConfig = {
  cores: 2,
  family: 4,
  addresses: ["198.51.100.1"],
  remotes: ["203.0.113.5", "203.0.113.77"],
  subscribers: 3,
  allocation: "dynamic",
  low: 1024,
  high: 1087,
  wellKnown: null,
  parity: false,
  preserve: false,
  key: "6d5a56da255b0ec24167253d43a38fb0d0ca2bcbae7b30b477cb2da38030f20c6a42b73bbeac01fa",
  bits: 2,
  indirection: [0, 1, 0, 1],
  slotBits: 2,
  chunk: 4,
  ownPerSlot: 2,
  ownSlots: 2,
  blockSize: 0,
  blocksPerSubscriber: 1,
  memoryOptimised: false,
  mapping: "endpoint-independent",
  reuseDelayMs: 0,
  delayQueueMax: 1,
};

/** Profile under which every core owns a share of each slot. */
export const smallTableProfile = "product";

const taskCountMax = 512;

interface Timer {
  readonly label: string;
  readonly core: number;
  readonly atMs: number;
}

/** Throws where the sides part. */
export class BothSides {
  readonly #model: Model;
  readonly #implementation: Side;
  readonly #said = new Moved();
  readonly #judged = new Moved();
  readonly #ofModel = new WholeView();
  readonly #ofImplementation = new WholeView();
  readonly #finding = new FirstFinding();
  readonly #size: number;
  #timers: Timer[] = [];
  #slots = 0;
  #seed = 0;
  #steps = 0;
  #nextLookAt = 0;
  #nowMs = 0;

  constructor(system: System) {
    this.#model = system.model();
    this.#implementation = system.implementation();
    this.#size = system.view(smallTable, smallTableProfile).size;
    this.#ofModel.open(this.#size);
    this.#ofImplementation.open(this.#size);
  }

  /** Both sides anew; `operations` are expected, which decides with the seed how often the whole view is compared. */
  open(seed: number, operations: number): void {
    const setup: Setup<PortConfig> = {
      config: smallTable,
      profile: smallTableProfile,
      taskCountMax,
      draw: (slot, stage, count) => drawOf(seed, slot, stage, count),
      nowMs: () => this.#nowMs,
      footprint: false,
      poison: 0,
    };
    this.#model.open(setup);
    this.#implementation.open(setup);
    this.#timers = [];
    this.#slots = 0;
    this.#seed = seed;
    this.#steps = 0;
    this.#nowMs = 0;
    this.#nextLookAt = everyStep(seed, this.#size, operations * 4) ? 0 : nextLook(seed, 0, this.#size);
  }

  /** Begins an operation or timer on both sides; `of` is the slot of the operation it refers to, -1 for none. Answers its own. */
  begin(core: number, command: Command, of: number): number {
    const slot = this.#slots++;
    const task = { slot, id: `op${slot}`, key: slot, node: 0, core, kind: "op", cause: slot, command, body: [], of } as const;
    this.#implementation.start(task);
    this.#model.start(task);
    return slot;
  }

  /** One stage on both sides; -1: there are more, else what the operation yielded. */
  step(slot: number): number {
    const said = this.#said;
    const judged = this.#judged;
    said.clear();
    judged.clear();
    this.#implementation.move(slot, said);
    let at = 0;
    for (let stage = 0; stage < said.stages.count; stage++) at = this.#model.judge(slot, said, at, judged);
    if (judged.refusal >= 0 || judged.next !== said.next || !judged.stages.equals(said.stages) || !judged.outcome.equals(said.outcome) || judged.yields !== said.yields) throw new Error("the sides part");
    for (const writes of [said.writes, judged.writes]) {
      for (let i = 0; i < writes.count; i++) {
        const entry = writes.items[i];
        if (this.#model.read(entry) !== this.#implementation.read(entry)) throw new Error(`entry ${entry} differs`);
      }
    }
    this.#keepTimers();
    if (++this.#steps >= this.#nextLookAt) {
      if (this.#nextLookAt > 0) this.#nextLookAt = this.#steps + nextLook(this.#seed, this.#steps, this.#size);
      this.#look();
    }
    return said.next === Next.more ? -1 : said.yields;
  }

  /** All stages of an operation one after another; answers what it yielded. */
  operate(core: number, command: Command, of: number): { readonly slot: number; readonly yields: number } {
    const slot = this.begin(core, command, of);
    let yields = this.step(slot);
    while (yields < 0) yields = this.step(slot);
    return { slot, yields };
  }

  /** Lets all timers run, and looks at what is left. */
  rest(): void {
    for (let timer = this.#timers.shift(); timer !== undefined; timer = this.#timers.shift()) {
      this.#nowMs = Math.max(this.#nowMs, timer.atMs);
      this.operate(timer.core, { kind: timer.label }, -1);
    }
    this.#look();
    this.#finding.clear();
    this.#model.obligations(this.#finding);
    if (this.#finding.any) throw new Error(this.#finding.text);
  }

  #keepTimers(): void {
    const { timers } = this.#said;
    if (timers.length !== this.#judged.timers.length) throw new Error("the sides set different timers");
    timers.forEach((timer, at) => {
      const judged = this.#judged.timers[at];
      if (timer.label !== judged.label || timer.core !== judged.core || timer.atMs !== judged.atMs) throw new Error("the sides set different timers");
      // The side may use its record again.
      this.#timers.push({ label: timer.label, core: timer.core, atMs: timer.atMs });
    });
  }

  #look(): void {
    this.#ofModel.look(this.#model);
    this.#ofImplementation.look(this.#implementation);
    if (!this.#ofModel.same(this.#ofImplementation)) throw new Error("the whole views differ");
    this.#finding.clear();
    this.#model.invariants(this.#finding);
    if (this.#finding.any) throw new Error(this.#finding.text);
  }
}
