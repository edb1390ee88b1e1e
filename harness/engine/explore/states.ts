/**
 * States that were visited, each stored once and exactly.
 *
 * Words are cut into blocks of sixteen; a block that was met before is not stored again but named by its number. The numbers are words themselves and are
 * cut into blocks in turn, until one is left. Neighbouring states share nearly all their blocks, so a state costs little more than what is new in it, and
 * two states are the same exactly if their last blocks are: nothing is left to the quality of a hash.
 *
 * The state stored or fetched last is kept spread out, so that the next one is looked at only where it differs.
 */
import type { Ints } from "../contract.ts";

const width = 16;
/** What fills up a block. */
const nothing = -1;

/** Words, or numbers of blocks of the level below, up to a whole number of blocks. */
interface Level {
  items: Int32Array;
  /** Blocks, by number. */
  changed: Uint8Array;
}

export class States {
  /** Number of states. */
  count = 0;
  #blocks: Int32Array = new Int32Array(width * 1024);
  #blockCount = 0;
  /** Open addressing over the blocks: number + 1. */
  #table = new Int32Array(4096);
  /** By state: its last block, and how many words it has. */
  #root: Int32Array = new Int32Array(1024);
  #length: Int32Array = new Int32Array(1024);
  readonly #byRoot = new Map<number, number>();
  /** The state at hand: its words, the numbers of their blocks, the numbers of the blocks of those, and so on. */
  readonly #levels: Level[] = [{ items: new Int32Array(0), changed: new Uint8Array(0) }];
  /** How many words it has; -1 for none. */
  #atHand = -1;

  /** Bytes that the states take. */
  get bytes(): number {
    return this.#blockCount * width * 4 + this.#table.length * 4 + this.count * 8;
  }

  /** The number of the state with these words: a new one exactly if `count` grew. */
  put(words: Ints): number {
    const { count } = words;
    const whole = wholeBlocks(count);
    words.reserve(whole);
    words.items.fill(nothing, count, whole);
    const known = count === this.#atHand;
    this.#shape(count);
    this.#take(words.items, whole, known);
    let level = 0;
    for (let blocks = whole / width; ; blocks = wholeBlocks(blocks) / width) {
      this.#name(level++, blocks, known);
      if (blocks === 1) return this.#stateOf(this.#levels[level].items[0], count);
    }
  }

  /** Fills `words` with the words of a state. */
  get(state: number, words: Ints): void {
    const count = this.#length[state];
    const known = count === this.#atHand;
    this.#shape(count);
    let top = 1;
    for (let blocks = wholeBlocks(count) / width; blocks > 1; blocks = wholeBlocks(blocks) / width) top++;
    this.#spread(top, 0, this.#root[state], known);
    words.clear();
    words.reserve(wholeBlocks(count));
    words.items.set(this.#levels[0].items.subarray(0, count));
    words.count = count;
  }

  #stateOf(root: number, count: number): number {
    // States of different lengths may end in the same block without being the same.
    const key = root * 2 ** 21 + count;
    const known = this.#byRoot.get(key);
    if (known !== undefined) return known;
    if (this.count === this.#root.length) {
      this.#root = wider(this.#root);
      this.#length = wider(this.#length);
    }
    this.#root[this.count] = root;
    this.#length[this.count] = count;
    this.#byRoot.set(key, this.count);
    return this.count++;
  }

  /** Makes room for a state of so many words. */
  #shape(count: number): void {
    if (count === this.#atHand) return;
    this.#atHand = count;
    let blocks = wholeBlocks(count) / width;
    this.#room(0, blocks);
    for (let level = 1; ; level++) {
      const items = blocks;
      blocks = wholeBlocks(items) / width;
      this.#room(level, blocks);
      this.#levels[level].items.fill(nothing, 0, blocks * width);
      if (items === 1) return;
    }
  }

  #room(level: number, blocks: number): void {
    const one = (this.#levels[level] ??= { items: new Int32Array(0), changed: new Uint8Array(0) });
    if (one.changed.length >= blocks) return;
    const items = new Int32Array(blocks * 2 * width);
    items.set(one.items);
    one.items = items;
    one.changed = new Uint8Array(blocks * 2);
  }

  /** Takes the words for those at hand and notes which blocks differ. */
  #take(from: Int32Array, whole: number, known: boolean): void {
    const { items, changed } = this.#levels[0];
    for (let b = 0, first = 0; first < whole; b++, first += width) {
      let differs = known ? 0 : 1;
      for (let i = first; i < first + width; i++) {
        if (items[i] !== from[i]) {
          items[i] = from[i];
          differs = 1;
        }
      }
      changed[b] = differs;
    }
  }

  /** Names the changed blocks of a level in the level above. */
  #name(level: number, blocks: number, known: boolean): void {
    const { items, changed } = this.#levels[level];
    const above = this.#levels[level + 1];
    const blocksAbove = wholeBlocks(blocks) / width;
    above.changed.fill(known ? 0 : 1, 0, blocksAbove);
    for (let b = 0; b < blocks; b++) {
      if (changed[b] === 0) continue;
      const number = this.#numberOf(items, b * width);
      if (above.items[b] === number) continue;
      above.items[b] = number;
      above.changed[(b / width) | 0] = 1;
    }
  }

  /** Puts the block `number` at place `at` of a level, and what it stands for in the levels below, where that is not there already. */
  #spread(level: number, at: number, number: number, known: boolean): void {
    const { items } = this.#levels[level];
    if (known && items[at] === number) return;
    items[at] = number;
    if (level === 0) return;
    const first = number * width;
    const below = at * width;
    if (level === 1) {
      const words = this.#levels[0].items;
      for (let i = 0; i < width; i++) words[below + i] = this.#blocks[first + i];
      return;
    }
    for (let i = 0; i < width; i++) {
      const inner = this.#blocks[first + i];
      if (inner === nothing) this.#levels[level - 1].items[below + i] = nothing;
      else this.#spread(level - 1, below + i, inner, known);
    }
  }

  #numberOf(words: Int32Array, from: number): number {
    const mask = this.#table.length - 1;
    let at = hashOf(words, from) & mask;
    for (; this.#table[at] !== 0; at = (at + 1) & mask) if (this.#holds(this.#table[at] - 1, words, from)) return this.#table[at] - 1;
    const made = this.#blockCount++;
    if ((made + 1) * width > this.#blocks.length) this.#blocks = wider(this.#blocks);
    for (let i = 0; i < width; i++) this.#blocks[made * width + i] = words[from + i];
    this.#table[at] = made + 1;
    if (this.#blockCount * 2 > this.#table.length) this.#rehash();
    return made;
  }

  #holds(number: number, words: Int32Array, from: number): boolean {
    const first = number * width;
    for (let i = 0; i < width; i++) if (this.#blocks[first + i] !== words[from + i]) return false;
    return true;
  }

  #rehash(): void {
    const table = new Int32Array(this.#table.length * 2);
    const mask = table.length - 1;
    for (let number = 0; number < this.#blockCount; number++) {
      let at = hashOf(this.#blocks, number * width) & mask;
      while (table[at] !== 0) at = (at + 1) & mask;
      table[at] = number + 1;
    }
    this.#table = table;
  }
}

function wholeBlocks(count: number): number {
  return Math.ceil(count / width) * width;
}

function hashOf(words: Int32Array, from: number): number {
  let hash = 0;
  for (let i = from; i < from + width; i++) hash = (Math.imul(hash ^ words[i], 0x9e3779b1) + (hash >>> 15)) | 0;
  return hash ^ (hash >>> 16);
}

function wider(one: Int32Array): Int32Array {
  const made = new Int32Array(one.length * 2);
  made.set(one);
  return made;
}
