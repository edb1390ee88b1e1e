/**
 * The recording twin of an accessor module: same functions, same effects on memory, and a judge of each step's accesses.
 *
 * On one thread every step runs undisturbed, so a forgotten lock would never show. The twin asks of each step what makes it atomic on real
 * threads too (Lipton's reduction: taking a lock moves later, letting it go moves earlier, guarded words move both ways, so at most one access may be none
 * of these, and it stands between the two):
 *
 * 1. A guarded word is touched only while its lock is held, and only through the accessor.
 * 2. No lock is held at the end of a step, none is taken twice, none is let go that is not held.
 * 3. No lock is taken after one was let go: that would be two sections.
 * 4. At most one access to a word that no lock guards, after the last lock taken and before the first let go. It is atomic, never plain.
 * 5. Locks are taken in ascending order of their words (of memories, in the order they were first guarded), so no two cores wait for each other.
 *
 * What it cannot see: *reads* that go past the accessor. Accesses outside a step (opening, reading the view) do their work and are not judged.
 */
import type { DisciplineFault, DisciplineWatch } from "../run.ts";

/** The functions that an accessor module exports. Words of memory by index; `acquire` says whether the lock is held now. */
export interface Accessor {
  load(mem: Int32Array, i: number): number;
  store(mem: Int32Array, i: number, v: number): void;
  cas(mem: Int32Array, i: number, expected: number, v: number): boolean;
  add(mem: Int32Array, i: number, d: number): number;
  or(mem: Int32Array, i: number, bits: number): number;
  and(mem: Int32Array, i: number, bits: number): number;
  acquire(mem: Int32Array, lock: number): boolean;
  release(mem: Int32Array, lock: number): void;
  peek(mem: Int32Array, i: number): number;
  poke(mem: Int32Array, i: number, v: number): void;
  guard(mem: Int32Array, lock: number, from: number, to: number, rule: number): void;
}

/** Guarded words [from, to). */
interface Region {
  readonly lock: number;
  readonly from: number;
  readonly to: number;
  readonly rule: number;
}

/** One memory with what was declared of it. */
class Memory {
  readonly mem: Int32Array;
  readonly order: number;
  readonly regions: Region[] = [];
  /** By word: number of its region + 1. By lock: number of the first region it guards + 1. */
  readonly regionOf: Int32Array;
  readonly guardedBy: Int32Array;
  /** What the guarded words held when the step began, and what was written since through the accessor. */
  readonly known: Int32Array;
  constructor(mem: Int32Array, order: number) {
    this.mem = mem;
    this.order = order;
    this.regionOf = new Int32Array(mem.length);
    this.guardedBy = new Int32Array(mem.length);
    this.known = new Int32Array(mem.length);
  }
}

export class Twin implements DisciplineWatch {
  /** To be linked in place of the accessor module. */
  readonly accessor: Accessor & Record<string, unknown>;
  /** Memories guarded since `clear`, in that order. */
  readonly #memories: Memory[] = [];
  #last: Memory | undefined = undefined;
  #inStep = false;
  #fault: DisciplineFault | undefined = undefined;
  /** Fault of a declaration, reported by the first step. */
  #misdeclared: DisciplineFault | undefined = undefined;
  readonly #heldMem: Int32Array[] = [];
  readonly #heldLock: number[] = [];
  #released = false;
  #free = 0;

  constructor() {
    this.accessor = {
      load: (mem, i) => {
        if (this.#inStep) this.#touch(mem, i, "load", true);
        return Atomics.load(mem, i);
      },
      store: (mem, i, v) => {
        if (this.#inStep) this.#write(mem, i, v, "store");
        Atomics.store(mem, i, v);
      },
      cas: (mem, i, expected, v) => {
        if (this.#inStep) this.#write(mem, i, mem[i] === expected ? v : mem[i], "cas");
        return Atomics.compareExchange(mem, i, expected, v) === expected;
      },
      add: (mem, i, d) => {
        if (this.#inStep) this.#write(mem, i, (mem[i] + d) | 0, "add");
        return Atomics.add(mem, i, d);
      },
      or: (mem, i, bits) => {
        if (this.#inStep) this.#write(mem, i, mem[i] | bits, "or");
        return Atomics.or(mem, i, bits);
      },
      and: (mem, i, bits) => {
        if (this.#inStep) this.#write(mem, i, mem[i] & bits, "and");
        return Atomics.and(mem, i, bits);
      },
      acquire: (mem, lock) => this.#acquire(mem, lock),
      release: (mem, lock) => this.#release(mem, lock),
      peek: (mem, i) => {
        if (this.#inStep) this.#touch(mem, i, "peek", false);
        return mem[i];
      },
      poke: (mem, i, v) => {
        if (this.#inStep) {
          this.#touch(mem, i, "poke", false);
          this.#memory(mem).known[i] = v;
        }
        mem[i] = v;
      },
      guard: (mem, lock, from, to, rule) => this.#guard(mem, lock, from, to, rule),
    };
  }

  /** Forgets what was declared: another case is opened. */
  clear(): void {
    for (const memory of this.#memories) {
      for (const { lock, from, to } of memory.regions) {
        memory.regionOf.fill(0, from, to);
        memory.guardedBy[lock] = 0;
      }
      memory.regions.length = 0;
    }
    this.#memories.length = 0;
    this.#last = undefined;
    this.#misdeclared = undefined;
    this.#inStep = false;
  }

  beginStep(): void {
    this.#fault = this.#misdeclared;
    this.#heldMem.length = 0;
    this.#heldLock.length = 0;
    this.#released = false;
    this.#free = 0;
    for (const { mem, known, regions } of this.#memories) {
      for (const { from, to } of regions) for (let i = from; i < to; i++) known[i] = mem[i];
    }
    this.#inStep = true;
  }

  /** The first thing that was wrong with the step, if any. */
  endStep(): DisciplineFault | undefined {
    this.#inStep = false;
    if (this.#fault === undefined && this.#heldLock.length > 0) {
      this.#blame(this.#ruleOf(this.#heldMem[0], this.#heldLock[0]), `lock ${this.#heldLock[0]} is still held at the end of the step`);
    }
    if (this.#fault === undefined) this.#compare();
    return this.#fault;
  }

  /** Guarded words that changed without the accessor. */
  #compare(): void {
    for (const { mem, known, regions } of this.#memories) {
      for (const { from, to, rule } of regions) {
        for (let i = from; i < to; i++) if (known[i] !== mem[i]) return this.#blame(rule, `word ${i} was written past the accessor`);
      }
    }
  }

  #guard(mem: Int32Array, lock: number, from: number, to: number, rule: number): void {
    const memory = this.#memory(mem);
    const region = { lock, from, to, rule };
    memory.regions.push(region);
    for (let i = from; i < to; i++) {
      const other = memory.regions[memory.regionOf[i] - 1];
      if (other !== undefined && other.lock !== lock) this.#misdeclared ??= { rule, text: `word ${i} is declared under two locks, ${other.lock} and ${lock}` };
      memory.regionOf[i] = memory.regions.length;
    }
    if (memory.guardedBy[lock] === 0) memory.guardedBy[lock] = memory.regions.length;
  }

  #memory(mem: Int32Array): Memory {
    if (this.#last !== undefined && this.#last.mem === mem) return this.#last;
    let memory = this.#memories.find((one) => one.mem === mem);
    if (memory === undefined) {
      memory = new Memory(mem, this.#memories.length);
      this.#memories.push(memory);
    }
    this.#last = memory;
    return memory;
  }

  #touch(mem: Int32Array, i: number, how: string, atomic: boolean): void {
    const memory = this.#memory(mem);
    const number = memory.regionOf[i];
    if (number > 0) {
      const { lock, rule } = memory.regions[number - 1];
      if (!this.#holds(mem, lock)) this.#blame(rule, `${how} of word ${i} without lock ${lock}, which guards it`);
    } else if (memory.guardedBy[i] > 0) {
      this.#blame(memory.regions[memory.guardedBy[i] - 1].rule, `${how} of word ${i}, which is a lock`);
    } else if (!atomic) {
      this.#blame(-1, `${how} of word ${i}, which no lock guards, is not atomic`);
    } else if (this.#released) {
      this.#blame(-1, `${how} of unguarded word ${i} after a lock was let go`);
    } else if (this.#free++ > 0) {
      this.#blame(-1, `${how} of word ${i} is the second access to unguarded words in one step`);
    }
  }

  #write(mem: Int32Array, i: number, v: number, how: string): void {
    this.#touch(mem, i, how, true);
    this.#memory(mem).known[i] = v;
  }

  #acquire(mem: Int32Array, lock: number): boolean {
    if (this.#inStep) this.#mayTake(mem, lock);
    // A lock held already can not be waited for: on this one thread nobody would ever let it go.
    if (Atomics.compareExchange(mem, lock, 0, 1) !== 0) return false;
    if (this.#inStep) {
      this.#heldMem.push(mem);
      this.#heldLock.push(lock);
    }
    return true;
  }

  #mayTake(mem: Int32Array, lock: number): void {
    const rule = this.#ruleOf(mem, lock);
    if (this.#holds(mem, lock)) return this.#blame(rule, `lock ${lock} is taken twice`);
    if (this.#released) return this.#blame(rule, `lock ${lock} is taken after another was let go: two sections in one step`);
    if (this.#free > 0) return this.#blame(rule, `lock ${lock} is taken after an access to an unguarded word`);
    const last = this.#heldLock.length - 1;
    if (last < 0) return;
    const above = this.#heldMem[last] === mem ? lock > this.#heldLock[last] : this.#memory(mem).order > this.#memory(this.#heldMem[last]).order;
    if (!above) this.#blame(rule, `lock order: lock ${lock} is taken while lock ${this.#heldLock[last]} is held`);
  }

  #release(mem: Int32Array, lock: number): void {
    if (this.#inStep) {
      const at = this.#place(mem, lock);
      if (at < 0) this.#blame(this.#ruleOf(mem, lock), `lock ${lock} is let go and not held`);
      else {
        this.#heldMem.splice(at, 1);
        this.#heldLock.splice(at, 1);
      }
      this.#released = true;
    }
    Atomics.store(mem, lock, 0);
  }

  #place(mem: Int32Array, lock: number): number {
    for (let at = this.#heldLock.length - 1; at >= 0; at--) if (this.#heldLock[at] === lock && this.#heldMem[at] === mem) return at;
    return -1;
  }
  #holds(mem: Int32Array, lock: number): boolean {
    return this.#place(mem, lock) >= 0;
  }

  #ruleOf(mem: Int32Array, lock: number): number {
    const memory = this.#memory(mem);
    return memory.guardedBy[lock] > 0 ? memory.regions[memory.guardedBy[lock] - 1].rule : -1;
  }

  #blame(rule: number, text: string): void {
    this.#fault ??= { rule, text };
  }
}
