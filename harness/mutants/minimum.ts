/**
 * How near the shrinker comes to the true minimum of a mutant: in the universe of a small world the smallest failing case is proved (`explore/smallest.ts`), failing cases of
 * many operations are drawn from the same universe, and each is shrunk. The shrinker is not told of the universe: it may leave it for smaller configurations and commands,
 * and so come to less than the minimum.
 */
import type { Case } from "../engine/case.ts";
import { smallest as smallestIn, caseIn, nextIn, type Found, type Operation, type Smallest, type Universe } from "../engine/explore/smallest.ts";
import type { System } from "../engine/contract.ts";
import type { Suspect } from "../engine/mutate/hunt.ts";
import { mix32, SeededRandom } from "../engine/random.ts";
import { Pair } from "../engine/run.ts";
import { smallest as shrunkOf } from "../engine/shrink/smallest.ts";
import { strategyByName } from "../engine/strategy/index.ts";
import { signature, type Failure } from "../engine/verdict.ts";
import { walkedPair } from "../systems/sources.ts";
import { universeOf } from "../systems/universe.ts";
import { suspectOf } from "./hunt.ts";
import { planted } from "./planted.ts";
import type { Mutant } from "./types.ts";

/** Operations and other events, and switches. */
export interface Size {
  readonly operations: number;
  readonly switches: number;
}

/** A failing case and what the shrinker made of it. */
export interface Shrunk {
  readonly from: Size;
  readonly to: Size;
  /** Its size by that of the true minimum. */
  readonly ratio: number;
  /** It fails the same way still, and shrinking it again changes nothing. */
  readonly sameWay: boolean;
  readonly idempotent: boolean;
  readonly case: Case;
}

export interface Measured {
  readonly mutant: Mutant;
  readonly world: string;
  /** How the cases fail: the way in which most of those drawn did. */
  readonly signature: string;
  readonly least: Smallest;
  readonly drawn: number;
  readonly shrunk: readonly Shrunk[];
}

export interface MinimumBudget {
  readonly seed: number;
  /** Failing cases to be shrunk. */
  readonly cases: number;
  /** Processor seconds for the proof. */
  readonly proofSeconds: number;
}

/** Shrinks a failing case; the shrinker in use, unless a test puts another in its place. */
export type ShrinkBy = (system: System, one: Case, failure: Failure, suspect: Suspect) => Case;

/** Drawn cases have from 20 to 60 operations; so many are drawn for each that is wanted. */
const shortest = 20;
const longest = 60;
const drawsEach = 40;
const shrinkSeconds = 30;
const operationsMax = 4;
/** None of these mutants hangs: what takes long is the machine. */
const caseMs = 60_000;
/** Where no case failed, so that nothing is sought. */
const nothing: Smallest = { found: undefined, any: undefined, proved: false, excluded: -1, lists: 0 };


/** Processor time, in seconds: what a busy machine takes away does not count. */
export function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

const byShrinker: ShrinkBy = (system, one, failure, suspect) => {
  const until = processorSeconds() + shrinkSeconds;
  return shrunkOf(system, one, failure, { programs: suspect, strategy: "mixture", caseMs, late: () => processorSeconds() > until }).case;
};

/** The size of a case, or of what was found. */
export function sizeOf(one: Case): Size {
  return { operations: one.events.length, switches: one.deviations.length };
}
/** Operations, other events and switches weigh alike. */
export function weight({ operations, switches }: Size): number {
  return operations + switches;
}

/** A mutant in one of its system's small worlds, by their names; throws where there is none. */
export function minimumOf(id: string, worldName: string, budget: MinimumBudget, shrinkBy: ShrinkBy = byShrinker, progress?: (note: string) => void): Measured {
  const { mutant, system, texts } = planted(id);
  const world = system.worlds?.().find((one) => one.name === worldName);
  if (world === undefined) throw new Error(`${system.name}, the system of ${id}, has no world ${worldName}`);
  const suspect = suspectOf(mutant.system, mutant.file, texts);
  const universe = universeOf(system, world);
  const pair = new Pair(system, suspect.sides());
  const { failing, drawn } = drawFailing(universe, pair, budget);
  if (failing.length === 0) return { mutant, world: worldName, signature: "", least: nothing, drawn, shrunk: [] };
  const until = processorSeconds() + budget.proofSeconds;
  const wanted = signature(failing[0].failure);
  const least = smallestIn(universe, { pair, walked: walkedPair(system, texts) }, { wanted, operationsMax, late: () => processorSeconds() > until, progress });
  const { found } = least;
  const shrunk = found === undefined ? [] : failing.map((one, at) => (progress?.(`shrinking case ${at + 1}`), shrunkFrom(system, one, found, suspect, shrinkBy)));
  return { mutant, world: worldName, signature: wanted, least, drawn, shrunk };
}

interface Failing {
  readonly case: Case;
  readonly failure: Failure;
}

/** Cases of the universe that fail in the way in which most of them do, as they ran. */
export function drawFailing(universe: Universe, pair: Pair, { seed, cases }: MinimumBudget): { readonly failing: readonly Failing[]; readonly drawn: number } {
  const strategy = strategyByName("mixture");
  const bySignature = new Map<string, Failing[]>();
  let most: readonly Failing[] = [];
  let drawn = 0;
  while (drawn < cases * drawsEach && most.length < cases) {
    const result = pair.run(drawIn(universe, mix32(seed, drawn++)), { strategy });
    strategy.ended?.();
    if (result.failure === undefined) continue;
    const key = signature(result.failure);
    const alike = [...(bySignature.get(key) ?? []), { case: result.ran(), failure: result.failure }];
    bySignature.set(key, alike);
    if (alike.length > most.length) most = alike;
  }
  return { failing: most, drawn };
}

/** A case of 20 to 60 operations of the universe. */
export function drawIn(universe: Universe, seed: number, operations?: number): Case {
  const random = new SeededRandom(seed);
  const count = operations ?? shortest + random.int(longest - shortest + 1);
  const drawn: Operation[] = [];
  while (drawn.length < count) drawn.push(random.pick(nextIn(universe, drawn)));
  return { ...caseIn(universe, drawn), seed };
}

function shrunkFrom(system: System, { case: one, failure }: Failing, least: Found, suspect: Suspect, shrinkBy: ShrinkBy): Shrunk {
  const shrunk = shrinkBy(system, one, failure, suspect);
  const again = shrinkBy(system, shrunk, failure, suspect);
  const met = new Pair(system, suspect.sides()).run(shrunk, { wholeAlways: true }).failure;
  const to = sizeOf(shrunk);
  return {
    from: sizeOf(one),
    to,
    ratio: weight(to) / weight(least),
    sameWay: met !== undefined && signature(met) === signature(failure),
    idempotent: JSON.stringify(again) === JSON.stringify(shrunk),
    case: shrunk,
  };
}

/** What is asked of the shrinker. */
export const ratioBounds = { median: 1.25, worst: 2 } as const;

export interface Judged {
  readonly proved: number;
  readonly cases: number;
  readonly median: number;
  readonly worst: number;
  readonly slipped: number;
  readonly changedAgain: number;
  readonly good: boolean;
}

/** All shrunk cases held against the bounds. What is not proved, or was never shrunk, is not good. */
export function judge(all: readonly Measured[]): Judged {
  const proved = all.filter(({ least }) => least.proved && least.found !== undefined).length;
  const shrunk = all.flatMap((one) => one.shrunk);
  const ratios = shrunk.map(({ ratio }) => ratio).sort((a, b) => a - b);
  const median = middle(ratios);
  const worst = ratios.at(-1) ?? Infinity;
  const slipped = shrunk.filter(({ sameWay }) => !sameWay).length;
  const changedAgain = shrunk.filter(({ idempotent }) => !idempotent).length;
  const complete = proved === all.length && all.every((one) => one.shrunk.length > 0);
  return { proved, cases: shrunk.length, median, worst, slipped, changedAgain, good: complete && median <= ratioBounds.median && worst <= ratioBounds.worst && slipped === 0 && changedAgain === 0 };
}

/** The upper median of an ascending list, infinite of none. */
export function middle(ascending: readonly number[]): number {
  return ascending[ascending.length >> 1] ?? Infinity;
}
