/** What one unit of an allocation asks for, worked out once from the command. */
import { tableOf, type Allocate } from "../../spec/port-allocation/terms.ts";
import { inputBytesMax, keyWindows, toeplitz, writeTuple } from "../toeplitz.ts";
import type { PortState } from "./state.ts";

/** Why a port is exact: asked for, or fixed by deterministic NAT. */
export type Exactness = "particular" | "fixed" | "none";

export interface Wish {
  readonly command: Allocate;
  readonly slot: number;
  readonly core: number;
  readonly subscriber: number;
  /** 0 TCP, 1 everything else. */
  readonly protocol: 0 | 1;
  /** Position of the address that must be used; -1 any. */
  readonly address: number;
  readonly icmp: boolean;
  /** Bits of hash(flow, port 0) that index the indirection table. */
  readonly hash: number;
  /** Served by the well-known table only. */
  readonly wellKnown: boolean;
  readonly exactness: Exactness;
  readonly exact: number;
  /** Tried first; 0 none. */
  readonly liked: number;
  readonly likedIsType: boolean;
  /** A range was wanted; low and high bound what is admissible in any case. */
  readonly ranged: boolean;
  readonly low: number;
  readonly high: number;
  /** -1, or the parity that is kept. */
  readonly parity: number;
  /** Set between `claim` and `take-claimed`: table and chunk, and the port it was claimed for, -1 for the first. */
  claimedTable: number;
  claimedChunk: number;
  claimedFor: number;
}

const input = new Uint8Array(inputBytesMax);

/** Hash of the reply of a flow to (address, port): source is the remote endpoint. */
export function replyHash(state: PortState, icmp: boolean, remote: number, remotePort: number, address: number, port: number): number {
  const length = writeTuple(input, state.remoteBytes[remote], state.addressBytes[address], icmp ? -1 : remotePort, port);
  return toeplitz(keyWindows(state.config.key), input, length);
}

/** The wish of one unit for the command, on this core. */
export function wishOf(state: PortState, slot: number, core: number, command: Allocate): Wish {
  const { config } = state;
  const icmp = command.protocol === "icmp";
  const wellKnown = config.wellKnown !== null && command.privatePort < 1024;
  const fixed = config.allocation === "deterministic" && state.profile === "patent" && !wellKnown;
  const { want } = command;
  const particular = want !== null && "port" in want;
  const ranged = want !== null && "low" in want && !fixed;
  return {
    command,
    slot,
    core,
    subscriber: command.subscriber,
    protocol: tableOf(command.protocol),
    address: addressOf(state, command, wellKnown),
    icmp,
    hash: config.allocation === "dynamic" ? replyHash(state, icmp, command.remote, command.remotePort, command.address, 0) & state.hashMask : 0,
    wellKnown,
    exactness: fixed ? "fixed" : particular ? "particular" : "none",
    exact: fixed ? state.fixedPort(command.subscriber, command.privatePort) : particular ? want.port : -1,
    liked: config.preserve && !particular && !fixed ? command.typePort || command.privatePort : 0,
    likedIsType: command.typePort !== 0,
    ranged,
    low: ranged ? want.low : 1,
    high: ranged ? want.high : 65535,
    parity: config.parity && !fixed ? command.privatePort & 1 : -1,
    claimedTable: -1,
    claimedChunk: -1,
    claimedFor: -1,
  };
}

function addressOf(state: PortState, command: Allocate, wellKnown: boolean): number {
  const { allocation, addresses } = state.config;
  if (!wellKnown || command.address >= 0) return command.address;
  return allocation === "deterministic" ? Math.floor(command.subscriber / state.ratio) : command.subscriber % addresses.length;
}

/** PORT-12. */
export function rightParity(wish: Wish, port: number): boolean {
  return wish.parity < 0 || (port & 1) === wish.parity;
}
/** Range and parity (PORT-21, PORT-12). */
export function admissible(wish: Wish, port: number): boolean {
  return port >= wish.low && port <= wish.high && rightParity(wish, port);
}

/** Whether replies to ports of this slot come back to the wish's core (PORT-5). */
export function replyLocal(state: PortState, wish: Wish, slot: number): boolean {
  const index = wish.icmp ? wish.hash : wish.hash ^ (slot & state.hashMask);
  return state.config.indirection[index] === wish.core;
}
