/** What becomes of a packet that is forwarded: its translation, and the answer with both checksums. */
import { Outcome } from "../../spec/nat-session/terms.ts";
import type { Moved } from "../../spec/side.ts";
import { checksums, type Packet } from "./packet.ts";
import type { NatState } from "./state.ts";

/** The packet after the translation of the structure whose key it looked up (NAT-20). */
export function translated(state: NatState, object: number, packet: Packet): Packet {
  const external = { address: state.outside[state.get("natAddress", object) - 1], port: state.get("natPort", object) };
  const partner = state.get("partner", object) - 1;
  if (packet.from === 0) {
    const subscriber = state.get("subscriber", object) - 1;
    return { ...packet, destinationAddress: state.inside[subscriber], destinationPort: state.get("privatePort", object) };
  }
  const outbound = { ...packet, sourceAddress: external.address, sourcePort: external.port };
  if (partner < 0) return outbound;
  return { ...outbound, destinationAddress: state.inside[state.get("subscriber", partner) - 1], destinationPort: state.get("privatePort", partner) };
}

/** Answers with a packet. */
export function answer(moved: Moved, code: number, packet: Packet): void {
  const { ip, transport } = checksums(packet);
  for (const value of [code, packet.sourceAddress | 0, packet.sourcePort, packet.destinationAddress | 0, packet.destinationPort, ip, transport]) moved.outcome.push(value);
}

/** Answers that the packet was forwarded by this structure. */
export function forward(state: NatState, object: number, packet: Packet, moved: Moved): void {
  answer(moved, Outcome.forwarded, translated(state, object, packet));
  const partner = state.get("partner", object);
  state.receiver = packet.from === 0 ? state.get("subscriber", object) : partner > 0 ? state.get("subscriber", partner - 1) : 0;
  moved.yields = 1;
}
