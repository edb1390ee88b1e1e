/**
 * What is asked of the kernel: a configuration of NAT sessions, cut down to what its NAT has settings for, and how it is to choose ports. Cases are drawn by
 * the same drawing as everywhere else, without the operations that only a program of ours knows (failures on demand, sweeps, buckets).
 */
import type { System } from "../engine/contract.ts";
import { numberEvents } from "../engine/draw.ts";
import { caseFormat, type Case, type Event } from "../engine/case.ts";
import { mix32, SeededRandom } from "../engine/random.ts";
import type { Hints } from "../engine/shrink/order.ts";
import type { NatCommand, NatConfig } from "../../spec/nat-session/terms.ts";
import { drawConfig, drawEvents } from "../systems/nat-session/draw.ts";
import { configWeight, commandWeight, smallerCommands, smallerConfigs } from "../systems/nat-session/smaller.ts";

/** How ports are chosen: the sender's own where it can be had (the kernel's default), or by chance. */
export const portChoices = ["own", "random", "fully-random"] as const;
export type PortChoice = (typeof portChoices)[number];

export interface Setting {
  /** One core, nothing that the kernel has no setting for: see `asKernel`. */
  readonly nat: NatConfig;
  /** One block of this many ports a subscriber, in the order of subscribers from `nat.low` on; null: the whole range for all. */
  readonly block: number | null;
  readonly choice: PortChoice;
}

/** Waits, in milliseconds: two of the short ones leave a session of one second alive, one of the long ones does not. */
const waits = [400, 1500] as const;
/** One history in so many waits, and at most so often. */
const oneWaitsIn = 32;
const waitsMax = 3;
const objects = 64;

/** The configuration as far as the kernel can be set to it: no shared mappings and filters, one traffic domain, idle limits of a second. */
export function asKernel(config: NatConfig): NatConfig {
  return {
    ...config,
    cores: 1,
    table: [0, 0],
    perPacket: false,
    objects,
    subscribers: config.subscribers.filter((one) => one.domain === 0),
    type: { mapping: false, fullCone: false, pairing: config.type.pairing },
    idleMs: { tcp: 1000, udp: 1000, icmp: 1000 },
    sweepMs: 1000,
  };
}

/** First port of a subscriber's block, and the last. */
export function blockOf(setting: Setting, subscriber: number): readonly [low: number, high: number] {
  const { nat, block } = setting;
  return block === null ? [nat.low, nat.high] : [nat.low + subscriber * block, nat.low + subscriber * block + block - 1];
}

function drawSetting(random: SeededRandom): Setting {
  const drawn = drawConfig(random);
  const subscribers = drawn.subscribers.filter((one) => one.domain === 0).length;
  const block = random.oneIn(4) ? 2 + random.int(3) : null;
  // Where the range holds the senders' own ports, the kernel can keep them.
  const low = random.oneIn(3) ? 3999 : drawn.low;
  const high = block === null ? low + (drawn.high - drawn.low) : low + block * subscribers - 1;
  const moved = drawn.statics.map((one) => ({ ...one, subscriber: one.subscriber % subscribers, externalPort: one.externalPort >= drawn.low ? low + Math.min(one.externalPort - drawn.low, high - low) : one.externalPort }));
  const clash = moved.some((one, at) => moved.findIndex((other) => other.address === one.address && other.externalPort === one.externalPort) < at);
  const nat = asKernel({ ...drawn, low, high, statics: clash ? [] : moved, remotes: random.oneIn(2) ? drawn.remotes.slice(0, 1) : drawn.remotes });
  return { nat, block, choice: random.oneIn(2) ? "own" : random.pick(portChoices) };
}

/** What a setting's operations may be. */
const kept = ["send", "arrive", "reply", "loop", "configure"];

/** A case of its seed: what is drawn for NAT sessions, on one core, without what the kernel has no operation for. */
export function drawHistory(seed: number, size: number): Case {
  const setting = drawSetting(new SeededRandom(mix32(seed, 1)));
  const { nat } = setting;
  const waiting = mix32(seed, 3) % oneWaitsIn === 0;
  const drafts = numberEvents(drawEvents(new SeededRandom(mix32(seed, 2)), nat, size));
  let waited = 0;
  const events = drafts.flatMap((event, at): Event[] => {
    if (event.do === "advance") return waiting && waited++ < waitsMax ? [{ ...event, ms: waits[mix32(seed, at) % 2] }] : [];
    if (event.do !== "op" || !kept.includes(event.command.kind) || !fitting(event.command as NatCommand, nat)) return [];
    return [{ ...event, core: 0, command: asKernelCommand(event.command as NatCommand) }];
  });
  return { format: caseFormat, system: "kernel", profile: "product", config: setting, seed, events: events.slice(0, size), deviations: [], rest: false };
}
/** Drawn with the range as it stands, so only the ports of `arrive` and `loop` can lie anywhere. */
function fitting(command: NatCommand, nat: NatConfig): boolean {
  return (command.kind !== "send" && command.kind !== "loop") || command.subscriber < nat.subscribers.length;
}
function asKernelCommand(command: NatCommand): NatCommand {
  return command.kind === "configure" ? { kind: "configure", type: { mapping: false, fullCone: false, pairing: command.type.pairing } } : command;
}

/** What the shrinker has to know: as for NAT sessions, and simpler settings. */
export function hintsOf(system: System): Hints {
  const settings = (setting: Setting): Setting[] => {
    const simpler = smallerConfigs(setting.nat)
      .map((nat) => ({ ...setting, nat: asKernel(nat) }))
      .filter((one) => setting.block === null || one.nat.high - one.nat.low + 1 >= setting.block * one.nat.subscribers.length);
    if (setting.block !== null) simpler.unshift({ ...setting, block: null }, ...(setting.block > 1 ? [{ ...setting, block: setting.block - 1 }] : []));
    return simpler.filter((one) => weight(one) < weight(setting));
  };
  const weight = ({ nat, block, choice }: Setting): number => configWeight(nat) + (block === null ? 0 : 100 + block) + portChoices.indexOf(choice);
  return {
    smallerConfigs: (config) => settings(config as Setting),
    smallerCommands: (command) => smallerCommands(command as NatCommand),
    configWeight: (config) => weight(config as Setting),
    commandWeight: (command) => commandWeight(command as NatCommand),
    refers: (command) => system.refers(command),
    nodeCount: () => 1,
    coreCount: () => 1,
    parseConfig: (config) => system.parseConfig((config as Setting).nat, "product"),
    parseCommand: (command, config) => system.parseCommand(command, (config as Setting).nat),
  };
}
