/**
 * The memory of slabs: one Int32Array over a SharedArrayBuffer for what cores share, one for what each has to itself, one row for each operation. Reused by the next case.
 *
 * Who may touch what:
 * - *under a lock*: base address, global tables and units; queues of locked kinds (a lock each); lists of objects to free (a lock a core); the objects of a page and its header (a lock a page); the page map; ports.
 *   Locks are taken in ascending order of their words, which is the order of this list.
 * - *atomically*: answers, a word an operation: 0 not yet, object + 1, or -1 - reason. The asked core stores it within the section in which it took the object.
 * - *one core alone*: mapping, tables, ready, which of its private pages are free, its queues.
 */
import { ruleNumber } from "../../spec/memory-slab/rules.ts";
import { initialUnits, kindOf, objectsPerPage, pageCount, type SlabConfig } from "../../spec/memory-slab/terms.ts";
import { slabLayout, type SlabLayout } from "../../spec/memory-slab/view.ts";
import type { Moved, Setup } from "../../spec/side.ts";
import { fillBits, lowBits, ringSize, wordsFor } from "../bits.ts";
import type { Numbering } from "../numbering.ts";
import { guard } from "../accessor.ts";
import type { Companion } from "./composed.ts";
import * as words from "./words.ts";

const { Field, Header, Initial, Item, List, Own, Page, Queue } = words;

const initialRule = ruleNumber("SLAB-1");
const lockedRule = ruleNumber("SLAB-8");
const listRule = ruleNumber("SLAB-6");
const pageRule = ruleNumber("SLAB-5");
const poolRule = ruleNumber("SLAB-2");
const portRule = ruleNumber("SLAB-17");

/** Everything a stage needs: the words, where the regions begin, and what the configuration says. Numbers named `…At` are word indexes. */
export class SlabMemory {
  mem = new Int32Array(new SharedArrayBuffer(0));
  own = new Int32Array(0);
  records = new Int32Array(0);
  /** The larger system that this is a part of; undefined: it is a system by itself. */
  companion: Companion | undefined = undefined;
  setup!: Setup<SlabConfig>;
  config!: SlabConfig;
  layout!: SlabLayout;
  /** First stage of this part in a larger system. */
  stage0 = 0;
  /** Profile `patent`: a page goes back with its last object. */
  returnsPages = false;

  cores = 0;
  kinds = 0;
  /** Pages, shared ones first, and objects that a page has numbers for. */
  pages = 0;
  sharedPages = 0;
  perPage = 0;
  units = 0;
  /** By kind: objects of a page; 1 if private, replicated, locked. */
  objectsOf = new Int32Array(0);
  isPrivate = new Int32Array(0);
  isReplicated = new Int32Array(0);
  isLocked = new Int32Array(0);
  names: readonly string[] = [];

  initialLockAt = 0;
  /** One a kind; only those of locked kinds are used. */
  queueLockAt = 0;
  listLockAt = 0;
  pageLockAt = 0;
  poolLockAt = 0;
  portLockAt = 0;
  initialAt = 0;
  unitBitsAt = 0;
  unitUserAt = 0;
  /** Queues of locked kinds: a bit for each object of a shared page. */
  lockedAt = 0;
  lockedWords = 0;
  listAt = 0;
  listWords = 0;
  listMask = 0;
  objectAt = 0;
  pageWords = 0;
  /** Free pages of the pool as bits, then the page map. */
  poolAt = 0;
  pageMapAt = 0;
  portBitsAt = 0;
  portAt = 0;
  answerAt = 0;

  ownAt = 0;
  ownWords = 0;
  /** By kind: where in a core's words the ring of its queue begins, and its mask. */
  ringAt = new Int32Array(0);
  ringMask = new Int32Array(0);

  open(setup: Setup<SlabConfig>, numbering: Numbering): void {
    const { config, poison } = setup;
    this.setup = setup;
    this.config = config;
    this.layout = slabLayout(config, numbering.entry);
    this.stage0 = numbering.stage;
    this.returnsPages = setup.profile === "patent";
    this.#settle(config);
    const first = poison & 31;
    const end = this.#placeShared(first, config);
    const ownEnd = this.#placeOwn(first, config);
    const wordCount = end + setup.taskCountMax;
    if (this.mem.length < wordCount) this.mem = new Int32Array(new SharedArrayBuffer(wordCount * 8));
    if (this.own.length < ownEnd) this.own = new Int32Array(ownEnd * 2);
    if (this.records.length < setup.taskCountMax * Field.words) this.records = new Int32Array(setup.taskCountMax * Field.words * 2);
    if (poison !== 0) for (const reused of [this.mem, this.own, this.records]) reused.fill(poison | 0);
    this.mem.fill(0, first, end);
    this.own.fill(0, first, ownEnd);
    this.#declare(numbering.rule);
    this.#fill(config, poison);
  }

  #settle(config: SlabConfig): void {
    this.cores = config.cores;
    this.kinds = config.kinds.length;
    this.pages = pageCount(config);
    this.sharedPages = config.limitPages;
    this.perPage = this.layout.perPage;
    this.units = initialUnits(config);
    this.names = config.kinds.map((each) => each.kind);
    this.objectsOf = Int32Array.from(config.kinds, (_, kind) => objectsPerPage(config, kind));
    const placements = config.kinds.map((_, kind) => kindOf(config, kind));
    this.isPrivate = Int32Array.from(placements, (each) => Number(each.placement === "private"));
    this.isReplicated = Int32Array.from(placements, (each) => Number(each.placement === "replicated"));
    this.isLocked = Int32Array.from(placements, (each) => Number(each.locked));
  }

  /** Cuts what is shared into regions, from `first` on; returns their end, where the answers begin, which need no beginning. */
  #placeShared(first: number, config: SlabConfig): number {
    const objects = this.pages * this.perPage;
    const ring = ringSize(objects);
    let at = first;
    const place = (wordCount: number): number => {
      at += wordCount;
      return at - wordCount;
    };
    this.initialLockAt = place(1);
    this.queueLockAt = place(this.kinds);
    this.listLockAt = place(this.cores);
    this.pageLockAt = place(this.pages);
    this.poolLockAt = place(1);
    this.portLockAt = place(1);
    this.initialAt = place(Initial.words);
    this.unitBitsAt = place(wordsFor(this.units));
    this.unitUserAt = place(this.units);
    this.lockedWords = wordsFor(this.sharedPages * this.perPage);
    this.lockedAt = place(this.kinds * this.lockedWords);
    this.listMask = ring - 1;
    this.listWords = List.words + ring;
    this.listAt = place(this.cores * this.listWords);
    this.pageWords = Header.words + this.perPage * Item.words;
    this.objectAt = place(this.pages * this.pageWords);
    this.poolAt = place(wordsFor(this.sharedPages));
    this.pageMapAt = place(this.pages * Page.words);
    this.portBitsAt = place(wordsFor(config.ports));
    this.portAt = place(config.ports);
    this.answerAt = at;
    return at;
  }

  /** The same for what a core has to itself, core after core: its words, its queues, their rings. */
  #placeOwn(first: number, config: SlabConfig): number {
    this.ownAt = first;
    let size: number = Own.words + this.kinds * Queue.words;
    this.ringMask = this.objectsOf.map((count, kind) => ringSize((this.isPrivate[kind] === 1 ? config.privatePages : config.limitPages) * count) - 1);
    this.ringAt = this.ringMask.map((mask) => {
      size += mask + 1;
      return size - mask - 1;
    });
    this.ownWords = size;
    return first + this.cores * size;
  }

  #declare(rule: number): void {
    const { mem } = this;
    const each = (lockAt: number, at: number, wordCount: number, count: number, under: number): void => guard(mem, lockAt, at, at + wordCount, rule + under, count);
    each(this.initialLockAt, this.initialAt, this.lockedAt - this.initialAt, 1, initialRule);
    each(this.queueLockAt, this.lockedAt, this.lockedWords, this.kinds, lockedRule);
    each(this.listLockAt, this.listAt, this.listWords, this.cores, listRule);
    each(this.pageLockAt, this.objectAt, this.pageWords, this.pages, pageRule);
    each(this.poolLockAt, this.poolAt, this.portBitsAt - this.poolAt, 1, poolRule);
    each(this.portLockAt, this.portBitsAt, this.answerAt - this.portBitsAt, 1, portRule);
  }

  /** Units, ports and private pages are free; shared pages are not there yet. Where a ring begins does not matter. */
  #fill(config: SlabConfig, poison: number): void {
    const { mem, own } = this;
    fillBits(mem, this.unitBitsAt, this.units);
    fillBits(mem, this.portBitsAt, config.ports);
    for (let core = 0; core < this.cores; core++) {
      mem[this.listAt + core * this.listWords + List.head] = poison & this.listMask;
      own[this.coreAt(core) + Own.pages] = lowBits(config.privatePages);
      for (let kind = 0; kind < this.kinds; kind++) own[this.queueOf(core, kind) + Queue.head] = poison & this.ringMask[kind];
    }
  }

  /** First of a core's own words. */
  coreAt(core: number): number {
    return this.ownAt + core * this.ownWords;
  }
  /** Words of a core's queue. */
  queueOf(core: number, kind: number): number {
    return this.coreAt(core) + Own.words + kind * Queue.words;
  }
  /** Bitmap of the queue of a locked kind. */
  lockedQueue(kind: number): number {
    return this.lockedAt + kind * this.lockedWords;
  }
  pageOf(object: number): number {
    return (object / this.perPage) | 0;
  }
  /** Header of a page. */
  headerOf(page: number): number {
    return this.objectAt + page * this.pageWords;
  }
  /** Words of an object. */
  itemOf(object: number): number {
    const page = this.pageOf(object);
    return this.headerOf(page) + Header.words + (object - page * this.perPage) * Item.words;
  }
  /** First private page of a core. */
  privateOf(core: number): number {
    return this.sharedPages + core * this.config.privatePages;
  }
  isReady(r: number): boolean {
    return this.own[this.coreAt(this.records[r + Field.core]) + Own.ready] === 1;
  }

  /** A documented stage was taken. */
  tell(moved: Moved, stage: number): void {
    moved.stages.push(this.stage0 + stage);
  }
  /** A free choice below `below`, made by an operation at a documented stage. */
  choose(r: number, stage: number, below: number): number {
    return (this.setup.draw((r / Field.words) | 0, this.stage0 + stage, this.records[r + Field.draws]++) >>> 0) % below;
  }
}
