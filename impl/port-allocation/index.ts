/**
 * Port allocation, the fast program: `PortEngine`.
 *
 * An operation is a row of stage functions over its record. The row of one port (allocate one, free one, collect one) is what a larger system calls;
 * the operations of this system call it again until they are done, within the step that ended it.
 *
 * Where to read on: `shape.ts` says where ports stand, `memory.ts` who may touch what, `slots.ts` and `blocks.ts` how a port is found, `free.ts` how it comes back,
 * `view.ts` how all that looks from outside.
 */
import * as terms from "../../spec/port-allocation/terms.ts";
import { tableOf, type Allocate, type PortCommand, type PortConfig } from "../../spec/port-allocation/terms.ts";
import * as side from "../../spec/side.ts";
import type { Moved, Setup, Side, Task } from "../../spec/side.ts";
import { unnumbered, type Numbering } from "../numbering.ts";
import { inverse, locate, replyCore } from "./answers.ts";
import { begin, beginAllocate, beginReplyCore } from "./begin.ts";
import { allocateInBlocks } from "./blocks.ts";
import { age, collect, releasePort } from "./free.ts";
import { takeClaimed } from "./give.ts";
import * as memory from "./memory.ts";
import { PortMemory } from "./memory.ts";
import * as record from "./record.ts";
import { noBlock, releaseBlock, reserveBlock } from "./reserve.ts";
import { allocateInSlots } from "./slots.ts";
import { readEntry, scanEntries } from "./view.ts";
import { allocateWellKnown } from "./well-known.ts";

const { Outcome } = terms;
const { Next } = side;
const { portWords } = memory;
const { Field, Filter, noPort, recordWords, Row, Step } = record;

/** What runs next, by `Step`. */
const stageOf = [allocateInSlots, allocateInBlocks, allocateWellKnown, takeClaimed, releasePort, collect, age, reserveBlock, releaseBlock, locate, inverse, replyCore] as const;

/** What `save` returns: the words in use, the records, and how many free choices were made. */
interface Snapshot {
  readonly mem: Int32Array;
  readonly records: Int32Array;
  readonly draws: Int32Array;
}

export class PortEngine implements Side<PortConfig> {
  readonly #numbering: Numbering;
  readonly #memory = new PortMemory();

  /** `numbering`: where this part's numbers begin in a larger system. */
  constructor(numbering: Numbering = unnumbered) {
    this.#numbering = numbering;
  }

  open(setup: Setup<PortConfig>): void {
    this.#memory.open(setup, this.#numbering);
  }

  /** An operation, or a timer `collect` or `age`. */
  start(task: Task): void {
    const m = this.#memory;
    const { slot, core } = task;
    const command = task.command as PortCommand;
    switch (command.kind) {
      case "allocate":
        this.#beginAllocate(slot, core, command);
        return;
      case "free":
        this.#beginFree(slot, core, task.of);
        return;
      case "collect":
        this.#beginCollect(slot, core, Row.collect);
        return;
      case "age":
        this.#beginAgeing(slot, core, Row.age, task.kind === "timer");
        return;
      case "reserve-block": {
        const r = begin(m, slot, core, Row.single, Step.reserveBlock);
        m.records[r + Field.subscriber] = command.subscriber;
        m.records[r + Field.protocol] = tableOf(command.protocol);
        m.records[r + Field.address] = command.address;
        m.records[r + Field.block] = command.block;
        m.records[r + Field.filter] = Filter.none;
        return;
      }
      case "release-block": {
        const r = begin(m, slot, core, Row.single, Step.releaseBlock);
        const source = task.of * recordWords;
        for (const field of [Field.subscriber, Field.protocol, Field.reserved]) m.records[r + field] = m.records[source + field];
        return;
      }
      case "locate":
        m.records[begin(m, slot, core, Row.single, Step.locate) + Field.port] = command.port;
        return;
      case "inverse": {
        const r = begin(m, slot, core, Row.single, Step.inverse);
        m.records[r + Field.address] = command.address;
        m.records[r + Field.port] = command.port;
        return;
      }
      case "reply-core":
        beginReplyCore(m, begin(m, slot, core, Row.single, Step.replyCore), command);
    }
  }

  #beginAllocate(slot: number, core: number, command: Allocate): void {
    const { records } = this.#memory;
    const r = beginAllocate(this.#memory, slot, core, Row.allocate, command);
    records[r + Field.count] = command.count;
    records[r + Field.done] = 0;
    records[r + Field.head] = 0;
  }

  #beginFree(slot: number, core: number, of: number): void {
    const { records } = this.#memory;
    const r = begin(this.#memory, slot, core, Row.free, Step.release);
    records[r + Field.source] = of;
    records[r + Field.done] = 0;
    records[r + Field.collected] = 0;
    this.#nextToFree(r);
  }

  #beginCollect(slot: number, core: number, row: (typeof Row)[keyof typeof Row]): void {
    const { records } = this.#memory;
    const r = begin(this.#memory, slot, core, row, Step.collect);
    records[r + Field.done] = 0;
    records[r + Field.collected] = 1;
  }

  #beginAgeing(slot: number, core: number, row: (typeof Row)[keyof typeof Row], timer: boolean): void {
    const { records } = this.#memory;
    const r = begin(this.#memory, slot, core, row, Step.age);
    records[r + Field.done] = 0;
    records[r + Field.timer] = timer ? 1 : 0;
  }

  /** One atomic step of a task. */
  move(slot: number, moved: Moved): void {
    this.moveRow(slot, moved);
    const r = slot * recordWords;
    if (moved.next === Next.done && this.#memory.records[r + Field.row] !== Row.one) this.#goOn(r, moved);
  }

  /** One atomic step of the row of one port. Whoever moves it has set `next` to done, as by `clear`; a stage says only that there is more. */
  moveRow(slot: number, moved: Moved): void {
    const m = this.#memory;
    const numbering = this.#numbering;
    const r = slot * recordWords;
    stageOf[m.records[r + Field.step]](m, numbering, r, moved);
  }

  /** The row of one port is done: the operation goes on with the next port, or says what came of it. */
  #goOn(r: number, moved: Moved): void {
    const { records } = this.#memory;
    switch (records[r + Field.row]) {
      case Row.single:
        this.#finishSingle(r, moved);
        return;
      case Row.allocate:
        this.#allocatedOne(r, moved);
        return;
      case Row.free:
        records[r + Field.done]++;
        if (!this.#nextToFree(r)) this.#finish(moved, Outcome.done, records[r + Field.done]);
        else moved.next = Next.more;
        return;
      case Row.collect:
        if (records[r + Field.handle] === noPort) {
          this.#finish(moved, Outcome.done, records[r + Field.done]);
          return;
        }
        records[r + Field.done]++;
        records[r + Field.step] = Step.collect;
        moved.next = Next.more;
        return;
      case Row.age:
        this.#finish(moved, Outcome.done, records[r + Field.done]);
    }
  }

  #finish(moved: Moved, code: number, count: number): void {
    moved.outcome.push(code);
    moved.outcome.push(count);
  }

  #allocatedOne(r: number, moved: Moved): void {
    const m = this.#memory;
    const { records } = m;
    const handle = records[r + Field.handle];
    if (handle !== noPort) {
      m.mem[m.portAt + handle * portWords + 2] = records[r + Field.head];
      records[r + Field.head] = handle + 1;
      records[r + Field.done]++;
      if (records[r + Field.done] < records[r + Field.count]) {
        moved.next = Next.more;
        return;
      }
    }
    moved.yields = records[r + Field.done];
    this.#finish(moved, handle !== noPort ? Outcome.done : Outcome.refused, records[r + Field.done]);
  }

  #finishSingle(r: number, moved: Moved): void {
    const m = this.#memory;
    const { records } = m;
    const step = records[r + Field.step];
    if (step === Step.reserveBlock) {
      const entry = records[r + Field.reserved];
      moved.yields = entry === noBlock ? 0 : 1;
      moved.outcome.push(entry === noBlock ? Outcome.refused : Outcome.done);
      moved.outcome.push(entry === noBlock ? -1 : Math.floor(entry / m.blocks));
      moved.outcome.push(entry === noBlock ? -1 : entry % m.blocks);
    } else if (step === Step.releaseBlock) {
      moved.outcome.push(records[r + Field.reserved] === noBlock ? Outcome.refused : Outcome.done);
    }
  }

  /** The port given last of those left becomes the one to free; false: none is left. */
  #nextToFree(r: number): boolean {
    const { mem, records, portAt } = this.#memory;
    const source = records[r + Field.source] * recordWords;
    const handle = records[source + Field.head] - 1;
    if (handle < 0) return false;
    records[source + Field.head] = mem[portAt + handle * portWords + 2];
    records[r + Field.handle] = handle;
    return true;
  }

  /** Begins the allocation of one port. */
  beginAllocateOne(slot: number, core: number, command: Allocate): void {
    beginAllocate(this.#memory, slot, core, Row.one, command);
  }

  /** After the row of an allocation: handle of the port given (table × ports + port - low; well-known ones beyond all these), or -1: refused. */
  givenPort(slot: number): number {
    return this.#memory.records[slot * recordWords + Field.handle];
  }

  /** Begins to free the port of a handle. */
  beginFreeOne(slot: number, core: number, handle: number): void {
    const { records } = this.#memory;
    const r = begin(this.#memory, slot, core, Row.one, Step.release);
    records[r + Field.handle] = handle;
    records[r + Field.collected] = 0;
  }

  /** After the row of a port freed: whether it was freed here, rather than handed over. */
  freedHere(slot: number): boolean {
    return this.#memory.records[slot * recordWords + Field.freedHere] === 1;
  }

  /** Begins one round of `collect`: a port of this core's list, if any, is taken and freed. */
  beginCollectOne(slot: number, core: number): void {
    this.#beginCollect(slot, core, Row.one);
  }

  /** Handle of the port collected in this round, or -1: the list was empty. */
  collectedPort(slot: number): number {
    return this.#memory.records[slot * recordWords + Field.handle];
  }

  /** Begins the whole row of `age`, as an operation or as the core's timer. */
  beginAge(slot: number, core: number, timer: boolean): void {
    this.#beginAgeing(slot, core, Row.one, timer);
  }

  /** Runs a started task straight through, as production does: nothing is reported but outcome, yield and timers. */
  runThrough(slot: number, moved: Moved): void {
    this.#memory.reporting = false;
    do {
      moved.next = Next.done;
      this.move(slot, moved);
    } while ((moved.next as number) === Next.more);
    this.#memory.reporting = true;
  }

  read(entry: number): number {
    return readEntry(this.#memory, entry);
  }

  scan(into: Int32Array): void {
    scanEntries(this.#memory, into);
  }

  save(): Snapshot {
    const m = this.#memory;
    return { mem: m.mem.slice(0, m.size), records: m.records.slice(), draws: m.draws.slice() };
  }

  restore(snapshot: unknown): void {
    const { mem, records, draws } = snapshot as Snapshot;
    this.#memory.mem.set(mem);
    this.#memory.records.set(records);
    this.#memory.draws.set(draws);
  }
}
