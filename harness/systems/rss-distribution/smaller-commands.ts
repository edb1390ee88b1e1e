/** Smaller commands of distribution over cores, and the order in which they count as smaller. */
import { misfit } from "../../../spec/rss-distribution/check.ts";
import type { Packet, RssCommand, RssConfig } from "../../../spec/rss-distribution/terms.ts";
import { smallerNumbers } from "../smaller-numbers.ts";

/** Every option of a packet weighs more than its numbers. */
function packetWeight(packet: Packet): number {
  const { carried, tag, outer } = packet;
  let weight = packet.flow + packet.card + packet.cost + packet.extensions.length * 200 + (packet.fragment ? 200 : 0);
  weight += (outer === null ? 0 : 200 + outer) + (packet.sealed === null ? 0 : packet.sealed === "compressed" ? 51 : 50);
  return weight + (carried === null ? 0 : 200 + carried.node + carried.hash / 4_294_967_296) + (tag === null ? 0 : 200 + tag);
}
function smallerPackets(packet: Packet): Packet[] {
  const { carried, tag, outer, extensions } = packet;
  const tries: Packet[] = [];
  for (const at of extensions.keys()) tries.push({ ...packet, extensions: extensions.toSpliced(at, 1) });
  if (packet.fragment) tries.push({ ...packet, fragment: false });
  if (outer !== null) tries.push({ ...packet, outer: null, sealed: null }, { ...packet, sealed: null }, ...smallerNumbers(outer, 0).map((flow) => ({ ...packet, outer: flow })));
  if (carried !== null) tries.push({ ...packet, carried: null }, ...smallerNumbers(carried.hash, 0).map((hash) => ({ ...packet, carried: { ...carried, hash } })), ...smallerNumbers(carried.node, 1).map((node) => ({ ...packet, carried: { ...carried, node } })));
  if (tag !== null) tries.push({ ...packet, tag: null }, ...smallerNumbers(tag, 0).map((core) => ({ ...packet, tag: core })));
  for (const flow of smallerNumbers(packet.flow, 0)) tries.push({ ...packet, flow });
  for (const card of smallerNumbers(packet.card, 0)) tries.push({ ...packet, card });
  for (const cost of smallerNumbers(packet.cost, 1)) tries.push({ ...packet, cost });
  return tries;
}

/** Numbers one by one; a packet's options before its numbers. */
export function commandWeight(command: RssCommand): number {
  switch (command.kind) {
    case "packet":
      return packetWeight(command);
    case "finish":
    case "vote":
      return 1;
    case "rebalance":
      return 1 + command.bucket + command.to;
    case "core-down":
    case "core-up":
      return 1 + command.core;
    case "set-rule":
      return 1 + command.rule + (command.on ? 1 : 0);
    case "steer":
      return 2 + command.entry + command.core;
    case "register":
      return 2 + command.address + command.node;
    case "assign":
    case "share-key":
      return 1 + command.node;
    case "reply-core":
      return 1 + command.flow + command.address + command.port / 65536;
    case "node-core":
      return 1 + command.node + command.hash / 4_294_967_296;
  }
}

/** The numbers of a command of another kind, each with the least that it may be. */
const leasts: { readonly [field: string]: number } = { bucket: 0, to: 0, core: 0, rule: 0, entry: 0, address: 0, flow: 0, port: 0, hash: 0, node: 0 };
function leastOf({ kind }: RssCommand, field: string): number {
  if (field === "node") return kind === "register" ? -1 : kind === "assign" ? 0 : 1;
  return kind === "steer" && field === "core" ? -1 : leasts[field];
}

/** The same command with one thing less. Only such as are accepted and weigh less. */
export function smallerCommands(command: RssCommand, config: RssConfig): RssCommand[] {
  const tries: RssCommand[] = command.kind === "packet" ? smallerPackets(command) : [];
  if (command.kind === "set-rule" && command.on) tries.push({ ...command, on: false });
  if (command.kind !== "packet") {
    for (const [field, value] of Object.entries(command)) {
      if (field in leasts) for (const less of smallerNumbers(value as number, leastOf(command, field))) tries.push({ ...command, [field]: less } as RssCommand);
    }
  }
  const weight = commandWeight(command);
  return tries.filter((each) => commandWeight(each) < weight && misfit(each, config) === undefined);
}
