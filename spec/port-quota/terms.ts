/** Ports under quotas: the words of the pair. It composes the two systems by calling their rows; its stages are theirs. */
import type { Command } from "../side.ts";
import { stages as portStages, type Age, type Allocate, type Collect, type PortConfig } from "../port-allocation/terms.ts";
import { stages as quotaStages, type QuotaConfig, type Reconfigure } from "../quota/terms.ts";

/** Both configurations; they agree on the number of cores and of subscribers. */
export interface PortQuotaConfig {
  readonly ports: PortConfig;
  readonly quota: QuotaConfig;
}

/** Ask for ports under the subscriber's quota of the resource `ports`. Yields the ports given. */
export interface Open extends Command {
  readonly kind: "open";
  readonly allocate: Allocate;
}
/** Free the ports of `of`, last given first, and their quota units with them. Uses it up. */
export interface CloseFlow extends Command {
  readonly kind: "close";
  readonly of: string;
}
export type PortQuotaCommand = Open | CloseFlow | Reconfigure | Collect | Age;

/**
 * Stages of port allocation, then those of the quota, then `undo`.
 *
 * **open**, unit by unit (`allocate.count` of them): the stages of a quota request for one unit of `ports` (with a `look-up` of its own); denied: `deny` and the operation ends. Granted: the stages of an
 * allocation of one port. Refused: `refuse`, then, if the unit was counted, `undo`; the operation ends.
 * **undo**, one step, on the ledger of this core: used − 1, and if the unit's grant moved g shared units to it, min(g, held, exclusive + held − used) of them go back to remaining (D73, NAT-17: nothing has changed);
 * never more than is free by then, since a change of quota may have come between grant and undo.
 * **close**, port by port, last given first: as `free`; with a port that this core holds (or a well-known one) the stages of a quota release of its unit follow `free`, `delay` or `free-well-known`; a port that is handed over
 * keeps its unit, and the holder's `collect` gives the unit back in the steps that follow its own `free` or `delay` of that port. The unit returns to the ledger of the core that was granted it.
 * An `expire` that makes room before a `delay` releases no unit (it was released when its port began to rest).
 */
export const stages = [...portStages, ...quotaStages, "undo"] as const;
/** First quota stage; a quota stage's number here is `quotaStage0` + its number there. */
export const quotaStage0 = portStages.length;
/** Number of `undo`. */
export const undoStage = portStages.length + quotaStages.length;

/** Outcome of open: [code, ports given]; code 0 all given, 1 refused by port allocation, 2 denied by the quota. close, collect, age: [0, ports]. reconfigure: as there. */
export const Outcome = { done: 0, refused: 1, denied: 2 } as const;
