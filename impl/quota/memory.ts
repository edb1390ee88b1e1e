/**
 * The memory of quotas: one Int32Array over a SharedArrayBuffer, cut into regions when a case is opened and reused by the next case.
 *
 * Locks are words of their own and are taken in ascending order: published parameters, ledgers, nodes' records. What a lock guards is declared, so that
 * a watched run can see it kept. The word of a generation is guarded by none: it is written under the lock of its parameters and read
 * at a glance.
 */
import { ruleNumber } from "../../spec/quota/rules.ts";
import { totalUnits, type QuotaConfig, type QuotaParameters, type Reconfigure } from "../../spec/quota/terms.ts";
import { quotaLayout, type QuotaLayout } from "../../spec/quota/view.ts";
import type { Setup } from "../../spec/side.ts";
import { guard, poke, store } from "../accessor.ts";
import type { Numbering } from "../numbering.ts";
import { Records } from "../records.ts";
import { Field, kinds, Ledger, Node, Published } from "./words.ts";

const publishedRule = ruleNumber("QUOTA-15");
const ledgerRule = ruleNumber("QUOTA-3");
const nodeRule = ruleNumber("QUOTA-4");

/** Everything a stage needs: the words, where the regions begin, and what the configuration says. Numbers named `…At` are word indexes. */
export class QuotaMemory {
  mem = new Int32Array(new SharedArrayBuffer(0));
  readonly rows = new Records(Field.words);
  records = this.rows.all;
  /** By slot: the change that a reconfiguration makes. */
  readonly changes: Reconfigure[] = [];
  config!: QuotaConfig;
  layout!: QuotaLayout;
  /** First stage of this part in a larger system. */
  stage0 = 0;
  cores = 0;
  pairs = 0;
  /** Number of parameters published or not: group × kinds + resource. */
  publishedCount = 0;

  publishedLockAt = 0;
  ledgerLockAt = 0;
  nodeLockAt = 0;
  generationAt = 0;
  publishedAt = 0;
  ledgerAt = 0;
  nodeAt = 0;

  /** By group, its subscribers in ascending order. */
  members: number[][] = [];

  open(setup: Setup<QuotaConfig>, numbering: Numbering): void {
    const { config } = setup;
    this.config = config;
    this.layout = quotaLayout(config, numbering.entry);
    this.stage0 = numbering.stage;
    this.cores = config.cores;
    this.pairs = config.groupOf.length * kinds;
    this.publishedCount = config.quotas.length * kinds;
    this.#place(setup);
    this.#declare(numbering.rule);
    this.members = config.quotas.map(() => []);
    config.groupOf.forEach((group, subscriber) => this.members[group].push(subscriber));
    config.quotas.forEach((of, group) => of.forEach((parameters, resource) => this.#configure(group * kinds + resource, parameters)));
  }

  /** Lays the regions out, one after the other from a first word that is another when poisoned; what lies round them and in records is junk then. */
  #place(setup: Setup<QuotaConfig>): void {
    const ledgers = this.pairs * this.cores;
    const first = setup.poison & 15;
    this.publishedLockAt = first;
    this.ledgerLockAt = this.publishedLockAt + this.publishedCount;
    this.nodeLockAt = this.ledgerLockAt + ledgers;
    this.generationAt = this.nodeLockAt + this.pairs;
    this.publishedAt = this.generationAt + this.publishedCount;
    this.ledgerAt = this.publishedAt + this.publishedCount * Published.words;
    this.nodeAt = this.ledgerAt + ledgers * Ledger.words;
    const end = this.nodeAt + this.pairs * Node.words;
    const wordCount = Math.max(this.mem.length, end);
    if (wordCount !== this.mem.length) this.mem = new Int32Array(new SharedArrayBuffer(wordCount * 4));
    this.mem.fill(setup.poison).fill(0, first, end);
    this.records = this.rows.open(setup.taskCountMax, setup.poison);
  }

  #declare(rule0: number): void {
    const { mem, publishedAt, ledgerAt, nodeAt } = this;
    guard(mem, this.publishedLockAt, publishedAt, publishedAt + Published.words, rule0 + publishedRule, this.publishedCount);
    guard(mem, this.ledgerLockAt, ledgerAt, ledgerAt + Ledger.words, rule0 + ledgerRule, this.pairs * this.cores);
    guard(mem, this.nodeLockAt, nodeAt, nodeAt + Node.words, rule0 + nodeRule, this.pairs);
  }

  /** What the configuration publishes is the first generation. */
  #configure(at: number, parameters: QuotaParameters | null): void {
    if (parameters === null) return;
    this.publish(at, parameters);
    store(this.mem, this.generationAt + at, 3);
  }

  /** Under the lock of what is published: these parameters, or zeros. */
  publish(at: number, to: QuotaParameters | null): void {
    const { mem } = this;
    const word = this.publishedAt + at * Published.words;
    poke(mem, word + Published.total, to === null ? 0 : totalUnits(to, this.config.memoryUnits));
    poke(mem, word + Published.exclusive, to === null ? 0 : to.exclusive);
    poke(mem, word + Published.chunk, to === null ? 0 : to.chunk);
  }

  /** Where the parameters of a subscriber's resource are published. */
  publishedOf(pair: number): number {
    return this.config.groupOf[(pair / kinds) | 0] * kinds + (pair % kinds);
  }

  /** The ledger that an operation on a pair goes by. */
  ledgerOf(r: number): number {
    return this.records[r + Field.pair] * this.cores + this.records[r + Field.core];
  }
}
