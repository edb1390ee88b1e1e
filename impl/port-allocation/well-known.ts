/** Range preservation: ports below 1024 come from a table of single bits that all cores share, under its lock. */
import { Stage } from "../../spec/port-allocation/terms.ts";
import { Next, type Moved } from "../../spec/side.ts";
import { lowestBit, within } from "../bits.ts";
import type { Numbering } from "../numbering.ts";
import { acquire, peek, poke, release } from "../shared.ts";
import { bindPort, refuse } from "./give.ts";
import { portWords, type PortMemory } from "./memory.ts";
import { Field } from "./record.ts";
import { Parity } from "./shape.ts";

/** `take-well-known` or `refuse`. */
export function allocateWellKnown(m: PortMemory, numbering: Numbering, r: number, moved: Moved): void {
  const { mem, records } = m;
  const exact = records[r + Field.exact];
  if (exact === -2) return refuse(m, numbering, r, moved);
  const table = records[r + Field.address] * 2 + records[r + Field.protocol];
  const at = m.wellKnownAt + table * m.wellKnownWords;
  const wished = exact >= 0 ? exact : records[r + Field.liked];
  let start = wished - m.wellKnownLow;
  let bit = -1;
  acquire(mem, m.wellKnownLockAt + table);
  if (wished >= 0 && ((peek(mem, at + (start >>> 5)) >>> (start & 31)) & 1) === 1) bit = start;
  if (bit < 0 && exact < 0) {
    start = m.choose(r, numbering.stage + Stage["take-well-known"], m.wellKnownPorts);
    bit = firstFree(m, r, at, start, m.wellKnownPorts);
    if (bit < 0) bit = firstFree(m, r, at, 0, start);
  }
  if (bit >= 0) {
    const word = at + (bit >>> 5);
    poke(mem, word, peek(mem, word) & ~(1 << (bit & 31)));
    bindPort(m, r, m.wellKnownHandle + table * m.wellKnownPorts + bit, moved);
  }
  release(mem, m.wellKnownLockAt + table);
  if (bit < 0) return refuse(m, numbering, r, moved);
  if (!m.reporting) return;
  moved.stages.push(numbering.stage + Stage["take-well-known"]);
  moved.witness.push(m.wellKnownLow + start);
  moved.witness.push(m.wellKnownLow + bit);
  noteWellKnown(m, moved, table * m.wellKnownPorts + bit);
}

/** First free admitted bit from `from` to `to` - 1, or -1. Only under the lock. */
function firstFree(m: PortMemory, r: number, at: number, from: number, to: number): number {
  const { records } = m;
  const low = Math.max(from, records[r + Field.low] - m.wellKnownLow);
  const high = Math.min(to, records[r + Field.high] - m.wellKnownLow + 1);
  const parity = records[r + Field.parity];
  // Bit 0 of every word has the parity of the lowest port, as 32 is even.
  const mask = parity === Parity.any ? -1 : (parity ^ m.wellKnownLow) & 1 ? 0xaaaaaaaa : 0x55555555;
  for (let base = low & ~31; base < high; base += 32) {
    const bits = within(peek(m.mem, at + (base >>> 5)) & mask, base, low, high);
    if (bits !== 0) return base + lowestBit(bits);
  }
  return -1;
}

/** `free-well-known`: the bit is set again. */
export function freeWellKnown(m: PortMemory, numbering: Numbering, r: number, moved: Moved): void {
  const { mem, records } = m;
  const handle = records[r + Field.handle];
  const index = handle - m.wellKnownHandle;
  const table = Math.floor(index / m.wellKnownPorts);
  const bit = index - table * m.wellKnownPorts;
  const word = m.wellKnownAt + table * m.wellKnownWords + (bit >>> 5);
  acquire(mem, m.wellKnownLockAt + table);
  mem[m.portAt + handle * portWords] = 0;
  mem[m.portAt + handle * portWords + 1] = 0;
  poke(mem, word, peek(mem, word) | (1 << (bit & 31)));
  release(mem, m.wellKnownLockAt + table);
  records[r + Field.freedHere] = 1;
  moved.next = Next.done;
  if (!m.reporting) return;
  moved.stages.push(numbering.stage + Stage["free-well-known"]);
  noteWellKnown(m, moved, index);
}

function noteWellKnown(m: PortMemory, moved: Moved, index: number): void {
  moved.writes.push(m.layout.wellKnown.free + index);
  moved.writes.push(m.layout.wellKnown.user + index);
  moved.writes.push(m.layout.wellKnown.session + index);
}
