/**
 * Checked operations a second against fast-check's own ways, on the same model, implementation and configuration.
 *
 * All three draw sequences of up to 60 commands as they go, as many frees as allocations of one to four ports. All three compare after every stage: the
 * stages and the model's opinion of the witness, outcome, yield, timers and every declared entry; as often as each other the whole view
 * and the invariants; at rest, when all timers have run, both again and the obligations. Operations are the units; stages and timers are not counted.
 *
 * - *modelRun*: `fc.commands` and `fc.modelRun`, one operation after another: it never sees two operations at once.
 * - *scheduler*: `fc.scheduler` chooses which core makes its next stage. This is the same search as ours.
 * - *tandem*: cases drawn and run by the engine under the strategy of campaigns. It also traps ambient calls, notices contention, undeclared writes and lost
 *   progress, counts what is reached, and keeps digest and schedule for the replay.
 */
import fc from "fast-check";
import type { EventDraft, Random, System } from "../../engine/contract.ts";
import { drawCase } from "../../engine/draw.ts";
import { Pair } from "../../engine/run.ts";
import { strategyByName } from "../../engine/strategy/index.ts";
import type { Allocate, PortCommand } from "../../../spec/port-allocation/terms.ts";
import { ratesOf } from "./apart.ts";
import { BothSides, smallTable, smallTableProfile } from "./both-sides.ts";
import { medians, overRounds, type BenchRow, type Measured, type Sizes, type Work } from "./row.ts";

const operationsMax = 60;
const coreCount = 2;
const protocols = ["tcp", "udp", "icmp"] as const;

/** Same commands as the arbitraries below. */
function drawSame(random: Random, size: number): EventDraft<PortCommand>[] {
  const drafts: EventDraft<PortCommand>[] = [];
  const out: number[] = [];
  const count = random.int(size + 1);
  while (drafts.length < count) {
    const core = random.int(coreCount);
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

/** What fast-check calls the model: the operations that can be freed, so that commands know whether they apply. */
interface Open {
  readonly slots: number[];
  operations: number;
}

class AllocateCommand implements fc.Command<Open, BothSides> {
  readonly core: number;
  readonly command: Allocate;
  constructor(core: number, command: Allocate) {
    this.core = core;
    this.command = command;
  }
  check(): boolean {
    return true;
  }
  run(open: Open, sides: BothSides): void {
    open.operations++;
    const { slot, yields } = sides.operate(this.core, this.command, -1);
    if (yields > 0) open.slots.push(slot);
  }
}

class FreeCommand implements fc.Command<Open, BothSides> {
  readonly core: number;
  readonly #which: number;
  constructor(core: number, which: number) {
    this.core = core;
    this.#which = which;
  }
  check(open: Readonly<Open>): boolean {
    return open.slots.length > 0;
  }
  /** Takes an operation out of those that can be freed. */
  choose(open: Open): number {
    return open.slots.splice(this.#which % open.slots.length, 1)[0];
  }
  run(open: Open, sides: BothSides): void {
    open.operations++;
    sides.operate(this.core, { kind: "free" }, this.choose(open));
  }
}

const below = (count: number): fc.Arbitrary<number> => fc.integer({ min: 0, max: count - 1 });
const allocates = fc
  .record({ core: below(coreCount), subscriber: below(3), protocol: fc.constantFrom(...protocols), remote: below(2), remotePort: below(65_536), privatePort: fc.integer({ min: 1024, max: 1087 }), count: fc.integer({ min: 1, max: 4 }) })
  .map(({ core, ...wishes }) => new AllocateCommand(core, { kind: "allocate", address: 0, typePort: 0, want: null, ...wishes }));
const frees = fc.record({ core: below(coreCount), which: below(64) }).map(({ core, which }) => new FreeCommand(core, which));

/** The commands of one core, a stage whenever the scheduler says so. */
async function runCore(scheduler: fc.Scheduler, list: readonly (AllocateCommand | FreeCommand)[], open: Open, sides: BothSides): Promise<void> {
  for (const command of list) {
    await scheduler.schedule(Promise.resolve());
    if (!command.check(open)) continue;
    open.operations++;
    const allocates = command instanceof AllocateCommand;
    const slot = allocates ? sides.begin(command.core, command.command, -1) : sides.begin(command.core, { kind: "free" }, command.choose(open));
    let yields = sides.step(slot);
    while (yields < 0) {
      await scheduler.schedule(Promise.resolve());
      yields = sides.step(slot);
    }
    if (allocates && yields > 0) open.slots.push(slot);
  }
}

/** Operations are the units. */
export const competitors = {
  tandem: (system: System, { cases }: Sizes): Work => {
    const pair = new Pair({ ...system, drawEvents: (random, _config, _profile, size) => drawSame(random, size) });
    const strategy = strategyByName("mixture");
    return () => {
      let operations = 0;
      for (let index = 0; index < cases; index++) {
        const result = pair.run(drawCase(pair.system, smallTableProfile, index, operationsMax, { config: smallTable, rest: true }), { strategy });
        if (result.failure !== undefined) throw new Error(`the bench's own case fails: ${result.failure.found}`);
        operations += result.operations;
      }
      return operations;
    };
  },
  modelRun: (system: System, { cases }: Sizes): Work => {
    const sides = new BothSides(system);
    const commands = fc.commands([allocates, frees], { maxCommands: operationsMax, size: "max" });
    return () => {
      let operations = 0;
      let seed = 0;
      const property = fc.property(commands, (list) => {
        const open: Open = { slots: [], operations: 0 };
        sides.open(seed++, operationsMax);
        fc.modelRun(() => ({ model: open, real: sides }), list);
        sides.rest();
        operations += open.operations;
      });
      fc.assert(property, { numRuns: cases, seed: 9 });
      return operations;
    };
  },
  scheduler: (system: System, { cases }: Sizes): Work => {
    const sides = new BothSides(system);
    const lists = fc.array(fc.oneof(allocates, frees), { maxLength: operationsMax, size: "max" });
    return async () => {
      let operations = 0;
      let seed = 0;
      const property = fc.asyncProperty(fc.scheduler(), lists, async (scheduler, list) => {
        const open: Open = { slots: [], operations: 0 };
        sides.open(seed++, operationsMax);
        const cores = Array.from({ length: coreCount }, (_, core) => runCore(scheduler, list.filter((command) => command.core === core), open, sides));
        await scheduler.waitFor(Promise.all(cores));
        sides.rest();
        operations += open.operations;
      });
      // A tenth is enough of what is slower by far.
      await fc.assert(property, { numRuns: Math.ceil(cases / 10), seed: 9 });
      return operations;
    };
  },
};

async function measure(system: System, sizes: Sizes): Promise<readonly Measured[]> {
  const rates = await ratesOf("model-run", ["tandem", "modelRun", "scheduler"], system.name, sizes);
  const of = { row: "model-run", system: system.name, unit: "×", parts: medians(rates) };
  return [
    { ...of, text: "operations checked a second against fast-check's commands and modelRun, which interleaves nothing", aim: { bound: "least", value: 3 }, reached: overRounds(rates, (rate) => rate.tandem / rate.modelRun) },
    { ...of, text: "operations checked a second against fast-check's scheduler, which interleaves the cores", aim: undefined, reached: overRounds(rates, (rate) => rate.tandem / rate.scheduler) },
  ];
}

export const modelRunRow: BenchRow = { name: "model-run", systems: ["port-allocation"], measure };
