/** What a new session may use, and what it takes: NAT-2 from the mapping on, memory, quota, port. */
import { Outcome, State, failKinds, type FailKind } from "../../spec/nat-session/terms.ts";
import { ruleNumber } from "../../spec/nat-session/rules.ts";
import { Next, type Moved } from "../../spec/side.ts";
import { giveBack } from "./give.ts";
import { take, type Witness } from "./stage.ts";
import { isTcp, protocolNumber, type External, type NatState } from "./state.ts";
import type { Step, Work } from "./work.ts";

/** Inbound and hairpin: who stands behind the destination. Decided by a static mapping, else by a full-cone mapping (NAT-11). */
export function filter(state: NatState, work: Work, moved: Moved): void {
  const { packet } = work;
  const external = { address: state.natAddress(packet.destinationAddress), port: packet.destinationPort };
  const fixed = state.config.statics.find((one) => protocolNumber(one.protocol) === packet.protocol && one.address === external.address && one.externalPort === external.port);
  const founder = fixed === undefined && work.type.fullCone ? state.mappingAt(packet.protocol, external) : -1;
  const receiver = fixed !== undefined ? { subscriber: fixed.subscriber, port: fixed.port, founder } : founder >= 0 ? { subscriber: state.get("subscriber", founder) - 1, port: state.get("privatePort", founder), founder } : undefined;
  const itself = receiver !== undefined && receiver.subscriber === packet.from - 1 && receiver.port === packet.sourcePort;
  if (receiver === undefined || itself) {
    take(state, moved, "unmatched", itself ? "NAT-19" : undefined);
    state.goal(moved, "nat/unmatched");
    moved.outcome.push(Outcome.unmatched);
    moved.next = Next.done;
    return;
  }
  take(state, moved, fixed !== undefined ? "use-static" : "use-mapping", "NAT-11");
  if (founder >= 0) state.set("binding", founder, state.get("binding", founder) + 1);
  work.receiver = receiver;
  if (work.direction === "hairpin") {
    work.step = "sender";
    if (senderIsSilent(state, work)) work.step = "memory";
    return;
  }
  work.external = external;
  work.static = fixed !== undefined;
  work.founder = founder;
  work.step = "memory";
}

/** A sender with neither static mapping nor mapping nor pairing looks nothing up. */
export function senderIsSilent(state: NatState, work: Work): boolean {
  return staticOf(state, work) === undefined && !work.type.mapping && !work.type.pairing;
}
function staticOf(state: NatState, work: Work) {
  const { packet } = work;
  return state.config.statics.find((one) => protocolNumber(one.protocol) === packet.protocol && one.subscriber === packet.from - 1 && one.port === packet.sourcePort);
}
/** The step that looks up what the sender may use; what it leads to when it has nothing to look up is that step itself. */
export function sender(state: NatState, work: Work, said: Witness, moved: Moved): void {
  const { packet } = work;
  const fixed = staticOf(state, work);
  if (fixed !== undefined) {
    take(state, moved, "use-static");
    work.static = true;
    work.external = { address: fixed.address, port: fixed.externalPort };
    work.step = "memory";
    return;
  }
  if (!work.type.mapping) return work.type.pairing ? pair(state, work, moved) : memory(state, work, said, moved);
  const founder = state.mappingOf(packet.protocol, packet.from - 1, packet.sourcePort);
  if (founder < 0) {
    take(state, moved, "no-mapping");
    work.step = work.type.pairing ? "pair" : "memory";
    return;
  }
  take(state, moved, "use-mapping");
  state.goal(moved, "nat/mapping-shared");
  state.set("binding", founder, state.get("binding", founder) + 1);
  useMapping(state, work, founder);
  work.step = "memory";
}

export function useMapping(state: NatState, work: Work, founder: number): void {
  work.founder = founder;
  work.external = { address: state.get("natAddress", founder) - 1, port: state.get("natPort", founder) };
}

export function pair(state: NatState, work: Work, moved: Moved): void {
  const address = state.cells.get(state.layout.subscriber.pairAddress + work.packet.from - 1) - 1;
  work.step = "memory";
  work.foundNoPair = address < 0;
  take(state, moved, address < 0 ? "no-pair" : "use-pair");
  if (address >= 0) countPair(state, work, address);
}
export function countPair(state: NatState, work: Work, address: number): void {
  state.cells.add(state.layout.subscriber.pairCount + work.packet.from - 1, 1);
  work.paired = true;
  work.pairAddress = address;
}

// --- Taking

export function memory(state: NatState, work: Work, said: Witness, moved: Moved): void {
  const first = work.lead < 0;
  const free = Array.from({ length: state.config.objects }, (_, at) => work.core * state.config.objects + at).filter((object) => state.get("state", object) === State.free);
  if (fails(state, work, "memory", moved) || free.length === 0) {
    if (free.length === 0) state.goal(moved, "nat/refused-memory");
    return refuse(state, work, "memory", moved);
  }
  take(state, moved, "take-memory");
  const object = said.choose(free, moved);
  if (!free.includes(object)) said.refuse(ruleNumber("NAT-4"), `a free structure of core ${work.core}, not ${object}`, moved);
  state.set("state", object, State.taken);
  if (first) work.lead = object;
  else work.second = object;
  work.step = first && work.direction === "hairpin" ? "second memory" : "quota";
}

export function quota(state: NatState, work: Work, moved: Moved): void {
  const second = work.quotas.length === 1;
  const subscriber = second || work.direction === "inbound" ? work.receiver!.subscriber : work.packet.from - 1;
  const entry = state.layout.subscriber.sessions + subscriber;
  const { quota: limit } = state.config;
  if (fails(state, work, "quota", moved)) return refuse(state, work, "quota", moved);
  if (limit !== null && state.cells.get(entry) >= limit) {
    state.goal(moved, "nat/refused-quota");
    return refuse(state, work, "quota", moved);
  }
  take(state, moved, "take-quota");
  if (limit !== null) state.cells.add(entry, 1);
  work.quotas.push(subscriber);
  work.step = !second && work.direction === "hairpin" ? "second quota" : work.external === undefined ? "port" : "claim";
}

export function port(state: NatState, work: Work, said: Witness, moved: Moved): void {
  const all = state.config.addresses.map((_, address) => address);
  const paired = work.paired ? freePorts(state, work, [work.pairAddress]) : freePorts(state, work, all);
  const free = paired.length === 0 && work.paired && state.profile === "rfc" ? freePorts(state, work, all) : paired;
  if (fails(state, work, "port", moved) || free.length === 0) {
    if (free.length === 0) state.goal(moved, "nat/refused-port");
    return refuse(state, work, "port", moved);
  }
  take(state, moved, "take-port");
  const chosen = said.chooseExternal(free, moved);
  if (!free.some((one) => one.address === chosen.address && one.port === chosen.port)) refusePort(state, work, chosen, said, moved);
  work.external = chosen;
  work.port = state.portEntry(chosen.address, isTcp(work.packet.protocol), chosen.port);
  if (work.port >= 0) state.cells.set(work.port, work.lead + 1);
  work.step = work.foundNoPair && !work.paired ? "insert pair" : afterPort(work);
}
/** What comes after the port, and after its pair. */
export function afterPort(work: Work): Step {
  return work.type.mapping ? "insert mapping" : "claim";
}
function freePorts(state: NatState, work: Work, addresses: readonly number[]): External[] {
  const found: External[] = [];
  for (const address of addresses)
    for (let one = state.config.low; one <= state.config.high; one++) if (state.cells.get(state.portEntry(address, isTcp(work.packet.protocol), one)) === 0) found.push({ address, port: one });
  return found;
}
function refusePort(state: NatState, work: Work, said: External, witness: Witness, moved: Moved): void {
  const entry = said.address >= 0 && said.address < state.config.addresses.length ? state.portEntry(said.address, isTcp(work.packet.protocol), said.port) : -1;
  const user = entry < 0 ? 0 : state.cells.peek(entry);
  const rule = user < 0 ? "NAT-23" : user > 0 ? "NAT-3" : work.paired ? "NAT-25" : "NAT-4";
  witness.refuse(ruleNumber(rule), `a free port of the pool${work.paired ? ` at address ${work.pairAddress}` : ""}, not port ${said.port} of address ${said.address}`, moved);
}

/** Whether a failure of this kind is due on this core; counts it. */
export function fails(state: NatState, work: Work, kind: FailKind, _moved: Moved): boolean {
  const entry = state.failing(work.core, kind);
  if (state.cells.get(entry) === 0) return false;
  state.cells.add(entry, -1);
  return true;
}
/** NAT-17: the packet will be dropped; what it took goes back first. */
export function refuse(state: NatState, work: Work, kind: FailKind, moved: Moved): void {
  take(state, moved, `refuse-${kind}`);
  if (kind === "reverse") state.goal(moved, "nat/undone-reverse");
  if (work.direction === "hairpin" && work.second >= 0) state.goal(moved, "nat/undone-hairpin");
  work.refused = failKinds.indexOf(kind);
  giveBack(state, work, moved);
}
