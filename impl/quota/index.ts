/**
 * Quotas, the fast program: `QuotaLedger`. Every ledger is a few words of one shared buffer, every operation a row of a typed array.
 *
 * A unit that fits under a core's own ledger costs one lock that nobody else wants; the node's record is locked only to move a chunk. A larger system calls the rows
 * by `begin…` and `moveRow`.
 *
 * Where to read on: `words.ts` says what the words mean, `memory.ts` where they stand and which lock guards them, `ledger.ts` the arithmetic, `request.ts`, `release.ts` and
 * `reconfigure.ts` the rows, `view.ts` how all that looks from outside.
 */
import { Outcome, resources, type QuotaCommand, type QuotaConfig, type Reconfigure } from "../../spec/quota/terms.ts";
import * as side from "../../spec/side.ts";
import type { Moved, Setup, Side, Task } from "../../spec/side.ts";
import { unnumbered, type Numbering } from "../numbering.ts";
import { QuotaMemory } from "./memory.ts";
import { apply, publish } from "./reconfigure.ts";
import { giveBack, releaseUnit, undo } from "./release.ts";
import { borrow, initCore, initGlobal, lookUp, refresh, use } from "./request.ts";
import { readEntry, scanEntries } from "./view.ts";
import * as words from "./words.ts";

const { Next } = side;
const { Field, Kind, kinds, Step } = words;

export class QuotaLedger implements Side<QuotaConfig> {
  readonly #numbering: Numbering;
  readonly #memory = new QuotaMemory();

  /** `numbering`: where this part's numbers begin in a larger system. */
  constructor(numbering: Numbering = unnumbered) {
    this.#numbering = numbering;
  }

  open(setup: Setup<QuotaConfig>): void {
    this.#memory.open(setup, this.#numbering);
  }

  start(task: Task): void {
    const { records } = this.#memory;
    const { slot, core } = task;
    const command = task.command as QuotaCommand;
    switch (command.kind) {
      case "request":
        this.#begin(slot, Kind.request, Step.lookUp, core, command.subscriber * kinds + resources.indexOf(command.resource), command.count, 0);
        return;
      case "release": {
        const of = task.of * Field.words;
        this.#begin(slot, Kind.release, Step.release, records[of + Field.core], records[of + Field.pair], records[of + Field.granted], records[of + Field.counted]);
        return;
      }
      case "reconfigure":
        this.beginReconfigure(slot, command);
    }
  }

  move(slot: number, moved: Moved): void {
    this.moveRow(slot, moved);
    if (moved.next !== Next.done) return;
    const { records } = this.#memory;
    const r = slot * Field.words;
    moved.outcome.push(records[r + Field.answer]);
    if (records[r + Field.kind] === Kind.reconfigure) return;
    moved.outcome.push(records[r + Field.granted]);
    if (records[r + Field.kind] === Kind.request) moved.yields = records[r + Field.granted];
  }

  // --- Rows, as a larger system calls them

  /** One unit for the subscriber on this core. */
  beginRequestOne(slot: number, core: number, subscriber: number, resource: number): void {
    this.#begin(slot, Kind.request, Step.lookUp, core, subscriber * kinds + resource, 1, 0);
  }
  /** One unit back to the ledger of `core`; `counted`: 1 if it counts, else 0. */
  beginReleaseOne(slot: number, core: number, subscriber: number, resource: number, counted: number): void {
    this.#begin(slot, Kind.release, Step.release, core, subscriber * kinds + resource, 1, counted);
  }
  /** A change for every subscriber of a group. */
  beginReconfigure(slot: number, command: Reconfigure): void {
    const { changes, records } = this.#memory;
    this.#begin(slot, Kind.reconfigure, Step.publish, 0, command.group * kinds + resources.indexOf(command.resource), 0, 0);
    changes[slot] = command;
    records[slot * Field.words + Field.change] = 0;
  }

  #begin(slot: number, kind: number, step: number, core: number, pair: number, wanted: number, counted: number): void {
    const { records, rows } = this.#memory;
    const r = rows.begin(slot);
    records[r + Field.kind] = kind;
    records[r + Field.step] = step;
    records[r + Field.core] = core;
    records[r + Field.pair] = pair;
    records[r + Field.wanted] = wanted;
    records[r + Field.counted] = counted;
    records[r + Field.granted] = 0;
    records[r + Field.answer] = Outcome.done;
  }

  /** One stage of the slot's row. */
  moveRow(slot: number, moved: Moved): void {
    const m = this.#memory;
    const r = slot * Field.words;
    moved.next = Next.more;
    switch (m.records[r + Field.step]) {
      case Step.lookUp: return lookUp(m, r, moved);
      case Step.use: return use(m, r, moved);
      case Step.initCore: return initCore(m, r, moved);
      case Step.initGlobal: return initGlobal(m, r, moved);
      case Step.refresh: return refresh(m, r, moved);
      case Step.borrow: return borrow(m, r, moved);
      case Step.release: return releaseUnit(m, r, moved);
      case Step.giveBack: return giveBack(m, r, moved);
      case Step.publish: return publish(m, slot, r, moved);
      case Step.apply: return apply(m, r, moved);
    }
  }

  /** Outcome of a row that is done. */
  answer(slot: number): number {
    return this.#memory.records[slot * Field.words + Field.answer];
  }
  /** Whether the units of a request count, 1 or 0; they do not where it was allowed without quota. */
  counted(slot: number): number {
    return this.#memory.records[slot * Field.words + Field.counted];
  }
  /** Shared units that came with the unit granted last, if it counts. */
  chunk(slot: number): number {
    return this.#memory.records[slot * Field.words + Field.chunk];
  }

  /** A unit that was granted with `chunk` shared units goes back with them, in one step; its stage is reported by whoever asks for it. */
  undoOne(core: number, subscriber: number, resource: number, chunk: number, moved: Moved): void {
    undo(this.#memory, core, subscriber, resource, chunk, moved);
  }

  // --- How it looks from outside

  read(entry: number): number {
    return readEntry(this.#memory, entry);
  }
  scan(into: Int32Array): void {
    scanEntries(this.#memory, into);
  }
}
