/** A NAT that is seen from outside only: what goes in, what comes out, and when. */
import type { NatType } from "../../spec/nat-session/terms.ts";
import type { Packet, Received } from "./packets.ts";
import type { Setting } from "./setting.ts";

export interface Box {
  /** Empty, with this setting. */
  open(setting: Setting): void;
  /** New sessions are made with another type. */
  configure(setting: Setting, type: NatType): void;
  /** What comes out before the call returns; undefined: nothing. */
  send(packet: Packet, fromInside: boolean): Received | undefined;
  /** Its clock. */
  nowMs(): number;
  wait(ms: number): void;
}
