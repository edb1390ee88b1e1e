/** The insertions of a new session, each under the lock of its table: pair, mapping, claim, its two keys; and the step that makes it live. */
import { KeyBit, State } from "../../spec/nat-session/terms.ts";
import { Next, type Moved } from "../../spec/side.ts";
import { afterPort, countPair, fails, refuse, useMapping } from "./acquire.ts";
import { forward } from "./answer.ts";
import { arm } from "./find.ts";
import { giveBack } from "./give.ts";
import type { Packet } from "./packet.ts";
import { take } from "./stage.ts";
import { typeBits, type Key, type NatState } from "./state.ts";
import type { Work } from "./work.ts";

export function insertPair(state: NatState, work: Work, moved: Moved): void {
  if (fails(state, work, "pair", moved)) return refuse(state, work, "pair", moved);
  const entry = state.layout.subscriber.pairAddress + work.packet.from - 1;
  const present = state.cells.get(entry) - 1;
  const own = work.external!.address;
  if (present < 0) {
    take(state, moved, "insert-pair");
    state.cells.set(entry, own + 1);
  } else take(state, moved, "lost-pair");
  countPair(state, work, present < 0 ? own : present);
  work.step = afterPort(work);
  if (present < 0 || present === own) return;
  state.goal(moved, "nat/lost-pair");
  work.step = "swap port";
}

/** A port that this creation took and does not use goes back. */
export function freeOwnPort(state: NatState, work: Work, moved: Moved): void {
  take(state, moved, "free-port");
  state.cells.set(work.port, 0);
  work.port = -1;
  work.step = work.step === "swap port" ? "port" : "claim";
  if (work.step === "port") work.external = undefined;
}
/** Of a mapping lost to another core: the pair reference goes back. */
export function dropPair(state: NatState, work: Work, moved: Moved): void {
  take(state, moved, "give-pair");
  givePair(state, work.packet.from - 1);
  work.paired = false;
  work.step = "drop port";
}
export function givePair(state: NatState, subscriber: number): void {
  state.cells.add(state.layout.subscriber.pairCount + subscriber, -1);
  if (state.cells.get(state.layout.subscriber.pairCount + subscriber) === 0) state.cells.set(state.layout.subscriber.pairAddress + subscriber, 0);
}

export function insertMapping(state: NatState, work: Work, moved: Moved): void {
  if (fails(state, work, "mapping", moved)) return refuse(state, work, "mapping", moved);
  const { packet, lead } = work;
  const present = state.mappingOf(packet.protocol, packet.from - 1, packet.sourcePort);
  if (present >= 0) {
    take(state, moved, "lost-mapping");
    state.goal(moved, "nat/lost-mapping");
    state.set("binding", present, state.get("binding", present) + 1);
    useMapping(state, work, present);
    work.step = work.paired ? "drop pair" : "drop port";
    return;
  }
  take(state, moved, "insert-mapping");
  work.founder = lead;
  state.set("binding", lead, 1);
  state.set("uses", lead, lead + 1);
  state.set("paired", lead, work.paired ? 1 : 0);
  writeOwn(state, work, lead, packet.from, packet.sourcePort);
  work.step = "claim";
}
function writeOwn(state: NatState, work: Work, object: number, from: number, privatePort: number): void {
  state.set("subscriber", object, from);
  state.set("protocol", object, work.packet.protocol + 1);
  state.set("privatePort", object, privatePort);
  state.set("natAddress", object, work.external!.address + 1);
  state.set("natPort", object, work.external!.port);
}

/** D56: one claim a flow, under its outbound key (in hairpin both). */
export function claim(state: NatState, work: Work, moved: Moved): void {
  if (fails(state, work, "claim", moved)) return refuse(state, work, "claim", moved);
  const { packet, lead, second } = work;
  const there = outboundKeys(state, work).map((key) => state.find(-1, key)).find((object) => object >= 0);
  if (there !== undefined) {
    take(state, moved, "lost-claim");
    work.winner = state.leadOf(there);
    work.elsewhere = !state.objectsOf(work.winner).some((object) => state.names(object, packet));
    giveBack(state, work, moved);
    return;
  }
  take(state, moved, "claim");
  writeSession(state, work);
  state.typeAt[lead] = typeBits(work.type);
  state.addGlobal({ object: lead, bit: KeyBit.outbound });
  if (second >= 0) state.addGlobal({ object: second, bit: KeyBit.outbound });
  if (state.retired.has(flowOf(state, lead))) state.goal(moved, "nat/remade");
  work.claimed = true;
  work.step = "own";
}
/** Packets that would look up the outbound keys of the session to be. */
function outboundKeys(state: NatState, work: Work): Packet[] {
  const { packet, receiver, external } = work;
  if (work.direction === "outbound") return [packet];
  const inside = { protocol: packet.protocol, from: receiver!.subscriber + 1, sourceAddress: state.inside[receiver!.subscriber], sourcePort: receiver!.port, salt: 0 };
  if (work.direction === "inbound") return [{ ...inside, destinationAddress: packet.sourceAddress, destinationPort: packet.sourcePort }];
  return [packet, { ...inside, destinationAddress: state.outside[external!.address], destinationPort: external!.port }];
}
function writeSession(state: NatState, work: Work): void {
  const { packet, lead, second, receiver } = work;
  const inbound = work.direction === "inbound";
  state.set("state", lead, State.making);
  writeOwn(state, work, lead, inbound ? receiver!.subscriber + 1 : packet.from, inbound ? receiver!.port : packet.sourcePort);
  state.set("remoteAddress", lead, (inbound ? packet.sourceAddress : packet.destinationAddress) | 0);
  state.set("remotePort", lead, inbound ? packet.sourcePort : packet.destinationPort);
  state.set("stamp", lead, state.now() + 1);
  state.set("uses", lead, work.founder + 1);
  state.set("static", lead, work.static ? 1 : 0);
  state.set("paired", lead, work.paired ? 1 : 0);
  if (second < 0) return;
  state.set("partner", lead, second + 1);
  state.set("lead", lead, 1);
  state.set("state", second, State.making);
  state.set("partner", second, lead + 1);
  state.set("subscriber", second, receiver!.subscriber + 1);
  state.set("protocol", second, packet.protocol + 1);
  state.set("privatePort", second, receiver!.port);
  state.set("remoteAddress", second, state.outside[work.external!.address] | 0);
  state.set("remotePort", second, work.external!.port);
  state.set("natAddress", second, state.natAddress(packet.destinationAddress) + 1);
  state.set("natPort", second, packet.destinationPort);
  state.set("uses", second, receiver!.founder + 1);
  state.set("static", second, receiver!.founder < 0 ? 1 : 0);
}
/** What stays the same when a flow comes again. */
export function flowOf(state: NatState, lead: number): string {
  return (["protocol", "subscriber", "privatePort", "remoteAddress", "remotePort"] as const).map((field) => state.cells.peek(state.layout.object[field] + lead)).join();
}

/** NAT-5: the key of the packet that creates. */
export function insertOwn(state: NatState, work: Work, moved: Moved): void {
  if (fails(state, work, "own", moved)) return refuse(state, work, "own", moved);
  take(state, moved, "insert-own");
  state.addLocal(work.core, keys(state, work)[0]);
  work.ownInserted = true;
  work.step = "reverse";
}
/** NAT-6: the other key. */
export function insertReverse(state: NatState, work: Work, moved: Moved): void {
  if (fails(state, work, "reverse", moved)) return refuse(state, work, "reverse", moved);
  take(state, moved, "insert-reverse");
  const key = keys(state, work)[1];
  if (state.mustBeGlobal(key, work.core)) {
    state.addGlobal(key);
    state.goal(moved, "nat/reverse-global");
  } else state.addLocal(work.core, key);
  work.step = "place";
}
/** The key of the packet, then the other. */
function keys(state: NatState, work: Work): Key[] {
  const both = state.keysOf(work.lead);
  return work.direction === "inbound" ? both.reverse() : both;
}

/** The session becomes live; what must be global is, and what need not be is not. */
export function place(state: NatState, work: Work, moved: Moved): void {
  const { lead, core } = work;
  take(state, moved, "place", work.direction === "hairpin" ? "NAT-19" : undefined);
  const both = state.keysOf(lead);
  const needed = both.filter((key) => state.mustBeGlobal(key, core) || !state.isLocal(core, key));
  if (needed.length === 0 && (state.get("static", lead) === 1 || state.get("uses", lead) > 0)) {
    state.goal(moved, "nat/local-only");
    for (const key of both) state.removeGlobal(key);
  }
  for (const key of needed) state.addGlobal(key);
  for (const object of state.objectsOf(lead)) state.set("state", object, State.live);
  arm(state, core, moved);
  moved.freed.push(state.waitFor(lead));
  createdGoal(state, work, moved);
  const object = keys(state, work)[0].object;
  forward(state, object, work.packet, moved);
  moved.next = Next.done;
}
function createdGoal(state: NatState, work: Work, moved: Moved): void {
  if (work.direction === "outbound") state.goal(moved, "nat/created-outbound");
  else if (work.direction === "hairpin") state.goal(moved, "nat/created-hairpin");
  else state.goal(moved, work.static ? "nat/created-inbound-static" : "nat/created-inbound-mapping");
}
