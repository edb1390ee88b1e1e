/**
 * States that were visited, each stored once and exactly.
 *
 * Words are cut into blocks of sixteen; a block that was met before is not stored again but named by its number. The numbers are words themselves and are
 * cut into blocks in turn, until one is left. Neighbouring states share nearly all their blocks, so a state costs little more than what is new in it, and
 * two states are the same exactly if their last blocks and their lengths are: nothing is left to the quality of a hash.
 *
 * The state stored or fetched last is kept spread out in the `draft`, which knows the blocks that were written otherwise since: so the next one is looked at
 * only where it differs. Whoever fetches a state finds in the draft which blocks are not those of the state before.
 */
import { Draft, Level, nothing, width } from "./level.ts";

export class States {
  /** Number of states. */
  count = 0;
  /** The words of the state at hand. */
  readonly draft = new Draft();
  #blocks: Int32Array = new Int32Array(width * 1024);
  #blockCount = 0;
  /** Open addressing over the blocks: number + 1. */
  #table = new Int32Array(4096);
  /** By state: its last block, how many words it has, and the state before it with the same last block (number + 1). */
  #root: Int32Array = new Int32Array(1024);
  #length: Int32Array = new Int32Array(1024);
  #sameRoot: Int32Array = new Int32Array(1024);
  /** By block: the last state that it is the last block of, number + 1. */
  #byRoot: Int32Array = new Int32Array(1024);
  /** The draft, the numbers of its blocks, the numbers of the blocks of those, and so on. */
  readonly #levels: Level[] = [this.draft, new Level()];
  /** The level that is one block, and how many words it stands for; of what was stored or fetched last. */
  #top = 0;
  #was = 0;

  /** Bytes that the states take. */
  get bytes(): number {
    return this.#blockCount * (width * 4 + 4) + this.#table.length * 4 + this.count * 12;
  }

  /** The number of the state with the words of the draft: a new one exactly if `count` grew. */
  put(): number {
    const { count } = this.draft;
    this.#fit(count);
    let blocks = blocksOf(count);
    for (let level = 0; level <= this.#top; level++) {
      this.#name(level, blocks);
      blocks = blocksOf(blocks);
    }
    const last = this.#levels[this.#top + 1];
    last.settle();
    return this.#stateOf(last.items[0], count);
  }

  /** Fills the draft with the words of a state; its changed blocks are those that were others before. */
  get(state: number): void {
    const count = this.#length[state];
    this.draft.settle();
    if (topOf(count) !== this.#top) this.#unlike(count);
    this.#spread(this.#top, 0, this.#root[state]);
    this.draft.count = count;
    this.#was = count;
  }

  #stateOf(root: number, count: number): number {
    // States of different lengths may end in the same block without being the same.
    for (let known = this.#byRoot[root]; known !== 0; known = this.#sameRoot[known - 1]) if (this.#length[known - 1] === count) return known - 1;
    if (this.count === this.#root.length) {
      this.#root = wider(this.#root);
      this.#length = wider(this.#length);
      this.#sameRoot = wider(this.#sameRoot);
    }
    this.#root[this.count] = root;
    this.#length[this.count] = count;
    this.#sameRoot[this.count] = this.#byRoot[root];
    this.#byRoot[root] = this.count + 1;
    return this.count++;
  }

  /** The draft is to be a state of so many words: blocks that came or went since the last one are changed, even if there is nothing in them. */
  #fit(count: number): void {
    const { draft } = this;
    draft.reserve(Math.max(count, this.#was));
    for (let at = count; at < this.#was; at++) draft.set(at, nothing);
    if (topOf(count) !== this.#top) this.#unlike(count);
    for (let block = Math.floor(Math.min(count, this.#was) / width); block * width < Math.max(count, this.#was); block++) draft.mark(block);
    this.#was = count;
  }

  /** The next state has another number of levels: nothing that is known of the one at hand is of use. */
  #unlike(count: number): void {
    this.draft.reserve(Math.max(count, this.#was));
    this.draft.items.fill(nothing, count, Math.max(count, this.#was));
    for (let block = 0; block * width < Math.max(count, this.#was); block++) this.draft.mark(block);
    this.#top = topOf(count);
    for (let level = 1; level <= this.#top + 1; level++) {
      const one = (this.#levels[level] ??= new Level());
      one.items.fill(nothing);
      one.settle();
    }
  }

  /** Names the changed blocks of a level in the level above; blocks from `blocks` on are not there. */
  #name(level: number, blocks: number): void {
    const one = this.#levels[level];
    const above = this.#levels[level + 1];
    for (let i = 0; i < one.changedCount; i++) {
      const block = one.changed[i];
      above.set(block, block < blocks ? this.#numberOf(one.items, block * width) : nothing);
    }
    one.settle();
  }

  /** Puts the stored block `number` at the place of a block of a level, and what it stands for in the levels below, where that is not there already. */
  #spread(level: number, block: number, number: number): void {
    const above = this.#levels[level + 1];
    if (above.items[block] === number) return;
    above.reserve(block + 1);
    above.items[block] = number;
    const from = number * width;
    const to = block * width;
    for (let i = 0; i < width; i++) {
      const word = this.#blocks[from + i];
      if (level === 0) this.draft.set(to + i, word);
      else if (word === nothing) this.#cutOff(level - 1, to + i);
      else this.#spread(level - 1, to + i, word);
    }
  }

  /** A block of a level is not there, nor is what it stood for. */
  #cutOff(level: number, block: number): void {
    const above = this.#levels[level + 1];
    // Behind the end of what there is room for there is nothing either.
    if ((above.items[block] ?? nothing) === nothing) return;
    above.items[block] = nothing;
    for (let i = block * width; i < (block + 1) * width; i++) {
      if (level === 0) this.draft.set(i, nothing);
      else this.#cutOff(level - 1, i);
    }
  }

  #numberOf(words: Int32Array, from: number): number {
    const mask = this.#table.length - 1;
    let at = hashOf(words, from) & mask;
    for (; this.#table[at] !== 0; at = (at + 1) & mask) if (this.#holds(this.#table[at] - 1, words, from)) return this.#table[at] - 1;
    const made = this.#blockCount++;
    if ((made + 1) * width > this.#blocks.length) {
      this.#blocks = wider(this.#blocks);
      this.#byRoot = wider(this.#byRoot);
    }
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

function blocksOf(count: number): number {
  return Math.max(1, Math.ceil(count / width));
}

/** The level at which so many words are one block. */
function topOf(count: number): number {
  let top = 0;
  for (let blocks = blocksOf(count); blocks > 1; blocks = blocksOf(blocks)) top++;
  return top;
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
