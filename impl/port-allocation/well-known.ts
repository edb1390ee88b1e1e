/** Range preservation: ports below 1024 come from a table of single bits that all cores share, under its lock. */
import { Stage } from "../../spec/port-allocation/terms.ts";
import type { Moved } from "../../spec/side.ts";
import { lowestBit, within } from "../bits.ts";
import type { Numbering } from "../numbering.ts";
import { acquire, peek, poke, release } from "../accessor.ts";
import { bindPort, refuse } from "./give.ts";
import { portWords, type PortMemory } from "./memory.ts";
import { Field, Filter, neverGiven, noPort } from "./record.ts";
import { Parity } from "./shape.ts";

const noBit = -1;

/** `take-well-known` or `refuse`. */
export function allocateWellKnown(m: PortMemory, numbering: Numbering, r: number, moved: Moved): void {
  const { mem, records } = m;
  const wished = records[r + Field.wished];
  if (wished === neverGiven) return refuse(m, numbering, r, moved);
  const table = records[r + Field.address] * 2 + records[r + Field.protocol];
  const at = m.wellKnownAt + table * m.wellKnownWords;
  let start = wished - m.wellKnownLow;
  let bit = noBit;
  acquire(mem, m.wellKnownLockAt + table);
  if (wished !== noPort && ((peek(mem, at + (start >>> 5)) >>> (start & 31)) & 1) === 1) bit = start;
  if (bit === noBit && (wished === noPort || records[r + Field.must] === 0)) {
    start = m.choose(r, numbering.stage + Stage["take-well-known"], m.wellKnownPorts);
    bit = firstFree(m, r, at, start, m.wellKnownPorts);
    if (bit === noBit) bit = firstFree(m, r, at, 0, start);
  }
  if (bit !== noBit) {
    const word = at + (bit >>> 5);
    poke(mem, word, peek(mem, word) & ~(1 << (bit & 31)));
    bindPort(m, r, m.wellKnownHandle + table * m.wellKnownPorts + bit);
  }
  release(mem, m.wellKnownLockAt + table);
  if (bit === noBit) return refuse(m, numbering, r, moved);
  if (m.reporting) {
    moved.stages.push(numbering.stage + Stage["take-well-known"]);
    moved.witness.push(m.wellKnownLow + start);
    moved.witness.push(m.wellKnownLow + bit);
    noteWellKnown(m, moved, table * m.wellKnownPorts + bit);
  }
}

/** First free admitted bit from `from` to `to` - 1, or `noBit`. Only under the lock. */
function firstFree(m: PortMemory, r: number, at: number, from: number, to: number): number {
  const { records } = m;
  const ranged = records[r + Field.filter] === Filter.range;
  const low = ranged ? Math.max(from, records[r + Field.low] - m.wellKnownLow) : from;
  const high = ranged ? Math.min(to, records[r + Field.high] - m.wellKnownLow + 1) : to;
  const parity = records[r + Field.parity];
  // Bit 0 of every word has the parity of the lowest port, as 32 is even.
  const mask = parity === Parity.any ? -1 : (parity ^ m.wellKnownLow) & 1 ? 0xaaaaaaaa : 0x55555555;
  for (let base = low & ~31; base < high; base += 32) {
    const bits = within(peek(m.mem, at + (base >>> 5)) & mask, base, low, high);
    if (bits !== 0) return base + lowestBit(bits);
  }
  return noBit;
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
  if (m.reporting) {
    moved.stages.push(numbering.stage + Stage["free-well-known"]);
    noteWellKnown(m, moved, index);
  }
}

function noteWellKnown(m: PortMemory, moved: Moved, index: number): void {
  moved.writes.push(m.layout.wellKnown.free + index);
  moved.writes.push(m.layout.wellKnown.user + index);
  moved.writes.push(m.layout.wellKnown.session + index);
}
