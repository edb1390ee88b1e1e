/**
 * The recording twin of an accessor module: same functions, same effects on memory, and a judge of each step's accesses.
 *
 * On one thread every step runs undisturbed, so a forgotten lock would never show. The twin asks of each step what makes it atomic on real threads too.
 * The argument is Lipton's: taking a lock can be moved later, letting it go earlier, an access to a guarded word both ways; so a step is atomic if at
 * most one access is none of these and it stands after the last lock taken and before the first let go.
 *
 * 1. A guarded word is touched only while its lock is held, and written only through the accessor.
 * 2. No lock is held at the end of a step, none is taken twice, none is let go that is not held.
 * 3. No lock is taken after one was let go: that would be two sections.
 * 4. At most one access to words that no lock guards (`unguarded.ts`), after the last lock taken and before the first let go. It is atomic, never plain.
 * 5. Locks are taken in ascending order of their words (of memories, in the order they were met), so no two cores wait for each other.
 *
 * What it cannot see: *reads* that go past the accessor. Accesses outside a step (opening, reading the view) do their work and are not judged.
 */
import type { DisciplineFault, DisciplineWatch } from "../run.ts";
import { GuardedMemory, memoryOf, wordOf } from "./memory.ts";
import { UnguardedWords } from "./unguarded.ts";

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
  guard(mem: Int32Array, lock: number, from: number, to: number, rule: number, count?: number): void;
}

export class Twin implements DisciplineWatch {
  /** To be linked in place of the accessor module. */
  readonly accessor: Accessor & Record<string, unknown>;
  readonly #memories: GuardedMemory[] = [];
  readonly #unguarded = new UnguardedWords();
  #inStep = false;
  /** Memory may have changed outside a step. */
  #stale = true;
  #fault: DisciplineFault | undefined = undefined;
  /** Fault of a declaration, reported by every step until `clear`. */
  #misdeclared: DisciplineFault | undefined = undefined;
  /** Locks held by this step, in the order taken. */
  readonly #held: number[] = [];
  #released = false;

  constructor() {
    this.accessor = {
      load: (mem, i) => {
        this.#touch(mem, i, "load", true);
        return Atomics.load(mem, i);
      },
      store: (mem, i, v) => {
        this.#write(mem, i, v, "store");
        Atomics.store(mem, i, v);
      },
      cas: (mem, i, expected, v) => {
        this.#write(mem, i, mem[i] === expected ? v : mem[i], "cas");
        return Atomics.compareExchange(mem, i, expected, v) === expected;
      },
      add: (mem, i, d) => {
        this.#write(mem, i, mem[i] + d, "add");
        return Atomics.add(mem, i, d);
      },
      or: (mem, i, bits) => {
        this.#write(mem, i, mem[i] | bits, "or");
        return Atomics.or(mem, i, bits);
      },
      and: (mem, i, bits) => {
        this.#write(mem, i, mem[i] & bits, "and");
        return Atomics.and(mem, i, bits);
      },
      acquire: (mem, lock) => this.#acquire(mem, lock),
      release: (mem, lock) => this.#release(mem, lock),
      peek: (mem, i) => {
        this.#touch(mem, i, "peek", false);
        return mem[i];
      },
      poke: (mem, i, v) => {
        const memory = this.#touch(mem, i, "poke", false);
        memory?.expect(i, v);
        mem[i] = v;
      },
      guard: (mem, lock, from, to, rule, count = 1) => {
        for (let n = 0; n < count; n++) this.#declare(mem, lock + n, from + n * (to - from), to + n * (to - from), rule);
      },
    };
  }

  #declare(mem: Int32Array, lock: number, from: number, to: number, rule: number): void {
    const other = this.#memory(mem).declare({ lock, from, to, rule });
    if (other !== undefined) this.#misdeclared ??= { rule, text: `words ${from} to ${to - 1} are declared under lock ${lock} and some of them under lock ${other}` };
  }

  /** Forgets what was declared: another case is opened. */
  clear(): void {
    this.#memories.length = 0;
    this.#unguarded.clear();
    this.#misdeclared = undefined;
    this.#stale = true;
  }

  /** Memory may have changed, and rightly so: a fault was applied, a snapshot put back. */
  changed(): void {
    this.#stale = true;
  }

  beginStep(): void {
    this.#fault = this.#misdeclared;
    this.#held.length = 0;
    this.#released = false;
    this.#unguarded.beginStep();
    if (this.#stale) for (const memory of this.#memories) memory.learn();
    this.#stale = false;
    this.#inStep = true;
  }

  /** The first thing that was wrong with the step, if any. */
  endStep(): DisciplineFault | undefined {
    this.#inStep = false;
    if (this.#held.length > 0) this.#blame(this.#ruleOfHeld(), `lock ${wordOf(this.#held[0])} is still held at the end of the step`);
    if (!this.#unguarded.settle()) this.#blame(-1, "unguarded words are accessed more than once in one step, and are not all written under a lock that it holds");
    for (const memory of this.#memories) {
      const word = memory.firstUnknown();
      if (word >= 0) this.#blame(memory.regionAt(word)!.rule, `word ${word} was written past the accessor`);
    }
    if (this.#fault !== undefined) this.#stale = true;
    return this.#fault;
  }

  #memory(mem: Int32Array): GuardedMemory {
    for (const memory of this.#memories) if (memory.mem === mem) return memory;
    const memory = new GuardedMemory(mem, this.#memories.length);
    this.#memories.push(memory);
    return memory;
  }

  /** Judges what any access to a word of data must keep to. The memory, if a step is being made. */
  #touch(mem: Int32Array, i: number, how: string, atomic: boolean): GuardedMemory | undefined {
    if (!this.#inStep) {
      this.#stale = true;
      return undefined;
    }
    const memory = this.#memory(mem);
    const region = memory.regionAt(i);
    if (region !== undefined) {
      if (!this.#held.includes(memory.place(region.lock))) this.#blame(region.rule, `${how} of word ${i} without lock ${region.lock}, which guards it`);
    } else if (memory.isLock(i)) this.#blame(memory.ruleOfLock(i), `${how} of word ${i}, which is a lock`);
    else if (!atomic) this.#blame(this.#ruleOfHeld(), `${how} of word ${i}, which no lock guards, is not atomic`);
    else if (this.#released) this.#blame(this.#ruleOfHeld(), `${how} of unguarded word ${i} after a lock was let go`);
    else if (how === "load" && !this.#unguarded.load(memory.place(i), this.#held)) this.#blame(-1, `load of word ${i} is the second access to unguarded words in one step`);
    return memory;
  }

  #write(mem: Int32Array, i: number, v: number, how: string): void {
    const memory = this.#touch(mem, i, how, true);
    if (memory === undefined) return;
    memory.expect(i, v);
    if (memory.regionAt(i) !== undefined || memory.isLock(i)) return;
    const judged = this.#unguarded.write(memory.place(i), this.#held);
    if (judged === "many") this.#blame(this.#ruleOfHeld(), `${how} of word ${i} is the second access to unguarded words in one step`);
    else if (judged === "relied") this.#blame(this.#ruleOfHeld(), `${how} of word ${i} without the lock that another step relied on when it read the word`);
  }

  #acquire(mem: Int32Array, lock: number): boolean {
    if (this.#inStep) this.#mayTake(this.#memory(mem), lock);
    // A lock held already is not waited for: on this one thread nobody would ever let it go.
    if (Atomics.compareExchange(mem, lock, 0, 1) !== 0) return false;
    if (this.#inStep) this.#held.push(this.#memory(mem).place(lock));
    return true;
  }

  #mayTake(memory: GuardedMemory, lock: number): void {
    const rule = memory.ruleOfLock(lock);
    const place = memory.place(lock);
    const last = this.#held[this.#held.length - 1];
    if (this.#held.includes(place)) this.#blame(rule, `lock ${lock} is taken twice`);
    else if (this.#released) this.#blame(rule, `lock ${lock} is taken after another was let go: two sections in one step`);
    else if (this.#unguarded.any) this.#blame(rule, `lock ${lock} is taken after an access to an unguarded word`);
    else if (last !== undefined && place < last) this.#blame(rule, `lock order: lock ${lock} is taken while lock ${wordOf(last)} is held`);
  }

  #release(mem: Int32Array, lock: number): void {
    if (this.#inStep) {
      const memory = this.#memory(mem);
      const at = this.#held.lastIndexOf(memory.place(lock));
      if (at < 0) this.#blame(memory.ruleOfLock(lock), `lock ${lock} is let go and not held`);
      else this.#held.splice(at, 1);
      this.#released = true;
    }
    Atomics.store(mem, lock, 0);
  }

  /** Rule of the first lock held, -1 for none. */
  #ruleOfHeld(): number {
    const [place] = this.#held;
    const memory = place === undefined ? undefined : this.#memories[memoryOf(place)];
    return memory?.ruleOfLock(wordOf(place)) ?? -1;
  }

  #blame(rule: number, text: string): void {
    this.#fault ??= { rule, text };
  }
}
