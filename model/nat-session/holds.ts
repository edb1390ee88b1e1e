/** What must hold of NAT sessions: at every step, and once everything has come to rest. */
import { ruleNumber } from "../../spec/nat-session/rules.ts";
import { KeyBit, State } from "../../spec/nat-session/terms.ts";
import type { Bound, Findings, Owed } from "../../spec/side.ts";
import type { NatState } from "./state.ts";

function reporter(state: NatState, found: Findings) {
  return (rule: string, entry: number, text: string): void => found.add(state.at.rule + ruleNumber(rule), entry, text);
}

export function invariants(state: NatState, found: Findings): void {
  const add = reporter(state, found);
  const { layout, config } = state;
  const peek = (field: keyof typeof layout.object, object: number): number => state.cells.peek(layout.object[field] + object);
  const flows = new Map<string, number>();
  const mappings = new Map<string, number>();
  for (let object = 0; object < layout.objects; object++) {
    const stateNow = peek("state", object);
    const references = peek("references", object);
    if (references < 0) add("NAT-15", layout.object.references + object, `${references} references`);
    if (peek("binding", object) < 0) add("NAT-15", layout.object.binding + object, "a negative count");
    if (peek("binding", object) > 0) {
      const endpoint = [peek("protocol", object), peek("subscriber", object), peek("privatePort", object)].join();
      if (mappings.has(endpoint)) add("NAT-24", layout.object.binding + object, `a second mapping of one endpoint, beside that of structure ${mappings.get(endpoint)}`);
      mappings.set(endpoint, object);
    }
    if (stateNow !== State.live && stateNow !== State.making) continue;
    const flow = [peek("protocol", object), peek("subscriber", object), peek("privatePort", object), peek("remoteAddress", object), peek("remotePort", object)].join();
    if (flows.has(flow)) add("NAT-10", layout.object.state + object, `a second session of one flow, beside structure ${flows.get(flow)}`);
    flows.set(flow, object);
    if (stateNow === State.live) copies(state, object, references, add);
  }
  for (let subscriber = 0; subscriber < config.subscribers.length; subscriber++) {
    const sessions = state.cells.peek(layout.subscriber.sessions + subscriber);
    if (sessions < 0 || (config.quota !== null && sessions > config.quota)) add("NAT-17", layout.subscriber.sessions + subscriber, `${sessions} sessions of at most ${config.quota}`);
    if (state.cells.peek(layout.subscriber.pairCount + subscriber) < 0) add("NAT-15", layout.subscriber.pairCount + subscriber, "a negative count");
  }
}

/** References are the cores that hold a key and do not own the session; both keys can be found somewhere. */
function copies(state: NatState, object: number, references: number, add: ReturnType<typeof reporter>): void {
  const { layout, config } = state;
  const partner = state.cells.peek(layout.object.partner + object) - 1;
  const lead = state.cells.peek(layout.object.lead + object) === 1;
  if (partner >= 0 && !lead) return;
  const objects = partner >= 0 ? [object, partner] : [object];
  let others = 0;
  for (let core = 0; core < config.cores; core++) {
    const holds = objects.some((one) => state.cells.peek(state.localEntry(core, one)) !== 0);
    if (holds && core !== state.ownerOf(object)) others++;
  }
  if (others !== references) add("NAT-7", layout.object.references + object, `${references} references, and ${others} cores that copied the session`);
  const keys = partner >= 0 ? objects.map((one) => ({ object: one, bit: KeyBit.outbound as number })) : [KeyBit.outbound, KeyBit.inbound].map((bit) => ({ object, bit: bit as number }));
  for (const key of keys) {
    const owned = (state.cells.peek(state.localEntry(state.ownerOf(object), key.object)) & key.bit) !== 0;
    const global = (state.cells.peek(layout.object.global + key.object) & key.bit) !== 0;
    if (!owned && !global) add("NAT-3", layout.object.state + object, `a live session without its ${key.bit === KeyBit.outbound ? "outbound" : "inbound"} key`);
  }
}

/**
 * What is owed, structure by structure (NAT-13, NAT-14). An idle session goes within two sweeps of every core: in the first the cores that copied it drop their copies, in the second its owner
 * retires it. What its last user leaves behind goes with that one.
 */
export function owed(state: NatState, owed: Owed): void {
  const { layout, config, cells, at } = state;
  const within: Bound = { rounds: 2, ms: 2 * config.sweepMs };
  const atOnce: Bound = { rounds: 1, ms: 0 };
  const inUse = config.subscribers.map(() => false);
  for (let object = 0; object < layout.objects; object++) {
    if (peek(state, "state", object) === State.free) continue;
    inUse[peek(state, "subscriber", object) - 1] = true;
    owed.add(at.rule + rule.reclaimed, layout.object.state + object, untilIdle(state, object), within, "an idle session, or what it left behind, is still there");
  }
  for (let port = 0; port < config.addresses.length * 2 * layout.ports; port++) {
    const user = cells.peek(layout.port.user + port);
    if (user > 0 && peek(state, "state", user - 1) === State.free) owed.add(at.rule + rule.reclaimed, layout.port.user + port, 0, atOnce, "a port whose session has gone is in use");
  }
  for (const [subscriber, used] of inUse.entries()) {
    if (used) continue;
    if (cells.peek(layout.subscriber.sessions + subscriber) !== 0) owed.add(at.rule + rule.counted, layout.subscriber.sessions + subscriber, 0, atOnce, "sessions that have gone are counted");
    if (cells.peek(layout.subscriber.pairCount + subscriber) !== 0) owed.add(at.rule + rule.paired, layout.subscriber.pairCount + subscriber, 0, atOnce, "a pair that nothing uses is counted");
  }
  for (let core = 0; core < config.cores; core++)
    if (cells.peek(layout.core.armed + core) !== 0 && !sweepsSomething(state, core)) owed.add(at.rule + rule.swept, layout.core.armed + core, 0, within, "a core that has nothing to sweep still has its timer");
}
const rule = { reclaimed: ruleNumber("NAT-14"), counted: ruleNumber("NAT-17"), paired: ruleNumber("NAT-25"), swept: ruleNumber("NAT-13") };

function peek({ cells, layout }: NatState, field: keyof NatState["layout"]["object"], object: number): number {
  return cells.peek(layout.object[field] + object);
}

/** Time until the structure is to go: until its session is idle (NAT-12), or the last of those that use its mapping. */
function untilIdle(state: NatState, object: number): number {
  const now = peek(state, "state", object);
  if (now === State.live) {
    const partner = peek(state, "partner", object);
    const lead = partner > 0 && peek(state, "lead", object) === 0 ? partner - 1 : object;
    const limit = [state.config.idleMs.tcp, state.config.idleMs.udp, state.config.idleMs.icmp][peek(state, "protocol", lead) - 1];
    return peek(state, "stamp", lead) + limit - state.now();
  }
  if (now !== State.binding) return 0;
  let last = -Infinity;
  for (let user = 0; user < state.layout.objects; user++)
    if (user !== object && peek(state, "uses", user) === object + 1 && peek(state, "state", user) === State.live) last = Math.max(last, untilIdle(state, user));
  return last === -Infinity ? 0 : last;
}
function sweepsSomething(state: NatState, core: number): boolean {
  for (let object = 0; object < state.layout.objects; object++)
    if (peek(state, "state", object) === State.live && (state.ownerOf(object) === core || state.cells.peek(state.localEntry(core, object)) !== 0)) return true;
  return false;
}
