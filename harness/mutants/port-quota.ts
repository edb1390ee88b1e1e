/** Mutants of ports under quotas: what falls between the two. */
import type { Mutant } from "./types.ts";

const of = (rule: string, word: string, note: string, find: string, replace: string): Mutant => ({ id: `${rule}/${word}`, rule, system: "port-quota", file: "impl/port-quota.ts", find, replace, note });

export const pairMutants: readonly Mutant[] = [
  of("PAIR-1", "denied-goes-on", "a flow denied by its quota looks for a port all the same", "if (granted === Granted.denied) return this.#opened(r, Outcome.denied, moved);", ""),
  of("PAIR-2", "chunk-kept", "a flow that got no port keeps the chunk granted for it", "ports, records[r + Field.chunk], moved);", "ports, 0, moved);"),
  of("PAIR-2", "no-undo", "a flow that got no port keeps its unit (F11)", "if (records[r + Field.counted] === 0) return this.#opened(r, Outcome.refused, moved);", "return this.#opened(r, Outcome.refused, moved);"),
  of("PAIR-3", "with-the-hand-over", "the unit is released while its port waits in a list", "if (this.#ports.freedHere(slot)) this.#releaseUnit(slot, r, moved);", "if (slot >= 0) this.#releaseUnit(slot, r, moved);"),
  of("PAIR-3", "own-ledger", "the unit returns to the ledger of whoever releases it", "this.#quota.beginReleaseOne(slot, (unit >> 1) & 15,", "this.#quota.beginReleaseOne(slot, this.#records[r + Field.core],"),
  of("PAIR-4", "port-only", "a port is freed and its unit forgotten (F27)", "if (this.#ports.freedHere(slot)) this.#releaseUnit(slot, r, moved);\n    else this.#closeNext(slot, r, moved);", "this.#closeNext(slot, r, moved);"),
];
