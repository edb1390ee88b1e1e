/** Hears every access that a step makes to shared memory: an accessor module in place of the implementation's own, which judges nothing. */
import type { Accessor } from "../discipline/twin.ts";
import type { DisciplineFault, DisciplineWatch } from "../run.ts";

/** Numbers of words of different memories lie so far apart. */
const apart = 2 ** 32;

export class Listener implements DisciplineWatch {
  /** To be linked in place of the accessor module. */
  readonly accessor: Accessor & Record<string, unknown>;
  /** Words of the last step: read, and written with another value. Taking and letting go of locks carries nothing from step to step. */
  readonly reads = new Set<number>();
  readonly writes = new Set<number>();
  readonly #memories: Int32Array[] = [];
  #inStep = false;

  constructor() {
    this.accessor = {
      load: (mem, i) => this.#read(mem, i),
      peek: (mem, i) => this.#read(mem, i),
      store: (mem, i, v) => this.#write(mem, i, v),
      poke: (mem, i, v) => this.#write(mem, i, v),
      cas: (mem, i, expected, v) => {
        const found = this.#read(mem, i) === expected;
        if (found) this.#write(mem, i, v);
        return found;
      },
      add: (mem, i, d) => this.#change(mem, i, (old) => old + d),
      or: (mem, i, bits) => this.#change(mem, i, (old) => old | bits),
      and: (mem, i, bits) => this.#change(mem, i, (old) => old & bits),
      // A lock held already is not waited for: on this one thread nobody would ever let it go.
      acquire: (mem, lock) => Atomics.compareExchange(mem, lock, 0, 1) === 0,
      release: (mem, lock) => void Atomics.store(mem, lock, 0),
      guard: () => undefined,
    };
  }

  beginStep(): void {
    this.reads.clear();
    this.writes.clear();
    this.#inStep = true;
  }

  endStep(): DisciplineFault | undefined {
    this.#inStep = false;
    return undefined;
  }

  #read(mem: Int32Array, i: number): number {
    if (this.#inStep) this.reads.add(this.#place(mem, i));
    return mem[i];
  }

  #write(mem: Int32Array, i: number, v: number): void {
    if (this.#inStep && mem[i] !== (v | 0)) this.writes.add(this.#place(mem, i));
    mem[i] = v;
  }

  #change(mem: Int32Array, i: number, to: (old: number) => number): number {
    const old = this.#read(mem, i);
    this.#write(mem, i, to(old));
    return old;
  }

  #place(mem: Int32Array, i: number): number {
    let order = this.#memories.indexOf(mem);
    if (order < 0) order = this.#memories.push(mem) - 1;
    return order * apart + i;
  }
}

/** Name of a word for a reader. */
export function wordName(place: number): string {
  return `word ${place % apart}`;
}
