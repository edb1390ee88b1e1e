/**
 * The smallest failing case of a universe: fewest operations, then fewest switches.
 *
 * The universe is every list of operations, each a command of an alphabet on one of the cores of node 0, from nothing, under every schedule, run to rest. A command may
 * refer to any operation before it. Lists are gone through by length. At each length
 *
 * 1. all lists under their base schedules, then under every schedule of one switch, each run straight through (`departures.ts`): most faults show here;
 * 2. if none failed as wanted, every schedule of every list by the reduced search, which is complete (`search.ts`);
 * 3. of the lists that do fail as wanted, the fewest switches (`least.ts`), never more than the fewest so far.
 *
 * So what is found at one length is the smallest if no shorter list fails as wanted under any schedule: *proved*. Where time runs out before, it is said how far the
 * proof came. Nothing is left out by symmetry: cores are not alike (which of them owns a bucket, a page or a slot, and in which order a change visits them, goes by their
 * numbers), nor are the places in a list (draws depend on names, and names are places). What is not in the universe is nodes, clocks and faults as events, and seeds but one.
 */
import type { Case } from "../case.ts";
import type { Command } from "../contract.ts";
import type { Pair } from "../pair.ts";
import { signature } from "../verdict.ts";
import { Departures } from "./departures.ts";
import { least } from "./least.ts";
import { caseOf, type Earlier, type SmallWorld } from "./scope.ts";
import { Search } from "./search.ts";
import { Walk, type Walked } from "./walk.ts";

/** What operations there are, after those that went before. */
export interface Universe {
  /** The configuration; what happened before in this world is left out. */
  readonly world: SmallWorld;
  readonly cores: number;
  commands(earlier: readonly Earlier[]): readonly Command[];
}

/** The same programs twice: to be run through, and to be searched. */
export interface Subject {
  readonly pair: Pair;
  readonly walked: Walked;
}

export interface SmallestOptions {
  /** Signature of the failure; any without. */
  readonly wanted?: string;
  /** Operations at most; 4. */
  readonly operationsMax?: number;
  /** True stops the search; asked before each list. */
  readonly late?: () => boolean;
  /** Told now and then what is being done. */
  readonly progress?: (note: string) => void;
}

export interface Found {
  readonly case: Case;
  readonly signature: string;
  readonly operations: number;
  readonly switches: number;
}

export interface Smallest {
  /** The smallest that fails as wanted. */
  readonly found: Found | undefined;
  /** The smallest that fails in any way. */
  readonly any: Found | undefined;
  /** Whether nothing smaller fails as wanted; where nothing was found, whether nothing of `operationsMax` operations does. */
  readonly proved: boolean;
  /** No list of this many operations or fewer fails as wanted; -1 where not even that is known. */
  readonly excluded: number;
  readonly lists: number;
}

/** One operation of a list. */
export interface Operation {
  readonly core: number;
  readonly command: Command;
}

/** The case of these operations in a universe. */
export function caseIn(universe: Universe, operations: readonly Operation[]): Case {
  return caseOf({ ...universe.world, before: [] }, operations);
}

/** Every list of so many operations. */
export function* listsOf(universe: Universe, count: number, first: readonly Operation[] = []): Generator<readonly Operation[]> {
  if (first.length === count) yield first;
  else for (const operation of nextIn(universe, first)) yield* listsOf(universe, count, [...first, operation]);
}

/** Every operation that can follow these. */
export function nextIn(universe: Universe, first: readonly Operation[]): Operation[] {
  const commands = universe.commands(first.map(({ command }, at) => ({ id: `op${at}`, command })));
  return Array.from({ length: universe.cores }, (_, core) => commands.map((command) => ({ core, command }))).flat();
}

/** Searches the universe with these programs. */
export function smallest(universe: Universe, programs: Subject, options: SmallestOptions = {}): Smallest {
  return new SmallestSearch(universe, programs, options).run();
}

class Late extends Error {}

class SmallestSearch {
  readonly #universe: Universe;
  readonly #programs: Subject;
  readonly #options: SmallestOptions;
  #found: Found | undefined = undefined;
  #any: Found | undefined = undefined;
  #lists = 0;

  constructor(universe: Universe, programs: Subject, options: SmallestOptions) {
    this.#universe = universe;
    this.#programs = programs;
    this.#options = options;
  }

  run(): Smallest {
    const most = this.#options.operationsMax ?? 4;
    let excluded = -1;
    let proved = true;
    try {
      for (let count = 0; count <= most; count++) {
        this.#level(count);
        if (this.#found !== undefined) break;
        excluded = count;
      }
    } catch (error) {
      if (!(error instanceof Late)) throw error;
      proved = false;
    }
    return { found: this.#found, any: this.#any, proved, excluded, lists: this.#lists };
  }

  #level(count: number): void {
    for (const switches of [0, 1]) {
      for (const one of this.#cases(count, `with ${switches} switches`)) this.#runThrough(one, switches);
      if (this.#found !== undefined) return;
    }
    const failing: Case[] = [];
    for (const one of this.#cases(count, "under every schedule")) {
      const signatures = this.#signatures(one);
      if (this.#any === undefined && signatures.length > 0) this.#least(one, undefined);
      if (signatures.some((each) => this.#wants(each))) failing.push(one);
    }
    for (const one of failing) {
      this.#look("fewest switches");
      this.#least(one, this.#options.wanted);
    }
  }

  *#cases(count: number, what: string): Generator<Case> {
    for (const operations of listsOf(this.#universe, count)) {
      this.#lists++;
      this.#look(`${count} operations ${what}`);
      yield caseIn(this.#universe, operations);
    }
  }

  #look(note: string): void {
    if (this.#options.late?.() === true) throw new Late();
    this.#options.progress?.(note);
  }

  /** Every schedule with at most so many switches. */
  #runThrough(one: Case, switches: number): void {
    const strategy = new Departures(switches);
    do {
      const result = this.#programs.pair.run(one, { strategy, wholeAlways: true });
      if (result.failure === undefined) continue;
      this.#note({ case: result.whole(), signature: signature(result.failure), operations: one.events.length, switches: result.switches });
    } while (strategy.next());
  }

  /** How the case fails under any schedule. */
  #signatures(one: Case): string[] {
    const walk = new Walk(this.#programs.walked);
    const atOnce = walk.open(one, 0);
    if (atOnce !== undefined) return [signature(atOnce)];
    const { failures, cut } = new Search(walk, { reduced: true }).run();
    if (cut !== undefined) throw new Error(`the search of ${JSON.stringify(one.events)} was cut: ${cut}`);
    return failures.map(({ failure }) => signature(failure));
  }

  #least(one: Case, wanted: string | undefined): void {
    const answer = least(new Walk(this.#programs.walked), one, { wanted, most: wanted === undefined || this.#found === undefined ? undefined : this.#found.switches - 1, late: this.#options.late });
    if (answer.found !== undefined) this.#note({ case: answer.found, signature: answer.signature, operations: one.events.length, switches: answer.switches });
    else if (answer.stopped) throw new Late();
  }

  #note(failing: Found): void {
    if (isSmaller(failing, this.#any)) this.#any = failing;
    if (this.#wants(failing.signature) && isSmaller(failing, this.#found)) this.#found = failing;
  }

  #wants(found: string): boolean {
    return this.#options.wanted === undefined || this.#options.wanted === found;
  }
}

function isSmaller(one: Found, other: Found | undefined): boolean {
  return other === undefined || one.operations < other.operations || (one.operations === other.operations && one.switches < other.switches);
}
