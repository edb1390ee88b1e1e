/** Commands and outcomes of distribution over cores in words. */
import { Outcome, type Packet, type RssCommand, type RssConfig } from "../../../spec/rss-distribution/terms.ts";

/** `tcp 192.0.2.1:1000 → 198.51.100.1:80` */
function flowWords(config: RssConfig, flow: number): string {
  const { protocol, source, destination, sourcePort, destinationPort } = config.conversations[flow >> 1];
  const end = (address: number, port: number): string => endpoint(config, address, protocol === "icmp" ? undefined : port);
  const ends = [end(source, sourcePort), end(destination, destinationPort)];
  return `${protocol} ${(flow % 2 === 0 ? ends : ends.reverse()).join(" → ")}`;
}
function endpoint(config: RssConfig, address: number, port: number | undefined): string {
  const text = config.addresses[address];
  if (port === undefined) return text;
  return text.includes(":") ? `[${text}]:${port}` : `${text}:${port}`;
}
function hex(hash: number): string {
  return (hash >>> 0).toString(16).padStart(8, "0");
}

function packetWords(command: Packet, config: RssConfig): string {
  const { fragment, extensions, outer, sealed, carried, tag } = command;
  const more = [
    fragment ? "a fragment" : "",
    extensions.length > 0 ? `with ${extensions.join(", ")}` : "",
    outer === null ? "" : `${sealed ?? "plain"} inside ${flowWords(config, outer)}`,
    carried === null ? "" : `with hash ${hex(carried.hash)} of node ${carried.node}`,
    tag === null ? "" : `tagged for core ${tag}`,
  ].filter((word) => word !== "");
  return `distributes ${[flowWords(config, command.flow), `card ${command.card}`, `cost ${command.cost}`, ...more].join("; ")}`;
}

/** What the core named before does: `distributes tcp 192.0.2.1:1000 → 198.51.100.1:80; card 0; cost 1`. */
export function words(command: RssCommand, config: RssConfig): string {
  switch (command.kind) {
    case "packet":
      return packetWords(command, config);
    case "finish":
      return `finishes the packet of ${command.of}`;
    case "rebalance":
      return `hands bucket ${command.bucket} to core ${command.to}`;
    case "core-down":
      return `learns that core ${command.core} has gone`;
    case "core-up":
      return `learns that core ${command.core} is back`;
    case "vote":
      return "votes for load";
    case "set-rule":
      return `turns rule ${command.rule} ${command.on ? "on" : "off"}`;
    case "steer":
      return command.core < 0 ? `empties entry ${command.entry} of the steering table` : `steers entry ${command.entry} to core ${command.core}`;
    case "register":
      return command.node < 0 ? `lets address ${config.addresses[command.address]} go` : `registers address ${config.addresses[command.address]} with node ${command.node}`;
    case "assign":
      return `assigns an address to node ${command.node}`;
    case "share-key":
      return `shares key and table with node ${command.node}`;
    case "reply-core":
      return `asks for the core of the reply to ${flowWords(config, command.flow)} translated to ${endpoint(config, command.address, command.port)}`;
    case "node-core":
      return `asks for the core of node ${command.node} for hash ${hex(command.hash)}`;
  }
}

/** `placed on core 2 (hash 51ccc178)`, `dropped at core 1`, `done: 3` … */
export function outcomeWords(outcome: readonly number[]): string {
  const [code, a, b] = outcome;
  const withHash = b === undefined || b === 0 ? "" : ` (hash ${hex(b)})`;
  switch (code) {
    case Outcome.done:
      return a === undefined ? "done" : `done: ${a}${withHash}`;
    case Outcome.refused:
      return "refused";
    case Outcome.placed:
      return `placed on core ${a}${withHash}`;
    case Outcome.dropped:
      return a < 0 ? "dropped: no core is available" : `dropped: core ${a} is full${withHash}`;
    case Outcome.toNode:
      return `left to node ${a}`;
    case Outcome.delivered:
      return `delivered on core ${a}`;
    case Outcome.handedOver:
      return `handed over to core ${a}`;
    case Outcome.lost:
      return `lost at core ${a}`;
    case Outcome.unforeseen:
      return "cannot be foreseen";
    default:
      return `unknown outcome ${code}`;
  }
}
