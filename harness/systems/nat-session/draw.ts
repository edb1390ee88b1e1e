/** Drawing configurations and packets of NAT sessions: few endpoints, so that flows meet themselves on several cores and in both directions. */
import type { EventDraft, Random } from "../../engine/contract.ts";
import { failKinds, protocols, type NatCommand, type NatConfig, type NatRule, type NatType, type Protocol, type StaticMapping } from "../../../spec/nat-session/terms.ts";
import { drawCores } from "../cores.ts";

const everything: NatRule = { action: "permit", direction: "both", source: null, destination: null };

/** Options of the NAT type, each on in about two of three. */
export function drawType(random: Random): NatType {
  return { mapping: !random.oneIn(3), fullCone: !random.oneIn(3), pairing: random.oneIn(2) };
}

/** Mostly one rule that permits everything; now and then one that denies or leaves out something. */
export function drawRules(random: Random, remotes: NatConfig["remotes"], subscribers: NatConfig["subscribers"], natAddress: string, low: number): NatRule[] {
  if (!random.oneIn(3)) return [everything];
  const remote = random.pick(remotes);
  const subscriber = random.pick(subscribers);
  const any = { low: 0, high: 65535 };
  const choices: NatRule[][] = [
    [{ action: "deny", direction: "outbound", source: null, destination: { address: remote.address, bits: 32, low: remote.port, high: remote.port } }, everything],
    [{ action: "deny", direction: "both", source: { address: subscriber.address, bits: 32, ...any }, destination: null }, everything],
    [{ action: "permit", direction: "outbound", source: { address: subscriber.address, bits: 24 + random.int(9), ...any }, destination: null }, { ...everything, direction: "inbound" }],
    [{ action: "deny", direction: "inbound", source: null, destination: { address: natAddress, bits: 32, low: 80, high: low + 1 } }, everything],
    [{ ...everything, direction: "outbound" }],
    [{ action: "permit", direction: "inbound", source: null, destination: { address: remote.address, bits: 0, low: 0, high: 1030 } }, { ...everything, direction: "outbound" }],
  ];
  return random.pick(choices);
}

function drawStatics(random: Random, subscribers: number, addresses: number, low: number, high: number): StaticMapping[] {
  const statics: StaticMapping[] = [];
  for (let at = 0, count = random.int(3); at < count; at++) {
    const inPool = high - low >= 32 ? low + 32 + random.int(high - low - 31) : low + random.int(high - low + 1);
    const externalPort = random.oneIn(2) ? inPool : random.oneIn(2) ? 80 + at : random.pick([low - 1, high + 1]);
    const protocol = random.pick(["tcp", "tcp", "udp", "udp", "icmp"] as const);
    const address = random.int(addresses);
    if (statics.some((one) => one.address === address && one.externalPort === externalPort)) continue;
    statics.push({ protocol, subscriber: random.int(subscribers), port: 4000 + at, address, externalPort });
  }
  return statics;
}

/** Ports of a pool, less one: few, so that they run out, or so many that their bitmap has a second word, with few bits or with all. */
function drawSpan(random: Random): number {
  if (random.oneIn(10)) return 32 + random.pick([0, 0, 1, 2, 31]);
  return random.oneIn(4) ? random.int(2) : 2 + random.int(6);
}

/** Whole seconds, now and then a millisecond more, so that a sweep that comes by is a hair early or late. */
function drawLimit(random: Random, secondsMax: number): number {
  return 1000 * (1 + random.int(secondsMax)) + (random.oneIn(4) ? 1 : 0);
}

/** A configuration of few endpoints and small pools. */
export function drawConfig(random: Random): NatConfig {
  const cores = drawCores(random);
  const subscribers = Array.from({ length: 1 + random.int(3) }, (_, at) => ({ domain: 0, address: `100.64.0.${at + 1}` }));
  if (random.oneIn(3)) subscribers.push({ domain: 1, address: "100.64.0.1" });
  const remotes = Array.from({ length: 1 + random.int(3) }, (_, at) => ({ address: `198.51.100.${1 + (at >> 1)}`, port: 80 + at }));
  const addresses = random.oneIn(2) ? ["203.0.113.1"] : ["203.0.113.1", "203.0.113.2"];
  const low = 1024;
  const high = low + drawSpan(random);
  return {
    cores,
    subscribers,
    remotes,
    addresses,
    low,
    high,
    objects: random.pick([1, 2, 3, 4, 6, 8]),
    quota: random.oneIn(2) ? null : random.oneIn(12) ? 0 : 1 + random.int(6),
    rules: drawRules(random, remotes, subscribers, random.pick(addresses), low),
    statics: drawStatics(random, subscribers.length, addresses.length, low, high),
    type: drawType(random),
    table: Array.from({ length: random.pick([2, 4, 8]) }, () => random.int(cores)),
    perPacket: random.oneIn(5),
    idleMs: { tcp: drawLimit(random, 3), udp: drawLimit(random, 2), icmp: 1000 },
    sweepMs: drawLimit(random, 3),
  };
}

function addressNumber(text: string): number {
  return text.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}
/** Bucket that a packet belongs to. */
function bucketOf(config: NatConfig, domain: number, protocol: Protocol, source: readonly [string, number], destination: readonly [string, number]): number {
  const sum = protocols.indexOf(protocol) + addressNumber(source[0]) + 3 * addressNumber(destination[0]) + 5 * source[1] + 7 * destination[1] + 11 * domain;
  return (sum % 2 ** 32) % config.table.length;
}

/** The payload with which a UDP packet's computed checksum is 0: the one's complement sum of its words is then 0xffff. */
function saltOfZero(source: readonly [string, number], destination: readonly [string, number]): number {
  const halves = (text: string): number => Math.floor(addressNumber(text) / 65536) + (addressNumber(text) % 65536);
  const length = 10;
  return 65535 - ((halves(source[0]) + halves(destination[0]) + source[1] + destination[1] + 17 + 2 * length) % 65535);
}

type Draft = EventDraft<NatCommand>;

/** About `size` events; each case has its own mix of directions, failures, rebalances, changes and waits. */
export function drawEvents(random: Random, config: NatConfig, size: number): Draft[] {
  const drafts: Draft[] = [];
  const packets: number[] = [];
  const ports = 1 + random.int(3);
  const allowed: readonly Protocol[] = random.oneIn(3) ? protocols : random.oneIn(2) ? ["tcp"] : ["udp"];
  const strays = random.pick([0, 1, 4]);
  const weight = { send: 8, reply: 5, arrive: random.int(4), loop: random.int(4), rebalance: random.oneIn(2) ? 0 : 2, configure: random.pick([0, 0, 1, 2]), fail: random.oneIn(2) ? 0 : 2, sweep: random.int(2), advance: random.pick([1, 2, 4]), again: 3, turn: random.oneIn(4) ? 1 : 0 };
  const kinds = Object.keys(weight) as (keyof typeof weight)[];
  const total = kinds.reduce((sum, kind) => sum + weight[kind], 0);
  const push = (core: number, command: NatCommand): void => {
    if (command.kind === "send" || command.kind === "arrive" || command.kind === "loop" || command.kind === "reply") packets.push(drafts.length);
    drafts.push({ do: "op", node: 0, core: random.int(8) < strays ? random.int(config.cores) : core, command });
  };
  const externalPort = (): number => config.low + random.int(config.high - config.low + 1);
  /** The packet on the core it belongs to at first, or on any if every one is right; now and then its bucket moves while it is on its way. */
  const on = (bucket: number, command: NatCommand): void => {
    push(config.perPacket && random.oneIn(2) ? random.int(config.cores) : config.table[bucket], command);
    if (weight.rebalance > 0 && random.oneIn(6)) push(config.table[bucket], { kind: "rebalance", bucket, to: random.int(config.cores) });
  };
  const packet = (command: NatCommand): void => {
    if (command.kind === "send") {
      const { address, domain } = config.subscribers[command.subscriber];
      const remote = config.remotes[command.remote];
      on(bucketOf(config, domain + 1, command.protocol, [address, command.port], [remote.address, command.protocol === "icmp" ? 0 : remote.port]), command);
    } else if (command.kind === "loop") {
      const { address, domain } = config.subscribers[command.subscriber];
      on(bucketOf(config, domain + 1, command.protocol, [address, command.port], [config.addresses[command.address], command.externalPort]), command);
    } else if (command.kind === "arrive") {
      const remote = config.remotes[command.remote];
      on(bucketOf(config, 0, command.protocol, [remote.address, command.protocol === "icmp" ? 0 : remote.port], [config.addresses[command.address], command.externalPort]), command);
    }
  };
  let last: NatCommand | undefined;
  const remember = (command: NatCommand): void => {
    last = command;
    packet(command);
  };
  const count = size + (size >> 1);
  while (drafts.length < count) {
    let draw = random.int(total);
    const kind = kinds.find((one) => (draw -= weight[one]) < 0)!;
    const fixed = config.statics.length > 0 && random.oneIn(3) ? random.pick(config.statics) : undefined;
    const anySalt = random.oneIn(4) ? 0 : random.int(65536);
    const protocol = fixed?.protocol ?? random.pick(allowed);
    const subscriber = fixed?.subscriber ?? random.int(config.subscribers.length);
    const port = fixed?.port ?? 4000 + random.int(ports);
    const remote = random.int(config.remotes.length);
    const to = config.remotes[remote];
    const inside: readonly [string, number] = random.oneIn(2) ? [config.subscribers[subscriber].address, port] : [random.pick(config.addresses), externalPort()];
    const salt = protocol === "udp" && random.oneIn(8) ? saltOfZero(inside, [to.address, to.port]) : anySalt;
    switch (kind) {
      case "send":
        remember({ kind: "send", protocol, subscriber, port, remote, salt });
        break;
      case "again":
        if (last !== undefined) packet(last);
        break;
      case "arrive":
        remember({ kind: "arrive", protocol, remote, address: fixed?.address ?? random.int(config.addresses.length), externalPort: fixed?.externalPort ?? externalPort(), salt });
        break;
      case "loop": {
        const both = protocol === "icmp" ? "udp" : protocol;
        // To the static mapping, from it, or either way at once.
        const away = random.int(3);
        if (fixed === undefined || away !== 0) remember({ kind: "loop", protocol: both, subscriber: random.int(config.subscribers.length), port: 4000 + random.int(ports), address: fixed?.address ?? random.int(config.addresses.length), externalPort: fixed?.externalPort ?? externalPort(), salt });
        if (fixed !== undefined && away !== 1) remember({ kind: "loop", protocol: both, subscriber, port, address: random.int(config.addresses.length), externalPort: externalPort(), salt });
        break;
      }
      case "reply":
        if (packets.length > 0) push(random.int(config.cores), { kind: "reply", of: `op${packets[Math.max(0, packets.length - 1 - random.int(6))]}`, salt });
        break;
      case "rebalance": {
        const bucket = random.int(config.table.length);
        push(random.oneIn(4) ? random.int(config.cores) : config.table[bucket], { kind: "rebalance", bucket, to: random.int(config.cores) });
        break;
      }
      case "configure":
        push(random.int(config.cores), { kind: "configure", type: drawType(random) });
        break;
      case "turn": {
        // A flow with a port of its own, then a mapping of its endpoint: what comes back by that is of a flow that is claimed under another translation.
        const from = random.int(config.subscribers.length);
        const fromPort = 4000 + random.int(ports);
        const met = fixed !== undefined && fixed.protocol !== "icmp" ? fixed : undefined;
        push(random.int(config.cores), { kind: "configure", type: { mapping: false, fullCone: false, pairing: false } });
        if (met === undefined) packet({ kind: "send", protocol, subscriber: from, port: fromPort, remote, salt });
        else packet({ kind: "loop", protocol: met.protocol, subscriber: from, port: fromPort, address: met.address, externalPort: met.externalPort, salt });
        push(random.int(config.cores), { kind: "configure", type: { mapping: true, fullCone: true, pairing: false } });
        packet({ kind: "send", protocol, subscriber: from, port: fromPort, remote: random.int(config.remotes.length), salt });
        for (let at = 0; at < 3; at++) {
          const end = { address: random.int(config.addresses.length), externalPort: externalPort() };
          if (met === undefined) packet({ kind: "arrive", protocol, remote, ...end, salt });
          else packet({ kind: "loop", protocol: met.protocol, subscriber, port, ...end, salt });
        }
        break;
      }
      case "fail":
        push(random.int(config.cores), { kind: "fail", what: random.pick(failKinds), count: random.oneIn(3) ? 2 : 1 });
        break;
      case "sweep":
        push(random.int(config.cores), { kind: "sweep" });
        break;
      default:
        drafts.push({ do: "advance", node: 0, ms: random.oneIn(3) ? config.idleMs[random.pick(allowed)] + random.int(3) - 1 : 500 * (1 + random.int(6)) });
    }
  }
  return drafts;
}
