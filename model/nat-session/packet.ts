/** A packet as the rules speak of it, and as bytes for its checksums. */
import { protocolNumbers, protocols, type Match, type NatConfig, type NatRule } from "../../spec/nat-session/terms.ts";

/** Addresses are unsigned 32-bit numbers; `protocol` is a position in `protocols`; `from` is subscriber + 1, 0 for the outside. */
export interface Packet {
  readonly protocol: number;
  readonly from: number;
  readonly sourceAddress: number;
  readonly sourcePort: number;
  readonly destinationAddress: number;
  readonly destinationPort: number;
  readonly salt: number;
}

/** "192.0.2.1" as an unsigned number. */
export function addressNumber(text: string): number {
  return text.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** Core that a packet belongs to by the table as it stands. */
export function rightCore(config: NatConfig, table: (bucket: number) => number, packet: Packet): number {
  const domain = packet.from === 0 ? 0 : config.subscribers[packet.from - 1].domain + 1;
  return table(bucketOf(packet, domain, config.table.length));
}
export function bucketOf(packet: Packet, domain: number, buckets: number): number {
  const sum = packet.protocol + packet.sourceAddress + 3 * packet.destinationAddress + 5 * packet.sourcePort + 7 * packet.destinationPort + 11 * domain;
  return (sum % 2 ** 32) % buckets;
}

/** What the rules of one direction say of a packet (NAT-1). */
export function decided(rules: readonly NatRule[], direction: "outbound" | "inbound", packet: Packet): "permit" | "deny" | "nothing" {
  for (const rule of rules) {
    if (rule.direction !== direction && rule.direction !== "both") continue;
    if (covers(rule.source, packet.sourceAddress, packet.sourcePort) && covers(rule.destination, packet.destinationAddress, packet.destinationPort)) return rule.action;
  }
  return "nothing";
}
function covers(match: Match | null, address: number, port: number): boolean {
  if (match === null) return true;
  const rest = 2 ** (32 - match.bits);
  return Math.floor(address / rest) === Math.floor(addressNumber(match.address) / rest) && port >= match.low && port <= match.high;
}

/** The IP and the transport checksum of a packet, summed over all of its bytes (NAT-20). */
export function checksums(packet: Packet): { readonly ip: number; readonly transport: number } {
  const body = transportBytes(packet, 0);
  const header = [0x45, 0, ...word(20 + body.length), ...word(packet.salt), 0, 0, 64, protocolNumbers[packet.protocol], 0, 0, ...addresses(packet)];
  const protocol = protocols[packet.protocol];
  const pseudo = protocol === "icmp" ? [] : [...addresses(packet), 0, protocolNumbers[packet.protocol], ...word(body.length)];
  const sum = checksum([...pseudo, ...body]);
  const transport = protocol !== "udp" ? sum : packet.salt === 0 ? 0 : sum === 0 ? 0xffff : sum;
  return { ip: checksum(header), transport };
}
function transportBytes(packet: Packet, sum: number): number[] {
  const ports = [...word(packet.sourcePort), ...word(packet.destinationPort)];
  const payload = word(packet.salt);
  switch (protocols[packet.protocol]) {
    case "tcp":
      return [...ports, 0, 0, ...word(packet.salt), 0, 0, 0, 0, 0x50, 0x10, 0x20, 0, ...word(sum), 0, 0, ...payload];
    case "udp":
      return [...ports, ...word(10), ...word(sum), ...payload];
    default:
      return [8, 0, ...word(sum), ...word(packet.from === 0 ? packet.destinationPort : packet.sourcePort), ...word(packet.salt), ...payload];
  }
}
function addresses(packet: Packet): number[] {
  return [...word(Math.floor(packet.sourceAddress / 65536)), ...word(packet.sourceAddress % 65536), ...word(Math.floor(packet.destinationAddress / 65536)), ...word(packet.destinationAddress % 65536)];
}
function word(value: number): number[] {
  return [value >> 8, value & 255];
}
/** The complement of the one's complement sum of 16-bit words. */
function checksum(bytes: readonly number[]): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += bytes[at] * 256 + bytes[at + 1];
  while (sum > 65535) sum = (sum % 65536) + Math.floor(sum / 65536);
  return 65535 - sum;
}
