/**
 * Packets as bytes: what `spec/nat-session/stages.ts` says of a packet, put on a wire and read back. An echo is sent as a request from the inside and as a
 * reply from the outside, as hosts do; what is read back is told as the rules do, with the checksum it would have as a request.
 */
import { protocolNumbers, protocols, type Protocol } from "../../spec/nat-session/terms.ts";

/** An IPv4 address (unsigned 32-bit) and a port. */
export interface Endpoint {
  readonly address: number;
  readonly port: number;
}
export interface Packet {
  readonly protocol: Protocol;
  readonly source: Endpoint;
  readonly destination: Endpoint;
  readonly salt: number;
}
/** A packet read back. The checksums are those that stand in it; `intact`: nothing but addresses and ports differs from what was sent. */
export interface Received extends Packet {
  readonly ip: number;
  readonly transport: number;
  readonly intact: boolean;
}

/** A router takes one from the time to live, and the rules speak of 64. */
const ttlSent = 65;
const ttlSeen = 64;
const headerBytes: { readonly [P in Protocol]: number } = { tcp: 20, udp: 8, icmp: 8 };
const checksumAt: { readonly [P in Protocol]: number } = { tcp: 36, udp: 26, icmp: 22 };
const echo = { request: 8, reply: 0 } as const;

/** Address of a dotted quad. */
export function addressOf(text: string): number {
  return text.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}
/** `203.0.113.1:1024` */
export function endpointText({ address, port }: Endpoint): string {
  return `${[24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join(".")}:${port}`;
}

function sum(bytes: Uint8Array, from: number, to: number, start = 0): number {
  let total = start;
  for (let at = from; at < to; at += 2) total += bytes[at] * 256 + bytes[at + 1];
  while (total > 0xffff) total = (total & 0xffff) + Math.floor(total / 0x1_0000);
  return total;
}
function transportSum(bytes: Uint8Array, protocol: Protocol): number {
  const pseudo = protocol === "icmp" ? 0 : sum(bytes, 12, 20) + bytes[9] + (bytes.length - 20);
  return sum(bytes, 20, bytes.length, pseudo);
}

/** The bytes to write. Of an echo the port of `inside`'s end is the identifier. */
export function build(packet: Packet, fromInside: boolean): Buffer {
  const { protocol, source, destination, salt } = packet;
  const bytes = Buffer.alloc(20 + headerBytes[protocol] + 2);
  bytes[0] = 0x45;
  bytes.writeUInt16BE(bytes.length, 2);
  bytes.writeUInt16BE(salt, 4);
  bytes[8] = ttlSent;
  bytes[9] = protocolNumbers[protocols.indexOf(protocol)];
  bytes.writeUInt32BE(source.address, 12);
  bytes.writeUInt32BE(destination.address, 16);
  bytes.writeUInt16BE(0xffff - sum(bytes, 0, 20), 10);
  if (protocol === "icmp") {
    bytes[20] = fromInside ? echo.request : echo.reply;
    bytes.writeUInt16BE(fromInside ? source.port : destination.port, 24);
    bytes.writeUInt16BE(salt, 26);
  } else {
    bytes.writeUInt16BE(source.port, 20);
    bytes.writeUInt16BE(destination.port, 22);
    if (protocol === "udp") bytes.writeUInt16BE(10, 24);
    else {
      bytes.writeUInt32BE(salt, 24);
      bytes.writeUInt32BE(0x50102000, 32);
    }
  }
  bytes.writeUInt16BE(salt, bytes.length - 2);
  if (protocol === "udp" && salt === 0) return bytes;
  const check = 0xffff - transportSum(bytes, protocol);
  bytes.writeUInt16BE(check === 0 && protocol === "udp" ? 0xffff : check, checksumAt[protocol]);
  return bytes;
}

/** A packet from its bytes; undefined for what none of ours can have become. */
export function parse(bytes: Uint8Array): Received | undefined {
  const view = Buffer.from(bytes);
  const protocol = protocols[protocolNumbers.indexOf(view[9] as (typeof protocolNumbers)[number])];
  if (view.length < 30 || protocol === undefined || view.length !== 22 + headerBytes[protocol]) return undefined;
  const salt = view.readUInt16BE(view.length - 2);
  const id = view.readUInt16BE(24);
  const asked = view[20] === echo.request;
  const source = { address: view.readUInt32BE(12), port: protocol !== "icmp" ? view.readUInt16BE(20) : asked ? id : 0 };
  const destination = { address: view.readUInt32BE(16), port: protocol !== "icmp" ? view.readUInt16BE(22) : asked ? 0 : id };
  const packet: Packet = { protocol, source, destination, salt };
  const checksum = view.readUInt16BE(checksumAt[protocol]);
  return { ...packet, ip: view.readUInt16BE(10), transport: protocol === "icmp" && !asked ? asRequest(checksum) : checksum, intact: equal(view, expected(packet, protocol !== "icmp" || asked)) };
}
/** The packet as it would have been sent with these endpoints, where a router has passed it on. */
function expected(packet: Packet, fromInside: boolean): Buffer {
  const bytes = build(packet, fromInside);
  bytes[8] = ttlSeen;
  return bytes;
}
/** Compares all but the checksums, which are told by themselves. */
function equal(a: Buffer, b: Buffer): boolean {
  const at = checksumAt[protocols[protocolNumbers.indexOf(a[9] as (typeof protocolNumbers)[number])]];
  return a.length === b.length && a.every((byte, position) => byte === b[position] || position === 10 || position === 11 || position === at || position === at + 1);
}
/** The checksum an echo reply would have as a request: its type counts 0x0800 more (RFC 1624). */
function asRequest(checksum: number): number {
  const total = 0xffff - checksum + echo.request * 256;
  return 0xffff - (total > 0xffff ? total - 0xffff : total);
}
