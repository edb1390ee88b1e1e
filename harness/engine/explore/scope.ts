/** Small worlds, whose every schedule is walked through. */
import type { Case, Event } from "../case.ts";
import type { Command } from "../contract.ts";

/** A case of a scope; its first `settled` events are run to their end in order before the search begins. */
export interface ScopeCase {
  readonly name: string;
  readonly case: Case;
  readonly settled: number;
}

/** A family of cases under one name. */
export interface Scope {
  readonly name: string;
  /** What is in it, in a line. */
  readonly title: string;
  readonly cases: () => readonly ScopeCase[];
}

/** An operation that went before, as later ones refer to it. */
export interface Earlier<C extends Command = Command> {
  readonly id: string;
  readonly command: C;
}

/** A configuration with little in it, and what can happen there. */
export interface SmallWorld<Config = any, C extends Command = any> {
  readonly system: string;
  /** Tells the worlds of one system apart. */
  readonly name: string;
  readonly profile: string;
  readonly config: Config;
  /** Operations and other events that make what the rest contends for, run to their end first. Operations may refer to earlier ones: their ids are `op0`, `op1`, … by place. */
  readonly before: readonly Unnamed<C>[];
  /** So many of them, the last, are not run ahead but among the rest: a clock that moves on, for what falls due with it. 0. */
  readonly unsettled?: number;
  /** Every kind of command there is, on arguments for which two of them get in each other's way; they may refer to what went before. */
  commands(earlier: readonly Earlier<C>[]): readonly C[];
}

/** An event that has yet to be given its id, which is its place: `op3`, or `ev3` for one that is no operation. */
type Unnamed<C extends Command> = DistributiveOmit<Event, "id" | "command"> & { readonly command?: C };
type DistributiveOmit<T, K extends string> = T extends unknown ? Omit<T, K> : never;

function named(event: Unnamed<Command>, at: number): Event {
  return { ...event, id: `${event.do === "op" ? "op" : "ev"}${at}` } as Event;
}

/** The case of a world in which these operations follow what went before, each on its core of node 0. */
export function caseOf(world: SmallWorld, operations: readonly { readonly core: number; readonly command: Command }[]): Case {
  const events = [...world.before, ...operations.map(({ core, command }): Unnamed<Command> => ({ do: "op", node: 0, core, command }))].map(named);
  return { format: 1, system: world.system, profile: world.profile, config: world.config, seed: 1, events, deviations: [], rest: true };
}

/** What went before in a world, as later operations may refer to it. */
export function earlierOf<C extends Command>(world: SmallWorld<unknown, C>): Earlier<C>[] {
  return caseOf(world, []).events.flatMap((event) => (event.do === "op" ? [{ id: event.id, command: event.command as C }] : []));
}

function settledOf(world: SmallWorld): number {
  return world.before.length - (world.unsettled ?? 0);
}

/** Every unordered pair of the world's commands, one of them on core 0 and the other on core 1, and the other way round. */
export function pairsOf(world: SmallWorld): ScopeCase[] {
  const commands = world.commands(earlierOf(world));
  const cases: ScopeCase[] = [];
  commands.forEach((one, i) => {
    commands.slice(i).forEach((other, j) => {
      for (const [left, right] of j === 0 ? [[one, other]] : [[one, other], [other, one]]) {
        const number = `${i}-${i + j}${left === one ? "" : " turned"}`;
        cases.push({ name: `${world.name} ${left.kind}|${right.kind} ${number}`, case: caseOf(world, [{ core: 0, command: left }, { core: 1, command: right }]), settled: settledOf(world) });
      }
    });
  });
  return cases;
}

/** What the operations are to be, core by core: every choice of that many among the first `crowd` commands of the world. */
export function crowdsOf(world: SmallWorld, crowd: number, cores: readonly number[]): ScopeCase[] {
  const commands = world.commands(earlierOf(world)).slice(0, crowd);
  let chosen: (readonly number[])[] = [[]];
  for (const _ of cores) chosen = chosen.flatMap((before) => commands.map((_, at) => [...before, at]));
  return chosen.map((numbers) => {
    const operations = numbers.map((at, i) => ({ core: cores[i], command: commands[at] }));
    return { name: `${world.name} ${cores.map((core, i) => `${core}:${operations[i].command.kind}`).join(" ")} ${numbers.join("-")}`, case: caseOf(world, operations), settled: settledOf(world) };
  });
}

/** How much of each world the night is for. */
export interface Night {
  /** Of so many commands every one on core 0 and every two after one another on core 1. */
  readonly threes: number;
  /** Of so many commands every two on each core. */
  readonly fours: number;
  /** Worlds with three cores, whose commands all meet one another on these. */
  readonly onThreeCores?: readonly SmallWorld[];
}

/** The scopes that every system has: a few cases for a moment, all pairs for a minute, and larger ones for the night. */
export function scopesOf(worlds: readonly SmallWorld[], { threes, fours, onThreeCores = [] }: Night): readonly Scope[] {
  const nightly = (world: SmallWorld): ScopeCase[] => [...crowdsOf(world, threes, [0, 1, 1]), ...crowdsOf(world, fours, [0, 0, 1, 1])];
  return [
    { name: "quick", title: "the first two operations of each small world, on 2 cores", cases: () => worlds.flatMap((world) => pairsOf(world).filter((one) => / [01]-[01]( turned)?$/.test(one.name))) },
    { name: "pairs", title: "every pair of operations of each small world, on 2 cores", cases: () => worlds.flatMap(pairsOf) },
    { name: "night", title: "three and four operations of each small world, on 2 or 3 cores", cases: () => [...worlds.flatMap(nightly), ...onThreeCores.flatMap((world) => crowdsOf(world, Infinity, [0, 1, 2]))] },
  ];
}
