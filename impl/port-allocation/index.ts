/**
 * Port allocation, the fast program: `PortEngine`.
 *
 * An operation is a row of stage functions over its record. The row of one port (allocate one, free one, collect one) is what a larger system calls;
 * the operations of this system call it again until they are done, within the step that ended it.
 *
 * Where to read on: `shape.ts` says where ports stand, `memory.ts` who may touch what, `slots.ts` and `blocks.ts` how a port is found, `free.ts` how it comes back,
 * `view.ts` how all that looks from outside.
 */
import { Outcome, tableOf, type Allocate, type PortCommand, type PortConfig } from "../../spec/port-allocation/terms.ts";
import { Next, type Moved, type Setup, type Side, type Task } from "../../spec/side.ts";
import { unnumbered, type Numbering } from "../numbering.ts";
import { inverse, locate, replyCore } from "./answers.ts";
import { begin, beginAllocate, beginReplyCore } from "./begin.ts";
import { allocateInBlocks } from "./blocks.ts";
import { age, collect, releasePort } from "./free.ts";
import { takeClaimed } from "./give.ts";
import { portWords, PortMemory } from "./memory.ts";
import { Field, Filter, recordWords, Row, Step } from "./record.ts";
import { releaseBlock, reserveBlock } from "./reserve.ts";
import { allocateInSlots } from "./slots.ts";
import { readEntry, scanEntries } from "./view.ts";
import { allocateWellKnown } from "./well-known.ts";

/** What `save` returns: the words in use, the records, and how many draws each task has made. */
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
        this.beginAllocateOne(slot, core, command);
        m.records[slot * recordWords + Field.row] = Row.allocate;
        m.records[slot * recordWords + Field.head] = 0;
        return;
      case "free":
        this.#beginFree(slot, core, task.of);
        return;
      case "collect":
        m.records[this.#begin(slot, core, Row.collect, Step.collect) + Field.collected] = 1;
        return;
      case "age":
        this.#begin(slot, core, Row.age, Step.age);
        return;
      case "reserve-block": {
        const r = this.#begin(slot, core, Row.single, Step.reserveBlock);
        m.records[r + Field.subscriber] = command.subscriber;
        m.records[r + Field.protocol] = tableOf(command.protocol);
        m.records[r + Field.address] = command.address;
        m.records[r + Field.block] = command.block;
        m.records[r + Field.filter] = Filter.none;
        return;
      }
      case "release-block": {
        const r = this.#begin(slot, core, Row.single, Step.releaseBlock);
        const source = task.of * recordWords;
        for (const field of [Field.subscriber, Field.protocol, Field.reserved]) m.records[r + field] = m.records[source + field];
        return;
      }
      case "locate":
        m.records[this.#begin(slot, core, Row.single, Step.locate) + Field.port] = command.port;
        return;
      case "inverse": {
        const r = this.#begin(slot, core, Row.single, Step.inverse);
        m.records[r + Field.address] = command.address;
        m.records[r + Field.port] = command.port;
        return;
      }
      case "reply-core":
        beginReplyCore(m, this.#begin(slot, core, Row.single, Step.replyCore), command);
        return;
    }
  }

  #begin(slot: number, core: number, row: (typeof Row)[keyof typeof Row], step: (typeof Step)[keyof typeof Step]): number {
    return begin(this.#memory, slot, core, row, step);
  }

  /** One atomic step of a task. */
  move(slot: number, moved: Moved): void {
    this.moveRow(slot, moved);
    if (moved.next === Next.done) this.#goOn(slot * recordWords, moved);
  }

  /** One atomic step of the row of one port. */
  moveRow(slot: number, moved: Moved): void {
    const m = this.#memory;
    const numbering = this.#numbering;
    const r = slot * recordWords;
    switch (m.records[r + Field.step]) {
      case Step.allocate:
        if (m.records[r + Field.wellKnown] === 1) allocateWellKnown(m, numbering, r, moved);
        else if (m.basic) allocateInBlocks(m, numbering, r, moved);
        else allocateInSlots(m, numbering, r, moved);
        return;
      case Step.takeClaimed:
        takeClaimed(m, numbering, r, moved);
        return;
      case Step.release:
        releasePort(m, numbering, r, moved);
        return;
      case Step.collect:
        collect(m, numbering, r, moved);
        return;
      case Step.age:
        age(m, numbering, r, moved);
        return;
      case Step.reserveBlock:
        reserveBlock(m, numbering, r, moved);
        return;
      case Step.releaseBlock:
        releaseBlock(m, numbering, r, moved);
        return;
      case Step.locate:
        locate(m, numbering, r, moved);
        return;
      case Step.inverse:
        inverse(m, numbering, r, moved);
        return;
      case Step.replyCore:
        replyCore(m, numbering, r, moved);
        return;
    }
  }

  /** The row of one port is done: the operation goes on with the next port, or says what came of it. */
  #goOn(r: number, moved: Moved): void {
    const { records } = this.#memory;
    switch (records[r + Field.row]) {
      case Row.allocate:
        this.#allocatedOne(r, moved);
        return;
      case Row.free:
        records[r + Field.done]++;
        if (!this.#nextToFree(r)) this.#finish(moved, Outcome.done, records[r + Field.done]);
        else moved.next = Next.more;
        return;
      case Row.collect:
        if (records[r + Field.handle] < 0) {
          this.#finish(moved, Outcome.done, records[r + Field.done]);
          return;
        }
        records[r + Field.done]++;
        records[r + Field.step] = Step.collect;
        moved.next = Next.more;
        return;
      case Row.age:
        this.#finish(moved, Outcome.done, records[r + Field.done]);
        return;
      default:
        this.#finishSingle(r, moved);
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
    if (handle >= 0) {
      m.mem[m.portAt + handle * portWords + 2] = records[r + Field.head];
      records[r + Field.head] = handle + 1;
      records[r + Field.done]++;
      if (records[r + Field.done] < records[r + Field.count]) {
        records[r + Field.step] = Step.allocate;
        moved.next = Next.more;
        return;
      }
    }
    moved.yields = records[r + Field.done];
    this.#finish(moved, handle >= 0 ? Outcome.done : Outcome.refused, records[r + Field.done]);
  }

  #finishSingle(r: number, moved: Moved): void {
    const m = this.#memory;
    const { records } = m;
    const step = records[r + Field.step];
    if (step === Step.reserveBlock) {
      const entry = records[r + Field.reserved];
      moved.yields = entry >= 0 ? 1 : 0;
      moved.outcome.push(entry >= 0 ? Outcome.done : Outcome.refused);
      moved.outcome.push(entry >= 0 ? Math.floor(entry / m.blocks) : -1);
      moved.outcome.push(entry >= 0 ? entry % m.blocks : -1);
    } else if (step === Step.releaseBlock) {
      moved.outcome.push(records[r + Field.handle] >= 0 ? Outcome.done : Outcome.refused);
    }
  }

  #beginFree(slot: number, core: number, of: number): void {
    const r = this.#begin(slot, core, Row.free, Step.release);
    this.#memory.records[r + Field.source] = of;
    this.#nextToFree(r);
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
    beginAllocate(this.#memory, this.#begin(slot, core, Row.single, Step.allocate), command);
  }

  /** After the row of an allocation: handle of the port given (table × ports + port - low; well-known ones beyond all these), or -1: refused. */
  givenPort(slot: number): number {
    return this.#memory.records[slot * recordWords + Field.handle];
  }

  /** Begins to free the port of a handle. */
  beginFreeOne(slot: number, core: number, handle: number): void {
    const r = this.#begin(slot, core, Row.single, Step.release);
    this.#memory.records[r + Field.handle] = handle;
  }

  /** After the row of a port freed: whether it was freed here, rather than handed over. */
  freedHere(slot: number): boolean {
    return this.#memory.records[slot * recordWords + Field.freedHere] === 1;
  }

  /** Begins one round of `collect`: a port of this core's list, if any, is taken and freed. */
  beginCollectOne(slot: number, core: number): void {
    const r = this.#begin(slot, core, Row.single, Step.collect);
    this.#memory.records[r + Field.collected] = 1;
  }

  /** Handle of the port collected in this round, or -1: the list was empty. */
  collectedPort(slot: number): number {
    return this.#memory.records[slot * recordWords + Field.handle];
  }

  /** Begins the whole row of `age`. */
  beginAge(slot: number, core: number): void {
    this.#begin(slot, core, Row.single, Step.age);
  }

  /** Runs a started task straight through, as production does: nothing is reported but outcome, yield and timers. */
  runThrough(slot: number, moved: Moved): void {
    this.#memory.reporting = false;
    do this.move(slot, moved);
    while (moved.next === Next.more);
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
