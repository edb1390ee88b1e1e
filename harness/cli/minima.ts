/** `tandem minima`: the smallest failing cases of mutants, proved by exhaustive search, and how near to them the shrinker comes. */
import { writeFileSync } from "node:fs";
import Table from "cli-table3";
import pc from "picocolors";
import type { MinimaReport } from "../../spec/report-schema.ts";
import { minimaExam, type Entry } from "../mutants/minima.ts";
import { judge, middle, minimumOf, processorSeconds, ratioBounds, weight, type Judged, type Measured, type Size } from "../mutants/minimum.ts";
import { mutants } from "../mutants/index.ts";
import { progressOf } from "./progress.ts";
import { columns, fitted } from "./terminal.ts";
import { InvalidInput, wholeNumber } from "./usage.ts";

export interface MinimaOptions {
  readonly seed?: string;
  readonly cases?: string;
  readonly seconds?: string;
  readonly json?: string;
}

/** Without ids all that are listed; an id is that of a mutant, a rule or a system. */
function chosenEntries(ids: readonly string[]): readonly Entry[] {
  const fits = ({ id }: Entry, wanted: string): boolean => {
    const mutant = mutants.find((one) => one.id === id);
    return id === wanted || mutant?.rule === wanted || mutant?.system === wanted;
  };
  for (const wanted of ids) if (!minimaExam.some((entry) => fits(entry, wanted))) throw new InvalidInput("the command line", { at: "mutant", expected: "the id of a mutant whose minimum is sought, a rule or a system", found: JSON.stringify(wanted) });
  return ids.length === 0 ? minimaExam : minimaExam.filter((entry) => ids.some((id) => fits(entry, id)));
}

/** Proves the smallest cases of the mutants chosen and shrinks failing ones; 1 if a minimum is not proved or the shrinker stays outside its bounds. */
export function minimaCommand(ids: readonly string[], options: MinimaOptions): number {
  const budget = {
    seed: options.seed === undefined ? 1 : wholeNumber("--seed", options.seed, 0, 4_294_967_295),
    cases: options.cases === undefined ? 10 : wholeNumber("--cases", options.cases, 1, 1000),
    proofSeconds: options.seconds === undefined ? 60 : wholeNumber("--seconds", options.seconds, 1, 86_400),
  };
  const chosen = chosenEntries(ids);
  const measured: Measured[] = [];
  const seconds: Record<string, number> = {};
  const progress = progressOf("minima", chosen.length);
  for (const [at, { id, world }] of chosen.entries()) {
    const began = processorSeconds();
    measured.push(minimumOf(id, world, budget, undefined, (note) => progress.update(at, `${id}: ${note}`)));
    seconds[id] = Math.round((processorSeconds() - began) * 100) / 100;
  }
  progress.end();
  const judged = judge(measured);
  const code = judged.good ? 0 : 1;
  process.stdout.write(`${shown(measured)}\n${sayings(measured, judged)}\n`);
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(reportOf(measured, judged, budget, code, seconds), null, 1)}\n`);
  return code;
}

function sizeText({ operations, switches }: Size): string {
  return `${operations}+${switches}`;
}

/** Of the shrunk cases, by weight: the middle one and the worst; undefined where nothing was shrunk. */
function shrunkSizes({ shrunk }: Measured): { readonly median: Size; readonly worst: Size } | undefined {
  const sizes = shrunk.map(({ to }) => to).sort((a, b) => weight(a) - weight(b));
  return sizes.length === 0 ? undefined : { median: sizes[sizes.length >> 1], worst: sizes[sizes.length - 1] };
}

function cells(one: Measured): string[] {
  const { mutant, world, least, shrunk } = one;
  const sizes = shrunkSizes(one);
  const ratios = shrunk.map(({ ratio }) => ratio).sort((a, b) => a - b);
  const said = (size: Size | undefined, ratio: number): string => (size === undefined ? "-" : `${sizeText(size)} (${ratio.toFixed(2)} ×)`);
  const minimum = least.found === undefined ? "-" : sizeText(least.found);
  return [mutant.id, world, least.proved ? minimum : pc.red(`${minimum} not proved`), least.any === undefined ? "-" : sizeText(least.any), said(sizes?.median, middle(ratios)), said(sizes?.worst, ratios.at(-1) ?? 0)];
}

const head = ["mutant", "world", "minimum", "of any kind", "shrunk: median", "worst"];

/** A table where there is room for it, else a line for each mutant. */
function shown(measured: readonly Measured[]): string {
  const drawn = new Table({ head, style: { head: [], border: [], compact: true } });
  for (const one of measured) drawn.push(cells(one));
  const table = drawn.toString();
  if (table.slice(0, table.indexOf("\n")).length <= columns()) return table;
  return fitted(measured.map((one) => cells(one).map((cell, at) => (at === 0 ? cell : `${head[at]} ${cell}`)).join(", ")).join("\n"));
}

function sayings(measured: readonly Measured[], judged: Judged): string {
  const lines = [
    "operations + forced switches; the minimum is of all cases of the world's commands on its configuration that fail in the same way as those shrunk, under every schedule",
    `${judged.proved} of ${measured.length} minima proved; ${judged.cases} cases of 20 to 60 operations shrunk: ${ratioText(judged.median, ratioBounds.median)} the minimum in the median, ${ratioText(judged.worst, ratioBounds.worst)} in the worst`,
    ...measured.filter(({ least, signature }) => !least.proved && signature !== "").map(({ mutant, least }) => pc.red(`${mutant.id}: not proved in the time there was; nothing of ${least.excluded} operations or fewer fails so`)),
    ...measured.filter(({ signature }) => signature === "").map(({ mutant, drawn }) => pc.red(`${mutant.id}: nothing to shrink, none of ${drawn} cases drawn failed`)),
  ];
  if (judged.slipped > 0) lines.push(pc.red(`${judged.slipped} fail in another way once shrunk`));
  if (judged.changedAgain > 0) lines.push(pc.red(`${judged.changedAgain} change when shrunk once more`));
  return fitted(lines.join("\n"));
}
function ratioText(ratio: number, most: number): string {
  const text = `${ratio.toFixed(2)} ×`;
  return ratio > most ? pc.red(text) : pc.green(text);
}

function reportOf(measured: readonly Measured[], judged: Judged, budget: { readonly seed: number; readonly cases: number }, exitCode: number, seconds: Record<string, number>): MinimaReport {
  return {
    format: 1,
    command: "minima",
    seed: budget.seed,
    cases: budget.cases,
    mutants: measured.map(({ mutant, world, signature, least, drawn, shrunk }) => ({
      id: mutant.id,
      system: mutant.system,
      world,
      signature,
      proved: least.proved,
      excluded: least.excluded,
      lists: least.lists,
      minimum: least.found === undefined ? null : { operations: least.found.operations, switches: least.found.switches, case: least.found.case },
      any: least.any === undefined ? null : { signature: least.any.signature, operations: least.any.operations, switches: least.any.switches },
      drawn,
      shrunk,
    })),
    proved: judged.proved,
    median: finite(judged.median),
    worst: finite(judged.worst),
    slipped: judged.slipped,
    changedAgain: judged.changedAgain,
    exitCode,
    timings: { seconds },
  };
}
/** JSON has no infinity: null where nothing was shrunk. */
function finite(ratio: number): number | null {
  return Number.isFinite(ratio) ? ratio : null;
}
