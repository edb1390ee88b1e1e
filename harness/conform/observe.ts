/** A case on a box: only calls and returns, with the time of each. */
import type { Case } from "../engine/case.ts";
import type { NatCommand } from "../../spec/nat-session/terms.ts";
import type { Box } from "./box.ts";
import { addressOf, type Packet, type Received } from "./packets.ts";
import type { Setting } from "./setting.ts";

/** One operation as it was seen. */
export interface Observation {
  readonly id: string;
  readonly command: NatCommand;
  /** Id of the operation whose packet is answered; "" for none. */
  readonly of: string;
  /** Milliseconds since the box was opened. */
  readonly atMs: number;
  readonly sent: Packet | undefined;
  readonly received: Received | undefined;
}

function equal(a: Packet, b: Packet): boolean {
  return a.source.address === b.source.address && a.source.port === b.source.port && a.destination.address === b.destination.address && a.destination.port === b.destination.port;
}

/** Whether the packet came out as another one: an answer to it makes sense. */
export function translated({ sent, received }: Observation): boolean {
  return sent !== undefined && received !== undefined && !equal(sent, received);
}

/** Runs the operations one after another. An answer to a packet that was not translated is left out, as everywhere. */
export function observe(box: Box, one: Case): Observation[] {
  const setting = one.config as Setting;
  const { nat } = setting;
  const inside = new Set(nat.subscribers.map((subscriber) => addressOf(subscriber.address)));
  box.open(setting);
  const start = box.nowMs();
  const seen = new Map<string, Observation>();
  for (const event of one.events) {
    if (event.do === "advance") box.wait(event.ms);
    if (event.do !== "op") continue;
    const command = event.command as NatCommand;
    const of = command.kind === "reply" ? seen.get(command.of) : undefined;
    if (command.kind === "reply" && (of === undefined || !translated(of))) continue;
    if (command.kind === "configure") box.configure(setting, command.type);
    const sent = packetOf(command, setting, of);
    const atMs = box.nowMs() - start;
    const received = sent === undefined ? undefined : box.send(sent, inside.has(sent.source.address));
    seen.set(event.id, { id: event.id, command, of: of?.id ?? "", atMs, sent, received });
  }
  return [...seen.values()];
}

function packetOf(command: NatCommand, { nat }: Setting, of: Observation | undefined): Packet | undefined {
  const subscriber = (): { address: number; port: number } => (command.kind === "send" || command.kind === "loop" ? { address: addressOf(nat.subscribers[command.subscriber].address), port: command.port } : { address: 0, port: 0 });
  const remote = (): { address: number; port: number } => {
    if (command.kind !== "send" && command.kind !== "arrive") return { address: 0, port: 0 };
    return { address: addressOf(nat.remotes[command.remote].address), port: command.protocol === "icmp" ? 0 : nat.remotes[command.remote].port };
  };
  switch (command.kind) {
    case "send":
      return { protocol: command.protocol, source: subscriber(), destination: remote(), salt: command.salt };
    case "loop":
      return { protocol: command.protocol, source: subscriber(), destination: { address: addressOf(nat.addresses[command.address]), port: command.externalPort }, salt: command.salt };
    case "arrive":
      return { protocol: command.protocol, source: remote(), destination: { address: addressOf(nat.addresses[command.address]), port: command.externalPort }, salt: command.salt };
    case "reply":
      return { protocol: of!.received!.protocol, source: of!.received!.destination, destination: of!.received!.source, salt: command.salt };
    default:
      return undefined;
  }
}
