/** What must hold at every step, and what must hold once everything has come to rest. */
import { ruleNumber } from "../../spec/port-allocation/rules.ts";
import type { Findings } from "../../spec/side.ts";
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
  if (cells.peek(layout.core.handed + core) !== state.handed[core].length) say(state, found, "PORT-9", layout.core.handed + core, "the list and its count part");
}

/** Nothing waits in a list (PORT-9), nothing rests for ever (PORT-26), no port leaks (PORT-8). */
export function obligations(state: PortState, found: Findings): void {
  const { layout, cells } = state;
  for (let core = 0; core < state.config.cores; core++) {
    if (state.handed[core].length > 0) say(state, found, "PORT-9", layout.core.handed + core, `${state.handed[core].length} ports were never collected`);
    const oldest = state.resting[core][0];
    if (oldest !== undefined && state.setup.nowMs(0) - (cells.peek(layout.port.rested + oldest) - 1) >= state.config.reuseDelayMs) say(state, found, "PORT-26", layout.core.resting + core, "a port rests longer than it must");
  }
  for (let handle = 0; handle < layout.tables * layout.ports; handle++) {
    const session = cells.peek(layout.port.session + handle);
    if (session !== 0 && state.freeing[session - 1] === true) say(state, found, "PORT-8", layout.port.session + handle, "the port of an operation that was freed is still in use");
  }
}
