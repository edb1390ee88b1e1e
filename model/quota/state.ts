/** What the model of quotas remembers: the records of the rules. And how a stage says what it did. */
import { resources, type QuotaConfig } from "../../spec/quota/terms.ts";
import { goalNumber, ruleNumber } from "../../spec/quota/rules.ts";
import { quotaLayout, type QuotaLayout } from "../../spec/quota/view.ts";
import type { Moved, Setup } from "../../spec/side.ts";
import { Cells } from "../cells.ts";
import type { Numbering } from "../numbering.ts";
import { NodeRecord, Published, type CoreRecord } from "./records.ts";

const overdrawn = goalNumber("quota/overdrawn");
const recovered = goalNumber("quota/recovered");
const conserved = [ruleNumber("QUOTA-13")];

export class QuotaState {
  readonly at: Numbering;
  readonly cells: Cells;
  readonly #ownCells: boolean;
  layout!: QuotaLayout;
  /** By group, then by resource. */
  published: readonly (readonly Published[])[] = [];
  /** By subscriber, then by resource. */
  nodes: readonly (readonly NodeRecord[])[] = [];
  #groupOf: readonly number[] = [];

  constructor(at: Numbering, cells?: Cells) {
    this.at = at;
    this.#ownCells = cells === undefined;
    this.cells = cells ?? new Cells();
  }

  /** Publishes what the configuration says; no subscriber has a record yet. */
  open({ config, footprint }: Setup<QuotaConfig>): void {
    const { cells } = this;
    const layout = quotaLayout(config, this.at.entry);
    this.layout = layout;
    this.#groupOf = config.groupOf;
    if (this.#ownCells) cells.open(layout.size, footprint);
    const kinds = resources.length;
    this.published = config.quotas.map((of, group) => of.map((_, resource) => new Published(cells, layout, group * kinds + resource, config)));
    for (const [group, of] of config.quotas.entries()) for (const [resource, parameters] of of.entries()) if (parameters !== null) this.published[group][resource].publish(parameters);
    this.nodes = config.groupOf.map((group, subscriber) =>
      this.published[group].map((published, resource) => new NodeRecord(cells, layout, subscriber * kinds + resource, config.cores, published)),
    );
  }

  /** The node's records of a group's subscribers for one resource, present or not, subscribers ascending. */
  nodesOf(group: number, resource: number): NodeRecord[] {
    return this.nodes.filter((_, subscriber) => this.#groupOf[subscriber] === group).map((of) => of[resource]);
  }

  // --- Changes

  /** Units go from what remains to a core; a negative number of them goes back (QUOTA-13). */
  lend(ledger: CoreRecord, units: number, moved: Moved): void {
    ledger.held += units;
    this.rules(moved, conserved);
    this.addRemaining(ledger.node, -units, moved);
  }
  /** What remains of the shared quota changes; it may become negative (QUOTA-12). */
  addRemaining(node: NodeRecord, units: number, moved: Moved): void {
    const before = node.remaining;
    node.remaining = before + units;
    if (before >= 0 && node.remaining < 0) {
      node.overdrawn = true;
      this.goal(moved, overdrawn);
    }
    if (node.overdrawn && node.remaining >= 1) {
      node.overdrawn = false;
      this.goal(moved, recovered);
    }
  }

  // --- Words

  /** The stage taken, and the rules under which it stands. */
  stage(moved: Moved, number: number, rules: readonly number[]): void {
    moved.stages.push(this.at.stage + number);
    this.rules(moved, rules);
  }
  rules(moved: Moved, numbers: readonly number[]): void {
    for (let i = 0; i < numbers.length; i++) moved.rules.push(this.at.rule + numbers[i]);
  }
  goal(moved: Moved, number: number): void {
    moved.goals.push(this.at.goal + number);
  }
}
