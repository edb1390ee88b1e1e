/** How packets become records: headers by flow of the configuration, or brought along as numbers. */
import type { Headers } from "../../spec/rss-distribution/composed.ts";
import { How, protocols, type Extension, type Packet, type ReplyCore } from "../../spec/rss-distribution/terms.ts";
import { hashOf, hashOfNumbers } from "./hash.ts";
import type { RssMemory } from "./memory.ts";
import * as words from "./words.ts";

const { Field, Seen, Step } = words;
const icmp = protocols.indexOf("icmp");
const none = -1;

/** Begins the row of a packet that is neither carried, tagged nor encapsulated; its headers follow. */
function beginPlain({ records }: RssMemory, r: number, origin: number, flow: number): void {
  records[r + Field.step] = Step.decide;
  records[r + Field.origin] = origin;
  records[r + Field.flow] = flow;
  records[r + Field.sequence] = 0;
  records[r + Field.hash] = 0;
  records[r + Field.how] = How.otherwise;
  records[r + Field.cost] = 1;
  records[r + Field.times] = 0;
  records[r + Field.card] = 0;
  records[r + Field.carriedNode] = none;
  records[r + Field.tag] = none;
}

/** A packet of a flow, with everything that its command says. */
export function beginPacket(m: RssMemory, slot: number, r: number, command: Packet): void {
  const { records } = m;
  beginPlain(m, r, slot, command.flow);
  beginHeaders(m, r, command.flow);
  if (command.outer !== null) records[r + Field.step] = Step.unwrap;
  if (command.fragment) records[r + Field.seen] &= ~Seen.ports;
  for (const extension of command.extensions) records[r + Field.seen] &= seenBehind(m, extension);
  records[r + Field.cost] = command.cost;
  records[r + Field.card] = command.card;
  if (command.carried !== null) {
    records[r + Field.carriedNode] = command.carried.node;
    records[r + Field.carriedHash] = command.carried.hash;
  }
  if (command.tag !== null) records[r + Field.tag] = command.tag;
}

/** What can still be seen behind an extension header (RSS-15). */
function seenBehind(m: RssMemory, extension: Extension): number {
  if (m.seesNoExtensions || extension === "encrypted" || extension === "none") return 0;
  return extension === "fragment" ? Seen.protocol : Seen.protocol | Seen.ports;
}

/** A plain packet that brings its headers along, as a part of a larger system. */
export function beginOwnHeaders(m: RssMemory, slot: number, r: number, headers: Headers): void {
  const { addresses, records } = m;
  beginPlain(m, r, slot, none);
  beginTuple(m, r, headers.protocol, addresses.position(headers.sourceAddress), headers.sourcePort, addresses.position(headers.destinationAddress), headers.destinationPort);
  records[r + Field.isIpv6] = 0;
  records[r + Field.addressHash] = hashOfNumbers(m.toeplitz, headers.sourceAddress, headers.destinationAddress);
}

/** The reply of a flow whose source was translated: a plain packet from its destination. */
export function beginReply(m: RssMemory, r: number, { flow, address, port }: ReplyCore): void {
  const { records } = m;
  beginHeaders(m, r, flow);
  const source = records[r + Field.destination];
  const sourcePort = records[r + Field.destinationPort];
  beginTuple(m, r, records[r + Field.protocol], source, sourcePort, address, port);
  m.records[r + Field.addressHash] = m.addresses.asSource[source] ^ m.addresses.asDestination[address];
}

/** Notes which flows each bucket has; a record that no task has yet serves to hash them. */
export function assignFlows(m: RssMemory): void {
  m.flowsIn = new Int32Array(m.buckets);
  for (let flow = 0; flow < m.flows; flow++) {
    beginHeaders(m, 0, flow);
    m.flowsIn[m.bucketOfHash(hashOf(m, 0))] |= 1 << flow;
  }
}

/** Headers of a flow's plain packets. */
function beginHeaders(m: RssMemory, r: number, flow: number): void {
  const { addresses, records } = m;
  const { protocol, source, destination, sourcePort, destinationPort } = m.config.conversations[flow >> 1];
  const kind = protocols.indexOf(protocol);
  if ((flow & 1) === 0) beginTuple(m, r, kind, source, sourcePort, destination, destinationPort);
  else beginTuple(m, r, kind, destination, destinationPort, source, sourcePort);
  records[r + Field.isIpv6] = addresses.isIpv6[source];
  records[r + Field.addressHash] = addresses.asSource[records[r + Field.source]] ^ addresses.asDestination[records[r + Field.destination]];
}

function beginTuple({ records }: RssMemory, r: number, protocol: number, source: number, sourcePort: number, destination: number, destinationPort: number): void {
  records[r + Field.protocol] = protocol;
  records[r + Field.source] = source;
  records[r + Field.sourcePort] = sourcePort;
  records[r + Field.destination] = destination;
  records[r + Field.destinationPort] = destinationPort;
  records[r + Field.seen] = protocol === icmp ? Seen.protocol : Seen.protocol | Seen.ports;
}
