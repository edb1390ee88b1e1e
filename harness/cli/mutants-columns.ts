/** What `tandem mutants --kind columns` prints: for every column of every view the fault that only its comparison shows. */
import Table from "cli-table3";
import pc from "picocolors";
import type { ColumnMutant } from "../mutants/columns/types.ts";
import type { Hunted } from "../mutants/hunt.ts";
import type { Mutant } from "../mutants/types.ts";
import { columns, fitted } from "./terminal.ts";

/** Cases of both hunts of a column's mutant, unless `--cases` says otherwise: there are a few hundred of them. */
export const columnCases = 400;

/** Whether a mutant is one of a column's. */
export function isOfColumn(mutant: Mutant): mutant is ColumnMutant {
  return "column" in mutant;
}

const head = ["system", "column", "the fault lies", "", "caught after", "without the column"];

function row({ cases, failure, mutant, verdict }: Hunted, casesMax: number): string[] {
  const { column, system, view } = mutant as ColumnMutant;
  const said = verdict === "caught" ? pc.green(verdict) : pc.red(failure === undefined ? verdict : `${verdict}: ${failure.verdict} at ${failure.observable}`);
  const passed = verdict === "caught" ? `passes ${casesMax}` : verdict === "caught without its column" ? `caught after ${cases}` : "-";
  return [system, column, view === undefined ? "in what is written" : "in what is read", said, verdict === "caught" ? String(cases) : "-", passed];
}

function table(rows: readonly string[][]): string {
  if (columns() < 120) return rows.map(([system, column, , said, cases, passed]) => `${system} ${column}\n  ${said}  cases ${cases}  without it ${passed}`).join("\n");
  const drawn = new Table({ head, style: { head: [], border: [], compact: true }, colAligns: ["left", "left", "left", "left", "right", "right"] });
  for (const cells of rows) drawn.push(cells);
  return drawn.toString();
}

/** The table, then how many are as they should be, then the columns that have no mutant. */
export function columnsText(hunted: readonly Hunted[], casesMax: number, missing: readonly string[]): string {
  const caught = hunted.filter((one) => one.verdict === "caught").length;
  const read = hunted.filter((one) => (one.mutant as ColumnMutant).view !== undefined).length;
  const lines = [
    table(hunted.map((one) => row(one, casesMax))),
    fitted(`${caught} of ${hunted.length} caught by the comparison of their own column and by nothing else in ${casesMax} cases; ${read} of the faults lie in the abstraction function, as every word of those columns steers`),
  ];
  if (missing.length > 0) lines.push(fitted(`${pc.red("columns without a mutant")}: ${missing.join(", ")}`));
  return `${lines.join("\n")}\n`;
}
