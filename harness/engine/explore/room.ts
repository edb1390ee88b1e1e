/** The words of a state are let to whoever has something to write there, for as long as a case is open. */
import type { Ints } from "../contract.ts";
import { nothing, type Draft } from "./level.ts";

/** Stands for a value that has yet to be looked at. */
export const unknown = Symbol("unknown");

export class Room {
  readonly draft: Draft;
  /** By word: the value that it stands for; `unknown` where nobody needs to know. */
  readonly last: unknown[] = [];

  constructor(draft: Draft) {
    this.draft = draft;
  }

  /** The first of so many words that nobody else has; there is nothing in them. */
  allot(count: number): number {
    const at = this.last.length;
    for (let i = 0; i < count; i++) this.last.push(unknown);
    this.draft.reserve(at + count);
    return at;
  }
}

const stripWords = 64;

/** A list of words of any length, in strips that are let as they are needed. */
export class Strips {
  readonly #room: Room;
  readonly #first: number[] = [];
  #count = 0;

  constructor(room: Room) {
    this.#room = room;
  }

  /** Writes the list in place of the one before it; answers where it ends. */
  write(items: Int32Array, count: number): number {
    const { draft } = this.#room;
    while (this.#first.length * stripWords <= count) this.#first.push(this.#room.allot(stripWords));
    draft.set(this.#first[0], count);
    for (let i = 0; i < count; i++) draft.set(this.#at(i), items[i]);
    for (let i = count; i < this.#count; i++) draft.set(this.#at(i), nothing);
    this.#count = count;
    return this.#at(count - 1) + 1;
  }

  /** Reads the list that the draft has. */
  read(into: Ints): void {
    const { items } = this.#room.draft;
    this.#count = items[this.#first[0]];
    into.clear();
    for (let i = 0; i < this.#count; i++) into.push(items[this.#at(i)]);
  }

  /** The length stands before the list. */
  #at(i: number): number {
    return this.#first[((i + 1) / stripWords) | 0] + ((i + 1) % stripWords);
  }
}
