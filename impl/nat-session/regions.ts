/**
 * Where everything stands: counts of a configuration, and word indexes of the regions (`…At`). What cores share lies in one memory, first all locks in the order in which they are taken; what each has to itself
 * lies in another.
 */
import { failKinds, type NatConfig } from "../../spec/nat-session/terms.ts";
import { wordsFor } from "../bits.ts";
import { Row } from "./words.ts";

/** The least mask of ones that leaves `count` hashes, 1 at least, apart. */
function maskFor(count: number): number {
  return (1 << (32 - Math.clz32(count - 1))) - 1;
}

/** Sizes and places, found anew for every configuration. */
export class Regions {
  cores = 0;
  /** Structures of a core, and of all. */
  perCore = 0;
  objects = 0;
  buckets = 0;
  ports = 0;
  portWords = 0;
  addresses = 0;
  globalMask = 0;
  mappingMask = 0;
  ownMask = 0;
  /** Words of a core's lists, of sessions and of keys. */
  listWords = 0;
  heldWords = 0;

  globalLockAt = 0;
  endpointLockAt = 0;
  externalLockAt = 0;
  pairLockAt = 0;
  quotaLockAt = 0;
  portLockAt = 0;
  queueLockAt = 0;
  objectLockAt = 0;
  coreOfAt = 0;
  typeAt = 0;
  globalAt = 0;
  endpointAt = 0;
  externalAt = 0;
  /** Two words a subscriber: address + 1, count. */
  pairAt = 0;
  quotaAt = 0;
  /** A table of ports: its free ones as bits, then who has each. */
  portAt = 0;
  portTableWords = 0;
  /** Two words a core: place of the first, count; then its ring. */
  queueAt = 0;
  queueWords = 0;
  objectAt = 0;
  globalLinkAt = 0;
  endpointLinkAt = 0;
  externalLinkAt = 0;

  tableAt = 0;
  sessionsAt = 0;
  heldAt = 0;
  mineAt = 0;
  pendingAt = 0;
  armedAt = 0;
  /** First word beyond each memory's regions. */
  sharedEnd = 0;
  ownEnd = 0;

  /** Counts what there is and cuts both memories into regions, from word `first` on. */
  protected divide(config: NatConfig, first: number): void {
    this.#count(config);
    this.#divideShared(first, config.subscribers.length);
    this.#divideOwn(first);
  }

  #count(config: NatConfig): void {
    this.cores = config.cores;
    this.perCore = config.objects;
    this.objects = config.cores * config.objects;
    this.buckets = config.table.length;
    this.addresses = config.addresses.length;
    this.ports = config.high - config.low + 1;
    this.portWords = wordsFor(this.ports);
    this.globalMask = maskFor(this.objects);
    this.mappingMask = maskFor(this.objects);
    this.ownMask = maskFor(this.objects * 4);
    this.listWords = wordsFor(this.objects);
    this.heldWords = wordsFor(this.objects * 2);
  }

  #divideShared(first: number, subscribers: number): void {
    const tables = this.addresses * 2;
    let at = first;
    const place = (words: number): number => {
      at += words;
      return at - words;
    };
    this.globalLockAt = place(this.globalMask + 1);
    this.endpointLockAt = place(this.mappingMask + 1);
    this.externalLockAt = place(this.mappingMask + 1);
    this.pairLockAt = place(subscribers);
    this.quotaLockAt = place(subscribers);
    this.portLockAt = place(tables);
    this.queueLockAt = place(this.cores);
    this.objectLockAt = place(this.objects);
    this.coreOfAt = place(this.buckets);
    this.typeAt = place(1);
    this.globalAt = place(this.globalMask + 1);
    this.endpointAt = place(this.mappingMask + 1);
    this.externalAt = place(this.mappingMask + 1);
    this.pairAt = place(subscribers * 2);
    this.quotaAt = place(subscribers);
    this.portTableWords = this.portWords + this.ports;
    this.portAt = place(tables * this.portTableWords);
    this.queueWords = 2 + this.perCore;
    this.queueAt = place(this.cores * this.queueWords);
    this.objectAt = place(this.objects * Row.words);
    this.globalLinkAt = place(this.objects * 2);
    this.endpointLinkAt = place(this.objects);
    this.externalLinkAt = place(this.objects);
    this.sharedEnd = at;
  }

  /** What a core has to itself: core after core in every region. */
  #divideOwn(first: number): void {
    const { cores } = this;
    this.tableAt = first;
    this.sessionsAt = this.tableAt + cores * (this.ownMask + 1) * 2;
    this.heldAt = this.sessionsAt + cores * this.listWords;
    this.mineAt = this.heldAt + cores * this.heldWords;
    this.pendingAt = this.mineAt + cores * this.buckets;
    this.armedAt = this.pendingAt + cores * failKinds.length;
    this.ownEnd = this.armedAt + cores;
  }
}
