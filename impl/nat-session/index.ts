/**
 * NAT sessions, the fast program: `NatSessionEngine`. An operation is a row of stage functions over its record, a row of a typed array; each makes at most one access to what cores share, or holds one locked section.
 *
 * Where to read on: `words.ts` says what the words mean, `memory.ts` where they stand and who may touch them. A packet's way: `packet.ts`, `find.ts`, `use.ts`, `acquire.ts`, `insert.ts`, `claim.ts`, `place.ts`, and `give.ts` where something is lacking. The tables:
 * `own-table.ts`, `global-table.ts`, `mappings.ts`, `pairs.ts`, `ports.ts`, `structures.ts`. Then `sweep.ts`, `rebalance.ts`, `composed.ts` for what a node is asked for, and `view.ts` for how all that looks from outside.
 */
import type { Want } from "../../spec/nat-session/composed.ts";
import { failKinds, Outcome, protocols, Stage, type Arrive, type Loop, type NatCommand, type NatConfig, type Send } from "../../spec/nat-session/terms.ts";
import * as side from "../../spec/side.ts";
import type { Moved, Setup, Side, Task } from "../../spec/side.ts";
import { unnumbered, type Numbering } from "../numbering.ts";
import { store } from "../accessor.ts";
import * as acquire from "./acquire.ts";
import { claim, lost } from "./claim.ts";
import * as composed from "./composed.ts";
import type { Surroundings } from "./composed.ts";
import { enter, look } from "./find.ts";
import { give, giveNext, goOn } from "./give.ts";
import * as insert from "./insert.ts";
import { NatMemory, typeBits } from "./memory.ts";
import { answer, beginPacket } from "./packet.ts";
import { ownKey, place, reverseKey } from "./place.ts";
import { beginRebalance, rebalance } from "./rebalance.ts";
import { beginSweep, expire, sweep } from "./sweep.ts";
import { noteTaken } from "./structures.ts";
import { pairedAddress, seekReceiver, senderEndpoint } from "./use.ts";
import { readEntry, scanEntries } from "./view.ts";
import * as words from "./words.ts";

const { configure: configureStage, fail: failStage } = Stage;
const { Next } = side;
const { Field, Step } = words;

/** Sessions of one node. Operations live by the slots of their tasks; an answered packet stays in its record for a reply to refer to. */
export class NatSessionEngine implements Side<NatConfig> {
  readonly #numbering: Numbering;
  readonly #surroundings: Surroundings | undefined;
  readonly #memory = new NatMemory();

  /** As a part of a node: where its numbers begin in the whole, and what it asks of the node. */
  constructor(numbering: Numbering = unnumbered, surroundings?: Surroundings) {
    this.#numbering = numbering;
    this.#surroundings = surroundings;
  }

  open(setup: Setup<NatConfig>): void {
    this.#memory.open(setup, this.#numbering, this.#surroundings);
  }

  get scratch(): readonly object[] {
    return [this.#memory.keys];
  }

  /** An operation, a packet handed over by another core, or a timer `sweep`. */
  start(task: Task): void {
    const m = this.#memory;
    const { records } = m;
    const r = this.#begin(task.slot, task.core, task.node, task.kind === "op" ? 1 : 0);
    if (task.kind === "message") {
      const { body } = task;
      return beginPacket(m, r, body[0], body[1], body[2], body[3], body[4], body[5], body[6]);
    }
    const command = task.command as NatCommand;
    switch (command.kind) {
      case "send":
      case "loop":
      case "arrive":
        return this.#packet(r, command);
      case "reply": {
        const of = task.of * Field.words;
        return beginPacket(
          m,
          r,
          records[of + Field.protocol],
          records[of + Field.receiver],
          records[of + Field.sentToAddress],
          records[of + Field.sentToPort],
          records[of + Field.sentFromAddress],
          records[of + Field.sentFromPort],
          command.salt,
        );
      }
      case "sweep":
        return beginSweep(m, r);
      case "rebalance":
        return beginRebalance(m, r, command.bucket, command.to);
      case "configure":
        records[r + Field.step] = Step.configure;
        records[r + Field.type] = typeBits(command.type);
        return;
      case "fail":
        records[r + Field.step] = Step.fail;
        records[r + Field.what] = failKinds.indexOf(command.what);
        records[r + Field.count] = command.count;
    }
  }

  #begin(slot: number, core: number, node: number, operation: number): number {
    const { records } = this.#memory;
    const r = slot * Field.words;
    records[r + Field.core] = core;
    records[r + Field.node] = node;
    records[r + Field.operation] = operation;
    records[r + Field.draws] = 0;
    return r;
  }

  /** An echo has no port at the remote. */
  #packet(r: number, command: Send | Loop | Arrive): void {
    const m = this.#memory;
    const protocol = protocols.indexOf(command.protocol);
    if (command.kind === "loop") {
      const from = command.subscriber + 1;
      return beginPacket(m, r, protocol, from, m.subscriberNumbers[from - 1], command.port, m.natNumbers[command.address], command.externalPort, command.salt);
    }
    const address = m.remoteNumbers[command.remote];
    const port = command.protocol === "icmp" ? 0 : m.remotePorts[command.remote];
    if (command.kind === "arrive") return beginPacket(m, r, protocol, 0, address, port, m.natNumbers[command.address], command.externalPort, command.salt);
    beginPacket(m, r, protocol, command.subscriber + 1, m.subscriberNumbers[command.subscriber], command.port, address, port, command.salt);
  }

  /** One atomic step of a task. */
  move(slot: number, moved: Moved): void {
    const m = this.#memory;
    const r = slot * Field.words;
    moved.next = Next.more;
    switch (m.records[r + Field.step]) {
      case Step.enter: return enter(m, r, moved);
      case Step.look: return look(m, r, moved);
      case Step.receiver: return seekReceiver(m, r, moved);
      case Step.sender: return senderEndpoint(m, r, moved);
      case Step.pair: return pairedAddress(m, r, moved);
      case Step.memory: return acquire.memory(m, r, moved);
      case Step.quota: return acquire.quota(m, r, moved);
      case Step.port: return acquire.port(m, r, moved);
      case Step.portAnywhere: return acquire.portAnywhere(m, r, moved);
      case Step.insertPair: return insert.pair(m, r, moved);
      case Step.insertMapping: return insert.mapping(m, r, moved);
      case Step.claim: return claim(m, r, moved);
      case Step.insertOwn: return ownKey(m, r, moved);
      case Step.insertReverse: return reverseKey(m, r, moved);
      case Step.place: return place(m, r, moved);
      case Step.give: return give(m, r, moved);
      case Step.lost: return lost(m, r, moved);
      case Step.sweep: return sweep(m, r, moved);
      case Step.expire: return expire(m, r, moved);
      case Step.rebalance: return rebalance(m, r, moved);
      case Step.configure: return this.#configure(r, moved);
      case Step.fail: return this.#fail(r, moved);
    }
  }

  /** `configure`: new sessions are made with another type. */
  #configure(r: number, moved: Moved): void {
    const m = this.#memory;
    store(m.mem, m.typeAt, m.records[r + Field.type]);
    moved.writes.push(m.layout.node.type);
    m.tell(moved, configureStage);
    answer(Outcome.done, moved);
  }

  /** `fail`: calls of a kind will fail at this core. */
  #fail(r: number, moved: Moved): void {
    const m = this.#memory;
    const n = m.records[r + Field.core] * failKinds.length + m.records[r + Field.what];
    m.own[m.pendingAt + n] += m.records[r + Field.count];
    moved.writes.push(m.layout.failing.pending + n);
    m.tell(moved, failStage);
    answer(Outcome.done, moved);
  }

  // --- As a part of a node (`composed.ts`)

  /** Word of the packet that was set down or taken over in the slot: a member of `Packet`. */
  packetWord(slot: number, word: number): number {
    return this.#memory.records[slot * Field.words + Field.protocol + word];
  }
  /** That packet is processed in another slot, on a core that the distribution has decided on. */
  beginPacket(slot: number, core: number, operation: number): void {
    composed.takeOver(this.#memory, this.#begin(slot, core, 0, 0), operation * Field.words);
  }
  /** What left in the slot is what answers to the operation refer to. */
  wentOut(slot: number, operation: number): void {
    composed.wentOut(this.#memory, slot * Field.words, operation * Field.words);
  }

  /** What the next step would take or give back; asked before every step. */
  want(slot: number): Want {
    return composed.wanted(this.#memory, slot * Field.words);
  }
  /** Object whose session a unit is wanted for, and position of its subscriber. */
  objectToCount(slot: number): number {
    return composed.objectToCount(this.#memory, slot * Field.words);
  }
  subscriberToCount(slot: number): number {
    return composed.subscriberToCount(this.#memory, slot * Field.words);
  }
  /** What a port is wanted for: position of the remote, its port, position of the paired address or -1. */
  remoteOf(slot: number): number {
    return composed.remoteOf(this.#memory, slot * Field.words);
  }
  remotePortOf(slot: number): number {
    return composed.remotePortOf(this.#memory, slot * Field.words);
  }
  pairedAddressOf(slot: number): number {
    return composed.pairedAddressOf(this.#memory, slot * Field.words);
  }
  /** Object whose unit or structure goes back, and handle of the port that does. */
  objectToGive(slot: number): number {
    return composed.objectToGive(this.#memory, slot * Field.words);
  }
  portToGive(slot: number): number {
    return composed.portToGive(this.#memory, slot * Field.words);
  }

  /** Memory gives an object, within its section: it is `taken` from then on. */
  noteTaken(object: number, moved: Moved): void {
    noteTaken(this.#memory, object, moved);
  }
  /** What was wanted is there: an object; or a port, by position of its address and in the pool. */
  granted(slot: number, what: number, port: number, moved: Moved): void {
    composed.granted(this.#memory, slot * Field.words, what, port, moved);
  }
  /** It is not to be had. */
  lacking(slot: number, moved: Moved): void {
    composed.lacking(this.#memory, slot * Field.words, moved);
  }
  /** What goes back is no longer the session's. */
  letGo(slot: number, moved: Moved): void {
    giveNext(this.#memory, slot * Field.words, moved);
  }
  /** It is back where it came from. */
  gone(slot: number, moved: Moved): void {
    moved.next = Next.more;
    goOn(this.#memory, slot * Field.words, moved);
  }

  // --- How it looks from outside

  /** The value of one entry, from the tables as they stand. */
  read(entry: number): number {
    return readEntry(this.#memory, entry);
  }
  /** The whole view at once. */
  scan(into: Int32Array): void {
    scanEntries(this.#memory, into);
  }
}
