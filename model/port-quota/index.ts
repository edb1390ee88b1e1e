/**
 * The model of ports under quotas: it calls the rows of the two models. `parts.ts` is what it is made of, `open.ts` how a flow gets its unit and its port,
 * `close.ts` how both come back. Changes of quota and the ageing of ports are left to the part that knows them.
 */
import { ruleNumber } from "../../spec/port-quota/rules.ts";
import type { PortQuotaCommand, PortQuotaConfig } from "../../spec/port-quota/terms.ts";
import type { Findings, Model, Moved, Owed, Setup, Task } from "../../spec/side.ts";
import { eachInUse } from "../quota/holds.ts";
import { beginClose, beginCollect, closeStage, collectStage, type CloseRow, type CollectRow } from "./close.ts";
import { beginOpen, openStage, type OpenRow } from "./open.ts";
import { Parts } from "./parts.ts";

/** A row in progress; what was opened keeps its flows until they are closed. */
type Row = OpenRow | CloseRow | CollectRow | { readonly kind: "reconfigure" | "age" };

const oneUnitOnePort = ruleNumber("PAIR-4");

export class PortQuotaModel implements Model<PortQuotaConfig> {
  readonly #parts = new Parts();
  #rows: Row[] = [];

  open(setup: Setup<PortQuotaConfig>): void {
    this.#parts.open(setup);
    this.#rows = [];
  }

  start(task: Task): void {
    this.#rows[task.slot] = this.#begin(task, task.command as PortQuotaCommand);
  }
  #begin(task: Task, command: PortQuotaCommand): Row {
    const { slot, core } = task;
    switch (command.kind) {
      case "open":
        return beginOpen(this.#parts, slot, core, command.allocate);
      case "close":
        return beginClose(this.#parts, slot, core, (this.#rows[task.of] as OpenRow).handles);
      case "collect":
        return beginCollect(this.#parts, slot, core);
      case "reconfigure":
        this.#parts.quota.start(task);
        return { kind: "reconfigure" };
      case "age":
        this.#parts.ports.start(task);
        return { kind: "age" };
    }
  }

  move(slot: number, moved: Moved): void {
    this.#stage(slot, undefined, 0, moved);
  }
  judge(slot: number, said: Moved, witnessAt: number, moved: Moved): number {
    return this.#stage(slot, said, witnessAt, moved);
  }
  #stage(slot: number, said: Moved | undefined, witnessAt: number, moved: Moved): number {
    const row = this.#rows[slot];
    switch (row.kind) {
      case "open":
        return openStage(this.#parts, row, said, witnessAt, moved);
      case "close":
        closeStage(this.#parts, row, moved);
        break;
      case "collect":
        collectStage(this.#parts, row, moved);
        break;
      case "reconfigure":
        this.#parts.quota.move(slot, moved);
        break;
      case "age":
        this.#parts.ports.move(slot, moved);
    }
    return witnessAt;
  }

  read(entry: number): number {
    return this.#parts.cells.peek(entry);
  }
  scan(into: Int32Array): void {
    this.#parts.cells.scan(into);
  }

  invariants(found: Findings): void {
    this.#parts.ports.invariants(found);
    this.#parts.quota.invariants(found);
  }
  owed(owed: Owed): void {
    const { ports, quota } = this.#parts;
    ports.owed(owed);
    quota.owed(owed);
  }
  obligations(found: Findings): void {
    const { quota, unitOf } = this.#parts;
    const inUse = [...unitOf].filter(([handle]) => this.#parts.inUse(handle)).map(([, unit]) => unit);
    eachInUse(quota.state, inUse, (ledger, units) => {
      if (ledger.used !== units) found.add(oneUnitOnePort, ledger.entry, `${ledger.used} units are in use, ${units} ports are`);
    });
  }
}
