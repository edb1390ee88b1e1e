/** Generated mutants of NAT sessions that do the same as the program, or differ only where no case looks. */
import type { Equivalent } from "../types.ts";

const reuse = "Only how much of the memory of earlier cases is used again.";
const poison = "Junk in memory shows only where a program reads what it has not set; this one does not.";
const beyond = "One word more is read, of which `within` leaves no bit.";
const undefinedWords = "What is read beyond the last is undefined, equal to nothing that is asked for.";
const overwritten = "One value more is written, over which the column that begins there is written afterwards.";
const collisions = "Only how many keys share a bucket, and so a lock.";
const neighbour = "The last lock of one table is the first of the next as well; no stage holds locks of both.";

const of = (file: string, before: string, after: string, reason: string): Equivalent => ({ file: `impl/nat-session/${file}.ts`, before, after, reason });

export const natEquivalents: readonly Equivalent[] = [
  of("claim", "winner < 0", "winner <= 0", "Only where two cores make one hairpin pair, each with a port of its own, and the winner has the very first structure: the test of NAT-19 in `test/nat-session.test.ts` of two cores that make one pair kills it."),
  of("claim", "waitFor(m, r, winner, moved);", ";", "The packet looks again and again instead of waiting, which is no documented stage until the session is made; the test of NAT-10 in `test/nat-session.test.ts` of who lost the claim kills it."),
  of("memory", "words.length < size", "words.length <= size", reuse),
  of("memory", "this.seed = setup.poison | 0;", ";", "Only in which order keys stand in a bucket or a table."),
  of("memory", "setup.poison !== 0", "setup.poison === 0", poison),
  of("memory", "[this.mem, this.own, this.records]", "[this.own, this.records]", poison),
  of("memory", "[this.mem, this.own, this.records]", "[this.mem, this.records]", poison),
  of("memory", "[this.mem, this.own, this.records]", "[this.mem, this.own]", poison),
  of("memory", "reused.fill(setup.poison);", ";", poison),
  of("own-table", "base < to", "base <= to", beyond),
  of("policy", "at < rules.length", "at <= rules.length", undefinedWords),
  of("policy", "at < statics.length", "at <= statics.length", undefinedWords),
  of("ports", "base < to", "base <= to", beyond),
  of("ports", "n < addresses", "n <= addresses", "The first address is looked at once more, under the same locks, and still has nothing."),
  of("regions", "(1 << (32 - Math.clz32(count - 1))) - 1", "(1 << (32 - Math.clz32(count - 1)))", collisions),
  of("regions", "count - 1", "count", collisions),
  of("regions", "this.globalMask = maskFor(this.objects);", ";", collisions),
  of("regions", "this.mappingMask = maskFor(this.objects);", ";", collisions),
  of("regions", "this.globalMask + 1", "this.globalMask", neighbour),
  of("find", "waitFor(m, r, lead, moved);", ";", "The packet looks again and again instead of waiting, and finds the session made or withdrawn all the same: a task that gets nowhere makes the schedule fair."),
  of("memory", "n < natNumbers.length", "n <= natNumbers.length", "After the last address there is nothing, and nothing is no address."),
  of("regions", "this.mappingMask + 1", "this.mappingMask", neighbour),
  of("view", "word < Row.words", "word <= Row.words", overwritten),
  of("view", "entry < end", "entry <= end", "What is written beyond the view is nobody's."),
  of("view", "slot < first + size", "slot <= first + size", "A slot of the next core's table is looked at as well, and its key is not found in this core's."),
];
