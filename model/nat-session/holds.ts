/** What must hold of NAT sessions: at every step, and once everything has come to rest. */
import { ruleNumber } from "../../spec/nat-session/rules.ts";
import { KeyBit, State } from "../../spec/nat-session/terms.ts";
import type { Findings } from "../../spec/side.ts";
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

/** At rest no session has been used for long: all is given back. */
export function obligations(state: NatState, found: Findings): void {
  const add = reporter(state, found);
  const { layout, config } = state;
  for (let object = 0; object < layout.objects; object++)
    if (state.cells.peek(layout.object.state + object) !== State.free) add("NAT-14", layout.object.state + object, `structure ${object} is still in use at rest`);
  for (let port = 0; port < config.addresses.length * 2 * layout.ports; port++)
    if (state.cells.peek(layout.port.user + port) > 0) add("NAT-14", layout.port.user + port, "a port is still in use at rest");
  for (let subscriber = 0; subscriber < config.subscribers.length; subscriber++) {
    if (state.cells.peek(layout.subscriber.sessions + subscriber) !== 0) add("NAT-17", layout.subscriber.sessions + subscriber, "sessions are still counted at rest");
    if (state.cells.peek(layout.subscriber.pairCount + subscriber) !== 0) add("NAT-25", layout.subscriber.pairCount + subscriber, "a pair is still counted at rest");
  }
  for (let core = 0; core < config.cores; core++) if (state.cells.peek(layout.core.armed + core) !== 0) add("NAT-13", layout.core.armed + core, "a sweep is still armed at rest");
}
