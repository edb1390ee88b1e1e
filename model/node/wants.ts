/** What a session's row wants, and whose row serves it: NODE-2 on the way in, NODE-3 on the way back. */
import { Want } from "../../spec/nat-session/composed.ts";
import { undoStage } from "../../spec/node/terms.ts";
import { protocols } from "../../spec/nat-session/terms.ts";
import type { Allocate } from "../../spec/port-allocation/terms.ts";
import { Next, type Moved } from "../../spec/side.ts";
import type { Wanted } from "../nat-session/composed.ts";
import type { Packet } from "../nat-session/packet.ts";
import type { Unit } from "../quota/index.ts";
import { goalOf, rulesOf, stand, type Parts } from "./parts.ts";

const underRules = {
  memory: rulesOf("NODE-2"),
  unit: rulesOf("NODE-2"),
  port: rulesOf("NODE-2", "NODE-7"),
  undo: rulesOf("NODE-3"),
  back: rulesOf("NODE-3", "NODE-4"),
  portBack: rulesOf("NODE-3", "NODE-4", "NODE-9"),
};
const goals = {
  memory: goalOf("refused-memory"),
  sessionQuota: goalOf("refused-session-quota"),
  portQuota: goalOf("refused-port-quota"),
  port: goalOf("refused-port"),
  secondAddress: goalOf("second-address"),
  reused: goalOf("structure-reused"),
};

/** A row of another system that runs for a session. */
export interface Serving {
  readonly wanted: Wanted;
  phase: "memory" | "session unit" | "port unit" | "port" | "undo" | "free port" | "port unit back" | "session unit back" | "free memory";
  /** The unit in hand. */
  unit: Unit | undefined;
  /** Positions of the NAT addresses still to be tried after the present one, −1: any. */
  addresses: number[];
  first: boolean;
  /** A port was given. */
  given: boolean;
}

/** Begins the row that serves what is wanted; undefined if nothing is. */
export function serve(parts: Parts, slot: number, core: number, wanted: Wanted): Serving | undefined {
  switch (wanted.what) {
    case Want.memory:
      parts.memory.beginObtain(slot, core, 0, slot + 1);
      return begun(wanted, "memory");
    case Want.sessionUnit:
      parts.quota.beginRequest(slot, core, wanted.subscriber, "sessions", 1);
      return begun(wanted, "session unit");
    case Want.port:
      parts.quota.beginRequest(slot, core, wanted.subscriber, "ports", 1);
      return begun(wanted, "port unit");
    case Want.freePort:
      parts.ports.beginFreeOne(slot, core, parts.handleOf(wanted.at));
      return begun(wanted, "free port");
    case Want.freeSessionUnit:
      parts.quota.beginRelease(slot, core, [parts.unitOfSession.get(wanted.object)!]);
      return begun(wanted, "session unit back");
    case Want.freeMemory:
      parts.memory.beginFreeObject(slot, core, wanted.object % parts.structures);
      return begun(wanted, "free memory");
    default:
      return undefined;
  }
}
function begun(wanted: Wanted, phase: Serving["phase"]): Serving {
  return { wanted, phase, unit: undefined, addresses: [], first: true, given: false };
}

/** One step of the row; `over` once the session has been told. Answers the first number of the witness not consumed. */
export function servingStep(parts: Parts, slot: number, core: number, serving: Serving, said: Moved | undefined, witnessAt: number, moved: Moved): { readonly at: number; readonly over: boolean } {
  const { first } = serving;
  serving.first = false;
  switch (serving.phase) {
    case "memory":
      return memoryStep(parts, slot, core, said, witnessAt, moved);
    case "session unit":
      return { at: witnessAt, over: sessionUnitStep(parts, slot, core, serving, moved) };
    case "port unit":
      return { at: witnessAt, over: portUnitStep(parts, slot, core, serving, moved) };
    case "port":
      return portStep(parts, slot, core, serving, said, witnessAt, moved);
    case "undo":
      return { at: witnessAt, over: undoStep(parts, slot, serving, moved) };
    case "free port":
      return { at: witnessAt, over: freePortStep(parts, slot, core, first, serving, moved) };
    case "port unit back":
      parts.quota.stage(slot, moved);
      stand(moved, underRules.portBack);
      return { at: witnessAt, over: endOfBack(parts, slot, moved) };
    case "session unit back":
      if (first) {
        parts.session.letGo(slot, moved);
        parts.noteSession(serving.wanted.object, undefined, core);
      }
      parts.quota.stage(slot, moved);
      stand(moved, underRules.back);
      return { at: witnessAt, over: endOfBack(parts, slot, moved) };
    default: {
      if (first) parts.session.letGo(slot, moved);
      const at = parts.memory.judgeRow(slot, said, witnessAt, moved);
      stand(moved, underRules.back);
      return { at, over: endOfBack(parts, slot, moved) };
    }
  }
}
/** The last step of a row that took something back carries what the session does next. */
function endOfBack(parts: Parts, slot: number, moved: Moved): boolean {
  if (moved.next !== Next.done) return false;
  parts.session.gone(slot, moved);
  return true;
}

function memoryStep(parts: Parts, slot: number, core: number, said: Moved | undefined, witnessAt: number, moved: Moved): { readonly at: number; readonly over: boolean } {
  const at = parts.memory.judgeRow(slot, said, witnessAt, moved);
  stand(moved, underRules.memory);
  if (moved.next !== Next.done) return { at, over: false };
  const object = parts.memory.obtained(slot);
  if (object < 0) {
    moved.goals.push(goals.memory);
    parts.session.lacking(slot, moved);
    return { at, over: true };
  }
  const others = Array.from({ length: parts.config.cores }, (_, other) => other).filter((other) => other !== core);
  if (others.some((other) => parts.usedBefore.has(other * parts.structures + object))) moved.goals.push(goals.reused);
  parts.usedBefore.add(core * parts.structures + object);
  parts.session.granted(slot, core * parts.structures + object, moved);
  return { at, over: true };
}

function sessionUnitStep(parts: Parts, slot: number, core: number, serving: Serving, moved: Moved): boolean {
  parts.quota.stage(slot, moved);
  stand(moved, underRules.unit);
  if (moved.next !== Next.done) return false;
  const unit = parts.quota.unitsOf(slot)[0];
  if (unit === undefined) {
    moved.goals.push(goals.sessionQuota);
    parts.session.lacking(slot, moved);
    return true;
  }
  parts.noteSession(serving.wanted.object, unit, core);
  parts.session.granted(slot, -1, moved);
  return true;
}

function portUnitStep(parts: Parts, slot: number, core: number, serving: Serving, moved: Moved): boolean {
  parts.quota.stage(slot, moved);
  stand(moved, underRules.unit);
  if (moved.next !== Next.done) return false;
  serving.unit = parts.quota.unitsOf(slot)[0];
  if (serving.unit === undefined) {
    moved.goals.push(goals.portQuota);
    parts.session.lacking(slot, moved);
    return true;
  }
  serving.addresses = addressesFor(parts, serving.wanted);
  tryNext(parts, slot, core, serving);
  moved.next = Next.more;
  return false;
}
/** Where a port is asked for, in order: −1 leaves the address to the allocation. */
function addressesFor(parts: Parts, { subscriber, at: paired }: Wanted): number[] {
  const { addresses, ports } = parts.config;
  if (ports.allocation === "deterministic") return [-1];
  if (paired < 0) return ports.allocation === "block" ? [-1] : cyclic(subscriber % addresses.length, addresses.length);
  return parts.profile === "rfc" ? cyclic(paired, addresses.length) : [paired];
}
/** So many positions from this one on, beginning anew after the last. */
function cyclic(from: number, count: number): number[] {
  return Array.from({ length: count }, (_, step) => (from + step) % count);
}
function tryNext(parts: Parts, slot: number, core: number, serving: Serving): void {
  const address = serving.addresses.shift()!;
  parts.ports.beginAllocateOne(slot, core, allocateOf(parts, parts.session.packetIn(slot), serving.wanted.subscriber, address));
  serving.phase = "port";
}
function allocateOf(parts: Parts, packet: Packet, subscriber: number, address: number): Allocate {
  const remote = parts.remoteOf(packet);
  return { kind: "allocate", subscriber, address, protocol: protocols[packet.protocol], remote: Math.max(0, remote), remotePort: remote < 0 ? 0 : packet.destinationPort, privatePort: packet.sourcePort, typePort: 0, want: null, count: 1 };
}

function portStep(parts: Parts, slot: number, core: number, serving: Serving, said: Moved | undefined, witnessAt: number, moved: Moved): { readonly at: number; readonly over: boolean } {
  const at = parts.ports.judgeRow(slot, said, witnessAt, moved);
  stand(moved, underRules.port);
  if (moved.next !== Next.done) return { at, over: false };
  const handle = parts.ports.givenPort(slot);
  if (handle >= 0) {
    parts.notePort(handle, serving.unit, core);
    const external = parts.externalOf(handle);
    if (serving.wanted.at < 0 && parts.config.ports.allocation === "dynamic" && external.address !== serving.wanted.subscriber % parts.config.addresses.length) moved.goals.push(goals.secondAddress);
    parts.session.granted(slot, external, moved);
    serving.given = true;
    return { at, over: true };
  }
  moved.next = Next.more;
  if (serving.addresses.length > 0) tryNext(parts, slot, core, serving);
  else if (serving.unit!.counted) serving.phase = "undo";
  else {
    moved.goals.push(goals.port);
    parts.session.lacking(slot, moved);
    return { at, over: true };
  }
  return { at, over: false };
}

/** NODE-3: the unit goes back, and what was lent with it. */
function undoStep(parts: Parts, slot: number, serving: Serving, moved: Moved): boolean {
  moved.stages.push(undoStage);
  stand(moved, underRules.undo);
  parts.quota.takeBack(serving.unit!, moved);
  moved.goals.push(goals.port);
  parts.session.lacking(slot, moved);
  return true;
}

function freePortStep(parts: Parts, slot: number, core: number, first: boolean, serving: Serving, moved: Moved): boolean {
  if (first) parts.session.letGo(slot, moved);
  parts.ports.judgeRow(slot, undefined, 0, moved);
  stand(moved, underRules.portBack);
  if (moved.next !== Next.done) return false;
  const handle = parts.handleOf(serving.wanted.at);
  if (!parts.ports.freedHere(slot)) return endOfBack(parts, slot, moved);
  parts.quota.beginRelease(slot, core, [parts.unitOfPort.get(handle)!]);
  parts.notePort(handle, undefined, core);
  serving.phase = "port unit back";
  moved.next = Next.more;
  return false;
}
