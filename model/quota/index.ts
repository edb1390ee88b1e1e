/**
 * The model of quotas. `records.ts` is what the rules speak of, `state.ts` all that is remembered, `request.ts` how units are granted, `release.ts` how they come
 * back, `change.ts` how a quota changes, `holds.ts` what must hold. Nothing is left to choice, so there is no witness.
 */
import { Outcome, resources, type QuotaCommand, type QuotaConfig, type Reconfigure, type Resource } from "../../spec/quota/terms.ts";
import { Next, type Findings, type Model, type Moved, type Owed, type Setup, type Task } from "../../spec/side.ts";
import type { Cells } from "../cells.ts";
import { ownNumbers, type Numbering } from "../numbering.ts";
import { changeStage, type Change } from "./change.ts";
import { allReleased, invariants, owed } from "./holds.ts";
import { releaseStage, takeBack, type Release } from "./release.ts";
import { requestStage, type Request, type Unit } from "./request.ts";
import { QuotaState } from "./state.ts";

export type { Unit } from "./request.ts";

/** A row in progress; a request that is over keeps the units it was granted. */
type Row = Request | Release | Change;

export class QuotaModel implements Model<QuotaConfig> {
  readonly state: QuotaState;
  #rows: Row[] = [];

  constructor(numbering: Numbering = ownNumbers, cells?: Cells) {
    this.state = new QuotaState(numbering, cells);
  }

  open(setup: Setup<QuotaConfig>): void {
    this.state.open(setup);
    this.#rows = [];
  }

  // --- Rows, as a larger system calls them too

  beginRequest(slot: number, core: number, subscriber: number, resource: Resource, count: number): void {
    const ledger = this.state.nodes[subscriber][resources.indexOf(resource)].ledgers[core];
    this.#rows[slot] = { kind: "request", ledger, left: count, seen: undefined, denied: false, units: [] };
  }
  /** Uses up the list of units as they are released. */
  beginRelease(slot: number, core: number, units: Unit[]): void {
    this.#rows[slot] = { kind: "release", core, units, released: 0, owing: undefined };
  }
  beginChange(slot: number, { group, resource, to }: Reconfigure): void {
    const at = resources.indexOf(resource);
    this.#rows[slot] = { kind: "reconfigure", published: this.state.published[group][at], nodes: this.state.nodesOf(group, at), to, refused: false, waiting: undefined };
  }
  /** Units granted to a request and not released since. */
  unitsOf(slot: number): Unit[] {
    return (this.#rows[slot] as Request).units;
  }
  /** Whether a change was refused. */
  refused(slot: number): boolean {
    return (this.#rows[slot] as Change).refused;
  }

  /** One stage of a row; sets `moved.next`. */
  stage(slot: number, moved: Moved): void {
    const row = this.#rows[slot];
    this.state.cells.begin(moved);
    switch (row.kind) {
      case "request":
        requestStage(this.state, row, moved);
        moved.next = row.left === 0 || row.denied ? Next.done : Next.more;
        break;
      case "release":
        releaseStage(this.state, row, moved);
        moved.next = row.units.length === 0 && row.owing === undefined ? Next.done : Next.more;
        break;
      case "reconfigure":
        changeStage(this.state, row, moved);
        moved.next = row.waiting!.length === 0 ? Next.done : Next.more;
    }
  }
  /** Takes a unit's grant back, within a step of the larger system's own; answers how many shared units went back. */
  takeBack(unit: Unit, moved: Moved): number {
    this.state.cells.begin(moved);
    return takeBack(this.state, unit, moved);
  }

  // --- The system by itself

  start({ slot, core, of, command }: Task): void {
    const asked = command as QuotaCommand;
    if (asked.kind === "request") this.beginRequest(slot, core, asked.subscriber, asked.resource, asked.count);
    else if (asked.kind === "release") this.beginRelease(slot, core, this.unitsOf(of));
    else this.beginChange(slot, asked);
  }
  move(slot: number, moved: Moved): void {
    this.stage(slot, moved);
    if (moved.next === Next.done) this.#answer(this.#rows[slot], moved);
  }
  judge(slot: number, _said: Moved, witnessAt: number, moved: Moved): number {
    this.move(slot, moved);
    return witnessAt;
  }

  #answer(row: Row, moved: Moved): void {
    switch (row.kind) {
      case "request":
        moved.outcome.push(row.denied ? Outcome.denied : Outcome.done);
        moved.outcome.push(row.units.length);
        moved.yields = row.units.length;
        break;
      case "release":
        moved.outcome.push(Outcome.done);
        moved.outcome.push(row.released);
        break;
      case "reconfigure":
        moved.outcome.push(row.refused ? Outcome.refused : Outcome.done);
    }
  }

  read(entry: number): number {
    return this.state.cells.peek(entry);
  }
  scan(into: Int32Array): void {
    this.state.cells.scan(into);
  }
  invariants(found: Findings): void {
    invariants(this.state, found);
  }
  owed(list: Owed): void {
    owed(this.state, list);
  }
  obligations(found: Findings): void {
    allReleased(this.state, this.#rows.flatMap((row) => (row.kind === "request" ? row.units : [])), found);
  }
}
