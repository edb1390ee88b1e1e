/**
 * What a session takes and gives back, each by the row of the system that has it. The sessions' row stands still meanwhile: what it takes is its own with the last step of the other row, what it gives back is no longer its own from that row's first step on.
 */
import { Want } from "../../spec/nat-session/composed.ts";
import { protocols } from "../../spec/nat-session/terms.ts";
import { undoStage } from "../../spec/node/terms.ts";
import { Outcome as QuotaOutcome, resources } from "../../spec/quota/terms.ts";
import * as side from "../../spec/side.ts";
import type { Moved } from "../../spec/side.ts";
import * as composed from "../nat-session/composed.ts";
import { addressAt, addressOfPort, attempts } from "./addresses.ts";
import { processed } from "./packet.ts";
import type { NodeParts } from "./parts.ts";
import * as words from "./words.ts";
import { countedOf, ledgerOf, subscriberOf } from "./words.ts";

const { Next } = side;
const { Packet } = composed;
const { Field, Phase } = words;
const ports = resources.indexOf("ports");
const sessions = resources.indexOf("sessions");
/** Position of sessions among the kinds that memory has. */
const sessionKind = 0;
/** What memory obtains for nobody. */
const noObject = -1;

/** A step of the sessions' row, or the first of the row that runs in its place. */
export function moveSession(p: NodeParts, slot: number, r: number, moved: Moved): void {
  switch (p.session.want(slot)) {
    case Want.nothing:
      p.session.move(slot, moved);
      if (moved.next === Next.done) processed(p, slot, r, moved);
      return;
    case Want.memory: return beginObtain(p, slot, r, moved);
    case Want.sessionUnit: return beginSessionUnit(p, slot, r, moved);
    case Want.port: return beginPortUnit(p, slot, r, moved);
    case Want.freePort: return beginFreePort(p, slot, r, moved);
    case Want.freeSessionUnit: return beginReleaseSession(p, slot, r, moved);
    case Want.freeMemory: return beginFreeMemory(p, slot, r, moved);
  }
}

/** The other row is done, and the sessions' goes on, or has ended with it. */
function resume(p: NodeParts, slot: number, r: number, moved: Moved): void {
  p.records[r + Field.phase] = Phase.session;
  if (moved.next === Next.done) processed(p, slot, r, moved);
}

function given(p: NodeParts, slot: number, r: number, what: number, port: number, moved: Moved): void {
  p.session.granted(slot, what, port, moved);
  resume(p, slot, r, moved);
}
function refused(p: NodeParts, slot: number, r: number, moved: Moved): void {
  p.session.lacking(slot, moved);
  resume(p, slot, r, moved);
}
function gone(p: NodeParts, slot: number, r: number, moved: Moved): void {
  p.session.gone(slot, moved);
  resume(p, slot, r, moved);
}

// --- What is taken

function beginObtain(p: NodeParts, slot: number, r: number, moved: Moved): void {
  p.memory.beginObtain(slot, p.records[r + Field.core], sessionKind, slot + 1);
  p.records[r + Field.phase] = Phase.obtain;
  obtain(p, slot, r, moved);
}

/** A structure of this core's memory. */
export function obtain(p: NodeParts, slot: number, r: number, moved: Moved): void {
  p.memory.moveRow(slot, moved);
  if (moved.next !== Next.done) return;
  const object = p.memory.obtained(slot);
  if (object === noObject) refused(p, slot, r, moved);
  else given(p, slot, r, p.records[r + Field.core] * p.structures + object, 0, moved);
}

function beginSessionUnit(p: NodeParts, slot: number, r: number, moved: Moved): void {
  p.quota.beginRequestOne(slot, p.records[r + Field.core], p.session.subscriberToCount(slot), sessions);
  p.records[r + Field.phase] = Phase.sessionUnit;
  requestSessionUnit(p, slot, r, moved);
}

/** A unit of the subscriber's session quota. */
export function requestSessionUnit(p: NodeParts, slot: number, r: number, moved: Moved): void {
  const { quota, session } = p;
  quota.moveRow(slot, moved);
  if (moved.next !== Next.done) return;
  if (quota.answer(slot) !== QuotaOutcome.done) return refused(p, slot, r, moved);
  p.noteSessionUnit(session.objectToCount(slot), session.subscriberToCount(slot), p.records[r + Field.core], quota.counted(slot), moved);
  given(p, slot, r, 0, 0, moved);
}

function beginPortUnit(p: NodeParts, slot: number, r: number, moved: Moved): void {
  p.quota.beginRequestOne(slot, p.records[r + Field.core], p.session.packetWord(slot, Packet.from) - 1, ports);
  p.records[r + Field.phase] = Phase.portUnit;
  requestPortUnit(p, slot, r, moved);
}

/** A unit of the subscriber's port quota, and then a port. */
export function requestPortUnit(p: NodeParts, slot: number, r: number, moved: Moved): void {
  const { quota, records } = p;
  quota.moveRow(slot, moved);
  if (moved.next !== Next.done) return;
  if (quota.answer(slot) !== QuotaOutcome.done) return refused(p, slot, r, moved);
  records[r + Field.counted] = quota.counted(slot);
  records[r + Field.chunk] = quota.chunk(slot);
  records[r + Field.paired] = p.session.pairedAddressOf(slot);
  records[r + Field.attempt] = 0;
  beginAllocate(p, slot, r);
  moved.next = Next.more;
}

function beginAllocate(p: NodeParts, slot: number, r: number): void {
  const { request, session } = p;
  request.subscriber = session.packetWord(slot, Packet.from) - 1;
  request.address = addressAt(p, r, request.subscriber);
  request.protocol = protocols[session.packetWord(slot, Packet.protocol)];
  request.remote = p.remoteAddress[session.remoteOf(slot)];
  request.remotePort = session.remotePortOf(slot);
  request.privatePort = session.packetWord(slot, Packet.sourcePort);
  p.port.beginAllocateOne(slot, p.records[r + Field.core], request);
  p.records[r + Field.phase] = Phase.allocate;
}

/** A port of one address after another; where none has one the unit goes back first, if it counts. */
export function allocate(p: NodeParts, slot: number, r: number, moved: Moved): void {
  const { layout, port, records, session } = p;
  port.moveRow(slot, moved);
  if (moved.next !== Next.done) return;
  const handle = port.givenPort(slot);
  if (handle >= 0) {
    p.notePortUnit(handle, session.packetWord(slot, Packet.from) - 1, records[r + Field.core], records[r + Field.counted], moved);
    return given(p, slot, r, addressOfPort(layout, handle), p.offsetOfPort(handle), moved);
  }
  if (++records[r + Field.attempt] < attempts(p, r)) beginAllocate(p, slot, r);
  else if (records[r + Field.counted] === 0) return refused(p, slot, r, moved);
  else records[r + Field.phase] = Phase.undo;
  moved.next = Next.more;
}

/** `undo`. */
export function undo(p: NodeParts, slot: number, r: number, moved: Moved): void {
  const { records } = p;
  p.quota.undoOne(records[r + Field.core], p.session.packetWord(slot, Packet.from) - 1, ports, records[r + Field.chunk], moved);
  moved.stages.push(p.stage0 + undoStage);
  refused(p, slot, r, moved);
}

// --- What goes back

function beginFreePort(p: NodeParts, slot: number, r: number, moved: Moved): void {
  const { records } = p;
  const handle = p.handleOfSessionPort(p.session.portToGive(slot));
  records[r + Field.handle] = handle;
  records[r + Field.phase] = Phase.freePort;
  // Once it is free another core may note it as its own.
  p.session.letGo(slot, moved);
  p.port.beginFreeOne(slot, records[r + Field.core], handle);
  freePort(p, slot, r, moved);
}

/** The port is free, and its unit goes back; or it is handed over, and its unit stays until its holder collects it. */
export function freePort(p: NodeParts, slot: number, r: number, moved: Moved): void {
  p.port.moveRow(slot, moved);
  if (moved.next !== Next.done) return;
  if (!p.port.freedHere(slot)) return gone(p, slot, r, moved);
  releasePortUnit(p, slot, r, Phase.releasePort, moved);
}

/** The port in the record is free for good: the release of its unit comes next. */
export function releasePortUnit(p: NodeParts, slot: number, r: number, phase: number, moved: Moved): void {
  beginRelease(p, slot, p.takePortUnit(p.records[r + Field.handle], moved), ports);
  p.records[r + Field.phase] = phase;
  moved.next = Next.more;
}

function beginRelease(p: NodeParts, slot: number, unit: number, resource: number): void {
  p.quota.beginReleaseOne(slot, ledgerOf(unit), subscriberOf(unit), resource, countedOf(unit));
}

function beginReleaseSession(p: NodeParts, slot: number, r: number, moved: Moved): void {
  beginRelease(p, slot, p.takeSessionUnit(p.session.objectToGive(slot), moved), sessions);
  p.records[r + Field.phase] = Phase.releaseSession;
  p.session.letGo(slot, moved);
  release(p, slot, r, moved);
}

/** A unit of either quota goes back to the ledger it came from. */
export function release(p: NodeParts, slot: number, r: number, moved: Moved): void {
  p.quota.moveRow(slot, moved);
  if (moved.next === Next.done) gone(p, slot, r, moved);
}

function beginFreeMemory(p: NodeParts, slot: number, r: number, moved: Moved): void {
  p.memory.beginFreeObject(slot, p.records[r + Field.core], p.session.objectToGive(slot) % p.structures);
  p.records[r + Field.phase] = Phase.freeMemory;
  freeMemory(p, slot, r, moved);
}

/** The structure goes back to memory. */
export function freeMemory(p: NodeParts, slot: number, r: number, moved: Moved): void {
  p.memory.moveRow(slot, moved);
  if (moved.next === Next.done) gone(p, slot, r, moved);
}
