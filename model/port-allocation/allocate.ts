/** One unit of an allocation, one documented stage at a time. What follows when stands in `spec/port-allocation/stages.ts`. */
import { goalNumber, ruleNumber } from "../../spec/port-allocation/rules.ts";
import { Stage } from "../../spec/port-allocation/terms.ts";
import { Next, type Moved } from "../../spec/side.ts";
import { findBit, findBlock, findChunk, findExact, findWellKnown, nowhere, startCount, type Found } from "./search.ts";
import type { PortState } from "./state.ts";
import { Witness } from "./witness.ts";
import { admissible, type Wish } from "./wish.ts";

/** Rules under which every stage of its kind stands, whatever else it is. */
const rulesOf = {
  take: ["PORT-6", "PORT-24", "PORT-10"].map(ruleNumber),
  takeInSlots: ["PORT-27", "PORT-3"].map(ruleNumber),
  give: ["PORT-1", "PORT-25"].map(ruleNumber),
  claim: ["PORT-7", "PORT-2", "PORT-10", "PORT-19"].map(ruleNumber),
  takeClaimed: ["PORT-6", "PORT-4"].map(ruleNumber),
  takeWellKnown: ["PORT-11", "PORT-25"].map(ruleNumber),
  refuse: ["PORT-17", "PORT-19"].map(ruleNumber),
};

/** Draws of the model alone. */
const Draw = { bit: 0, chunk: 1, block: 2, wellKnown: 3 } as const;

/** What the unit came to: still under way, or over with a port (its handle) or with a refusal. */
export const Unit = { open: -2, refused: -1 } as const;

/** One stage of the unit; answers `Unit.open`, `Unit.refused` or the handle given. */
export function allocateStage(state: PortState, wish: Wish, witness: Witness, moved: Moved): number {
  if (wish.wellKnown) return wellKnownStage(state, wish, witness, moved);
  if (wish.claimedChunk >= 0) return takeClaimed(state, wish, witness, moved);
  if (wish.exactness !== "none") return exactStage(state, wish, witness, moved);
  const liked = wish.liked > 0 && admissible(wish, wish.liked) ? findExact(state, wish, wish.liked) : nowhere;
  if (liked.bit !== undefined) return take(state, wish, witness, liked.bit, -1, "PORT-23", moved);
  if (liked.chunk !== undefined) return claim(state, wish, witness, liked.chunk, -1, "PORT-23", wish.liked, moved);
  return searchStage(state, wish, witness, moved);
}

function exactStage(state: PortState, wish: Wish, witness: Witness, moved: Moved): number {
  const rule = wish.exactness === "fixed" ? "PORT-15" : "PORT-16";
  const found = findExact(state, wish, wish.exact);
  if (found.bit !== undefined) return take(state, wish, witness, found.bit, -1, rule, moved);
  if (found.chunk !== undefined) return claim(state, wish, witness, found.chunk, -1, rule, wish.exact, moved);
  if (wish.exactness === "particular") state.goal(moved, "port/particular-refused");
  return refuse(state, wish, witness, [rule], moved);
}

/** Search of PORT-5 and PORT-21, then a chunk, then a block. */
function searchStage(state: PortState, wish: Wish, witness: Witness, moved: Moved): number {
  const rule = wish.ranged ? "PORT-21" : state.config.allocation === "dynamic" ? "PORT-5" : "PORT-13";
  const start = witness.start(Stage.take, startCount(state), Draw.bit);
  const bit = findBit(state, wish, start);
  if (bit !== undefined) return take(state, wish, witness, bit, start, rule, moved);
  const chunkStart = witness.start(Stage.claim, startCount(state), Draw.chunk);
  const chunk = findChunk(state, wish, chunkStart);
  if (chunk !== undefined) return claim(state, wish, witness, chunk, chunkStart, wish.ranged ? "PORT-21" : "PORT-7", -1, moved);
  const blockStart = witness.start(Stage.reserve, state.config.addresses.length, Draw.block);
  const block = findBlock(state, wish, blockStart);
  if (block !== undefined) {
    reserve(state, wish.subscriber, witness, block, blockStart, moved);
    state.goal(moved, "port/block-reserved");
    return Unit.open;
  }
  return refuse(state, wish, witness, wish.parity >= 0 ? ["PORT-12"] : state.config.allocation === "block" ? ["PORT-13"] : [], moved);
}

// --- take

/** Names the rule that a witness breaks which is not what had to follow. */
function whyNotPort(state: PortState, wish: Wish, right: Found, table: number, port: number, start: number): string {
  const { low, high } = state.config;
  if (table !== right.table && state.config.allocation === "dynamic") return "PORT-1";
  if (port < low || port > high) return wish.ranged ? "PORT-21" : "PORT-11";
  const offset = port - low;
  const owner = state.shape.owner[offset];
  if (!state.hasBit(table, offset, wish.core)) return owner >= 0 && owner !== wish.core ? "PORT-3" : "PORT-10";
  if (wish.exactness === "fixed") return "PORT-15";
  if (wish.exactness === "particular") return "PORT-16";
  if (right.where < 0) return "PORT-23";
  if (port < wish.low || port > wish.high) return "PORT-21";
  if (!admissible(wish, port)) return "PORT-12";
  const chunk = state.shape.chunkOf[offset];
  if (state.config.allocation !== "dynamic") return chunk < 0 || !state.ownsBlock(wish.subscriber, table, state.blockOfChunk(chunk)) ? (state.config.allocation === "block" ? "PORT-13" : "PORT-15") : "PORT-6";
  // In another class than the best one it is the order that is broken, otherwise the place within it.
  const only: Wish = { ...wish, low: port, high: port, parity: -1 };
  return findBit(state, only, start)?.where === right.where ? "PORT-6" : "PORT-5";
}

/** By class of PORT-5. */
const classGoals = ["port/own-local", "port/held-local", "port/own-elsewhere", "port/held-elsewhere"].map(goalNumber);

function take(state: PortState, wish: Wish, witness: Witness, found: Found, start: number, rule: string, moved: Moved): number {
  const port = state.config.low + found.what;
  const address = found.table >> 1;
  if (start >= 0 && wish.ranged) state.goal(moved, "port/range");
  witness.stage(Stage.take, rule, moved);
  const saidStart = witness.next(Math.max(start, 0), moved);
  const saidAddress = witness.next(address, moved);
  const saidPort = witness.next(port, moved);
  if (saidStart < 0 || saidStart >= startCount(state)) witness.refuse("PORT-6", `a start from 0 to ${startCount(state) - 1}, not ${saidStart}`, moved);
  else if (saidAddress !== address || saidPort !== port)
    witness.refuse(whyNotPort(state, wish, found, saidAddress * 2 + wish.protocol, saidPort, start), `port ${port} of address ${address}, not ${saidPort} of address ${saidAddress}`, moved);
  state.rules(moved, rulesOf.take);
  if (state.config.allocation !== "dynamic") state.rule(moved, "PORT-20");
  if (wish.parity >= 0) state.rule(moved, "PORT-12");
  if (state.shape.owner[found.what] < 0 && state.config.allocation === "block") state.rule(moved, "PORT-22");
  if (state.config.memoryOptimised) state.rule(moved, "PORT-18");
  if (found.where >= 0 && state.config.allocation === "dynamic") {
    moved.goals.push(state.at.goal + classGoals[found.where]);
    state.rules(moved, rulesOf.takeInSlots);
  }
  if (found.where < 0) exactGoal(state, wish, "port/particular-taken", moved);
  return give(state, wish, found.table, found.what, moved);
}

function exactGoal(state: PortState, wish: Wish, particular: string, moved: Moved): void {
  if (wish.exactness === "fixed") state.goal(moved, "port/fixed-port");
  else if (wish.exactness === "particular") state.goal(moved, particular);
  else state.goal(moved, wish.likedIsType ? "port/type-port" : "port/preserved");
}

function give(state: PortState, wish: Wish, table: number, offset: number, moved: Moved): number {
  const handle = table * state.layout.ports + offset;
  const other = state.layout.port.user + (table ^ 1) * state.layout.ports + offset;
  state.rules(moved, rulesOf.give);
  if (state.cells.get(other) !== 0) state.goal(moved, "port/both-tables");
  if (wish.icmp) state.goal(moved, "port/icmp");
  if (state.refusedIn[table]) state.goal(moved, "port/given-after-refusal");
  state.give(handle, wish.subscriber, wish.slot);
  return handle;
}

// --- claim

function claim(state: PortState, wish: Wish, witness: Witness, found: Found, start: number, rule: string, forPort: number, moved: Moved): number {
  const address = found.table >> 1;
  const lacksParity = wish.parity >= 0 && start >= 0 && findBit(state, { ...wish, parity: -1 }, 0) !== undefined;
  witness.stage(Stage.claim, lacksParity ? "PORT-12" : rule, moved);
  const saidStart = witness.next(Math.max(start, 0), moved);
  const saidAddress = witness.next(address, moved);
  const saidChunk = witness.next(found.what, moved);
  if (saidStart < 0 || saidStart >= startCount(state)) witness.refuse("PORT-7", `a start from 0 to ${startCount(state) - 1}, not ${saidStart}`, moved);
  else if (saidAddress !== address || saidChunk !== found.what) {
    const table = saidAddress * 2 + wish.protocol;
    const free = saidChunk >= 0 && saidChunk < state.shape.chunks && saidAddress >= 0 && saidAddress < state.config.addresses.length && state.chunkIsFree(table, saidChunk);
    const foreign = free && state.config.allocation !== "dynamic" && !state.ownsBlock(wish.subscriber, table, state.blockOfChunk(saidChunk));
    const why = !free ? "PORT-10" : foreign ? (state.config.allocation === "block" ? "PORT-13" : "PORT-15") : rule;
    witness.refuse(why, `chunk ${found.what} of address ${address}, not ${saidChunk} of address ${saidAddress}`, moved);
  }
  state.rules(moved, rulesOf.claim);
  if (state.config.allocation === "dynamic") state.rule(moved, "PORT-3");
  if (state.config.memoryOptimised) state.rule(moved, "PORT-18");
  claimGoals(state, wish, found, lacksParity, moved);
  state.claim(found.table, found.what, wish.core);
  wish.claimedTable = found.table;
  wish.claimedChunk = found.what;
  wish.claimedFor = forPort;
  return Unit.open;
}

function claimGoals(state: PortState, wish: Wish, found: Found, lacksParity: boolean, moved: Moved): void {
  state.goal(moved, "port/claimed");
  if (lacksParity) state.goal(moved, "port/parity-claim");
  if (state.shape.chunkEnd[found.what] - state.shape.chunkFirst[found.what] < state.config.chunk) state.goal(moved, "port/short-chunk");
  if (wish.ranged && found.where === 0) state.goal(moved, "port/range-claimed");
  const cell = found.table * state.layout.chunks + found.what;
  const returned = state.returnedBy.get(cell);
  if (returned !== undefined && returned !== wish.core + 1) state.goal(moved, "port/chunk-moved");
  if (state.config.allocation !== "block") return;
  for (let other = 0; other < state.shape.chunks; other++) {
    const holder = state.cells.peek(state.layout.chunk.holder + found.table * state.layout.chunks + other);
    if (holder === 0 || holder === wish.core + 1 || !state.ownsBlock(wish.subscriber, found.table, state.blockOfChunk(other))) continue;
    state.goal(moved, "port/block-shared-by-cores");
    state.rule(moved, "PORT-22");
    return;
  }
}

function takeClaimed(state: PortState, wish: Wish, witness: Witness, moved: Moved): number {
  const { claimedTable: table, claimedChunk: chunk, claimedFor } = wish;
  let offset = claimedFor >= 0 ? claimedFor - state.config.low : -1;
  for (let position = state.shape.chunkFirst[chunk]; offset < 0 && position < state.shape.chunkEnd[chunk]; position++)
    if (admissible(wish, state.config.low + state.shape.portAt[position])) offset = state.shape.portAt[position];
  const port = state.config.low + offset;
  const rule = claimedFor < 0 ? "PORT-7" : wish.exactness === "fixed" ? "PORT-15" : wish.exactness === "particular" ? "PORT-16" : "PORT-23";
  witness.stage(Stage["take-claimed"], rule, moved);
  const saidAddress = witness.next(table >> 1, moved);
  const saidPort = witness.next(port, moved);
  if (saidAddress !== table >> 1 || saidPort !== port) {
    const known = { ...wish, exactness: "none" as const };
    const why = claimedFor >= 0 ? rule : saidPort < state.config.low || saidPort > state.config.high || state.shape.chunkOf[saidPort - state.config.low] !== chunk ? "PORT-7" : admissible(known, saidPort) ? "PORT-6" : "PORT-12";
    witness.refuse(why, `port ${port} of the chunk just claimed, not ${saidPort}`, moved);
  }
  state.rules(moved, rulesOf.takeClaimed);
  if (wish.parity >= 0) state.rule(moved, "PORT-12");
  if (claimedFor >= 0) exactGoal(state, wish, "port/particular-claimed", moved);
  else if (wish.ranged) state.goal(moved, "port/range");
  wish.claimedChunk = -1;
  return give(state, wish, table, offset, moved);
}

// --- well-known

function wellKnownStage(state: PortState, wish: Wish, witness: Witness, moved: Moved): number {
  const { low, high } = state.config.wellKnown!;
  const start = witness.startPort(Stage["take-well-known"], low, high, Draw.wellKnown);
  const found = findWellKnown(state, wish, start);
  if (found === undefined) {
    state.goal(moved, "port/well-known-exhausted");
    return refuse(state, wish, witness, ["PORT-11"], moved);
  }
  witness.stage(Stage["take-well-known"], found.tried ? (wish.exactness === "none" ? "PORT-23" : "PORT-16") : "PORT-11", moved);
  const saidStart = witness.next(found.tried ? found.port : start, moved);
  const saidPort = witness.next(found.port, moved);
  if (saidStart < low || saidStart > high) witness.refuse("PORT-6", `a start from ${low} to ${high}, not ${saidStart}`, moved);
  else if (saidPort !== found.port) {
    const outside = saidPort < low || saidPort > high;
    const why = outside ? "PORT-11" : found.tried ? (wish.exactness === "none" ? "PORT-23" : "PORT-16") : admissible(wish, saidPort) ? "PORT-6" : "PORT-12";
    witness.refuse(why, `well-known port ${found.port}, not ${saidPort}`, moved);
  }
  state.goal(moved, "port/well-known");
  if (found.tried) exactGoal(state, wish, "port/particular-taken", moved);
  state.rules(moved, rulesOf.takeWellKnown);
  if (wish.parity >= 0) state.rule(moved, "PORT-12");
  const table = wish.address * 2 + wish.protocol;
  const handle = state.layout.tables * state.layout.ports + table * state.layout.wellKnownPorts + found.port - low;
  state.give(handle, wish.subscriber, wish.slot);
  return handle;
}

// --- reserve and refuse

/** The block becomes the subscriber's (PORT-13, PORT-14); `start` is the address the search began at. */
export function reserve(state: PortState, subscriber: number, witness: Witness, found: Found, start: number, moved: Moved): void {
  const address = found.table >> 1;
  witness.stage(Stage.reserve, "PORT-14", moved);
  const saidStart = witness.next(start, moved);
  const saidAddress = witness.next(address, moved);
  const saidBlock = witness.next(found.what, moved);
  if (saidStart < 0 || saidStart >= state.config.addresses.length) witness.refuse("PORT-14", `a start from 0 to ${state.config.addresses.length - 1}, not ${saidStart}`, moved);
  else if (saidAddress !== address || saidBlock !== found.what) witness.refuse("PORT-14", `block ${found.what} of address ${address}, not ${saidBlock} of address ${saidAddress}`, moved);
  state.rule(moved, "PORT-13");
  state.rule(moved, "PORT-1");
  if (state.blockCountOf(subscriber, found.table & 1) > 0) state.goal(moved, "port/second-block");
  state.cells.set(state.layout.block.subscriber + found.table * state.layout.blocks + found.what, subscriber + 1);
}

function refuse(state: PortState, wish: Wish, witness: Witness, rules: readonly string[], moved: Moved): number {
  witness.stage(Stage.refuse, rules[0] ?? "PORT-17", moved);
  state.rules(moved, rulesOf.refuse);
  moved.next = Next.done;
  if (wish.wellKnown || wish.exactness === "particular") return Unit.refused;
  const { config } = state;
  state.goal(moved, "port/exhausted");
  if (wish.address >= 0) state.refusedIn[wish.address * 2 + wish.protocol] = true;
  else for (let table = wish.protocol; table < state.layout.tables; table += 2) state.refusedIn[table] = true;
  if (wish.parity >= 0 && (findBit(state, { ...wish, parity: -1 }, 0) !== undefined || findChunk(state, { ...wish, parity: -1 }, 0) !== undefined)) state.goal(moved, "port/parity-refused");
  if (config.allocation === "deterministic") state.goal(moved, "port/deterministic-full");
  if (config.allocation === "block" && state.blockCountOf(wish.subscriber, wish.protocol) >= config.blocksPerSubscriber) state.goal(moved, "port/block-limit");
  if (config.allocation === "dynamic" && othersHaveFree(state, wish)) state.goal(moved, "port/refused-while-others-free");
  return Unit.refused;
}
function othersHaveFree(state: PortState, wish: Wish): boolean {
  const first = state.layout.port.local + (wish.address * 2 + wish.protocol) * state.layout.ports;
  for (let offset = 0; offset < state.layout.ports; offset++) if (state.cells.peek(first + offset) !== 0) return true;
  return false;
}
