/** NAT sessions as a part of a node: what the row wants of other systems, what it wants it for, and how it goes on when it has it, lacks it, or has let it go. */
import { Want } from "../../spec/nat-session/composed.ts";
import * as side from "../../spec/side.ts";
import type { Moved } from "../../spec/side.ts";
import { halfToCount, memoryKind, portKind, quotaKind, tookMemory, tookPort, tookQuota } from "./acquire.ts";
import { nextToGive, refuse } from "./give.ts";
import type { NatMemory } from "./memory.ts";
import { notePort } from "./ports.ts";
import * as words from "./words.ts";

const { Next } = side;
const { Direction, Field, Half, Held, Row, Step } = words;

/** What sessions ask of the node that they are a part of. */
export interface Surroundings {
  /** Bucket of a packet: position of its protocol, source, destination; addresses as signed 32-bit numbers. */
  bucketOf(protocol: number, source: number, sourcePort: number, destination: number, destinationPort: number): number;
  /** The core that a bucket belongs to now: a section by itself, or within one that begins with `lockBuckets`, before any lock of sessions is taken, and ends with `unlockBuckets`. */
  coreOfBucket(bucket: number): number;
  coreOfLockedBucket(bucket: number): number;
  lockBuckets(): void;
  unlockBuckets(): void;
  /** Their step moves the bucket, or refuses to: the distribution's part of it. */
  moveBucket(bucket: number, to: number, moved: Moved): void;
  refuseBucket(moved: Moved): void;
  /** Added to the objects that tasks wait for. */
  readonly wait0: number;
}

/** Words of a packet, as `packetWord` counts them: `protocol` a position, `from` subscriber + 1 or 0. */
export const Packet = { protocol: 0, from: 1, source: 2, sourcePort: 3, destination: 4, destinationPort: 5 } as const;

const ports = Held.founderPort | Held.port;
const units = Held.firstQuota | Held.secondQuota;
const structures = Held.founderMemory | Held.firstMemory | Held.secondMemory;

/** What the next step would take or give back. */
export function wanted(m: NatMemory, r: number): Want {
  switch (m.records[r + Field.step]) {
    case Step.memory: return Want.memory;
    case Step.quota: return Want.sessionUnit;
    case Step.port: return Want.port;
    case Step.give: return wantedBack(nextToGive(m, r));
    default: return Want.nothing;
  }
}

function wantedBack(one: number): Want {
  if ((one & ports) !== 0) return Want.freePort;
  if ((one & units) !== 0) return Want.freeSessionUnit;
  return (one & structures) !== 0 ? Want.freeMemory : Want.nothing;
}

/** Object whose session is counted next. */
export function objectToCount(m: NatMemory, r: number): number {
  return m.records[halfToCount(m, r) + Half.object];
}
/** Position of the subscriber for whom. */
export function subscriberToCount(m: NatMemory, r: number): number {
  return m.records[halfToCount(m, r) + Half.subscriber] - 1;
}

/** Of a port that is wanted: position of the remote, 0 in hairpin; port of the remote; paired address by position, -1 for none. */
export function remoteOf(m: NatMemory, r: number): number {
  return isHairpin(m, r) ? 0 : m.remoteNumbers.indexOf(m.records[r + Field.destinationAddress]);
}
export function remotePortOf(m: NatMemory, r: number): number {
  return isHairpin(m, r) ? 0 : m.records[r + Field.destinationPort];
}
export function pairedAddressOf({ records }: NatMemory, r: number): number {
  return (records[r + Field.held] & Held.pair) === 0 ? -1 : records[r + Field.pairAddress] - 1;
}
function isHairpin({ records }: NatMemory, r: number): boolean {
  return records[r + Field.direction] === Direction.hairpin;
}

/** Object whose unit or structure goes back next. */
export function objectToGive(m: NatMemory, r: number): number {
  const { records } = m;
  switch (nextToGive(m, r)) {
    case Held.founderMemory: return records[r + Field.founder];
    case Held.secondQuota:
    case Held.secondMemory: return records[r + Field.second + Half.object];
    default: return records[r + Field.first + Half.object];
  }
}

/** Port that goes back next, as port allocation names it: table × ports + port − low. */
export function portToGive(m: NatMemory, r: number): number {
  const { mem, records } = m;
  if (nextToGive(m, r) === Held.port) return m.portTable(records[r + Field.portAddress], records[r + Field.protocol]) * m.ports + records[r + Field.port];
  const row = m.row(records[r + Field.founder]);
  return m.portTable(mem[row + Row.natAddress] - 1, mem[row + Row.protocol] - 1) * m.ports + mem[row + Row.natPort] - m.config.low;
}

/** `take-memory`, `take-quota` or `take-port`, in the last step of the row that gave it. `what`: the object, or position of the address; `port` as position in the pool. */
export function granted(m: NatMemory, r: number, what: number, port: number, moved: Moved): void {
  const { records } = m;
  moved.next = Next.more;
  switch (records[r + Field.step]) {
    case Step.memory:
      return tookMemory(m, r, what, moved);
    case Step.quota:
      return tookQuota(m, r, moved);
    case Step.port:
      records[r + Field.portAddress] = what;
      records[r + Field.port] = port;
      notePort(m, m.portTable(what, records[r + Field.protocol]) * m.ports + port, records[r + Field.first + Half.object] + 1, moved);
      tookPort(m, r, moved);
  }
}

/** `refuse-memory`, `refuse-quota` or `refuse-port`, in the last step of the row that had none. */
export function lacking(m: NatMemory, r: number, moved: Moved): void {
  const step = m.records[r + Field.step];
  moved.next = Next.more;
  refuse(m, r, step === Step.memory ? memoryKind : step === Step.quota ? quotaKind : portKind, moved);
}

/** The packet that an operation has set down is processed here. */
export function takeOver({ records }: NatMemory, r: number, of: number): void {
  records.copyWithin(r + Field.protocol, of + Field.protocol, of + Field.sentFromAddress);
  records[r + Field.step] = Step.enter;
  records[r + Field.held] = 0;
}

/** What went out here is what answers to an operation refer to. */
export function wentOut({ records }: NatMemory, r: number, of: number): void {
  records.copyWithin(of + Field.sentFromAddress, r + Field.sentFromAddress, r + Field.receiver + 1);
}
