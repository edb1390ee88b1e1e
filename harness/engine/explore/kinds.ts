/** The kinds of object that a program's memory is made of, and how those with members look. */
import { formOf, type Form } from "./forms.ts";

const typedArrays = [Int32Array, Uint8Array, Float64Array, Uint32Array, Uint16Array, Int16Array, Int8Array, BigInt64Array, BigUint64Array, Float32Array] as const;
export type TypedArray = InstanceType<(typeof typedArrays)[number]>;

/** Numbers of kinds; a view of a buffer has `typed` and the number of its type. Buffers come first. */
export const Kind = { buffer: 0, shared: 1, array: 2, map: 3, set: 4, object: 5, typed: 6 } as const;

/** The kind of an object; throws for one that cannot be written down. */
export function kindOf(value: object): number {
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

/** A new view of that kind. */
export function viewOf(kind: number, buffer: ArrayBuffer, byteOffset: number, length: number): TypedArray {
  return new typedArrays[kind - Kind.typed](buffer, byteOffset, length);
}

/** What lies directly in an object, without what it is called. */
export function eachInside(object: object, kind: number, look: (value: unknown) => void): void {
  if (kind === Kind.array) for (const value of object as unknown[]) look(value);
  else if (kind === Kind.map) for (const pair of object as Map<unknown, unknown>) pair.forEach(look);
  else if (kind === Kind.set) for (const value of object as Set<unknown>) look(value);
  else if (kind === Kind.object) for (const name of Object.keys(object)) look((object as Members)[name]);
  else if (kind >= Kind.typed) look((object as TypedArray).buffer);
}

/** Keys that are all numbers or all texts ascending; others as they come. */
export function inOrder(keys: Iterable<unknown>): unknown[] {
  const list = [...keys];
  if (list.every((key) => typeof key === "number")) return list.sort((a, b) => (a as number) - (b as number));
  if (list.every((key) => typeof key === "string")) return list.sort();
  return list;
}

/** An object by its members. */
export type Members = Record<string, unknown>;

/** How the objects of one class with the same members, in the same order, look. */
export interface Shape {
  readonly number: number;
  readonly prototype: object | null;
  readonly names: readonly string[];
  readonly form: Form;
}

/** Gives the object the members of the shape and no others, in its order. */
export function giveNames(object: object, { names, form }: Shape): void {
  if (form.fits(object)) return;
  for (const name of Object.keys(object)) delete (object as Members)[name];
  for (const name of names) (object as Members)[name] = undefined;
}

/** The shapes met so far. */
export class Shapes {
  readonly list: Shape[] = [];
  readonly #byPrototype = new Map<object | null, Shape[]>();

  of(object: object): Shape {
    const prototype: object | null = Object.getPrototypeOf(object);
    let known = this.#byPrototype.get(prototype);
    if (known === undefined) {
      known = [];
      this.#byPrototype.set(prototype, known);
    }
    const names = Object.keys(object);
    for (const shape of known) if (sameNames(shape.names, names)) return shape;
    const shape = { number: this.list.length, prototype, names, form: formOf(names) };
    this.list.push(shape);
    known.push(shape);
    return shape;
  }
}

function sameNames(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name, at) => name === other[at]);
}
