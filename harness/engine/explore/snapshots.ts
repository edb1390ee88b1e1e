/**
 * What a program remembers, written down as words and put back, without its help: every object reached from it.
 *
 * Objects that are there when the program has just been opened are *fixed*: they are numbered once, in the order in which they are met, and put back in
 * place. Objects made later are numbered anew in each snapshot, as they are met, and made again when it is put back. So two states have the same words if
 * they hold the same values in the same shape, whatever memory they lie in. Maps and sets are written by ascending keys: a program must not depend on the
 * order in which it filled them.
 *
 * *Constants* are not looked into: functions, and what the caller says never changes (the configuration, the commands of the case). What is not
 * reached is not seen: variables of modules and of closures must not change while a case runs. A test returns to states and runs on from them to find out.
 */
import type { Ints } from "../contract.ts";
import type { Reader } from "./words.ts";

const smallMin = -(2 ** 30);
const smallMax = 2 ** 30 - 1;
/** Stands in an array where nothing does. */
const hole = Symbol("hole");

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

/** How the objects of one class with the same members are written. */
interface Shape {
  readonly prototype: object | null;
  readonly members: readonly string[];
}

const typedArrays = [Int32Array, Uint8Array, Float64Array, Uint32Array, Uint16Array, Int16Array, Int8Array, BigInt64Array, BigUint64Array, Float32Array] as const;
type TypedArray = InstanceType<(typeof typedArrays)[number]>;
const Kind = { buffer: 0, shared: 1, array: 2, map: 3, set: 4, typed: 5, object: typedArrays.length + 5 } as const;

function kindOf(value: object): number {
  if (Array.isArray(value)) return Kind.array;
  if (value instanceof Map) return Kind.map;
  if (value instanceof Set) return Kind.set;
  if (value instanceof SharedArrayBuffer) return Kind.shared;
  if (value instanceof ArrayBuffer) return Kind.buffer;
  if (ArrayBuffer.isView(value)) {
    const at = typedArrays.findIndex((type) => value instanceof type);
    if (at < 0) throw new Error(`a ${value.constructor.name} cannot be written down`);
    return Kind.typed + at;
  }
  return Kind.object;
}

export class Snapshots {
  readonly #constants: Constants;
  readonly #fixed: object[] = [];
  readonly #kinds: number[] = [];
  /** Numbers of the fixed objects in the order in which they are written. */
  readonly #inOrder: readonly number[];
  readonly #words = new WeakMap<object, Int32Array>();
  readonly #fixedNumbers = new Map<object, number>();
  readonly #shapes = new Map<object | null, { readonly number: number; readonly members: readonly string[] }[]>();
  readonly #shapeList: Shape[] = [];
  readonly #madeNumbers = new Map<object, number>();
  readonly #made: object[] = [];

  /** `root` has just been opened. */
  constructor(root: object, constants: Constants) {
    this.#constants = constants;
    this.#meetFixed(root);
    for (let i = 0; i < this.#fixed.length; i++) this.#eachInside(this.#fixed[i], (value) => this.#meetFixed(value));
    // A view of a buffer never looks at another.
    const numbers = this.#fixed.map((_, i) => i).filter((i) => this.#kinds[i] < Kind.typed || this.#kinds[i] === Kind.object);
    this.#inOrder = [...numbers.filter((i) => this.#kinds[i] <= Kind.shared), ...numbers.filter((i) => this.#kinds[i] > Kind.shared)];
  }

  save(into: Ints): void {
    const made = this.#made;
    this.#madeNumbers.clear();
    made.length = 0;
    // Buffers come first, as they never change their length: what is the same in the next snapshot stands at the same place.
    for (const i of this.#inOrder) this.#write(this.#fixed[i], this.#kinds[i], into);
    // While the made ones are written more are met, so their headers come after: each says what is to be made before anything is filled.
    for (let i = 0; i < made.length; i++) this.#write(made[i], kindOf(made[i]), into);
    for (const object of made) this.#writeHeader(object, into);
    into.push(made.length);
  }

  /** Puts back what `words` (of one `save`, no more) say. */
  restore(from: Reader): void {
    const { words } = from;
    this.#makeAll(words);
    for (const i of this.#inOrder) this.#fill(this.#fixed[i], this.#kinds[i], from);
    for (const object of this.#made) this.#fill(object, kindOf(object), from);
  }

  #meetFixed(value: unknown): void {
    if (typeof value !== "object" || value === null || this.#fixedNumbers.has(value) || this.#constants.has(value)) return;
    this.#fixedNumbers.set(value, this.#fixed.push(value) - 1);
    this.#kinds.push(kindOf(value));
  }

  #eachInside(object: object, look: (value: unknown) => void): void {
    const kind = kindOf(object);
    if (kind === Kind.array) for (const value of object as unknown[]) look(value);
    else if (kind === Kind.map) for (const pair of object as Map<unknown, unknown>) pair.forEach(look);
    else if (kind === Kind.set) for (const value of object as Set<unknown>) look(value);
    else if (kind === Kind.object) for (const name of Object.keys(object)) look((object as Record<string, unknown>)[name]);
    else if (kind >= Kind.typed) look((object as TypedArray).buffer);
  }

  /** The whole words of a buffer; up to three bytes may be left over. */
  #wordsOf(buffer: ArrayBuffer): Int32Array {
    let words = this.#words.get(buffer);
    if (words === undefined) {
      words = new Int32Array(buffer, 0, buffer.byteLength >> 2);
      this.#words.set(buffer, words);
    }
    return words;
  }

  #writeBuffer(buffer: ArrayBuffer, into: Ints): void {
    into.pushAll(this.#wordsOf(buffer));
    if (buffer.byteLength % 4 !== 0) for (const byte of new Uint8Array(buffer, buffer.byteLength & ~3)) into.push(byte);
  }

  #fillBuffer(buffer: ArrayBuffer, from: Reader): void {
    const words = this.#wordsOf(buffer);
    words.set(from.take(words.length));
    if (buffer.byteLength % 4 === 0) return;
    const rest = new Uint8Array(buffer, buffer.byteLength & ~3);
    for (let i = 0; i < rest.length; i++) rest[i] = from.next();
  }

  #value(value: unknown, into: Ints): void {
    if (typeof value === "number" && Number.isInteger(value) && value >= smallMin && value <= smallMax) into.push((value << 1) | 1);
    else if (typeof value === "object" && value !== null && !this.#constants.has(value)) into.push((this.#numberOf(value) << 2) | 2);
    else into.push(this.#constants.numberOf(value) << 2);
  }

  #numberOf(object: object): number {
    const number = this.#fixedNumbers.get(object) ?? this.#madeNumbers.get(object);
    if (number !== undefined) return number;
    const made = this.#fixed.length + this.#made.push(object) - 1;
    this.#madeNumbers.set(object, made);
    return made;
  }

  #write(object: object, kind: number, into: Ints): void {
    if (kind === Kind.object) {
      const shape = this.#shapeOf(object);
      into.push(shape.number);
      for (const name of shape.members) this.#value((object as Record<string, unknown>)[name], into);
    } else if (kind === Kind.array) {
      const list = object as unknown[];
      into.push(list.length);
      for (let i = 0; i < list.length; i++) this.#value(list[i] === undefined && !(i in list) ? hole : list[i], into);
    } else if (kind === Kind.map) {
      const map = object as Map<unknown, unknown>;
      into.push(map.size);
      for (const key of inOrder(map.keys())) {
        this.#value(key, into);
        this.#value(map.get(key), into);
      }
    } else if (kind === Kind.set) {
      into.push((object as Set<unknown>).size);
      for (const value of inOrder((object as Set<unknown>).values())) this.#value(value, into);
    } else if (kind <= Kind.shared) this.#writeBuffer(object as ArrayBuffer, into);
    // A view of a buffer has nothing of its own; what it looks at is told when it is made.
    else this.#value((object as TypedArray).buffer, into);
  }

  #writeHeader(object: object, into: Ints): void {
    const kind = kindOf(object);
    if (kind === Kind.object) into.push(this.#shapeOf(object).number);
    else if (kind <= Kind.shared) into.push((object as ArrayBuffer).byteLength);
    else if (kind >= Kind.typed) {
      const { buffer, byteOffset, length } = object as TypedArray;
      into.push(this.#numberOf(buffer));
      into.push(byteOffset);
      into.push(length);
    }
    into.push(kind);
  }

  /** Makes the objects that the words speak of, empty; headers are read from the end. */
  #makeAll(words: Int32Array): void {
    let at = words.length - 1;
    const count = words[at];
    const made = this.#made;
    made.length = count;
    const views: number[] = [];
    for (let i = count - 1; i >= 0; i--) {
      const kind = words[--at];
      if (kind === Kind.array) made[i] = [];
      else if (kind === Kind.map) made[i] = new Map();
      else if (kind === Kind.set) made[i] = new Set();
      else if (kind === Kind.object) made[i] = Object.create(this.#shapeList[words[--at]].prototype);
      else if (kind <= Kind.shared) made[i] = kind === Kind.shared ? new SharedArrayBuffer(words[--at]) : new ArrayBuffer(words[--at]);
      else {
        views.push(i, kind, words[at - 3], words[at - 2], words[at - 1]);
        at -= 3;
      }
    }
    for (let v = 0; v < views.length; v += 5) {
      const buffer = this.#object(views[v + 2]) as ArrayBuffer;
      made[views[v]] = new typedArrays[views[v + 1] - Kind.typed](buffer, views[v + 3], views[v + 4]);
    }
  }

  #object(number: number): object {
    return number < this.#fixed.length ? this.#fixed[number] : this.#made[number - this.#fixed.length];
  }

  #read(from: Reader): unknown {
    const word = from.next();
    if ((word & 1) === 1) return word >> 1;
    if ((word & 2) === 2) return this.#object(word >>> 2);
    return this.#constants.list[word >>> 2];
  }

  #fill(object: object, kind: number, from: Reader): void {
    if (kind === Kind.object) this.#fillMembers(object as Record<string, unknown>, from);
    else if (kind === Kind.array) {
      const list = object as unknown[];
      const length = from.next();
      list.length = 0;
      list.length = length;
      for (let i = 0; i < length; i++) {
        const value = this.#read(from);
        if (value !== hole) list[i] = value;
      }
    } else if (kind === Kind.map) {
      const map = object as Map<unknown, unknown>;
      map.clear();
      for (let left = from.next(); left > 0; left--) {
        const key = this.#read(from);
        map.set(key, this.#read(from));
      }
    } else if (kind === Kind.set) {
      const set = object as Set<unknown>;
      set.clear();
      for (let left = from.next(); left > 0; left--) set.add(this.#read(from));
    } else if (kind <= Kind.shared) this.#fillBuffer(object as ArrayBuffer, from);
    else from.next();
  }

  #fillMembers(object: Record<string, unknown>, from: Reader): void {
    const { members } = this.#shapeList[from.next()];
    for (const name of members) {
      const value = this.#read(from);
      if (value === undefined || object[name] !== value) object[name] = value;
    }
    const there = Object.keys(object);
    if (there.length > members.length) for (const name of there) if (!members.includes(name)) delete object[name];
  }

  #shapeOf(object: object): { readonly number: number; readonly members: readonly string[] } {
    const prototype: object | null = Object.getPrototypeOf(object);
    const members = Object.keys(object);
    let known = this.#shapes.get(prototype);
    if (known === undefined) {
      known = [];
      this.#shapes.set(prototype, known);
    }
    for (const shape of known) if (sameNames(shape.members, members)) return shape;
    const shape = { number: this.#shapeList.push({ prototype, members }) - 1, members };
    known.push(shape);
    return shape;
  }
}

/** Keys that are all numbers or all texts ascending; others as they come. */
function inOrder(keys: Iterable<unknown>): unknown[] {
  const list = [...keys];
  if (list.every((key) => typeof key === "number")) return list.sort((a, b) => (a as number) - (b as number));
  if (list.every((key) => typeof key === "string")) return list.sort();
  return list;
}

function sameNames(one: readonly string[], other: readonly string[]): boolean {
  if (one.length !== other.length) return false;
  for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) return false;
  return true;
}
