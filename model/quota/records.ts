/**
 * The records of the rules: what is published for a group, a subscriber's record on the node, its ledger on a core. Each is one row of the view;
 * reading and assigning a field reads and writes its entry.
 */
import { sharedUnits, totalUnits, type QuotaConfig, type QuotaParameters } from "../../spec/quota/terms.ts";
import type { QuotaLayout } from "../../spec/quota/view.ts";
import type { Cells } from "../cells.ts";

/** One row of the view: of each of its columns the entry `column + row`. */
abstract class Row<Columns> {
  /** First entry of each column. */
  protected readonly at: Columns;
  readonly #cells: Cells;
  readonly #row: number;

  constructor(cells: Cells, at: Columns, row: number) {
    this.#cells = cells;
    this.at = at;
    this.#row = row;
  }
  protected entryOf(column: number): number {
    return column + this.#row;
  }
  protected read(column: number): number {
    return this.#cells.get(column + this.#row);
  }
  protected write(column: number, value: number): void {
    this.#cells.set(column + this.#row, value);
  }
}

/** Parameters of one group for one resource (QUOTA-15). */
export class Published extends Row<QuotaLayout["published"]> {
  readonly #config: QuotaConfig;

  constructor(cells: Cells, { published }: QuotaLayout, row: number, config: QuotaConfig) {
    super(cells, published, row);
    this.#config = config;
  }

  get configured(): boolean {
    return this.read(this.at.configured) === 1;
  }
  get generation(): number {
    return this.read(this.at.generation);
  }
  get exclusive(): number {
    return this.read(this.at.exclusive);
  }
  get chunk(): number {
    return this.read(this.at.chunk);
  }
  /** S = Q − cores × E. */
  get shared(): number {
    return this.read(this.at.total) - this.#config.cores * this.exclusive;
  }

  /** Whether the shared part of such parameters would be negative (QUOTA-1). */
  forbids(parameters: QuotaParameters | null): boolean {
    return parameters !== null && sharedUnits(parameters, this.#config.cores, this.#config.memoryUnits) < 0;
  }
  /** These parameters, or none, are published from now on: the next generation. Before the first of them it is 0. */
  publish(parameters: QuotaParameters | null): void {
    this.write(this.at.generation, this.generation + 1);
    this.write(this.at.configured, parameters === null ? 0 : 1);
    this.write(this.at.total, parameters === null ? 0 : totalUnits(parameters, this.#config.memoryUnits));
    this.write(this.at.exclusive, parameters === null ? 0 : parameters.exclusive);
    this.write(this.at.chunk, parameters === null ? 0 : parameters.chunk);
  }
}

/** What both records of a subscriber and resource have: whether it has been made (QUOTA-6), and from which generation of parameters. */
abstract class Made<Columns extends { readonly present: number; readonly generation: number }> extends Row<Columns> {
  get present(): boolean {
    return this.read(this.at.present) === 1;
  }
  set present(value: boolean) {
    this.write(this.at.present, value ? 1 : 0);
  }
  get generation(): number {
    return this.read(this.at.generation);
  }
  set generation(value: number) {
    this.write(this.at.generation, value);
  }
}

/** What the node knows of one subscriber and resource: the shared part, and what remains of it. */
export class NodeRecord extends Made<QuotaLayout["global"]> {
  readonly published: Published;
  /** The ledgers of the cores, in their order. */
  readonly ledgers: readonly CoreRecord[];
  /** Memory of goals only. A request was denied since the last grant; what remains was negative and has not been 1 since. */
  denied = false;
  overdrawn = false;

  constructor(cells: Cells, layout: QuotaLayout, row: number, cores: number, published: Published) {
    super(cells, layout.global, row);
    this.published = published;
    this.ledgers = Array.from({ length: cores }, (_, core) => new CoreRecord(cells, layout, row * cores + core, core, this));
  }

  get total(): number {
    return this.read(this.at.total);
  }
  set total(value: number) {
    this.write(this.at.total, value);
  }
  get remaining(): number {
    return this.read(this.at.remaining);
  }
  set remaining(value: number) {
    this.write(this.at.remaining, value);
  }
  /** Entry that a finding about this record names. */
  get entry(): number {
    return this.entryOf(this.at.remaining);
  }
}

/** The ledger of one subscriber and resource on one core. */
export class CoreRecord extends Made<QuotaLayout["core"]> {
  readonly core: number;
  readonly node: NodeRecord;
  /** Memory of goals only: the chunk size under which units were last granted to this core. */
  chunkOfGrant = 0;
  /** Memory of obligations only: a change or an undone grant may have left more than a chunk free, and nothing has made up for it since (QUOTA-7, D73). */
  excused = false;

  constructor(cells: Cells, layout: QuotaLayout, row: number, core: number, node: NodeRecord) {
    super(cells, layout.core, row);
    this.core = core;
    this.node = node;
  }

  get exclusive(): number {
    return this.read(this.at.exclusive);
  }
  set exclusive(value: number) {
    this.write(this.at.exclusive, value);
  }
  get chunk(): number {
    return this.read(this.at.chunk);
  }
  set chunk(value: number) {
    this.write(this.at.chunk, value);
  }
  get used(): number {
    return this.read(this.at.used);
  }
  set used(value: number) {
    this.write(this.at.used, value);
  }
  get held(): number {
    return this.read(this.at.held);
  }
  set held(value: number) {
    this.write(this.at.held, value);
  }
  /** QUOTA-7: shared units are held, and more than a chunk is free. */
  get tooMuchFree(): boolean {
    return this.held > 0 && this.free > this.chunk;
  }
  /** Entry of what is held. */
  get heldEntry(): number {
    return this.entryOf(this.at.held);
  }
  /** exclusive + held − used. */
  get free(): number {
    return this.exclusive + this.held - this.used;
  }
  /** Entry that a finding about this record names. */
  get entry(): number {
    return this.entryOf(this.at.used);
  }
}
