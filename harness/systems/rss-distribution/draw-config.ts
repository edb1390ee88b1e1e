/** Drawing configurations of distribution over cores: few flows over few buckets, short queues, and each scheme alone and in company. */
import type { Random } from "../../engine/contract.ts";
import { protocols, publishedKey, symmetricKey, type Conversation, type RssConfig, type Scheme, type SteeringEntry, type TupleRule } from "../../../spec/rss-distribution/terms.ts";
import { drawCores } from "../cores.ts";

const four = ["192.0.2.1", "192.0.2.2", "198.51.100.1", "203.0.113.7"];
const six = ["2001:db8::1", "2001:db8::2:1", "2001:db8:5::9"];
/** Destination ports that rules and steering entries know, and functions all but the last: that one would also lie between two sets of cores, or levels of a vote, taken for ports. */
const ports = [80, 443, 8080, 3] as const;

function some<T>(random: Random, items: readonly T[], count: number): T[] {
  const left = [...items];
  return Array.from({ length: Math.min(count, left.length) }, () => left.splice(random.int(left.length), 1)[0]);
}

function drawKey(random: Random): string {
  if (random.oneIn(3)) return symmetricKey;
  if (random.oneIn(2)) return publishedKey;
  return Array.from({ length: 80 }, () => random.int(16).toString(16)).join("");
}

/** By core: whether it carries traffic. A control core without traffic, or one core alone with some, lets "no core is available" be met. */
function drawTraffic(random: Random, cores: number, control: number): boolean[] {
  if (cores === 1) return [true];
  if (random.oneIn(4)) {
    const carriers = some(random, Array.from({ length: cores }, (_, core) => core).filter((core) => core !== control), 1 + random.int(2));
    return Array.from({ length: cores }, (_, core) => carriers.includes(core));
  }
  const controlCarries = !random.oneIn(3);
  const traffic = Array.from({ length: cores }, (_, core) => (core === control ? controlCarries : !random.oneIn(8)));
  return traffic.includes(true) ? traffic : traffic.map((_, core) => core !== control);
}

function drawAddresses(random: Random): string[] {
  const ofFour = [0, 2, 2, 3, 4][random.int(5)];
  return [...four.slice(0, ofFour), ...six.slice(0, ofFour === 0 || random.oneIn(2) ? 2 + random.int(2) : 0)];
}

function drawConversations(random: Random, addresses: readonly string[]): Conversation[] {
  const drawn: Conversation[] = [];
  const family = (at: number): boolean => addresses[at].includes(":");
  for (let tries = 0, count = 1 + random.int(4); tries < 12 && drawn.length < count; tries++) {
    const source = random.int(addresses.length);
    const partners = addresses.map((_, at) => at).filter((at) => at !== source && family(at) === family(source));
    const destination = random.pick(partners);
    const protocol = random.oneIn(6) ? "icmp" : random.pick(protocols.slice(0, 2));
    const hasPorts = protocol !== "icmp";
    const one = { protocol, source, destination, sourcePort: hasPorts ? 1000 + random.int(3) : 0, destinationPort: hasPorts ? random.pick(ports) : 0 };
    const same = drawn.some((other) => other.protocol === protocol && Math.min(other.source, other.destination) === Math.min(source, destination) && Math.max(other.source, other.destination) === Math.max(source, destination) && other.sourcePort === one.sourcePort && other.destinationPort === one.destinationPort);
    if (!same) drawn.push(one);
  }
  return drawn;
}

function drawRule(random: Random, conversations: readonly Conversation[], core: number): TupleRule {
  const { protocol, source, destination, sourcePort, destinationPort } = random.pick(conversations);
  const maybe = <T>(value: T): T | null => (random.oneIn(2) ? value : null);
  return { protocol: maybe(protocol), source: maybe(source), destination: maybe(destination), sourcePort: random.oneIn(4) ? sourcePort : null, destinationPort: maybe(destinationPort), core, on: random.oneIn(2) };
}
function drawSteering(random: Random, addresses: number, core: number): SteeringEntry {
  const given = random.oneIn(3) ? -1 : core;
  return random.oneIn(2) ? { by: "port", value: random.pick(ports), core: given } : { by: "address", value: random.int(addresses), core: given };
}

/** Schemes: the kinds that may come first, and then one that always applies. */
function drawSchemes(random: Random, carriers: readonly number[], addresses: number, cards: number): Scheme[] {
  const list = (): number[] => some(random, carriers, random.int(4));
  const ms = 100 * (1 + random.int(4));
  const low = random.int(6);
  const early: (() => Scheme)[] = [
    () => ({ kind: "virtual-address", coresOf: Array.from({ length: addresses }, list) }),
    () => ({ kind: "card", coresOf: Array.from({ length: cards }, list) }),
    () => ({ kind: "function", functions: Array.from({ length: 1 + random.int(3) }, (_, at) => ({ low: ports[at], high: ports[at] + random.pick([0, 0, 55, 99]), cores: list() })) }),
    () => ({ kind: "established" }),
    () => ({ kind: "votes", ageWeight: random.int(3), ageMaxMs: 500 + random.int(1000), priorityWeight: random.pick([0, 1, 20, 100]), levels: Array.from({ length: random.int(5) }, (_, at) => 1 + 3 * at) }),
  ];
  const last: (() => Scheme)[] = [
    () => ({ kind: "hash" }),
    () => ({ kind: "hash" }),
    () => ({ kind: "hash" }),
    () => ({ kind: "hash" }),
    () => ({ kind: "pair" }),
    () => ({ kind: "least-loaded", packets: 1 + random.int(3) }),
    () => ({ kind: "time-slice", ms }),
    () => ({ kind: "thresholds", low, high: low + random.int(8) }),
  ];
  return [...some(random, early, random.pick([0, 0, 1, 1, 2])), random.pick(last)].map((make) => make());
}

/** A configuration of few flows. */
export function drawConfig(random: Random): RssConfig {
  const cores = drawCores(random);
  const control = random.int(cores);
  const traffic = drawTraffic(random, cores, control);
  const carriers = traffic.flatMap((carries, core) => (carries ? [core] : []));
  const bits = random.oneIn(20) ? 7 : 1 + random.int(4);
  const addresses = drawAddresses(random);
  const conversations = drawConversations(random, addresses);
  const cards = 1 + random.int(2);
  const rules = Array.from({ length: random.oneIn(2) ? 0 : 1 + random.int(3) }, () => drawRule(random, conversations, random.pick(carriers)));
  const steering = Array.from({ length: random.oneIn(2) ? 0 : 1 + random.int(2) }, () => drawSteering(random, addresses.length, random.pick(carriers)));
  const others = Array.from({ length: random.int(3) }, () => (random.oneIn(4) ? 1 + random.int(8) : cores));
  const withInternal = random.oneIn(3);
  return {
    cores,
    control,
    traffic,
    key: drawKey(random),
    bits,
    indirection: Array.from({ length: 1 << bits }, () => random.pick(carriers)),
    addresses,
    conversations,
    cards,
    rules,
    steering,
    schemes: drawSchemes(random, carriers, addresses.length, cards),
    carrier: random.oneIn(2) ? "message" : "shared",
    queueMax: random.oneIn(6) ? 16 : 1 + random.int(4),
    nodes: [cores, ...others],
    internal: addresses.map(() => (withInternal && random.oneIn(4) ? random.int(1 + others.length) : -1)),
    assignable: withInternal ? some(random, addresses.map((_, at) => at), random.int(3)) : [],
  };
}
