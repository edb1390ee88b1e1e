/** A packet in the record of its operation: how it is set down, and how it leaves. */
import { Outcome } from "../../spec/nat-session/terms.ts";
import * as side from "../../spec/side.ts";
import type { Moved } from "../../spec/side.ts";
import { changedPorts, correctedIp, correctedTransport, ipChecksum, transportChecksum } from "./checksum.ts";
import { bucketOf, makeKey } from "./keys.ts";
import type { NatMemory } from "./memory.ts";
import * as words from "./words.ts";

const { Next } = side;
const { Direction, Field, From, Row, Step } = words;

/** A packet begins: its tuple, the checksums that it comes with, its direction, key and bucket. `protocol` is a position; `from` subscriber + 1, 0 for the outside. */
export function beginPacket(m: NatMemory, r: number, protocol: number, from: number, source: number, sourcePort: number, destination: number, destinationPort: number, salt: number): void {
  const { records } = m;
  const natDestination = m.natPosition(destination);
  records[r + Field.step] = Step.enter;
  records[r + Field.protocol] = protocol;
  records[r + Field.from] = from;
  records[r + Field.sourceAddress] = source;
  records[r + Field.sourcePort] = sourcePort;
  records[r + Field.destinationAddress] = destination;
  records[r + Field.destinationPort] = destinationPort;
  records[r + Field.salt] = salt;
  records[r + Field.ipSum] = ipChecksum(protocol, salt, source, destination);
  records[r + Field.transportSum] = transportChecksum(protocol, salt, source, sourcePort, destination, destinationPort);
  records[r + Field.direction] = from === 0 ? Direction.inbound : natDestination > 0 ? Direction.hairpin : Direction.outbound;
  records[r + Field.held] = 0;
  if (from !== 0) makeKey(m, records, r + Field.key, From.inside, from, protocol + 1, sourcePort, destination, destinationPort);
  else makeKey(m, records, r + Field.key, From.outside, natDestination, protocol + 1, destinationPort, source, sourcePort);
  if (m.handsOver) records[r + Field.bucket] = bucketOf(m, records, r + Field.key);
}

/** The packet of the structure's session leaves translated: outbound its source, inbound its destination, in hairpin both are others (NAT-20). */
export function forward(m: NatMemory, r: number, object: number, moved: Moved): void {
  const { mem, records } = m;
  const row = m.row(object);
  let source = records[r + Field.sourceAddress];
  let sourcePort = records[r + Field.sourcePort];
  let destination = records[r + Field.destinationAddress];
  let destinationPort = records[r + Field.destinationPort];
  let receiver = 0;
  if (records[r + Field.direction] === Direction.inbound) receiver = row;
  else {
    source = m.natNumbers[mem[row + Row.natAddress] - 1];
    sourcePort = mem[row + Row.natPort];
    if (records[r + Field.direction] === Direction.hairpin) receiver = m.row(mem[row + Row.partner] - 1);
  }
  records[r + Field.receiver] = 0;
  if (receiver !== 0) {
    records[r + Field.receiver] = mem[receiver + Row.subscriber];
    destination = m.subscriberNumbers[mem[receiver + Row.subscriber] - 1];
    destinationPort = mem[receiver + Row.privatePort];
  }
  records[r + Field.sentFromAddress] = source;
  records[r + Field.sentFromPort] = sourcePort;
  records[r + Field.sentToAddress] = destination;
  records[r + Field.sentToPort] = destinationPort;
  moved.yields = records[r + Field.operation];
  answerSent(m, r, Outcome.forwarded, moved);
}

/** The packet leaves as it is. */
export function pass(m: NatMemory, r: number, moved: Moved): void {
  const { records } = m;
  records[r + Field.sentFromAddress] = records[r + Field.sourceAddress];
  records[r + Field.sentFromPort] = records[r + Field.sourcePort];
  records[r + Field.sentToAddress] = records[r + Field.destinationAddress];
  records[r + Field.sentToPort] = records[r + Field.destinationPort];
  answerSent(m, r, Outcome.passed, moved);
}

function answerSent({ records }: NatMemory, r: number, code: number, moved: Moved): void {
  const protocol = records[r + Field.protocol];
  const source = records[r + Field.sourceAddress];
  const destination = records[r + Field.destinationAddress];
  const toSource = records[r + Field.sentFromAddress];
  const toDestination = records[r + Field.sentToAddress];
  const ports = changedPorts(records[r + Field.sourcePort], records[r + Field.sentFromPort], records[r + Field.destinationPort], records[r + Field.sentToPort]);
  const { outcome } = moved;
  outcome.push(code);
  outcome.push(toSource);
  outcome.push(records[r + Field.sentFromPort]);
  outcome.push(toDestination);
  outcome.push(records[r + Field.sentToPort]);
  outcome.push(correctedIp(records[r + Field.ipSum], source, toSource, destination, toDestination));
  outcome.push(correctedTransport(protocol, records[r + Field.transportSum], source, toSource, destination, toDestination, ports));
  moved.next = Next.done;
}

/** The operation ends with a bare answer. */
export function answer(code: number, moved: Moved): void {
  moved.outcome.push(code);
  moved.next = Next.done;
}
/** It ends with an answer and a number. */
export function answerWith(code: number, value: number, moved: Moved): void {
  moved.outcome.push(code);
  moved.outcome.push(value);
  moved.next = Next.done;
}
