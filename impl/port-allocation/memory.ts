/**
 * The memory of port allocation: one Int32Array over a SharedArrayBuffer, cut into regions when a case is opened and reused by the next case.
 *
 * Who may touch what:
 * - *under a lock*: chunk and block bitmaps (the lock of their table), records of subscribers (a lock each), well-known bitmaps (a lock each), lists of
 *   ports handed over (a lock a core). Locks are taken in this order: record, tables ascending.
 * - *one core alone*, plainly: its bitmaps and summaries, its resting queue and whether its timer is to come, the list of blocks it knows. With memory optimisation the bits of the chunks
 *   lie once a table instead of once a core; a chunk's cell belongs to the core that holds the chunk, and goes over under the table's lock.
 * - *whoever has the port*, plainly: the three words of a port. They pass with the port itself: from the core that gives it out to whoever frees it.
 */
import { blockCount, chunksPerBlock, ratioOf } from "../../spec/port-allocation/geometry.ts";
import { ruleNumber } from "../../spec/port-allocation/rules.ts";
import { rests, type PortConfig } from "../../spec/port-allocation/terms.ts";
import { portLayout, type PortLayout } from "../../spec/port-allocation/view.ts";
import type { Setup } from "../../spec/side.ts";
import { fillBits, ringSize, wordsFor, xorBits } from "../bits.ts";
import { grown } from "../grown.ts";
import type { Numbering } from "../numbering.ts";
import { guard } from "../accessor.ts";
import { toeplitzOf, type Toeplitz } from "../toeplitz.ts";
import * as record from "./record.ts";
import { slotOf } from "./record.ts";
import { shapeOf, type Shape } from "./shape.ts";

const { recordWords } = record;
const chunkRule = ruleNumber("PORT-10");
const blockRule = ruleNumber("PORT-13");
const wellKnownRule = ruleNumber("PORT-11");
const handedRule = ruleNumber("PORT-9");

/** Words of a port: subscriber + 1; (slot + 1) × 8 + core that gave it; handle + 1 of the port given before it to the same operation. */
export const portWords = 3;
/** Bits of the second word that name the core. */
export const giverBits = 3;
export const giverMask = (1 << giverBits) - 1;

/** Cores of a configuration at most, as `giverBits` says. */
const coresMax = 1 << giverBits;

/** Everything a stage needs: the words, where the regions begin, and what the configuration says. Numbers named `…At` are word indexes. */
export class PortMemory {
  mem = new Int32Array(new SharedArrayBuffer(4096));
  records = new Int32Array(0);
  /** By slot: free choices that its tasks have made. */
  draws = new Int32Array(0);
  setup!: Setup<PortConfig>;
  config!: PortConfig;
  shape!: Shape;
  layout!: PortLayout;
  toeplitz!: Toeplitz;
  /** Words in use, from 0. */
  size = 0;

  cores = 0;
  tables = 0;
  addresses = 0;
  ports = 0;
  low = 0;
  high = 0;
  /** Scheme and options. */
  basic = false;
  deterministic = false;
  blockMode = false;
  /** Deterministic in profile `patent`: the port is computed too. */
  fixedPorts = false;
  rests = false;
  memoryOptimised = false;
  family: 4 | 6 = 4;
  /** Lowest well-known port and number of them; 0 ports: option off. */
  wellKnownLow = 0;
  wellKnownPorts = 0;
  /** First handle of a well-known port. */
  wellKnownHandle = 0;
  /** Blocks of a table that can be reserved (block allocation), chunks of a block, blocks a subscriber may hold, subscribers to an address. */
  blocks = 0;
  chunksPerBlock = 0;
  blocksMax = 0;
  ratio = 0;
  queueMax = 0;
  reuseDelayMs = 0;
  /** Mask that turns a hash into a place of the indirection table. */
  hashMask = 0;
  slotWords = 0;

  /** Locks: one a subscriber's record, one a table, one a well-known table, one a list. */
  recordLockAt = 0;
  tableLockAt = 0;
  wellKnownLockAt = 0;
  listLockAt = 0;
  /** Two words a core: place of the first, count. */
  listAt = 0;
  queueAt = 0;
  /** A word a core: 1 while its timer `age` is to come or under way. */
  agingAt = 0;
  /** Rings: handles; handle and time. */
  listRingAt = 0;
  listRingSize = 0;
  listRingMask = 0;
  queueRingAt = 0;
  queueRingSize = 0;
  queueRingMask = 0;
  /** Records of subscribers, one a protocol: count, then address × blocks + block. */
  recordAt = 0;
  /** The like of each core, for the blocks in which it holds a chunk; and by core × tables + table, block by block, their subscriber + 1. */
  knownAt = 0;
  knownSubscriberAt = 0;
  portAt = 0;
  freeAt = 0;
  blockAt = 0;
  blockWords = 0;
  wellKnownAt = 0;
  wellKnownWords = 0;
  /** By core × tables + table: index of cell 0, for own cells and for chunks. */
  ownBase = new Int32Array(0);
  chunkBase = new Int32Array(0);
  /** By core × tables + table: slots with an own bit, slots with a held bit, chunks held, chunks with a held bit. */
  ownSlotsAt = new Int32Array(0);
  heldSlotsAt = new Int32Array(0);
  heldAt = new Int32Array(0);
  availableAt = new Int32Array(0);
  /** Slots whose replies come to a core, for a flow whose reply to a port that contributes nothing has this place in the indirection table: (place × cores + core) × slotWords words. */
  replySlots = new Int32Array(0);
  /** Where in it no slot stands. */
  noSlotsAt = 0;
  /** Contributions of remote and NAT addresses to the hash of a reply. */
  remoteHash = new Int32Array(0);
  natHash = new Int32Array(0);
  /** Off in production: stages, witness and writes are not reported. */
  reporting = true;

  /** Starts from the initial state of a configuration; everything kept from earlier cases is overwritten. */
  open(setup: Setup<PortConfig>, numbering: Numbering): void {
    const config = setup.config;
    if (config.cores > coresMax) throw new Error(`at most ${coresMax} cores, not ${config.cores}: the configuration was not checked`);
    this.setup = setup;
    this.config = config;
    this.shape = shapeOf(config, setup.profile);
    this.layout = portLayout(config, setup.profile, numbering.entry);
    this.toeplitz = toeplitzOf(config.key);
    this.#settle(config, setup.profile);
    this.#divide(setup.poison);
    this.#prepareRecords(setup.taskCountMax, setup.poison);
    this.#fillShared();
    this.#fillCores();
    this.#prepareHash(config);
    this.#declareGuards(numbering.rule);
  }

  /** A free choice below `below`, made by the operation of a record at a documented stage. */
  choose(record: number, stage: number, below: number): number {
    const slot = slotOf(record);
    return (this.setup.draw(slot, stage, this.draws[slot]++) >>> 0) % below;
  }

  #settle(config: PortConfig, profile: string): void {
    const wellKnown = config.wellKnown;
    this.cores = config.cores;
    this.addresses = config.addresses.length;
    this.tables = this.addresses * 2;
    this.ports = this.shape.ports;
    this.low = config.low;
    this.high = config.high;
    this.basic = config.allocation !== "dynamic";
    this.deterministic = config.allocation === "deterministic";
    this.blockMode = config.allocation === "block";
    this.fixedPorts = this.deterministic && profile === "patent";
    this.rests = rests(config, profile);
    this.memoryOptimised = config.memoryOptimised;
    this.family = config.family;
    this.wellKnownLow = wellKnown === null ? 0 : wellKnown.low;
    this.wellKnownPorts = wellKnown === null ? 0 : wellKnown.high - wellKnown.low + 1;
    this.wellKnownHandle = this.tables * this.ports;
    this.blocks = this.basic ? blockCount(config) : 0;
    this.chunksPerBlock = this.basic ? chunksPerBlock(config) : 0;
    this.blocksMax = config.blocksPerSubscriber;
    this.ratio = this.deterministic ? ratioOf(config) : 0;
    this.queueMax = config.delayQueueMax;
    this.reuseDelayMs = config.reuseDelayMs;
    this.hashMask = (1 << config.bits) - 1;
    this.slotWords = wordsFor(this.shape.slots);
    this.wellKnownWords = wordsFor(this.wellKnownPorts);
    this.blockWords = this.blockMode ? wordsFor(this.blocks) : 0;
  }

  /** Cuts the memory into regions: first those that begin as zeros, then bitmaps, then rings, which need no beginning. */
  #divide(poison: number): void {
    const { cores, tables, shape } = this;
    const places = cores * tables;
    this.ownBase = grown(this.ownBase, places);
    this.chunkBase = grown(this.chunkBase, places);
    this.ownSlotsAt = grown(this.ownSlotsAt, places);
    this.heldSlotsAt = grown(this.heldSlotsAt, places);
    this.heldAt = grown(this.heldAt, places);
    this.availableAt = grown(this.availableAt, places);
    const recordsOfSubscribers = this.blockMode ? this.config.subscribers * 2 : 0;
    const recordSize = this.blocksMax + 1;
    const zerosAt = (poison >>> 0) % 61;
    let at = zerosAt;
    this.recordLockAt = at;
    this.tableLockAt = at += recordsOfSubscribers;
    this.wellKnownLockAt = at += tables;
    this.listLockAt = at += tables;
    this.listAt = at += cores;
    this.queueAt = at += 2 * cores;
    this.agingAt = at += 2 * cores;
    this.recordAt = at += cores;
    this.knownAt = at += recordsOfSubscribers * recordSize;
    this.knownSubscriberAt = at += cores * recordsOfSubscribers * recordSize;
    this.portAt = at += this.blockMode ? places * this.blocks : 0;
    at += (this.wellKnownHandle + tables * this.wellKnownPorts) * portWords;
    at = this.#divideCores(at);
    const zerosEnd = at;
    this.freeAt = at;
    this.blockAt = at += tables * shape.chunkWords;
    this.wellKnownAt = at += tables * this.blockWords;
    this.listRingAt = at += tables * this.wellKnownWords;
    const ports = tables * this.ports;
    this.listRingSize = ringSize(ports);
    this.listRingMask = this.listRingSize - 1;
    this.queueRingAt = at += cores * this.listRingSize;
    this.queueRingSize = this.rests ? ringSize(Math.min(this.queueMax, ports)) : 0;
    this.queueRingMask = this.queueRingSize - 1;
    this.size = at + cores * this.queueRingSize * 2;
    if (this.mem.length < this.size) this.mem = new Int32Array(new SharedArrayBuffer(this.size * 8));
    if (poison !== 0) this.mem.fill(poison ^ 0x5a5a5a5a);
    this.mem.fill(0, zerosAt, zerosEnd);
  }

  /** Bitmaps and summaries of every core for every table, from `from` on; returns their end. */
  #divideCores(from: number): number {
    const { cores, tables, shape, slotWords, memoryOptimised } = this;
    let at = from;
    for (let table = 0; table < tables; table++) {
      const pool = at - shape.ownCells;
      if (memoryOptimised) at += shape.chunks;
      for (let core = 0; core < cores; core++) {
        const place = core * tables + table;
        if (memoryOptimised) {
          const firstOwn = shape.ownAt[core * shape.slots];
          this.ownBase[place] = at - firstOwn;
          this.chunkBase[place] = pool;
          at += shape.ownAt[(core + 1) * shape.slots] - firstOwn;
        } else {
          this.ownBase[place] = at;
          this.chunkBase[place] = at;
          at += shape.cells;
        }
        this.ownSlotsAt[place] = at;
        this.heldSlotsAt[place] = at += slotWords;
        this.heldAt[place] = at += slotWords;
        this.availableAt[place] = at += shape.chunkWords;
        at += shape.chunkWords;
      }
    }
    return at;
  }

  #prepareRecords(tasks: number, poison: number): void {
    this.records = grown(this.records, tasks * recordWords);
    this.draws = grown(this.draws, tasks);
    if (poison !== 0) this.records.fill(poison ^ 0x3c3c3c3c);
    this.draws.fill(0, 0, tasks);
  }

  /** Every chunk, block and well-known port is free. */
  #fillShared(): void {
    const { mem, shape, tables } = this;
    for (let table = 0; table < tables; table++) {
      fillBits(mem, this.freeAt + table * shape.chunkWords, shape.chunks);
      if (this.blockMode) fillBits(mem, this.blockAt + table * this.blockWords, this.blocks);
      fillBits(mem, this.wellKnownAt + table * this.wellKnownWords, this.wellKnownPorts);
    }
  }

  /** Every own port is free at its core. */
  #fillCores(): void {
    const { mem, shape, cores, tables } = this;
    const { ownAt, slots, full } = shape;
    for (let core = 0; core < cores; core++) {
      const begin = ownAt[core * slots];
      const end = ownAt[(core + 1) * slots];
      for (let table = 0; table < tables; table++) {
        const place = core * tables + table;
        const base = this.ownBase[place];
        for (let cell = begin; cell < end; cell++) mem[base + cell] = full[cell];
        const summary = this.ownSlotsAt[place];
        for (let slot = 0; slot < slots; slot++) {
          if (ownAt[core * slots + slot + 1] > ownAt[core * slots + slot]) mem[summary + (slot >>> 5)] |= 1 << (slot & 31);
        }
      }
    }
  }

  #prepareHash(config: PortConfig): void {
    const { remotes, addresses, indirection, family } = config;
    this.remoteHash = grown(this.remoteHash, remotes.length);
    this.natHash = grown(this.natHash, addresses.length);
    for (let i = 0; i < remotes.length; i++) this.remoteHash[i] = this.toeplitz.address(remotes[i], family)[0];
    for (let i = 0; i < addresses.length; i++) this.natHash[i] = this.toeplitz.address(addresses[i], family)[1];
    this.#prepareReplySlots(indirection);
  }

  /** A slot that is reply-local for place 0 is so for place p as the slot of its number xor p. */
  #prepareReplySlots(indirection: readonly number[]): void {
    const { cores, slotWords, shape } = this;
    const words = cores * slotWords;
    this.noSlotsAt = indirection.length * words;
    this.replySlots = grown(this.replySlots, this.noSlotsAt + slotWords);
    this.replySlots.fill(0);
    for (let slot = 0; slot < shape.slots; slot++) this.replySlots[indirection[slot & this.hashMask] * slotWords + (slot >>> 5)] |= 1 << (slot & 31);
    for (let at = words; at < this.noSlotsAt; at++) {
      const place = Math.floor(at / words);
      this.replySlots[at] = xorBits(this.replySlots[(at % words) ^ (place >>> 5)], place & 31);
    }
  }

  #declareGuards(rule: number): void {
    const { mem, tables, freeAt, blockAt, wellKnownAt, recordAt, listAt, listRingAt } = this;
    guard(mem, this.tableLockAt, freeAt, freeAt + this.shape.chunkWords, rule + chunkRule, tables);
    guard(mem, this.tableLockAt, blockAt, blockAt + this.blockWords, rule + blockRule, tables);
    guard(mem, this.wellKnownLockAt, wellKnownAt, wellKnownAt + this.wellKnownWords, rule + wellKnownRule, tables);
    if (this.blockMode) guard(mem, this.recordLockAt, recordAt, recordAt + this.blocksMax + 1, rule + blockRule, this.config.subscribers * 2);
    guard(mem, this.listLockAt, listAt, listAt + 2, rule + handedRule, this.cores);
    guard(mem, this.listLockAt, listRingAt, listRingAt + this.listRingSize, rule + handedRule, this.cores);
  }
}
