/** Generated mutants of shared memory and slabs that do the same as the program, or differ only where no case looks. */
import type { Equivalent } from "../types.ts";

const reuse = "Only how much of the memory of earlier cases is used again.";
const poison = "Junk in memory shows only where a program reads what it has not set; this one does not.";
const overwritten = "One value more is written, over which the column that begins there is written afterwards.";
const stutter = "What is left is a look that only finds where to begin, which is no documented stage; the step it found follows.";
const woken = "Who waits is moved again only when the answer is there.";
const start = "Where a ring begins does not matter.";

const of = (file: string, before: string, after: string, reason: string): Equivalent => ({ file: `impl/memory-slab/${file}.ts`, before, after, reason });

export const slabEquivalents: readonly Equivalent[] = [
  of("allocate", "ask(m, slot, r, moved);", ";", stutter),
  of("allocate", "obtain(m, r, moved);", ";", stutter),
  of("allocate", "store(m.mem, m.answerAt + slot, 0);", ";", woken),
  of("allocate", "return wait(slot, moved);", ";", woken),
  of("allocate", "said > 0", "said >= 0", "Without an answer there is nothing to tell of: that was decided before."),
  of("in-hand", "i < records[r + Field.count]", "i <= records[r + Field.count]", "The page of one number more, which the step does not change, may be locked as well, and is let go with the others."),
  of("memory", "this.mem.length < wordCount", "this.mem.length <= wordCount", reuse),
  of("memory", "this.own.length < ownEnd", "this.own.length <= ownEnd", reuse),
  of("memory", "this.records.length < setup.taskCountMax * Field.words", "this.records.length <= setup.taskCountMax * Field.words", reuse),
  of("memory", "poison !== 0", "poison === 0", poison),
  of("memory", "[this.mem, this.own, this.records]", "[this.own, this.records]", poison),
  of("memory", "[this.mem, this.own, this.records]", "[this.mem, this.records]", poison),
  of("memory", "[this.mem, this.own, this.records]", "[this.mem, this.own]", poison),
  of("memory", "reused.fill(poison | 0);", ";", poison),
  of("memory", "core < this.cores", "core <= this.cores", "The word after the lists is the kind that page 0 is cut into, which it never is; those after the last core's own are nobody's."),
  of("memory", "mem[this.listAt + core * this.listWords + List.head] = poison & this.listMask;", ";", start),
  of("memory", "kind < this.kinds", "!(kind < this.kinds)", start),
  of("memory", "kind < this.kinds", "kind <= this.kinds", "The word after the queues is the first of a ring, which is written before it is read."),
  of("memory", "own[this.queueOf(core, kind) + Queue.head] = poison & this.ringMask[kind];", ";", start),
  of("view", "entry < at.object.state", "entry <= at.object.state", "Object 0 lies in the first page, which is always the initialisation allocator's: no step touches it, so it is never read by itself."),
  of("view", "column < at.core.mapped - at.memory.address", "column <= at.core.mapped - at.memory.address", overwritten),
  of("view", "column < Own.pages", "column <= Own.pages", overwritten),
  of("view", "n < (cores + 1) * m.kinds", "n <= (cores + 1) * m.kinds", overwritten),
  of("view", "column < shown.length", "column <= shown.length", overwritten),
  of("view", "port < m.config.ports", "port <= m.config.ports", overwritten),
  of("view", "unit < m.units", "unit <= m.units", "What is written beyond the view is nobody's, or another part of the whole writes over it."),
];
