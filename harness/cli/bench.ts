/** `tandem bench`: what checking costs, as ratios taken within one run; each figure is the median of several rounds. */
import { writeFileSync } from "node:fs";
import Table from "cli-table3";
import pc from "picocolors";
import type { BenchReport } from "../../spec/report-schema.ts";
import { systemByName, systems } from "../systems/index.ts";
import { checkingRow } from "./bench/checking.ts";
import { exploreRow } from "./bench/explore.ts";
import { lookUpRow } from "./bench/look-up.ts";
import { modelRunRow } from "./bench/model-run.ts";
import { reaches, type BenchRow, type Measured, type Sizes } from "./bench/row.ts";
import { scaleRow } from "./bench/scale.ts";
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
export const benchRows: readonly BenchRow[] = [checkingRow, modelRunRow, stagesRow, shrinkingRow, workersRow, lookUpRow, scaleRow, exploreRow];

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

/** Three digits that count; of what is next to nothing two. */
function figure(value: number, unit: string): string {
  const text = value >= 100 ? String(Math.round(value)) : value >= 10 ? value.toFixed(1) : value >= 0.1 ? value.toFixed(2) : value.toPrecision(2);
  return unit === "/s" ? `${text}${unit}` : `${text} ${unit}`;
}

interface Line {
  readonly what: string;
  readonly aim: string;
  readonly reached: string;
  readonly command: string;
}

function lineOf(measured: Measured): Line {
  const { aim, unit, system, row, text } = measured;
  const reached = figure(measured.reached, unit);
  return {
    what: `${system}: ${text}`,
    aim: aim === undefined ? "-" : `${aim.bound === "least" ? "≥" : "≤"} ${figure(aim.value, unit)}`,
    reached: aim === undefined ? reached : reaches(measured) ? pc.green(reached) : pc.red(reached),
    command: `tandem bench ${system} ${row}`,
  };
}

const tableColumnsMin = 100;

/** A table on a terminal that is wide enough, else a line for each figure. */
function shown(lines: readonly Line[]): string {
  if (!process.stdout.isTTY || columns() < tableColumnsMin) return lines.map(({ what, aim, reached, command }) => `${what}: ${reached}${aim === "-" ? "" : ` (aim ${aim})`}  [${command}]`).join("\n");
  const narrow = [11, 11, 2 + Math.max(...lines.map(({ command }) => command.length))];
  const borders = narrow.length + 2;
  const widths = [columns() - borders - narrow.reduce((sum, width) => sum + width, 0), ...narrow];
  const drawn = new Table({ head: ["what", "aim", "reached", "command"], colWidths: widths, wordWrap: true, style: { head: [], border: [] } });
  for (const { what, aim, reached, command } of lines) drawn.push([what, aim, reached, command]);
  return drawn.toString();
}

function reportOf(sizes: Sizes, found: readonly Measured[]): BenchReport {
  return { format: 1, command: "bench", ...sizes, figures: found.map((one) => ({ ...one, aim: one.aim ?? null })) };
}

/** Measures the rows chosen. The exit code is 0 whatever the figures: they are the machine's as much as ours. */
export async function benchCommand(names: readonly string[], options: BenchOptions): Promise<number> {
  const sizes = {
    rounds: options.rounds === undefined ? 7 : wholeNumber("--rounds", options.rounds, 1, 1000),
    cases: options.cases === undefined ? 600 : wholeNumber("--cases", options.cases, 1, 100_000),
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
  process.stdout.write(`${shown(found.map(lineOf))}\nmedians of ${sizes.rounds} rounds; ratios are taken within a round\n`);
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(reportOf(sizes, found), null, 1)}\n`);
  return 0;
}
