/**
 * The abstraction function: the tables read back in the words of the view. What is said of keys is what a look-up of them finds; what is said of ports is what bitmap and owner say.
 */
import { findGlobal } from "./global-table.ts";
import { keyOf } from "./keys.ts";
import type { NatMemory } from "./memory.ts";
import { findOwn } from "./own-table.ts";
import * as words from "./words.ts";

const { From, Row } = words;

/** The value of one entry. */
export function readEntry(m: NatMemory, entry: number): number {
  const { layout: at, mem, own, objects } = m;
  if (entry < at.object.global) {
    const n = entry - at.object.state;
    return mem[m.row(n % objects) + ((n / objects) | 0)];
  }
  if (entry < at.local.keys) return globalBits(m, entry - at.object.global);
  if (entry < at.port.user) return localBits(m, ((entry - at.local.keys) / objects) | 0, (entry - at.local.keys) % objects);
  if (entry < at.port.user + m.addresses * 2 * m.ports) return portUser(m, entry - at.port.user);
  if (entry === at.node.type) return mem[m.typeAt];
  if (entry < at.subscriber.pairAddress) return mem[m.quotaAt + entry - at.subscriber.sessions];
  if (entry < at.subscriber.pairCount) return mem[m.pairAt + 2 * (entry - at.subscriber.pairAddress)];
  if (entry < at.core.armed) return mem[m.pairAt + 2 * (entry - at.subscriber.pairCount) + 1];
  if (entry < at.core.armed + m.cores) return own[m.armedAt + entry - at.core.armed];
  if (entry < at.bucket.core) return own[m.pendingAt + entry - at.failing.pending];
  return mem[m.coreOfAt + entry - at.bucket.core];
}

/** Sides under which the global table leads to a structure, as bits: outbound 1, inbound 2. */
function globalBits(m: NatMemory, object: number): number {
  let bits = 0;
  for (let side: number = From.inside; side <= From.outside; side++) {
    keyOf(m, m.keys, 0, object, side);
    if (findGlobal(m, m.keys, 0) === object) bits |= 1 << side;
  }
  return bits;
}

/** The like of a core's own table. */
function localBits(m: NatMemory, core: number, object: number): number {
  let bits = 0;
  for (let side: number = From.inside; side <= From.outside; side++) {
    keyOf(m, m.keys, 0, object, side);
    if (findOwn(m, core, m.keys, 0) === object) bits |= 1 << side;
  }
  return bits;
}

function portUser({ mem, portAt, portTableWords, portWords, ports }: NatMemory, n: number): number {
  const table = portAt + ((n / ports) | 0) * portTableWords;
  const port = n % ports;
  return ((mem[table + (port >>> 5)] >>> (port & 31)) & 1) === 1 ? 0 : mem[table + portWords + port];
}

/** Every entry into its place; equal to `readEntry` of each. Tables of keys, which are large, are walked slot by slot, and a key counts that its own look-up finds. */
export function scanEntries(m: NatMemory, into: Int32Array): void {
  const { layout: at, mem, objects } = m;
  for (let object = 0; object < objects; object++) {
    const row = m.row(object);
    for (let word = 0; word < Row.words; word++) into[at.object.state + word * objects + object] = mem[row + word];
    into[at.object.global + object] = mem[row + Row.subscriber] === 0 ? 0 : globalBits(m, object);
  }
  into.fill(0, at.local.keys, at.port.user);
  for (let core = 0; core < m.cores; core++) scanTable(m, core, into);
  for (let entry = at.port.user, end = at.object.state + at.size; entry < end; entry++) into[entry] = readEntry(m, entry);
}

function scanTable(m: NatMemory, core: number, into: Int32Array): void {
  const size = (m.ownMask + 1) * 2;
  const first = m.tableAt + core * size;
  for (let slot = first; slot < first + size; slot += 2) {
    const ref = m.own[slot + 1] - 1;
    if (ref < 0) continue;
    keyOf(m, m.keys, 0, ref >> 1, ref & 1);
    if (findOwn(m, core, m.keys, 0) === ref >> 1) into[m.layout.local.keys + core * m.objects + (ref >> 1)] |= 1 << (ref & 1);
  }
}
