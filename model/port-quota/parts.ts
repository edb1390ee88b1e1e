/** What the pair's model is made of: the models of its two systems on one table of entries, and which unit each port stands for. */
import { goals as portGoals, rules as portRules } from "../../spec/port-allocation/rules.ts";
import type { PortLayout } from "../../spec/port-allocation/view.ts";
import { quotaStage0, type PortQuotaConfig } from "../../spec/port-quota/terms.ts";
import { portQuotaLayout } from "../../spec/port-quota/view.ts";
import type { Moved, Setup } from "../../spec/side.ts";
import { Cells } from "../cells.ts";
import { ownNumbers } from "../numbering.ts";
import { PortModel } from "../port-allocation/index.ts";
import { QuotaModel, type Unit } from "../quota/index.ts";

export class Parts {
  readonly cells = new Cells();
  readonly ports = new PortModel(ownNumbers, this.cells);
  quota!: QuotaModel;
  layout!: PortLayout;
  /** By the handle of a port: the unit it was last given under. */
  readonly unitOf = new Map<number, Unit>();

  open(setup: Setup<PortQuotaConfig>): void {
    const { config, profile, footprint } = setup;
    const { ports, quota } = portQuotaLayout(config, profile);
    this.layout = ports;
    this.cells.open(ports.size + quota.size, footprint);
    this.ports.open({ ...setup, config: config.ports });
    this.quota = new QuotaModel({ entry: ports.size, rule: portRules.length, stage: quotaStage0, goal: portGoals.length }, this.cells);
    this.quota.open({ ...setup, config: config.quota });
    this.unitOf.clear();
  }

  /** Whether the port has a subscriber. */
  inUse(handle: number): boolean {
    const { port, wellKnown, ports, tables } = this.layout;
    const first = tables * ports;
    return this.cells.peek(handle < first ? port.user + handle : wellKnown.user + handle - first) !== 0;
  }
  /** Whether a table has a bit set anywhere, in a core's bitmap, among its chunks or among its well-known ports. */
  hasFree(table: number): boolean {
    const { port, chunk, wellKnown, ports, chunks, wellKnownPorts } = this.layout;
    return this.#anySet(port.local, table, ports) || this.#anySet(chunk.free, table, chunks) || this.#anySet(wellKnown.free, table, wellKnownPorts);
  }
  #anySet(column: number, table: number, each: number): boolean {
    for (let entry = column + table * each; entry < column + (table + 1) * each; entry++) if (this.cells.peek(entry) !== 0) return true;
    return false;
  }
}

/** Rules of the pair under which a step stands, beside those of the part that took it. */
export function stand(moved: Moved, rules: readonly number[]): void {
  for (let i = 0; i < rules.length; i++) moved.rules.push(rules[i]);
}
