/**
 * The schemes, tried in their order under the lock of the tables (RSS-25). Each says which core it gives, in the record, and by which stage, or that it does not apply; what it remembers of the packet is changed by `place.ts`, once the packet is sure to be placed.
 */
import { How, Stage } from "../../spec/rss-distribution/terms.ts";
import { lowestBit } from "../bits.ts";
import { peek } from "../accessor.ts";
import { anyOf } from "./cores.ts";
import { hashOf } from "./hash.ts";
import { lockConversations, lockQueues } from "./locks.ts";
import type { RssMemory } from "./memory.ts";
import * as policies from "./policy.ts";
import { loadOf } from "./queues.ts";
import * as words from "./words.ts";

const { SchemeKind, SchemeWord, Span } = policies;
const { Field, Node, Peer, Seen, Vote } = words;

/** What a scheme says that does not apply, and all of them if none does. */
export const passes = -1;

/** Stage of the first scheme that applies, `passes` if none does. */
export function byScheme(m: RssMemory, r: number, available: number): number {
  for (let scheme = 0; scheme < m.policy.schemeCount; scheme++) {
    m.records[r + Field.scheme] = scheme;
    const stage = attempt(m, r, scheme, available);
    if (stage !== passes) return stage;
  }
  return passes;
}

function attempt(m: RssMemory, r: number, scheme: number, available: number): number {
  switch (m.policy.of(scheme, SchemeWord.kind)) {
    case SchemeKind.hash: return byHash(m, r);
    case SchemeKind["virtual-address"]: return byList(m, r, Stage["by-address"], coresOfAddress(m, r, scheme) & available);
    case SchemeKind.card: return byList(m, r, Stage["by-card"], m.policy.lists[m.policy.of(scheme, SchemeWord.list) + m.records[r + Field.card]] & available);
    case SchemeKind.function: return byList(m, r, Stage["by-function"], coresOfFunction(m, r, scheme) & available);
    case SchemeKind.pair: return byPair(m, r, available);
    case SchemeKind.established: return byEstablisher(m, r, available);
    case SchemeKind["least-loaded"]: return byLoad(m, r, available);
    case SchemeKind["time-slice"]: return bySlice(m, r, available);
    case SchemeKind.thresholds: return byThreshold(m, r, scheme, available);
    default: return byVote(m, r, scheme, available);
  }
}

function gives({ records }: RssMemory, r: number, stage: number, core: number): number {
  records[r + Field.to] = core;
  return stage;
}

/** The hash that came along is used if it was made under the same key (RSS-7). */
function byHash(m: RssMemory, r: number): number {
  const { records } = m;
  const node = records[r + Field.carriedNode];
  const isCarried = node > 0 && peek(m.mem, m.peerAt + node * m.peerWords + Peer.adopted) === 1;
  const hash = isCarried ? records[r + Field.carriedHash] : hashOf(m, r);
  records[r + Field.hash] = hash;
  records[r + Field.how] = How.byHash;
  return gives(m, r, isCarried ? Stage["by-carried-hash"] : Stage["by-hash"], peek(m.mem, m.coreOfAt + m.bucketOfHash(hash)));
}

/** Cores of the destination address. */
export function coresOfAddress({ policy, records }: RssMemory, r: number, scheme: number): number {
  const address = records[r + Field.destination];
  return address < 0 ? 0 : policy.lists[policy.of(scheme, SchemeWord.list) + address];
}

/** Cores of the first function that has the destination port. */
export function coresOfFunction({ policy, records }: RssMemory, r: number, scheme: number): number {
  if ((records[r + Field.seen] & Seen.ports) === 0) return 0;
  const port = records[r + Field.destinationPort];
  const list = policy.of(scheme, SchemeWord.list);
  const end = list + policy.of(scheme, SchemeWord.count) * Span.words;
  for (let at = list; at < end; at += Span.words) {
    if (policy.lists[at + Span.low] <= port && port <= policy.lists[at + Span.high]) return policy.lists[at + Span.cores];
  }
  return 0;
}

function byList(m: RssMemory, r: number, stage: number, cores: number): number {
  return cores === 0 ? passes : gives(m, r, stage, leastLoaded(m, r, stage, cores));
}

/** Any core of the set whose load no other of them undercuts; their queues are locked then. */
function leastLoaded(m: RssMemory, r: number, stage: number, cores: number): number {
  lockQueues(m, r, cores);
  let least = loadOf(m, lowestBit(cores));
  let equals = 0;
  for (let left = cores; left !== 0; left &= left - 1) {
    const core = left & -left;
    const load = loadOf(m, lowestBit(left));
    if (load < least) {
      least = load;
      equals = core;
    } else if (load === least) equals |= core;
  }
  return anyOf(m, r, stage, equals);
}

/** Word of the pair of the packet's addresses, whichever way it goes. */
export function pairWord({ addresses, pairAt, records }: RssMemory, r: number): number {
  const source = records[r + Field.source];
  const destination = records[r + Field.destination];
  return pairAt + Math.min(source, destination) * addresses.numbers.length + Math.max(source, destination);
}

function byPair(m: RssMemory, r: number, available: number): number {
  const stage = Stage["by-pair"];
  const core = peek(m.mem, pairWord(m, r)) - 1;
  return core >= 0 && ((available >>> core) & 1) === 1 ? gives(m, r, stage, core) : byList(m, r, stage, available);
}

/** Locks of queues come before those of conversations, so all of them are taken: which core it is shows only under the latter. */
function byEstablisher(m: RssMemory, r: number, available: number): number {
  const flow = m.records[r + Field.flow];
  if (flow < 0) return passes;
  lockQueues(m, r, m.allCores);
  lockConversations(m, r, 1 << (flow >> 1));
  const core = peek(m.mem, m.establisherAt(flow)) - 1;
  return core >= 0 && ((available >>> core) & 1) === 1 ? gives(m, r, Stage["by-establisher"], core) : passes;
}

function byLoad(m: RssMemory, r: number, available: number): number {
  const stage = Stage["by-load"];
  const core = peek(m.mem, m.nodeAt + Node.turn) - 1;
  const goesOn = core >= 0 && ((available >>> core) & 1) === 1 && peek(m.mem, m.nodeAt + Node.left) > 0;
  return goesOn ? gives(m, r, stage, core) : byList(m, r, stage, available);
}

function bySlice(m: RssMemory, r: number, available: number): number {
  const stage = Stage["by-slice"];
  if (available === 0) return passes;
  const core = peek(m.mem, m.nodeAt + Node.slice) - 1;
  if (core >= 0 && ((available >>> core) & 1) === 1 && m.now(r) < peek(m.mem, m.nodeAt + Node.sliceEnd)) return gives(m, r, stage, core);
  const others = core >= 0 ? available & ~(1 << core) : available;
  return gives(m, r, stage, anyOf(m, r, stage, others === 0 ? available : others));
}

function byThreshold(m: RssMemory, r: number, scheme: number, available: number): number {
  const stage = Stage["by-threshold"];
  const here = m.records[r + Field.core];
  const others = available & ~(1 << here);
  if (available === 0) return passes;
  lockQueues(m, r, available);
  return available !== others && keeps(m, here, others, scheme) ? gives(m, r, stage, here) : byList(m, r, stage, others);
}

/** Whether an available core keeps a packet that arrived there. */
function keeps(m: RssMemory, here: number, others: number, scheme: number): boolean {
  const load = loadOf(m, here);
  if (others === 0 || load < m.policy.of(scheme, SchemeWord.first)) return true;
  if (load >= m.policy.of(scheme, SchemeWord.second)) return false;
  for (let left = others; left !== 0; left &= left - 1) if (loadOf(m, lowestBit(left)) < load) return false;
  return true;
}

function byVote(m: RssMemory, r: number, scheme: number, available: number): number {
  const now = m.now(r);
  let greatest = -1;
  let equals = 0;
  for (let left = available; left !== 0; left &= left - 1) {
    const weight = weightOf(m, lowestBit(left), scheme, now);
    if (weight < greatest || weight < 0) continue;
    equals = weight > greatest ? left & -left : equals | (left & -left);
    greatest = weight;
  }
  const stage = Stage["by-vote"];
  return equals === 0 ? passes : gives(m, r, stage, anyOf(m, r, stage, equals));
}

/** Weight of a core's vote by its age and the load it was given under (RSS-22); -1: it has none. */
function weightOf({ mem, policy, voteAt }: RssMemory, core: number, scheme: number, now: number): number {
  const vote = voteAt + core * Vote.words;
  const time = peek(mem, vote + Vote.time);
  if (time === 0) return -1;
  const age = Math.min(now - (time - 1), policy.of(scheme, SchemeWord.second));
  return policy.of(scheme, SchemeWord.first) * age + policy.of(scheme, SchemeWord.third) * peek(mem, vote + Vote.levels);
}
