/** How commands become records: everything that does not change while the operation runs is worked out here, once. */
import { portsPerBlock } from "../../spec/port-allocation/geometry.ts";
import { tableOf, type Allocate, type Protocol, type ReplyCore } from "../../spec/port-allocation/terms.ts";
import { firstBlock } from "./blocks.ts";
import type { PortMemory } from "./memory.ts";
import * as record from "./record.ts";
import type { Row } from "./record.ts";
import * as shapes from "./shape.ts";
import { codeOfPort } from "./shape.ts";

const { anyAddress, Field, Filter, neverGiven, noPort, recordWords, Step } = record;
const { noCode, Parity } = shapes;

/** Begins any row; returns the index of its record. */
export function begin(m: PortMemory, slot: number, core: number, row: (typeof Row)[keyof typeof Row], step: (typeof Step)[keyof typeof Step]): number {
  const { records } = m;
  const r = slot * recordWords;
  records[r + Field.core] = core;
  records[r + Field.row] = row;
  records[r + Field.step] = step;
  return r;
}

/** Begins the allocation of one port after another: all its wishes. Returns the index of its record. */
export function beginAllocate(m: PortMemory, slot: number, core: number, row: (typeof Row)[keyof typeof Row], command: Allocate): number {
  const { config } = m;
  const { want, privatePort } = command;
  const wellKnown = m.wellKnownPorts > 0 && privatePort < 1024;
  const r = begin(m, slot, core, row, wellKnown ? Step.fromWellKnown : m.basic ? Step.fromBlocks : Step.fromSlots);
  const { records } = m;
  const parity = config.parity ? privatePort & 1 : Parity.any;
  records[r + Field.subscriber] = command.subscriber;
  records[r + Field.protocol] = tableOf(command.protocol);
  records[r + Field.address] = addressFor(m, command, wellKnown);
  records[r + Field.parity] = parity;
  records[r + Field.filter] = parity === Parity.any ? Filter.none : Filter.parity;
  records[r + Field.wished] = noPort;
  if (want !== null || config.preserve) beginWishes(m, r, command, wellKnown);
  if (m.basic) beginInBlocks(m, r, privatePort, wellKnown);
  else records[r + Field.local] = localSlotsFor(m, core, command);
  return r;
}

/** Where the slots that are reply-local to a core stand. Where ports are not hashed all slots are alike, and none counts. */
function localSlotsFor(m: PortMemory, core: number, command: Allocate): number {
  if (command.protocol === "icmp") return m.noSlotsAt;
  const flow = replyHash(m, command.protocol, command.remote, command.remotePort, command.address) & m.hashMask;
  return (flow * m.cores + core) * m.slotWords;
}

function beginWishes(m: PortMemory, r: number, command: Allocate, wellKnown: boolean): void {
  const { records, config } = m;
  const { want, privatePort, typePort } = command;
  if (want !== null && "port" in want) {
    records[r + Field.wished] = possible(m, r, want.port, wellKnown) ? want.port : neverGiven;
    records[r + Field.must] = 1;
    return;
  }
  if (want !== null) {
    records[r + Field.filter] = Filter.range;
    records[r + Field.low] = want.low;
    records[r + Field.high] = want.high;
  }
  if (!config.preserve) return;
  const kept = typePort !== 0 ? typePort : privatePort;
  if (want !== null && (kept < want.low || kept > want.high)) return;
  if (possible(m, r, kept, wellKnown)) records[r + Field.wished] = kept;
  records[r + Field.must] = 0;
}

function beginInBlocks(m: PortMemory, r: number, privatePort: number, wellKnown: boolean): void {
  const { records } = m;
  records[r + Field.block] = -1;
  if (!m.fixedPorts || wellKnown) return;
  // The one port computed for the private port, whatever is wished or admitted.
  const ofBlock = portsPerBlock(m.config);
  records[r + Field.wished] = m.low + firstBlock(m, records[r + Field.subscriber]) * ofBlock + (privatePort % (ofBlock * m.blocksMax));
  records[r + Field.must] = 1;
}

/** Position of the address that serves the request, or `anyAddress` where all may. */
function addressFor(m: PortMemory, command: Allocate, wellKnown: boolean): number {
  if (m.deterministic) return Math.floor(command.subscriber / m.ratio);
  if (command.address === anyAddress && wellKnown) return command.subscriber % m.addresses;
  return command.address;
}

/** Whether a port can be given at all under this request's table and parity; for blocks that are computed, also whether it is the subscriber's. */
function possible(m: PortMemory, r: number, port: number, wellKnown: boolean): boolean {
  const { records, shape } = m;
  const parity = records[r + Field.parity];
  if (parity !== Parity.any && (port & 1) !== parity) return false;
  if (wellKnown) return port >= m.wellKnownLow && port < m.wellKnownLow + m.wellKnownPorts;
  const code = codeOfPort(shape, port);
  if (code === noCode) return false;
  if (!m.deterministic) return true;
  const block = shape.groupOf[code >>> 5];
  const first = firstBlock(m, records[r + Field.subscriber]);
  return block >= first && block < first + m.blocksMax;
}

/** Hash of the reply with port 0: from the remote endpoint to the NAT address. */
function replyHash(m: PortMemory, protocol: Protocol, remote: number, remotePort: number, address: number): number {
  const addresses = m.remoteHash[remote] ^ m.natHash[address];
  return protocol === "icmp" ? addresses : addresses ^ m.toeplitz.sourcePort(remotePort, m.family);
}

/** The question which core gets a reply: the hash is worked out here, its port's part included. */
export function beginReplyCore(m: PortMemory, r: number, command: ReplyCore): void {
  const hash = replyHash(m, command.protocol, command.remote, command.remotePort, command.address);
  m.records[r + Field.hash] = command.protocol === "icmp" ? hash : hash ^ m.toeplitz.destinationPort(command.port, m.family);
}
