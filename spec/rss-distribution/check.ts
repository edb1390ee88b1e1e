/** What makes a configuration or command of distribution over cores contradict itself, beyond its shape. */
import { isIP } from "node:net";
import type { Contradiction } from "../contradiction.ts";
import type { Packet, RssCommand, RssConfig, Scheme } from "./terms.ts";

const wrong = (at: string, expected: string, found: unknown): Contradiction => ({ at, expected, found });
/** `what` is a position below `count`. */
function below(at: string, what: string, value: number, count: number): Contradiction | undefined {
  if (value < count) return undefined;
  return wrong(at, count === 0 ? `${what}, of which there is none` : count === 1 ? `${what}: 0` : `${what} from 0 to ${count - 1}`, value);
}

function first<T>(items: readonly T[], check: (item: T, at: number) => Contradiction | undefined): Contradiction | undefined {
  for (const [at, item] of items.entries()) {
    const found = check(item, at);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The first contradiction of a configuration, or undefined. */
export function contradiction(config: RssConfig): Contradiction | undefined {
  return cores(config) ?? addresses(config) ?? conversations(config) ?? naming(config) ?? schemes(config) ?? nodes(config);
}

/** A core that exists and carries traffic. */
function carrier(config: RssConfig, at: string, core: number): Contradiction | undefined {
  return core < config.cores && config.traffic[core] ? undefined : wrong(at, `one of the ${config.cores} cores, and one that carries traffic (RSS-14)`, core);
}

function cores(config: RssConfig): Contradiction | undefined {
  if (config.control >= config.cores) return wrong("control", `a core from 0 to ${config.cores - 1} (RSS-6)`, config.control);
  if (config.traffic.length !== config.cores) return wrong("traffic", `an entry for each of the ${config.cores} cores`, config.traffic);
  if (!config.traffic.includes(true)) return wrong("traffic", "at least one core that carries traffic (RSS-14)", config.traffic);
  if (config.indirection.length !== 1 << config.bits) return wrong("indirection", `2^bits = ${1 << config.bits} cores (RSS-2)`, config.indirection);
  return first(config.indirection, (core, at) => carrier(config, `indirection[${at}]`, core));
}

function addresses(config: RssConfig): Contradiction | undefined {
  // The URL parser writes an IPv6 address in its one shortest form, so that two spellings of one address meet.
  const written = config.addresses.map((text) => (isIP(text) === 6 && !text.includes("%") ? new URL(`http://[${text}]`).hostname : text));
  return first(config.addresses, (text, at) => {
    if (isIP(text) === 0 || text.includes("%")) return wrong(`addresses[${at}]`, "an IPv4 or IPv6 address", text);
    return written.indexOf(written[at]!) < at ? wrong(`addresses[${at}]`, "an address that does not stand there already", text) : undefined;
  });
}

function conversations(config: RssConfig): Contradiction | undefined {
  const family = (position: number): number => isIP(config.addresses[position]!);
  const seen = new Set<string>();
  return first(config.conversations, (one, at) => {
    const place = `conversations[${at}]`;
    const missing = below(`${place}.source`, "an address", one.source, config.addresses.length) ?? below(`${place}.destination`, "an address", one.destination, config.addresses.length);
    if (missing !== undefined) return missing;
    if (one.source === one.destination) return wrong(place, "two different addresses", one.source);
    if (family(one.source) !== family(one.destination)) return wrong(place, "two addresses of one family (RSS-1)", one);
    if (one.protocol === "icmp" && (one.sourcePort !== 0 || one.destinationPort !== 0)) return wrong(place, "no ports, as ICMP has none", one);
    for (const way of [
      [one.source, one.sourcePort, one.destination, one.destinationPort],
      [one.destination, one.destinationPort, one.source, one.sourcePort],
    ]) {
      const key = `${one.protocol} ${way.join(" ")}`;
      if (seen.has(key)) return wrong(place, "a conversation that does not stand there already, in either direction", one);
      seen.add(key);
    }
    return undefined;
  });
}

function naming(config: RssConfig): Contradiction | undefined {
  const position = (at: string, value: number | null): Contradiction | undefined => (value === null ? undefined : below(at, "an address", value, config.addresses.length));
  return (
    first(config.rules, (rule, at) => position(`rules[${at}].source`, rule.source) ?? position(`rules[${at}].destination`, rule.destination) ?? carrier(config, `rules[${at}].core`, rule.core)) ??
    first(config.steering, (entry, at) => {
      const value = entry.by === "address" ? position(`steering[${at}].value`, entry.value) : undefined;
      return value ?? (entry.core < 0 ? undefined : carrier(config, `steering[${at}].core`, entry.core));
    }) ??
    first(config.assignable, (address, at) => {
      if (config.assignable.indexOf(address) < at) return wrong(`assignable[${at}]`, "an address that does not stand there already (RSS-9)", address);
      return position(`assignable[${at}]`, address);
    })
  );
}

const last: readonly Scheme["kind"][] = ["hash", "pair", "least-loaded", "time-slice", "thresholds"];

function schemes(config: RssConfig): Contradiction | undefined {
  const kinds = config.schemes.map((scheme) => scheme.kind);
  return first(config.schemes, (scheme, at) => {
    const place = `schemes[${at}]`;
    if (kinds.indexOf(scheme.kind) < at) return wrong(`${place}.kind`, "a kind that does not stand there already (RSS-25)", scheme.kind);
    const ends = at === kinds.length - 1;
    if (last.includes(scheme.kind) !== ends) return wrong(`${place}.kind`, ends ? `one that always applies: ${last.join(", ")} (RSS-25)` : "one that does not always apply, as others follow (RSS-25)", scheme.kind);
    return parts(config, scheme, place);
  });
}

function parts(config: RssConfig, scheme: Scheme, place: string): Contradiction | undefined {
  const all = (at: string, list: readonly number[]): Contradiction | undefined =>
    first(list, (core, i) => (list.indexOf(core) < i ? wrong(`${at}[${i}]`, "a core that does not stand there already", core) : carrier(config, `${at}[${i}]`, core)));
  switch (scheme.kind) {
    case "virtual-address":
      if (scheme.coresOf.length !== config.addresses.length) return wrong(`${place}.coresOf`, `a list for each of the ${config.addresses.length} addresses (RSS-27)`, scheme.coresOf);
      return first(scheme.coresOf, (list, at) => all(`${place}.coresOf[${at}]`, list));
    case "card":
      if (scheme.coresOf.length !== config.cards) return wrong(`${place}.coresOf`, `a list for each of the ${config.cards} cards (RSS-28)`, scheme.coresOf);
      return first(scheme.coresOf, (list, at) => all(`${place}.coresOf[${at}]`, list));
    case "function":
      return first(scheme.functions, ({ low, high, cores: list }, at) => (high < low ? wrong(`${place}.functions[${at}].high`, `a port from low = ${low} on (RSS-13)`, high) : all(`${place}.functions[${at}].cores`, list)));
    case "thresholds":
      return scheme.high < scheme.low ? wrong(`${place}.high`, `at least low = ${scheme.low} (RSS-21)`, scheme.high) : undefined;
    default:
      return undefined;
  }
}

function nodes(config: RssConfig): Contradiction | undefined {
  if (config.nodes[0] !== config.cores) return wrong("nodes[0]", `this node's number of cores, ${config.cores} (RSS-7)`, config.nodes[0]);
  if (config.internal.length !== config.addresses.length) return wrong("internal", `an entry for each of the ${config.addresses.length} addresses (RSS-9)`, config.internal);
  return first(config.internal, (node, at) => below(`internal[${at}]`, "-1, or a node", node, config.nodes.length));
}

/** The first thing that a command names and the configuration does not have, or that contradicts itself; or undefined. */
export function misfit(command: RssCommand, config: RssConfig): Contradiction | undefined {
  const node = (value: number): Contradiction | undefined => below("node", "a node", value, config.nodes.length);
  const flow = (at: string, value: number): Contradiction | undefined => below(at, "a flow", value, config.conversations.length * 2);
  switch (command.kind) {
    case "packet":
      return flow("flow", command.flow) ?? (command.outer === null ? undefined : flow("outer", command.outer)) ?? packet(command, config);
    case "rebalance":
      return below("bucket", "a bucket", command.bucket, 1 << config.bits) ?? below("to", "a core", command.to, config.cores);
    case "core-down":
    case "core-up":
      return below("core", "a core", command.core, config.cores);
    case "vote":
      return config.schemes.some((scheme) => scheme.kind === "votes") ? undefined : wrong("kind", "a command that the schemes know: none is votes (RSS-22)", command.kind);
    case "set-rule":
      return below("rule", "a rule", command.rule, config.rules.length);
    case "steer":
      return below("entry", "an entry", command.entry, config.steering.length) ?? (command.core < 0 ? undefined : carrier(config, "core", command.core));
    case "register":
      return below("address", "an address", command.address, config.addresses.length) ?? node(command.node);
    case "assign":
    case "share-key":
    case "node-core":
      return node(command.node);
    case "reply-core":
      return flow("flow", command.flow) ?? below("address", "an address", command.address, config.addresses.length) ?? translated(command.flow, command.address, config);
    default:
      return undefined;
  }
}

function translated(flow: number, address: number, config: RssConfig): Contradiction | undefined {
  const family = (position: number): number => isIP(config.addresses[position]!);
  const own = family(config.conversations[flow >> 1]!.source);
  return family(address) === own ? undefined : wrong("address", `an IPv${own} address, as the flow's are (RSS-10)`, config.addresses[address]);
}

function packet(command: Packet, config: RssConfig): Contradiction | undefined {
  const family = isIP(config.addresses[config.conversations[command.flow >> 1]!.source]!);
  const { extensions } = command;
  if (family === 4 && extensions.length > 0) return wrong("extensions", "none, as the flow is IPv4 (RSS-15)", extensions);
  if (family === 6 && command.fragment) return wrong("fragment", "false: on IPv6 the extension header fragment says it (RSS-15)", true);
  const end = extensions.findIndex((kind) => kind === "encrypted" || kind === "none");
  if (end >= 0 && end < extensions.length - 1) return wrong(`extensions[${end + 1}]`, `nothing after ${extensions[end]} (RSS-15)`, extensions[end + 1]);
  if (command.outer === null && command.sealed !== null) return wrong("sealed", "null, as the packet is not encapsulated (RSS-8)", command.sealed);
  if (command.carried !== null && command.carried.node >= config.nodes.length) return below("carried.node", "a node", command.carried.node, config.nodes.length);
  return below("card", "a card", command.card, config.cards);
}
