/** Values by number, in the order in which they were met. */
export class Numbered<T> {
  readonly list: T[] = [];
  readonly #numbers = new Map<T, number>();

  numberOf(value: T): number {
    let number = this.#numbers.get(value);
    if (number === undefined) {
      number = this.list.push(value) - 1;
      this.#numbers.set(value, number);
    }
    return number;
  }

  has(value: T): boolean {
    return this.#numbers.has(value);
  }
}
