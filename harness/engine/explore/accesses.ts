/**
 * What a step of the implementation touches of the memory that cores share: an accessor module in place of the real one, which does the same and notes it.
 * A lock that is taken and let go within the step is left out: it is free between steps, whatever order they are made in.
 */
import type { Ints } from "../contract.ts";
import type { Accessor } from "../discipline/twin.ts";

/** Words of one memory have numbers of so many bits. */
const wordBits = 24;

export class Accesses {
  /** To be linked in place of the accessor module. */
  readonly accessor: Accessor & Record<string, unknown>;
  #into: Ints | undefined;
  readonly #memories: Int32Array[] = [];
  /** Locks that the step has taken and not let go. */
  readonly #held: number[] = [];

  constructor() {
    const read = (mem: Int32Array, i: number): void => this.#into?.push(this.#place(mem, i) * 2);
    const write = (mem: Int32Array, i: number): void => this.#into?.push(this.#place(mem, i) * 2 + 1);
    this.accessor = {
      load: (mem, i) => (read(mem, i), Atomics.load(mem, i)),
      store: (mem, i, v) => (write(mem, i), void Atomics.store(mem, i, v)),
      cas: (mem, i, expected, v) => {
        if (mem[i] === expected) write(mem, i);
        else read(mem, i);
        return Atomics.compareExchange(mem, i, expected, v) === expected;
      },
      add: (mem, i, d) => (write(mem, i), Atomics.add(mem, i, d)),
      or: (mem, i, bits) => (write(mem, i), Atomics.or(mem, i, bits)),
      and: (mem, i, bits) => (write(mem, i), Atomics.and(mem, i, bits)),
      acquire: (mem, lock) => {
        const taken = Atomics.compareExchange(mem, lock, 0, 1) === 0;
        if (taken) this.#held.push(this.#place(mem, lock));
        else read(mem, lock);
        return taken;
      },
      release: (mem, lock) => {
        const at = this.#held.indexOf(this.#place(mem, lock));
        if (at >= 0) this.#held.splice(at, 1);
        else write(mem, lock);
        Atomics.store(mem, lock, 0);
      },
      peek: (mem, i) => (read(mem, i), mem[i]),
      poke: (mem, i, v) => {
        write(mem, i);
        mem[i] = v;
      },
      guard: () => {},
    };
  }

  /** Notes from now on into this list, twice the place for what is read and one more for what is written; nowhere if there is none. */
  note(into: Ints | undefined): void {
    for (const lock of this.#held) this.#into?.push(lock * 2 + 1);
    this.#held.length = 0;
    this.#into = into;
  }

  /** Another case was opened, with other memories. */
  clear(): void {
    this.#memories.length = 0;
  }

  #place(mem: Int32Array, word: number): number {
    let at = this.#memories.indexOf(mem);
    if (at < 0) at = this.#memories.push(mem) - 1;
    return ((at + 1) << wordBits) + word;
  }
}
