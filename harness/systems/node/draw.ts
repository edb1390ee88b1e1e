/** Drawing configurations and events of the node: few endpoints, small pools and little memory, so that a case meets itself, runs out and recovers. */
import type { EventDraft, Random } from "../../engine/contract.ts";
import { protocols, type Protocol } from "../../../spec/nat-session/terms.ts";
import { publishedKey, symmetricKey } from "../../../spec/rss-distribution/terms.ts";
import { quotaOf } from "../../../spec/node/parts.ts";
import { schemes, type NodeCommand, type NodeConfig } from "../../../spec/node/terms.ts";
import { drawCores } from "../cores.ts";
import { drawRules, drawType } from "../nat-session/draw.ts";
import { drawChange as drawQuotaChange, drawParameters, standingOf } from "../quota/draw.ts";
import { changeWeights, drawChange, withPolicy } from "./draw-policy.ts";

const delaysMs = [0, 0, 500, 2000] as const;
/** The first port that is kept apart, and the highest `low` with which that is drawn: sessions count all ports from the one to the other. */
const firstKept = 1020;
const nearMax = 1048;

/** `ratio`: subscribers to one address, whose blocks must find room in deterministic allocation. */
function drawPorts(random: Random, ports: number, bits: number, ratio: number): NodeConfig["ports"] {
  const wished = random.pick(["dynamic", "dynamic", "dynamic", "block", "deterministic"] as const);
  const allocation = wished === "deterministic" && ports < 2 * ratio ? "dynamic" : wished;
  const dynamic = allocation === "dynamic";
  const chunk = random.pick([2, 3, 4]);
  const slotBits = Math.max(bits, 1 + random.int(3));
  return {
    allocation,
    slotBits,
    chunk,
    ownPerSlot: dynamic ? random.pick([0, 1, 1, 2]) : 0,
    ownSlots: dynamic ? random.int(1 << slotBits) : 0,
    blockSize: allocation === "block" ? Math.min(ports, random.pick([2, chunk, chunk + 1, 2 * chunk])) : 0,
    blocksPerSubscriber: dynamic ? 1 : 1 + random.int(2),
    parity: random.oneIn(5),
    preserve: random.oneIn(4),
    memoryOptimised: random.oneIn(2),
    reuseDelayMs: random.pick(delaysMs),
    delayQueueMax: random.pick([1, 2, 8]),
  };
}

/** A page of initial units for all cores (now and then too few for the last), and about a page for each core: one or two structures a page, few pages where there are many cores. */
function drawMemory(random: Random, cores: number): NodeConfig["memory"] {
  const pageUnits = random.oneIn(12) ? Math.max(2, cores) : 16;
  const perPage = cores > 5 ? 1 : 1 + random.int(2);
  const pages = Math.min(cores > 5 ? 8 : 6, Math.max(2, cores - 1 + random.int(4)));
  return { limitPages: 1 + pages, initialPages: 1, pageUnits, sessionUnits: Math.max(1, Math.floor(pageUnits / perPage)), scanMs: random.pick([500, 1000, 1000, 4000]) };
}

/** A configuration of few endpoints. */
export function drawConfig(random: Random): NodeConfig {
  const cores = drawCores(random);
  const subscribers = Array.from({ length: 1 + random.int(3) }, (_, at) => ({ domain: 0, address: `100.64.0.${at + 1}` }));
  if (random.oneIn(4)) subscribers.push({ domain: 1, address: "100.64.0.1" });
  const remotes = Array.from({ length: 1 + random.int(5) }, (_, at) => ({ address: `198.51.100.${1 + (at >> 1)}`, port: 80 + at }));
  const addresses = random.oneIn(2) ? ["203.0.113.1"] : ["203.0.113.1", "203.0.113.2"];
  // Now and then the pool holds the senders' own ports, so that they can be kept.
  const low = random.oneIn(3) ? 3996 : 1024 + 8 * random.int(4);
  const ports = random.oneIn(3) ? 2 + random.int(3) : 8 + random.int(9);
  const bits = 1 + random.int(3);
  const groups = random.oneIn(3) ? 2 : 1;
  const fixed = random.oneIn(3) ? [{ protocol: random.oneIn(2) ? ("tcp" as const) : ("udp" as const), subscriber: random.int(subscribers.length), port: 4000, address: random.int(addresses.length), externalPort: 80 }] : [];
  return drawRarer(random, {
    cores,
    subscribers,
    remotes,
    addresses,
    low,
    high: low + ports - 1,
    rules: drawRules(random, remotes, subscribers, random.pick(addresses), low),
    statics: fixed,
    type: drawType(random),
    idleMs: { tcp: 1000 * (1 + random.int(2)), udp: 1000 * (1 + random.int(2)), icmp: 1000 },
    sweepMs: random.oneIn(3) ? 2000 : 1000,
    distribution: {
      scheme: random.oneIn(3) ? random.pick(schemes) : "hash",
      key: random.oneIn(3) ? symmetricKey : publishedKey,
      table: Array.from({ length: 1 << bits }, (_, at) => (random.oneIn(2) ? at % cores : random.int(cores))),
      carrier: random.oneIn(2) ? "message" : "shared",
      queueMax: random.pick([1, 2, 8, 8]),
    },
    memory: drawMemory(random, cores),
    ports: drawPorts(random, ports, bits, Math.ceil(subscribers.length / addresses.length)),
    quotas: Array.from({ length: groups }, () => ({ ports: random.oneIn(3) ? null : drawParameters(random, cores, 0), sessions: random.oneIn(3) ? null : drawParameters(random, cores, 0) })),
    groupOf: subscribers.map(() => random.int(groups)),
  });
}

/** What not every node has: packets in a row for the least loaded core, ports kept apart, something that decides before the scheme. */
function drawRarer(random: Random, config: NodeConfig): NodeConfig {
  const { distribution, low, ports } = config;
  const inARow = (distribution.scheme === "least-loaded" || distribution.scheme === "votes") && random.oneIn(2) ? { packets: 2 + random.int(2) } : {};
  const isNear = low <= nearMax && ports.allocation !== "deterministic";
  const kept = isNear && random.oneIn(4) ? { wellKnown: { low: firstKept, high: firstKept + 1 + random.int(3) } } : {};
  const rarer = { ...config, distribution: { ...distribution, ...inARow }, ports: { ...ports, ...kept } };
  return random.oneIn(5) ? withPolicy(random, rarer) : rarer;
}

type Draft = EventDraft<NodeCommand>;

/** About `size` events: cores start up first; then each case has its own mix of directions, moves, changes and waits. */
export function drawEvents(random: Random, config: NodeConfig, size: number): Draft[] {
  const drafts: Draft[] = [];
  const packets: number[] = [];
  const ports = 1 + random.int(random.oneIn(2) ? 2 : 4);
  const allowed: readonly Protocol[] = random.oneIn(3) ? protocols : random.oneIn(2) ? ["tcp"] : ["udp"];
  const standing = standingOf(quotaOf(config));
  const changes = { takeAway: random.oneIn(2), refusable: random.oneIn(3) };
  const weight = { send: 10, again: 3, reply: 6, arrive: random.int(3), loop: random.int(3), rebalance: random.pick([0, 0, 2, 5]), configure: random.oneIn(3) ? 1 : 0, reconfigure: random.pick([0, 0, 1, 3]), sweep: random.int(2), collect: random.int(2), age: random.oneIn(3) ? 1 : 0, advance: random.pick([1, 2, 4, 6]), ...changeWeights(config) };
  const kinds = Object.keys(weight) as (keyof typeof weight)[];
  const total = kinds.reduce((sum, kind) => sum + weight[kind], 0);
  const anyCore = (): number => random.int(config.cores);
  const push = (command: NodeCommand, core = anyCore()): void => {
    if (command.kind === "send" || command.kind === "loop" || command.kind === "arrive" || command.kind === "reply") packets.push(drafts.length);
    drafts.push({ do: "op", node: 0, core, command });
  };
  for (let core = 0; core < config.cores; core++) if (!random.oneIn(20)) push({ kind: "start-up" }, core);
  if (random.oneIn(6)) push({ kind: "start-up" });
  let last: NodeCommand | undefined;
  const gone = new Set<number>();
  const { wellKnown } = config.ports;
  const privatePort = (): number => (wellKnown !== undefined && random.oneIn(2) ? firstKept : 4000) + random.int(ports);
  const externalPort = (): number =>
    wellKnown !== undefined && random.oneIn(3) ? wellKnown.low + random.int(wellKnown.high - wellKnown.low + 1) : ordinaryPort();
  const ordinaryPort = (): number => (config.statics.length > 0 && random.oneIn(3) ? config.statics[0].externalPort : config.low + random.int(config.high - config.low + 1));
  const count = drafts.length + size + (size >> 2);
  while (drafts.length < count) {
    let draw = random.int(total);
    const kind = kinds.find((one) => (draw -= weight[one]) < 0)!;
    const salt = random.oneIn(4) ? 0 : random.int(65536);
    const protocol = random.pick(allowed);
    const subscriber = random.int(config.subscribers.length);
    const port = privatePort();
    const remote = random.int(config.remotes.length);
    const address = random.int(config.addresses.length);
    switch (kind) {
      case "send":
        push((last = { kind: "send", protocol, subscriber, port, remote, salt }));
        break;
      case "again":
        if (last !== undefined) push(last);
        break;
      case "arrive":
        push((last = { kind: "arrive", protocol, remote, address, externalPort: externalPort(), salt }));
        break;
      case "loop":
        push((last = { kind: "loop", protocol: protocol === "icmp" ? "udp" : protocol, subscriber, port, address, externalPort: externalPort(), salt }));
        break;
      case "reply":
        if (packets.length > 0) push({ kind: "reply", of: `op${packets[Math.max(0, packets.length - 1 - random.int(6))]}`, salt });
        break;
      case "rebalance": {
        const bucket = random.int(config.distribution.table.length);
        push({ kind: "rebalance", bucket, to: anyCore() }, random.oneIn(4) ? anyCore() : config.distribution.table[bucket]);
        break;
      }
      case "configure":
        push({ kind: "configure", type: drawType(random) });
        break;
      case "reconfigure":
        push(drawQuotaChange(random, quotaOf(config), standing, changes, random.int(config.quotas.length), random.oneIn(2) ? "ports" : "sessions"));
        break;
      case "sweep":
      case "collect":
      case "age":
        push({ kind });
        break;
      case "vote":
      case "rule":
      case "steer":
      case "register":
      case "away":
      case "back":
        for (const [command, core] of drawChange(random, config, kind, gone)) push(command, core);
        break;
      default:
        drafts.push({ do: "advance", node: 0, ms: 500 * (1 + random.int(6)) });
    }
  }
  return drafts;
}
