/**
 * The memory of distribution: one Int32Array over a SharedArrayBuffer for what cores share, one for what each has to itself, one row for each operation. Reused by the next case.
 *
 * Who may touch what:
 * - *under a lock*: the tables (indirection with what is asked for, who is up, votes, schemes, pairs, rules, steering, addresses, other nodes, numbering of flows), one lock; the queue of a core with its load and counts, a lock each;
 *   home, published and establisher of a conversation's flows, a lock each. Locks are taken in ascending order of their words, which is the order of this list.
 * - *atomically*: where the packet of an operation is, a word an operation, written within the section that places or ends it.
 * - *one core alone*: which flows it knows and the number delivered last of each; the control core clears them when the core has stopped.
 */
import { ruleNumber } from "../../spec/rss-distribution/rules.ts";
import { bucketCount, choosesByLoad, flowCount, type RssConfig } from "../../spec/rss-distribution/terms.ts";
import { rssLayout, type RssLayout } from "../../spec/rss-distribution/view.ts";
import type { Moved, Setup } from "../../spec/side.ts";
import { guard } from "../accessor.ts";
import { lowBits, ringSize, wordsFor } from "../bits.ts";
import { grown } from "../grown.ts";
import type { Numbering } from "../numbering.ts";
import { Records } from "../records.ts";
import { toeplitzOf, type Toeplitz } from "../toeplitz.ts";
import { addressHashesOf, type AddressHashes } from "./hash.ts";
import { bitsOf, policyOf, type Policy } from "./policy.ts";
import * as words from "./words.ts";

const { Field, Known, Node, Numbered, Own, Peer, Queue, Vote } = words;

const nodeRule = ruleNumber("RSS-19");
const tableRule = ruleNumber("RSS-3");
const voteRule = ruleNumber("RSS-22");
const numberedRule = ruleNumber("RSS-16");
const pairRule = ruleNumber("RSS-23");
const steeringRule = ruleNumber("RSS-12");
const addressRule = ruleNumber("RSS-9");
const peerRule = ruleNumber("RSS-7");
const queueRule = ruleNumber("RSS-20");
const knownRule = ruleNumber("RSS-29");

/** Everything a stage needs: the words, where the regions begin, and what the configuration says. Numbers named `…At` are word indexes; sets of cores, flows and conversations are bits. */
export class RssMemory {
  mem = new Int32Array(new SharedArrayBuffer(0));
  own = new Int32Array(0);
  readonly rows = new Records(Field.words);
  records = this.rows.all;
  setup!: Setup<RssConfig>;
  config!: RssConfig;
  layout!: RssLayout;
  policy!: Policy;
  addresses!: AddressHashes;
  toeplitz!: Toeplitz;
  /** First stage of this part in a larger system. */
  stage0 = 0;
  /** Profile `patent`: nothing is seen behind extension headers. */
  seesNoExtensions = false;
  isShared = false;
  publishesAll = false;

  cores = 0;
  allCores = 0;
  /** Cores that carry traffic. */
  carriers = 0;
  buckets = 0;
  bucketWords = 0;
  flows = 0;
  allConversations = 0;
  queueMax = 0;
  /** By bucket: flows whose plain packets fall into it. */
  flowsIn = new Int32Array(0);
  /** By core: the buckets that it was configured with, as bits. */
  configured = new Int32Array(0);

  tableLockAt = 0;
  queueLockAt = 0;
  conversationLockAt = 0;
  nodeAt = 0;
  coreOfAt = 0;
  askedAt = 0;
  /** By core: its buckets as bits, the same as the indirection table says. */
  bucketBitsAt = 0;
  voteAt = 0;
  numberedAt = 0;
  pairAt = 0;
  steeringAt = 0;
  addressAt = 0;
  peerAt = 0;
  peerWords = 0;
  queueAt = 0;
  queueWords = 0;
  ringMask = 0;
  knownAt = 0;
  whereAt = 0;
  ownAt = 0;
  ownWords = 0;

  open(setup: Setup<RssConfig>, numbering: Numbering): void {
    const { config, poison } = setup;
    this.setup = setup;
    this.config = config;
    this.layout = rssLayout(config, numbering.entry);
    this.stage0 = numbering.stage;
    this.#settle(config, setup.profile);
    const first = poison & 31;
    const end = this.#place(first, config);
    this.ownAt = first;
    this.ownWords = Own.words + this.flows;
    const ownEnd = first + this.cores * this.ownWords;
    const wordCount = end + setup.taskCountMax;
    if (this.mem.length < wordCount) this.mem = new Int32Array(new SharedArrayBuffer(wordCount * 8));
    this.own = grown(this.own, ownEnd);
    this.records = this.rows.open(setup.taskCountMax, poison);
    this.mem.fill(poison);
    this.mem.fill(0, first, end);
    this.own.fill(0, first, ownEnd);
    this.#declare(numbering.rule);
    this.#fill(config);
  }

  #settle(config: RssConfig, profile: string): void {
    this.toeplitz = toeplitzOf(config.key);
    this.policy = policyOf(config);
    this.addresses = addressHashesOf(config);
    this.seesNoExtensions = profile === "patent";
    this.isShared = config.carrier === "shared";
    this.publishesAll = choosesByLoad(config);
    this.cores = config.cores;
    this.allCores = lowBits(config.cores);
    this.carriers = bitsOf(config.traffic.flatMap((carries, core) => (carries ? [core] : [])));
    this.buckets = bucketCount(config);
    this.bucketWords = wordsFor(this.buckets);
    this.flows = flowCount(config);
    this.allConversations = lowBits(config.conversations.length);
    this.queueMax = config.queueMax;
    this.configured = new Int32Array(this.cores * this.bucketWords);
    config.indirection.forEach((core, bucket) => (this.configured[core * this.bucketWords + (bucket >>> 5)] |= 1 << (bucket & 31)));
  }

  /** Cuts what is shared into regions, from `first` on; returns their end, where the packets' places begin, which need no beginning. */
  #place(first: number, config: RssConfig): number {
    let at = first;
    const place = (wordCount: number): number => {
      at += wordCount;
      return at - wordCount;
    };
    this.tableLockAt = place(1);
    this.queueLockAt = place(this.cores);
    this.conversationLockAt = place(config.conversations.length);
    this.nodeAt = place(Node.words);
    this.coreOfAt = place(this.buckets);
    this.askedAt = place(this.buckets);
    this.bucketBitsAt = place(this.cores * this.bucketWords);
    this.voteAt = place(this.cores * Vote.words);
    this.numberedAt = place(this.flows * Numbered.words);
    this.pairAt = place(config.addresses.length * config.addresses.length);
    this.steeringAt = place(config.steering.length);
    this.addressAt = place(config.addresses.length);
    this.peerWords = Peer.words + this.buckets;
    this.peerAt = place(config.nodes.length * this.peerWords);
    const ring = ringSize(this.queueMax);
    this.ringMask = ring - 1;
    this.queueWords = Queue.words + (this.isShared ? ring * words.recordWords : 0);
    this.queueAt = place(this.cores * this.queueWords);
    this.knownAt = place(this.flows * Known.words);
    this.whereAt = at;
    return at;
  }

  #declare(rule0: number): void {
    const { mem } = this;
    const table = (from: number, to: number, rule: number): void => guard(mem, this.tableLockAt, from, to, rule0 + rule);
    table(this.nodeAt, this.coreOfAt, nodeRule);
    table(this.coreOfAt, this.voteAt, tableRule);
    table(this.voteAt, this.numberedAt, voteRule);
    table(this.numberedAt, this.pairAt, numberedRule);
    table(this.pairAt, this.steeringAt, pairRule);
    table(this.steeringAt, this.addressAt, steeringRule);
    table(this.addressAt, this.peerAt, addressRule);
    table(this.peerAt, this.queueAt, peerRule);
    guard(mem, this.queueLockAt, this.queueOf(0), this.queueOf(1), rule0 + queueRule, this.cores);
    guard(mem, this.conversationLockAt, this.flowAt(0), this.flowAt(2), rule0 + knownRule, this.flows >> 1);
  }

  /** Every core is up, and what else begins as configured. */
  #fill(config: RssConfig): void {
    const { mem } = this;
    mem[this.nodeAt + Node.up] = this.allCores;
    mem[this.nodeAt + Node.rules] = bitsOf(config.rules.flatMap(({ on }, rule) => (on ? [rule] : [])));
    mem.set(config.indirection, this.coreOfAt);
    mem.set(this.configured, this.bucketBitsAt);
    mem.set(
      config.steering.map(({ core }) => core + 1),
      this.steeringAt,
    );
    mem.set(
      config.internal.map((node) => node + 1),
      this.addressAt,
    );
  }

  /** Words of a core's queue. */
  queueOf(core: number): number {
    return this.queueAt + core * this.queueWords;
  }
  /** Words of a flow under the lock of its conversation. */
  flowAt(flow: number): number {
    return this.knownAt + flow * Known.words;
  }
  /** Word of a conversation's establishing core. */
  establisherAt(flow: number): number {
    return this.flowAt(flow & ~1) + Known.establisher;
  }
  /** First of a core's own words. */
  ownOf(core: number): number {
    return this.ownAt + core * this.ownWords;
  }
  /** The bucket that a hash falls into. */
  bucketOfHash(hash: number): number {
    return hash & (this.buckets - 1);
  }
  /** Whether a core knows a flow. */
  knows(core: number, flow: number): boolean {
    return ((this.own[this.ownOf(core) + Own.flows] >>> flow) & 1) === 1;
  }
  /** A core gets to know a flow. */
  learn(core: number, flow: number, moved: Moved): void {
    this.own[this.ownOf(core) + Own.flows] |= 1 << flow;
    moved.writes.push(this.layout.local.known + core * this.flows + flow);
  }
  now(r: number): number {
    return this.setup.nowMs(this.records[r + Field.node]);
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
