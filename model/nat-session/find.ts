/** The first steps of a packet: is it this core's, is it translated at all, and is there a session for it? */
import { Outcome, State } from "../../spec/nat-session/terms.ts";
import { Next, type Moved } from "../../spec/side.ts";
import { answer, forward } from "./answer.ts";
import { decided } from "./packet.ts";
import { take } from "./stage.ts";
import type { NatState } from "./state.ts";
import type { Work } from "./work.ts";

export function entry(state: NatState, work: Work, moved: Moved): void {
  const { packet, core } = work;
  const right = state.rightCore(packet);
  if (state.around === undefined && !state.config.perPacket && right !== core) return handOver(state, work, right, moved);
  const verdict = verdictOf(state, work);
  if (verdict !== "permit") {
    moved.next = Next.done;
    if (verdict === "deny") {
      take(state, moved, "deny");
      state.goal(moved, "nat/denied");
      moved.outcome.push(Outcome.denied);
    } else {
      take(state, moved, "pass");
      state.goal(moved, "nat/passed");
      answer(moved, Outcome.passed, packet);
    }
    return;
  }
  const object = state.find(core, packet);
  if (object < 0) {
    take(state, moved, "miss");
    work.step = "global";
  } else {
    take(state, moved, "hit");
    hitGoals(state, object, moved);
    refresh(state, work, object);
    forwarded(state, work, object, moved);
  }
}

function handOver(state: NatState, work: Work, right: number, moved: Moved): void {
  const { packet } = work;
  take(state, moved, "hand-over");
  state.goal(moved, "nat/handed-over");
  const body = [packet.protocol, packet.from, packet.sourceAddress | 0, packet.sourcePort, packet.destinationAddress | 0, packet.destinationPort, packet.salt];
  moved.sent.push({ node: 0, core: right, label: "packet", body });
  moved.outcome.push(Outcome.handedOver);
  moved.outcome.push(right);
  moved.next = Next.done;
}

/** What the rules say; notes the direction. */
function verdictOf(state: NatState, work: Work): "permit" | "deny" | "nothing" {
  const { packet } = work;
  const { rules } = state.config;
  work.direction = packet.from === 0 ? "inbound" : state.natAddress(packet.destinationAddress) >= 0 ? "hairpin" : "outbound";
  if (work.direction !== "hairpin") return decided(rules, work.direction, packet);
  const both = [decided(rules, "outbound", packet), decided(rules, "inbound", packet)];
  return both.includes("deny") ? "deny" : both.includes("nothing") ? "nothing" : "permit";
}

/** The global table, under the lock of the key's bucket. */
export function globalStep(state: NatState, work: Work, moved: Moved): void {
  const { packet, core } = work;
  const object = state.find(-1, packet);
  if (object < 0) {
    take(state, moved, "absent");
    work.type = state.type();
    work.step = work.direction === "outbound" ? "sender" : "filter";
    return;
  }
  const lead = state.leadOf(object);
  if (state.get("state", object) === State.making) {
    work.step = "entry";
    return wait(state, lead, moved);
  }
  take(state, moved, "adopt");
  if (state.ownerOf(lead) === core) state.goal(moved, "nat/owner-adopted");
  else {
    state.goal(moved, "nat/adopted");
    if (!state.holds(core, lead)) state.set("references", lead, state.get("references", lead) + 1);
  }
  state.addLocal(core, { object, bit: packet.from > 0 ? 1 : 2 });
  refresh(state, work, object);
  arm(state, core, moved);
  forwarded(state, work, object, moved);
}

/** The packet waits until the session in the making is live or withdrawn, and begins anew. */
export function wait(state: NatState, lead: number, moved: Moved): void {
  take(state, moved, "wait");
  state.goal(moved, "nat/waited");
  moved.next = Next.blocked;
  moved.blockedOn = state.waitFor(lead);
}

/** NAT-12: an accepted packet sets the stamp; in profile rfc only one from the inside. */
function refresh(state: NatState, work: Work, object: number): void {
  if (state.profile === "rfc" && work.packet.from === 0) return;
  state.set("stamp", state.leadOf(object), state.now() + 1);
}

/** NAT-13: a core that holds sessions sweeps them. */
export function arm(state: NatState, core: number, moved: Moved): void {
  if (state.cells.get(state.layout.core.armed + core) === 1) return;
  state.cells.set(state.layout.core.armed + core, 1);
  moved.timers.push({ label: "sweep", core, atMs: state.now() + state.config.sweepMs, body: [] });
}

function forwarded(state: NatState, work: Work, object: number, moved: Moved): void {
  if (work.winner >= 0) state.goal(moved, "nat/lost-claim");
  forward(state, object, work.packet, moved);
  moved.next = Next.done;
}

function hitGoals(state: NatState, object: number, moved: Moved): void {
  const lead = state.leadOf(object);
  if (state.idle(lead)) state.goal(moved, "nat/refreshed-idle");
  if (state.typeAt[lead] !== state.cells.peek(state.layout.node.type)) state.goal(moved, "nat/type-changed");
}
