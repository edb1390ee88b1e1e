/** Numbers for what cannot be written as a word: texts, functions, fractions, objects that never change. Shared by snapshots that are compared. */
export class Constants {
  readonly #numbers = new Map<unknown, number>();
  readonly list: unknown[] = [];

  numberOf(value: unknown): number {
    let number = this.#numbers.get(value);
    if (number === undefined) {
      number = this.list.push(value) - 1;
      this.#numbers.set(value, number);
    }
    return number;
  }

  /** The object and all that is reached from it never change. */
  hold(value: unknown): void {
    if (typeof value !== "object" || value === null || this.#numbers.has(value)) return;
    this.numberOf(value);
    for (const inner of Object.values(value)) this.hold(inner);
  }

  has(value: unknown): boolean {
    return this.#numbers.has(value);
  }
}
