/** The fast program of port allocation on random runs: every allocation and memory layout, all cores interleaved stage by stage, every choice judged the slow way. */
import { describe, expect, test } from "vitest";
import { Next, type Command } from "../harness/engine/contract.ts";
import { PortEngine } from "../impl/port-allocation/index.ts";
import { Stage, stages, type Allocate, type PortConfig } from "../spec/port-allocation/terms.ts";
import { anyPort, Bench, layouts, scramble, small, symmetricKey } from "./port-allocation-impl/bench.ts";
import { Choices } from "./port-allocation-impl/choices.ts";

/** A number generator for tests. */
class Dice {
  #state: number;
  constructor(seed: number) {
    this.#state = seed;
  }
  below(n: number): number {
    this.#state = scramble(this.#state, 77);
    return this.#state % n;
  }
  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)];
  }
}

const wellKnown = { low: 601, high: 643 };
const two = ["198.51.100.1", "198.51.100.2"];
const variants: { name: string; profile: string; config: PortConfig }[] = [
  { name: "dynamic", profile: "rfc", config: small },
  { name: "dynamic, resting", profile: "rfc", config: { ...small, mapping: "endpoint-independent", reuseDelayMs: 500 } },
  { name: "dynamic, patent", profile: "patent", config: small },
  { name: "dynamic, parity, preserving, well-known", profile: "product", config: { ...small, parity: true, preserve: true, wellKnown } },
  { name: "block", profile: "rfc", config: { ...small, allocation: "block", addresses: two, blockSize: 10, blocksPerSubscriber: 3 } },
  { name: "block, preserving, parity, well-known", profile: "rfc", config: { ...small, allocation: "block", addresses: two, blockSize: 13, preserve: true, parity: true, wellKnown: { low: 601, high: 610 } } },
  { name: "deterministic", profile: "rfc", config: { ...small, allocation: "deterministic", high: 1080, parity: true, preserve: true } },
  { name: "deterministic, patent", profile: "patent", config: { ...small, allocation: "deterministic", blocksPerSubscriber: 1, wellKnown } },
];

/** A configuration near that of the variant: sizes drawn anew. */
function vary(dice: Dice, config: PortConfig): PortConfig {
  const slotBits = dice.pick([1, 2, 3, 6]);
  const bits = 1 + dice.below(slotBits);
  // One in four dynamic tables is so wide that the own ports of a core in one slot need two words.
  const wide = config.allocation === "dynamic" && slotBits === 1;
  const cores = wide ? 2 : 2 + dice.below(3);
  const indirection = Array.from({ length: 1 << bits }, () => dice.below(cores));
  const high = config.allocation === "deterministic" ? config.high : (wide ? 1160 : 1075) + dice.below(30);
  const more = { slotBits, bits, cores, indirection, high, chunk: dice.pick([1, 3, 4, 8]), ownPerSlot: wide ? 36 : dice.below(4), key: dice.pick([config.key, symmetricKey]) };
  return { ...config, ...more, parity: config.parity && dice.below(3) > 0, preserve: config.preserve && dice.below(3) > 0 };
}

/** What holds whatever was done; an empty list of complaints. */
function complaints(bench: Bench, view: Int32Array): string[] {
  const found: string[] = [];
  const { layout, config } = bench;
  for (let i = 0; i < layout.tables * layout.ports; i++) {
    const local = view[layout.port.local + i];
    const busy = view[layout.port.user + i] !== 0 || view[layout.port.handed + i] !== 0 || view[layout.port.rested + i] !== 0;
    if ((local & (local - 1)) !== 0 || local >= 1 << config.cores) found.push(`PORT-10 port ${i} is free at cores ${local.toString(2)}`);
    if (local !== 0 && busy) found.push(`PORT-10 port ${i} is free and in use`);
    if ((view[layout.port.user + i] === 0) !== (view[layout.port.session + i] === 0)) found.push(`PORT-25 port ${i}`);
  }
  for (let i = 0; i < layout.tables * layout.chunks; i++) {
    if (view[layout.chunk.free + i] === 1 && view[layout.chunk.holder + i] !== 0) found.push(`PORT-10 chunk ${i} is free and held`);
  }
  return found;
}

/** Entries that changed and were not declared, or the other way round, or that read otherwise than they scan. */
function undeclared(bench: Bench, before: Int32Array, view: Int32Array): string[] {
  const found: string[] = [];
  const declared = new Set(bench.moved.writes.toArray());
  if (declared.size !== bench.moved.writes.count) found.push("an entry is declared twice");
  for (let entry = 0; entry < view.length; entry++) {
    if ((view[entry] !== before[entry]) !== declared.has(entry)) found.push(`entry ${entry} went from ${before[entry]} to ${view[entry]}, declared: ${declared.has(entry)}`);
  }
  for (const entry of declared) if (bench.engine.read(entry) !== view[entry]) found.push(`entry ${entry} reads ${bench.engine.read(entry)} and scans ${view[entry]}`);
  return found;
}

/** A command of any kind that the configuration has. */
function drawCommand(dice: Dice, config: PortConfig, given: number[], reserved: number[]): { command: object; of: number } {
  const protocol = dice.pick(["tcp", "udp", "icmp"]);
  const subscriber = dice.below(config.subscribers);
  const address = config.allocation === "dynamic" ? dice.below(config.addresses.length) : config.allocation === "block" ? dice.below(config.addresses.length + 1) - 1 : -1;
  const kind = dice.below(20);
  if (kind < 7 && given.length > 0) return { command: { kind: "free", of: "" }, of: given.splice(dice.below(given.length), 1)[0] };
  if (kind === 7) return { command: { kind: "collect" }, of: -1 };
  if (kind === 8) return { command: { kind: "age" }, of: -1 };
  if (kind === 9 && config.allocation === "block") return { command: { kind: "reserve-block", subscriber, protocol, address, block: dice.below(6) - 1 }, of: -1 };
  if (kind === 10 && reserved.length > 0) return { command: { kind: "release-block", of: "" }, of: reserved.splice(dice.below(reserved.length), 1)[0] };
  const low = config.low + dice.below(40);
  const wants = [null, null, null, { port: config.low - 1 + dice.below(68) }, { port: 595 + dice.below(60) }, { low, high: low + dice.below(30) }, { low: 0, high: 620 }];
  const command = { kind: "allocate", subscriber, address, protocol, remote: 0, remotePort: dice.below(65536), privatePort: dice.pick([dice.below(1100), 600 + dice.below(50), 1024 + dice.below(70), 40000 + dice.below(9)]), typePort: dice.pick([0, 0, config.low + dice.below(64)]), want: dice.pick(wants), count: 1 + dice.below(6) };
  return { command, of: -1 };
}

/** Runs random operations of all cores, interleaved stage by stage, on all benches alike, and calls `after` at every step. Returns the stages reached. */
function runRandom(benches: Bench[], seed: number, operations: number, after: (bench: Bench, slot: number, core: number, command: Command) => void): Set<number> {
  const dice = new Dice(seed);
  const [first] = benches;
  const { config } = first;
  const running = Array.from({ length: config.cores }, () => -1);
  const commands = new Map<number, Command>();
  const given: number[] = [];
  const reserved: number[] = [];
  const reached = new Set<number>();
  for (let started = 0; started < operations || running.some((slot) => slot >= 0); ) {
    const core = dice.below(config.cores);
    if (running[core] < 0) {
      if (started >= operations) continue;
      started++;
      const { command, of } = drawCommand(dice, config, given, reserved);
      for (const bench of benches) running[core] = bench.start(core, command, of);
      commands.set(running[core], command as Command);
      continue;
    }
    const slot = running[core];
    for (const bench of benches) {
      bench.move(slot);
      after(bench, slot, core, commands.get(slot)!);
    }
    for (const stage of first.moved.stages.toArray()) reached.add(stage);
    if (first.moved.next === Next.done) {
      if (first.moved.yields > 0) (commands.get(slot)!.kind === "allocate" ? given : reserved).push(slot);
      running[core] = -1;
    }
    const ms = dice.below(40);
    for (const bench of benches) bench.nowMs += ms;
  }
  return reached;
}

describe.each(variants)("random runs, $name", ({ name, profile, config }) => {
  test.each(layouts)("PORT-6: every choice is the one the text asks for, every change is declared, nothing else is (memory optimised: %s)", (memoryOptimised) => {
    const reached = new Set<number>();
    const engine = new PortEngine();
    for (let seed = 1; seed <= 12; seed++) {
      const bench = new Bench({ ...vary(new Dice(seed), config), memoryOptimised }, profile, { seed, engine });
      const choices = new Choices(bench, profile);
      let before = bench.view();
      const stagesOfRun = runRandom([bench], seed, 150, (_, slot, core, command) => {
        const view = bench.view();
        const found = [...undeclared(bench, before, view), ...complaints(bench, view)];
        if (command.kind === "allocate") found.push(choices.complaint(slot, core, command as Allocate, before));
        if (found.join("") !== "") expect.fail(found.join("; "));
        before = view;
      });
      for (const stage of stagesOfRun) reached.add(stage);
      expect(before.findIndex((value, entry) => bench.engine.read(entry) !== value)).toBe(-1);
    }
    for (const stage of [Stage["take-claimed"], Stage.refuse, Stage["hand-over"], Stage.collect]) expect(reached, stages[stage]).toContain(stage);
    if (config.allocation === "block") for (const stage of [Stage.reserve, Stage["release-block"]]) expect(reached, stages[stage]).toContain(stage);
    if (name === "dynamic, resting") for (const stage of [Stage.delay, Stage.expire]) expect(reached, stages[stage]).toContain(stage);
  });

  test("PORT-18: both memory layouts, and a poisoned and reused engine, say the same at every step", () => {
    const worn = new PortEngine();
    for (let seed = 1; seed <= 10; seed++) {
      const varied = vary(new Dice(seed + 50), config);
      const plain = new Bench({ ...varied, memoryOptimised: false }, profile, { seed });
      const optimised = new Bench({ ...varied, memoryOptimised: true }, profile, { seed });
      const poisoned = new Bench({ ...varied, memoryOptimised: seed % 2 === 0 }, profile, { seed, engine: worn, poison: seed * 7919 });
      let said = "";
      runRandom([plain, optimised, poisoned], seed + 100, 100, (bench) => {
        const { stages: names, witness, outcome, writes, next, yields, timers } = bench.moved;
        const now = JSON.stringify([names.toArray(), witness.toArray(), outcome.toArray(), writes.toArray(), next, yields, timers]);
        if (bench === plain) said = now;
        else expect(now).toBe(said);
      });
      expect(optimised.view()).toEqual(plain.view());
      expect(poisoned.view()).toEqual(plain.view());
    }
  });

  test.each(layouts)("PORT-19: straight through, every core exhausts its tables and gets everything back (memory optimised: %s)", (memoryOptimised) => {
    const bench = new Bench({ ...config, memoryOptimised, reuseDelayMs: 0, preserve: false, parity: false }, profile);
    const start = bench.view();
    const exhaust = (): [number, number][] => {
      const given: [number, number][] = [];
      for (let core = 0; core < config.cores; core++) {
        for (let subscriber = 0; subscriber < config.subscribers; subscriber++) {
          for (let refusals = 0, n = 0; refusals < 64; n++) {
            const slot = bench.start(core, { ...anyPort, subscriber, address: config.allocation === "dynamic" ? 0 : -1, privatePort: 5000 + n });
            bench.moved.clear();
            bench.engine.runThrough(slot, bench.moved);
            if (bench.moved.outcome.items[0] === 0) given.push([core, slot]);
            else refusals++;
          }
        }
      }
      return given;
    };
    // Deterministic: 3 subscribers have 9 × 2, or in the patent's way 21, ports each. Blocks: 3 subscribers have 3 of 10 or 2 of 13.
    const all = { dynamic: 64, block: config.blockSize * config.blocksPerSubscriber * 3, deterministic: profile === "patent" ? 63 : 54 }[config.allocation];
    const first = exhaust();
    expect(first.length).toBe(all);
    for (const [core, slot] of first) bench.engine.runThrough(bench.start(core, { kind: "free", of: "" }, slot), bench.moved);
    const after = bench.view();
    const { block, tables, blocks } = bench.layout;
    expect(after.findIndex((value, entry) => value !== start[entry] && (entry < block.subscriber || entry >= block.subscriber + tables * blocks))).toBe(-1);
    expect(exhaust().length).toBe(all);
  });
});
