/** Mutants of the quota system. */
import type { Mutant } from "./types.ts";

const subtle = { subtle: true } as const;
const concurrency = { concurrency: true } as const;
const discipline = { discipline: true } as const;

const of = (rule: string, word: string, file: string, note: string, find: string, replace: string, more: Partial<Mutant> = {}): Mutant => ({ id: `${rule}/${word}`, rule, system: "quota", file: `impl/quota/${file}.ts`, find, replace, note, ...more });

export const quotaMutants: readonly Mutant[] = [
  of("QUOTA-1", "negative-shared", "reconfigure", "parameters whose shared part is negative are taken", "sharedUnits(to, m.cores, m.config.memoryUnits) < 0", "sharedUnits(to, m.cores, m.config.memoryUnits) < -1"),
  of("QUOTA-2", "counts-anyway", "request", "a request without quota looks one up", "  if ((packed & 1) === 0) return unlimited(m, r, moved);\n  m.records[r + Field.seen]", "  m.records[r + Field.seen]"),
  of("QUOTA-2", "record-of-nothing", "request", "a quota that is taken away after the look makes a core's record without limits", "  if ((packed & 1) === 0) unlimited(m, r, moved);\n  else {\n    const ledger", "  {\n    const ledger", { ...concurrency, ...subtle }),
  of("QUOTA-2", "taken-away", "request", "a request whose quota is taken away after the look goes on counting", "    if ((load(mem, m.generationAt + at) & 1) === 0) unlimited(m, r, moved);\n    else {", "    {", { ...concurrency, ...subtle }),
  of("QUOTA-3", "one-less", "ledger", "the last unit of a core is never given", "return peek(mem, ledger + Ledger.used) < peek", "return peek(mem, ledger + Ledger.used) + 1 < peek"),
  of("QUOTA-3", "one-more", "ledger", "a unit too many is given", "  poke(m.mem, used, peek(m.mem, used) + 1);\n", ""),
  of("QUOTA-3", "no-lock", "request", "a core's ledger is looked at without its lock (F1)", "  acquire(mem, m.ledgerLockAt + id);\n  if (peek(mem, ledger + Ledger.present) === 0)", "  if (peek(mem, ledger + Ledger.present) === 0)", discipline),
  of("QUOTA-4", "whole-chunk", "request", "a whole chunk is granted where a part of one remains", "const grant = Math.min(peek(mem, ledger + Ledger.chunk), remaining);", "const grant = peek(mem, ledger + Ledger.chunk);"),
  of("QUOTA-4", "remainder", "request", "a remainder smaller than the chunk is never granted (F5)", "if (remaining >= 1) {", "if (remaining >= peek(mem, ledger + Ledger.chunk)) {"),
  of("QUOTA-4", "no-lock", "request", "the node's record is changed without its lock (F1)", "  acquire(mem, m.nodeLockAt + pair);\n  const remaining", "  const remaining", discipline),
  of("QUOTA-5", "deny-takes", "request", "a denial counts the unit all the same (F11)", "moved.stages.push(m.stage0 + denyStage);", "moved.stages.push(m.stage0 + denyStage);\n      poke(mem, ledger + Ledger.used, peek(mem, ledger + Ledger.used) + 1);\n      moved.writes.push(m.layout.core.used + id);"),
  of("QUOTA-6", "made-twice", "request", "the node's record is made again by whoever comes second (F69)", "const absent = peek(mem, node + Node.present) === 0;", "const absent = true;"),
  of("QUOTA-6", "trusts-the-look", "request", "a node's record of which nothing is lent counts as absent", "const absent = peek(mem, node + Node.present) === 0;", "const absent = peek(mem, node + Node.present) === 0 || peek(mem, node + Node.remaining) === peek(mem, node + Node.total);"),
  of("QUOTA-6", "ready-early", "request", "a core takes the node's record for made although it found no parameters to make it from", "Ledger.ready, peek(mem, node + Node.present));", "Ledger.ready, 1);", { ...concurrency, ...subtle }),
  of("QUOTA-7", "never-back", "release", "shared units never go back", "  const back = tooMuch(m, ledger);\n", "  const back = false;\n"),
  of("QUOTA-7", "at-the-chunk", "ledger", "a chunk goes back although what is free is no more than a chunk", "peek(mem, ledger + Ledger.used) > peek(mem, ledger + Ledger.chunk)", "peek(mem, ledger + Ledger.used) >= peek(mem, ledger + Ledger.chunk)"),
  of("QUOTA-7", "does-not-look-again", "release", "a chunk goes back although it is no longer due", "if (tooMuch(m, ledger)) shift(", "shift(", concurrency),
  of("QUOTA-7", "more-than-held", "release", "a whole chunk goes back where less than one is held (F27)", "-Math.min(peek(mem, ledger + Ledger.chunk), peek(mem, ledger + Ledger.held))", "-peek(mem, ledger + Ledger.chunk)"),
  of("QUOTA-7", "own-ledger", "index", "a unit returns to the ledger of the core that releases it (F35)", "Step.release, records[of + Field.core], records[of", "Step.release, core, records[of"),
  of("QUOTA-8", "uncounted-returned", "index", "a unit that was never counted is given back", "records[of + Field.granted], records[of + Field.counted]);", "records[of + Field.granted], records[of + Field.granted]);"),
  of("QUOTA-9", "skips-a-core", "reconfigure", "a change leaves the last core out (F29)", "    renew(m, id, pair, at, moved);\n", "    if (core < m.cores - 1) renew(m, id, pair, at, moved);\n"),
  of("QUOTA-9", "last-subscriber", "reconfigure", "a change of a larger group ends before the node's record of its last subscriber (F29)", "each * subscribers.length)", "each * subscribers.length - (subscribers.length > 1 ? 1 : 0))"),
  of("QUOTA-9", "stale-record", "request", "a request goes by the record as it is, however old", "  else if (peek(mem, ledger + Ledger.generation) < m.records[r + Field.seen]) m.records[r + Field.step] = Step.refresh;\n", "", concurrency),
  of("QUOTA-9", "seen-generation", "request", "a core's record is made under the generation of the look, from parameters published since", "poke(mem, ledger + Ledger.generation, packed >> 1);", "poke(mem, ledger + Ledger.generation, m.records[r + Field.seen]);", concurrency),
  of("QUOTA-9", "chunk-kept", "ledger", "a changed chunk size is not applied where the exclusive quota stays as it was (F29)", "  poke(mem, ledger + Ledger.chunk, peek(mem, from + Published.chunk));\n", "  if (now !== old) poke(mem, ledger + Ledger.chunk, peek(mem, from + Published.chunk));\n"),
  of("QUOTA-9", "refresh-again", "request", "a request brings its record up to date although the change has come by since the look", "  if (peek(mem, m.ledgerAt + id * Ledger.words + Ledger.generation) < m.records[r + Field.seen]) {\n", "  {\n", concurrency),
  of("QUOTA-9", "zeros-core", "ledger", "a change that comes by after the quota was taken away makes a core's record one without limits", "  if ((packed & 1) === 0 || peek(mem, ledger + Ledger.present) === 0", "  if (peek(mem, ledger + Ledger.present) === 0", concurrency),
  of("QUOTA-9", "zeros-node", "ledger", "a change that comes by after the quota was taken away leaves the node nothing to share", "  if ((packed & 1) === 0 || peek(mem, node + Node.present) === 0", "  if (peek(mem, node + Node.present) === 0", concurrency),
  of("QUOTA-10", "cuts-off", "ledger", "what is in use above a smaller exclusive quota is not borrowed", "if (borrowed !== returned) shift(", "if (borrowed > 1 || returned > 0) shift("),
  of("QUOTA-10", "borrows-twice", "ledger", "what was borrowed already is borrowed again for a smaller exclusive quota", "Math.min(peek(mem, ledger + Ledger.used), old) - now)", "peek(mem, ledger + Ledger.used) - now)"),
  of("QUOTA-11", "returns-all", "ledger", "a larger exclusive quota sends back all that is held", "Math.max(0, Math.min(now - old, peek(mem, ledger + Ledger.held)))", "now > old ? peek(mem, ledger + Ledger.held) : 0"),
  of("QUOTA-11", "more-than-held", "ledger", "a larger exclusive quota sends back more than is held", "Math.min(now - old, peek(mem, ledger + Ledger.held))", "now - old"),
  of("QUOTA-12", "not-below-zero", "ledger", "what remains stops at zero instead of being overdrawn", "poke(mem, node + Node.remaining, peek(mem, node + Node.remaining) + part - peek(mem, node + Node.total));", "poke(mem, node + Node.remaining, Math.max(0, peek(mem, node + Node.remaining) + part - peek(mem, node + Node.total)));"),
  of("QUOTA-12", "starts-afresh", "ledger", "a changed total remains whole, whatever is lent (F69)", "poke(mem, node + Node.remaining, peek(mem, node + Node.remaining) + part - peek(mem, node + Node.total));", "poke(mem, node + Node.remaining, part);"),
  of("QUOTA-12", "grants-overdrawn", "request", "units are granted while the shared quota is overdrawn", "if (remaining >= 1) {", "if (remaining !== 0) {"),
  of("QUOTA-13", "lost-units", "ledger", "units that go back are not added to what remains (F27)", "poke(mem, remaining, peek(mem, remaining) - units);", "if (units > 0) poke(mem, remaining, peek(mem, remaining) - units);"),
  of("QUOTA-14", "borrows-first", "request", "a chunk is borrowed although a unit is free", "  if (!fits(m, ledger)) {\n", "  {\n", concurrency),
  of("QUOTA-14", "denies-first", "request", "a request is denied although a unit has become free since the look", "  if (!fits(m, ledger)) {\n", "  if (remaining < 1 || !fits(m, ledger)) {\n", { ...concurrency, ...subtle }),
  of("QUOTA-15", "own-chunk", "memory", "the chunk size of the configuration is not the one published (F49)", "to === null ? 0 : to.chunk);", "to === null ? 0 : 1);"),
  of("QUOTA-15", "rounds-up", "memory", "a share of the memory is rounded up", "to === null ? 0 : totalUnits(to, this.config.memoryUnits));", 'to === null ? 0 : typeof to.total === "number" ? to.total : Math.ceil((this.config.memoryUnits * to.total.percentOfMemory) / 100));'),
];
