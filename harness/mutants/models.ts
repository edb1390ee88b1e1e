/**
 * Mutants of the models. Most make the model differ from the implementation, and any check of the two shows it. The interesting ones are *weaker*: they judge too
 * little, so that the right implementation conforms as before. One of those is caught if it lets a fault pass which the model as it is catches: a mutant of the
 * implementation under the same rule, or a fault made in model and implementation alike, for which only an invariant or an obligation is left to speak.
 */
import type { Mutant } from "./types.ts";

/** A piece of a source, met once, and what stands there instead. */
export interface Piece {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

export interface ModelMutant extends Mutant {
  /** Judges too little. With `alike`, the one fault in both sides that goes by; otherwise mutants of the implementation under the rule. */
  readonly weaker?: true;
  readonly alike?: { readonly model: Piece; readonly implementation: Piece };
}

type Of = (rule: string, word: string, file: string, note: string, find: string, replace: string, more?: Partial<ModelMutant>) => ModelMutant;
const of =
  (system: string): Of =>
  (rule, word, file, note, find, replace, more = {}) => ({ id: `model/${rule}/${word}`, rule, system, file: `model/${file}.ts`, find, replace, note, ...more });
const piece = (file: string, find: string, replace: string): Piece => ({ file: `${file}.ts`, find, replace });

const weaker = { weaker: true } as const;
const quota = of("quota");
const port = of("port-allocation");
const pair = of("port-quota");

/** Units that go back are lost on their way, on both sides. */
const lostUnits = {
  model: piece("model/quota/state", "    this.addRemaining(ledger.node, -units, moved);", "    if (units > 0) this.addRemaining(ledger.node, -units, moved);"),
  implementation: piece("impl/quota/ledger", "  poke(mem, remaining, peek(mem, remaining) - units);", "  if (units > 0) poke(mem, remaining, peek(mem, remaining) - units);"),
};
/** No holder is told to collect, on both sides. */
const neverTold = {
  model: piece("model/port-allocation/free", 'moved.timers.push({ label: "collect",', 'if (holder < 0) moved.timers.push({ label: "collect",'),
  implementation: piece("impl/port-allocation/free", 'moved.timers.push({ label: "collect",', 'if (holder < 0) moved.timers.push({ label: "collect",'),
};

/** The timer of ports that rest comes when they have rested twice as long, on both sides. */
const tooLate = {
  model: piece("model/port-allocation/free", "atMs: since + state.config.reuseDelayMs", "atMs: since + 2 * state.config.reuseDelayMs"),
  implementation: piece("impl/port-allocation/free", "atMs: since + m.reuseDelayMs", "atMs: since + 2 * m.reuseDelayMs"),
};
/** A core's timer is set anew, and the core counts as one that has none, on both sides. */
const unmarked = {
  model: piece("model/port-allocation/free", "  else state.cells.set(state.layout.core.aging + core, 0);\n", "  state.cells.set(state.layout.core.aging + core, 0);\n"),
  implementation: piece("impl/port-allocation/free", "  else setAging(m, core, 0, moved);\n", "  setAging(m, core, 0, moved);\n"),
};

const quotaModel: readonly ModelMutant[] = [
  quota("QUOTA-1", "no-shared-part", "quota/records", "parameters without a shared part are refused", "this.#config.memoryUnits) < 0;", "this.#config.memoryUnits) <= 0;"),
  quota("QUOTA-3", "one-more", "quota/request", "a unit above what is held is granted", "ledger.used < ledger.exclusive + ledger.held", "ledger.used <= ledger.exclusive + ledger.held"),
  quota("QUOTA-4", "whole-chunk", "quota/request", "a whole chunk is granted where a part of one remains", "Math.min(ledger.chunk, ledger.node.remaining)", "ledger.chunk"),
  quota("QUOTA-5", "last-unit", "quota/request", "the last shared unit is denied", "else if (node.remaining >= 1) borrow", "else if (node.remaining >= 2) borrow"),
  quota("QUOTA-6", "one-less", "quota/request", "a new record lacks a unit", "node.remaining = published.shared;", "node.remaining = published.shared - 1;"),
  quota("QUOTA-7", "at-the-chunk", "quota/release", "units go back although no more than a chunk is free", "ledger.free > ledger.chunk", "ledger.free >= ledger.chunk"),
  quota("QUOTA-8", "counted", "quota/release", "a unit that was never counted is given back", "  if (!unit.counted) return releaseNone(state, unit, moved);\n", ""),
  quota("QUOTA-9", "stale-record", "quota/request", "a request goes by the record as it is, however old", "  else if (ledger.generation < request.seen) made(state, request, refresh, moved);\n", ""),
  quota("QUOTA-10", "borrows-all", "quota/change", "what was borrowed already is borrowed again when the exclusive quota shrinks", "Math.min(ledger.used, old) - now", "ledger.used - now"),
  quota("QUOTA-11", "returns-all", "quota/change", "a larger exclusive quota sends back all that is held", "Math.min(now - old, ledger.held)", "ledger.held"),
  quota("QUOTA-12", "not-below-zero", "quota/change", "what remains stops at zero", "state.addRemaining(node, published.shared - node.total, moved);", "state.addRemaining(node, Math.max(-node.remaining, published.shared - node.total), moved);"),
  quota("QUOTA-13", "unasked", "quota/holds", "units may be lost", "if (held + node.remaining !== node.total)", "if (held + node.remaining > node.total)", { ...weaker, alike: lostUnits }),
  quota("QUOTA-9", "unasked", "quota/holds", "records may stay older than what is published", "if (!record.present || record.generation === published.generation) return;", "if (record.generation <= published.generation) return;", {
    ...weaker,
    alike: {
      model: piece("model/quota/change", "    bringUpToDate(state, record, moved);\n  } else {", "    if (record.core > 0) bringUpToDate(state, record, moved);\n  } else {"),
      implementation: piece("impl/quota/reconfigure", "    renew(m, id, pair, at, moved);", "    if (core > 0) renew(m, id, pair, at, moved);"),
    },
  }),
  quota("QUOTA-7", "unasked", "quota/holds", "units may stay in use that were released", "if (ledger.used !== units) found.add(state.at.rule + rule.released", "if (ledger.used < units) found.add(state.at.rule + rule.released", {
    ...weaker,
    alike: {
      model: piece("model/quota/release", "  ledger.used -= 1;\n  if (tooMuchFree(ledger)) release.owing", "  if (ledger.core > 0) ledger.used -= 1;\n  if (tooMuchFree(ledger)) release.owing"),
      implementation: piece("impl/quota/release", "  poke(mem, ledger + Ledger.used, peek(mem, ledger + Ledger.used) - 1);\n  const back = tooMuch", "  if (id % m.cores > 0) poke(mem, ledger + Ledger.used, peek(mem, ledger + Ledger.used) - 1);\n  const back = tooMuch"),
    },
  }),
];

const portModel: readonly ModelMutant[] = [
  port("PORT-5", "held-first", "port-allocation/search", "held ports come before own ones", "const offset = where % 2 === 0 ?", "const offset = where % 2 === 1 ?"),
  port("PORT-8", "kept", "port-allocation/state", "a chunk that goes back is not free for others", "    this.cells.set(layout.chunk.free + cell, 1);\n", ""),
  port("PORT-9", "last-come", "port-allocation/free", "the list is collected from its end", "state.handed[core].shift()", "state.handed[core].pop()"),
  port("PORT-26", "youngest", "port-allocation/free", "the port that rested least is let go", "state.resting[core].shift()!", "state.resting[core].pop()!"),
  port("PORT-12", "any-parity", "port-allocation/wish", "parity is not kept", "return wish.parity < 0 || (port & 1) === wish.parity;", "return wish.parity < 0 || port > 0;"),
  port("PORT-13", "in-use", "port-allocation/free", "a block goes back although chunks of it are held", "if (state.chunkIsFree(table, chunk)) continue;", "if (chunk >= first) continue;"),
  port("PORT-14", "same-block", "port-allocation/search", "a block is reserved twice", "+ block) !== 0) continue;", "+ block) < 0) continue;"),
  port("PORT-15", "fixed-port", "port-allocation/state", "profile patent: the fixed port is one off", "(privatePort % (each", "((privatePort + 1) % (each"),
  port("PORT-23", "no-type", "port-allocation/wish", "the port of the subscriber's type is not tried", "command.typePort || command.privatePort", "command.privatePort"),
  port("PORT-27", "other-bucket", "port-allocation/answers", "the reply core is the one of another bucket", "config.indirection[hash & state.hashMask]", "config.indirection[(hash >>> 1) & state.hashMask]"),
  port("PORT-6", "any-place", "port-allocation/allocate", "whichever free port of its own the core takes is right", "  else if (saidAddress !== address || saidPort !== port)\n    witness", "  else if (state.hasBit(saidAddress * 2 + wish.protocol, saidPort - state.config.low, wish.core)) return give(state, wish, saidAddress * 2 + wish.protocol, saidPort - state.config.low, moved);\n  else if (saidAddress !== address || saidPort !== port)\n    witness", weaker),
  port("PORT-7", "any-chunk", "port-allocation/allocate", "whichever free chunk is claimed is right", "  else if (saidAddress !== address || saidChunk !== found.what) {", "  else if (saidAddress === address && saidChunk >= 0 && saidChunk < state.shape.chunks && state.chunkIsFree(found.table, saidChunk)) found = { ...found, what: saidChunk };\n  else if (saidAddress !== address || saidChunk !== found.what) {", weaker),
  port("PORT-9", "unasked", "port-allocation/holds", "ports may wait in a list for ever", "for (const handle of state.handed[core]) owed.add(", "for (const handle of state.handed[core]) if (handle < 0) owed.add(", { ...weaker, alike: neverTold }),
  port("PORT-26", "unasked", "port-allocation/holds", "ports may rest for ever", "    owedByRest(state, owed, core);\n", "", { ...weaker, alike: tooLate }),
  port("PORT-26", "unmarked", "port-allocation/holds", "ports may rest at a core that counts as one without a timer", "  if (resting > 0 && cells.peek(", "  if (resting < 0 && cells.peek(", { ...weaker, alike: unmarked }),
  port("PORT-25", "unasked", "port-allocation/holds", "a port may have a session and no subscriber", "  if ((user !== 0) !== (", "  if (user !== 0 && (user !== 0) !== (", {
    ...weaker,
    alike: {
      model: piece("model/port-allocation/state", "    this.cells.set(known ? wellKnown.session + ", "    if (known) this.cells.set(known ? wellKnown.session + "),
      implementation: piece("impl/port-allocation/free", "  m.mem[at + 1] = 0;\n  if (m.reporting)", "  if (m.reporting)"),
    },
  }),
];

const pairModel: readonly ModelMutant[] = [
  pair("PAIR-1", "refused", "port-quota/open", "a flow denied by its quota counts as one refused a port", "return answer(row, Outcome.denied, moved);", "return answer(row, Outcome.refused, moved);"),
  pair("PAIR-1", "one-flow", "port-quota/open", "one flow is opened of several", "if (handles.length === allocate.count)", "if (handles.length >= 1)"),
  pair("PAIR-1", "yields", "port-quota/open", "what was opened before a refusal cannot be closed", "moved.yields = handles.length;", "moved.yields = code === Outcome.done ? handles.length : 0;"),
  pair("PAIR-2", "no-undo", "port-quota/open", "a flow that got no port keeps its unit", "if (!row.unit!.counted) return", "if (row.unit !== undefined) return"),
  pair("PAIR-2", "chunk-kept", "quota/release", "a flow that got no port keeps the chunk granted for it", "Math.min(borrowed, ledger.held, ledger.free)", "0"),
  pair("PAIR-2", "always-undone", "port-quota/open", "a unit that was never counted is undone", "if (!row.unit!.counted) return", "if (row.unit === undefined) return"),
  pair("PAIR-3", "with-the-hand-over", "port-quota/close", "the unit is released while its port waits in a list", "if (parts.ports.freedHere(row.slot)) beginUnit(", "if (handle >= 0) beginUnit("),
  pair("PAIR-3", "kept-for-good", "port-quota/close", "a port collected does not give its unit back", "  row.done++;\n  beginUnit(parts, row, handle, moved);\n}\nfunction nextHanded", "  row.done++;\n  nextHanded(parts, row, moved);\n}\nfunction nextHanded"),
  pair("PAIR-3", "first-flow", "port-quota/close", "flows are closed in the order they were opened", "row.handles[row.handles.length - 1]", "row.handles[0]"),
  pair("PAIR-4", "no-unit", "port-quota/open", "a flow is opened without the unit it was granted", "parts.unitOf.set(handle, row.unit!);", "parts.unitOf.set(handle, { ...row.unit!, counted: false });"),
  pair("PAIR-4", "unasked", "port-quota/index", "more units may be in use than ports", "if (ledger.used !== units) found.add(oneUnitOnePort", "if (ledger.used < units) found.add(oneUnitOnePort", {
    ...weaker,
    alike: {
      model: piece("model/port-quota/close", "if (parts.ports.freedHere(row.slot)) beginUnit(", "if (handle < 0) beginUnit("),
      implementation: piece("impl/port-quota", "if (this.#ports.freedHere(slot)) this.#releaseUnit(", "if (slot < 0) this.#releaseUnit("),
    },
  }),
  pair("QUOTA-13", "unasked-here", "port-quota/index", "the pair asks for none of the invariants of quotas", "    this.#parts.quota.invariants(found);\n", "", { ...weaker, alike: lostUnits }),
  pair("PORT-9", "unasked-here", "port-quota/index", "the pair asks for nothing that ports owe", "    ports.owed(owed);\n", "", { ...weaker, alike: neverTold }),
];

export const modelMutants: readonly ModelMutant[] = [...quotaModel, ...portModel, ...pairModel];
