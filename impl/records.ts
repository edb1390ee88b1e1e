/** The records of tasks, a row of words for each slot: kept from one opening to the next, and clean after each. */
import { grown } from "./grown.ts";

export class Records {
  all = new Int32Array(0);
  readonly #rowWords: number;
  /** Words, from the first on, that may hold something; the others are 0. There is room for thousands of tasks, and most cases have a few. */
  #used = 0;

  constructor(rowWords: number) {
    this.#rowWords = rowWords;
  }

  /** Makes room for the rows of so many tasks; every word in use is `poison` then. */
  open(taskCountMax: number, poison: number): Int32Array<ArrayBuffer> {
    this.all = grown(this.all, taskCountMax * this.#rowWords);
    this.all.fill(poison, 0, poison === 0 ? this.#used : this.all.length);
    this.#used = poison === 0 ? 0 : this.all.length;
    return this.all;
  }

  /** Where the row of the slot begins, which is used from now on. */
  begin(slot: number): number {
    const first = slot * this.#rowWords;
    if (first + this.#rowWords > this.#used) this.#used = first + this.#rowWords;
    return first;
  }
}
