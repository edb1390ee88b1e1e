/**
 * What a program remembers, written down as words and put back, without its help: every object reached from it.
 *
 * Each object has its place among the words (`places.ts`), so two states have the same words exactly if they hold the same values in the same shape, whatever memory they lie in. Maps
 * and sets are written by ascending keys: a program must not depend on the order in which it filled them.
 *
 * Nothing is taken to stay as it is. A snapshot goes over every object that is remembered and compares every member, and every word of every buffer, with what it wrote last; but
 * it looks up, numbers and writes only what differs. A return fills the places in those blocks of words that differ from the state in which the program stands. That is enough,
 * as between a snapshot or a return and the next step the objects are what the words say, each at its place: a word that stays as it is stands for the same value, and a reference
 * for the same object. Where that cannot be said (a step has been made since), everything is filled.
 *
 * *Constants* are not looked into: functions, and what the caller says never changes (the configuration, the commands of the case). What is not
 * reached is not seen: variables of modules and of closures must not change while a case runs, and objects keep their prototypes. A test returns to states and runs on from
 * them to find out; another compares what is put back with an account of the same objects that is made in a plainer way.
 */
import type { Constants } from "./constants.ts";
import { eachInside, giveNames, inOrder, Kind, type Members, type TypedArray } from "./kinds.ts";
import { nothing, width } from "./level.ts";
import { isSmall, Places, refersTo, type Place } from "./places.ts";
import { unknown, type Room } from "./room.ts";

/** Stands in an array where nothing does. */
const hole = Symbol("hole");
/** The words of a longer buffer are compared at once, and where they differ in stretches of so many; few are compared one by one in less time. */
const stretch = 128;
const stretchLeast = 48;

/** The words of a buffer, and the bytes left over, a word each; all its bytes. */
interface Bytes {
  readonly words: Int32Array;
  readonly rest: Uint8Array;
  readonly all: Buffer;
}

export class Snapshots {
  readonly #room: Room;
  readonly #places: Places;
  readonly #bytes = new WeakMap<object, Bytes>();
  /** Places of fixed objects, but for views of buffers, which have nothing of their own. */
  readonly #fixed: readonly Place[];
  /** Places of made objects, and of fixed ones that do not fit their own, in the order in which the last snapshot met them. */
  #present: Place[] = [];
  #before: Place[] = [];
  /** By block: the places that reach into it; so many of them are in it by now. */
  readonly #inBlock: Place[][] = [];
  #mapped = 0;
  #stamp = 0;

  /** `root` has just been opened. */
  constructor(root: object, constants: Constants, room: Room) {
    const places = new Places(room, constants);
    this.#room = room;
    this.#places = places;
    places.fix(root);
    for (let i = 0; i < places.fixed.length; i++) eachInside(places.fixed[i].object!, places.fixed[i].kind, (value) => places.fix(value));
    this.#fixed = places.fixed.filter(({ kind }) => kind < Kind.typed);
  }

  /** Writes what is remembered; answers where the last place ends in which there is something. */
  save(): number {
    const places = this.#places;
    this.#stamp++;
    [this.#present, this.#before] = [this.#before, this.#present];
    const present = this.#present;
    present.length = 0;
    for (const place of this.#fixed) this.#write(place);
    let end = this.#fixed[this.#fixed.length - 1].end;
    for (let i = 0; i < present.length; i++) {
      this.#write(present[i]);
      if (present[i].end > end) end = present[i].end;
    }
    for (const place of this.#before) if (place.stamp !== this.#stamp) this.#empty(place);
    places.forget();
    return end;
  }

  /** Puts back what the draft says. The program `stands` in the state that the draft had before its changed blocks changed; or it may be anywhere. */
  restore(stands: boolean): void {
    const places = this.#places;
    this.#mapPlaces();
    this.#stamp++;
    if (stands && !places.madeBytes) {
      const { changed, changedCount } = this.#room.draft;
      for (let i = 0; i < changedCount; i++) {
        const inBlock = this.#inBlock[changed[i]];
        if (inBlock === undefined) continue;
        for (const place of inBlock) if (place.stamp !== this.#stamp) this.#fill(place, true);
      }
    } else {
      places.dropBytes();
      for (const place of places.list) this.#fill(place, false);
    }
    this.#present.length = 0;
    for (const place of places.made) if (place.isPresent) this.#present.push(place);
  }

  // --- Writing

  #write(place: Place): void {
    const { kind, at, object } = place;
    place.isPresent = true;
    if (kind === Kind.object) this.#writeMembers(place, object as Members);
    else if (kind === Kind.array) this.#writeArray(place, object as unknown[]);
    else if (kind === Kind.map) this.#writeList(place, (object as Map<unknown, unknown>).size === 0 ? [] : pairsOf(object as Map<unknown, unknown>));
    else if (kind === Kind.set) this.#writeList(place, inOrder(object as Set<unknown>));
    else if (kind <= Kind.shared) this.#writeBuffer(place, object as ArrayBuffer);
    else {
      const { buffer, byteOffset, length } = object as TypedArray;
      this.#room.draft.set(at, 1);
      this.#keep(place, at + 1, buffer);
      this.#room.draft.set(at + 2, byteOffset);
      this.#room.draft.set(at + 3, length);
    }
    const { refers } = place;
    for (let i = 0; i < refers.length; i++) this.#refer(place, refers[i]);
  }

  #writeMembers(place: Place, object: Members): void {
    const { names, form } = place.shape!;
    const { last, draft } = this.#room;
    // Others were asked when they were given their places.
    if (place.isFixed && !form.fits(object)) return this.#writeOver(place);
    draft.set(place.at, 1);
    const first = place.at + 1;
    if (form.still(object, last, first)) return;
    for (let i = 0; i < names.length; i++) {
      const value = object[names[i]];
      if (last[first + i] !== value) this.#keep(place, first + i, value);
    }
  }

  #writeArray(place: Place, list: readonly unknown[]): void {
    const { last } = this.#room;
    const first = place.at + 1;
    if (list.length > place.end - first) return this.#writeOver(place);
    for (let i = 0; i < list.length; i++) {
      const value = list[i] === undefined && !(i in list) ? hole : list[i];
      if (last[first + i] !== value) this.#keep(place, first + i, value);
    }
    this.#endList(place, list.length);
  }
  /** Keys with their values, or what is in a set. */
  #writeList(place: Place, list: readonly unknown[]): void {
    const { last } = this.#room;
    const first = place.at + 1;
    if (list.length > place.end - first) return this.#writeOver(place);
    for (let i = 0; i < list.length; i++) if (last[first + i] !== list[i]) this.#keep(place, first + i, list[i]);
    this.#endList(place, list.length);
  }
  #endList(place: Place, count: number): void {
    const { draft } = this.#room;
    for (let at = place.at + 1 + count, end = place.at + 1 + Math.max(0, draft.items[place.at]); at < end && at < place.end; at++) this.#erase(place, at);
    draft.set(place.at, count);
  }

  #writeBuffer(place: Place, buffer: ArrayBuffer): void {
    const { draft } = this.#room;
    const { words, rest, all } = this.#bytesOf(buffer);
    draft.set(place.at, buffer.byteLength);
    const first = place.at + 1;
    const isStill = words.length > stretch && draft.sameBytes(first * 4, all, 0, words.length * 4);
    for (let from = isStill ? words.length : 0; from < words.length; from += stretch) {
      const to = Math.min(from + stretch, words.length);
      if (to - from >= stretchLeast && draft.sameBytes((first + from) * 4, all, from * 4, to * 4)) continue;
      for (let i = from; i < to; i++) draft.set(first + i, words[i]);
    }
    for (let i = 0; i < rest.length; i++) draft.set(first + words.length + i, rest[i]);
  }

  /** A fixed object has grown out of its place, or has other members. */
  #writeOver(place: Place): void {
    const over = this.#places.overOf(place, place.object!);
    for (let at = place.at + 1; at < place.end; at++) this.#erase(place, at);
    this.#room.draft.set(place.at, -2 - over.number);
    over.stamp = this.#stamp;
    this.#present.push(over);
  }

  /** The value belongs in this word of the place. */
  #keep(place: Place, at: number, value: unknown): void {
    this.#room.last[at] = value;
    const word = isSmall(value) ? (value << 1) | 1 : this.#places.codeOf(value);
    const refers = word === -1 && !isSmall(value);
    noteRefers(place, at, refers);
    if (!refers) this.#room.draft.set(at, word);
  }
  #erase(place: Place, at: number): void {
    this.#room.last[at] = unknown;
    noteRefers(place, at, false);
    this.#room.draft.set(at, nothing);
  }
  #empty(place: Place): void {
    place.isPresent = false;
    for (let at = place.at; at < place.end; at++) this.#erase(place, at);
  }

  /** What a word of a place refers to has its place, too. */
  #refer(place: Place, at: number): void {
    const { last, draft } = this.#room;
    const object = last[at] as object;
    const to = this.#places.placeOf(object, at, this.#stamp);
    if (to.object !== object) {
      last[at] = to.object;
      this.#replace(place, at);
    }
    if (to.stamp !== this.#stamp) {
      to.stamp = this.#stamp;
      this.#present.push(to);
    }
    draft.set(at, refersTo(to));
  }

  /** In the object at the place stands what `last` says of this word, from now on. */
  #replace({ kind, shape, at: first, object }: Place, at: number): void {
    const { last, draft } = this.#room;
    if (kind === Kind.object) (object as Members)[shape!.names[at - first - 1]] = last[at];
    else if (kind === Kind.array) (object as unknown[])[at - first - 1] = last[at];
    else if (kind === Kind.map) fillMap(object as Map<unknown, unknown>, last, first + 1, draft.items[first]);
    else fillSet(object as Set<unknown>, last, first + 1, draft.items[first]);
  }

  // --- Filling

  #mapPlaces(): void {
    const { list } = this.#places;
    for (; this.#mapped < list.length; this.#mapped++) {
      const place = list[this.#mapped];
      for (let block = Math.floor(place.at / width); block * width < place.end; block++) (this.#inBlock[block] ??= []).push(place);
    }
  }

  /** `stands`: the object at the place was what the words said before they changed. */
  #fill(place: Place, stands: boolean): void {
    const { kind, at, end } = place;
    place.stamp = this.#stamp;
    if (at === end) return;
    const head = this.#room.draft.items[at];
    const was = place.isPresent;
    place.isPresent = head !== nothing;
    if (head < 0) {
      place.over = head === nothing ? undefined : this.#places.list[-2 - head];
      for (let word = at + 1; word < end; word++) this.#forget(place, word);
      return;
    }
    const object = this.#places.objectOf(place);
    if (kind === Kind.object) this.#fillMembers(place, object as Members, stands && was && !place.isFixed);
    else if (kind === Kind.array) this.#fillArray(place, object as unknown[], head);
    else if (kind <= Kind.shared) this.#fillBuffer(place, object as ArrayBuffer);
    else if (kind >= Kind.typed) this.#back(place, at + 1);
    else {
      for (let i = 0; i < head; i++) this.#back(place, at + 1 + i);
      this.#forgetFrom(place, at + 1 + head);
      if (kind === Kind.map) fillMap(object as Map<unknown, unknown>, this.#room.last, at + 1, head);
      else fillSet(object as Set<unknown>, this.#room.last, at + 1, head);
    }
  }

  /** `fits`: the object had this shape when it was written last, and no step has been made since. */
  #fillMembers(place: Place, object: Members, fits: boolean): void {
    const { names } = place.shape!;
    if (!fits) giveNames(object, place.shape!);
    for (let i = 0; i < names.length; i++) {
      const value = this.#back(place, place.at + 1 + i);
      if (object[names[i]] !== value) object[names[i]] = value;
    }
  }
  #fillArray(place: Place, list: unknown[], length: number): void {
    const first = place.at + 1;
    while (list.length > length) list.pop();
    for (let i = 0; i < length; i++) {
      const value = this.#back(place, first + i);
      if (value !== hole) list[i] = value;
      else {
        delete list[i];
        list.length = Math.max(list.length, i + 1);
      }
    }
    this.#forgetFrom(place, first + length);
  }
  #fillBuffer(place: Place, buffer: ArrayBuffer): void {
    const { words, rest } = this.#bytesOf(buffer);
    const { items } = this.#room.draft;
    const first = place.at + 1;
    words.set(items.subarray(first, first + words.length));
    for (let i = 0; i < rest.length; i++) rest[i] = items[first + words.length + i];
  }

  /** The value of a word of a place. */
  #back(place: Place, at: number): unknown {
    const word = this.#room.draft.items[at];
    const value = this.#places.valueOf(word);
    this.#room.last[at] = value;
    noteRefers(place, at, this.#places.isMade(word));
    return value;
  }
  #forgetFrom(place: Place, from: number): void {
    for (let at = from; at < place.end && this.#room.last[at] !== unknown; at++) this.#forget(place, at);
  }
  #forget(place: Place, at: number): void {
    this.#room.last[at] = unknown;
    noteRefers(place, at, false);
  }

  #bytesOf(buffer: ArrayBuffer): Bytes {
    let bytes = this.#bytes.get(buffer);
    if (bytes === undefined) {
      bytes = { words: new Int32Array(buffer, 0, buffer.byteLength >> 2), rest: new Uint8Array(buffer, buffer.byteLength & ~3), all: Buffer.from(buffer) };
      this.#bytes.set(buffer, bytes);
    }
    return bytes;
  }
}

/** Whether a word of a place refers to what was made. */
function noteRefers({ refers }: Place, at: number, does: boolean): void {
  if (refers.length === 0 && !does) return;
  let i = refers.length;
  while (i > 0 && refers[i - 1] >= at) i--;
  if ((refers[i] === at) === does) return;
  if (does) refers.splice(i, 0, at);
  else refers.splice(i, 1);
}

function pairsOf(map: Map<unknown, unknown>): unknown[] {
  const list: unknown[] = [];
  for (const key of inOrder(map.keys())) list.push(key, map.get(key));
  return list;
}
function fillMap(map: Map<unknown, unknown>, values: readonly unknown[], from: number, count: number): void {
  map.clear();
  for (let i = 0; i < count; i += 2) map.set(values[from + i], values[from + i + 1]);
}
function fillSet(set: Set<unknown>, values: readonly unknown[], from: number, count: number): void {
  set.clear();
  for (let i = 0; i < count; i++) set.add(values[from + i]);
}
