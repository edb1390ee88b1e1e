/** What an allocation may be given at this very step: one definition for judging (membership), refusing (emptiness) and drawing (a start of one's own). */
import type { PortState } from "./state.ts";
import { admissible, replyLocal, rightParity, type Wish } from "./wish.ts";

/** A port, a chunk or a block at a table; `where` is the class of PORT-5 for a port: 0 to 3. */
export interface Found {
  readonly table: number;
  /** Offset of the port, number of the chunk or block. */
  readonly what: number;
  readonly where: number;
}

/** Slots in the shuffled scheme, chunks of all addresses in the basic one: the places a search may start at. */
export function startCount(state: PortState): number {
  return state.config.allocation === "dynamic" ? state.shape.groups : state.config.addresses.length * state.layout.chunks;
}

function dynamic(state: PortState): boolean {
  return state.config.allocation === "dynamic";
}
function portOf(state: PortState, offset: number): number {
  return state.config.low + offset;
}
function tableAt(wish: Wish, address: number): number {
  return address * 2 + wish.protocol;
}
/** The one after it in cyclic order. */
function following(at: number, count: number): number {
  return at + 1 === count ? 0 : at + 1;
}

/** The first suitable bit of this core in the order from `start`, best class first; undefined: there is none. */
export function findBit(state: PortState, wish: Wish, start: number): Found | undefined {
  return dynamic(state) ? bitInSlots(state, wish, start) : bitInBlocks(state, wish, start);
}

/** (a) own and (b) held in reply-local slots, (c) own and (d) held elsewhere. */
function bitInSlots(state: PortState, wish: Wish, start: number): Found | undefined {
  const table = tableAt(wish, wish.address);
  const { groups } = state.shape;
  for (let where = 0; where < 4; where++) {
    for (let n = 0, slot = start; n < groups; n++, slot = following(slot, groups)) {
      if (replyLocal(state, wish, slot) !== where < 2) continue;
      const offset = where % 2 === 0 ? ownBit(state, wish, table, slot) : heldBit(state, wish, table, slot);
      if (offset >= 0) return { table, what: offset, where };
    }
  }
  return undefined;
}
function ownBit(state: PortState, wish: Wish, table: number, slot: number): number {
  const at = slot * state.config.cores + wish.core;
  return firstBit(state, wish, table, state.shape.ownFirst[at], state.shape.ownEnd[at]);
}
function heldBit(state: PortState, wish: Wish, table: number, slot: number): number {
  for (let chunk = state.shape.chunkLow[slot]; chunk < state.shape.chunkLow[slot + 1]; chunk++) {
    const offset = chunkBit(state, wish, table, chunk);
    if (offset >= 0) return offset;
  }
  return -1;
}
function chunkBit(state: PortState, wish: Wish, table: number, chunk: number): number {
  if (state.cells.get(state.layout.chunk.holder + table * state.layout.chunks + chunk) !== wish.core + 1) return -1;
  return firstBit(state, wish, table, state.shape.chunkFirst[chunk], state.shape.chunkEnd[chunk]);
}
function firstBit(state: PortState, wish: Wish, table: number, from: number, to: number): number {
  for (let position = from; position < to; position++) {
    const offset = state.shape.portAt[position];
    if (admissible(wish, portOf(state, offset)) && state.hasBit(table, offset, wish.core)) return offset;
  }
  return -1;
}

/** The table that the wish may use for a chunk, numbered over all addresses; -1: another address is wanted, or the block is not the subscriber's. */
function tableInBlocks(state: PortState, wish: Wish, at: number): number {
  const { chunks } = state.layout;
  const address = Math.floor(at / chunks);
  if (wish.address >= 0 && address !== wish.address) return -1;
  const table = tableAt(wish, address);
  return state.ownsBlock(wish.subscriber, table, state.blockOfChunk(at % chunks)) ? table : -1;
}
/** A held bit; the chunks of all addresses come in one cyclic order. */
function bitInBlocks(state: PortState, wish: Wish, start: number): Found | undefined {
  const count = startCount(state);
  for (let n = 0, at = start; n < count; n++, at = following(at, count)) {
    const table = tableInBlocks(state, wish, at);
    const offset = table < 0 ? -1 : chunkBit(state, wish, table, at % state.layout.chunks);
    if (offset >= 0) return { table, what: offset, where: 3 };
  }
  return undefined;
}

/** Whether the chunk holds an admissible port at all. */
export function offers(state: PortState, wish: Wish, chunk: number): boolean {
  for (let position = state.shape.chunkFirst[chunk]; position < state.shape.chunkEnd[chunk]; position++) if (admissible(wish, portOf(state, state.shape.portAt[position]))) return true;
  return false;
}

function suits(state: PortState, wish: Wish, table: number, chunk: number): boolean {
  return state.chunkIsFree(table, chunk) && offers(state, wish, chunk);
}
/** The first free chunk with an admissible port, in the order from `start`. */
export function findChunk(state: PortState, wish: Wish, start: number): Found | undefined {
  return dynamic(state) ? chunkInSlots(state, wish, start) : chunkInBlocks(state, wish, start);
}
function chunkInSlots(state: PortState, wish: Wish, start: number): Found | undefined {
  const table = tableAt(wish, wish.address);
  const { groups } = state.shape;
  for (let n = 0, slot = start; n < groups; n++, slot = following(slot, groups)) {
    for (let chunk = state.shape.chunkLow[slot]; chunk < state.shape.chunkLow[slot + 1]; chunk++) if (suits(state, wish, table, chunk)) return { table, what: chunk, where: 0 };
  }
  return undefined;
}
function chunkInBlocks(state: PortState, wish: Wish, start: number): Found | undefined {
  const count = startCount(state);
  for (let n = 0, at = start; n < count; n++, at = following(at, count)) {
    const table = tableInBlocks(state, wish, at);
    const chunk = at % state.layout.chunks;
    if (table >= 0 && suits(state, wish, table, chunk)) return { table, what: chunk, where: 0 };
  }
  return undefined;
}

/** PORT-14: addresses cyclic from `start` (or the one given), blocks ascending, the first free one with an admissible port. */
export function findBlock(state: PortState, wish: Wish, start: number): Found | undefined {
  if (state.config.allocation !== "block") return undefined;
  if (state.blockCountOf(wish.subscriber, wish.protocol) >= state.config.blocksPerSubscriber) return undefined;
  const addresses = state.config.addresses.length;
  for (let n = 0; n < addresses; n++) {
    const address = wish.address >= 0 ? wish.address : (start + n) % addresses;
    const block = freeBlock(state, tableAt(wish, address), wish);
    if (block >= 0) return { table: tableAt(wish, address), what: block, where: 0 };
  }
  return undefined;
}
/** The first free block of the table with a chunk that offers what is wished for, if anything is; -1 none. */
export function freeBlock(state: PortState, table: number, wish: Wish | undefined): number {
  const each = state.chunksOfBlock;
  for (let block = 0; block < state.layout.blocks; block++) {
    if (state.cells.get(state.layout.block.subscriber + table * state.layout.blocks + block) !== 0) continue;
    for (let chunk = block * each; chunk < (block + 1) * each; chunk++) if (wish === undefined || offers(state, wish, chunk)) return block;
  }
  return -1;
}

/** Where one exact port is to be had: nowhere, or one of these. */
export interface Exact {
  readonly bit?: Found;
  readonly chunk?: Found;
}
export const nowhere: Exact = {};

/** One exact port: a bit of this core (`take`), or a free chunk around it (`claim`); addresses ascending where several would do. */
export function findExact(state: PortState, wish: Wish, port: number): Exact {
  if (port < state.config.low || port > state.config.high || !rightParity(wish, port)) return nowhere;
  const offset = port - state.config.low;
  const chunk = state.shape.chunkOf[offset];
  let free: Found | undefined;
  for (let address = 0; address < state.config.addresses.length; address++) {
    if (wish.address >= 0 && address !== wish.address) continue;
    const table = tableAt(wish, address);
    if (!dynamic(state) && (chunk < 0 || !state.ownsBlock(wish.subscriber, table, state.blockOfChunk(chunk)))) continue;
    if (state.hasBit(table, offset, wish.core)) return { bit: { table, what: offset, where: -1 } };
    if (free === undefined && chunk >= 0 && state.chunkIsFree(table, chunk)) free = { table, what: chunk, where: -1 };
  }
  return free === undefined ? nowhere : { chunk: free };
}

function wellKnownIsFree(state: PortState, wish: Wish, table: number, port: number): boolean {
  const { low, high } = state.config.wellKnown!;
  return port >= low && port <= high && admissible(wish, port) && state.cells.get(state.layout.wellKnown.free + table * state.layout.wellKnownPorts + port - low) === 1;
}
/** Well-known table (PORT-11): the exact port if it is free, else (unless one was wanted) the first admissible one in cyclic order from `start`, a port number. */
export function findWellKnown(state: PortState, wish: Wish, start: number): { readonly port: number; readonly tried: boolean } | undefined {
  const { low, high } = state.config.wellKnown!;
  const table = tableAt(wish, wish.address);
  const tried = wish.exactness === "none" ? wish.liked : wish.exact;
  if (tried > 0 && wellKnownIsFree(state, wish, table, tried)) return { port: tried, tried: true };
  if (wish.exactness !== "none") return undefined;
  const count = high - low + 1;
  for (let n = 0; n < count; n++) {
    const port = low + ((start - low + n) % count);
    if (wellKnownIsFree(state, wish, table, port)) return { port, tried: false };
  }
  return undefined;
}
