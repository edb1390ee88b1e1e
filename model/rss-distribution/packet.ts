/** A packet as the distributor sees it: its inner headers, what of them can be seen, and its hash (RSS-1, RSS-8, RSS-15). */
import type { Headers } from "../../spec/rss-distribution/composed.ts";
import { protocols, type Packet, type RssConfig } from "../../spec/rss-distribution/terms.ts";
import { inputBytesMax, toeplitz, writeTuple } from "../toeplitz.ts";
import type { RssState } from "./state.ts";

/** The headers that decide. */
export interface Tuple {
  /** Position in `protocols`. */
  readonly protocol: number;
  /** Positions in `addresses`; -1: none of them. */
  readonly source: number;
  readonly destination: number;
  readonly sourceBytes: ArrayLike<number>;
  readonly destinationBytes: ArrayLike<number>;
  readonly sourcePort: number;
  readonly destinationPort: number;
}
/** A packet at the distributor. */
export interface Arriving {
  /** -1: none of the configuration's. */
  readonly flow: number;
  readonly tuple: Tuple;
  readonly protocolSeen: boolean;
  readonly portsSeen: boolean;
  readonly withExtensions: boolean;
  readonly encapsulated: boolean;
  readonly card: number;
  readonly cost: number;
  /** -1: none. */
  readonly tag: number;
  readonly carried: Packet["carried"];
}

/** Flow 2i is conversation i, flow 2i + 1 the other way. */
export function tupleOfFlow({ config, addresses }: RssState, flow: number): Tuple {
  const { protocol, source, destination, sourcePort, destinationPort } = config.conversations[flow >> 1];
  const there = { protocol: protocols.indexOf(protocol), source, destination, sourceBytes: addresses[source], destinationBytes: addresses[destination], sourcePort, destinationPort };
  return flow % 2 === 0 ? there : reversed(there);
}
/** Source and destination exchanged. */
export function reversed({ protocol, source, destination, sourceBytes, destinationBytes, sourcePort, destinationPort }: Tuple): Tuple {
  return { protocol, source: destination, destination: source, sourceBytes: destinationBytes, destinationBytes: sourceBytes, sourcePort: destinationPort, destinationPort: sourcePort };
}

/** The headers that a packet of a node brings with it. */
export function tupleOfHeaders({ addresses }: RssState, { protocol, sourceAddress, destinationAddress, sourcePort, destinationPort }: Headers): Tuple {
  const sourceBytes = bytesOf(sourceAddress);
  const destinationBytes = bytesOf(destinationAddress);
  return { protocol, source: positionOf(sourceBytes, addresses), destination: positionOf(destinationBytes, addresses), sourceBytes, destinationBytes, sourcePort, destinationPort };
}
function positionOf(address: readonly number[], addresses: readonly Uint8Array[]): number {
  return addresses.findIndex((known) => known.length === 4 && known[0] === address[0] && known[1] === address[1] && known[2] === address[2] && known[3] === address[3]);
}
function bytesOf(address: number): number[] {
  return [address >>> 24, (address >>> 16) & 255, (address >>> 8) & 255, address & 255];
}

function hasPorts({ protocol }: Tuple): boolean {
  return protocols[protocol] === "tcp" || protocols[protocol] === "udp";
}

/** A packet without anything beside its headers. */
export function plainPacket(flow: number, tuple: Tuple): Arriving {
  return { flow, tuple, protocolSeen: true, portsSeen: hasPorts(tuple), withExtensions: false, encapsulated: false, card: 0, cost: 1, tag: -1, carried: null };
}
/** The packet of a command. RSS-15: the chain may end before the protocol; profile `patent` does not look into it at all. */
export function packetOf(state: RssState, command: Packet): Arriving {
  const { flow, extensions, card, cost, carried } = command;
  const tuple = tupleOfFlow(state, flow);
  const withExtensions = extensions.length > 0;
  const protocolSeen = !(state.patent && withExtensions) && !extensions.includes("encrypted") && !extensions.includes("none");
  const portsSeen = protocolSeen && hasPorts(tuple) && !command.fragment && !extensions.includes("fragment");
  return { flow, tuple, protocolSeen, portsSeen, withExtensions, encapsulated: command.outer !== null, card, cost, tag: command.tag ?? -1, carried };
}

/** Written anew for each hash. */
const input = new Uint8Array(inputBytesMax);
/** RSS-1: over the addresses and, where they can be seen, the ports. Unsigned. */
export function hashOf({ windows }: RssState, { sourceBytes, destinationBytes, sourcePort, destinationPort }: Tuple, withPorts: boolean): number {
  const length = writeTuple(input, sourceBytes, destinationBytes, withPorts ? sourcePort : -1, destinationPort);
  return toeplitz(windows, input, length);
}
/** The bucket of a flow: that of its plain packets. */
export function bucketOfFlow(state: RssState, flow: number): number {
  return bucketOfPlain(state, tupleOfFlow(state, flow));
}
/** The bucket of a plain packet with these headers. */
export function bucketOfPlain(state: RssState, tuple: Tuple): number {
  return state.bucketOf(hashOf(state, tuple, hasPorts(tuple)));
}

/** Position of a pair of addresses among the entries of its column, either way round. */
export function pairOf({ addresses }: RssConfig, { source, destination }: Tuple): number {
  return Math.min(source, destination) * addresses.length + Math.max(source, destination);
}
