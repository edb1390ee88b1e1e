/**
 * One path of dynamic allocation written out by hand over the same memory as the stages: no record, no report, no row of functions, and nothing that the
 * path does not need (one TCP or UDP port without wishes, no resting, freed by its holder). What a stage costs is measured against it.
 */
import { lowBits, lowestBit, xorBits } from "../../../impl/bits.ts";
import { giverBits, portWords, PortMemory } from "../../../impl/port-allocation/memory.ts";
import { acquire, release } from "../../../impl/accessor.ts";
import type { Allocate, PortConfig } from "../../../spec/port-allocation/terms.ts";
import type { Setup } from "../../../spec/side.ts";
import type { Allocator } from "./churn.ts";

const nowhere = { entry: 0, rule: 0, stage: 0, goal: 0 };

export class InlinedPorts implements Allocator {
  readonly #m = new PortMemory();
  #draws = 0;
  /** Slots that are reply-local to the flow in hand. */
  readonly #local = new Int32Array(4);

  /** Refuses configurations that need more than this path. */
  constructor(setup: Setup<PortConfig>) {
    const { allocation, parity, preserve, wellKnown, memoryOptimised, reuseDelayMs } = setup.config;
    if (allocation !== "dynamic" || parity || preserve || wellKnown !== null || memoryOptimised || reuseDelayMs > 0) throw new Error("the path written out by hand has no options");
    this.#m.open(setup, nowhere);
  }

  allocate(core: number, command: Allocate): number {
    const m = this.#m;
    const { mem, shape, slotWords, replySlots } = m;
    const local = this.#local;
    const table = command.address * 2 + (command.protocol === "tcp" ? 0 : 1);
    const place = core * m.tables + table;
    const x = (m.remoteHash[command.remote] ^ m.natHash[command.address] ^ m.toeplitz.sourcePort(command.remotePort, m.family)) & m.hashMask;
    const start = m.setup.draw(core, 0, this.#draws++) % shape.slots;
    for (let w = 0; w < slotWords; w++) local[w] = xorBits(replySlots[core * slotWords + (w ^ (x >>> 5))], x & 31);
    for (let where = 0; where < 4; where++) {
      const flip = where < 2 ? 0 : -1;
      const own = (where & 1) === 0;
      const summary = own ? m.ownSlotsAt[place] : m.heldSlotsAt[place];
      let w = start >>> 5;
      for (let turn = 0; turn <= slotWords; turn++) {
        let slots = mem[summary + w] & (local[w] ^ flip);
        if (turn === 0) slots &= ~lowBits(start & 31);
        if (slots !== 0) return this.#take(core, table, place, w * 32 + lowestBit(slots), own, command.subscriber);
        w = w + 1 === slotWords ? 0 : w + 1;
      }
    }
    return this.#claim(core, table, place, start, command.subscriber);
  }

  /** First free port of a slot in which this core has one. */
  #take(core: number, table: number, place: number, slot: number, own: boolean, subscriber: number): number {
    const { mem, shape, ownBase, chunkBase } = this.#m;
    let cell: number;
    if (own) {
      cell = shape.ownAt[core * shape.slots + slot];
      while (mem[ownBase[place] + cell] === 0) cell++;
    } else {
      let chunk = shape.chunkOf[slot];
      const available = this.#m.availableAt[place];
      let word = mem[available + (chunk >>> 5)] & ~lowBits(chunk & 31);
      while (word === 0) {
        chunk = (chunk & ~31) + 32;
        word = mem[available + (chunk >>> 5)];
      }
      cell = shape.ownCells + (chunk & ~31) + lowestBit(word);
    }
    const bits = mem[(own ? ownBase : chunkBase)[place] + cell];
    return this.#give(core, table, place, cell, lowestBit(bits), subscriber);
  }

  #give(core: number, table: number, place: number, cell: number, bit: number, subscriber: number): number {
    const m = this.#m;
    const { mem, shape } = m;
    const own = cell < shape.ownCells;
    const left = (mem[(own ? m.ownBase : m.chunkBase)[place] + cell] &= ~(1 << bit));
    if (left === 0) {
      const slot = shape.groupOf[cell];
      if (own) this.#ownEmptied(core, place, slot);
      else this.#chunkEmptied(place, cell - shape.ownCells, slot);
    }
    const handle = table * m.ports + shape.portAt[shape.first[cell] + bit] - m.low;
    const at = m.portAt + handle * portWords;
    mem[at] = subscriber + 1;
    mem[at + 1] = ((core + 1) << giverBits) | core;
    return handle;
  }

  #ownEmptied(core: number, place: number, slot: number): void {
    const { mem, shape, ownBase, ownSlotsAt } = this.#m;
    const at = core * shape.slots + slot;
    for (let cell = shape.ownAt[at]; cell < shape.ownAt[at + 1]; cell++) if (mem[ownBase[place] + cell] !== 0) return;
    mem[ownSlotsAt[place] + (slot >>> 5)] &= ~(1 << (slot & 31));
  }

  #chunkEmptied(place: number, chunk: number, slot: number): void {
    const { mem, shape, availableAt, heldSlotsAt } = this.#m;
    const available = availableAt[place];
    mem[available + (chunk >>> 5)] &= ~(1 << (chunk & 31));
    for (let other = shape.chunkOf[slot]; other < shape.chunkOf[slot + 1]; other++) if ((mem[available + (other >>> 5)] >>> (other & 31)) & 1) return;
    mem[heldSlotsAt[place] + (slot >>> 5)] &= ~(1 << (slot & 31));
  }

  #claim(core: number, table: number, place: number, start: number, subscriber: number): number {
    const m = this.#m;
    const { mem, shape } = m;
    const free = m.freeAt + table * shape.chunkWords;
    acquire(mem, m.tableLockAt + table);
    let chunk = -1;
    let at = shape.chunkOf[start];
    for (let n = 0; n < shape.chunks; ) {
      const word = mem[free + (at >>> 5)] & ~lowBits(at & 31);
      if (word !== 0) {
        chunk = (at & ~31) + lowestBit(word);
        break;
      }
      n += 32 - (at & 31);
      at = (at & ~31) + 32;
      if (at >= shape.chunks) at = 0;
    }
    if (chunk >= 0) mem[free + (chunk >>> 5)] &= ~(1 << (chunk & 31));
    release(mem, m.tableLockAt + table);
    if (chunk < 0) return -1;
    const cell = shape.ownCells + chunk;
    const slot = shape.groupOf[cell];
    mem[m.chunkBase[place] + cell] = shape.full[cell];
    mem[m.heldAt[place] + (chunk >>> 5)] |= 1 << (chunk & 31);
    mem[m.availableAt[place] + (chunk >>> 5)] |= 1 << (chunk & 31);
    mem[m.heldSlotsAt[place] + (slot >>> 5)] |= 1 << (slot & 31);
    return this.#give(core, table, place, cell, 0, subscriber);
  }

  free(core: number, port: number): void {
    const m = this.#m;
    const { mem, shape } = m;
    const table = port < m.ports ? 0 : Math.floor(port / m.ports);
    const place = core * m.tables + table;
    const words = m.portAt + port * portWords;
    mem[words] = 0;
    mem[words + 1] = 0;
    const code = shape.codeOf[port - table * m.ports];
    const cell = code >>> 5;
    const slot = shape.groupOf[cell];
    if (cell < shape.ownCells) {
      mem[m.ownBase[place] + cell] |= 1 << (code & 31);
      mem[m.ownSlotsAt[place] + (slot >>> 5)] |= 1 << (slot & 31);
      return;
    }
    const chunk = cell - shape.ownCells;
    const bits = (mem[m.chunkBase[place] + cell] |= 1 << (code & 31));
    if (bits !== shape.full[cell]) {
      mem[m.availableAt[place] + (chunk >>> 5)] |= 1 << (chunk & 31);
      mem[m.heldSlotsAt[place] + (slot >>> 5)] |= 1 << (slot & 31);
      return;
    }
    acquire(mem, m.tableLockAt + table);
    mem[m.chunkBase[place] + cell] = 0;
    mem[m.heldAt[place] + (chunk >>> 5)] &= ~(1 << (chunk & 31));
    this.#chunkEmptied(place, chunk, slot);
    mem[m.freeAt + table * shape.chunkWords + (chunk >>> 5)] |= 1 << (chunk & 31);
    release(mem, m.tableLockAt + table);
  }
}
