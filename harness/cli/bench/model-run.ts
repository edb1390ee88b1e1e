/**
 * Checked operations a second against fast-check's own way: `commands` and `modelRun`, on the same model, implementation and configuration, with the same
 * commands and the same comparison of stages, outcomes and declared entries after every stage. Both draw their cases as they go. Fast-check's
 * runs one operation after another; Tandem's interleaves the cores, and looks at whole views, invariants and the state at rest as well.
 */
import fc from "fast-check";
import { Moved, Next, type Command, type EventDraft, type Model, type Random, type Setup, type Side, type System } from "../../engine/contract.ts";
import { drawCase } from "../../engine/draw.ts";
import { drawOf } from "../../engine/random.ts";
import { Pair } from "../../engine/run.ts";
import { strategyByName } from "../../engine/strategy/index.ts";
import type { Allocate, PortCommand, PortConfig } from "../../../spec/port-allocation/terms.ts";
import { median, overRounds, rates, type BenchRow, type Measured, type Sizes } from "./row.ts";

const operationsMax = 60;
const protocols = ["tcp", "udp", "icmp"] as const;

const config: PortConfig = {
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
const profile = "product";

/** Same commands as the arbitrary below: as many frees as allocations, of one to four ports. */
function drawSame(random: Random, size: number): EventDraft<PortCommand>[] {
  const drafts: EventDraft<PortCommand>[] = [];
  const out: number[] = [];
  const count = random.int(size + 1);
  while (drafts.length < count) {
    const core = random.int(2);
    if (random.oneIn(2) && out.length > 0) {
      const [of] = out.splice(random.int(out.length), 1);
      drafts.push({ do: "op", node: 0, core, command: { kind: "free", of: `op${of}` } });
      continue;
    }
    out.push(drafts.length);
    const command: Allocate = { kind: "allocate", subscriber: random.int(3), address: 0, protocol: random.pick(protocols), remote: random.int(2), remotePort: random.int(65_536), privatePort: 1024 + random.int(64), typePort: 0, want: null, count: 1 + random.int(4) };
    drafts.push({ do: "op", node: 0, core, command });
  }
  return drafts;
}

/** What fast-check calls the real system: both sides, opened anew for each run. */
class Real {
  readonly #model: Model;
  readonly #implementation: Side;
  readonly #said = new Moved();
  readonly #judged = new Moved();
  #slots = 0;
  constructor(system: System) {
    this.#model = system.model();
    this.#implementation = system.implementation();
  }

  open(seed: number): void {
    const setup: Setup<PortConfig> = { config, profile, taskCountMax: 256, draw: (slot, stage, count) => drawOf(seed, slot, stage, count), nowMs: () => 0, footprint: false, poison: 0 };
    this.#model.open(setup);
    this.#implementation.open(setup);
    this.#slots = 0;
  }

  /** Runs an operation to its end on both sides; answers its slot if it yielded anything, else -1. */
  operate(core: number, command: Command, of: number): number {
    const slot = this.#slots++;
    const task = { slot, id: `op${slot}`, key: slot, node: 0, core, kind: "op", cause: slot, command, body: [], of } as const;
    const said = this.#said;
    this.#implementation.start(task);
    this.#model.start(task);
    do this.#step(slot);
    while (said.next === Next.more);
    return said.yields > 0 ? slot : -1;
  }

  #step(slot: number): void {
    const said = this.#said;
    const judged = this.#judged;
    said.clear();
    judged.clear();
    this.#implementation.move(slot, said);
    let at = 0;
    for (let stage = 0; stage < said.stages.count; stage++) at = this.#model.judge(slot, said, at, judged);
    if (judged.refusal >= 0 || judged.next !== said.next || !judged.stages.equals(said.stages) || !judged.outcome.equals(said.outcome)) throw new Error("the sides part");
    for (const writes of [said.writes, judged.writes])
      for (let i = 0; i < writes.count; i++) {
        const entry = writes.items[i];
        if (this.#model.read(entry) !== this.#implementation.read(entry)) throw new Error(`entry ${entry} differs`);
      }
  }
}

/** What fast-check calls the model: the operations that can be freed, so that commands know whether they apply. */
interface Open {
  readonly slots: number[];
  operations: number;
}

class AllocateCommand implements fc.Command<Open, Real> {
  readonly #core: number;
  readonly #command: Allocate;
  constructor(core: number, command: Allocate) {
    this.#core = core;
    this.#command = command;
  }
  check(): boolean {
    return true;
  }
  run(open: Open, real: Real): void {
    open.operations++;
    const slot = real.operate(this.#core, this.#command, -1);
    if (slot >= 0) open.slots.push(slot);
  }
}

class FreeCommand implements fc.Command<Open, Real> {
  readonly #core: number;
  readonly #which: number;
  constructor(core: number, which: number) {
    this.#core = core;
    this.#which = which;
  }
  check(open: Readonly<Open>): boolean {
    return open.slots.length > 0;
  }
  run(open: Open, real: Real): void {
    open.operations++;
    const [slot] = open.slots.splice(this.#which % open.slots.length, 1);
    real.operate(this.#core, { kind: "free" }, slot);
  }
}

const below = (count: number): fc.Arbitrary<number> => fc.integer({ min: 0, max: count - 1 });
const allocates = fc
  .record({ core: below(2), subscriber: below(3), protocol: fc.constantFrom(...protocols), remote: below(2), remotePort: below(65_536), privatePort: fc.integer({ min: 1024, max: 1087 }), count: fc.integer({ min: 1, max: 4 }) })
  .map(({ core, ...wishes }) => new AllocateCommand(core, { kind: "allocate", address: 0, typePort: 0, want: null, ...wishes }));
const frees = fc.record({ core: below(2), which: below(64) }).map(({ core, which }) => new FreeCommand(core, which));

function measure(system: System, { rounds, cases }: Sizes): readonly Measured[] {
  const real = new Real(system);
  const commands = fc.commands([allocates, frees], { maxCommands: operationsMax, size: "max" });
  const fastCheck = (): number => {
    let operations = 0;
    const property = fc.property(commands, (list) => {
      const open: Open = { slots: [], operations: 0 };
      fc.modelRun(() => {
        real.open(5);
        return { model: open, real };
      }, list);
      operations += open.operations;
    });
    fc.assert(property, { numRuns: cases, seed: 9 });
    return operations;
  };
  const pair = new Pair({ ...system, drawEvents: (random, _config, _profile, size) => drawSame(random, size) });
  const strategy = strategyByName("mixture");
  const tandem = (): number => {
    let operations = 0;
    for (let index = 0; index < cases; index++) {
      const result = pair.run(drawCase(pair.system, profile, index, operationsMax, { config }), { strategy });
      if (result.failure !== undefined) throw new Error(`the bench's own case fails: ${result.failure.found}`);
      operations += result.operations;
    }
    return operations;
  };
  const found = rates(rounds, [tandem, fastCheck]);
  return [
    {
      row: "model-run",
      system: system.name,
      text: "operations checked a second against fast-check's commands and modelRun",
      aim: { bound: "least", value: 3 },
      reached: overRounds(found, ([t, f]) => t / f),
      unit: "×",
      parts: { tandem: median(found[0]), fastCheck: median(found[1]) },
    },
  ];
}

export const modelRunRow: BenchRow = { name: "model-run", systems: ["port-allocation"], measure };
