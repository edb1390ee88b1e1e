/** For every column of every view a fault that only the comparison of that column shows. */
import { caseOfPlan, type Plan } from "../../engine/campaign/plan.ts";
import type { Column, System } from "../../engine/contract.ts";
import { systemByName, systems } from "../../systems/index.ts";
import { slabColumns } from "./memory-slab.ts";
import { natColumns } from "./nat-session.ts";
import { nodeColumns } from "./node.ts";
import { portColumns } from "./port-allocation.ts";
import { quotaColumns } from "./quota.ts";
import { rssColumns } from "./rss-distribution.ts";
import type { ColumnMutant, Fault } from "./types.ts";

/** The name of a column in reports. */
export function nameOf({ name, table }: Column): string {
  return `${table}.${name}`;
}

/** The columns of a system as they stand in some case's configuration: names and rules are the same in all. */
function columnsOf(system: System, index: number): readonly Column[] {
  const plan: Plan = { system: system.name, seed: 1, profile: "", size: 1, strategy: "mixture", poisonEvery: 0, disciplineEvery: 0 };
  const { config, profile } = caseOfPlan(system, plan, index);
  return system.view(config, profile).columns;
}

/** Names of the columns of a system that have a key in one of so many drawn configurations; those that have none cannot differ. */
export function columnNames(system: System, configurations = 100): string[] {
  const names = new Set<string>();
  for (let index = 0; index < configurations; index++) for (const column of columnsOf(system, index)) if (column.size > 0) names.add(nameOf(column));
  return [...names];
}

/** A part's faults in the node, whose tables are named after their part; only of columns that it has in a node. */
function within(part: string, faults: readonly Fault[]): Fault[] {
  const known = columnNames(systemByName("node")!);
  return faults.map((one) => ({ ...one, column: `${part} ${one.column}` })).filter(({ column }) => known.includes(column));
}

/** By system, the faults that may serve its columns; of two for one column the later. */
const faults: { readonly [system: string]: readonly Fault[] } = {
  quota: quotaColumns,
  "port-allocation": portColumns,
  "port-quota": [...portColumns, ...quotaColumns],
  "nat-session": natColumns,
  "rss-distribution": rssColumns,
  "memory-slab": slabColumns,
  node: [...within("distribution", rssColumns), ...within("memory", slabColumns), ...within("session", natColumns), ...within("port", portColumns), ...within("quota", quotaColumns), ...nodeColumns],
};

function mutantsOf(name: string): ColumnMutant[] {
  const system = systemByName(name)!;
  const known = columnNames(system);
  const rules = new Map(columnsOf(system, 0).map((column) => [nameOf(column), system.rules[column.rule!].id]));
  const byColumn = new Map((faults[name] ?? []).map((one) => [one.column, one]));
  return [...byColumn.values()]
    .filter(({ column }) => known.includes(column) || !rules.has(column))
    .map((one) => ({ ...one, id: `column/${name}/${one.column.replaceAll(" ", "/")}`, rule: rules.get(one.column) ?? "", system: name }));
}

/** One for each column that has keys, system by system. */
export const columnMutants: readonly ColumnMutant[] = systems.flatMap(({ name }) => mutantsOf(name));

/** Columns that have keys and no mutant, as `system table.column`. */
export function columnsWithoutMutant(mutants: readonly ColumnMutant[] = columnMutants): string[] {
  return systems.flatMap((system) => {
    const served = new Set(mutants.filter((one) => one.system === system.name).map((one) => one.column));
    return columnNames(system).filter((column) => !served.has(column)).map((column) => `${system.name} ${column}`);
  });
}
