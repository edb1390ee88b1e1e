/** When a core sweeps next: as long as it has sessions a timer of its own comes back to it. */
import type { Moved } from "../../spec/side.ts";
import type { NatMemory } from "./memory.ts";
import * as words from "./words.ts";

const { Field } = words;

/** The sweep of this core is armed, if it is not. */
export function armSweep(m: NatMemory, r: number, moved: Moved): void {
  const core = m.records[r + Field.core];
  if (m.own[m.armedAt + core] === 1) return;
  m.own[m.armedAt + core] = 1;
  moved.writes.push(m.layout.core.armed + core);
  setSweep(m, r, moved);
}

/** Sets the timer of the next sweep of this core. */
export function setSweep(m: NatMemory, r: number, moved: Moved): void {
  const { records } = m;
  moved.timers.push({ label: "sweep", core: records[r + Field.core], atMs: m.setup.nowMs(records[r + Field.node]) + m.sweepMs, body: [] });
}
