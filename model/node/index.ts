/**
 * The model of the node: it calls the rows of the models of its five systems. `parts.ts` is what it is made of, `packet.ts` the way of a packet, `wants.ts` what a session takes from the others and gives back,
 * `holds.ts` what must hold between them. Everything that concerns one system only is left to that one.
 */
import { Outcome as NatOutcome } from "../../spec/nat-session/terms.ts";
import type { NodeCommand, NodeConfig } from "../../spec/node/terms.ts";
import { Next, type Findings, type Model, type Moved, type Owed, type Setup, type Task } from "../../spec/side.ts";
import { collectStep, type CollectRow } from "./collect.ts";
import { invariants, obligations, owed } from "./holds.ts";
import { arrivedStep, packetStep, sessionStep, type ArrivedRow, type PacketRow, type SessionRow } from "./packet.ts";
import { goalOf, headersOf, Parts, rulesOf, stand } from "./parts.ts";

type Row = PacketRow | ArrivedRow | SessionRow | CollectRow | { readonly kind: "of memory" | "of ports" | "of quota" | "of distribution" } | { readonly kind: "rebalance"; readonly bucket: number };

const movedInCreation = goalOf("moved-in-creation");
const moving = rulesOf("NODE-6", "NODE-5");
const changing = rulesOf("NODE-10");

export class NodeModel implements Model<NodeConfig> {
  readonly #parts = new Parts();
  #rows: Row[] = [];
  readonly #packetRow = (slot: number): PacketRow => this.#rows[slot] as PacketRow;

  open(setup: Setup<NodeConfig>): void {
    this.#parts.open(setup);
    this.#rows = [];
  }

  start(task: Task): void {
    this.#rows[task.slot] = task.kind === "timer" ? this.#timer(task) : task.kind === "message" ? this.#message(task) : this.#operation(task, task.command as NodeCommand);
  }
  #timer(task: Task): Row {
    const { slot, core } = task;
    const parts = this.#parts;
    switch (task.command.kind) {
      case "sweep":
        parts.session.start(task);
        return { kind: "session", slot, core, serving: undefined, fresh: false };
      case "scan":
        parts.memory.beginScan(slot, core, true);
        return { kind: "of memory" };
      case "collect":
        parts.ports.beginCollectOne(slot, core);
        return { kind: "collect", slot, core, phase: "port", done: 0 };
      default:
        parts.ports.start(task);
        return { kind: "of ports" };
    }
  }
  #message(task: Task): Row {
    const { slot, core, body } = task;
    if (task.command.kind === "rebalance") return this.#ofDistribution(task);
    this.#parts.distribution.beginMessage(slot, core, body);
    return { kind: "arrived", slot, core, phase: "deliver", operation: -1, serving: undefined, fresh: false };
  }
  #operation(task: Task, command: NodeCommand): Row {
    const { slot, core } = task;
    const parts = this.#parts;
    switch (command.kind) {
      case "send":
      case "loop":
      case "arrive":
      case "reply": {
        const packet = parts.session.packetOf(command, task);
        parts.distribution.beginPacketOf(slot, core, headersOf(packet));
        return { kind: "packet", slot, core, packet, phase: "place", outcome: undefined, forwarded: false };
      }
      case "start-up":
        parts.memory.beginStartUp(slot, core);
        return { kind: "of memory" };
      case "sweep":
      case "configure":
        parts.session.start(task);
        return { kind: "session", slot, core, serving: undefined, fresh: false };
      case "vote":
      case "set-rule":
      case "steer":
      case "register":
      case "core-down":
      case "core-up":
        return this.#ofDistribution(task);
      case "rebalance":
        if (parts.config.distribution.policy !== undefined) return this.#ofDistribution(task);
        parts.session.start(task);
        return { kind: "rebalance", bucket: command.bucket };
      case "reconfigure":
        parts.quota.start(task);
        return { kind: "of quota" };
      case "collect":
        parts.ports.beginCollectOne(slot, core);
        return { kind: "collect", slot, core, phase: "port", done: 0 };
      case "age":
        parts.ports.start(task);
        return { kind: "of ports" };
    }
  }

  /** NODE-10: as all sessions are global, nothing but the distribution has a part in it. */
  #ofDistribution(task: Task): Row {
    this.#parts.distribution.start(task);
    return { kind: "of distribution" };
  }

  move(slot: number, moved: Moved): void {
    this.#step(slot, undefined, 0, moved);
  }
  judge(slot: number, said: Moved, witnessAt: number, moved: Moved): number {
    return this.#step(slot, said, witnessAt, moved);
  }
  #step(slot: number, said: Moved | undefined, witnessAt: number, moved: Moved): number {
    const parts = this.#parts;
    const row = this.#rows[slot];
    parts.cells.begin(moved);
    moved.next = Next.more;
    switch (row.kind) {
      case "packet":
        return packetStep(parts, row, said, witnessAt, moved);
      case "arrived":
        return arrivedStep(parts, row, this.#packetRow, said, witnessAt, moved);
      case "session":
        return sessionStep(parts, row, said, witnessAt, moved);
      case "collect":
        collectStep(parts, row, moved);
        return witnessAt;
      case "of distribution":
        return this.#changes(slot, said, witnessAt, moved);
      case "of memory":
        return parts.memory.judgeRow(slot, said, witnessAt, moved);
      case "of ports":
        parts.ports.move(slot, moved);
        return witnessAt;
      case "of quota":
        parts.quota.move(slot, moved);
        return witnessAt;
      case "rebalance":
        parts.session.judgeRow(slot, said, witnessAt, moved);
        stand(moved, moving);
        if (moved.outcome.count > 0 && moved.outcome.items[0] === NatOutcome.done && this.#inTheMaking(row.bucket)) moved.goals.push(movedInCreation);
        return witnessAt;
    }
  }

  #changes(slot: number, said: Moved | undefined, witnessAt: number, moved: Moved): number {
    const { distribution } = this.#parts;
    const at = distribution.judgeRow(slot, said, witnessAt, moved);
    stand(moved, changing);
    return at;
  }

  /** A packet of the bucket is in the middle of making its session. */
  #inTheMaking(bucket: number): boolean {
    const { distribution } = this.#parts;
    return this.#rows.some((row) => row?.kind === "arrived" && row.phase === "session" && row.serving !== undefined && distribution.bucketOf(headersOf(this.#packetRow(row.operation).packet)) === bucket);
  }

  read(entry: number): number {
    return this.#parts.cells.peek(entry);
  }
  scan(into: Int32Array): void {
    this.#parts.cells.scan(into);
  }
  invariants(found: Findings): void {
    invariants(this.#parts, found);
  }
  owed(list: Owed): void {
    owed(this.#parts, list);
  }
  obligations(found: Findings): void {
    obligations(this.#parts, found);
  }
}
