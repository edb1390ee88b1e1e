/**
 * The model of shared memory and slabs. `state.ts` is what is remembered, `stage.ts` how a stage is taken and chosen for; `start-up.ts`, `obtain.ts`, `allocate.ts`, `free.ts`, `scan.ts`,
 * `use.ts` and `initial.ts` are the rows, `holds.ts` what must hold.
 */
import { Reason, type SlabCommand, type SlabConfig } from "../../spec/memory-slab/terms.ts";
import { Next, type Findings, type Model, type Moved, type Owed, type Setup, type Task } from "../../spec/side.ts";
import type { Cells } from "../cells.ts";
import { ownNumbers, type Numbering } from "../numbering.ts";
import { allocateStep, newAllocating, requestStep, type Allocating, type Requested } from "./allocate.ts";
import { freeObjectStep, freeStep, type Freeing, type FreeingObject } from "./free.ts";
import { invariants, owed, unanswered } from "./holds.ts";
import { giveBackStep, newPlacing, placeStep, reserveStep, type GivingBack, type Placing, type Reserving } from "./initial.ts";
import { newObtaining, obtainStep, type Obtaining } from "./obtain.ts";
import { newScan, scanStep, type Scanning } from "./scan.ts";
import { answer, takeUnready, Witness } from "./stage.ts";
import { newStartUp, startUpStep, type StartingUp } from "./start-up.ts";
import { SlabState, type Kind } from "./state.ts";
import { unreferStep, useStep, type Unreferring, type Using } from "./use.ts";

/** The row *obtain* by itself, for a larger whole. */
interface ObtainingAlone {
  readonly kind: "obtain";
  readonly obtaining: Obtaining;
  begun: boolean;
}
type Row = Allocating | Requested | StartingUp | Freeing | FreeingObject | Scanning | Using | Unreferring | Reserving | GivingBack | Placing | ObtainingAlone;

export class MemorySlabModel implements Model<SlabConfig> {
  readonly #state: SlabState;
  #rows: Row[] = [];
  #draws: number[] = [];

  /** `cells`: those of a larger whole, which opens them. */
  constructor(numbering: Numbering = ownNumbers, cells?: Cells) {
    this.#state = new SlabState(numbering, cells);
  }

  open(setup: Setup<SlabConfig>): void {
    this.#state.open(setup);
    this.#rows = [];
    this.#draws = [];
  }

  start(task: Task): void {
    const { slot, core } = task;
    if (task.kind === "timer") this.beginScan(slot, core, true);
    else if (task.kind === "message") this.#rows[slot] = { kind: "request", core, asker: this.#rows[task.body[0]] as Allocating, obtaining: undefined };
    else this.#rows[slot] = this.#rowOf(task.command as SlabCommand, task);
  }

  #rowOf(command: SlabCommand, task: Task): Row {
    const { slot, core, of } = task;
    const referred = this.#rows[of];
    switch (command.kind) {
      case "start-up":
        return newStartUp(core);
      case "allocate": {
        const what = this.#kindNamed(command.what);
        return newAllocating(task, what, what.placement === "replicated" ? this.#state.lists.map((_, each) => each) : [command.on ?? core]);
      }
      case "free":
        return { kind: "free", core, of: referred as Allocating, giving: undefined };
      case "refer":
      case "attach":
      case "read":
        return { kind: command.kind, core, of: referred as Allocating, object: -1 };
      case "unrefer":
        return { kind: "unrefer", core, object: (referred as Using).object };
      case "scan":
        return newScan(core, false);
      case "reserve":
        return { kind: "reserve", slot, core, units: command.units, offset: -1 };
      case "give-back":
        return { kind: "give-back", of: referred as Reserving };
      case "place":
        return newPlacing(command.what);
    }
  }
  #kindNamed(name: string): Kind {
    return this.#state.kinds[this.#state.config.kinds.findIndex((one) => one.kind === name)];
  }

  move(slot: number, moved: Moved): void {
    this.#state.cells.begin(moved);
    this.judgeRow(slot, undefined, 0, moved);
  }
  judge(slot: number, said: Moved, witnessAt: number, moved: Moved): number {
    this.#state.cells.begin(moved);
    return this.judgeRow(slot, said, witnessAt, moved);
  }

  // --- As a part of a larger whole

  /** An object of the kind at this position, marked with this content; `obtained` tells which. */
  beginObtain(slot: number, core: number, kind: number, content: number): void {
    this.#rows[slot] = { kind: "obtain", obtaining: newObtaining(core, this.#state.kinds[kind], content), begun: false };
  }
  /** The object that came of it; -1 none. */
  obtained(slot: number): number {
    return (this.#rows[slot] as ObtainingAlone).obtaining.object;
  }
  beginFreeObject(slot: number, core: number, object: number): void {
    this.#rows[slot] = { kind: "free object", core, object, giving: undefined };
  }
  beginStartUp(slot: number, core: number): void {
    this.#rows[slot] = newStartUp(core);
  }
  beginScan(slot: number, core: number, timer: boolean): void {
    this.#rows[slot] = newScan(core, timer);
  }

  /** One step of the row; the step's record is the caller's. */
  judgeRow(slot: number, said: Moved | undefined, witnessAt: number, moved: Moved): number {
    const witness = new Witness(this.#state, slot, said, witnessAt, this.#draws);
    moved.next = Next.more;
    this.#step(this.#rows[slot], witness, moved);
    return witness.at;
  }

  #step(row: Row, witness: Witness, moved: Moved): void {
    const state = this.#state;
    switch (row.kind) {
      case "start-up":
        return startUpStep(state, row, witness, moved);
      case "allocate":
        return allocateStep(state, row, witness, moved);
      case "request":
        return requestStep(state, row, witness, moved);
      case "free":
        return freeStep(state, row, moved);
      case "scan":
        return scanStep(state, row, moved);
      case "refer":
      case "attach":
      case "read":
        return useStep(state, row, witness, moved);
      case "unrefer":
        return unreferStep(state, row, moved);
      case "reserve":
        return reserveStep(state, row, witness, moved);
      case "give-back":
        return giveBackStep(state, row, moved);
      case "place":
        return placeStep(state, row, moved);
      case "obtain":
        return this.#obtainAlone(row, witness, moved);
      case "free object":
        return freeObjectStep(state, row, moved);
    }
  }

  #obtainAlone(row: ObtainingAlone, witness: Witness, moved: Moved): void {
    const { obtaining } = row;
    if (!row.begun && !this.#state.isReady(obtaining.core)) {
      obtaining.reason = Reason.unready;
      takeUnready(this.#state, moved);
      return answer(moved);
    }
    row.begun = true;
    obtainStep(this.#state, obtaining, witness, moved);
    if (obtaining.object >= 0 || obtaining.reason >= 0) answer(moved);
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
  owed(list: Owed): void {
    owed(this.#state, list);
  }
  obligations(found: Findings): void {
    unanswered(this.#state, this.#rows.filter((row) => row?.kind === "allocate" && row.step === "wait").length, found);
  }
}
