/** Generated mutants of port allocation, and of the bitmaps and hashes it uses, that do the same as the program, or differ only where no case looks. */
import type { Equivalent } from "../types.ts";

const through = "No case runs an operation straight through, as production does: the test of PORT-17 in `test/port-allocation-impl.test.ts` that compares it with one moved stage by stage kills it.";
const saved = "No case goes back to a saved state: the test of PORT-17 in `test/port-allocation-impl.test.ts` kills it.";
const reuse = "Only how much of the memory of earlier cases is used again.";
const poison = "Junk in memory shows only where a program reads what it has not set; this one does not.";
const prepared = "Only how often the tables of a key are prepared.";
const refused = "Only which texts are taken for addresses though they are none; a checked configuration holds no such text, and the test of PORT-27 in `test/port-allocation-impl.test.ts` kills it.";
const beyond = "One word more is read, of which `within` leaves no bit.";

export const portEquivalents: readonly Equivalent[] = [
  { file: "impl/bits.ts", before: "base < to", after: "base <= to", reason: beyond },
  { file: "impl/port-allocation/bitmap.ts", before: "base < to", after: "base <= to", reason: beyond },
  { file: "impl/port-allocation/reserve.ts", before: "i < count", after: "i <= count", reason: "The first address is looked at once more, under the same locks, and still has nothing." },
  { file: "impl/port-allocation/index.ts", before: "this.#memory.reporting = false;", after: ";", reason: through },
  { file: "impl/port-allocation/index.ts", before: "moved.next = Next.done;", after: ";", reason: through },
  { file: "impl/port-allocation/index.ts", before: "this.move(slot, moved);", after: ";", reason: through },
  { file: "impl/port-allocation/index.ts", before: "(moved.next as number) === Next.more", after: "(moved.next as number) !== Next.more", reason: through },
  { file: "impl/port-allocation/index.ts", before: "this.#memory.reporting = true;", after: ";", reason: through },
  { file: "impl/port-allocation/index.ts", before: "this.#memory.mem.set(mem);", after: ";", reason: saved },
  { file: "impl/port-allocation/index.ts", before: "this.#memory.records.set(records);", after: ";", reason: saved },
  { file: "impl/port-allocation/index.ts", before: "this.#memory.draws.set(draws);", after: ";", reason: saved },
  { file: "impl/port-allocation/view.ts", before: "subscriber < m.config.subscribers", after: "subscriber <= m.config.subscribers", reason: "The record after the last is looked at only for a block whose bit is reset and that no record has, which this program never leaves behind." },
  { file: "impl/port-allocation/view.ts", before: "chunk < shape.chunks", after: "chunk <= shape.chunks", reason: "The cell after the last chunk has no port." },
  { file: "impl/port-allocation/shape.ts", before: "chunk < chunks", after: "chunk <= chunks", reason: "The bit after the last chunk admits a chunk that is never free." },
  { file: "impl/grown.ts", before: "words.length < size", after: "words.length <= size", reason: reuse },
  { file: "impl/port-allocation/memory.ts", before: "this.mem.length < this.size", after: "this.mem.length <= this.size", reason: reuse },
  { file: "impl/port-allocation/memory.ts", before: "this.memoryOptimised = config.memoryOptimised;", after: ";", reason: "Both ways to keep bits behave alike, as PORT-18 says; the test of PORT-18 in `test/port-allocation-impl.test.ts` that compares their sizes kills it." },
  { file: "impl/port-allocation/memory.ts", before: "poison !== 0", after: "poison === 0", times: 2, reason: poison },
  { file: "impl/port-allocation/memory.ts", before: "this.mem.fill(poison ^ 0x5a5a5a5a);", after: ";", reason: poison },
  { file: "impl/port-allocation/memory.ts", before: "this.records.fill(poison ^ 0x3c3c3c3c);", after: ";", reason: poison },
  { file: "impl/port-allocation/memory.ts", before: "this.draws = grown(this.draws, tasks);", after: ";", reason: "Every free choice of an operation is drawn as its first then, and any is allowed." },
  { file: "impl/port-allocation/memory.ts", before: "core < cores", after: "core <= cores", reason: "A core after the last has no own cell and no slot." },
  { file: "impl/toeplitz.ts", before: "i < inputBytes", after: "i <= inputBytes", reason: "What is prepared for a byte after the last falls outside the table." },
  { file: "impl/toeplitz.ts", before: "i < bytes.length", after: "i <= bytes.length", reason: "There is no byte after the last, and nothing contributes nothing." },
  { file: "impl/toeplitz.ts", before: "prepared.size === 64", after: "prepared.size !== 64", reason: prepared },
  { file: "impl/toeplitz.ts", before: "prepared.clear();", after: ";", reason: prepared },
  { file: "impl/toeplitz.ts", before: "prepared.set(key, tables);", after: ";", reason: prepared },
  { file: "impl/toeplitz.ts", before: "Number(part) < 256", after: "Number(part) <= 256", reason: refused },
];
