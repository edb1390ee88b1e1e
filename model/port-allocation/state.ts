/** What the model of port allocation remembers: the entries of the view, the lists of its cores, and what each operation was given. */
import { chunksPerBlock, portsPerBlock, ratioOf } from "../../spec/port-allocation/geometry.ts";
import { goalNumber, ruleNumber } from "../../spec/port-allocation/rules.ts";
import { rests, type PortConfig } from "../../spec/port-allocation/terms.ts";
import { portLayout, type PortLayout } from "../../spec/port-allocation/view.ts";
import type { Moved, Setup } from "../../spec/side.ts";
import { Cells } from "../cells.ts";
import type { Numbering } from "../numbering.ts";
import { addressBytes } from "../toeplitz.ts";
import { TableShape } from "./table.ts";

/** Bytes of the addresses that configurations name; they are few, and the same from case to case. */
const bytesKept = new Map<string, Uint8Array>();

function bytesOf(address: string): Uint8Array {
  const kept = bytesKept.get(address);
  if (kept !== undefined) return kept;
  if (bytesKept.size === 4096) bytesKept.clear();
  const bytes = addressBytes(address);
  bytesKept.set(address, bytes);
  return bytes;
}

export class PortState {
  readonly at: Numbering;
  readonly cells: Cells;
  readonly #ownCells: boolean;
  readonly shape = new TableShape();
  config!: PortConfig;
  profile = "";
  /** Chunks of a block; subscribers to one address of a deterministic pool; the bits of a hash that index the indirection table. */
  chunksOfBlock = 0;
  ratio = 0;
  hashMask = 0;
  layout!: PortLayout;
  setup!: Setup<PortConfig>;
  remoteBytes: Uint8Array[] = [];
  addressBytes: Uint8Array[] = [];
  /** Ports handed over to a core, first come first; ports that rest at a core, oldest first. By handle. */
  readonly handed: number[][] = [];
  readonly resting: number[][] = [];
  /** By slot: handles of the ports given and not yet freed, the last given last; whether something has begun to free them. */
  given: number[][] = [];
  freeing: boolean[] = [];
  /** Memory of goals only. By table: a refusal happened. By chunk cell: the core that returned it + 1. */
  refusedIn: boolean[] = [];
  returnedBy = new Map<number, number>();

  constructor(at: Numbering, cells?: Cells) {
    this.at = at;
    this.#ownCells = cells === undefined;
    this.cells = cells ?? new Cells();
  }

  open(setup: Setup<PortConfig>): void {
    const { config, profile } = setup;
    this.setup = setup;
    this.config = config;
    this.profile = profile;
    this.chunksOfBlock = chunksPerBlock(config);
    this.ratio = ratioOf(config);
    this.hashMask = (1 << config.bits) - 1;
    this.layout = portLayout(config, profile, this.at.entry);
    this.shape.open(config, profile);
    this.remoteBytes = config.remotes.map(bytesOf);
    this.addressBytes = config.addresses.map(bytesOf);
    if (this.#ownCells) this.cells.open(this.layout.size, setup.footprint);
    for (let core = 0; core < config.cores; core++) {
      this.handed[core] = [];
      this.resting[core] = [];
    }
    this.given = [];
    this.freeing = [];
    this.refusedIn = [];
    this.returnedBy.clear();
    this.#fill();
  }

  /** Own bits at their cores, every chunk free, every well-known bit set. */
  #fill(): void {
    const { port, chunk, wellKnown, ports, chunks, wellKnownPorts, tables } = this.layout;
    for (let table = 0; table < tables; table++) {
      for (let offset = 0; offset < ports; offset++) {
        const owner = this.shape.owner[offset];
        if (owner >= 0) this.cells.set(port.local + table * ports + offset, 1 << owner);
      }
      for (let one = 0; one < this.shape.chunks; one++) this.cells.set(chunk.free + table * chunks + one, 1);
    }
    for (let one = 0; one < tables * wellKnownPorts; one++) this.cells.set(wellKnown.free + one, 1);
  }

  // --- Places. A port's handle is table × ports + offset; well-known ports follow after all those.

  isWellKnown(handle: number): boolean {
    return handle >= this.layout.tables * this.layout.ports;
  }
  wellKnownIndex(handle: number): number {
    return handle - this.layout.tables * this.layout.ports;
  }
  offsetOf(handle: number): number {
    return handle % this.layout.ports;
  }
  tableOfHandle(handle: number): number {
    return this.isWellKnown(handle) ? Math.floor(this.wellKnownIndex(handle) / this.layout.wellKnownPorts) : Math.floor(handle / this.layout.ports);
  }
  /** Entry number of the chunk that holds the port, relative to the chunk columns; -1 for an own port. */
  chunkCell(handle: number): number {
    const chunk = this.shape.chunkOf[this.offsetOf(handle)];
    return chunk < 0 ? -1 : this.tableOfHandle(handle) * this.layout.chunks + chunk;
  }
  hasBit(table: number, offset: number, core: number): boolean {
    return ((this.cells.get(this.layout.port.local + table * this.layout.ports + offset) >> core) & 1) === 1;
  }
  chunkIsFree(table: number, chunk: number): boolean {
    return this.cells.get(this.layout.chunk.free + table * this.layout.chunks + chunk) === 1;
  }

  /** Core a port belongs to or that holds its chunk; -1 none. */
  holderOf(handle: number): number {
    const owner = this.shape.owner[this.offsetOf(handle)];
    return owner >= 0 ? owner : this.cells.get(this.layout.chunk.holder + this.chunkCell(handle)) - 1;
  }

  // --- Blocks

  /** Whether a block of a table belongs to the subscriber: by computation (deterministic) or by record. */
  ownsBlock(subscriber: number, table: number, block: number): boolean {
    const { config, layout, ratio } = this;
    if (config.allocation === "block") return this.cells.get(layout.block.subscriber + table * layout.blocks + block) === subscriber + 1;
    const first = (subscriber % ratio) * config.blocksPerSubscriber;
    return table >> 1 === Math.floor(subscriber / ratio) && block >= first && block < first + config.blocksPerSubscriber;
  }
  blockOfChunk(chunk: number): number {
    return Math.floor(chunk / this.chunksOfBlock);
  }
  blockCountOf(subscriber: number, protocol: number): number {
    let count = 0;
    for (let table = protocol; table < this.layout.tables; table += 2) for (let block = 0; block < this.layout.blocks; block++) if (this.ownsBlock(subscriber, table, block)) count++;
    return count;
  }
  /** Deterministic NAT in profile `patent`: the one port of a private port (PORT-15). */
  fixedPort(subscriber: number, privatePort: number): number {
    const { config } = this;
    const each = portsPerBlock(config);
    const first = (subscriber % this.ratio) * config.blocksPerSubscriber * each;
    return config.low + first + (privatePort % (each * config.blocksPerSubscriber));
  }
  get rests(): boolean {
    return rests(this.config, this.profile);
  }

  // --- Changes

  /** The port goes to the subscriber and session; its bit has been reset by the caller's way of finding it. */
  give(handle: number, subscriber: number, slot: number): void {
    const { port, wellKnown } = this.layout;
    if (this.isWellKnown(handle)) {
      const index = this.wellKnownIndex(handle);
      this.cells.set(wellKnown.free + index, 0);
      this.cells.set(wellKnown.user + index, subscriber + 1);
      this.cells.set(wellKnown.session + index, slot + 1);
    } else {
      this.cells.set(port.local + handle, 0);
      this.cells.set(port.user + handle, subscriber + 1);
      this.cells.set(port.session + handle, slot + 1);
    }
    (this.given[slot] ??= []).push(handle);
    // A packet that lost a race frees its port and may take another.
    this.freeing[slot] = false;
  }
  /** The port no longer leads to anybody. */
  forget(handle: number): void {
    const { port, wellKnown } = this.layout;
    const known = this.isWellKnown(handle);
    this.cells.set(known ? wellKnown.user + this.wellKnownIndex(handle) : port.user + handle, 0);
    this.cells.set(known ? wellKnown.session + this.wellKnownIndex(handle) : port.session + handle, 0);
  }
  /** PORT-7: the chunk's global bit is reset, its bits are set at the core. */
  claim(table: number, chunk: number, core: number): void {
    const { layout, shape } = this;
    const cell = table * layout.chunks + chunk;
    this.cells.set(layout.chunk.free + cell, 0);
    this.cells.set(layout.chunk.holder + cell, core + 1);
    for (let position = shape.chunkFirst[chunk]; position < shape.chunkEnd[chunk]; position++) this.cells.set(layout.port.local + table * layout.ports + shape.portAt[position], 1 << core);
  }
  /** PORT-8: the bit is set; a chunk that is whole goes back in the same step. Answers whether it did. */
  setFree(handle: number, core: number): boolean {
    const { layout, shape } = this;
    this.cells.set(layout.port.local + handle, 1 << core);
    const cell = this.chunkCell(handle);
    if (cell < 0) return false;
    const chunk = cell % layout.chunks;
    const table = this.tableOfHandle(handle);
    for (let position = shape.chunkFirst[chunk]; position < shape.chunkEnd[chunk]; position++) if (!this.hasBit(table, shape.portAt[position], core)) return false;
    for (let position = shape.chunkFirst[chunk]; position < shape.chunkEnd[chunk]; position++) this.cells.set(layout.port.local + table * layout.ports + shape.portAt[position], 0);
    this.cells.set(layout.chunk.free + cell, 1);
    this.cells.set(layout.chunk.holder + cell, 0);
    this.returnedBy.set(cell, core + 1);
    return true;
  }

  // --- Words

  rule(moved: Moved, id: string): void {
    moved.rules.push(this.at.rule + ruleNumber(id));
  }
  /** Several at once, by number. */
  rules(moved: Moved, numbers: readonly number[]): void {
    for (let i = 0; i < numbers.length; i++) moved.rules.push(this.at.rule + numbers[i]);
  }
  goal(moved: Moved, id: string): void {
    moved.goals.push(this.at.goal + goalNumber(id));
  }
}
