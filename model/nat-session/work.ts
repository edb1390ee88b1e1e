/** What an operation on a packet, or a sweep, has in hand between its steps. */
import type { NatType } from "../../spec/nat-session/terms.ts";
import type { Packet } from "./packet.ts";
import type { External } from "./state.ts";

/** One thing to give back, a step of its own. `at`: object, founder, subscriber or entry of a port; `by`: the object that uses the founder's mapping. */
export interface Give {
  readonly stage: "undo-own" | "undo-claim" | "give-mapping" | "give-pair" | "free-port" | "give-quota" | "free-memory";
  readonly at: number;
  readonly by: number;
}

/** The steps of a packet in their order; `give` and `waiting` come in between. */
export type Step =
  | "entry" | "global" | "filter" | "sender" | "pair" | "memory" | "second memory" | "quota" | "second quota" | "port"
  | "insert pair" | "swap port" | "insert mapping" | "drop pair" | "drop port" | "claim" | "own" | "reverse" | "place" | "give" | "after claim";

export interface Work {
  readonly slot: number;
  readonly core: number;
  readonly packet: Packet;
  step: Step;
  direction: "outbound" | "inbound" | "hairpin";
  /** Read when no session was found. */
  type: NatType;
  /** The receiver's endpoint (inbound, hairpin) and the founder of the mapping it comes from, -1 a static one. */
  receiver: { readonly subscriber: number; readonly port: number; readonly founder: number } | undefined;
  /** The external endpoint of the session's own subscriber, once it is known. */
  external: External | undefined;
  static: boolean;
  /** Founder of the sender's mapping that is used, or the structure itself once it has founded one; -1 none. */
  founder: number;
  /** Structures taken: lead, receiver's; -1 none. */
  lead: number;
  second: number;
  quotas: number[];
  /** Entry of the port taken; -1 none. */
  port: number;
  /** A pair reference is held, of this address. */
  paired: boolean;
  pairAddress: number;
  foundNoPair: boolean;
  claimed: boolean;
  ownInserted: boolean;
  giving: Give[];
  /** What follows the giving back: the refused kind, or -1 for a lost claim; `elsewhere`: lost to a session with another translation. */
  refused: number;
  elsewhere: boolean;
  /** Lead that had the claim; -1 none. */
  winner: number;
}

export function newWork(slot: number, core: number, packet: Packet): Work {
  const work = { slot, core, packet, winner: -1 } as Work;
  begin(work);
  return work;
}

/** The packet begins (anew): nothing is held. */
export function begin(work: Work): void {
  work.step = "entry";
  work.receiver = undefined;
  work.external = undefined;
  work.static = false;
  work.founder = -1;
  work.lead = -1;
  work.second = -1;
  work.quotas = [];
  work.port = -1;
  work.paired = false;
  work.pairAddress = -1;
  work.foundNoPair = false;
  work.claimed = false;
  work.ownInserted = false;
  work.giving = [];
  work.refused = -1;
  work.elsewhere = false;
}
