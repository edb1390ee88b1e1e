/** Faults of the quotas' columns. */
import { fault, piece, type Fault } from "./types.ts";

const clear = "this.mem.fill(setup.poison).fill(0, first, end);";
const each = (count: string, at: string): string => `${clear}\n    for (let n = 0; n < ${count}; n++) this.mem[${at}] = 1;`;
const node = (word: string): string => each("this.pairs", `this.nodeAt + n * Node.words + Node.${word}`);
const ledger = (word: string): string => each("this.pairs * this.cores", `this.ledgerAt + n * Ledger.words + Ledger.${word}`);
const made = "poke(mem, ledger + Ledger.present, 1);";
const madeWith = (word: string): string => `${made}\n    poke(mem, ledger + Ledger.${word}, 0);`;

export const quotaColumns: readonly Fault[] = [
  fault("published.configured", "quota/view", "what was published anew reads as not configured", "return generation ? packed >> 1 : packed & 1;", "return generation ? packed >> 1 : packed & Number(packed < 4);", { view: "every look-up goes by this bit" }),
  fault(
    "published.generation",
    "quota/reconfigure",
    "a change that takes the quota away counts twice, until the next one",
    "const generation = (load(mem, m.generationAt + at) >> 1) + 1;\n  m.publish(at, to);\n  store(mem, m.generationAt + at, generation * 2 + (to === null ? 0 : 1));",
    "const before = load(mem, m.generationAt + at);\n  const generation = (before >> 1) + ((before & 1) === 0 && before > 0 ? 0 : 1);\n  m.publish(at, to);\n  store(mem, m.generationAt + at, to === null ? (generation + 1) * 2 : generation * 2 + 1);",
  ),
  fault("published.total", "quota/memory", "the total stays behind when the quota is taken away", "poke(mem, word + Published.total, to === null ? 0 :", "poke(mem, word + Published.total, to === null ? peek(mem, word + Published.total) :", { also: [piece("quota/memory", "import { guard, poke, store }", "import { guard, peek, poke, store }")] }),
  fault("published.exclusive", "quota/memory", "the exclusive quota stays behind when the quota is taken away", "poke(mem, word + Published.exclusive, to === null ? 0 : to.exclusive);", "if (to !== null) poke(mem, word + Published.exclusive, to.exclusive);"),
  fault("published.chunk", "quota/memory", "the chunk size stays behind when the quota is taken away", "poke(mem, word + Published.chunk, to === null ? 0 : to.chunk);", "if (to !== null) poke(mem, word + Published.chunk, to.chunk);"),
  fault("global.present", "quota/request", "the mark of a node's record is another than 1", "poke(mem, node + Node.present, 1);", "poke(mem, node + Node.present, 2);"),
  fault("global.generation", "quota/memory", "a node's record that is not there has a generation", clear, node("generation")),
  fault("global.total", "quota/memory", "a node's record that is not there has a total", clear, node("total")),
  fault("global.remaining", "quota/memory", "of a node's record that is not there something remains", clear, node("remaining")),
  fault("core.present", "quota/request", "the mark of a core's record is another than 1", made, "poke(mem, ledger + Ledger.present, 2);"),
  fault("core.generation", "quota/memory", "a core's record that is not there has a generation", clear, ledger("generation")),
  fault("core.exclusive", "quota/memory", "a core's record that is not there has an exclusive quota", clear, ledger("exclusive")),
  fault("core.chunk", "quota/memory", "a core's record that is not there has a chunk size", clear, ledger("chunk")),
  fault("core.used", "quota/memory", "of a core's record that is not there a unit is in use, until it is made", clear, ledger("used"), { also: [piece("quota/request", made, madeWith("used"))] }),
  fault("core.held", "quota/memory", "a core's record that is not there holds a shared unit, until it is made", clear, ledger("held"), { also: [piece("quota/request", made, madeWith("held"))] }),
];
