/** Internet checksums: of a packet as it comes in, and corrected for what a translation changes (RFC 1624), without a look at the rest. */

/** Positions of the protocols. */
const tcp = 0;
const udp = 1;
/** Protocol numbers, and lengths of header and payload, by position of the protocol. */
const numbers = [6, 17, 1] as const;
const lengths = [22, 10, 10] as const;

/** Words of both protocols' headers that never change: TCP offset and flags, and window; UDP length; ICMP type. */
const fixed = [0x5010 + 0x2000, 10, 0x0800] as const;

function folded(sum: number): number {
  const once = (sum & 0xffff) + (sum >>> 16);
  return (once & 0xffff) + (once >>> 16);
}
function halves(word: number): number {
  return (word >>> 16) + (word & 0xffff);
}

/** Checksum of the IPv4 header of a packet. */
export function ipChecksum(protocol: number, salt: number, source: number, destination: number): number {
  return ~folded(0x4500 + 20 + lengths[protocol] + salt + (64 << 8) + numbers[protocol] + halves(source) + halves(destination)) & 0xffff;
}

/** Checksum of its transport header and payload; 0 for a UDP packet that has none. */
export function transportChecksum(protocol: number, salt: number, source: number, sourcePort: number, destination: number, destinationPort: number): number {
  if (protocol === udp && salt === 0) return 0;
  // Salt stands twice: as sequence number and payload, for UDP as payload only. Of an echo's two ports one is 0 and the other its identifier.
  let sum = fixed[protocol] + sourcePort + destinationPort + (protocol === udp ? salt : 2 * salt);
  if (protocol === tcp || protocol === udp) sum += halves(source) + halves(destination) + numbers[protocol] + lengths[protocol];
  return written(protocol, ~folded(sum) & 0xffff);
}

/** A computed 0 is written as 0xffff in UDP, where 0 says that there is none. */
function written(protocol: number, checksum: number): number {
  return protocol === udp && checksum === 0 ? 0xffff : checksum;
}

/** What the change of a 32-bit word, or of one of 16, adds to the sum that a checksum is the complement of. */
function changed(from: number, to: number): number {
  return from === to ? 0 : halves(~from) + halves(to);
}
function changedPort(from: number, to: number): number {
  return from === to ? 0 : (~from & 0xffff) + to;
}

/** The header's checksum after a change of addresses. */
export function correctedIp(checksum: number, source: number, toSource: number, destination: number, toDestination: number): number {
  return ~folded((~checksum & 0xffff) + changed(source, toSource) + changed(destination, toDestination)) & 0xffff;
}

/** The same of the addresses in the pseudo header, of which an echo has none; `none` of UDP stays none. */
export function correctedTransport(protocol: number, checksum: number, source: number, toSource: number, destination: number, toDestination: number, ports: number): number {
  if (protocol === udp && checksum === 0) return 0;
  let sum = (~checksum & 0xffff) + ports;
  if (protocol === tcp || protocol === udp) sum += changed(source, toSource) + changed(destination, toDestination);
  return written(protocol, ~folded(sum) & 0xffff);
}

/** What a change of ports adds, for `correctedTransport`. */
export function changedPorts(source: number, toSource: number, destination: number, toDestination: number): number {
  return changedPort(source, toSource) + changedPort(destination, toDestination);
}
