/** A 64-bit digest of a sequence of 32-bit words, kept as two words that mix differently. It tells traces apart; it is no defence against anybody. */
export class Digest {
  #a = 0;
  #b = 0;
  clear(): void {
    this.#a = 0x243f6a88;
    this.#b = 0x13198a2e;
  }
  fold(value: number): void {
    const a = Math.imul(this.#a ^ value, 0x9e3779b1);
    this.#a = a ^ (a >>> 15);
    const b = Math.imul((this.#b + value) | 0, 0x85ebca77);
    this.#b = b ^ (b >>> 13) ^ a;
  }
  /** 16 hex digits. */
  text(): string {
    return (this.#a >>> 0).toString(16).padStart(8, "0") + (this.#b >>> 0).toString(16).padStart(8, "0");
  }
}
