/** How commands become records: everything that does not change while the operation runs is worked out here, once. */
import { portsPerBlock } from "../../spec/port-allocation/geometry.ts";
import { tableOf, type Allocate, type ReplyCore } from "../../spec/port-allocation/terms.ts";
import { firstBlock } from "./blocks.ts";
import type { PortMemory } from "./memory.ts";
import { Field, Filter, recordWords, type Row, type Step } from "./record.ts";
import { noCode, Parity } from "./shape.ts";

/** Begins any row; returns the index of its record. */
export function begin(m: PortMemory, slot: number, core: number, row: (typeof Row)[keyof typeof Row], step: (typeof Step)[keyof typeof Step]): number {
  const { records } = m;
  const r = slot * recordWords;
  records[r + Field.slot] = slot;
  records[r + Field.core] = core;
  records[r + Field.row] = row;
  records[r + Field.step] = step;
  records[r + Field.handle] = -1;
  records[r + Field.done] = 0;
  records[r + Field.collected] = 0;
  return r;
}

/** The wishes of an allocation. */
export function beginAllocate(m: PortMemory, r: number, command: Allocate): void {
  const { records, config } = m;
  const { want, privatePort, typePort } = command;
  const patent = m.setup.profile === "patent";
  const wellKnown = m.wellKnownPorts > 0 && privatePort < 1024;
  const exact = want !== null && "port" in want ? want.port : -1;
  const low = want !== null && "low" in want ? want.low : 0;
  const high = want !== null && "low" in want ? want.high : 0xffff;
  const parity = !config.parity ? Parity.any : (privatePort & 1) === 0 ? Parity.even : Parity.odd;
  const kept = config.preserve ? (typePort !== 0 ? typePort : privatePort) : -1;
  records[r + Field.subscriber] = command.subscriber;
  records[r + Field.protocol] = tableOf(command.protocol);
  records[r + Field.address] = addressFor(m, command, wellKnown);
  records[r + Field.wellKnown] = wellKnown ? 1 : 0;
  records[r + Field.parity] = parity;
  records[r + Field.low] = low;
  records[r + Field.high] = high;
  records[r + Field.filter] = low > m.low || high < m.high ? Filter.range : parity !== Parity.any ? Filter.parity : Filter.none;
  records[r + Field.block] = -1;
  records[r + Field.count] = command.count;
  if (m.deterministic && patent && !wellKnown) {
    // The one port computed for the private port, whatever is wished or admitted.
    records[r + Field.exact] = fixedPort(m, command.subscriber, privatePort);
    records[r + Field.liked] = -1;
    return;
  }
  records[r + Field.exact] = exact < 0 ? -1 : possible(m, r, exact) ? exact : -2;
  records[r + Field.liked] = exact < 0 && kept >= low && kept <= high && possible(m, r, kept) ? kept : -1;
  if (!m.basic) setHash(m, r, command.protocol === "icmp", command.remote, command.remotePort, command.address);
}

function fixedPort(m: PortMemory, subscriber: number, privatePort: number): number {
  const ofBlock = portsPerBlock(m.config);
  return m.low + firstBlock(m, subscriber) * ofBlock + (privatePort % (ofBlock * m.blocksMax));
}

/** Position of the address that serves the request, or -1 where all may. */
function addressFor(m: PortMemory, command: Allocate, wellKnown: boolean): number {
  if (m.deterministic) return Math.floor(command.subscriber / m.ratio);
  if (command.address < 0 && wellKnown) return command.subscriber % m.addresses;
  return command.address;
}

/** Whether a port can be given at all under this request's table and parity; for blocks that are computed, also whether it is the subscriber's. */
function possible(m: PortMemory, r: number, port: number): boolean {
  const { records, shape } = m;
  const parity = records[r + Field.parity];
  if (parity !== Parity.any && (port & 1) !== parity) return false;
  if (records[r + Field.wellKnown] === 1) return port >= m.wellKnownLow && port < m.wellKnownLow + m.wellKnownPorts;
  if (port < m.low || port > m.high || shape.codeOf[port - m.low] === noCode) return false;
  if (!m.deterministic) return true;
  const block = shape.groupOf[shape.codeOf[port - m.low] >>> 5];
  const first = firstBlock(m, records[r + Field.subscriber]);
  return block >= first && block < first + m.blocksMax;
}

/** Hash of the reply with port 0: from the remote endpoint to the NAT address. */
function setHash(m: PortMemory, r: number, icmp: boolean, remote: number, remotePort: number, address: number): void {
  const { records } = m;
  const addresses = m.remoteHash[remote] ^ m.natHash[address];
  records[r + Field.hash] = icmp ? addresses : addresses ^ m.toeplitz.sourcePort(remotePort, m.family);
  records[r + Field.icmp] = icmp ? 1 : 0;
}

/** The question which core gets a reply: the hash is worked out here, its port's part included. */
export function beginReplyCore(m: PortMemory, r: number, command: ReplyCore): void {
  const icmp = command.protocol === "icmp";
  setHash(m, r, icmp, command.remote, command.remotePort, command.address);
  if (!icmp) m.records[r + Field.hash] ^= m.toeplitz.destinationPort(command.port, m.family);
}
