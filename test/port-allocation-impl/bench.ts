/** A driver for the fast program of port allocation: one engine, a clock, and a list of operations. */
import { Moved, Next, type Command } from "../../harness/engine/contract.ts";
import { PortEngine } from "../../impl/port-allocation/index.ts";
import { stages, type PortConfig } from "../../spec/port-allocation/terms.ts";
import { portLayout, type PortLayout } from "../../spec/port-allocation/view.ts";

/** The key of the published verification suite, and one under which both directions hash alike. */
export const publishedKey = "6d5a56da255b0ec24167253d43a38fb0d0ca2bcbae7b30b477cb2da38030f20c6a42b73bbeac01fa";
export const symmetricKey = "6d5a".repeat(20);

/** 64 ports in 4 slots, two cores. */
export const small: PortConfig = {
  cores: 2,
  family: 4,
  addresses: ["198.51.100.1"],
  remotes: ["203.0.113.9"],
  subscribers: 3,
  allocation: "dynamic",
  low: 1024,
  high: 1087,
  wellKnown: null,
  parity: false,
  preserve: false,
  key: publishedKey,
  bits: 1,
  indirection: [0, 1],
  slotBits: 2,
  chunk: 4,
  ownPerSlot: 2,
  ownSlots: 2,
  blockSize: 16,
  blocksPerSubscriber: 2,
  memoryOptimised: false,
  mapping: "address-and-port-dependent",
  reuseDelayMs: 0,
  delayQueueMax: 2,
};

/** 32 bits that depend on all arguments. */
export function scramble(...values: number[]): number {
  let h = 0x811c9dc5;
  for (const value of values) {
    h = Math.imul(h ^ value, 0x85ebca6b);
    h ^= h >>> 13;
    h = Math.imul(h, 0xc2b2ae35);
    h ^= h >>> 16;
  }
  return h >>> 0;
}

/** A number generator for tests. */
export class Dice {
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

/** How an engine is opened. */
export interface Opened {
  readonly poison?: number;
  readonly seed?: number;
  /** Every free choice is this number. */
  readonly draw?: number;
  readonly engine?: PortEngine;
}

/** One engine with a clock and a list of operations. */
export class Bench {
  readonly engine: PortEngine;
  readonly layout: PortLayout;
  readonly moved = new Moved();
  readonly config: PortConfig;
  readonly taskCountMax = 4000;
  nowMs = 0;
  slots = 0;
  constructor(config: PortConfig, profile = "patent", opened: Opened = {}) {
    this.config = config;
    this.engine = opened.engine ?? new PortEngine();
    this.layout = portLayout(config, profile, 0);
    const seed = opened.seed ?? 1;
    this.engine.open({
      config,
      profile,
      taskCountMax: this.taskCountMax,
      draw: (slot, stage, count) => opened.draw ?? scramble(seed, slot, stage, count),
      nowMs: () => this.nowMs,
      footprint: false,
      poison: opened.poison ?? 0,
    });
  }
  start(core: number, command: object, of = -1, kind: "op" | "timer" = "op"): number {
    const slot = this.slots++;
    this.engine.start({ slot, node: 0, core, kind, cause: slot, command: command as Command, body: [], of });
    return slot;
  }
  move(slot: number): Moved {
    this.moved.clear();
    this.engine.move(slot, this.moved);
    return this.moved;
  }
  /** Moves to the end; the names of the stages on the way. */
  finish(slot: number): string[] {
    const names: string[] = [];
    do {
      this.move(slot);
      names.push(...this.moved.stages.toArray().map((stage) => stages[stage]));
    } while (this.moved.next === Next.more);
    return names;
  }
  allocate(core: number, wishes: object = {}): { slot: number; names: string[]; code: number; port: number } {
    const slot = this.start(core, { ...anyPort, ...wishes });
    const names = this.finish(slot);
    return { slot, names, code: this.moved.outcome.items[0], port: this.moved.outcome.items[0] === 0 ? this.moved.witness.items[this.moved.witness.count - 1] : -1 };
  }
  free(core: number, of: number): string[] {
    return this.finish(this.start(core, { kind: "free", of: "" }, of));
  }
  view(): Int32Array {
    const view = new Int32Array(this.layout.size).fill(-77);
    this.engine.scan(view);
    return view;
  }
  local(port: number, table = 0): number {
    return this.engine.read(this.layout.port.local + table * this.layout.ports + port - this.config.low);
  }
  chunkFree(chunk: number, table = 0): number {
    return this.engine.read(this.layout.chunk.free + table * this.layout.chunks + chunk);
  }
  /** Asks a question without disturbing what was reported last. */
  ask(command: object): number[] {
    const slot = this.taskCountMax - 1;
    this.engine.start({ slot, node: 0, core: 0, kind: "op", cause: slot, command: command as Command, body: [], of: -1 });
    const answer = new Moved();
    this.engine.move(slot, answer);
    return answer.outcome.toArray();
  }
  locate(port: number): number[] {
    return this.ask({ kind: "locate", port });
  }
}

/** An allocation without wishes. */
export const anyPort = { kind: "allocate", subscriber: 0, address: 0, protocol: "tcp", remote: 0, remotePort: 4000, privatePort: 5001, typePort: 0, want: null, count: 1 };

/** Both memory layouts. */
export const layouts = [false, true];
