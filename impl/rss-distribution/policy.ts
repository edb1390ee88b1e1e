/** Rules, steering and schemes of a configuration as integers, worked out when a case is opened. Cores are bits: bit c is core c. */
import { remembered } from "../../spec/remembered.ts";
import { protocols, type RssConfig, type Scheme, type TupleRule } from "../../spec/rss-distribution/terms.ts";

/** Words of a rule; what it does not ask for is `anything`. */
export const Asked = { protocol: 0, source: 1, destination: 2, sourcePort: 3, destinationPort: 4, core: 5, words: 6 } as const;
export const anything = -1;

/** Words of a steering entry; its core can change and stands in shared memory. */
export const Entry = { isAddress: 0, value: 1, words: 2 } as const;

/** Words of a scheme: `list` is where its lists begin, of `count` items; first to third as the configuration has its numbers. */
export const SchemeWord = { kind: 0, list: 1, count: 2, first: 3, second: 4, third: 5, words: 6 } as const;

/** Words of a function in its scheme's lists; of virtual addresses and cards each item is one word of cores, of votes one level. */
export const Span = { low: 0, high: 1, cores: 2, words: 3 } as const;

/** Kinds of schemes. */
export const SchemeKind = { hash: 0, "virtual-address": 1, card: 2, function: 3, pair: 4, established: 5, "least-loaded": 6, "time-slice": 7, thresholds: 8, votes: 9 } as const;

/** A list of cores as bits. */
export function bitsOf(cores: readonly number[]): number {
  return cores.reduce((bits, core) => bits | (1 << core), 0);
}

export class Policy {
  readonly rules: Int32Array;
  readonly entries: Int32Array;
  readonly schemes: Int32Array;
  readonly schemeCount: number;
  readonly entryCount: number;
  readonly lists: Int32Array;

  constructor(config: RssConfig) {
    this.rules = Int32Array.from(config.rules.flatMap(asked));
    this.entries = Int32Array.from(config.steering.flatMap((entry) => [entry.by === "address" ? 1 : 0, entry.value]));
    this.entryCount = config.steering.length;
    this.schemeCount = config.schemes.length;
    const lists: number[] = [];
    const schemes: number[] = [];
    for (const scheme of config.schemes) {
      const items = itemsOf(scheme);
      schemes.push(SchemeKind[scheme.kind], lists.length, items.length, ...numbersOf(scheme));
      for (const item of items) lists.push(...item);
    }
    this.schemes = Int32Array.from(schemes);
    this.lists = Int32Array.from(lists);
  }

  /** A word of a scheme. */
  of(scheme: number, word: number): number {
    return this.schemes[scheme * SchemeWord.words + word];
  }
}

/** What a configuration says of rules, steering and schemes. */
export const policyOf = remembered((config: RssConfig) => new Policy(config));

function asked(rule: TupleRule): number[] {
  const { protocol, source, destination, sourcePort, destinationPort, core } = rule;
  return [protocol === null ? anything : protocols.indexOf(protocol), source ?? anything, destination ?? anything, sourcePort ?? anything, destinationPort ?? anything, core];
}

/** Three numbers, 0 where a scheme has fewer. */
function numbersOf(scheme: Scheme): [number, number, number] {
  switch (scheme.kind) {
    case "least-loaded":
      return [scheme.packets, 0, 0];
    case "time-slice":
      return [scheme.ms, 0, 0];
    case "thresholds":
      return [scheme.low, scheme.high, 0];
    case "votes":
      return [scheme.ageWeight, scheme.ageMaxMs, scheme.priorityWeight];
    default:
      return [0, 0, 0];
  }
}

function itemsOf(scheme: Scheme): number[][] {
  switch (scheme.kind) {
    case "virtual-address":
    case "card":
      return scheme.coresOf.map((cores) => [bitsOf(cores)]);
    case "function":
      return scheme.functions.map(({ low, high, cores }) => [low, high, bitsOf(cores)]);
    case "votes":
      return scheme.levels.map((level) => [level]);
    default:
      return [];
  }
}
