/** What must hold at every step, and what must hold once everything has come to rest. */
import { ruleNumber } from "../../spec/port-allocation/rules.ts";
import { collectAfterMs } from "../../spec/port-allocation/terms.ts";
import type { Bound, Findings, Owed } from "../../spec/side.ts";
import type { PortState } from "./state.ts";

/** Says that a rule is broken, or owed, at an entry. */
function say(state: PortState, found: Findings, rule: string, entry: number, text: string): void {
  found.add(state.at.rule + ruleNumber(rule), entry, text);
}

/** PORT-3, -8, -10, -25, -26. */
export function invariants(state: PortState, found: Findings): void {
  const { layout, shape } = state;
  for (let table = 0; table < layout.tables; table++) {
    for (let offset = 0; offset < layout.ports; offset++) portHolds(state, found, table, offset);
    for (let chunk = 0; chunk < shape.chunks; chunk++) chunkHolds(state, found, table * layout.chunks + chunk);
  }
  for (let core = 0; core < state.config.cores; core++) listsHold(state, found, core);
}

function portHolds(state: PortState, found: Findings, table: number, offset: number): void {
  const { layout, cells, shape } = state;
  const { port } = layout;
  const handle = table * layout.ports + offset;
  const local = cells.peek(port.local + handle);
  const user = cells.peek(port.user + handle);
  const taken = user !== 0 || cells.peek(port.handed + handle) !== 0 || cells.peek(port.rested + handle) !== 0;
  if (local === 0 && !taken) return;
  if ((local & (local - 1)) !== 0) say(state, found, "PORT-10", port.local + handle, `free at more than one core (mask ${local})`);
  if (local !== 0 && taken) say(state, found, "PORT-10", port.local + handle, "free and not free at once");
  if ((user !== 0) !== (cells.peek(port.session + handle) !== 0)) say(state, found, "PORT-25", port.user + handle, "subscriber and session part");
  if (local === 0) return;
  const owner = shape.owner[offset];
  if (owner >= 0 && local !== 1 << owner) say(state, found, "PORT-3", port.local + handle, `own port of core ${owner} is free elsewhere (mask ${local})`);
  const chunk = shape.chunkOf[offset];
  if (chunk >= 0 && local !== 1 << (cells.peek(layout.chunk.holder + table * layout.chunks + chunk) - 1)) say(state, found, "PORT-10", port.local + handle, "free at a core that does not hold its chunk");
}

function chunkHolds(state: PortState, found: Findings, cell: number): void {
  const { chunk } = state.layout;
  if ((state.cells.peek(chunk.free + cell) === 1) === (state.cells.peek(chunk.holder + cell) !== 0)) say(state, found, "PORT-10", chunk.holder + cell, "a chunk is free, or held by one core");
}

function listsHold(state: PortState, found: Findings, core: number): void {
  const { config, layout, cells } = state;
  const resting = state.resting[core].length;
  if (resting > Math.max(1, config.delayQueueMax)) say(state, found, "PORT-26", layout.core.resting + core, `${resting} ports rest`);
  if (resting > 0 && cells.peek(layout.core.aging + core) !== 1) say(state, found, "PORT-26", layout.core.aging + core, "ports rest and no timer is to come for them");
  if (cells.peek(layout.core.handed + core) !== state.handed[core].length) say(state, found, "PORT-9", layout.core.handed + core, "the list and its count part");
}

const rule = { handed: ruleNumber("PORT-9"), rested: ruleNumber("PORT-26"), freed: ruleNumber("PORT-8"), wellKnown: ruleNumber("PORT-11") };
const collected: Bound = { rounds: 1, ms: collectAfterMs };
const atOnce: Bound = { rounds: 1, ms: 0 };

/** What rests at a core, and its timer. */
function owedByRest({ at, cells, config, layout, resting, setup }: PortState, owed: Owed, core: number): void {
  for (const handle of resting[core]) {
    const dueMs = cells.peek(layout.port.rested + handle) - 1 + config.reuseDelayMs;
    owed.add(at.rule + rule.rested, layout.port.rested + handle, dueMs - setup.nowMs(0), atOnce, "a port that has rested long enough rests on");
  }
  if (resting[core].length === 0 && cells.peek(layout.core.aging + core) !== 0) owed.add(at.rule + rule.rested, layout.core.aging + core, 0, atOnce, "a core at which nothing rests still has its timer");
}

/**
 * What is owed, port by port. A port handed over is collected in the holder's next round, or by its timer (PORT-9). One that rests is let go as soon as it has rested
 * long enough: its core's timer comes no later, whatever has come to rest since; and once none rests, the timer has come for the last of them (PORT-26). A port that was freed leads to nobody any more (PORT-8, PORT-11).
 */
export function owed(state: PortState, owed: Owed): void {
  const { layout, cells, config, at } = state;
  const { port, wellKnown } = layout;
  for (let core = 0; core < config.cores; core++) {
    for (const handle of state.handed[core]) owed.add(at.rule + rule.handed, port.handed + handle, 0, collected, "a port handed over is not collected");
    owedByRest(state, owed, core);
  }
  const freed = (session: number): boolean => session !== 0 && state.freeing[session - 1] === true;
  for (let handle = 0; handle < layout.tables * layout.ports; handle++) if (freed(cells.peek(port.session + handle))) owed.add(at.rule + rule.freed, port.user + handle, 0, atOnce, "a port that was freed is in use");
  for (let one = 0; one < layout.tables * layout.wellKnownPorts; one++) if (freed(cells.peek(wellKnown.session + one))) owed.add(at.rule + rule.wellKnown, wellKnown.user + one, 0, atOnce, "a port that was freed is in use");
}
