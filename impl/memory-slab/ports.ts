/** Ports that objects hold, as bits and who has each, under one lock: they stand for whatever depends on an object. */
import { Stage } from "../../spec/memory-slab/terms.ts";
import type { Moved } from "../../spec/side.ts";
import { poke } from "../accessor.ts";
import { clearBit, findBit, setBit } from "./bitmap.ts";
import type { SlabMemory } from "./memory.ts";
import * as words from "./words.ts";

const { Item } = words;
const { attach } = Stage;

/** Under the locks of the object's page and of ports: any free port becomes the object's; -1: none is free. */
export function givePort(m: SlabMemory, r: number, object: number, moved: Moved): number {
  const { mem } = m;
  const { ports } = m.config;
  const port = findBit(mem, m.portBitsAt, m.choose(r, attach, ports), ports);
  if (port < 0) return port;
  clearBit(mem, m.portBitsAt, port);
  bind(m, object, port, object + 1, port + 1, moved);
  return port;
}

/** Under the same: the port that an object holds is free again. */
export function freePort(m: SlabMemory, object: number, port: number, moved: Moved): void {
  setBit(m.mem, m.portBitsAt, port);
  bind(m, object, port, 0, 0, moved);
}

/** Port and object name each other, or neither names anything. */
function bind(m: SlabMemory, object: number, port: number, holder: number, held: number, moved: Moved): void {
  poke(m.mem, m.portAt + port, holder);
  poke(m.mem, m.itemOf(object) + Item.port, held);
  moved.writes.push(m.layout.port.object + port);
  moved.writes.push(m.layout.object.port + object);
}
