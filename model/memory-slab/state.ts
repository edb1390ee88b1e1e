/** What the model of slabs remembers: the entries of the view, the order of each list, and how pages, queues and runs of units are found among them. */
import { initialUnits, kindOf, objectsPerPage, State, type Placement, type SlabConfig } from "../../spec/memory-slab/terms.ts";
import { slabLayout, type SlabLayout } from "../../spec/memory-slab/view.ts";
import type { Moved, Setup } from "../../spec/side.ts";
import { Cells } from "../cells.ts";
import type { Numbering } from "../numbering.ts";

/** A kind of the configuration. */
export interface Kind {
  /** Position in `config.kinds`. */
  readonly at: number;
  readonly placement: Placement;
  readonly locked: boolean;
  readonly perPage: number;
}

export class SlabState {
  readonly at: Numbering;
  readonly cells: Cells;
  /** Whether this is a part of a larger whole, which opens the cells. */
  readonly isPart: boolean;
  config!: SlabConfig;
  setup!: Setup<SlabConfig>;
  layout!: SlabLayout;
  kinds: readonly Kind[] = [];
  units = 0;
  /** By core: the objects on its list, the one listed longest first. */
  lists: number[][] = [];
  /** Pages that were taken and whose objects are not queued yet. */
  unfilled = new Set<number>();
  /** Memory of goals only: cores that are starting up, cores that are scanning, objects that were freed, and who took each object last. */
  startingUp = new Set<number>();
  scanning = new Set<number>();
  freed = new Set<number>();
  takenBy: number[] = [];

  constructor(at: Numbering, cells?: Cells) {
    this.at = at;
    this.isPart = cells !== undefined;
    this.cells = cells ?? new Cells();
  }

  open(setup: Setup<SlabConfig>): void {
    const { config } = setup;
    this.setup = setup;
    this.config = config;
    this.layout = slabLayout(config, this.at.entry);
    if (!this.isPart) this.cells.open(this.layout.size, setup.footprint);
    this.kinds = config.kinds.map((_, at) => {
      const { placement, locked } = kindOf(config, at);
      return { at, placement, locked, perPage: objectsPerPage(config, at) };
    });
    this.units = initialUnits(config);
    this.lists = Array.from({ length: config.cores }, () => []);
    this.unfilled.clear();
    this.startingUp.clear();
    this.scanning.clear();
    this.freed.clear();
    this.takenBy = [];
  }

  rule(moved: Moved, rule: number): void {
    moved.rules.push(this.at.rule + rule);
  }
  goal(moved: Moved, goal: number): void {
    moved.goals.push(this.at.goal + goal);
  }

  // --- Cores and their allocators

  isReady(core: number): boolean {
    return this.cells.get(this.layout.core.ready + core) === 1;
  }
  /** Who owns the pages of the allocator that serves this kind on this core. */
  ownerFor(core: number, kind: Kind): number {
    return kind.locked ? this.config.cores + 1 : core + 1;
  }
  /** Whether the core may free objects of this owner (SLAB-5, SLAB-8). */
  mayFree(core: number, owner: number): boolean {
    return owner === core + 1 || owner === this.config.cores + 1;
  }
  /** Entry of the count of an owner's queue. */
  queueEntry(owner: number, kind: Kind): number {
    return this.layout.queue.count + (owner - 1) * this.kinds.length + kind.at;
  }

  // --- Pages and their objects

  pageOf(object: number): number {
    return Math.floor(object / this.layout.perPage);
  }
  pageKind(page: number): number {
    return this.cells.get(this.layout.page.kind + page);
  }
  pageOwner(page: number): number {
    return this.cells.get(this.layout.page.owner + page);
  }
  isShared(page: number): boolean {
    return page < this.config.limitPages;
  }
  /** Core whose private memory the page is in. */
  coreOfPrivate(page: number): number {
    return Math.floor((page - this.config.limitPages) / this.config.privatePages);
  }
  kindOf(object: number): Kind {
    return this.kinds[this.pageKind(this.pageOf(object)) - 2];
  }
  /** Objects that a page of the kind holds. */
  objectsOn(page: number, { perPage }: Kind): number[] {
    const first = page * this.layout.perPage;
    const objects: number[] = [];
    for (let index = 0; index < perPage; index++) objects.push(first + index);
    return objects;
  }
  state(object: number): number {
    return this.cells.get(this.layout.object.state + object);
  }
  setState(object: number, state: number): void {
    this.cells.set(this.layout.object.state + object, state);
  }
  owner(object: number): number {
    return this.cells.get(this.layout.object.owner + object);
  }
  port(object: number): number {
    return this.cells.get(this.layout.object.port + object);
  }
  /** Whether the object is used by the allocation whose content this is. */
  isItsOwn(object: number, content: number): boolean {
    return this.state(object) === State.used && this.cells.get(this.layout.object.content + object) === content;
  }

  /** Pages of this kind and owner, ascending. */
  pagesOf(owner: number, kind: Kind): number[] {
    const pages: number[] = [];
    for (let page = 0; page < this.layout.pages; page++) if (this.pageKind(page) === kind.at + 2 && this.pageOwner(page) === owner) pages.push(page);
    return pages;
  }
  /** Objects of the owner's pages of this kind that are in this state, ascending. */
  objectsIn(state: number, owner: number, kind: Kind): number[] {
    const objects: number[] = [];
    for (const page of this.pagesOf(owner, kind)) for (const object of this.objectsOn(page, kind)) if (this.state(object) === state) objects.push(object);
    return objects;
  }
  /** Free pages that the kind's allocator on this core may take: of its private memory, or of the pool. */
  freePages(core: number, kind: Kind): number[] {
    const { limitPages, privatePages } = this.config;
    const isPrivate = kind.placement === "private";
    if (!isPrivate && this.cells.get(this.layout.memory.address) === 0) return [];
    const first = isPrivate ? limitPages + core * privatePages : 0;
    const count = isPrivate ? privatePages : limitPages;
    return Array.from({ length: count }, (_, at) => first + at).filter((page) => this.pageKind(page) === 0);
  }

  // --- Units, ports, time

  unitUser(unit: number): number {
    return this.cells.get(this.layout.unit.user + unit);
  }
  setUnits(offset: number, count: number, user: number): void {
    for (let unit = offset; unit < offset + count; unit++) this.cells.set(this.layout.unit.user + unit, user);
  }
  freeUnits(): number {
    let free = 0;
    for (let unit = 0; unit < this.units; unit++) if (this.unitUser(unit) === 0) free++;
    return free;
  }
  /** Where runs of so many free units begin, ascending. */
  runs(count: number): number[] {
    const offsets: number[] = [];
    let free = 0;
    for (let unit = 0; unit < this.units; unit++) {
      free = this.unitUser(unit) === 0 ? free + 1 : 0;
      if (free >= count) offsets.push(unit + 1 - count);
    }
    return offsets;
  }
  freePorts(): number[] {
    return Array.from({ length: this.config.ports }, (_, port) => port).filter((port) => this.cells.get(this.layout.port.object + port) === 0);
  }
  now(): number {
    return this.setup.nowMs(0);
  }
}
