/**
 * Worked examples of port allocation: a script of operations, run on model and implementation together with the whole view compared at every step,
 * in both memory layouts, and what was seen of it in short words.
 */
import { expect } from "vitest";
import type { Pair, StepRecord } from "../harness/engine/run.ts";
import { portAllocation } from "../harness/systems/port-allocation/index.ts";
import type { Allocate, Locate, PortCommand, PortConfig, ReplyCore, ReserveBlock } from "../spec/port-allocation/terms.ts";
import { columnsByKey, portLayout, type PortLayout } from "../spec/port-allocation/view.ts";
import { work, type Doing, type Seen } from "./worked.ts";

/** The key of the published verification suite, and one under which both directions of a flow hash alike. */
export const publishedKey = "6d5a56da255b0ec24167253d43a38fb0d0ca2bcbae7b30b477cb2da38030f20c6a42b73bbeac01fa";
export const symmetricKey = "6d5a".repeat(20);

/**
 * 16 ports in two slots of 8 for two cores. Under the symmetric key the lowest bit of the hash is the parity of (all 16-bit words of the tuple, xored) & 0x36ad, so
 *
 *            own of core 0   own of core 1   shared
 *   slot 0   1025 1027       1028 1030       chunk 0: 1032 1034   chunk 1: 1037 1039
 *   slot 1   1024 1026       1029 1031       chunk 2: 1033 1035   chunk 3: 1036 1038
 *
 * and the flow from 203.0.113.5:80 has the bit 0: slot 0 is reply-local to core 0, slot 1 to core 1; from port 81 it is the other way round. An ICMP flow has the bit 0 too: all slots are local to core 0.
 */
export const shuffled: PortConfig = {
  cores: 2,
  family: 4,
  addresses: ["198.51.100.1"],
  remotes: ["203.0.113.5"],
  subscribers: 3,
  allocation: "dynamic",
  low: 1024,
  high: 1039,
  wellKnown: null,
  parity: false,
  preserve: false,
  key: symmetricKey,
  bits: 1,
  indirection: [0, 1],
  slotBits: 1,
  chunk: 2,
  ownPerSlot: 2,
  ownSlots: 0,
  blockSize: 0,
  blocksPerSubscriber: 1,
  memoryOptimised: false,
  mapping: "endpoint-independent",
  reuseDelayMs: 0,
  delayQueueMax: 2,
};

/** The same ports with nothing owned: chunks 0 to 3 are 1025 1027 | 1028 1030 | 1032 1034 | 1037 1039, chunks 4 to 7 are 1024 1026 | 1029 1031 | 1033 1035 | 1036 1038. */
export const allShared: PortConfig = { ...shuffled, ownPerSlot: 0 };

/** 42 ports from 1024: blocks of 10 begin at 1024, 1034, 1044 and 1054, 1064 and 1065 are left over; each block has chunks of 4, 4 and 2. A subscriber may have two. */
export const blocks: PortConfig = { ...shuffled, high: 1065, allocation: "block", chunk: 4, ownPerSlot: 0, blockSize: 10, blocksPerSubscriber: 2 };

type Act = Doing<PortCommand>;
const act = (core: number, command: PortCommand): Act => [core, command];
/** Operations by their ids, in order. */
export interface Script {
  readonly [id: string]: Act;
}
/** An allocation: one TCP port for subscriber 0 on the first address, own port 5001, no wish. */
export const ask = (core: number, wishes: Partial<Allocate> = {}): Act =>
  act(core, { kind: "allocate", subscriber: 0, address: 0, protocol: "tcp", remote: 0, remotePort: 80, privatePort: 5001, typePort: 0, want: null, count: 1, ...wishes });
/** An allocation of this port and no other. */
export const askFor = (core: number, port: number, wishes: Partial<Allocate> = {}): Act => ask(core, { want: { port }, ...wishes });
/** An allocation from a range, both ends included. */
export const askWithin = (core: number, low: number, high: number, wishes: Partial<Allocate> = {}): Act => ask(core, { want: { low, high }, ...wishes });
export const free = (core: number, of: string): Act => act(core, { kind: "free", of });
export const collect = (core: number): Act => act(core, { kind: "collect" });
export const age = (core: number): Act => act(core, { kind: "age" });
/** Any block of the first address for subscriber 0. */
export const reserve = (core: number, wishes: Partial<ReserveBlock> = {}): Act => act(core, { kind: "reserve-block", subscriber: 0, protocol: "tcp", address: 0, block: -1, ...wishes });
export const release = (core: number, of: string): Act => act(core, { kind: "release-block", of });
export const locate = (port: number): Act => act(0, { kind: "locate", port } satisfies Locate);
export const inverse = (address: number, port: number): Act => act(0, { kind: "inverse", address, port });
export const replyCore = (port: number, more: Partial<ReplyCore> = {}): Act => act(0, { kind: "reply-core", protocol: "tcp", remote: 0, remotePort: 80, address: 0, port, ...more });
export const advance = (ms: number): Act => ({ ms });

/** The numbers from `low` to `high`, both included. */
export const from = (low: number, high: number): number[] => Array.from({ length: high - low + 1 }, (_, i) => low + i);

type KeyKind = keyof typeof columnsByKey;
/** A column of the view as it is printed: `port.local`. */
export type ColumnName = { [K in KeyKind]: `${K}.${(typeof columnsByKey)[K][number]}` }[KeyKind];

export interface Playing {
  readonly profile?: string;
  readonly seed?: number;
  /** `a@2>b`: when a has made two moves, go over to b. */
  readonly switches?: readonly string[];
  /** Operations that are to do nothing, as what they refer to yielded nothing. */
  readonly skipped?: number;
  /** Configuration and commands may be larger than a file may ask for, and the whole view is compared only now and then. */
  readonly large?: boolean;
}

/** What a script came to. */
export class Played {
  readonly #seen: Seen;
  readonly #pair: Pair;
  readonly #layout: PortLayout;
  readonly #config: PortConfig;
  constructor(seen: Seen, config: PortConfig, profile: string) {
    this.#seen = seen;
    this.#pair = seen.pair;
    this.#config = config;
    this.#layout = portLayout(config, profile, 0);
  }

  of(task: string): StepRecord[] {
    return this.#seen.steps.filter((step) => step.task === task);
  }
  /** Names of the documented stages a task took. */
  stages(task: string): readonly string[] {
    return this.#seen.stages(task);
  }
  /** What the task answered. */
  outcome(task: string): readonly number[] {
    return this.#seen.outcome(task);
  }
  /** The first free choice of the task. */
  start(task: string): number {
    return this.of(task)[0].witness[0];
  }
  /** Ports that got a subscriber in the steps of these tasks, in order, read from the view of both sides. */
  ports(...tasks: string[]): number[] {
    return tasks.flatMap((task) =>
      this.of(task).flatMap((step) =>
        step.changes.flatMap((change) => {
          const { column, key } = this.#place(change.entry);
          return column.endsWith(".user") && change.modelAfter !== 0 && change.implementationAfter !== 0 ? [key] : [];
        }),
      ),
    );
  }
  /** What each step of the task changed: `local 1024 1>0` in the first table, `local 1:1024 1>0` in the second, column by column. */
  changes(task: string): string[][] {
    return this.of(task).map((step) =>
      step.changes
        .filter((change) => change.modelBefore !== change.modelAfter || change.implementationBefore !== change.implementationAfter)
        .map((change) => {
          expect([change.implementationBefore, change.implementationAfter]).toEqual([change.modelBefore, change.modelAfter]);
          const { column, table, key } = this.#place(change.entry);
          return `${column.replace(/^port\./, "")} ${table === 0 ? "" : `${table}:`}${key} ${change.modelBefore}>${change.modelAfter}`;
        }),
    );
  }
  /** Timers set by the task: `collect on core 1 at 1000`. */
  timers(task: string): string[] {
    return this.of(task).flatMap((step) => step.timers.map((timer) => `${timer.label} on core ${timer.core} at ${timer.atMs}`));
  }
  /** An entry of the view at the end: a port, chunk, block or core by its number, and the table (address × 2 + (0 TCP, 1 other)). */
  at(column: ColumnName, key: number, table = 0): number {
    const [kind, name] = column.split(".") as [KeyKind, string];
    const { first, each } = this.#sizes(kind);
    const entry = (this.#layout[kind] as { readonly [name: string]: number })[name] + table * each + key - first;
    const found = this.#pair.implementation.read(entry);
    expect(found, column).toBe(this.#pair.model.read(entry));
    return found;
  }

  #sizes(kind: KeyKind): { first: number; each: number } {
    const { ports, chunks, blocks: blockCount, wellKnownPorts } = this.#layout;
    if (kind === "port") return { first: this.#config.low, each: ports };
    if (kind === "wellKnown") return { first: this.#config.wellKnown?.low ?? 0, each: wellKnownPorts };
    return { first: 0, each: kind === "chunk" ? chunks : kind === "block" ? blockCount : this.#config.cores };
  }
  #place(entry: number): { column: string; table: number; key: number } {
    for (const kind of Object.keys(columnsByKey) as KeyKind[]) {
      const { first, each } = this.#sizes(kind);
      const size = kind === "core" ? each : each * this.#layout.tables;
      for (const name of columnsByKey[kind]) {
        const at = entry - (this.#layout[kind] as { readonly [name: string]: number })[name];
        if (at >= 0 && at < size) return { column: `${kind}.${name}`, table: Math.floor(at / each), key: first + (at % each) };
      }
    }
    throw new Error(`entry ${entry} is beyond the view of ${this.#layout.size}`);
  }
}

/** Runs the script in both memory layouts, the second on poisoned memory; both must go alike and without a failure. */
export function play(config: PortConfig, script: Script, how: Playing = {}): Played {
  const { profile = "rfc", seed = 7, switches = [], skipped = 0, large = false } = how;
  for (const [id, one] of Object.entries(script)) if (!("ms" in one) && !large) expect(portAllocation.parseCommand(one[1], config), id).toMatchObject({ ok: true });
  const once = (memoryOptimised: boolean, poison: number): Seen => {
    const seen = work(portAllocation, { config: { ...config, memoryOptimised }, does: script, profile, seed, switches, poison, large });
    expect(seen.failure).toBeUndefined();
    return seen;
  };
  const first = once(config.memoryOptimised, 0);
  const other = once(!config.memoryOptimised, 77);
  // The model names PORT-18 itself where memory is optimised.
  const withoutRules = (steps: readonly StepRecord[]) => steps.map(({ rules: _rules, ...step }) => step);
  expect(withoutRules(other.steps), "PORT-18: the other memory layout").toEqual(withoutRules(first.steps));
  expect(first.skippedOperations, "operations that did nothing").toBe(skipped);
  return new Played(first, config, profile);
}

/** Plays with seed after seed until the task has made every one of these free choices, and shows each once. */
export function playFromEach(starts: readonly number[], task: string, config: PortConfig, script: Script, see: (played: Played, start: number) => void): void {
  const seen = new Set<number>();
  for (let seed = 1; seed <= 400 && seen.size < starts.length; seed++) {
    const played = play(config, script, { seed });
    const start = played.start(task);
    if (seen.has(start)) continue;
    seen.add(start);
    see(played, start);
  }
  expect([...seen].sort((a, b) => a - b)).toEqual(starts);
}
