/** The model's rows as parts of a node: what a row wants, and how it goes on when it has it (`spec/nat-session/composed.ts`). */
import { Want } from "../../spec/nat-session/composed.ts";
import { State } from "../../spec/nat-session/terms.ts";
import { Next, type Moved } from "../../spec/side.ts";
import { afterPort, refuse, senderIsSilent } from "./acquire.ts";
import { given, giveOne } from "./give.ts";
import type { Packet } from "./packet.ts";
import { take } from "./stage.ts";
import { isTcp, type External, type NatState } from "./state.ts";
import type { Sweeping } from "./sweep.ts";
import type { Work } from "./work.ts";

/** What stands around the sessions in a node. */
export interface Surroundings {
  bucketOf(packet: Packet): number;
  coreOfBucket(bucket: number): number;
  /** The bucket changes hands, in the step that calls it. */
  moveBucket(bucket: number, to: number, moved: Moved): void;
  /** The bucket is not this core's to move. */
  refuseBucket(moved: Moved): void;
  /** Added to the number of the object that a task waits for. */
  readonly wait: number;
}

/** What a row wants, and for whom. */
export interface Wanted {
  readonly what: Want;
  /** Position of the subscriber (sessionUnit, port), −1 elsewhere. */
  readonly subscriber: number;
  /** Structure that holds it, or will. */
  readonly object: number;
  /** port: position of the paired address, −1 any. freePort: entry of the port's user. */
  readonly at: number;
}
const nothing: Wanted = { what: Want.nothing, subscriber: -1, object: -1, at: -1 };

/** What a packet's row wants before its next step. */
export function wantOf(state: NatState, work: Work): Wanted {
  if (work.step === "sender" && senderIsSilent(state, work)) work.step = "memory";
  switch (work.step) {
    case "memory":
    case "second memory":
      return { ...nothing, what: Want.memory };
    case "quota":
    case "second quota":
      return { ...nothing, what: Want.sessionUnit, subscriber: quotaSubscriber(work), object: work.quotas.length === 0 ? work.lead : work.second };
    case "port":
      return { what: Want.port, subscriber: work.packet.from - 1, object: work.lead, at: work.paired ? work.pairAddress : -1 };
    case "swap port":
    case "drop port":
      return { ...nothing, what: Want.freePort, object: work.lead, at: work.port };
    case "give":
      return wantToGive(work.giving);
    default:
      return nothing;
  }
}
/** What a sweep wants before its next step. */
export function wantOfSweep(sweep: Sweeping): Wanted {
  return wantToGive(sweep.giving);
}
function wantToGive([one]: Work["giving"]): Wanted {
  switch (one?.stage) {
    case "free-port":
      return { ...nothing, what: Want.freePort, at: one.at };
    case "give-quota":
      return { ...nothing, what: Want.freeSessionUnit, subscriber: one.at, object: one.by };
    case "free-memory":
      return { ...nothing, what: Want.freeMemory, object: one.at };
    default:
      return nothing;
  }
}
function quotaSubscriber(work: Work): number {
  return work.quotas.length === 1 || work.direction === "inbound" ? work.receiver!.subscriber : work.packet.from - 1;
}

/** The structure is the row's. */
export function gotMemory(state: NatState, work: Work, object: number, moved: Moved): void {
  const first = work.lead < 0;
  take(state, moved, "take-memory");
  state.set("state", object, State.taken);
  if (first) work.lead = object;
  else work.second = object;
  work.step = first && work.direction === "hairpin" ? "second memory" : "quota";
}
/** The session is counted, by whoever counts. */
export function gotUnit(state: NatState, work: Work, moved: Moved): void {
  const second = work.quotas.length === 1;
  take(state, moved, "take-quota");
  work.quotas.push(quotaSubscriber(work));
  work.step = !second && work.direction === "hairpin" ? "second quota" : work.external === undefined ? "port" : "claim";
}
/** The port is the row's. */
export function gotPort(state: NatState, work: Work, external: External, moved: Moved): void {
  take(state, moved, "take-port");
  work.external = external;
  work.port = state.portEntry(external.address, isTcp(work.packet.protocol), external.port);
  state.cells.set(work.port, work.lead + 1);
  work.step = work.foundNoPair && !work.paired ? "insert pair" : afterPort(work);
}
/** What the row wanted is not to be had. */
export function lacks(state: NatState, work: Work, moved: Moved): void {
  const kind = work.step === "port" ? "port" : work.step === "memory" || work.step === "second memory" ? "memory" : "quota";
  state.goal(moved, `nat/refused-${kind}`);
  refuse(state, work, kind, moved);
}

/** First step of giving something back: the session has it no more. The row goes on only when it is `gone`. */
export function letGo(state: NatState, core: number, giving: Work["giving"], moved: Moved): Work["giving"] {
  return giveOne(state, core, giving, moved);
}
/** A port that this creation took and does not use goes back. */
export function letGoOwnPort(state: NatState, work: Work, moved: Moved): void {
  take(state, moved, "free-port");
  state.cells.set(work.port, 0);
  work.port = -1;
}
/** It has gone back wholly: the row goes on in the same step. */
export function goneOf(work: Work, moved: Moved): void {
  if (work.step === "swap port") {
    work.external = undefined;
    work.step = "port";
  } else if (work.step === "drop port") work.step = "claim";
  else if (work.giving.length === 0) given(work, moved);
  if (moved.next !== Next.done) moved.next = Next.more;
}
