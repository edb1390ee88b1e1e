/** Short words for worked examples of quotas: what stands in the records, operation after operation. */
import { expect } from "vitest";
import { quota } from "../harness/systems/quota/index.ts";
import type { QuotaCommand, QuotaConfig, QuotaParameters, Reconfigure, Release, Request, Resource } from "../spec/quota/terms.ts";
import { workByStages, type Doing, type Example, type Seen } from "./worked.ts";

/** Q, E and the chunk. */
export const limits = (total: QuotaParameters["total"], exclusive: number, chunk: number): QuotaParameters => ({ total, exclusive, chunk });
/** Ports under these limits for one group; sessions and memory are unlimited. Subscribers 0 and 1 belong to it. */
export const under = (ports: QuotaParameters | null, cores = 2): QuotaConfig => ({ cores, groupOf: [0, 0], memoryUnits: 100, quotas: [[ports, null, null]] });
/** Two cores with 2 units each, 4 shared in chunks of 3. */
export const base = under(limits(8, 2, 3));

/** `count` units for subscriber 0. */
export const request = (count = 1, subscriber = 0, resource: Resource = "ports"): Request => ({ kind: "request", subscriber, resource, count });
export const release = (of: string): Release => ({ kind: "release", of });
/** Ports of group 0. */
export const change = (to: QuotaParameters | null, group = 0, resource: Resource = "ports"): Reconfigure => ({ kind: "reconfigure", group, resource, to });

/** What to look at, if not the ports of subscriber 0. */
export interface Whose {
  readonly subscriber?: number;
  readonly resource?: Resource;
}

/** `1/2+0 - | 4 of 4`: core by core used/exclusive+held, `-` without a record, then what remains of the shared total; the column names are the quota's own. */
export function standing(seen: Seen, cores: number, { subscriber = 0, resource = "ports" }: Whose = {}): string {
  const whose = `subscriber ${subscriber} ${resource}`;
  const ledger = (core: number): string => {
    const of = (column: string): number => seen.entry(`core.${column}[${whose} core ${core}]`);
    return of("present") === 0 ? "-" : `${of("used")}/${of("exclusive")}+${of("held")}`;
  };
  const node = seen.entry(`global.present[${whose}]`) === 0 ? "-" : `${seen.entry(`global.remaining[${whose}]`)} of ${seen.entry(`global.total[${whose}]`)}`;
  return `${Array.from({ length: cores }, (_, core) => ledger(core)).join(" ")} | ${node}`;
}

/** Runs the operations; both sides must agree throughout. Switches count documented stages. */
export function play(config: QuotaConfig, does: Example<QuotaConfig, QuotaCommand>["does"], more: Partial<Example<QuotaConfig, QuotaCommand>> = {}): Seen {
  const seen = workByStages(quota, { config, does, ...more });
  expect(seen.failure).toBeUndefined();
  return seen;
}

/** An operation on a core, what it answers and what stands after it. */
export type Row = readonly [core: number, command: QuotaCommand, outcome: string, standing: string];

/** Runs the operations `op0`, `op1`, … one after another, and looks after each of them. */
export function walk(config: QuotaConfig, rows: readonly Row[], whose: Whose = {}): Seen {
  const doings = rows.map(([core, command]): Doing<QuotaCommand> => [core, command]);
  const told = rows.map((_, at) => {
    const seen = play(config, doings.slice(0, at + 1));
    return `${seen.outcomeWords(`op${at}`)} → ${standing(seen, config.cores, whose)}`;
  });
  expect(told).toEqual(rows.map(([, , outcome, after]) => `${outcome} → ${after}`));
  return play(config, doings);
}

/** What each stage of the task changed in the implementation's view (the model's is compared): `core.used[…] 1>2`, columns and numbers only. */
export function changes(seen: Seen, config: QuotaConfig, task: string): string[][] {
  const view = quota.view(config, "product");
  const word = (entry: number): string => view.name(entry).replace(/\[.*/, "");
  return seen.steps
    .filter((step) => step.task === task && step.stages.length > 0)
    .map((step) => step.changes.filter((one) => one.implementationBefore !== one.implementationAfter).map((one) => `${word(one.entry)} ${one.implementationBefore}>${one.implementationAfter}`));
}
