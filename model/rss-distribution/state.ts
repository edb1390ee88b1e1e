/** What the model of distribution over cores remembers: the entries of the view, and the packets that are under way. */
import { bucketCount, type RssConfig } from "../../spec/rss-distribution/terms.ts";
import { rssLayout, type RssLayout } from "../../spec/rss-distribution/view.ts";
import type { Moved, Setup } from "../../spec/side.ts";
import { Cells } from "../cells.ts";
import type { Numbering } from "../numbering.ts";
import { addressBytes, keyWindows } from "../toeplitz.ts";

/** The record that goes with a waiting packet, in the order of its seven words. */
export interface Waiting {
  /** Of the operation. */
  readonly slot: number;
  /** -1: none of the configuration's. */
  readonly flow: number;
  readonly sequence: number;
  /** Signed 32 bits, 0 none. */
  readonly hash: number;
  /** `How`. */
  readonly how: number;
  readonly cost: number;
  /** Times handed over. */
  readonly times: number;
}

/** What became of a packet that was given to a core. */
export interface Fate {
  /** Core that it waits at, or was delivered at. */
  core: number;
  readonly cost: number;
  now: "waiting" | "delivered" | "gone";
}

/** The entries are read and written by number; what is said of a packet under way stands beside them. */
export class RssState {
  readonly at: Numbering;
  readonly cells: Cells;
  /** Part of a node, which opens the cells and answers for its tasks. */
  readonly isPart: boolean;
  config!: RssConfig;
  layout!: RssLayout;
  #setup!: Setup<RssConfig>;
  #draws: number[] = [];
  /** Profile `patent`: with an extension header nothing but the addresses is seen. */
  patent = false;
  /** Of the key, for the hash. */
  windows!: Uint32Array;
  /** By position. */
  addresses: readonly Uint8Array[] = [];
  /** By core: records of the packets that wait there, the oldest first. Only where shared memory carries them. */
  queues: Waiting[][] = [];
  /** By slot of the operation that placed the packet. */
  fates: (Fate | undefined)[] = [];
  /** Within a step: its row is a task of its own, and not a part of a node's task. */
  tells = false;
  /** A flow of which a core delivered a packet after a later one: entry of the last number; -1 none. */
  outOfOrder = -1;
  /** Memory of goals only. By conversation: the flow whose core established it; by pair: the position of the source that was last. */
  establishedBy: number[] = [];
  lastSource: number[] = [];

  constructor(at: Numbering, cells: Cells | undefined) {
    this.at = at;
    this.isPart = cells !== undefined;
    this.cells = cells ?? new Cells();
  }

  open(setup: Setup<RssConfig>): void {
    const { config } = setup;
    const { cells } = this;
    const layout = rssLayout(config, this.at.entry);
    this.#setup = setup;
    this.#draws = [];
    this.config = config;
    this.layout = layout;
    this.patent = setup.profile === "patent";
    this.windows = keyWindows(config.key);
    this.addresses = config.addresses.map(addressBytes);
    this.queues = config.traffic.map(() => []);
    this.fates = [];
    this.outOfOrder = -1;
    this.establishedBy = [];
    this.lastSource = [];
    if (!this.isPart) cells.open(layout.size, setup.footprint);
    for (const [bucket, core] of config.indirection.entries()) cells.set(layout.bucket.core + bucket, core);
    for (let core = 0; core < config.cores; core++) cells.set(layout.core.up + core, 1);
    for (const [rule, { on }] of config.rules.entries()) cells.set(layout.rule.on + rule, on ? 1 : 0);
    for (const [entry, { core }] of config.steering.entries()) cells.set(layout.steering.core + entry, core + 1);
    for (const [address, node] of config.internal.entries()) cells.set(layout.address.node + address, node + 1);
  }

  get(entry: number): number {
    return this.cells.get(entry);
  }
  set(entry: number, value: number): void {
    this.cells.set(entry, value);
  }
  add(entry: number, change: number): void {
    this.cells.add(entry, change);
  }
  now(): number {
    return this.#setup.nowMs(0);
  }
  /** The next draw of this slot, one of so many. */
  draw(slot: number, among: number): number {
    const count = (this.#draws[slot] ?? 0) + 1;
    this.#draws[slot] = count;
    return this.#setup.draw(slot, 0, count, among);
  }
  rule(moved: Moved, number: number): void {
    moved.rules.push(this.at.rule + number);
  }
  goal(moved: Moved, number: number): void {
    moved.goals.push(this.at.goal + number);
  }

  // --- Cores

  carries(core: number): boolean {
    return this.config.traffic[core] === true;
  }
  isUp(core: number): boolean {
    return core >= 0 && core < this.config.cores && this.get(this.layout.core.up + core) === 1;
  }
  /** Up, and carries traffic (RSS-14). */
  isAvailable(core: number): boolean {
    return this.carries(core) && this.isUp(core);
  }
  /** All that are available, ascending. */
  available(): number[] {
    return this.config.traffic.flatMap((_, core) => (this.isAvailable(core) ? [core] : []));
  }
  load(core: number): number {
    return this.get(this.layout.core.load + core);
  }
  /** Those of the cores whose load no other of them undercuts (RSS-5). */
  leastLoaded(cores: readonly number[]): number[] {
    const least = Math.min(...cores.map((core) => this.load(core)));
    return cores.filter((core) => this.load(core) === least);
  }
  isFull(core: number): boolean {
    return this.get(this.layout.core.waiting + core) >= this.config.queueMax;
  }

  // --- Buckets and flows

  bucketOf(hash: number): number {
    return (hash >>> 0) % bucketCount(this.config);
  }
  coreOfBucket(bucket: number): number {
    return this.get(this.layout.bucket.core + bucket);
  }
  /** A bucket belongs to another core from now on; counted. */
  moveBucket(bucket: number, to: number): void {
    this.set(this.layout.bucket.core + bucket, to);
    this.add(this.layout.node.moves, 1);
  }
  /** The core that a flow has its home at, -1 none. */
  homeOf(flow: number): number {
    return this.get(this.layout.flow.home + flow) - 1;
  }
  isPublished(flow: number): boolean {
    return this.get(this.layout.flow.published + flow) === 1;
  }
  /** Entry of a column of kind local. */
  local(column: "known" | "last", core: number, flow: number): number {
    return this.layout.local[column] + core * this.layout.flows + flow;
  }
}
