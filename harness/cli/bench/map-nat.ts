/** A NAT as one would write it with maps of numbers and an object a session: rules, sessions under both keys, mappings that do not depend on the remote, stamps, corrected checksums. One core, one NAT address; what is not for the inside or the outside is dropped. */
import { changedPorts, correctedIp, correctedTransport, ipChecksum, transportChecksum } from "../../../impl/nat-session/checksum.ts";
import { Ints, type Task } from "../../engine/contract.ts";
import { Outcome, type Match, type NatConfig } from "../../../spec/nat-session/terms.ts";
import type { Setup } from "../../../spec/side.ts";
import type { Nat } from "./nat-load.ts";

interface Mapping {
  readonly subscriberAddress: number;
  readonly privatePort: number;
  readonly natPort: number;
}
interface Session {
  readonly mapping: Mapping;
  stamp: number;
}
/** Sessions by remote, then by endpoint: a whole key has more bits than a number holds. The other way round, with as many small maps as endpoints, look-up takes half as long again or more. */
type Table = Map<number, Map<number, Session>>;

interface Side {
  readonly mask: number;
  readonly address: number;
  readonly low: number;
  readonly high: number;
}
interface Rule {
  readonly permits: boolean;
  readonly outbound: boolean;
  readonly inbound: boolean;
  readonly source: Side;
  readonly destination: Side;
}

function numberOf(address: string): number {
  return address.split(".").reduce((sum, part) => (sum << 8) | Number(part), 0);
}
function sideOf(match: Match | null): Side {
  if (match === null) return { mask: 0, address: 0, low: 0, high: 65_535 };
  const mask = match.bits === 0 ? 0 : -1 << (32 - match.bits);
  return { mask, address: numberOf(match.address) & mask, low: match.low, high: match.high };
}
function covers(side: Side, address: number, port: number): boolean {
  return (address & side.mask) === side.address && port >= side.low && port <= side.high;
}
function endpointKey(party: number, protocol: number, port: number): number {
  return (party << 18) | (protocol << 16) | port;
}
function remoteKey(address: number, port: number): number {
  return (address >>> 0) * 65_536 + port;
}
function insert(table: Table, endpoint: number, remote: number, session: Session): void {
  const known = table.get(remote);
  if (known === undefined) table.set(remote, new Map([[endpoint, session]]));
  else known.set(endpoint, session);
}

/** Keeps what the packets it is given make. */
export class MapNat implements Nat {
  readonly #rules: readonly Rule[];
  readonly #natAddress: number;
  readonly #high: number;
  readonly #nowMs: (node: number) => number;
  readonly #outbound: Table = new Map();
  readonly #inbound: Table = new Map();
  readonly #mappings = new Map<number, Mapping>();
  /** Next free port for TCP, and for everything else. */
  readonly #nextPorts: [number, number];
  readonly #outcome = new Ints(8);

  /** The first address of the configuration is the NAT's. */
  constructor({ config, nowMs }: Setup<NatConfig>) {
    this.#rules = config.rules.map(({ action, direction, source, destination }) => ({
      permits: action === "permit",
      outbound: direction !== "inbound",
      inbound: direction !== "outbound",
      source: sideOf(source),
      destination: sideOf(destination),
    }));
    this.#natAddress = numberOf(config.addresses[0]);
    this.#high = config.high;
    this.#nextPorts = [config.low, config.low];
    this.#nowMs = nowMs;
  }

  packet({ body, node }: Task): Ints {
    const [protocol, from, source, sourcePort, destination, destinationPort, salt] = body;
    const ipSum = ipChecksum(protocol, salt, source, destination);
    const transportSum = transportChecksum(protocol, salt, source, sourcePort, destination, destinationPort);
    const outcome = this.#outcome;
    outcome.clear();
    const toNat = destination === this.#natAddress;
    const outbound = from !== 0;
    if (outbound === toNat || !this.#permits(outbound, source, sourcePort, destination, destinationPort)) {
      outcome.push(Outcome.denied);
      return outcome;
    }
    const session = outbound
      ? (this.#outbound.get(remoteKey(destination, destinationPort))?.get(endpointKey(from, protocol, sourcePort)) ?? this.#make(from, protocol, source, sourcePort, destination, destinationPort))
      : this.#inbound.get(remoteKey(source, sourcePort))?.get(endpointKey(1, protocol, destinationPort));
    if (session === undefined) {
      outcome.push(Outcome.unmatched);
      return outcome;
    }
    session.stamp = this.#nowMs(node) + 1;
    const { mapping } = session;
    const toSource = outbound ? this.#natAddress : source;
    const toSourcePort = outbound ? mapping.natPort : sourcePort;
    const toDestination = outbound ? destination : mapping.subscriberAddress;
    const toDestinationPort = outbound ? destinationPort : mapping.privatePort;
    outcome.push(Outcome.forwarded);
    outcome.push(toSource);
    outcome.push(toSourcePort);
    outcome.push(toDestination);
    outcome.push(toDestinationPort);
    outcome.push(correctedIp(ipSum, source, toSource, destination, toDestination));
    outcome.push(correctedTransport(protocol, transportSum, source, toSource, destination, toDestination, changedPorts(sourcePort, toSourcePort, destinationPort, toDestinationPort)));
    return outcome;
  }

  #permits(outbound: boolean, source: number, sourcePort: number, destination: number, destinationPort: number): boolean {
    for (const rule of this.#rules) {
      if (outbound ? !rule.outbound : !rule.inbound) continue;
      if (covers(rule.source, source, sourcePort) && covers(rule.destination, destination, destinationPort)) return rule.permits;
    }
    return false;
  }

  /** A session from the inside; undefined: no port is left. */
  #make(from: number, protocol: number, source: number, sourcePort: number, destination: number, destinationPort: number): Session | undefined {
    const endpoint = endpointKey(from, protocol, sourcePort);
    const mapping = this.#mappings.get(endpoint) ?? this.#map(endpoint, protocol, source, sourcePort);
    if (mapping === undefined) return undefined;
    const session = { mapping, stamp: 0 };
    const remote = remoteKey(destination, destinationPort);
    insert(this.#outbound, endpoint, remote, session);
    insert(this.#inbound, endpointKey(1, protocol, mapping.natPort), remote, session);
    return session;
  }

  #map(endpoint: number, protocol: number, subscriberAddress: number, privatePort: number): Mapping | undefined {
    const table = protocol === 0 ? 0 : 1;
    if (this.#nextPorts[table] > this.#high) return undefined;
    const mapping = { subscriberAddress, privatePort, natPort: this.#nextPorts[table]++ };
    this.#mappings.set(endpoint, mapping);
    return mapping;
  }
}
