/** What was declared of one memory: which lock guards which words, and what the guarded words are known to hold. */

/** Words [from, to) under one lock. */
export interface Region {
  readonly lock: number;
  readonly from: number;
  readonly to: number;
  readonly rule: number;
}

/** Numbers of places of different memories lie so far apart. */
const apart = 2 ** 32;

/** Word of a place, and the position of its memory. */
export function wordOf(place: number): number {
  return place % apart;
}
export function memoryOf(place: number): number {
  return Math.floor(place / apart);
}

export class GuardedMemory {
  readonly mem: Int32Array;
  /** Position among the memories, in the order they were first met. */
  readonly order: number;
  readonly regions: Region[] = [];
  /** By word: number of its region + 1. */
  readonly #regionOf: Int32Array;
  /** By lock: number of the first region that it guards + 1. */
  readonly #guards: Int32Array;
  readonly #known: Int32Array;

  constructor(mem: Int32Array, order: number) {
    this.mem = mem;
    this.order = order;
    this.#regionOf = new Int32Array(mem.length);
    this.#guards = new Int32Array(mem.length);
    this.#known = new Int32Array(mem.length);
  }

  /** Number of a word among those of all memories. */
  place(word: number): number {
    return this.order * apart + word;
  }

  /** The lock that guarded a word of the region before, if it was another one. */
  declare(region: Region): number | undefined {
    let other: number | undefined;
    this.regions.push(region);
    for (let word = region.from; word < region.to; word++) {
      const before = this.regionAt(word);
      if (before !== undefined && before.lock !== region.lock) other = before.lock;
      this.#regionOf[word] = this.regions.length;
    }
    if (this.#guards[region.lock] === 0) this.#guards[region.lock] = this.regions.length;
    return other;
  }

  regionAt(word: number): Region | undefined {
    return this.regions[this.#regionOf[word] - 1];
  }

  isLock(word: number): boolean {
    return this.#guards[word] > 0;
  }

  /** Rule of the first words that the lock guards, -1 if it guards none. */
  ruleOfLock(lock: number): number {
    const number = this.#guards[lock];
    return number > 0 ? this.regions[number - 1].rule : -1;
  }

  /** A word is about to hold a value. */
  expect(word: number, value: number): void {
    this.#known[word] = value;
  }

  /** Takes what the guarded words hold for known. */
  learn(): void {
    const { mem, regions } = this;
    const known = this.#known;
    for (let n = 0; n < regions.length; n++) for (let i = regions[n].from, { to } = regions[n]; i < to; i++) known[i] = mem[i];
  }

  /** First guarded word, region by region, that holds something else than is known; -1 for none. */
  firstUnknown(): number {
    const { mem, regions } = this;
    const known = this.#known;
    for (let n = 0; n < regions.length; n++) for (let i = regions[n].from, { to } = regions[n]; i < to; i++) if (known[i] !== mem[i]) return i;
    return -1;
  }
}
