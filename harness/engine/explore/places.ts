/**
 * Where each object that a program remembers stands among the words of a state.
 *
 * A place is for one object of one shape, or for a list (map, set) of up to so many members. Objects that are there when the program has just been opened are *fixed* and have
 * places of their own. One *made* since has the place that is named by what refers to it first, in an order that depends on what is remembered and on nothing else, and by its shape: so an object that stays what it is
 * stays where it is, and the same values stand in the same places whatever way led to them.
 *
 * Every made object that is remembered has its place to itself, and nobody else has it: what the program made is replaced by a copy when it is met first, as others
 * may have a hold of it (both sides keep the same task, say).
 */
import type { Constants } from "./constants.ts";
import { Kind, kindOf, Shapes, viewOf, type Shape, type TypedArray } from "./kinds.ts";
import type { Room } from "./room.ts";

export interface Place {
  /** Its number, by which others refer to it. */
  readonly number: number;
  readonly kind: number;
  readonly shape: Shape | undefined;
  /** Its words: the first says whether anything is there, and how much. */
  readonly at: number;
  readonly end: number;
  /** The word that refers to it first; -1 for a fixed object's own place. */
  readonly from: number;
  readonly isFixed: boolean;
  /** What is there or, while nothing is, what may be put there; it is nobody else's. */
  object: object | undefined;
  isPresent: boolean;
  /** Words in it that refer to made objects, ascending. */
  readonly refers: number[];
  /** The snapshot that met it last. */
  stamp: number;
  /** Where the object is, if it does not fit here. */
  over: Place | undefined;
}

/** A made object. */
interface Met {
  place: Place | undefined;
  /** Stands for it, if it is not our own. */
  readonly copy: object | undefined;
}

/** So many kinds, and shapes or sizes, have names of their own; with 2^28 words they make numbers that are exact. */
const kindsMost = 32;
const formsMost = 2 ** 20;

/** Whether a value is a whole number of 31 bits with its sign. */
export function isSmall(value: unknown): value is number {
  return typeof value === "number" && (value << 1) >> 1 === value;
}

export class Places {
  readonly fixed: Place[] = [];
  readonly made: Place[] = [];
  readonly list: Place[] = [];
  /** Whether the program ever made a buffer or a view of one. */
  madeBytes = false;
  readonly shapes = new Shapes();
  readonly #room: Room;
  readonly #constants: Constants;
  /** Words of constants and fixed objects. */
  readonly #codes = new Map<unknown, number>();
  readonly #met = new Map<object, Met>();
  /** Of this snapshot, what is not our own. */
  readonly #strangers: object[] = [];
  readonly #displaced: object[] = [];
  readonly #byName = new Map<number, Place>();

  constructor(room: Room, constants: Constants) {
    this.#room = room;
    this.#constants = constants;
  }

  /** Gives a place to an object that has none, unless it is a constant. */
  fix(value: unknown): void {
    if (typeof value !== "object" || value === null || this.#codes.has(value) || this.#constants.has(value)) return;
    const kind = kindOf(value);
    const shape = kind === Kind.object ? this.shapes.of(value) : undefined;
    // A view of a buffer never looks at another.
    const place = this.#add(kind, shape, kind >= Kind.typed ? 0 : 1 + sizeOf(value, kind), -1, value);
    this.fixed.push(place);
    this.#codes.set(value, refersTo(place));
  }

  /** The word of a value that is neither small nor was made; -1 if it was. */
  codeOf(value: unknown): number {
    const code = this.#codes.get(value);
    if (code !== undefined) return code;
    if (typeof value === "object" && value !== null && !this.#constants.has(value)) return -1;
    const word = this.#constants.numberOf(value) << 2;
    this.#codes.set(value, word);
    return word;
  }
  valueOf(word: number): unknown {
    if ((word & 1) === 1) return word >> 1;
    if ((word & 2) === 0) return this.#constants.list[word >>> 2];
    return this.objectOf(this.list[word >>> 2]);
  }
  isMade(word: number): boolean {
    return (word & 3) === 2 && !this.list[word >>> 2].isFixed;
  }

  /** The snapshot is over: what is not our own is remembered by nobody, nor is what lost its place to another and has none by now. */
  forget(): void {
    for (const object of this.#strangers) this.#met.delete(object);
    for (const object of this.#displaced) if (this.#met.get(object)?.place === undefined) this.#met.delete(object);
    this.#strangers.length = 0;
    this.#displaced.length = 0;
  }

  /** The place of a made object, to which this word is the first to refer, unless another has been in this snapshot. If it is not our own, what is there is a copy. */
  placeOf(object: object, from: number, stamp: number): Place {
    const met = this.#met.get(object);
    if (met === undefined || met.copy !== undefined) return this.#placeOfOwn(this.#ownOf(object), from, stamp);
    const { place } = met;
    // Mostly it is where it was.
    if (place !== undefined && (place.stamp === stamp || (place.from === from && suits(place, object)))) return place;
    return this.#placeOfOwn(object, from, stamp);
  }
  #placeOfOwn(object: object, from: number, stamp: number): Place {
    const met = this.#met.get(object)!;
    const before = met.place;
    if (before !== undefined && before.stamp === stamp) return before;
    const place = this.#placeFor(object, from);
    if (before !== undefined) before.object = undefined;
    if (place.object !== undefined) {
      this.#met.get(place.object)!.place = undefined;
      this.#displaced.push(place.object);
    }
    place.object = object;
    met.place = place;
    return place;
  }

  /** The object itself if it is our own, else what stands for it. */
  #ownOf(object: object): object {
    const met = this.#met.get(object);
    return met === undefined ? this.#copied(object) : (met.copy ?? object);
  }

  /** The place of a fixed object that does not fit its own. */
  overOf(place: Place, object: object): Place {
    if (place.over === undefined || !suits(place.over, object)) place.over = this.#placeFor(object, place.at);
    place.over.object = object;
    return place.over;
  }

  /** What is to be at a place. */
  objectOf(place: Place): object {
    if (place.object === undefined) {
      place.object = this.#emptyFor(place);
      this.#met.set(place.object, { place, copy: undefined });
    }
    return place.object;
  }

  /** A buffer or view is never used again: it could not be made to look at other bytes. */
  dropBytes(): void {
    for (const place of this.made) {
      if ((place.kind > Kind.shared && place.kind < Kind.typed) || place.object === undefined) continue;
      this.#met.delete(place.object);
      place.object = undefined;
    }
  }

  #emptyFor({ kind, shape, at }: Place): object {
    if (kind === Kind.array) return [];
    if (kind === Kind.map) return new Map();
    if (kind === Kind.set) return new Set();
    if (kind === Kind.object) return Object.create(shape!.prototype);
    const { items } = this.#room.draft;
    if (kind >= Kind.typed) return viewOf(kind, this.valueOf(items[at + 1]) as ArrayBuffer, items[at + 2], items[at + 3]);
    return kind === Kind.shared ? new SharedArrayBuffer(items[at]) : new ArrayBuffer(items[at]);
  }

  #copied(object: object): object {
    const kind = kindOf(object);
    const copy = this.#copyOf(object, kind);
    this.#met.set(object, { place: undefined, copy });
    this.#strangers.push(object);
    this.#met.set(copy, { place: undefined, copy: undefined });
    return copy;
  }
  #copyOf(object: object, kind: number): object {
    if (kind === Kind.array) return (object as unknown[]).slice();
    if (kind === Kind.map) return new Map(object as Map<unknown, unknown>);
    if (kind === Kind.set) return new Set(object as Set<unknown>);
    if (kind === Kind.object) return Object.assign(Object.create(Object.getPrototypeOf(object)), object);
    if (kind <= Kind.shared) return (object as ArrayBuffer).slice(0);
    const { buffer, byteOffset, length } = object as TypedArray;
    return viewOf(kind, (this.codeOf(buffer) >= 0 ? buffer : this.#ownOf(buffer)) as ArrayBuffer, byteOffset, length);
  }

  #placeFor(object: object, from: number): Place {
    const kind = kindOf(object);
    const shape = kind === Kind.object ? this.shapes.of(object) : undefined;
    const size = roomFor(object, kind);
    const form = shape?.number ?? size;
    if (form >= formsMost) throw new RangeError(`an object of ${form} words was made, or there are as many shapes: at most ${formsMost} can be told apart`);
    const name = (from * kindsMost + kind) * formsMost + form;
    let place = this.#byName.get(name);
    if (place === undefined) {
      place = this.#add(kind, shape, 1 + size, from, undefined);
      this.made.push(place);
      if (kind <= Kind.shared || kind >= Kind.typed) this.madeBytes = true;
      this.#byName.set(name, place);
    }
    return place;
  }
  #add(kind: number, shape: Shape | undefined, words: number, from: number, object: object | undefined): Place {
    const at = this.#room.allot(words);
    const place: Place = { number: this.list.length, kind, shape, at, end: at + words, from, isFixed: from < 0, object, isPresent: false, refers: [], stamp: 0, over: undefined };
    this.list.push(place);
    return place;
  }
}

/** The word that refers to a place. */
export function refersTo({ number }: Place): number {
  return (number << 2) | 2;
}

/** How many words the members, items or bytes of an object take; four bytes to a word, and those left over one each. */
function sizeOf(object: object, kind: number): number {
  if (kind === Kind.object) return Object.keys(object).length;
  if (kind === Kind.array) return (object as unknown[]).length;
  if (kind === Kind.map) return (object as Map<unknown, unknown>).size * 2;
  if (kind === Kind.set) return (object as Set<unknown>).size;
  const { byteLength } = object as ArrayBuffer;
  return (byteLength >> 2) + (byteLength & 3);
}

/** Room for an object that was made: lists have some to grow in, by which alone it depends on their length; a view says what it looks at. */
function roomFor(object: object, kind: number): number {
  if (kind >= Kind.typed) return 3;
  const size = sizeOf(object, kind);
  if (kind === Kind.object || kind <= Kind.shared) return size;
  let room = 2;
  while (room < size) room *= 2;
  return room;
}

/** Whether an object that was at a place still belongs there: it has the members or the room that it had. */
function suits({ kind, shape, at, end }: Place, object: object): boolean {
  return kind === Kind.object ? shape!.form.fits(object) : roomFor(object, kind) === end - at - 1;
}
