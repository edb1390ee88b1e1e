/**
 * Distribution over cores, the fast program: `Distributor`. An operation is a row of stage functions over its record, a row of a typed array. A larger system calls the rows by `begin…` and `moveRow`.
 *
 * Where to read on: `words.ts` says what the words mean, `memory.ts` where they stand and who may touch them, `locks.ts` which locks a step takes, `policy.ts` and `headers.ts` what becomes of configuration and packets. A packet's way: `decide.ts`, `schemes.ts`, `hash.ts`, `place.ts`, `queues.ts`, `deliver.ts`,
 * `finish.ts`. Then `buckets.ts`, `rebalance.ts`, `going.ts` and `coming.ts`; `peers.ts`, `settings.ts`, `reply.ts`; and `view.ts` for how all that looks from outside.
 */
import type { Headers } from "../../spec/rss-distribution/composed.ts";
import { Outcome, Stage, type RssCommand, type RssConfig } from "../../spec/rss-distribution/terms.ts";
import * as side from "../../spec/side.ts";
import type { Moved, Setup, Side, Task } from "../../spec/side.ts";
import { unnumbered, type Numbering } from "../numbering.ts";
import { acquire, release } from "../accessor.ts";
import { coreOf, give } from "./buckets.ts";
import { comeUp, up } from "./coming.ts";
import { decide, unwrap } from "./decide.ts";
import { beginDelivery, deliver } from "./deliver.ts";
import { finish, look } from "./finish.ts";
import { down, goDown } from "./going.ts";
import { hashOfHeaders } from "./hash.ts";
import { assignFlows, beginOwnHeaders, beginPacket, beginReply } from "./headers.ts";
import { RssMemory } from "./memory.ts";
import { nodeCore, shareBucket, shareEnd, shareKey } from "./peers.ts";
import { beginRebalance, rebalance } from "./rebalance.ts";
import { replyCore } from "./reply.ts";
import { assign, register, setRule, steer, vote } from "./settings.ts";
import { placesOf, readEntry, scanEntries, type Place } from "./view.ts";
import * as words from "./words.ts";

const { Next } = side;
const { Field, Step } = words;

/** Distribution of one node. Operations live by the slots of their tasks; a packet's cost stays in its record until it is finished. */
export class Distributor implements Side<RssConfig> {
  readonly #numbering: Numbering;
  readonly #memory = new RssMemory();
  #places: readonly Place[] = [];

  /** `numbering`: where this part's numbers begin in a larger system. */
  constructor(numbering: Numbering = unnumbered) {
    this.#numbering = numbering;
  }

  open(setup: Setup<RssConfig>): void {
    this.#memory.open(setup, this.#numbering);
    assignFlows(this.#memory);
    this.#places = placesOf(this.#memory);
  }

  /** An operation, or a message `packet` or `rebalance`. */
  start(task: Task): void {
    const m = this.#memory;
    const { slot } = task;
    const r = this.#begin(slot, task.core);
    if (task.kind === "message") {
      if (task.command.kind === "packet") beginDelivery(m, r, task.body);
      else beginRebalance(m, r, task.body[0], task.body[1], 1);
      return;
    }
    const command = task.command as RssCommand;
    switch (command.kind) {
      case "packet":
        return beginPacket(m, slot, r, command);
      case "finish":
        return this.#name(r, Step.look, task.of, 0);
      case "rebalance":
        return beginRebalance(m, r, command.bucket, command.to, 0);
      case "core-down":
        return this.#name(r, Step.down, command.core, 0);
      case "core-up":
        return this.#name(r, Step.up, command.core, 0);
      case "vote":
        return this.#name(r, Step.vote, 0, 0);
      case "set-rule":
        return this.#name(r, Step.setRule, command.rule, Number(command.on));
      case "steer":
        return this.#name(r, Step.steer, command.entry, command.core);
      case "register":
        return this.#name(r, Step.register, command.address, command.node);
      case "assign":
        return this.#name(r, Step.assign, command.node, 0);
      case "share-key":
        return this.#name(r, Step.shareKey, command.node, 0);
      case "reply-core":
        this.#name(r, Step.replyCore, 0, 0);
        return beginReply(m, r, command);
      case "node-core":
        this.#name(r, Step.nodeCore, command.node, 0);
        m.records[r + Field.hash] = command.hash;
    }
  }

  /** The record of an operation or row; a distributor is of one node, which is node 0 to it. */
  #begin(slot: number, core: number): number {
    const { records, rows } = this.#memory;
    const r = rows.begin(slot);
    records[r + Field.core] = core;
    records[r + Field.node] = 0;
    records[r + Field.draws] = 0;
    return r;
  }

  /** A command of few steps, and what it names. */
  #name(r: number, step: number, what: number, second: number): void {
    const { records } = this.#memory;
    records[r + Field.step] = step;
    records[r + Field.what] = what;
    records[r + Field.with] = second;
  }

  /** One atomic step of a task. */
  move(slot: number, moved: Moved): void {
    this.moveRow(slot, moved);
    if (moved.next !== Next.done) return;
    const { records } = this.#memory;
    const r = slot * Field.words;
    for (let n = 0; n < records[r + Field.answers]; n++) moved.outcome.push(records[r + Field.code + n]);
    if (records[r + Field.code] === Outcome.placed) moved.yields = 1;
  }

  // --- Rows, as a larger system calls them

  /** A plain packet of cost 1 with these headers, on card 0. */
  beginPacketOf(slot: number, core: number, headers: Headers): void {
    beginOwnHeaders(this.#memory, slot, this.#begin(slot, core), headers);
  }
  /** The message `packet`. */
  beginMessage(slot: number, core: number, body: readonly number[]): void {
    beginDelivery(this.#memory, this.#begin(slot, core), body);
  }
  /** The packet that operation `of` placed is processed. */
  beginFinish(slot: number, of: number): void {
    this.#name(slot * Field.words, Step.look, of, 0);
  }

  /** Core that a packet was placed on, -1 if it was not. */
  placedOn(slot: number): number {
    const { records } = this.#memory;
    const r = slot * Field.words;
    return records[r + Field.code] === Outcome.placed ? records[r + Field.code + 1] : -1;
  }
  /** 1 if the message's packet was delivered, else 0. */
  delivered(slot: number): number {
    return Number(this.#memory.records[slot * Field.words + Field.code] === Outcome.delivered);
  }
  /** 1 if it went on to another core. */
  handedOver(slot: number): number {
    return Number(this.#memory.records[slot * Field.words + Field.code] === Outcome.handedOver);
  }
  /** Slot of the operation whose packet the message brought. */
  operationOf(slot: number): number {
    return this.#memory.records[slot * Field.words + Field.origin];
  }

  /** Bucket of a plain packet. */
  bucketOf(headers: Headers): number {
    return this.#memory.bucketOfHash(hashOfHeaders(this.#memory.toeplitz, headers));
  }
  /** The core that a bucket belongs to now; a locked section by itself. */
  coreOfBucket(bucket: number): number {
    const m = this.#memory;
    acquire(m.mem, m.tableLockAt);
    const core = coreOf(m, bucket);
    release(m.mem, m.tableLockAt);
    return core;
  }
  /** The same within somebody else's section, which begins with `lockBuckets` and ends with `unlockBuckets`. */
  coreOfLockedBucket(bucket: number): number {
    return coreOf(this.#memory, bucket);
  }
  lockBuckets(): void {
    acquire(this.#memory.mem, this.#memory.tableLockAt);
  }
  unlockBuckets(): void {
    release(this.#memory.mem, this.#memory.tableLockAt);
  }
  /** `move-bucket`, a locked section within a step of somebody else. */
  moveBucket(bucket: number, to: number, moved: Moved): void {
    const m = this.#memory;
    acquire(m.mem, m.tableLockAt);
    give(m, bucket, to, moved);
    release(m.mem, m.tableLockAt);
    m.tell(moved, Stage["move-bucket"]);
  }
  /** `refuse-bucket`, within a step of somebody else. */
  refuseBucket(moved: Moved): void {
    this.#memory.tell(moved, Stage["refuse-bucket"]);
  }

  /** One stage of the slot's row. */
  moveRow(slot: number, moved: Moved): void {
    const m = this.#memory;
    const r = slot * Field.words;
    moved.next = Next.more;
    switch (m.records[r + Field.step]) {
      case Step.unwrap: return unwrap(m, r, moved);
      case Step.decide: return decide(m, r, moved);
      case Step.deliver: return deliver(m, r, moved);
      case Step.look: return look(m, r, moved);
      case Step.finish: return finish(m, r, moved);
      case Step.rebalance: return rebalance(m, r, moved);
      case Step.down: return down(m, r, moved);
      case Step.goingDown: return goDown(m, r, moved);
      case Step.up: return up(m, r, moved);
      case Step.comingUp: return comeUp(m, r, moved);
      case Step.vote: return vote(m, r, moved);
      case Step.setRule: return setRule(m, r, moved);
      case Step.steer: return steer(m, r, moved);
      case Step.register: return register(m, r, moved);
      case Step.assign: return assign(m, r, moved);
      case Step.shareKey: return shareKey(m, r, moved);
      case Step.shareBucket: return shareBucket(m, r, moved);
      case Step.shareEnd: return shareEnd(m, r, moved);
      case Step.replyCore: return replyCore(m, r, moved);
      case Step.nodeCore: return nodeCore(m, r, moved);
    }
  }

  // --- How it looks from outside

  /** The value of one entry, from the tables as they stand. */
  read(entry: number): number {
    return readEntry(this.#memory, this.#places, entry);
  }
  /** The whole view at once. */
  scan(into: Int32Array): void {
    scanEntries(this.#memory, this.#places, into);
  }
}
