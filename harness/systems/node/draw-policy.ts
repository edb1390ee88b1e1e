/** Drawing what decides before the scheme of a node, and how that changes while packets wait. */
import type { Random } from "../../engine/contract.ts";
import { protocols } from "../../../spec/nat-session/terms.ts";
import { addressesOf, rssOf } from "../../../spec/node/parts.ts";
import type { NodeCommand, NodeConfig, Policy } from "../../../spec/node/terms.ts";
import type { SteeringEntry, TupleRule } from "../../../spec/rss-distribution/terms.ts";

/** Cores that carry traffic. */
function carriersOf(config: NodeConfig): number[] {
  return rssOf(config).traffic.flatMap((carries, core) => (carries ? [core] : []));
}

/** Where a packet goes to, or a reply. */
function drawDestination(random: Random, config: NodeConfig): number {
  const remotes = config.remotes.map((one) => one.address);
  return addressesOf(config).indexOf(random.pick(random.oneIn(2) ? config.addresses : remotes));
}

function drawRule(random: Random, config: NodeConfig, core: number): TupleRule {
  const maybe = <T>(value: T): T | null => (random.oneIn(2) ? value : null);
  const source = random.int(config.subscribers.length);
  return {
    protocol: random.oneIn(3) ? random.pick(protocols) : null,
    source: random.oneIn(4) ? addressesOf(config).indexOf(config.subscribers[source].address) : null,
    destination: maybe(drawDestination(random, config)),
    sourcePort: random.oneIn(4) ? 4000 : null,
    destinationPort: random.oneIn(4) ? random.pick(config.remotes).port : null,
    core,
    on: random.oneIn(2),
  };
}
function drawSteering(random: Random, config: NodeConfig, carrier: number): SteeringEntry {
  const core = random.oneIn(3) ? -1 : carrier;
  return random.oneIn(2) ? { by: "port", value: random.pick(config.remotes).port, core } : { by: "address", value: drawDestination(random, config), core };
}

/** The configuration with a policy; buckets of a control core without traffic go to the others. */
export function withPolicy(random: Random, config: NodeConfig): NodeConfig {
  const { cores, distribution } = config;
  const controlCarries = cores === 1 || !random.oneIn(3);
  const table = controlCarries ? distribution.table : distribution.table.map((core, bucket) => (core > 0 ? core : 1 + (bucket % (cores - 1))));
  const bare: NodeConfig = { ...config, distribution: { ...distribution, table, policy: { controlCarries, rules: [], steering: [] } } };
  const carriers = carriersOf(bare);
  const policy: Policy = {
    controlCarries,
    rules: Array.from({ length: random.int(3) }, () => drawRule(random, config, random.pick(carriers))),
    steering: Array.from({ length: random.int(3) }, () => drawSteering(random, config, random.pick(carriers))),
  };
  return { ...bare, distribution: { ...bare.distribution, policy } };
}

/** Kinds of change. */
export const changes = ["vote", "rule", "steer", "register", "away", "back"] as const;
export type Change = (typeof changes)[number];

/** How often each change is drawn; never where the configuration does not foresee it. */
export function changeWeights({ distribution: { policy, scheme } }: NodeConfig): { readonly [K in Change]: number } {
  const some = policy === undefined ? 0 : 1;
  return { vote: scheme === "votes" ? 5 : 0, rule: policy?.rules.length ? 1 : 0, steer: policy?.steering.length ? 1 : 0, register: some, away: some, back: some };
}

/** The commands of one change, each with its core. `gone` is kept up to date: the cores that the drawing has sent away. */
export function drawChange(random: Random, config: NodeConfig, change: Change, gone: Set<number>): readonly (readonly [command: NodeCommand, core: number])[] {
  const anyCore = (): number => random.int(config.cores);
  const controller = (): number => (random.oneIn(8) ? anyCore() : 0);
  const { policy } = config.distribution;
  const carriers = carriersOf(config);
  switch (change) {
    case "vote":
      return Array.from({ length: 1 + random.int(2) }, () => [{ kind: "vote" }, random.pick(carriers)]);
    case "rule":
      return [[{ kind: "set-rule", rule: random.int(policy!.rules.length), on: !random.oneIn(3) }, anyCore()]];
    case "steer":
      return [[{ kind: "steer", entry: random.int(policy!.steering.length), core: random.oneIn(3) ? -1 : random.pick(carriers) }, anyCore()]];
    case "register":
      return [[{ kind: "register", address: drawDestination(random, config), node: random.oneIn(3) ? 0 : -1 }, anyCore()]];
    case "away": {
      // Where the control core carries nothing, now and then nobody is left to take a packet.
      const leaving = !policy!.controlCarries && random.oneIn(3) ? carriers : [anyCore()];
      for (const core of leaving) gone.add(core);
      return leaving.map((core) => [{ kind: "core-down", core }, controller()]);
    }
    case "back": {
      const core = gone.size > 0 && !random.oneIn(8) ? random.pick([...gone].sort((a, b) => a - b)) : anyCore();
      gone.delete(core);
      return [[{ kind: "core-up", core }, controller()]];
    }
  }
}
