/** What must hold at every step, and what must hold once everything has come to rest. */
import { ruleNumber } from "../../spec/port-allocation/rules.ts";
import type { Findings } from "../../spec/side.ts";
import type { PortState } from "./state.ts";

/** PORT-3, -8, -10, -25, -26. */
export function invariants(state: PortState, found: Findings): void {
  const { layout, cells, shape } = state;
  const say = (rule: string, entry: number, text: string): void => found.add(state.at.rule + ruleNumber(rule), entry, text);
  for (let handle = 0; handle < layout.tables * layout.ports; handle++) {
    const local = cells.peek(layout.port.local + handle);
    const user = cells.peek(layout.port.user + handle);
    const taken = user !== 0 || cells.peek(layout.port.handed + handle) !== 0 || cells.peek(layout.port.rested + handle) !== 0;
    if (local === 0 && !taken) continue;
    const offset = handle % layout.ports;
    if ((local & (local - 1)) !== 0) say("PORT-10", layout.port.local + handle, `free at more than one core (mask ${local})`);
    if (local !== 0 && taken) say("PORT-10", layout.port.local + handle, "free and not free at once");
    if ((user !== 0) !== (cells.peek(layout.port.session + handle) !== 0)) say("PORT-25", layout.port.user + handle, "subscriber and session part");
    if (local === 0) continue;
    const owner = shape.owner[offset];
    if (owner >= 0 && local !== 1 << owner) say("PORT-3", layout.port.local + handle, `own port of core ${owner} is free elsewhere (mask ${local})`);
    const chunk = shape.chunkOf[offset];
    if (chunk >= 0 && local !== 1 << (cells.peek(layout.chunk.holder + Math.floor(handle / layout.ports) * layout.chunks + chunk) - 1)) say("PORT-10", layout.port.local + handle, "free at a core that does not hold its chunk");
  }
  for (let table = 0; table < layout.tables; table++)
    for (let chunk = 0; chunk < shape.chunks; chunk++) {
      const cell = table * layout.chunks + chunk;
      if ((cells.peek(layout.chunk.free + cell) === 1) === (cells.peek(layout.chunk.holder + cell) !== 0)) say("PORT-10", layout.chunk.holder + cell, "a chunk is free, or held by one core");
    }
  for (let core = 0; core < state.config.cores; core++) {
    if (state.resting[core].length > Math.max(1, state.config.delayQueueMax)) say("PORT-26", layout.core.resting + core, `${state.resting[core].length} ports rest`);
    if (cells.peek(layout.core.handed + core) !== state.handed[core].length) say("PORT-9", layout.core.handed + core, "the list and its count part");
  }
}

/** Nothing waits in a list (PORT-9), nothing rests for ever (PORT-26), no port leaks (PORT-8). */
export function obligations(state: PortState, found: Findings): void {
  const { layout, cells } = state;
  const say = (rule: string, entry: number, text: string): void => found.add(state.at.rule + ruleNumber(rule), entry, text);
  for (let core = 0; core < state.config.cores; core++) {
    if (state.handed[core].length > 0) say("PORT-9", layout.core.handed + core, `${state.handed[core].length} ports were never collected`);
    const oldest = state.resting[core][0];
    if (oldest !== undefined && state.setup.nowMs(0) - (cells.peek(layout.port.rested + oldest) - 1) >= state.config.reuseDelayMs) say("PORT-26", layout.core.resting + core, "a port rests longer than it must");
  }
  for (let handle = 0; handle < layout.tables * layout.ports; handle++) {
    const session = cells.peek(layout.port.session + handle);
    if (session !== 0 && state.freeing[session - 1] === true) say("PORT-8", layout.port.session + handle, "the port of an operation that was freed is still in use");
  }
}
