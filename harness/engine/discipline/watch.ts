/**
 * Checks how a stage touches memory that several cores share. On one thread every stage runs undisturbed, so a forgotten lock would never show;
 * here each access is noted, and a stage must either make at most one access outside locks, or hold one locked section: acquire…, effects, release….
 * Then the stage is atomic on real threads too.
 */
import type { DisciplineFault, DisciplineWatch } from "../run.ts";

interface Guard {
  readonly lock: number;
  readonly from: number;
  readonly to: number;
  readonly rule: number;
}

/** What one memory has been told of its locks. Guards of a memory that is opened again replace the earlier ones. */
class Memory {
  guards: Guard[] = [];
  /** By word: 1 + the position of its guard, 0 unguarded. */
  guardOf = new Int32Array(0);
  /** By word: whether it is a lock; by lock: the rule it stands under. */
  ruleOfLock = new Map<number, number>();

  declare(size: number, guard: Guard): void {
    if (this.guardOf.length < size) {
      const wider = new Int32Array(size);
      wider.set(this.guardOf);
      this.guardOf = wider;
    }
    this.guards.push(guard);
    for (let word = guard.from; word < guard.to; word++) this.guardOf[word] = this.guards.length;
    this.ruleOfLock.set(guard.lock, guard.rule);
  }
  forget(): void {
    this.guards = [];
    this.guardOf.fill(0);
    this.ruleOfLock.clear();
  }
}

/** One watch for one loaded copy of the accessor module. */
export class AccessWatch implements DisciplineWatch {
  readonly #memories = new Map<Int32Array, Memory>();
  readonly #held: number[] = [];
  /** A step was made since guards were last declared: the next declaration opens the memories anew. */
  #stepped = false;
  #heldMemory: Int32Array | undefined;
  #watching = false;
  #loose = 0;
  #sections = 0;
  #fault: DisciplineFault | undefined;

  beginStep(): void {
    this.#watching = true;
    this.#stepped = true;
    this.#loose = 0;
    this.#sections = 0;
    this.#fault = undefined;
  }

  endStep(): DisciplineFault | undefined {
    this.#watching = false;
    if (this.#held.length > 0) {
      const lock = this.#held[0];
      this.#say(this.#ruleOfLock(lock), `lock ${lock} is still held at the end of the stage`);
      this.#held.length = 0;
    }
    return this.#fault;
  }

  guard(mem: Int32Array, lock: number, from: number, to: number, rule: number): void {
    if (this.#stepped) for (const known of this.#memories.values()) known.forget();
    this.#stepped = false;
    let memory = this.#memories.get(mem);
    if (memory === undefined) this.#memories.set(mem, (memory = new Memory()));
    memory.declare(mem.length, { lock, from, to, rule });
  }

  acquired(mem: Int32Array, lock: number): void {
    if (!this.#watching) return;
    if (this.#held.length === 0 && ++this.#sections > 1) this.#say(this.#rule(mem, lock), `a second locked section (lock ${lock}) in one stage`);
    if (this.#held.length > 0 && this.#held[this.#held.length - 1] >= lock) this.#say(this.#rule(mem, lock), `lock ${lock} is taken after lock ${this.#held[this.#held.length - 1]}: locks are taken in ascending order`);
    if (this.#loose > 0) this.#say(this.#rule(mem, lock), `lock ${lock} is taken after an access outside locks in the same stage`);
    this.#held.push(lock);
    this.#heldMemory = mem;
  }

  released(mem: Int32Array, lock: number): void {
    if (!this.#watching) return;
    const at = this.#held.lastIndexOf(lock);
    if (at < 0) this.#say(this.#rule(mem, lock), `lock ${lock} is released and was not held`);
    else this.#held.splice(at, 1);
  }

  /** A plain read or write of a guarded word. */
  plain(mem: Int32Array, word: number): void {
    if (!this.#watching) return;
    const guard = this.#guardOf(mem, word);
    if (guard !== undefined && this.#holds(mem, guard.lock)) return;
    this.#say(guard === undefined ? -1 : guard.rule, guard === undefined ? `word ${word} has no lock and is accessed as if it had` : `word ${word} is accessed without its lock ${guard.lock}`);
  }

  /** One atomic access. */
  atomic(mem: Int32Array, word: number): void {
    if (!this.#watching) return;
    const guard = this.#guardOf(mem, word);
    if (guard !== undefined && !this.#holds(mem, guard.lock)) this.#say(guard.rule, `word ${word} is accessed without its lock ${guard.lock}`);
    if (this.#held.length > 0) return;
    if (++this.#loose > 1) this.#say(-1, `a second access outside locks (word ${word}) in one stage`);
    else if (this.#sections > 0) this.#say(-1, `word ${word} is accessed after the locked section of the stage`);
  }

  #guardOf(mem: Int32Array, word: number): Guard | undefined {
    const memory = this.#memories.get(mem);
    const at = memory === undefined ? 0 : memory.guardOf[word];
    return at === 0 || at === undefined ? undefined : memory!.guards[at - 1];
  }
  #holds(mem: Int32Array, lock: number): boolean {
    return this.#heldMemory === mem && this.#held.includes(lock);
  }
  #rule(mem: Int32Array, lock: number): number {
    return this.#memories.get(mem)?.ruleOfLock.get(lock) ?? -1;
  }
  #ruleOfLock(lock: number): number {
    return this.#heldMemory === undefined ? -1 : this.#rule(this.#heldMemory, lock);
  }
  #say(rule: number, text: string): void {
    this.#fault ??= { rule, text };
  }
}
