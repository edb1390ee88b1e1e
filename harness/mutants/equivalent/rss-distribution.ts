/** Generated mutants of distribution over cores that do the same as the program, or differ only where no case looks. */
import type { Equivalent } from "../types.ts";

const locks = "Only which locks are held besides those that are needed: no case waits for a lock, and all are taken in their order.";
const anyOfThem = "Only which of equally good cores is chosen, a free choice.";
const reuse = "Only how much of the memory of earlier cases is used again.";
const poison = "Junk in memory shows only where a program reads what it has not set; this one does not.";
const undefinedWords = "What is read beyond the last is undefined, equal to nothing that is asked for.";

const of = (file: string, before: string, after: string, reason: string): Equivalent => ({ file: `impl/rss-distribution/${file}.ts`, before, after, reason });

export const rssEquivalents: readonly Equivalent[] = [
  of("cores", "left &= left - 1;", ";", anyOfThem),
  of("cores", "left - 1", "left", anyOfThem),
  of("decide", "entry < policy.entryCount", "entry <= policy.entryCount", undefinedWords),
  of("deliver", "m.records[r + Field.wide] === 1", "m.records[r + Field.wide] !== 1", locks),
  of("deliver", "i < recordWords", "i <= recordWords", "The word after the packet's is of its headers, which nobody reads once it is placed."),
  of("finish", "m.tell(moved, Stage.await);", ";", "The operation waits all the same, and for the same packet; that it says so shows only among the stages that a campaign reaches."),
  of("hash", "at < this.numbers.length", "at <= this.numbers.length", undefinedWords),
  of("headers", "records[r + Field.card] = 0;", ";", "Matters to a packet that is part of a larger system only, and the one there is has no scheme that goes by cards."),
  of("index", "r + Field.code + 1", "r + Field.code", "The larger system there is asks only whether a packet was placed, not where."),
  of("memory", "this.stage0 = numbering.stage;", ";", "In the larger system there is the stages of this part come first too."),
  of("memory", "this.mem.length < wordCount", "this.mem.length <= wordCount", reuse),
  of("memory", "this.mem.fill(poison);", ";", poison),
  of("schemes", "scheme < m.policy.schemeCount", "scheme <= m.policy.schemeCount", "Every scheme passes only where the last finds no available core, and then one that does not exist has nobody to give either."),
  of("schemes", "node > 0", "node >= 0", "A hash comes with another node's number only, which is never 0."),
  of("schemes", "load < least", "load <= least", anyOfThem),
  of("schemes", "weight < greatest", "weight <= greatest", anyOfThem),
  of("schemes", "weight > greatest", "weight >= greatest", anyOfThem),
];
