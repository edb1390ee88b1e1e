/**
 * Faults of liveness made in model and implementation alike: at every step both agree, no invariant is broken, and only what is owed can tell. They show that the
 * obligations of the real systems are asked for and have teeth.
 */
import type { Piece } from "./models.ts";
import type { Mutant } from "./types.ts";

/** What kind of liveness is lost. */
export type Lost = "leak" | "deadlock" | "stops at the first live entry" | "not re-armed" | "tail never reached";

/** Its text is that of the implementation. */
export interface AlikeFault extends Mutant {
  readonly model: Piece;
  readonly observable: string;
  readonly lost: Lost;
  /** A task waits for ever, which breaks no rule by name. */
  readonly hangs?: true;
}

const piece = (file: string, find: string, replace: string): Piece => ({ file: `${file}.ts`, find, replace });
type Put = readonly [find: string, replace: string];

/** In the model and in the implementation the same file by name, or two. */
const of = (system: string, file: string, lost: Lost, rule: string, word: string, observable: string, note: string, model: Put, implementation: Put, implementationFile = file): AlikeFault => ({
  id: `alike/${rule}/${word}`,
  rule,
  observable,
  system,
  lost,
  note,
  model: piece(`model/${file}`, ...model),
  ...piece(`impl/${implementationFile}`, ...implementation),
});

const notRearmed: readonly [Put, Put] = [
  ["    if (more) moved.timers.push(", "    if (more && core < 0) moved.timers.push("],
  ["    if (nextSession(m, core, 0) >= 0) setSweep(m, r, moved);", "    if (nextSession(m, core, 0) >= 0 && core < 0) setSweep(m, r, moved);"],
];
const neverTold: readonly [Put, Put] = [
  ['moved.timers.push({ label: "collect",', 'if (holder < 0) moved.timers.push({ label: "collect",'],
  ['moved.timers.push({ label: "collect",', 'if (holder < 0) moved.timers.push({ label: "collect",'],
];
const takesOneListed: readonly [Put, Put] = [
  ["else if (state.lists[core].length > 0) takeListed", "else if (state.lists[core].length > 0 && row.freed === 0) takeListed"],
  ["  const count = peek(mem, at + List.count);\n", "  const count = records[r + Field.here] > 0 ? 0 : peek(mem, at + List.count);\n"],
];

export const alikeFaults: readonly AlikeFault[] = [
  of("nat-session", "nat-session/sweep", "not re-armed", "NAT-14", "not-armed-again", "object.state", "a sweep that found sessions alive is not set anew", ...notRearmed),
  of("nat-session", "nat-session/sweep", "stops at the first live entry", "NAT-14", "stops-at-first", "object.state", "a sweep ends at the first session that is not idle (F45)",
    ['  if (!state.idle(lead)) take(state, moved, "keep");\n', '  if (!state.idle(lead)) {\n    take(state, moved, "keep");\n    sweep.next = state.layout.objects;\n  }\n'],
    ["  else keep(m, r, moved);\n}\n\nfunction keep", "  else {\n    keep(m, r, moved);\n    records[r + Field.cursor] = m.objects;\n  }\n}\n\nfunction keep"]),
  of("nat-session", "nat-session/sweep", "tail never reached", "NAT-14", "last-structure", "object.state", "a sweep ends before the last structure",
    ["  while (sweep.next < state.layout.objects && !isSwept(state, core, sweep.next)) sweep.next++;\n", "  while (sweep.next < state.layout.objects && (!isSwept(state, core, sweep.next) || sweep.next === state.layout.objects - 1)) sweep.next++;\n"],
    ["  if (lead < 0) return end(m, r, moved);\n  records", "  if (lead < 0 || lead === m.objects - 1) return end(m, r, moved);\n  records"]),
  of("port-allocation", "port-allocation/free", "not re-armed", "PORT-9", "never-told", "port.handed", "no holder is told to collect", ...neverTold),
  of("port-allocation", "port-allocation/index", "tail never reached", "PORT-26", "one-a-time", "port.rested", "ageing lets one port go and ends",
    ["        if (ageStage(state, row.core, row.timer, moved)) row.done++;\n        else moved.next", "        if (ageStage(state, row.core, row.timer, moved)) row.done++;\n        moved.next"],
    ["    records[r + Field.done]++;\n    moved.next = Next.more;\n", "    records[r + Field.done]++;\n"], "port-allocation/free"),
  of("port-allocation", "port-allocation/free", "not re-armed", "PORT-26", "once-only", "port.rested", "the timer of ports that rest is not set anew for those that rest on",
    ["  if (since !== undefined) setAge(state, core, since, moved);\n", "  if (since !== undefined) return false;\n"],
    ["  if (resting > 0) setTimer(m, core, oldestSince(m, core), moved);\n  else setAging(", "  if (resting === 0) setAging("]),
  of("port-allocation", "port-allocation/free", "leak", "PORT-26", "for-ever", "core.aging", "the timer of ports that rest is set anew where none rests",
    ["  else state.cells.set(state.layout.core.aging + core, 0);\n", "  else setAge(state, core, state.setup.nowMs(0), moved);\n"],
    ["  else setAging(m, core, 0, moved);\n", "  else setTimer(m, core, m.setup.nowMs(0), moved);\n"]),
  of("port-quota", "port-allocation/free", "not re-armed", "PORT-9", "never-told-pair", "port.handed", "no holder is told to collect, and units stay in use with the ports", ...neverTold),
  of("quota", "quota/release", "leak", "QUOTA-7", "never-back", "core.held", "a core keeps what it borrowed, however much of it is free",
    ["  if (tooMuchFree(ledger)) release.owing", "  if (tooMuchFree(ledger) && ledger.core < 0) release.owing"],
    ["  const back = tooMuch(m, ledger);\n", "  const back = tooMuch(m, ledger) && id < 0;\n"]),
  of("memory-slab", "memory-slab/scan", "tail never reached", "SLAB-7", "first-of-the-list", "object.state", "a scan frees the first object of the list and ends", ...takesOneListed),
  of("rss-distribution", "rss-distribution/cores", "leak", "RSS-29", "first-flow", "flow.home", "the first flow stays at home at a core that has gone",
    [".find((one) => state.homeOf(one) === gone)", ".find((one) => one > 0 && state.homeOf(one) === gone)"],
    ["  for (let flow = 0; flow < m.flows; flow++) if (peek(m.mem, m.flowAt(flow) + Known.home) === core + 1)", "  for (let flow = 1; flow < m.flows; flow++) if (peek(m.mem, m.flowAt(flow) + Known.home) === core + 1)"], "rss-distribution/going"),
  {
    ...of("rss-distribution", "rss-distribution/deliver", "deadlock", "RSS-20", "waits-for-ever", "deadlock", "who finishes a packet that was delivered waits for its delivery",
      ['  if (fate.now === "waiting") {', '  if (fate.now !== "gone") {'],
      ["  if (where > waits) {\n    records[r + Field.to] = where - 1;\n    records[r + Field.step] = Step.finish;\n  } else if (where === waits) {", "  if (where >= waits) {"], "rss-distribution/finish"),
    hangs: true,
  },
  of("node", "nat-session/sweep", "not re-armed", "NAT-14", "not-armed-again-node", "session object.state", "a sweep that found sessions alive is not set anew", ...notRearmed),
  of("node", "port-allocation/free", "not re-armed", "PORT-9", "never-told-node", "port port.handed", "no holder is told to collect", ...neverTold),
];
