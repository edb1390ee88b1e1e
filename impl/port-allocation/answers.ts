/** Questions: one stage each, `answer`, which changes nothing and looks at nothing that changes. */
import { Place, Stage } from "../../spec/port-allocation/terms.ts";
import type { Moved } from "../../spec/side.ts";
import type { Numbering } from "../numbering.ts";
import type { PortMemory } from "./memory.ts";
import { Field } from "./record.ts";
import { codeOfPort, noCode } from "./shape.ts";

function answer(m: PortMemory, numbering: Numbering, moved: Moved): void {
  if (m.reporting) moved.stages.push(numbering.stage + Stage.answer);
}

/** Place, position, slot or block, chunk, owner of a port; -1 for what it has not. */
export function locate(m: PortMemory, numbering: Numbering, r: number, moved: Moved): void {
  answer(m, numbering, moved);
  const { shape } = m;
  const port = m.records[r + Field.port];
  if (port >= m.wellKnownLow && port < m.wellKnownLow + m.wellKnownPorts) return say(moved, Place.wellKnown, port - m.wellKnownLow, -1, -1, -1);
  if (port < m.low || port > m.high) return say(moved, Place.outside, -1, -1, -1, -1);
  const code = codeOfPort(shape, port);
  if (code === noCode) return say(moved, Place.leftOver, port - m.low, -1, -1, -1);
  const cell = code >>> 5;
  const position = shape.first[cell] + (code & 31);
  const group = shape.groupOf[cell];
  if (cell >= shape.ownCells) return say(moved, Place.shared, position, group, cell - shape.ownCells, -1);
  let owner = 0;
  while (cell >= shape.ownAt[(owner + 1) * shape.slots]) owner++;
  say(moved, Place.own, position, group, -1, owner);
}

function say(moved: Moved, place: number, position: number, group: number, chunk: number, owner: number): void {
  moved.outcome.push(place);
  moved.outcome.push(position);
  moved.outcome.push(group);
  moved.outcome.push(chunk);
  moved.outcome.push(owner);
}

/** Deterministic NAT backwards: the subscriber whose block an external endpoint lies in, or -1. */
export function inverse(m: PortMemory, numbering: Numbering, r: number, moved: Moved): void {
  answer(m, numbering, moved);
  const { shape, records } = m;
  moved.outcome.push(0);
  let subscriber = -1;
  const code = codeOfPort(shape, records[r + Field.port]);
  if (code !== noCode) subscriber = records[r + Field.address] * m.ratio + Math.floor(shape.groupOf[code >>> 5] / m.blocksMax);
  moved.outcome.push(subscriber < m.config.subscribers ? subscriber : -1);
}

/** The core that gets the reply. */
export function replyCore(m: PortMemory, numbering: Numbering, r: number, moved: Moved): void {
  answer(m, numbering, moved);
  moved.outcome.push(0);
  moved.outcome.push(m.config.indirection[m.records[r + Field.hash] & m.hashMask]);
}
