/**
 * The model of distribution over cores. `packet.ts` is what is seen of a packet, `state.ts` what is remembered; `decide.ts` and `schemes.ts` say which core a packet is for, `place.ts` gives it to that core, `queue.ts` and
 * `deliver.ts` are its way from there; `buckets.ts`, `cores.ts` and `peers.ts` change who has which bucket, `settings.ts` the rest; `reply.ts` answers; `holds.ts` is what must hold.
 */
import type { Headers } from "../../spec/rss-distribution/composed.ts";
import type { RssCommand, RssConfig } from "../../spec/rss-distribution/terms.ts";
import type { Findings, Model, Moved, Owed, Setup, Task } from "../../spec/side.ts";
import type { Cells } from "../cells.ts";
import { ownNumbers, type Numbering } from "../numbering.ts";
import { moveBucket, moveStep, refuseBucket, type Moving } from "./buckets.ts";
import { leaveStep, returnStep, type Leaving, type Returning } from "./cores.ts";
import { deliverStep, finishStep, type Delivering, type Finishing } from "./deliver.ts";
import { invariants, obligations, owed } from "./holds.ts";
import { bucketOfPlain, packetOf, plainPacket, tupleOfHeaders, type Arriving } from "./packet.ts";
import { answerNodeCore, shareStep, type Sharing } from "./peers.ts";
import { placeStep, type Placing } from "./place.ts";
import { answerReplyCore } from "./reply.ts";
import { assign, register, setRule, steer, vote } from "./settings.ts";
import { Witness } from "./stage.ts";
import { RssState } from "./state.ts";

/** A row in progress; one of a single step stands as its command. */
type Row = Placing | Delivering | Finishing | Moving | Leaving | Returning | Sharing | { readonly kind: "at once"; readonly core: number; readonly command: RssCommand };

/** Rows that are parts of a packet's way where this is a part of a node. */
const parts: readonly Row["kind"][] = ["packet", "delivery", "finish"];

/** The whole of it: commands by themselves, and rows for the node that this is a part of. */
export class RssModel implements Model<RssConfig> {
  readonly #state: RssState;
  #rows: Row[] = [];

  /** With cells of the node that this is a part of; it opens them. */
  constructor(numbering: Numbering = ownNumbers, cells?: Cells) {
    this.#state = new RssState(numbering, cells);
  }

  open(setup: Setup<RssConfig>): void {
    this.#state.open(setup);
    this.#rows = [];
  }

  start(task: Task): void {
    const { slot, core, body, of } = task;
    if (task.kind !== "message") this.#begin(slot, core, of, task.command as RssCommand);
    else if (task.command.kind === "packet") this.beginMessage(slot, core, body);
    else this.#rows[slot] = { kind: "rebalance", core, bucket: body[0], to: body[1], asked: true, published: 0 };
  }
  #begin(slot: number, core: number, of: number, command: RssCommand): void {
    switch (command.kind) {
      case "packet":
        return this.#beginPacket(slot, core, packetOf(this.#state, command));
      case "finish":
        return this.beginFinish(slot, of);
      case "rebalance":
        this.#rows[slot] = { kind: "rebalance", core, bucket: command.bucket, to: command.to, asked: false, published: 0 };
        return;
      case "core-down":
        this.#rows[slot] = { kind: "core-down", core, gone: command.core, begun: false, stranded: false, buckets: 0 };
        return;
      case "core-up":
        this.#rows[slot] = { kind: "core-up", core, back: command.core, begun: false, next: 0, asked: 0 };
        return;
      case "share-key":
        this.#rows[slot] = { kind: "share-key", node: command.node, moves: undefined, next: 0 };
        return;
      default:
        this.#rows[slot] = { kind: "at once", core, command };
    }
  }
  #beginPacket(slot: number, core: number, packet: Arriving): void {
    this.#rows[slot] = { kind: "packet", slot, core, packet, unwrapped: !packet.encapsulated, placedOn: -1 };
  }

  move(slot: number, moved: Moved): void {
    this.#state.cells.begin(moved);
    this.judgeRow(slot, undefined, 0, moved);
  }
  judge(slot: number, said: Moved, witnessAt: number, moved: Moved): number {
    this.#state.cells.begin(moved);
    return this.judgeRow(slot, said, witnessAt, moved);
  }

  // --- As a part of a node

  /** A plain packet with these headers, of no flow of the configuration. */
  beginPacketOf(slot: number, core: number, headers: Headers): void {
    this.#beginPacket(slot, core, plainPacket(-1, tupleOfHeaders(this.#state, headers)));
  }
  /** The core it was placed on, -1 if it was dropped. */
  placedOn(slot: number): number {
    return this.#packetRow(slot).placedOn;
  }
  beginMessage(slot: number, core: number, body: readonly number[]): void {
    this.#rows[slot] = { kind: "delivery", core, body, delivered: false, operation: -1 };
  }
  /** 1 if the packet was delivered, 0 if it was handed over, dropped or lost. */
  delivered(slot: number): 0 | 1 {
    return this.#deliveryRow(slot).delivered ? 1 : 0;
  }
  /** Slot of the operation whose packet it was. */
  operationOf(slot: number): number {
    return this.#deliveryRow(slot).operation;
  }
  /** `of`: slot of the operation that placed the packet. */
  beginFinish(slot: number, of: number): void {
    this.#rows[slot] = { kind: "finish", of, ended: false };
  }
  bucketOf(headers: Headers): number {
    return bucketOfPlain(this.#state, tupleOfHeaders(this.#state, headers));
  }
  coreOfBucket(bucket: number): number {
    return this.#state.coreOfBucket(bucket);
  }
  /** Stage `move-bucket`, in the step that calls it. */
  moveBucket(bucket: number, to: number, moved: Moved): void {
    moveBucket(this.#state, bucket, to, moved);
  }
  /** Stage `refuse-bucket`, likewise. */
  refuseBucket(moved: Moved): void {
    refuseBucket(this.#state, moved);
  }
  #packetRow(slot: number): Placing {
    const row = this.#rows[slot];
    if (row.kind !== "packet") throw new Error(`slot ${slot} has no packet`);
    return row;
  }
  #deliveryRow(slot: number): Delivering {
    const row = this.#rows[slot];
    if (row.kind !== "delivery") throw new Error(`slot ${slot} has no packet that came to a core`);
    return row;
  }

  /** One step of the row; the step's record is the caller's. `said` undefined: the model chooses by itself. */
  judgeRow(slot: number, said: Moved | undefined, witnessAt: number, moved: Moved): number {
    const state = this.#state;
    const row = this.#rows[slot];
    const witness = new Witness(state, slot, said, witnessAt);
    state.tells = !state.isPart || !parts.includes(row.kind);
    this.#step(row, witness, moved);
    state.tells = false;
    return witness.at;
  }
  #step(row: Row, witness: Witness, moved: Moved): void {
    const state = this.#state;
    switch (row.kind) {
      case "packet":
        return placeStep(state, row, witness, moved);
      case "delivery":
        return deliverStep(state, row, moved);
      case "finish":
        return finishStep(state, row, moved);
      case "rebalance":
        return moveStep(state, row, moved);
      case "core-down":
        return leaveStep(state, row, witness, moved);
      case "core-up":
        return returnStep(state, row, witness, moved);
      case "share-key":
        return shareStep(state, row, moved);
      case "at once":
        return this.#atOnce(row.command, row.core, witness, moved);
    }
  }
  #atOnce(command: RssCommand, core: number, witness: Witness, moved: Moved): void {
    const state = this.#state;
    switch (command.kind) {
      case "vote":
        return vote(state, core, moved);
      case "set-rule":
        return setRule(state, command.rule, command.on, moved);
      case "steer":
        return steer(state, command.entry, command.core, moved);
      case "register":
        return register(state, command.address, command.node, moved);
      case "assign":
        return assign(state, command.node, witness, moved);
      case "reply-core":
        return answerReplyCore(state, command, moved);
      case "node-core":
        return answerNodeCore(state, command.node, command.hash, moved);
      default:
        throw new Error(`${command.kind} takes more than one step`);
    }
  }

  read(entry: number): number {
    return this.#state.cells.peek(entry);
  }
  scan(into: Int32Array): void {
    this.#state.cells.scan(into);
  }
  invariants(found: Findings): void {
    invariants(this.#state, found);
  }
  owed(list: Owed): void {
    owed(this.#state, list);
  }
  obligations(found: Findings): void {
    obligations(this.#state, this.#rows.filter((row) => row.kind === "finish"), found);
  }
}
