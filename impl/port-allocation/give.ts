/** How the row of one allocation ends: a port is given out, or the unit is refused. */
import * as terms from "../../spec/port-allocation/terms.ts";
import type { Moved } from "../../spec/side.ts";
import { lowestBit } from "../bits.ts";
import type { Numbering } from "../numbering.ts";
import { admitted, cellIndex, resetBit } from "./bitmap.ts";
import * as memory from "./memory.ts";
import type { PortMemory } from "./memory.ts";
import * as record from "./record.ts";
import { slotOf } from "./record.ts";

const { Stage } = terms;
const { giverBits, portWords } = memory;
const { Field, noPort, Step } = record;

/** Notes in a port's words whose it is, and in the record that the unit is done. */
export function bindPort(m: PortMemory, r: number, handle: number): void {
  const { mem, records } = m;
  const at = m.portAt + handle * portWords;
  mem[at] = records[r + Field.subscriber] + 1;
  mem[at + 1] = ((slotOf(r) + 1) << giverBits) | records[r + Field.core];
  records[r + Field.handle] = handle;
}

/** A free port of this core goes to the operation: its bit is reset. Returns the port. */
function givePort(m: PortMemory, r: number, table: number, code: number, moved: Moved): number {
  const { shape, layout } = m;
  resetBit(m, m.records[r + Field.core], table, code);
  const port = shape.portAt[shape.first[code >>> 5] + (code & 31)];
  const handle = table * m.ports + port - m.low;
  bindPort(m, r, handle);
  if (m.reporting) {
    moved.writes.push(layout.port.local + handle);
    moved.writes.push(layout.port.user + handle);
    moved.writes.push(layout.port.session + handle);
  }
  return port;
}

/** `take`: a free port of this core, found from `start` on. */
export function take(m: PortMemory, numbering: Numbering, r: number, start: number, table: number, code: number, moved: Moved): void {
  const port = givePort(m, r, table, code, moved);
  tell(m, moved, numbering.stage + Stage.take, start, table >>> 1, port);
}

/** `take-claimed`: the port aimed at, or else the first admitted one, of the chunk that this operation claimed in its last step. */
export function takeClaimed(m: PortMemory, numbering: Numbering, r: number, moved: Moved): void {
  const { records, shape } = m;
  const table = records[r + Field.claimedTable];
  const cell = records[r + Field.claimedCell];
  const aim = records[r + Field.claimedPort];
  const place = records[r + Field.core] * m.tables + table;
  const code = aim !== noPort ? shape.codeOf[aim - m.low] : cell * 32 + lowestBit(m.mem[cellIndex(m, place, cell)] & admitted(m, r, cell));
  const port = givePort(m, r, table, code, moved);
  records[r + Field.step] = m.basic ? Step.fromBlocks : Step.fromSlots;
  if (m.reporting) {
    moved.stages.push(numbering.stage + Stage["take-claimed"]);
    moved.witness.push(table >>> 1);
    moved.witness.push(port);
  }
}

/** `refuse`: the unit gets nothing, and nothing has changed. */
export function refuse(m: PortMemory, numbering: Numbering, r: number, moved: Moved): void {
  m.records[r + Field.handle] = -1;
  if (m.reporting) moved.stages.push(numbering.stage + Stage.refuse);
}

/** Reports a stage whose witness is where its search started, the address, and what was found there. */
export function tell(m: PortMemory, moved: Moved, stage: number, start: number, address: number, found: number): void {
  if (m.reporting) {
    moved.stages.push(stage);
    moved.witness.push(start);
    moved.witness.push(address);
    moved.witness.push(found);
  }
}
