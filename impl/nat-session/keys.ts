/** Keys of sessions: how they are made, hashed, compared with structures, and which bucket of the distributor a packet that looks one up belongs to. */
import type { Surroundings } from "./composed.ts";
import type { NatMemory } from "./memory.ts";
import * as words from "./words.ts";

const { From, Key, Row } = words;

/** Puts a key together and hashes it. `side` of `From`; the rest as in `Key`. */
export function makeKey(m: NatMemory, keys: Int32Array, at: number, side: number, party: number, protocol: number, port: number, remoteAddress: number, remotePort: number): void {
  keys[at + Key.side] = side;
  keys[at + Key.party] = party;
  keys[at + Key.protocol] = protocol;
  keys[at + Key.port] = port;
  keys[at + Key.remoteAddress] = remoteAddress;
  keys[at + Key.remotePort] = remotePort;
  const hash = stirred(stirred(stirred(m.seed, (side << 24) | (party << 8) | protocol), (port << 16) | remotePort), remoteAddress);
  keys[at + Key.hash] = hash ^ (hash >>> 15);
}

/** Hash of an endpoint, internal or external, and protocol. */
export function endpointHash(m: NatMemory, party: number, protocol: number, port: number): number {
  const hash = stirred(stirred(m.seed, party * 4 + protocol), port);
  return hash ^ (hash >>> 15);
}

function stirred(hash: number, word: number): number {
  const mixed = Math.imul(hash ^ word, 0x9e3779b1);
  return mixed ^ (mixed >>> 16);
}

/** The key of a structure on one side. */
export function keyOf(m: NatMemory, keys: Int32Array, at: number, object: number, side: number): void {
  const { mem } = m;
  const row = m.row(object);
  const party = mem[row + (side === From.inside ? Row.subscriber : Row.natAddress)];
  const port = mem[row + (side === From.inside ? Row.privatePort : Row.natPort)];
  makeKey(m, keys, at, side, party, mem[row + Row.protocol], port, mem[row + Row.remoteAddress], mem[row + Row.remotePort]);
  keys[at + Key.ref] = object * 2 + side;
}

/** Both keys of a session into `m.keys`: outbound and inbound, or in hairpin the outbound ones of lead and receiver. */
export function keysOf(m: NatMemory, lead: number): void {
  const partner = m.mem[m.row(lead) + Row.partner];
  keyOf(m, m.keys, 0, lead, From.inside);
  if (partner === 0) keyOf(m, m.keys, Key.words, lead, From.outside);
  else keyOf(m, m.keys, Key.words, partner - 1, From.inside);
}

/** Whether a structure stands under a key. */
export function matches(m: NatMemory, keys: Int32Array, at: number, object: number): boolean {
  const { mem } = m;
  const row = m.row(object);
  const inside = keys[at + Key.side] === From.inside;
  return (
    mem[row + (inside ? Row.privatePort : Row.natPort)] === keys[at + Key.port] &&
    mem[row + Row.remoteAddress] === keys[at + Key.remoteAddress] &&
    mem[row + Row.remotePort] === keys[at + Key.remotePort] &&
    mem[row + (inside ? Row.subscriber : Row.natAddress)] === keys[at + Key.party] &&
    mem[row + Row.protocol] === keys[at + Key.protocol]
  );
}

/** Bucket of the distributor of the packets that look a key up. Only the low bits of the sum count. */
export function bucketOf(m: NatMemory, keys: Int32Array, at: number): number {
  if (m.surroundings !== undefined) return bucketAround(m, m.surroundings, keys, at);
  const party = keys[at + Key.party] - 1;
  const port = keys[at + Key.port];
  const remoteAddress = keys[at + Key.remoteAddress];
  const remotePort = keys[at + Key.remotePort];
  const sum =
    keys[at + Key.side] === From.inside
      ? m.subscriberNumbers[party] + Math.imul(3, remoteAddress) + 5 * port + 7 * remotePort + 11 * (m.domains[party] + 1)
      : remoteAddress + Math.imul(3, m.natNumbers[party]) + 5 * remotePort + 7 * port;
  return (sum + keys[at + Key.protocol] - 1) & (m.buckets - 1);
}

/** The same, asked of the node that this is a part of. */
function bucketAround(m: NatMemory, surroundings: Surroundings, keys: Int32Array, at: number): number {
  const party = keys[at + Key.party] - 1;
  const protocol = keys[at + Key.protocol] - 1;
  const port = keys[at + Key.port];
  const remoteAddress = keys[at + Key.remoteAddress];
  const remotePort = keys[at + Key.remotePort];
  if (keys[at + Key.side] === From.inside) return surroundings.bucketOf(protocol, m.subscriberNumbers[party], port, remoteAddress, remotePort);
  return surroundings.bucketOf(protocol, remoteAddress, remotePort, m.natNumbers[party], port);
}
