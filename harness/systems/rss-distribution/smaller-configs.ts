/** Smaller configurations of distribution over cores, and the order in which they count as smaller. */
import { contradiction } from "../../../spec/rss-distribution/check.ts";
import { publishedKey, type RssConfig, type Scheme, type TupleRule } from "../../../spec/rss-distribution/terms.ts";
import { smallerNumbers } from "../smaller-numbers.ts";

/** Up to this size of the table its entries are made smaller one by one. */
const entriesApartBits = 4;
const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

function ruleWeight(rule: TupleRule): number {
  const asked = [rule.protocol, rule.source, rule.destination, rule.sourcePort, rule.destinationPort].filter((one) => one !== null);
  return 500 + asked.length * 20 + rule.core + (rule.on ? 1 : 0);
}
function listsOf(scheme: Scheme): readonly (readonly number[])[] {
  return scheme.kind === "function" ? scheme.functions.map(({ cores }) => cores) : "coresOf" in scheme ? scheme.coresOf : [];
}
function schemeWeight(scheme: Scheme): number {
  const lists = sum(listsOf(scheme).map((list) => 5 + list.length * 10 + sum(list)));
  switch (scheme.kind) {
    case "hash":
      return 100;
    case "least-loaded":
      return 500 + scheme.packets;
    case "time-slice":
      return 500 + scheme.ms / 1000;
    case "thresholds":
      return 500 + scheme.low + scheme.high;
    case "votes":
      return 500 + scheme.levels.length * 10 + (scheme.ageWeight + scheme.priorityWeight + scheme.ageMaxMs) / 1000;
    default:
      return 500 + lists;
  }
}

/** Cores weigh most, then addresses, conversations, schemes, rules and entries, then buckets and numbers. */
export function configWeight(config: RssConfig): number {
  let weight = config.cores * 10_000 + config.control + config.traffic.filter((carries) => !carries).length * 50;
  weight += config.addresses.length * 3_000 + config.conversations.length * 2_000 + (config.cards - 1) * 1_000 + (config.nodes.length - 1) * 1_000;
  weight += config.indirection.length * 100 + sum(config.indirection) + config.queueMax + (config.key === publishedKey ? 0 : 20) + (config.carrier === "shared" ? 20 : 0);
  weight += sum(config.rules.map(ruleWeight)) + sum(config.schemes.map(schemeWeight)) + sum(config.steering.map(({ core }) => 501 + core));
  weight += config.internal.filter((node) => node >= 0).length * 50 + sum(config.internal) + config.assignable.length * 50;
  for (const one of config.conversations) weight += (one.protocol === "tcp" ? 0 : 10) + (one.sourcePort + one.destinationPort) / 65536;
  return weight;
}

/** The scheme with each of its lists of cores changed. */
function withLists(scheme: Scheme, change: (list: readonly number[], at: number) => readonly number[]): Scheme {
  if (scheme.kind === "function") return { ...scheme, functions: scheme.functions.map((one, at) => ({ ...one, cores: change(one.cores, at) })) };
  return "coresOf" in scheme ? { ...scheme, coresOf: scheme.coresOf.map(change) } : scheme;
}

/** Without its last core; what named it names the one before. */
function withoutLastCore(config: RssConfig): RssConfig {
  const cores = config.cores - 1;
  const to = (core: number): number => Math.min(core, cores - 1);
  const traffic = config.traffic.slice(0, cores).map((carries, core) => carries || (core === cores - 1 && config.traffic[cores]));
  return {
    ...config,
    cores,
    control: to(config.control),
    traffic,
    indirection: config.indirection.map(to),
    rules: config.rules.map((rule) => ({ ...rule, core: to(rule.core) })),
    steering: config.steering.map((entry) => ({ ...entry, core: to(entry.core) })),
    schemes: config.schemes.map((scheme) => withLists(scheme, (list) => [...new Set(list.map(to))])),
    nodes: config.nodes.with(0, cores),
  };
}
/** Without its last address, which nothing may name. */
function withoutLastAddress(config: RssConfig): RssConfig {
  const schemes = config.schemes.map((scheme) => (scheme.kind === "virtual-address" ? { ...scheme, coresOf: scheme.coresOf.slice(0, -1) } : scheme));
  const last = config.addresses.length - 1;
  return { ...config, addresses: config.addresses.slice(0, -1), internal: config.internal.slice(0, -1), assignable: config.assignable.filter((address) => address !== last), schemes };
}
function withoutLastCard(config: RssConfig): RssConfig {
  const schemes = config.schemes.map((scheme) => (scheme.kind === "card" ? { ...scheme, coresOf: scheme.coresOf.slice(0, -1) } : scheme));
  return { ...config, cards: config.cards - 1, schemes };
}

function smallerSchemes(config: RssConfig): RssConfig[] {
  const { schemes } = config;
  const tries: RssConfig[] = [];
  const replaced = (at: number, scheme: Scheme): RssConfig => ({ ...config, schemes: schemes.with(at, scheme) });
  for (const at of schemes.keys()) if (schemes.length > 1) tries.push({ ...config, schemes: schemes.toSpliced(at, 1) });
  tries.push(replaced(schemes.length - 1, { kind: "hash" }));
  for (const [at, scheme] of schemes.entries()) {
    for (const [which, list] of listsOf(scheme).entries()) {
      for (const gone of list.keys()) tries.push(replaced(at, withLists(scheme, (each, place) => (place === which ? list.toSpliced(gone, 1) : each))));
    }
    if (scheme.kind === "function" && scheme.functions.length > 1) for (const gone of scheme.functions.keys()) tries.push(replaced(at, { ...scheme, functions: scheme.functions.toSpliced(gone, 1) }));
    if (scheme.kind === "least-loaded") for (const packets of smallerNumbers(scheme.packets, 1)) tries.push(replaced(at, { ...scheme, packets }));
    if (scheme.kind === "time-slice") for (const ms of smallerNumbers(scheme.ms, 1)) tries.push(replaced(at, { ...scheme, ms }));
    if (scheme.kind === "thresholds") {
      for (const low of smallerNumbers(scheme.low, 0)) tries.push(replaced(at, { ...scheme, low }));
      for (const high of smallerNumbers(scheme.high, scheme.low)) tries.push(replaced(at, { ...scheme, high }));
    }
    if (scheme.kind === "votes") {
      for (const gone of scheme.levels.keys()) tries.push(replaced(at, { ...scheme, levels: scheme.levels.toSpliced(gone, 1) }));
      for (const part of ["ageWeight", "ageMaxMs", "priorityWeight"] as const) for (const value of smallerNumbers(scheme[part], 0)) tries.push(replaced(at, { ...scheme, [part]: value }));
    }
  }
  return tries;
}

/** Fewer cores, flows, buckets, rules and schemes; smaller numbers one at a time. Only such as are accepted and weigh less. */
export function smallerConfigs(config: RssConfig): RssConfig[] {
  const tries: RssConfig[] = [];
  const { indirection, control } = config;
  if (config.cores > 1) tries.push(withoutLastCore(config));
  for (const at of config.conversations.keys()) if (config.conversations.length > 1) tries.push({ ...config, conversations: config.conversations.toSpliced(at, 1) });
  if (config.addresses.length > 2) tries.push(withoutLastAddress(config));
  for (const list of ["rules", "steering", "assignable"] as const) for (const at of config[list].keys()) tries.push({ ...config, [list]: config[list].toSpliced(at, 1) });
  if (config.nodes.length > 1) tries.push({ ...config, nodes: config.nodes.slice(0, -1) });
  if (config.cards > 1) tries.push(withoutLastCard(config));
  if (config.bits > 1) for (const half of [indirection.slice(0, indirection.length / 2), indirection.slice(indirection.length / 2)]) tries.push({ ...config, bits: config.bits - 1, indirection: half });
  tries.push(...smallerSchemes(config));
  if (config.carrier === "shared") tries.push({ ...config, carrier: "message" });
  if (config.key !== publishedKey) tries.push({ ...config, key: publishedKey });
  tries.push({ ...config, traffic: config.traffic.map(() => true) });
  for (const to of smallerNumbers(control, 0)) tries.push({ ...config, control: to });
  for (const queueMax of smallerNumbers(config.queueMax, 1)) tries.push({ ...config, queueMax });
  for (const to of new Set(indirection)) tries.push({ ...config, indirection: indirection.map(() => to) });
  if (config.bits <= entriesApartBits) for (const [at, core] of indirection.entries()) for (const to of smallerNumbers(core, 0)) tries.push({ ...config, indirection: indirection.with(at, to) });
  for (const [at, node] of config.internal.entries()) for (const to of smallerNumbers(node, -1)) tries.push({ ...config, internal: config.internal.with(at, to) });
  for (const [at, rule] of config.rules.entries()) {
    for (const part of ["protocol", "source", "destination", "sourcePort", "destinationPort"] as const) tries.push({ ...config, rules: config.rules.with(at, { ...rule, [part]: null }) });
    for (const core of smallerNumbers(rule.core, 0)) tries.push({ ...config, rules: config.rules.with(at, { ...rule, core }) });
    tries.push({ ...config, rules: config.rules.with(at, { ...rule, on: false }) });
  }
  for (const [at, entry] of config.steering.entries()) for (const core of smallerNumbers(entry.core, -1)) tries.push({ ...config, steering: config.steering.with(at, { ...entry, core }) });
  const weight = configWeight(config);
  return tries.filter((each) => configWeight(each) < weight && contradiction(each) === undefined);
}
