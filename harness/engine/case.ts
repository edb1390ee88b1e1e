/**
 * A case: everything that was chosen for one run, as plain data. Any part can be taken out and the rest still runs.
 *
 * Base schedule: events in list order, each task run to completion before the next begins. A *deviation* says: when
 * `task` has made `step` moves (0: before it begins), go over to `run` instead; so the number of deviations is the
 * number of forced switches. One that names a task which cannot run is skipped and counted.
 *
 * Order: operations of one core run one after another (a blocked one lets its core go on). An event that is no
 * operation waits until every earlier event has begun, and later operations wait for it; operations in flight do not.
 */
import type { Command, Fault } from "./contract.ts";

export const caseFormat = 1;

export type Event =
  | { readonly id: string; readonly do: "op"; readonly node: number; readonly core: number; readonly command: Command }
  | { readonly id: string; readonly do: "advance"; readonly node: number; readonly ms: number }
  | { readonly id: string; readonly do: "drop" | "cut" | "heal"; readonly from: number; readonly to: number }
  | ({ readonly id: string } & Fault);

export interface Deviation {
  readonly task: string;
  readonly step: number;
  readonly run: string;
}

export interface Case {
  readonly format: typeof caseFormat;
  readonly system: string;
  readonly profile: string;
  readonly config: unknown;
  /** 32-bit seed of the draws made inside the sides. */
  readonly seed: number;
  readonly events: readonly Event[];
  readonly deviations: readonly Deviation[];
  /** Whether the case is run to rest at its end (faults stop, what is cut is healed) and what is owed is asked for. */
  readonly rest: boolean;
}
