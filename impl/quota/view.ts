/** The abstraction function: the memory read back in the words of the view. Columns stand in the order of the words. */
import * as view from "../../spec/quota/view.ts";
import type { QuotaMemory } from "./memory.ts";
import * as words from "./words.ts";

const { coreColumns, globalColumns } = view;
const { Ledger, Node, Published } = words;

/** The value of one entry. */
export function readEntry(m: QuotaMemory, entry: number): number {
  const { published, global, core } = m.layout;
  if (entry >= core.present) return word(m, m.ledgerAt, Ledger.words, m.pairs * m.cores, entry - core.present);
  if (entry >= global.present) return word(m, m.nodeAt, Node.words, m.pairs, entry - global.present);
  if (entry >= published.total) return word(m, m.publishedAt, Published.words, m.publishedCount, entry - published.total);
  const generation = entry >= published.generation;
  const packed = m.mem[m.generationAt + entry - (generation ? published.generation : published.configured)];
  return generation ? packed >> 1 : packed & 1;
}

/** In a region of `count` records of so many words: entry `at` of its columns. */
function word({ mem }: QuotaMemory, region: number, wordCount: number, count: number, at: number): number {
  return mem[region + (at % count) * wordCount + ((at / count) | 0)];
}

/** The whole view at once. */
export function scanEntries(m: QuotaMemory, into: Int32Array): void {
  const { published } = m.layout;
  for (let at = 0; at < m.publishedCount; at++) {
    const packed = m.mem[m.generationAt + at];
    into[published.configured + at] = packed & 1;
    into[published.generation + at] = packed >> 1;
  }
  const nodes = scanRegion(m, into, published.total, m.publishedAt, Published.words, m.publishedCount, Published.words);
  const ledgers = scanRegion(m, into, nodes, m.nodeAt, Node.words, m.pairs, globalColumns.length);
  scanRegion(m, into, ledgers, m.ledgerAt, Ledger.words, m.pairs * m.cores, coreColumns.length);
}

/** Answers the entry after its last. */
function scanRegion({ mem }: QuotaMemory, into: Int32Array, first: number, region: number, wordCount: number, count: number, columns: number): number {
  let entry = first;
  for (let column = 0; column < columns; column++) for (let n = 0; n < count; n++) into[entry++] = mem[region + n * wordCount + column];
  return entry;
}
