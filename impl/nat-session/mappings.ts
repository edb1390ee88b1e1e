/**
 * Mappings: founders' structures, chained by endpoint and by external endpoint, each bucket of either index under its lock. How many use a mapping stands in its founder (`binding`, count + 1) under the
 * founder's own lock, as those who come by either index count there. Locks in this order: endpoint, external, structure.
 */
import { State } from "../../spec/nat-session/terms.ts";
import type { Moved } from "../../spec/side.ts";
import { acquire, peek, poke, release } from "../accessor.ts";
import { endpointHash } from "./keys.ts";
import type { NatMemory } from "./memory.ts";
import { setState, writeEndpoints } from "./structures.ts";
import * as words from "./words.ts";

const { Field, Half, Held, Row } = words;

/** What becomes of a mapping with one user less. */
export const Fate = { kept: 0, gone: 1, ended: 2 } as const;

/** Bucket of an endpoint, of either index: `party` is subscriber + 1 or position of the NAT address + 1, `protocol` position + 1. */
function bucketOf(m: NatMemory, party: number, protocol: number, port: number): number {
  return endpointHash(m, party, protocol, port) & m.mappingMask;
}
function endpointBucket(m: NatMemory, founder: number): number {
  const row = m.row(founder);
  return bucketOf(m, m.mem[row + Row.subscriber], m.mem[row + Row.protocol], m.mem[row + Row.privatePort]);
}
function externalBucket(m: NatMemory, founder: number): number {
  const row = m.row(founder);
  return bucketOf(m, m.mem[row + Row.natAddress], m.mem[row + Row.protocol], m.mem[row + Row.natPort]);
}

/** Founder of an endpoint's mapping, counted once more; -1: there is none. */
export function useByEndpoint(m: NatMemory, subscriber: number, protocol: number, port: number, moved: Moved): number {
  const bucket = bucketOf(m, subscriber, protocol, port);
  acquire(m.mem, m.endpointLockAt + bucket);
  const founder = findByEndpoint(m, bucket, subscriber, protocol, port);
  if (founder >= 0) countOneMore(m, founder, moved);
  release(m.mem, m.endpointLockAt + bucket);
  return founder;
}

/** Founder of the mapping with this external endpoint, counted once more unless its endpoint is the one in the last two arguments; -1: there is none. */
export function useByExternal(m: NatMemory, address: number, protocol: number, port: number, exceptSubscriber: number, exceptPort: number, moved: Moved): number {
  const { mem } = m;
  const bucket = bucketOf(m, address, protocol, port);
  acquire(mem, m.externalLockAt + bucket);
  let founder = peek(mem, m.externalAt + bucket) - 1;
  for (; founder >= 0; founder = mem[m.externalLinkAt + founder] - 1) {
    const row = m.row(founder);
    if (mem[row + Row.natPort] === port && mem[row + Row.natAddress] === address && mem[row + Row.protocol] === protocol) break;
  }
  const own = founder >= 0 && mem[m.row(founder) + Row.subscriber] === exceptSubscriber && mem[m.row(founder) + Row.privatePort] === exceptPort;
  if (founder >= 0 && !own) countOneMore(m, founder, moved);
  release(mem, m.externalLockAt + bucket);
  return own ? -1 : founder;
}

/** The operation's first structure founds the mapping of its endpoint, unless there is one by now: then that one's founder is counted once more and returned. -1: it is founded. */
export function foundMapping(m: NatMemory, r: number, moved: Moved): number {
  const { mem, records } = m;
  const half = r + Field.first;
  const protocol = records[r + Field.protocol] + 1;
  const bucket = bucketOf(m, records[half + Half.subscriber], protocol, records[half + Half.privatePort]);
  acquire(mem, m.endpointLockAt + bucket);
  const founder = findByEndpoint(m, bucket, records[half + Half.subscriber], protocol, records[half + Half.privatePort]);
  if (founder >= 0) countOneMore(m, founder, moved);
  else {
    const object = records[half + Half.object];
    const external = bucketOf(m, records[half + Half.natAddress], protocol, records[half + Half.natPort]);
    acquire(mem, m.externalLockAt + external);
    acquire(mem, m.objectLockAt + object);
    writeFounder(m, r, object, moved);
    mem[m.endpointLinkAt + object] = peek(mem, m.endpointAt + bucket);
    poke(mem, m.endpointAt + bucket, object + 1);
    mem[m.externalLinkAt + object] = peek(mem, m.externalAt + external);
    poke(mem, m.externalAt + external, object + 1);
    setBinding(m, object, 1, moved);
    release(mem, m.objectLockAt + object);
    release(mem, m.externalLockAt + external);
  }
  release(mem, m.endpointLockAt + bucket);
  return founder;
}

/** The words that say what a founder maps. */
function writeFounder(m: NatMemory, r: number, object: number, moved: Moved): void {
  const { mem, layout } = m;
  const row = m.row(object);
  writeEndpoints(m, r, r + Field.first, moved);
  mem[row + Row.uses] = object + 1;
  mem[row + Row.paired] = (m.records[r + Field.held] & Held.pair) === 0 ? 0 : 1;
  moved.writes.push(layout.object.uses + object);
  moved.writes.push(layout.object.paired + object);
}

/**
 * One user less, `self` if that is the founder. Says what becomes of the mapping: it is `kept`; it is `gone`, and what it stood on is its founder's session's as before; or it was all that was left of its founder (`ended`).
 * A founder that others still use stays behind as a binding (`kept`).
 */
export function useLess(m: NatMemory, founder: number, self: boolean, moved: Moved): number {
  const { mem } = m;
  const endpoint = endpointBucket(m, founder);
  const external = externalBucket(m, founder);
  acquire(mem, m.endpointLockAt + endpoint);
  acquire(mem, m.externalLockAt + external);
  acquire(mem, m.objectLockAt + founder);
  const row = m.row(founder);
  const users = peek(mem, row + Row.binding) - 1;
  const alone = self || peek(mem, row + Row.state) === State.binding;
  let fate: number = Fate.kept;
  if (users === (self ? 0 : 1) && alone) {
    unlink(mem, m.endpointAt + endpoint, m.endpointLinkAt, founder);
    unlink(mem, m.externalAt + external, m.externalLinkAt, founder);
    setBinding(m, founder, 0, moved);
    fate = self ? Fate.gone : Fate.ended;
  } else if (self) setState(m, founder, State.binding, moved);
  else setBinding(m, founder, users, moved);
  release(mem, m.objectLockAt + founder);
  release(mem, m.externalLockAt + external);
  release(mem, m.endpointLockAt + endpoint);
  return fate;
}

/** Under the bucket's lock: the founder of an endpoint's mapping; -1: none. */
function findByEndpoint(m: NatMemory, bucket: number, subscriber: number, protocol: number, port: number): number {
  const { mem } = m;
  let founder = peek(mem, m.endpointAt + bucket) - 1;
  for (; founder >= 0; founder = mem[m.endpointLinkAt + founder] - 1) {
    const row = m.row(founder);
    if (mem[row + Row.privatePort] === port && mem[row + Row.subscriber] === subscriber && mem[row + Row.protocol] === protocol) break;
  }
  return founder;
}

/** Under the lock of either index that leads to the founder. */
function countOneMore(m: NatMemory, founder: number, moved: Moved): void {
  acquire(m.mem, m.objectLockAt + founder);
  setBinding(m, founder, peek(m.mem, m.row(founder) + Row.binding) + 1, moved);
  release(m.mem, m.objectLockAt + founder);
}

/** Under the founder's lock. */
function setBinding(m: NatMemory, founder: number, binding: number, moved: Moved): void {
  poke(m.mem, m.row(founder) + Row.binding, binding);
  moved.writes.push(m.layout.object.binding + founder);
}

/** Under the bucket's lock: a founder leaves a chain. */
function unlink(mem: Int32Array, head: number, linksAt: number, founder: number): void {
  const next = mem[linksAt + founder];
  let link = peek(mem, head);
  if (link === founder + 1) return poke(mem, head, next);
  while (mem[linksAt + link - 1] !== founder + 1) link = mem[linksAt + link - 1];
  mem[linksAt + link - 1] = next;
}
