/**
 * The model of NAT sessions. `packet.ts` is a packet, `state.ts` what is remembered, `work.ts` what an operation has in hand; `find.ts`, `acquire.ts`, `insert.ts` and `give.ts` are
 * the steps of a packet, `sweep.ts` and `rebalance.ts` those of a core, `holds.ts` what must hold.
 */
import { failKinds, Outcome, protocols, State, type NatCommand, type NatConfig } from "../../spec/nat-session/terms.ts";
import { Next, type Findings, type Model, type Moved, type Owed, type Setup, type Task } from "../../spec/side.ts";
import { Cells } from "../cells.ts";
import { ownNumbers, type Numbering } from "../numbering.ts";
import { goneOf, gotMemory, gotPort, gotUnit, lacks, letGo, letGoOwnPort, wantOf, wantOfSweep, type Surroundings, type Wanted } from "./composed.ts";
import { filter, memory, pair, port, quota, sender } from "./acquire.ts";
import { entry, globalStep, wait } from "./find.ts";
import { given, giveOne } from "./give.ts";
import { invariants, owed } from "./holds.ts";
import { claim, dropPair, freeOwnPort, insertMapping, insertOwn, insertPair, insertReverse, place } from "./insert.ts";
import type { Packet } from "./packet.ts";
import { rebalanceStep, type Moving } from "./rebalance.ts";
import { take, Witness } from "./stage.ts";
import { NatState, protocolNumber, typeBits, type External } from "./state.ts";
import { sweepStep, type Sweeping } from "./sweep.ts";
import { begin, newWork, type Work } from "./work.ts";

/** A handed-over packet's task (`handed`) yields nothing: answers refer to operations. */
type Row = { readonly kind: "packet"; readonly work: Work; readonly handed?: boolean } | { readonly kind: "sweep"; readonly sweep: Sweeping } | { readonly kind: "rebalance"; readonly moving: Moving } | { readonly kind: "set"; readonly command: NatCommand; readonly core: number };

/** A row that is no sweep gives nothing back. */
const idleSweep: Sweeping = { core: 0, timer: false, next: 0, retired: 0, giving: [] };

export class NatSessionModel implements Model<NatConfig> {
  readonly #state: NatState;
  #rows: Row[] = [];
  #draws: number[] = [];
  /** By slot: the packet that an operation forwarded, as it went out; `from` is who received it. */
  #out: Packet[] = [];

  /** `around`: the node that this is a part of; it opens `cells`. */
  constructor(numbering: Numbering = ownNumbers, cells: Cells = new Cells(), around?: Surroundings) {
    this.#state = new NatState(numbering, cells, around);
  }

  open(setup: Setup<NatConfig>): void {
    this.#state.open(setup);
    this.#rows = [];
    this.#draws = [];
    this.#out = [];
  }

  start(task: Task): void {
    const { slot, core, body } = task;
    if (task.kind === "timer") this.#rows[slot] = { kind: "sweep", sweep: { core, timer: true, next: 0, retired: 0, giving: [] } };
    else if (task.kind === "message") this.#rows[slot] = { kind: "packet", work: newWork(slot, core, fromBody(body)), handed: true };
    else this.#rows[slot] = this.#rowOf(task.command as NatCommand, task);
  }

  #rowOf(command: NatCommand, task: Task): Row {
    const { slot, core } = task;
    switch (command.kind) {
      case "send":
      case "loop":
      case "arrive":
      case "reply":
        return { kind: "packet", work: newWork(slot, core, this.packetOf(command, task)) };
      case "sweep":
        return { kind: "sweep", sweep: { core, timer: false, next: 0, retired: 0, giving: [] } };
      case "rebalance":
        return { kind: "rebalance", moving: { core, bucket: command.bucket, to: command.to, published: 0 } };
      default:
        return { kind: "set", command, core };
    }
  }

  /** The packet of a command as it is sent; `of`: slot of the operation that it answers. */
  packetOf(command: NatCommand, { of }: Task): Packet {
    const { config, inside, outside, remotes } = this.#state;
    switch (command.kind) {
      case "send": {
        const remote = config.remotes[command.remote];
        return { protocol: protocolNumber(command.protocol), from: command.subscriber + 1, sourceAddress: inside[command.subscriber], sourcePort: command.port, destinationAddress: remotes[command.remote], destinationPort: command.protocol === "icmp" ? 0 : remote.port, salt: command.salt };
      }
      case "loop":
        return { protocol: protocolNumber(command.protocol), from: command.subscriber + 1, sourceAddress: inside[command.subscriber], sourcePort: command.port, destinationAddress: outside[command.address], destinationPort: command.externalPort, salt: command.salt };
      case "arrive": {
        const remote = config.remotes[command.remote];
        return { protocol: protocolNumber(command.protocol), from: 0, sourceAddress: remotes[command.remote], sourcePort: command.protocol === "icmp" ? 0 : remote.port, destinationAddress: outside[command.address], destinationPort: command.externalPort, salt: command.salt };
      }
      case "reply": {
        const went = this.#out[of];
        return { ...went, sourceAddress: went.destinationAddress, sourcePort: went.destinationPort, destinationAddress: went.sourceAddress, destinationPort: went.sourcePort, salt: command.salt };
      }
      default:
        throw new Error(`${command.kind} is no packet`);
    }
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

  /** A packet that the distribution gave to this core. */
  beginPacket(slot: number, core: number, packet: Packet): void {
    this.#rows[slot] = { kind: "packet", work: newWork(slot, core, packet) };
  }
  /** The packet that went out in `slot` is that of `operation`, for its answers. */
  wentOut(slot: number, operation: number): void {
    this.#out[operation] = this.#out[slot];
  }
  want(slot: number): Wanted {
    const row = this.#rows[slot];
    if (row.kind === "packet") return wantOf(this.#state, row.work);
    return wantOfSweep(row.kind === "sweep" ? row.sweep : idleSweep);
  }
  /** Position of the packet's protocol, its remote endpoint and its source port, for whoever allocates its port. */
  packetIn(slot: number): Packet {
    return this.#workOf(slot).packet;
  }
  granted(slot: number, given: number | External, moved: Moved): void {
    const work = this.#workOf(slot);
    if (typeof given !== "number") gotPort(this.#state, work, given, moved);
    else if (given >= 0) gotMemory(this.#state, work, given, moved);
    else gotUnit(this.#state, work, moved);
    moved.next = Next.more;
  }
  lacking(slot: number, moved: Moved): void {
    moved.next = Next.more;
    lacks(this.#state, this.#workOf(slot), moved);
  }
  letGo(slot: number, moved: Moved): void {
    const state = this.#state;
    const row = this.#rows[slot];
    if (row.kind === "sweep") row.sweep.giving = letGo(state, row.sweep.core, row.sweep.giving, moved);
    else if (row.kind === "packet" && row.work.step === "give") row.work.giving = letGo(state, row.work.core, row.work.giving, moved);
    else letGoOwnPort(state, this.#workOf(slot), moved);
  }
  gone(slot: number, moved: Moved): void {
    moved.next = Next.more;
    const row = this.#rows[slot];
    if (row.kind === "packet") goneOf(row.work, moved);
  }
  #workOf(slot: number): Work {
    const row = this.#rows[slot];
    if (row.kind !== "packet") throw new Error(`slot ${slot} has no packet`);
    return row.work;
  }

  /** One step of the row; the step's record is the caller's. */
  judgeRow(slot: number, said: Moved | undefined, witnessAt: number, moved: Moved): number {
    const state = this.#state;
    const row = this.#rows[slot];
    const witness = new Witness(state, slot, said, witnessAt, this.#draws);
    moved.next = Next.more;
    if (row.kind === "packet") {
      this.#packetStep(row.work, witness, moved);
      if (moved.yields === 1) this.#remember(slot, row.work, moved);
      if (row.handed === true) moved.yields = 0;
    } else if (row.kind === "sweep") sweepStep(state, row.sweep, moved);
    else if (row.kind === "rebalance") rebalanceStep(state, row.moving, moved);
    else this.#set(row.command, row.core, moved);
    return witness.at;
  }

  #packetStep(work: Work, witness: Witness, moved: Moved): void {
    const state = this.#state;
    switch (work.step) {
      case "entry":
        return entry(state, work, moved);
      case "global":
        return globalStep(state, work, moved);
      case "filter":
        return filter(state, work, moved);
      case "sender":
        return sender(state, work, witness, moved);
      case "pair":
        return pair(state, work, moved);
      case "memory":
      case "second memory":
        return memory(state, work, witness, moved);
      case "quota":
      case "second quota":
        return quota(state, work, moved);
      case "port":
        return port(state, work, witness, moved);
      case "insert pair":
        return insertPair(state, work, moved);
      case "swap port":
      case "drop port":
        return freeOwnPort(state, work, moved);
      case "insert mapping":
        return insertMapping(state, work, moved);
      case "drop pair":
        return dropPair(state, work, moved);
      case "claim":
        return claim(state, work, moved);
      case "own":
        return insertOwn(state, work, moved);
      case "reverse":
        return insertReverse(state, work, moved);
      case "place":
        return place(state, work, moved);
      case "give":
        work.giving = giveOne(state, work.core, work.giving, moved);
        if (work.giving.length === 0) given(work, moved);
        return;
      case "after claim":
        return this.#afterClaim(work, moved);
    }
  }

  /** Everything of a lost creation has gone back: the packet waits for the winner, or begins anew. */
  #afterClaim(work: Work, moved: Moved): void {
    const { winner } = work;
    begin(work);
    if (this.#state.get("state", winner) === State.making) return wait(this.#state, winner, moved);
    entry(this.#state, work, moved);
  }

  /** The packet as it went out; who received it may answer. */
  #remember(slot: number, work: Work, moved: Moved): void {
    const [, sourceAddress, sourcePort, destinationAddress, destinationPort] = moved.outcome.items;
    const { receiver } = this.#state;
    this.#state.receiver = 0;
    this.#out[slot] = { protocol: work.packet.protocol, from: receiver, sourceAddress: sourceAddress >>> 0, sourcePort, destinationAddress: destinationAddress >>> 0, destinationPort, salt: 0 };
  }

  #set(command: NatCommand, core: number, moved: Moved): void {
    const state = this.#state;
    if (command.kind === "configure") {
      take(state, moved, "configure");
      state.cells.set(state.layout.node.type, typeBits(command.type));
    } else if (command.kind === "fail") {
      take(state, moved, "fail");
      state.cells.add(state.layout.failing.pending + core * failKinds.length + failKinds.indexOf(command.what), command.count);
    }
    moved.outcome.push(Outcome.done);
    moved.next = Next.done;
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
  /** All that must come to pass is owed thing by thing. */
  obligations(): void {}
  owed(list: Owed): void {
    owed(this.#state, list);
  }
}

function fromBody(body: readonly number[]): Packet {
  const [protocol, from, sourceAddress, sourcePort, destinationAddress, destinationPort, salt] = body;
  if (protocol >= protocols.length) throw new Error(`a packet of protocol ${protocol}`);
  return { protocol, from, sourceAddress: sourceAddress >>> 0, sourcePort, destinationAddress: destinationAddress >>> 0, destinationPort, salt };
}
