/** `tandem bench`: what checking costs, as ratios taken within one run; each figure is the median of several rounds. */
import { writeFileSync } from "node:fs";
import Table from "cli-table3";
import pc from "picocolors";
import { systemByName, systems } from "../systems/index.ts";
import { checkingRow } from "./bench/checking.ts";
import { modelRunRow } from "./bench/model-run.ts";
import { reaches, type BenchRow, type Measured } from "./bench/row.ts";
import { shrinkingRow } from "./bench/shrinking.ts";
import { stagesRow } from "./bench/stages.ts";
import { workersRow } from "./bench/workers.ts";
import { progressOf } from "./progress.ts";
import { columns } from "./terminal.ts";
import { InvalidInput, wholeNumber } from "./usage.ts";

export interface BenchOptions {
  readonly rounds?: string;
  readonly cases?: string;
  readonly json?: string;
}

/** The rows, in the order in which they are measured. */
export const benchRows: readonly BenchRow[] = [checkingRow, modelRunRow, stagesRow, shrinkingRow, workersRow];

/** Rows and the systems they are measured on, as the names choose them: a name is a row's or a system's; none of a kind means all of that kind. */
function chosen(names: readonly string[]): { readonly row: BenchRow; readonly system: string }[] {
  const isRow = (name: string): boolean => benchRows.some((row) => row.name === name);
  for (const name of names)
    if (!isRow(name) && systemByName(name) === undefined)
      throw new InvalidInput("the command line", { at: "name", expected: `a system (${systems.map((one) => one.name).join(", ")}) or a row (${benchRows.map((one) => one.name).join(", ")})`, found: JSON.stringify(name) });
  const rows = names.some(isRow) ? benchRows.filter((row) => names.includes(row.name)) : benchRows;
  const named = names.filter((name) => !isRow(name));
  return rows.flatMap((row) => {
    const on = row.systems.length > 0 ? row.systems : systems.map((one) => one.name);
    return on.filter((system) => named.length === 0 || named.includes(system)).map((system) => ({ row, system }));
  });
}

/** Three digits that count. */
function figure(value: number, unit: string): string {
  const text = value >= 100 ? String(Math.round(value)) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
  return unit === "/s" ? `${text}${unit}` : `${text} ${unit}`;
}

function cells(measured: Measured): string[] {
  const { aim, unit } = measured;
  const reached = figure(measured.reached, unit);
  const coloured = aim === undefined ? reached : reaches(measured) ? pc.green(reached) : pc.red(reached);
  return [measured.system, measured.text, aim === undefined ? "-" : `${aim.bound === "least" ? "≥" : "≤"} ${figure(aim.value, unit)}`, coloured, `tandem bench ${measured.system} ${measured.row}`];
}

function table(rows: readonly string[][]): string {
  if (!process.stdout.isTTY || columns() < 140) return rows.map(([system, text, aim, reached, command]) => `${system}: ${text}: ${reached}${aim === "-" ? "" : ` (aim ${aim})`}  [${command}]`).join("\n");
  const drawn = new Table({ head: ["system", "", "aim", "reached", "command"], style: { head: [], border: [], compact: true } });
  for (const row of rows) drawn.push(row);
  return drawn.toString();
}

/** Measures the rows chosen. The exit code is 0 whatever the figures: they are the machine's as much as ours. */
export async function benchCommand(names: readonly string[], options: BenchOptions): Promise<number> {
  const sizes = {
    rounds: options.rounds === undefined ? 7 : wholeNumber("--rounds", options.rounds, 1, 1000),
    cases: options.cases === undefined ? 200 : wholeNumber("--cases", options.cases, 1, 100_000),
  };
  const work = chosen(names);
  if (work.length === 0) throw new InvalidInput("the command line", { at: "name", expected: "a row that is measured on the system", found: names.join(" ") });
  const progress = progressOf("bench", work.length);
  const found: Measured[] = [];
  for (const [at, { row, system }] of work.entries()) {
    progress.update(at, `${row.name} ${system}`);
    found.push(...(await row.measure(systemByName(system)!, sizes)));
  }
  progress.end();
  process.stdout.write(`${table(found.map(cells))}\nmedians of ${sizes.rounds} rounds; ratios are taken within a round\n`);
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify({ format: 1, command: "bench", ...sizes, figures: found.map((one) => ({ ...one, aim: one.aim ?? null })) }, null, 1)}\n`);
  return 0;
}
