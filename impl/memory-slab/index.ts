/**
 * Shared memory and slabs, the fast program: `MemorySlab`. An operation is a row of stage functions over its record, a row of a typed array.
 *
 * Where to read on: `words.ts` says what the words mean, `memory.ts` where they stand and who may touch them. Then `start-up.ts` and `units.ts`; `allocate.ts`, `obtain.ts` and `got.ts` with
 * `queues.ts`, `pages.ts` and `bitmap.ts`; `free.ts`, `in-hand.ts`, `clean.ts` and `scan.ts`; `use.ts` and `ports.ts`; `answers.ts` for how operations end, `composed.ts` for the rows that a larger system calls, and `view.ts` for how all that looks from outside.
 */
import { kinds, placements, type Allocate, type KindName, type SlabCommand, type SlabConfig } from "../../spec/memory-slab/terms.ts";
import * as side from "../../spec/side.ts";
import type { Moved, Setup, Side, Task } from "../../spec/side.ts";
import { unnumbered, type Numbering } from "../numbering.ts";
import { allocate, ask, receive, request, withdraw } from "./allocate.ts";
import { free, giveBack } from "./free.ts";
import { SlabMemory } from "./memory.ts";
import { beginFreeObject, beginObtain, freeOne, obtainOne, type Companion } from "./composed.ts";
import { fill, obtain } from "./obtain.ts";
import { scan } from "./scan.ts";
import { startUp } from "./start-up.ts";
import { reserve, returnUnits } from "./units.ts";
import { attach, place, read, refer, unrefer } from "./use.ts";
import { readEntry, scanEntries } from "./view.ts";
import * as words from "./words.ts";

const { Next } = side;
const { Field, Row, Step } = words;

export class MemorySlab implements Side<SlabConfig> {
  readonly #numbering: Numbering;
  readonly #memory = new SlabMemory();

  /** As a part of a larger system: where its numbers begin in the whole, and what the whole does in the same sections. */
  constructor(numbering: Numbering = unnumbered, companion?: Companion) {
    this.#numbering = numbering;
    this.#memory.companion = companion;
  }

  open(setup: Setup<SlabConfig>): void {
    this.#memory.open(setup, this.#numbering);
  }

  /** An operation, a message `request`, or a timer `scan`. */
  start(task: Task): void {
    const { records } = this.#memory;
    const r = task.slot * Field.words;
    records[r + Field.core] = task.core;
    records[r + Field.node] = task.node;
    records[r + Field.draws] = 0;
    if (task.kind === "message") return this.#request(r, task.body);
    const command = task.command as SlabCommand;
    switch (command.kind) {
      case "start-up":
        records[r + Field.step] = Step.startUp;
        return;
      case "allocate":
        return this.#allocate(task.slot, r, command);
      case "free":
        records[r + Field.row] = Row.free;
        return this.#refer(r, Step.free, task.of, false);
      case "refer":
        return this.#refer(r, Step.refer, task.of, true);
      case "attach":
        return this.#refer(r, Step.attach, task.of, true);
      case "read":
        return this.#refer(r, Step.read, task.of, true);
      case "unrefer":
        records[r + Field.step] = Step.unrefer;
        records[r + Field.objects] = records[task.of * Field.words + Field.objects];
        return;
      case "scan":
        records[r + Field.step] = Step.scan;
        records[r + Field.timer] = task.kind === "timer" ? 1 : 0;
        records[r + Field.hand] = -1;
        records[r + Field.here] = 0;
        return;
      case "reserve":
        records[r + Field.step] = Step.reserve;
        records[r + Field.units] = command.units;
        return;
      case "give-back":
        records[r + Field.step] = Step.returnUnits;
        for (const field of [Field.units, Field.offset]) records[r + field] = records[task.of * Field.words + field];
        return;
      case "place":
        this.#place(r, command.what);
    }
  }

  /** Body: slot of the operation that asks, and the kind. */
  #request(r: number, body: readonly number[]): void {
    const { records } = this.#memory;
    records[r + Field.row] = Row.request;
    records[r + Field.step] = Step.request;
    records[r + Field.asker] = body[0];
    records[r + Field.kind] = body[1];
    records[r + Field.at] = 0;
  }

  /** The object's content will be this operation, whichever core's allocator gives it. */
  #allocate(slot: number, r: number, { what, on }: Allocate): void {
    const m = this.#memory;
    const { records } = m;
    const kind = m.names.indexOf(what);
    records[r + Field.step] = Step.allocate;
    records[r + Field.row] = m.isReplicated[kind] === 1 ? Row.replicated : on === null || on === records[r + Field.core] ? Row.plain : Row.foreign;
    records[r + Field.kind] = kind;
    records[r + Field.asker] = slot;
    records[r + Field.at] = 0;
    records[r + Field.to] = on ?? records[r + Field.core];
  }

  /** What `of` allocated; `one`: of replicas only this core's. */
  #refer(r: number, step: number, of: number, one: boolean): void {
    const m = this.#memory;
    const { records } = m;
    const source = of * Field.words;
    const count = records[source + Field.count];
    records[r + Field.step] = step;
    records[r + Field.source] = of;
    records[r + Field.kind] = records[source + Field.kind];
    records[r + Field.maker] = records[source + Field.core];
    records[r + Field.count] = one ? 1 : count;
    const first = one && count > 1 ? records[r + Field.core] : 0;
    const objects = source + Field.objects + first;
    records.copyWithin(r + Field.objects, objects, objects + records[r + Field.count]);
  }

  #place(r: number, what: KindName): void {
    const { records } = this.#memory;
    const { placement, locked } = kinds.find((one) => one.name === what)!;
    records[r + Field.step] = Step.place;
    records[r + Field.at] = placements.indexOf(placement);
    records[r + Field.count] = locked ? 1 : 0;
  }

  /** One atomic step of a task; a stage says only where there is no more. */
  move(slot: number, moved: Moved): void {
    const m = this.#memory;
    const r = slot * Field.words;
    moved.next = Next.more;
    switch (m.records[r + Field.step]) {
      case Step.startUp: return startUp(m, r, moved);
      case Step.allocate: return allocate(m, slot, r, moved);
      case Step.obtain: return obtain(m, r, moved);
      case Step.fill: return fill(m, r, moved);
      case Step.ask: return ask(m, slot, r, moved);
      case Step.receive: return receive(m, slot, r, moved);
      case Step.request: return request(m, r, moved);
      case Step.withdraw: return withdraw(m, r, moved);
      case Step.free: return free(m, r, moved);
      case Step.giveBack: return giveBack(m, r, moved);
      case Step.scan: return scan(m, r, moved);
      case Step.refer: return refer(m, r, moved);
      case Step.unrefer: return unrefer(m, r, moved);
      case Step.attach: return attach(m, r, moved);
      case Step.read: return read(m, r, moved);
      case Step.reserve: return reserve(m, slot, r, moved);
      case Step.returnUnits: return returnUnits(m, r, moved);
      case Step.place: return place(m, r, moved);
      case Step.obtainOne: return obtainOne(m, r, moved);
      case Step.freeOne: return freeOne(m, slot, r, moved);
    }
  }

  // --- Rows, as a larger system calls them

  /** An object of the kind at this position, with this content, from the core's own allocator. */
  beginObtain(slot: number, core: number, kind: number, content: number): void {
    beginObtain(this.#memory, slot * Field.words, core, kind, content);
  }
  /** The object; -1: there was none. */
  obtained(slot: number): number {
    return this.#memory.records[slot * Field.words + Field.objects];
  }
  /** An object in use goes back. */
  beginFreeObject(slot: number, core: number, object: number): void {
    beginFreeObject(this.#memory, slot * Field.words, core, object);
  }
  /** One stage of the slot's row. */
  moveRow(slot: number, moved: Moved): void {
    this.move(slot, moved);
  }

  // --- How it looks from outside

  /** The value of one entry, from the tables as they stand. */
  read(entry: number): number {
    return readEntry(this.#memory, entry);
  }
  /** The whole view at once. */
  scan(into: Int32Array): void {
    scanEntries(this.#memory, into);
  }
}
