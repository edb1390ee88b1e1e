/** Words in blocks of sixteen that know which of their blocks changed. */

/** Words in a block. */
export const width = 16;
/** What fills up a block, and stands for a block that is not there. */
export const nothing = -1;

export class Level {
  items: Int32Array = new Int32Array(width).fill(nothing);
  /** Numbers of the blocks that changed since `settle`, in the order in which they did. */
  changed = new Int32Array(1);
  changedCount = 0;
  #isChanged = new Uint8Array(1);
  #bytes = Buffer.from(this.items.buffer);

  /** Whether the bytes from `at` on are those of `other` from `from` up to and without `to`; false where there is no room for so many. */
  sameBytes(at: number, other: Buffer, from: number, to: number): boolean {
    const end = at + to - from;
    return end <= this.#bytes.length && other.compare(this.#bytes, at, end, from, to) === 0;
  }

  set(at: number, value: number): void {
    // Behind the end is `undefined`, which no value equals.
    if (this.items[at] !== value) this.#put(at, value);
  }

  /** The block counts as changed, whether or not it is. */
  mark(block: number): void {
    if (this.#isChanged[block] === 1) return;
    this.#isChanged[block] = 1;
    this.changed[this.changedCount++] = block;
  }

  /** What changed is known to everybody. */
  settle(): void {
    for (let i = 0; i < this.changedCount; i++) this.#isChanged[this.changed[i]] = 0;
    this.changedCount = 0;
  }

  /** Makes room for so many words, `nothing` as yet. */
  reserve(count: number): void {
    let length = this.items.length;
    if (length >= count) return;
    while (length < count) length *= 2;
    const items = new Int32Array(length).fill(nothing);
    items.set(this.items);
    const changed = new Int32Array(length / width);
    changed.set(this.changed);
    const isChanged = new Uint8Array(length / width);
    isChanged.set(this.#isChanged);
    this.items = items;
    this.#bytes = Buffer.from(items.buffer);
    this.changed = changed;
    this.#isChanged = isChanged;
  }

  #put(at: number, value: number): void {
    if (at >= this.items.length) this.reserve(at + 1);
    if (this.items[at] === value) return;
    this.items[at] = value;
    this.mark((at / width) | 0);
  }
}

/** The words of one state, as they are being written or were read; those behind `count` are `nothing`. */
export class Draft extends Level {
  count = 0;
}
