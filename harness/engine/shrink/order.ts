/** When one case is smaller than another: fewer operations, then fewer other events, fewer switches, fewer cores, simpler configuration, commands, times and seed. */
import type { Case } from "../case.ts";
import type { Command } from "../contract.ts";
import type { Draws } from "../draw.ts";

/** What the shrinker has to know of a system; a `System` is one. Where what draws is absent, no case is drawn anew. */
export interface Hints extends Partial<Draws> {
  smallerConfigs(config: unknown): unknown[];
  smallerCommands(command: Command, config: unknown): Command[];
  merged?(first: Command, second: Command): Command[];
  absorb?(config: unknown, command: Command): unknown;
  configWeight(config: unknown): number;
  commandWeight(command: Command): number;
  refers(command: Command): { readonly id: string } | undefined;
  nodeCount(config: unknown): number;
  coreCount(config: unknown, node: number): number;
  parseConfig(config: unknown, profile: string): { readonly ok: boolean };
  parseCommand(command: unknown, config: unknown): { readonly ok: boolean };
}

/** Whether every event still makes sense under the case's configuration: a smaller one may lack a core, an address, a subscriber that an event names. */
export function fits(one: Case, hints: Hints): boolean {
  if (!hints.parseConfig(one.config, one.profile).ok) return false;
  const nodes = hints.nodeCount(one.config);
  return one.events.every((event) => {
    if ("node" in event && event.node >= nodes) return false;
    if (event.do !== "op") return true;
    return event.core < hints.coreCount(one.config, event.node) && hints.parseCommand(event.command, one.config).ok;
  });
}

/** Measures in order of importance; the first that differs decides. */
export function measures(one: Case, hints: Hints): number[] {
  let operations = 0;
  let commands = 0;
  let ms = 0;
  const cores = new Set<number>();
  let coreSum = 0;
  for (const event of one.events) {
    if (event.do === "advance") ms += event.ms;
    if (event.do !== "op") continue;
    operations++;
    commands += hints.commandWeight(event.command);
    cores.add(event.node * 64 + event.core);
    coreSum += event.node * 64 + event.core;
  }
  return [operations, one.events.length - operations, one.deviations.length, cores.size, hints.configWeight(one.config), commands, ms, coreSum, deviationWeight(one), one.rest ? 1 : 0, one.seed >>> 0];
}

/** Earlier switches are simpler ones. */
function deviationWeight(one: Case): number {
  let sum = 0;
  for (const deviation of one.deviations) sum += deviation.step;
  return sum;
}

/** Negative: `a` is smaller. */
export function compareMeasures(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return a[at] - b[at];
  return 0;
}
