/** A setting as the kernel's rules: the text that `nft -f` reads. */
import type { Match, NatConfig, NatRule, NatType, StaticMapping } from "../../spec/nat-session/terms.ts";
import { blockOf, type Setting } from "./setting.ts";

const allPorts = { low: 0, high: 65535 } as const;

/** What one side of a rule asks of an echo's packet or of a TCP or UDP packet; undefined if no such packet is covered. An echo's identifier stands for the port of our side, the remote's is 0. */
function sideText(match: Match | null, side: "s" | "d", echo: boolean, ours: boolean): string | undefined {
  if (match === null) return "";
  const { address, bits, low, high } = match;
  const addresses = bits === 0 ? "" : `ip ${side}addr ${address}/${bits} `;
  if (low === allPorts.low && high === allPorts.high) return addresses;
  if (!echo) return `${addresses}th ${side}port ${low}-${high} `;
  if (ours) return `${addresses}icmp id ${low}-${high} `;
  return low === 0 ? addresses : undefined;
}
/** The lines of one rule in one direction, with what is done where it covers a packet. */
function ruleLines(rule: NatRule, direction: "outbound" | "inbound", permit: string): string[] {
  if (rule.direction !== direction && rule.direction !== "both") return [];
  return [false, true].flatMap((echo) => {
    const source = sideText(rule.source, "s", echo, direction === "outbound");
    const destination = sideText(rule.destination, "d", echo, direction === "inbound");
    if (source === undefined || destination === undefined) return [];
    return [`    meta l4proto ${echo ? "icmp" : "{ tcp, udp }"} ${source}${destination}${rule.action === "deny" ? "drop" : permit}`];
  });
}
/** A chain that walks the rules of a direction in order; the first that covers a packet decides (NAT-1). */
function chain(name: string, nat: NatConfig, direction: "outbound" | "inbound", permit: string, uncovered: string): string {
  return [`  chain ${name} {`, ...nat.rules.flatMap((rule) => ruleLines(rule, direction, permit)), `    ${uncovered}`, "  }"].join("\n");
}

function staticsOf({ nat }: Setting): (StaticMapping & { readonly inside: string; readonly outside: string })[] {
  return nat.statics.filter((one) => one.protocol !== "icmp").map((one) => ({ ...one, inside: nat.subscribers[one.subscriber].address, outside: nat.addresses[one.address] }));
}

/** How new sessions get their endpoint: static ones theirs, the others one of the pool. */
function sourceLines(setting: Setting, type: NatType): string[] {
  const fixed = staticsOf(setting).map((one) => `    ip saddr ${one.inside} ${one.protocol} sport ${one.port} snat to ${one.outside}:${one.externalPort}`);
  return [...fixed, ...poolLines(setting, type)];
}
function poolLines(setting: Setting, type: NatType): string[] {
  const { nat, block, choice } = setting;
  const flags = [choice === "own" ? "" : choice, type.pairing ? "persistent" : ""].filter((word) => word !== "").join(",");
  const pool = nat.addresses.length === 1 ? nat.addresses[0] : `${nat.addresses[0]}-${nat.addresses[nat.addresses.length - 1]}`;
  const sources = [...new Set(nat.subscribers.map((one) => one.address))];
  const head = "    meta l4proto { tcp, udp, icmp } ip saddr";
  if (block === null) return [`${head} { ${sources.join(", ")} } snat to ${pool}:${nat.low}-${nat.high} ${flags}`];
  return nat.subscribers.map((one, at) => {
    const [low, high] = blockOf(setting, at);
    return `${head} ${one.address} snat to ${pool}:${low}-${high} ${flags}`;
  });
}

/** What takes the place of the present choice of endpoints; what is under way is left alone. */
export function newSources(setting: Setting, type: NatType): string {
  return ["flush chain ip tandem sources", "table ip tandem {", "  chain sources {", ...sourceLines(setting, type), "  }", "}", ""].join("\n");
}

/** The whole rule set; loading it takes the place of the one before. */
export function ruleset(setting: Setting): string {
  const { nat } = setting;
  const ours = `{ ${nat.addresses.join(", ")} }`;
  const limit = nat.quota === null ? [] : ["s", "d"].map((side) => `    ct status & confirmed == 0 ${side === "s" ? "iifname" : "oifname"} in0 add @used { ip ${side}addr ct count over ${nat.quota} } drop`);
  return [
    "table ip tandem",
    "delete table ip tandem",
    "table ip tandem {",
    ...(nat.quota === null ? [] : ["  set used { type ipv4_addr; size 1024; flags dynamic; }"]),
    chain("outbound", nat, "outbound", "accept", "notrack accept"),
    chain("inbound", nat, "inbound", "accept", "notrack accept"),
    chain("denied_inbound", nat, "inbound", "notrack accept", "notrack accept"),
    chain("hairpin", nat, "outbound", "goto inbound", "goto denied_inbound"),
    "  chain decide {",
    "    type filter hook prerouting priority raw;",
    "    iifname out0 goto inbound",
    `    ip daddr ${ours} goto hairpin`,
    "    goto outbound",
    "  }",
    "  chain count {",
    "    type filter hook forward priority filter;",
    ...limit,
    "  }",
    "  chain destinations {",
    "    type nat hook prerouting priority dstnat;",
    ...staticsOf(setting).map((one) => `    ip daddr ${one.outside} ${one.protocol} dport ${one.externalPort} dnat to ${one.inside}:${one.port}`),
    "  }",
    "  chain sources {",
    "    type nat hook postrouting priority srcnat;",
    ...sourceLines(setting, nat.type),
    "  }",
    "}",
    "",
  ].join("\n");
}
