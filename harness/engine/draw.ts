/** Making a case out of a seed: configuration and events are the system's business, names and the rest are the engine's. */
import type { EventDraft, System } from "./contract.ts";
import type { Case, Event } from "./case.ts";
import { caseFormat } from "./case.ts";
import { SeededRandom, mix32 } from "./random.ts";

/** What draws configurations and events; a `System` does. */
export type Draws = Pick<System, "name" | "drawConfig" | "drawEvents">;

export interface DrawOptions {
  /** Configuration to use instead of a drawn one. */
  readonly config?: unknown;
  /** Whether the case is run to rest; drawn (three in four) when absent. */
  readonly rest?: boolean;
}

/** Gives drafts their ids by position: `op4` for an operation, `ev4` for anything else. */
export function numberEvents(drafts: readonly EventDraft[]): Event[] {
  return drafts.map((draft, i) => ({ id: draft.do === "op" ? `op${i}` : `ev${i}`, ...draft }));
}

/** A case without deviations; a function of its arguments and nothing else. Configuration, events and seed have separate draws, so one can be fixed and the others stay. */
export function drawCase(system: Draws, profile: string, seed: number, size: number, options: DrawOptions = {}): Case {
  const config = options.config ?? system.drawConfig(new SeededRandom(mix32(seed, 1)), profile);
  const events = numberEvents(system.drawEvents(new SeededRandom(mix32(seed, 2)), config, profile, size));
  const rest = options.rest ?? mix32(seed, 3) % 4 !== 0;
  return { format: caseFormat, system: system.name, profile, config, seed: mix32(seed, 4), events, deviations: [], rest };
}
