/**
 * How long it takes to shrink a failure of fifty operations, and one of a thousand: faults are planted, found, and shrunk. Of faults that hide it is the median; of all whose
 * smallest case is proved, and of the one that takes longest, the slowest.
 */
import type { Case } from "../../engine/case.ts";
import { caseOfPlan, type Plan } from "../../engine/campaign/plan.ts";
import type { System } from "../../engine/contract.ts";
import { Pair } from "../../engine/run.ts";
import { sameFailure } from "../../engine/shrink/oracle.ts";
import { shrink } from "../../engine/shrink/shrink.ts";
import { strategyByName } from "../../engine/strategy/index.ts";
import { signature } from "../../engine/verdict.ts";
import { minimaExam } from "../../mutants/minima.ts";
import { planted } from "../../mutants/planted.ts";
import { systems } from "../../systems/index.ts";
import { implementationWith } from "../../systems/sources.ts";
import { median, stopwatch, type BenchRow, type Measured, type Sizes } from "./row.ts";

/** Faults that take a while to show, by system. */
interface Planted {
  readonly [system: string]: readonly string[];
}
/** In the order of the hand-over list, in returning a chunk, in the search. */
const plantedSmall: Planted = { "port-allocation": ["PORT-9/last-come", "PORT-8/global-bit", "PORT-6/last-bit"] };
/** Where cores contend, where timers run, where hardly anything is left to go round. */
const plantedLarge: Planted = {
  quota: ["QUOTA-7/does-not-look-again", "QUOTA-9/zeros-core", "QUOTA-14/borrows-first"],
  "nat-session": ["NAT-10/loser-drops", "NAT-12/not-refreshed", "NAT-14/last-user"],
  "rss-distribution": ["RSS-3/anybody-moves", "RSS-6/asked-for-ever", "RSS-7/mixed-table"],
  "memory-slab": ["SLAB-7/last-come", "SLAB-7/counted-before", "SLAB-9/released-twice"],
  node: ["NODE-2/denied-port", "NODE-2/pair-left"],
};
/** What is left out of it changes which request comes away empty, and so all that follows. */
const plantedLongest: Planted = { node: ["NODE-3/whose-undo"] };
const searchedMax = 3000;
const searchedLargeMax = 120;
/** Of the cases of a round, one in so many is drawn for each fault whose smallest case is proved (40 of 600); and how many of those that fail are shrunk: the largest. */
const searchedProvedEach = 15;
const shrunkProved = 3;
const thousand = 1000;

interface Failing {
  readonly case: Case;
  readonly signature: string;
}

/** Cases that fail after so many operations, as they ran; at most `count`. */
function failing(system: System, pair: Pair, count: number, { size, least, most, searched }: Wanted): Failing[] {
  const plan: Plan = { system: system.name, seed: 11, profile: "", size, strategy: "mixture", poisonEvery: 0, disciplineEvery: 0 };
  const strategy = strategyByName("mixture");
  const found: Failing[] = [];
  for (let index = 0; index < searched && found.length < count; index++) {
    const result = pair.run(caseOfPlan(system, plan, index), { strategy });
    if (result.failure === undefined || result.operations < least || result.operations > most) continue;
    found.push({ case: result.ran(), signature: signature(result.failure) });
  }
  return found;
}

interface Wanted {
  readonly size: number;
  readonly least: number;
  readonly most: number;
  readonly searched: number;
}

interface Shrunk {
  readonly ms: number;
  readonly events: number;
  readonly left: number;
  readonly tried: number;
}

/** Of each fault one case is shrunk untimed, then `rounds` more. */
function shrinkAll(system: System, ids: readonly string[], rounds: number, wanted: Wanted): Shrunk[] {
  return ids.flatMap((id) => {
    const pair = pairWith(system, id);
    const all = failing(system, pair, rounds + 1, wanted).map((one) => shrunkOf(system, pair, one));
    return all.length > 1 ? all.slice(1) : all;
  });
}

function pairWith(system: System, id: string): Pair {
  return new Pair(system, { implementation: implementationWith(system.name, planted(id).texts) });
}
function shrunkOf(system: System, pair: Pair, one: Failing): Shrunk {
  const passed = stopwatch();
  const result = shrink(one.case, sameFailure(pair, one.signature), system);
  return { ms: passed(), events: one.case.events.length, left: result.case.events.length, tried: result.tried };
}

/** Of each fault of the system whose smallest case is proved: the largest failures of some cases of a thousand operations. */
function shrinkProved(system: System, searched: number): Shrunk[] {
  const ids = minimaExam.map(({ id }) => id).filter((id) => planted(id).system.name === system.name);
  return ids.flatMap((id) => {
    const pair = pairWith(system, id);
    const all = failing(system, pair, searched, { size: 1.1 * thousand, least: 0, most: Infinity, searched });
    const largest = all.sort((a, b) => b.case.events.length - a.case.events.length).slice(0, shrunkProved);
    return largest.map((one) => shrunkOf(system, pair, one));
  });
}

/** All failures of five hundred operations and more among so many cases. */
function shrinkLongest(system: System, searched: number): Shrunk[] {
  return (plantedLongest[system.name] ?? []).flatMap((id) => {
    const pair = pairWith(system, id);
    return failing(system, pair, searched, { size: 1.1 * thousand, least: 0.5 * thousand, most: Infinity, searched }).map((one) => shrunkOf(system, pair, one));
  });
}

function measure(system: System, { rounds, cases }: Sizes): readonly Measured[] {
  const small = shrinkAll(system, plantedSmall[system.name] ?? [], rounds, { size: 56, least: 45, most: 55, searched: searchedMax });
  const large = shrinkAll(system, plantedLarge[system.name] ?? [], rounds, { size: 1.1 * thousand, least: 0.8 * thousand, most: Infinity, searched: searchedLargeMax });
  const proved = shrinkProved(system, Math.ceil(cases / searchedProvedEach));
  const longest = shrinkLongest(system, cases);
  const figures = (all: readonly Shrunk[], ms: readonly number[], text: string, most: number, of = median): Measured[] =>
    all.length === 0
      ? []
      : [
          {
            row: "shrinking",
            system: system.name,
            text,
            aim: { bound: "most", value: most },
            reached: of(ms),
            unit: "ms",
            parts: { failures: all.length, events: Math.max(...all.map(({ events }) => events)), slowest: Math.max(...ms), eventsLeft: median(all.map(({ left }) => left)), candidates: median(all.map(({ tried }) => tried)) },
          },
        ];
  return [
    ...figures(small, small.map(({ ms }) => ms), "shrinking a failure of 50 operations to one that is one-minimal", 100),
    ...figures(large, large.map(({ ms, events }) => (ms / events) * thousand), "shrinking a large failure, for each 1,000 of its events", 2000),
    ...figures(proved, proved.map(({ ms }) => ms), "shrinking a failure of at most 1,100 operations, the slowest of all faults whose smallest case is proved", 2000, (ms) => Math.max(...ms)),
    ...figures(longest, longest.map(({ ms, events }) => (ms / events) * thousand), "shrinking a failure of the fault that takes longest, for each 1,000 of its events, the slowest", 2000, (ms) => Math.max(...ms)),
  ];
}

export const shrinkingRow: BenchRow = { name: "shrinking", systems: systems.map(({ name }) => name), measure };
