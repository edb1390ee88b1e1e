/**
 * The model of port allocation. `state.ts` is what it remembers, `wish.ts` what is asked for, `search.ts` what may be given, `allocate.ts` how a unit is given,
 * `free.ts` how it comes back, `answers.ts` the questions, `holds.ts` what must hold.
 */
import { Outcome, Stage, type Allocate, type PortCommand, type PortConfig, type ReserveBlock } from "../../spec/port-allocation/terms.ts";
import { Next, type Findings, type Model, type Moved, type Owed, type Setup, type Task } from "../../spec/side.ts";
import type { Cells } from "../cells.ts";
import { ownNumbers, type Numbering } from "../numbering.ts";
import { allocateStage, reserve, Unit } from "./allocate.ts";
import { answer } from "./answers.ts";
import { ageStage, collectStage, freeStage, releaseBlockStage } from "./free.ts";
import { invariants, owed } from "./holds.ts";
import { freeBlock } from "./search.ts";
import { PortState } from "./state.ts";
import { wishOf, type Wish } from "./wish.ts";
import { Witness } from "./witness.ts";

/** A row in progress. One kind of row serves one operation or one unit of a composed one. */
interface Row {
  kind: "allocate" | "free" | "collect" | "age" | "reserve-block" | "release-block" | "answer";
  core: number;
  wish: Wish | undefined;
  command: PortCommand | undefined;
  /** Units still wanted, and done. */
  left: number;
  done: number;
  /** Port being freed, collected or given: its handle; -1 none. */
  handle: number;
  freedHere: boolean;
  /** Whether it came by a timer. */
  timer: boolean;
  /** Slot that the operation refers to. */
  of: number;
}

export class PortModel implements Model<PortConfig> {
  readonly #state: PortState;
  readonly #witness: Witness;
  #rows: (Row | undefined)[] = [];

  constructor(numbering: Numbering = ownNumbers, cells?: Cells) {
    this.#state = new PortState(numbering, cells);
    this.#witness = new Witness(this.#state);
  }

  open(setup: Setup<PortConfig>): void {
    this.#state.open(setup);
    this.#witness.open();
    this.#rows = [];
  }

  // --- Rows of one port, as a larger system calls them

  beginAllocateOne(slot: number, core: number, command: Allocate): void {
    const before = this.#rows[slot]?.wish;
    const wish = before?.command === command ? before : wishOf(this.#state, slot, core, command);
    wish.claimedChunk = -1;
    this.#row(slot, "allocate", core, 1).wish = wish;
  }
  beginFreeOne(slot: number, core: number, handle: number): void {
    this.#state.freeing[this.#sessionOf(handle)] = true;
    this.#row(slot, "free", core, 1).handle = handle;
  }
  beginCollectOne(slot: number, core: number): void {
    this.#row(slot, "collect", core, 1);
  }
  /** Handle of the port given, -1 if the unit was refused. */
  givenPort(slot: number): number {
    return this.#rows[slot]!.handle;
  }
  /** Whether the port was freed by its holder, not handed over. */
  freedHere(slot: number): boolean {
    return this.#rows[slot]!.freedHere;
  }
  /** Handle of the port collected, -1 if the list was empty. */
  collectedPort(slot: number): number {
    return this.#rows[slot]!.handle;
  }
  #row(slot: number, kind: Row["kind"], core: number, left: number): Row {
    const row: Row = { kind, core, wish: undefined, command: undefined, left, done: 0, handle: -1, freedHere: false, timer: false, of: -1 };
    this.#rows[slot] = row;
    return row;
  }
  #sessionOf(handle: number): number {
    const { cells, layout } = this.#state;
    return cells.peek(this.#state.isWellKnown(handle) ? layout.wellKnown.session + this.#state.wellKnownIndex(handle) : layout.port.session + handle) - 1;
  }

  /** One stage of a row of one port; sets `moved.next`. */
  judgeRow(slot: number, said: Moved | undefined, witnessAt: number, moved: Moved): number {
    const state = this.#state;
    const row = this.#rows[slot]!;
    state.cells.begin(moved);
    this.#witness.begin(slot, said, witnessAt);
    moved.next = Next.more;
    switch (row.kind) {
      case "allocate": {
        const unit = allocateStage(state, row.wish!, this.#witness, moved);
        if (unit !== Unit.open) {
          row.handle = unit;
          moved.next = Next.done;
        }
        break;
      }
      case "free": {
        const how = freeStage(state, row.core, row.handle, false, moved);
        row.freedHere = how !== "handed over";
        if (how !== "made room") moved.next = Next.done;
        break;
      }
      case "collect": {
        if (row.handle < 0) row.handle = collectStage(state, row.core, moved);
        else if (freeStage(state, row.core, row.handle, true, moved) !== "made room") moved.next = Next.done;
        if (row.handle < 0) moved.next = Next.done;
        break;
      }
      case "age":
        if (ageStage(state, row.core, row.timer, moved)) row.done++;
        else moved.next = Next.done;
        break;
      default:
        throw new Error(`${row.kind} is no row of one port`);
    }
    return this.#witness.end();
  }

  // --- The system by itself

  start(task: Task): void {
    const command = task.command as PortCommand;
    const { slot, core } = task;
    switch (command.kind) {
      case "allocate":
        this.beginAllocateOne(slot, core, command);
        this.#rows[slot]!.left = command.count;
        break;
      case "free": {
        const handles = this.#state.given[task.of];
        this.#state.freeing[task.of] = true;
        const row = this.#row(slot, "free", core, handles.length);
        row.of = task.of;
        row.handle = handles[handles.length - 1];
        break;
      }
      case "collect":
      case "age":
        this.#row(slot, command.kind, core, 0).timer = task.kind === "timer";
        break;
      case "reserve-block":
        this.#row(slot, "reserve-block", core, 1);
        break;
      case "release-block":
        this.#row(slot, "release-block", core, 1).of = task.of;
        break;
      default:
        this.#row(slot, "answer", core, 1);
    }
    this.#rows[slot]!.command = command;
  }

  move(slot: number, moved: Moved): void {
    this.#step(slot, undefined, 0, moved);
  }
  judge(slot: number, said: Moved, witnessAt: number, moved: Moved): number {
    return this.#step(slot, said, witnessAt, moved);
  }

  #step(slot: number, said: Moved | undefined, witnessAt: number, moved: Moved): number {
    const row = this.#rows[slot]!;
    if (row.kind === "reserve-block" || row.kind === "release-block" || row.kind === "answer") {
      this.#state.cells.begin(moved);
      this.#witness.begin(slot, said, witnessAt);
      moved.next = Next.done;
      this.#whole(row, moved);
      return this.#witness.end();
    }
    const at = this.judgeRow(slot, said, witnessAt, moved);
    if (moved.next === Next.done) this.#nextUnit(slot, row, moved);
    return at;
  }

  /** A unit is over: the next one begins in the same step, or the operation answers. */
  #nextUnit(slot: number, row: Row, moved: Moved): void {
    if (row.kind === "allocate") {
      if (row.handle >= 0) {
        row.done++;
        row.left--;
        row.wish!.claimedChunk = -1;
        if (row.left > 0) {
          moved.next = Next.more;
          return;
        }
      }
      moved.outcome.push(row.left > 0 ? Outcome.refused : Outcome.done);
      moved.outcome.push(row.done);
      moved.yields = row.done;
      return;
    }
    if (row.kind === "free") {
      row.done++;
      const handles = this.#state.given[row.of];
      handles.pop();
      row.handle = handles.length > 0 ? handles[handles.length - 1] : -1;
      if (handles.length > 0) {
        moved.next = Next.more;
        return;
      }
    } else if (row.kind === "collect" && row.handle >= 0) {
      row.done++;
      row.handle = -1;
      moved.next = Next.more;
      return;
    }
    moved.outcome.push(Outcome.done);
    moved.outcome.push(row.done);
  }

  #whole(row: Row, moved: Moved): void {
    if (row.kind === "reserve-block") this.#reserveBlock(row, row.command as ReserveBlock, moved);
    else if (row.kind === "release-block") releaseBlockStage(this.#state, this.#rows[row.of]!.handle, moved);
    else answer(this.#state, row.command!, moved);
  }

  #reserveBlock(row: Row, command: ReserveBlock, moved: Moved): void {
    const state = this.#state;
    const { config, layout } = state;
    const protocol = command.protocol === "tcp" ? 0 : 1;
    const addresses = config.addresses.length;
    const start = command.address >= 0 ? command.address : this.#witness.start(Stage.reserve, addresses, 2);
    const allowed = config.allocation === "block" && state.blockCountOf(command.subscriber, protocol) < config.blocksPerSubscriber;
    for (let n = 0; allowed && n < addresses; n++) {
      const address = (start + n) % addresses;
      if (command.address >= 0 && n > 0) break;
      const table = address * 2 + protocol;
      const given = command.block < layout.blocks && command.block >= 0 && state.cells.get(layout.block.subscriber + table * layout.blocks + command.block) === 0 ? command.block : -1;
      const block = command.block >= 0 ? given : freeBlock(state, table, undefined);
      if (block < 0) continue;
      reserve(state, command.subscriber, this.#witness, { table, what: block, where: 0 }, start, moved);
      row.handle = table * layout.blocks + block;
      moved.outcome.push(Outcome.done);
      moved.outcome.push(address);
      moved.outcome.push(block);
      moved.yields = 1;
      return;
    }
    this.#witness.stage(Stage.refuse, "PORT-14", moved);
    state.rule(moved, "PORT-13");
    moved.outcome.push(Outcome.refused);
    moved.outcome.push(-1);
    moved.outcome.push(-1);
  }

  read(entry: number): number {
    return this.#state.cells.peek(entry);
  }
  scan(into: Int32Array): void {
    this.#state.cells.scan(into);
  }
  invariants(found: Findings): void {
    invariants(this.#state, found);
  }
  /** All that must come to pass is owed thing by thing. */
  obligations(): void {}
  owed(list: Owed): void {
    owed(this.#state, list);
  }
}
