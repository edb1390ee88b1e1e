/** Goes through all sequences of choices that something makes, one after the other, however many each choice is among. */
export class Odometer {
  readonly #taken: number[] = [];
  readonly #among: number[] = [];
  #depth = 0;

  /** The next choice of the present sequence, below `among`. */
  readonly choose = (among: number): number => {
    const at = this.#depth++;
    if (at === this.#taken.length) this.#taken.push(0);
    this.#among[at] = among;
    return this.#taken[at];
  };

  /** Forgets everything: another goes through its sequences. */
  clear(): void {
    this.#taken.length = 0;
    this.#depth = 0;
  }

  /** The present sequence is gone through from its beginning. */
  begin(): void {
    this.#depth = 0;
  }

  /** Goes on to the next sequence; false after the last. */
  next(): boolean {
    const taken = this.#taken;
    taken.length = this.#depth;
    while (taken.length > 0 && taken[taken.length - 1] + 1 >= this.#among[taken.length - 1]) taken.pop();
    if (taken.length === 0) return false;
    taken[taken.length - 1]++;
    return true;
  }
}
