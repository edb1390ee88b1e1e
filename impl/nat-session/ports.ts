/**
 * Ports of the pool: a table for TCP and one for everything else of each NAT address, free ports as bits, searched 32 at a time. One table is searched under its lock, which answers for that address alone; that no
 * address has a free port is said only by who holds the locks of all.
 */
import type { Moved } from "../../spec/side.ts";
import { lowestBit, within } from "../bits.ts";
import { acquire, peek, poke, release } from "../accessor.ts";
import type { NatMemory } from "./memory.ts";

/** In place of a port. */
export const noPort = -1;

/** A free port (position in the pool) of one address goes to `user` (object + 1), the first from `start` on; `noPort`: it has none. */
export function takePort(m: NatMemory, address: number, protocol: number, start: number, user: number, moved: Moved): number {
  const table = m.portTable(address, protocol);
  acquire(m.mem, m.portLockAt + table);
  const port = firstFree(m, table, start);
  if (port !== noPort) assign(m, table, port, user, moved);
  release(m.mem, m.portLockAt + table);
  return port;
}

/** The same of any address, those from `address` on first: address × ports + port; `noPort`: none has one. */
export function takePortAnywhere(m: NatMemory, address: number, protocol: number, start: number, user: number, moved: Moved): number {
  const { mem, addresses } = m;
  for (let n = 0; n < addresses; n++) acquire(mem, m.portLockAt + m.portTable(n, protocol));
  let found = noPort;
  for (let n = 0; n < addresses && found === noPort; n++) {
    const each = (address + n) % addresses;
    const table = m.portTable(each, protocol);
    const port = firstFree(m, table, start);
    if (port === noPort) continue;
    assign(m, table, port, user, moved);
    found = each * m.ports + port;
  }
  for (let n = addresses - 1; n >= 0; n--) release(mem, m.portLockAt + m.portTable(n, protocol));
  return found;
}

/** The port is free again. */
export function freePort(m: NatMemory, address: number, protocol: number, port: number, moved: Moved): void {
  const { mem } = m;
  const table = m.portTable(address, protocol);
  if (m.surroundings !== undefined) return notePort(m, table * m.ports + port, 0, moved);
  const word = m.portAt + table * m.portTableWords + (port >>> 5);
  acquire(mem, m.portLockAt + table);
  poke(mem, word, peek(mem, word) | (1 << (port & 31)));
  release(mem, m.portLockAt + table);
  moved.writes.push(m.layout.port.user + table * m.ports + port);
}

/** Under the lock of the table: the first free port from `start` on, cyclically. */
function firstFree(m: NatMemory, table: number, start: number): number {
  const port = freeWithin(m, table, start, m.ports);
  return port === noPort ? freeWithin(m, table, 0, start) : port;
}

/** The first free port from `from` up to `to` - 1. */
function freeWithin(m: NatMemory, table: number, from: number, to: number): number {
  const first = m.portAt + table * m.portTableWords;
  for (let base = from & ~31; base < to; base += 32) {
    const bits = within(peek(m.mem, first + (base >>> 5)), base, from, to);
    if (bits !== 0) return base + lowestBit(bits);
  }
  return noPort;
}

function assign(m: NatMemory, table: number, port: number, user: number, moved: Moved): void {
  const { mem } = m;
  const first = m.portAt + table * m.portTableWords;
  poke(mem, first + (port >>> 5), peek(mem, first + (port >>> 5)) & ~(1 << (port & 31)));
  poke(mem, first + m.portWords + port, user);
  moved.writes.push(m.layout.port.user + table * m.ports + port);
}

/** As a part: who has a port (table × ports + position in the pool), 0 nobody; noted by the core that was given it before anybody hears of it, and by the one that lets it go before it is free. */
export function notePort(m: NatMemory, handle: number, user: number, moved: Moved): void {
  const table = (handle / m.ports) | 0;
  m.mem[m.portAt + table * m.portTableWords + m.portWords + handle - table * m.ports] = user;
  moved.writes.push(m.layout.port.user + handle);
}
