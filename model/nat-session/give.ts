/** Giving back, a step each (NAT-14, NAT-16): what a creation took that failed, or what an idle session held. */
import { Outcome, State } from "../../spec/nat-session/terms.ts";
import { Next, type Moved } from "../../spec/side.ts";
import { givePair } from "./insert.ts";
import { take } from "./stage.ts";
import { isTcp, type Field, type NatState } from "./state.ts";
import type { Give, Work } from "./work.ts";

/** A creation is over without a session: the rest follows from what it holds. With nothing held the packet is answered at once. */
export function giveBack(state: NatState, work: Work, moved: Moved): void {
  const { lead, second, founder, receiver } = work;
  const giving: Give[] = [];
  if (work.ownInserted) giving.push({ stage: "undo-own", at: lead, by: -1 });
  if (work.claimed) giving.push({ stage: "undo-claim", at: lead, by: -1 });
  if (founder >= 0) giving.push({ stage: "give-mapping", at: founder, by: lead });
  if (work.direction === "hairpin" && receiver !== undefined && receiver.founder >= 0) giving.push({ stage: "give-mapping", at: receiver.founder, by: second });
  if (work.paired) giving.push({ stage: "give-pair", at: work.packet.from - 1, by: -1 });
  if (work.port >= 0) giving.push({ stage: "free-port", at: work.port, by: -1 });
  work.quotas.forEach((subscriber, at) => giving.push({ stage: "give-quota", at: subscriber, by: at === 0 ? lead : second }));
  for (const object of [lead, second]) if (object >= 0) giving.push({ stage: "free-memory", at: object, by: -1 });
  work.giving = giving;
  work.step = "give";
  if (giving.length === 0) given(work, moved);
}

/** What a retired session holds. */
export function heldBy(state: NatState, lead: number): Give[] {
  const objects = state.objectsOf(lead);
  const giving: Give[] = [];
  for (const object of objects) if (state.get("uses", object) > 0) giving.push({ stage: "give-mapping", at: state.get("uses", object) - 1, by: object });
  const subscriber = state.get("subscriber", lead) - 1;
  if (state.get("paired", lead) === 1) giving.push({ stage: "give-pair", at: subscriber, by: -1 });
  const ownPort = state.get("static", lead) === 0 && (state.get("uses", lead) === 0 || state.get("uses", lead) === lead + 1);
  if (ownPort) giving.push({ stage: "free-port", at: portOf(state, lead), by: -1 });
  for (const object of objects) giving.push({ stage: "give-quota", at: state.get("subscriber", object) - 1, by: object });
  for (const object of objects) giving.push({ stage: "free-memory", at: object, by: -1 });
  return giving;
}
function portOf(state: NatState, object: number): number {
  return state.portEntry(state.get("natAddress", object) - 1, isTcp(state.get("protocol", object) - 1), state.get("natPort", object));
}

/** The first of what is still to be given back; answers what follows it. */
export function giveOne(state: NatState, core: number, giving: Give[], moved: Moved): Give[] {
  const [one, ...rest] = giving;
  take(state, moved, one.stage);
  switch (one.stage) {
    case "undo-own":
      for (const key of state.keysOf(one.at)) state.removeLocal(core, key);
      return rest;
    case "undo-claim":
      for (const key of state.keysOf(one.at)) state.removeGlobal(key);
      for (const object of state.objectsOf(one.at)) state.set("state", object, State.taken);
      moved.freed.push(state.waitFor(one.at));
      return rest;
    case "give-mapping":
      return giveMapping(state, one, rest, moved);
    case "give-pair":
      givePair(state, one.at);
      return rest;
    case "free-port":
      state.cells.set(one.at, 0);
      return rest;
    case "give-quota":
      if (state.config.quota !== null) state.cells.add(state.layout.subscriber.sessions + one.at, -1);
      return rest;
    default:
      for (const field of Object.keys(state.layout.object) as Field[]) state.set(field, one.at, 0);
      return rest;
  }
}

/** The founder of a mapping that others use stays as its entry (BIND-4); the last of those ends it. */
function giveMapping(state: NatState, { at: founder, by }: Give, rest: Give[], moved: Moved): Give[] {
  const others = state.get("binding", founder) - 1;
  if (founder === by) {
    if (others === 0) {
      state.set("binding", founder, 0);
      return rest;
    }
    state.goal(moved, "nat/binding-outlived");
    state.set("state", founder, State.binding);
    return rest.filter((one) => one.stage !== "give-pair" && one.stage !== "free-port" && !(one.stage === "free-memory" && one.at === founder));
  }
  const left = others - 1;
  if (left > 0 || state.get("state", founder) !== State.binding) {
    state.set("binding", founder, 1 + left);
    return rest;
  }
  state.goal(moved, "nat/binding-ended");
  state.set("binding", founder, 0);
  const pair: Give[] = state.get("paired", founder) === 1 ? [{ stage: "give-pair", at: state.get("subscriber", founder) - 1, by: -1 }] : [];
  return [...pair, { stage: "free-port", at: portOf(state, founder), by: -1 }, { stage: "free-memory", at: founder, by: -1 }, ...rest];
}

/** Everything has gone back. */
export function given(work: Work, moved: Moved): void {
  if (work.refused < 0 && !work.elsewhere) {
    work.step = "after claim";
    return;
  }
  if (work.elsewhere) moved.outcome.push(Outcome.unmatched);
  else {
    moved.outcome.push(Outcome.refused);
    moved.outcome.push(work.refused);
  }
  moved.next = Next.done;
}
