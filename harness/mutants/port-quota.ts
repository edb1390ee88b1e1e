/** Mutants of ports under quotas: what falls between the two. */
import { concurrency, subtle, within } from "./seeded.ts";
import type { Mutant } from "./types.ts";

const of = within("port-quota", "impl/port-quota.ts");
const release = within("port-quota", "impl/quota/release.ts");
const ledger = within("port-quota", "impl/quota/ledger.ts");

export const pairMutants: readonly Mutant[] = [
  of("PAIR-1", "denied-goes-on", "a flow denied by its quota looks for a port all the same", "if (this.#quota.answer(slot) !== Outcome.done) return this.#opened(r, Outcome.denied, moved);", ""),
  of("PAIR-1", "third-denied", "of several flows the third is denied although its unit was granted", "if (this.#quota.answer(slot) !== Outcome.done) return this.#opened(r, Outcome.denied, moved);", "if (this.#quota.answer(slot) !== Outcome.done || records[r + Field.done] > 1) return this.#opened(r, Outcome.denied, moved);"),
  of("PAIR-2", "chunk-kept", "a flow that got no port keeps the chunk granted for it", "ports, records[r + Field.chunk], moved);", "ports, 0, moved);"),
  of("PAIR-2", "no-undo", "a flow that got no port keeps its unit (F11)", "if (records[r + Field.counted] === 0) return this.#opened(r, Outcome.refused, moved);", "return this.#opened(r, Outcome.refused, moved);"),
  of("PAIR-2", "other-ledger", "the unit of a flow that got no port is taken back from the first core (F9)", "this.#quota.undoOne(records[r + Field.core],", "this.#quota.undoOne(0,"),
  ledger("PAIR-2", "earlier-chunk", "a flow that got no port gives back the chunk that an earlier unit came with", "  records[r + Field.chunk] = chunk;\n", "  if (chunk > 0) records[r + Field.chunk] = chunk;\n"),
  release("PAIR-2", "not-held", "a unit taken back takes along its chunk although less is held by then", "Math.min(chunk, held, peek(mem, ledger + Ledger.exclusive) + held - peek(mem, ledger + Ledger.used))", "Math.min(chunk, peek(mem, ledger + Ledger.exclusive) + held - peek(mem, ledger + Ledger.used))", { ...concurrency, ...subtle }),
  of("PAIR-3", "with-the-hand-over", "the unit is released while its port waits in a list", "if (this.#ports.freedHere(slot)) this.#releaseUnit(slot, r, Phase.releaseFreed, moved);", "if (slot >= 0) this.#releaseUnit(slot, r, Phase.releaseFreed, moved);"),
  of("PAIR-3", "own-ledger", "the unit returns to the ledger of whoever releases it", "this.#quota.beginReleaseOne(slot, (unit >> 1) & 15,", "this.#quota.beginReleaseOne(slot, this.#records[r + Field.core],"),
  of("PAIR-3", "four-cores", "cores from 4 on are taken for those from 0 on (F35)", "(unit >> 1) & 15,", "(unit >> 1) & 3,"),
  of("PAIR-3", "well-known", "of whom a well-known port's unit is lies beyond the end of the table (F7)", "layout.tables * (layout.ports + layout.wellKnownPorts)", "layout.tables * layout.ports"),
  of("PAIR-4", "port-only", "a port is freed and its unit forgotten (F27)", "if (this.#ports.freedHere(slot)) this.#releaseUnit(slot, r, Phase.releaseFreed, moved);\n    else this.#closeNext(slot, r, moved);", "this.#closeNext(slot, r, moved);"),
  of("PAIR-4", "collected-only", "a port that its holder collects leaves its unit in use (F27)", "    this.#releaseUnit(slot, r, Phase.releaseCollected, moved);\n", "    this.#collectNext(slot, r);\n    moved.next = Next.more;\n"),
  of("PAIR-4", "read-late", "which port comes next is read once more after a port was freed, when another flow may have taken it (F9)", "    if (this.#records[this.#records[r + Field.of] + Field.head] === 0)", "    this.#records[this.#records[r + Field.of] + Field.head] = this.#earlier[this.#records[r + Field.handle]];\n    if (this.#records[this.#records[r + Field.of] + Field.head] === 0)", concurrency),
  of("QUOTA-8", "uncounted-flow", "a flow that was opened without quota gives a unit back", "ports, unit & 1);", "ports, 1);"),
  of("QUOTA-8", "foreign-uncounted", "a flow opened without quota gives a unit back when its holder collects the port", "beginReleaseOne(slot, (unit >> 1) & 15, unit >> 5, ports, unit & 1);", "beginReleaseOne(slot, (unit >> 1) & 15, unit >> 5, ports, phase === Phase.releaseCollected ? 1 : unit & 1);"),
];
