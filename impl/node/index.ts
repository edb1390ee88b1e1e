/**
 * One node, the fast program: `NodeEngine`. A task's row calls the rows of the five systems, and a step is a step of one of them; where one row hands on to another both have their part in it.
 *
 * Where to read on: `words.ts` says what the words mean, `parts.ts` of what the node is made, `packet.ts` the way of a packet, `wants.ts` and `addresses.ts` what a session takes and gives back, `collect.ts` how ports come home.
 */
import type { NodeCommand, NodeConfig } from "../../spec/node/terms.ts";
import type { Moved, Setup, Side, Task } from "../../spec/side.ts";
import { unnumbered, type Numbering } from "../numbering.ts";
import { acquire, release } from "../accessor.ts";
import { collect, collectNext, releaseCollected } from "./collect.ts";
import { awaitEnd, beginMessage, beginPacket, deliverPacket, finishPacket, placePacket } from "./packet.ts";
import { NodeParts } from "./parts.ts";
import * as wants from "./wants.ts";
import { moveSession } from "./wants.ts";
import * as words from "./words.ts";

const { Field, noOperation, Phase, Unit } = words;

export class NodeEngine implements Side<NodeConfig> {
  readonly #parts: NodeParts;
  readonly #entry: Numbering;

  /** `numbering`: where the node's numbers begin in a larger system. */
  constructor(numbering: Numbering = unnumbered) {
    this.#entry = numbering;
    this.#parts = new NodeParts(numbering);
  }

  open(setup: Setup<NodeConfig>): void {
    this.#parts.open(setup);
  }

  get scratch(): readonly object[] {
    return this.#parts.session.scratch;
  }

  /** An operation, a message `packet` or `rebalance`, or a timer `sweep`, `scan`, `collect` or `age`. */
  start(task: Task): void {
    const p = this.#parts;
    const { slot, core } = task;
    const r = p.rows.begin(slot);
    p.records[r + Field.core] = core;
    p.records[r + Field.operation] = noOperation;
    if (task.kind === "message" && task.command.kind === "packet") return beginMessage(p, r, task);
    const { kind } = task.command as NodeCommand | { readonly kind: "scan" };
    switch (kind) {
      case "send":
      case "loop":
      case "arrive":
      case "reply":
        return beginPacket(p, r, task);
      case "vote":
      case "set-rule":
      case "steer":
      case "register":
      case "core-down":
      case "core-up":
        return beginDistribution(p, r, task);
      case "rebalance":
        return p.config.distribution.policy === undefined ? beginSession(p, r, task) : beginDistribution(p, r, task);
      case "sweep":
      case "configure":
        return beginSession(p, r, task);
      case "collect":
        p.records[r + Field.done] = 0;
        return collectNext(p, slot, r);
      case "age":
        p.records[r + Field.phase] = Phase.age;
        return p.port.start(task);
      case "start-up":
      case "scan":
        p.records[r + Field.phase] = Phase.memory;
        return p.memory.start(task);
      case "reconfigure":
        p.records[r + Field.phase] = Phase.quota;
        p.quota.start(task);
    }
  }

  /** One atomic step of a task. */
  move(slot: number, moved: Moved): void {
    const p = this.#parts;
    const r = slot * Field.words;
    const operation = p.records[r + Field.operation];
    if (operation === noOperation) return this.#move(p, slot, r, moved);
    acquire(p.ends, operation);
    this.#move(p, slot, r, moved);
    release(p.ends, operation);
  }

  #move(p: NodeParts, slot: number, r: number, moved: Moved): void {
    switch (p.records[r + Field.phase]) {
      case Phase.place: return placePacket(p, slot, r, moved);
      case Phase.wait: return awaitEnd(p, slot, r, moved);
      case Phase.finish: return finishPacket(p, slot, r, moved);
      case Phase.deliver: return deliverPacket(p, slot, r, moved);
      case Phase.session: return moveSession(p, slot, r, moved);
      case Phase.obtain: return wants.obtain(p, slot, r, moved);
      case Phase.sessionUnit: return wants.requestSessionUnit(p, slot, r, moved);
      case Phase.portUnit: return wants.requestPortUnit(p, slot, r, moved);
      case Phase.allocate: return wants.allocate(p, slot, r, moved);
      case Phase.undo: return wants.undo(p, slot, r, moved);
      case Phase.freePort: return wants.freePort(p, slot, r, moved);
      case Phase.releasePort:
      case Phase.releaseSession: return wants.release(p, slot, r, moved);
      case Phase.freeMemory: return wants.freeMemory(p, slot, r, moved);
      case Phase.collect: return collect(p, slot, r, moved);
      case Phase.releaseCollected: return releaseCollected(p, slot, r, moved);
      case Phase.age: return p.port.move(slot, moved);
      case Phase.memory: return p.memory.move(slot, moved);
      case Phase.quota: return p.quota.move(slot, moved);
      case Phase.distribution: return p.distribution.move(slot, moved);
    }
  }

  /** The value of one entry, from the tables as they stand. */
  read(entry: number): number {
    const p = this.#parts;
    const { first, sessionUnit, portUnit } = p.layout;
    const at = entry - this.#entry.entry;
    if (at >= portUnit) return p.portUnit[at - portUnit] & Unit.mask;
    if (at >= sessionUnit) return p.sessionUnit[at - sessionUnit] & Unit.mask;
    if (at >= first.quota) return p.quota.read(entry);
    if (at >= first.port) return p.port.read(entry);
    if (at >= first.session) return p.session.read(entry);
    return at >= first.memory ? p.memory.read(entry) : p.distribution.read(entry);
  }

  /** The whole view at once. */
  scan(into: Int32Array): void {
    const p = this.#parts;
    const { handles, objects, portUnit, sessionUnit } = p.layout;
    const first = this.#entry.entry;
    for (const part of [p.distribution, p.memory, p.session, p.port, p.quota]) part.scan(into);
    into.set(seen(p.sessionUnit, objects), first + sessionUnit);
    into.set(seen(p.portUnit, handles), first + portUnit);
  }
}

/** Units as the view has them: without their subscribers. */
function seen(units: Int32Array, count: number): Int32Array {
  return units.subarray(0, count).map((unit) => unit & Unit.mask);
}

/** A row of the sessions' own, and one of the distribution's. */
function beginSession(p: NodeParts, r: number, task: Task): void {
  p.records[r + Field.phase] = Phase.session;
  p.session.start(task);
}
function beginDistribution(p: NodeParts, r: number, task: Task): void {
  p.records[r + Field.phase] = Phase.distribution;
  p.distribution.start(task);
}
