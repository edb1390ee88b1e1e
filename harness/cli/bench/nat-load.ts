/** Live NAT sessions that all competitors hold, and packets that hit them: one core, one NAT address, mappings that do not depend on the remote. */
import type { Ints, Task } from "../../engine/contract.ts";
import type { NatConfig, NatRule } from "../../../spec/nat-session/terms.ts";
import type { Setup } from "../../../spec/side.ts";

const subscriberCount = 64;
/** Private ports of a subscriber, each with a mapping of its own: flows have their own port while there are enough of them. */
const portCount = 512;
const firstPort = 5000;
const endpointCount = subscriberCount * portCount;
const firstSubscriber = (100 << 24) | (64 << 16);
const firstRemote = 203 << 24;
const natAddress = (198 << 24) | (51 << 16) | (100 << 8) | 1;
const icmp = 2;

/** One that does not fit, then one for each direction. */
const rules: readonly NatRule[] = [
  { action: "deny", direction: "both", source: { address: "10.0.0.0", bits: 8, low: 0, high: 65_535 }, destination: null },
  { action: "permit", direction: "outbound", source: { address: "100.64.0.0", bits: 10, low: 0, high: 65_535 }, destination: null },
  { action: "permit", direction: "inbound", source: null, destination: { address: "198.51.100.0", bits: 24, low: 0, high: 65_535 } },
];

/** What a NAT answers to a packet: the outcome of NAT sessions, [forwarded, addresses and ports, checksums]. */
export interface Nat {
  packet(task: Task): Ints;
}

/** Room for `sessions` sessions; more than a file may ask for. */
export function natConfig(sessions: number): NatConfig {
  return {
    cores: 1,
    subscribers: Array.from({ length: subscriberCount }, (_, n) => ({ domain: 0, address: `100.64.0.${n}` })),
    remotes: [{ address: "203.0.0.0", port: 443 }],
    addresses: ["198.51.100.1"],
    low: 1024,
    high: 33_791,
    objects: sessions,
    quota: null,
    rules,
    statics: [],
    type: { mapping: true, fullCone: true, pairing: false },
    idleMs: { tcp: 60_000, udp: 60_000, icmp: 60_000 },
    table: [0, 0],
    perPacket: false,
    sweepMs: 10_000,
  };
}

/** A setup in which the first free port is taken and no time passes. */
export function natSetup(sessions: number): Setup<NatConfig> {
  return { config: natConfig(sessions), profile: "product", taskCountMax: 2, draw: () => 0, nowMs: () => 1000, footprint: false, poison: 0 };
}

/** A packet as one core hands it to another: protocol, subscriber + 1 or 0, source, destination, salt. */
function taskOf(body: readonly number[]): Task {
  return { slot: 0, id: "packet", key: 0, node: 0, core: 0, kind: "message", cause: 0, command: { kind: "packet" }, body, of: -1 };
}

/** Sessions 0 to `count` - 1: a flow each, and what its endpoint was translated to. */
export class NatLoad {
  readonly count: number;
  readonly #natPorts: Int32Array;

  /** Sends the first packet of every session through the NAT. */
  constructor(nat: Nat, count: number) {
    this.count = count;
    this.#natPorts = new Int32Array(count);
    for (let session = 0; session < count; session++) {
      const { items } = nat.packet(this.outbound(session));
      if (items[0] !== 0) throw new Error(`session ${session} of ${count} was not made: the NAT has no room for it, or a rule forbids it (outcome ${items[0]})`);
      this.#natPorts[session] = items[2];
    }
  }

  /** A packet of a session from the inside. */
  outbound(session: number): Task {
    const subscriber = session % subscriberCount;
    const port = Math.floor(session / subscriberCount) % portCount;
    const protocol = port % 3;
    return taskOf([protocol, subscriber + 1, firstSubscriber + subscriber, firstPort + port, this.#remote(session), protocol === icmp ? 0 : 443, session & 0xffff]);
  }

  /** An answer to it. */
  inbound(session: number): Task {
    const protocol = (Math.floor(session / subscriberCount) % portCount) % 3;
    return taskOf([protocol, 0, this.#remote(session), protocol === icmp ? 0 : 443, natAddress, this.#natPorts[session], session & 0xffff]);
  }

  #remote(session: number): number {
    return firstRemote + Math.floor(session / endpointCount);
  }

  /** `count` packets that hit, of sessions from all over, one in two from the inside. */
  packets(count: number): Task[] {
    const order = (n: number): number => (Math.imul(n, 0x9e3779b1) >>> 0) % this.count;
    return Array.from({ length: count }, (_, n) => (n % 2 === 0 ? this.outbound(order(n)) : this.inbound(order(n))));
  }
}
