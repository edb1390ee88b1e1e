/** From a captured frame to the tuple of its flow, or the reason why it has none. */

/** Why a packet asks for nothing; every packet of a file has one reason or is used. */
export type Unusable = "unknown link type" | "not IP" | "IPv6" | "truncated" | "malformed" | "later fragment" | "other protocol" | "multicast or broadcast";

export interface Segment {
  readonly protocol: "tcp" | "udp" | "icmp";
  /** IPv4 addresses as 32-bit unsigned numbers. */
  readonly source: number;
  readonly destination: number;
  /** Ports; of ICMP the identifier in both places. */
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly syn: boolean;
  readonly fin: boolean;
  readonly rst: boolean;
}

/** Where the network layer begins, or why it does not. */
function networkLayer(linkType: number, frame: Uint8Array): number | Unusable {
  if (linkType === 101 || linkType === 12 || linkType === 228) return 0;
  if (linkType === 0 || linkType === 108) return frame.length < 4 ? "truncated" : 4;
  if (linkType === 113) return frame.length < 16 ? "truncated" : etherType(frame, 14) ? 16 : "not IP";
  if (linkType !== 1) return "unknown link type";
  let at = 12;
  while (at + 2 <= frame.length && isTag(frame, at)) at += 4;
  if (at + 2 > frame.length) return "truncated";
  return etherType(frame, at) ? at + 2 : "not IP";
}
function isTag(frame: Uint8Array, at: number): boolean {
  const type = (frame[at] << 8) | frame[at + 1];
  return type === 0x8100 || type === 0x88a8;
}
function etherType(frame: Uint8Array, at: number): boolean {
  const type = (frame[at] << 8) | frame[at + 1];
  return type === 0x0800 || type === 0x86dd;
}

/** Reads as far as the ports; what lies behind them does not matter here. */
export function segmentOf(linkType: number, frame: Uint8Array): Segment | Unusable {
  const ip = networkLayer(linkType, frame);
  if (typeof ip !== "number") return ip;
  if (frame.length <= ip) return "truncated";
  const version = frame[ip] >> 4;
  if (version === 6) return "IPv6";
  if (version !== 4) return "not IP";
  if (frame.length < ip + 20) return "truncated";
  const headerSize = (frame[ip] & 15) * 4;
  if (headerSize < 20) return "malformed";
  const word = (at: number): number => ((frame[at] << 24) | (frame[at + 1] << 16) | (frame[at + 2] << 8) | frame[at + 3]) >>> 0;
  const half = (at: number): number => (frame[at] << 8) | frame[at + 1];
  if ((half(ip + 6) & 0x1fff) !== 0) return "later fragment";
  const destination = word(ip + 16);
  if (destination >>> 28 === 14 || destination === 0xffffffff) return "multicast or broadcast";
  const source = word(ip + 12);
  const at = ip + headerSize;
  const number = frame[ip + 9];
  if (number === 6) {
    if (frame.length < at + 14) return "truncated";
    const flags = frame[at + 13];
    return { protocol: "tcp", source, destination, sourcePort: half(at), destinationPort: half(at + 2), syn: (flags & 2) !== 0, fin: (flags & 1) !== 0, rst: (flags & 4) !== 0 };
  }
  if (number === 17) {
    if (frame.length < at + 4) return "truncated";
    return { protocol: "udp", source, destination, sourcePort: half(at), destinationPort: half(at + 2), syn: false, fin: false, rst: false };
  }
  if (number === 1) {
    if (frame.length < at + 6) return "truncated";
    // Only echo and its answer have an identifier; errors speak of another flow.
    if (frame[at] !== 8 && frame[at] !== 0) return "other protocol";
    return { protocol: "icmp", source, destination, sourcePort: half(at + 4), destinationPort: half(at + 4), syn: false, fin: false, rst: false };
  }
  return "other protocol";
}

/** `192.168.1.1` of a 32-bit number. */
export function addressText(address: number): string {
  return [address >>> 24, (address >>> 16) & 255, (address >>> 8) & 255, address & 255].join(".");
}
