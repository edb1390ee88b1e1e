/** Port allocation as one would write it with sets and maps of numbers: own shares, chunks and the search order of the documents, nothing else. */
import { shapeOf } from "../../../impl/port-allocation/shape.ts";
import { toeplitzOf, type Toeplitz } from "../../../impl/toeplitz.ts";
import type { Allocate, PortConfig } from "../../../spec/port-allocation/terms.ts";
import type { Setup } from "../../../spec/side.ts";
import type { Allocator } from "./churn.ts";

/** Where a port stands for good; chunk and owner are -1 where it has none. */
interface Place {
  readonly slot: number;
  readonly chunk: number;
  readonly owner: number;
}

/** One table (the TCP one) of one address. */
export class SetPorts implements Allocator {
  readonly #config: PortConfig;
  readonly #toeplitz: Toeplitz;
  readonly #addressHash: number;
  readonly #remoteHash: readonly number[];
  readonly #draw: Setup<PortConfig>["draw"];
  readonly #places = new Map<number, Place>();
  readonly #portsOf = new Map<number, number[]>();
  /** Free ports by core × slots + slot: own ones, and those of held chunks. */
  readonly #own: Set<number>[];
  readonly #held: Set<number>[];
  /** Free chunks of each slot, and the free ports of a chunk that is held. */
  readonly #freeChunks: Set<number>[];
  readonly #freeIn = new Map<number, number>();
  readonly #users = new Map<number, number>();
  #draws = 0;

  /** The first address of a dynamic configuration. */
  constructor(setup: Setup<PortConfig>) {
    const { config } = setup;
    const slots = 1 << config.slotBits;
    this.#config = config;
    this.#draw = setup.draw;
    this.#toeplitz = toeplitzOf(config.key);
    this.#addressHash = this.#toeplitz.address(config.addresses[0], config.family)[1];
    this.#remoteHash = config.remotes.map((remote) => this.#toeplitz.address(remote, config.family)[0]);
    this.#own = Array.from({ length: config.cores * slots }, () => new Set());
    this.#held = Array.from({ length: config.cores * slots }, () => new Set());
    this.#freeChunks = Array.from({ length: slots }, () => new Set());
    const shape = shapeOf(config, setup.profile);
    for (let port = config.low; port <= config.high; port++) {
      const cell = shape.codeOf[port - config.low] >>> 5;
      const slot = shape.groupOf[cell];
      const chunk = cell < shape.ownCells ? -1 : cell - shape.ownCells;
      let owner = -1;
      if (chunk < 0) for (owner = 0; cell >= shape.ownAt[(owner + 1) * slots]; ) owner++;
      this.#places.set(port, { slot, chunk, owner });
      if (owner >= 0) this.#own[owner * slots + slot].add(port);
      else {
        this.#freeChunks[slot].add(chunk);
        const ports = this.#portsOf.get(chunk);
        if (ports === undefined) this.#portsOf.set(chunk, [port]);
        else ports.push(port);
      }
    }
  }

  allocate(core: number, command: Allocate): number {
    const { indirection, bits, slotBits } = this.#config;
    const slots = 1 << slotBits;
    const mask = (1 << bits) - 1;
    const hash = this.#remoteHash[command.remote] ^ this.#addressHash ^ this.#toeplitz.sourcePort(command.remotePort, this.#config.family);
    const start = this.#draw(core, 0, this.#draws++) % slots;
    for (let where = 0; where < 4; where++) {
      const sets = where % 2 === 0 ? this.#own : this.#held;
      for (let n = 0; n < slots; n++) {
        const slot = (start + n) % slots;
        const free = sets[core * slots + slot];
        if (free.size === 0 || (indirection[(hash ^ slot) & mask] === core) !== where < 2) continue;
        for (const port of free) return this.#give(free, port, command.subscriber);
      }
    }
    for (let n = 0; n < slots; n++) {
      const slot = (start + n) % slots;
      for (const chunk of this.#freeChunks[slot]) return this.#claim(core, slot, chunk, command.subscriber);
    }
    return -1;
  }

  #give(free: Set<number>, port: number, subscriber: number): number {
    free.delete(port);
    const { chunk } = this.#places.get(port)!;
    if (chunk >= 0) this.#freeIn.set(chunk, this.#freeIn.get(chunk)! - 1);
    this.#users.set(port, subscriber);
    return port;
  }

  #claim(core: number, slot: number, chunk: number, subscriber: number): number {
    const ports = this.#portsOf.get(chunk)!;
    const held = this.#held[core * this.#freeChunks.length + slot];
    this.#freeChunks[slot].delete(chunk);
    for (const port of ports) held.add(port);
    this.#freeIn.set(chunk, ports.length);
    return this.#give(held, ports[0], subscriber);
  }

  free(core: number, port: number): void {
    const { slot, chunk, owner } = this.#places.get(port)!;
    const slots = this.#freeChunks.length;
    this.#users.delete(port);
    if (owner >= 0) {
      this.#own[owner * slots + slot].add(port);
      return;
    }
    const held = this.#held[core * slots + slot];
    const ports = this.#portsOf.get(chunk)!;
    const free = this.#freeIn.get(chunk)! + 1;
    if (free < ports.length) {
      held.add(port);
      this.#freeIn.set(chunk, free);
      return;
    }
    for (const other of ports) held.delete(other);
    this.#freeIn.delete(chunk);
    this.#freeChunks[slot].add(chunk);
  }
}
