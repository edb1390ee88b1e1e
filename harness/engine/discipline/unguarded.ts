/**
 * Judges the accesses of one step to words that no lock guards.
 *
 * One such access is atomic by itself. A second is too many, with one exception: a load under a lock that is held at *every* write of that word can not be
 * told from a guarded read (the word is published: written under the lock, read by anybody). Whether all writes are made so is known only in the end, so
 * what a step relied on is remembered, and a later write that breaks it is the fault.
 */

/** A lock or a word, told from those of other memories. */
export type Place = number;

export class UnguardedWords {
  /** By word: the locks held at every write so far. */
  readonly #writers = new Map<Place, readonly Place[]>();
  /** By word: locks one of which must be held at every write to come, as a step relied on it. */
  readonly #relied = new Map<Place, readonly Place[]>();
  /** Of this step: accesses that stand alone, and loads under locks. */
  #alone = 0;
  readonly #loads: Place[] = [];
  #locks: readonly Place[] = [];

  /** Forgets everything. */
  clear(): void {
    this.#writers.clear();
    this.#relied.clear();
  }

  beginStep(): void {
    this.#alone = 0;
    this.#loads.length = 0;
  }

  /** Whether the step has accessed such a word. */
  get any(): boolean {
    return this.#alone > 0 || this.#loads.length > 0;
  }

  /** Notes a load with `held` locks. False: it is one access too many. */
  load(word: Place, held: readonly Place[]): boolean {
    if (held.length === 0) return ++this.#alone <= 1;
    this.#loads.push(word);
    this.#locks = held.slice();
    return true;
  }

  /** Notes a write. "many": one access too many. "relied": a step relied on a lock that this write does not hold. */
  write(word: Place, held: readonly Place[]): "fine" | "many" | "relied" {
    const before = this.#writers.get(word);
    this.#writers.set(word, before === undefined ? held.slice() : common(before, held));
    const relied = this.#relied.get(word);
    if (relied !== undefined && common(relied, held).length === 0) return "relied";
    return ++this.#alone <= 1 ? "fine" : "many";
  }

  /** At the end of the step: whether the loads under locks were none too many. */
  settle(): boolean {
    if (this.#alone + this.#loads.length <= 1) return true;
    let alone = this.#alone;
    for (const word of this.#loads) {
      const safe = common(this.#writers.get(word) ?? this.#locks, this.#locks);
      if (safe.length === 0) alone++;
      else this.#relied.set(word, common(this.#relied.get(word) ?? safe, safe));
    }
    return alone <= 1;
  }
}

function common(one: readonly Place[], other: readonly Place[]): readonly Place[] {
  return one.filter((place) => other.includes(place));
}
