/** The generated mutants of `tandem mutants`: of which files, and what is said of them. */
import pc from "picocolors";
import type { Pool } from "../engine/pool/pool.ts";
import { equivalents } from "../mutants/equivalent/index.ts";
import { homesOf, huntedOf, mutantsOf, programFiles, type FileHunted } from "../mutants/generated.ts";
import type { Answers, GeneratedJob } from "../mutants/jobs.ts";
import { runWith } from "./progress.ts";
import { InvalidInput } from "./usage.ts";

/** Seconds that workers spent on a file, by file. */
export type FileTimes = { readonly [file: string]: number };

/** What may be excused as equivalent, of everything generated. */
const equivalentShareMax = 0.05;

/** The files named, all below a folder that is named, or (true) every file of every implementation. */
export function generatedFiles(named: readonly string[] | true): string[] {
  if (named === true) return programFiles("impl");
  const known = [...programFiles("impl"), ...programFiles("model")];
  const files = named.flatMap((name) => {
    const found = known.filter((file) => file === name || file.startsWith(`${name.replace(/\/$/, "")}/`));
    if (found.length === 0) throw new InvalidInput("the command line", { at: "--generated", expected: "a file or folder of impl or model that belongs to a system, such as impl/quota or impl/port-quota.ts", found: JSON.stringify(name) });
    return found;
  });
  return [...new Set(files)].sort();
}

/** Hunts the mutants of every file; one mutant is one job, so that no worker is left without work while another has a large file to itself. */
export async function huntFiles(files: readonly string[], casesMax: number, pool: Pool): Promise<{ readonly found: readonly FileHunted[]; readonly timings: FileTimes }> {
  const generated = files.map(mutantsOf);
  const jobs = generated.flatMap((mutants, at): GeneratedJob[] => {
    const homes = homesOf(files[at]);
    return mutants.map((mutant) => ({ do: "generated", name: mutant.id, mutant, homes, casesMax }));
  });
  const answers = await runWith<GeneratedJob, Answers["generated"]>(pool, "generated", jobs, ({ mutant }) => mutant.file);
  const timings: { [file: string]: number } = {};
  let from = 0;
  const found = files.map((file, at) => {
    const mutants = generated[at];
    const ofFile = answers.slice(from, (from += mutants.length));
    timings[file] = Math.round(ofFile.reduce((total, { ms }) => total + ms, 0) / 10) / 100;
    return huntedOf(file, mutants, ofFile.map(({ fate }) => fate), equivalents);
  });
  return { found, timings };
}

const sum = (found: readonly FileHunted[], of: (one: FileHunted) => number): number => found.reduce((total, one) => total + of(one), 0);

/** Whether nothing survived but what is listed, the list is right, and it is short. */
export function isGood(found: readonly FileHunted[]): boolean {
  const faultless = found.every((one) => one.survivors.length === 0 && one.unloaded.length === 0 && one.stale.length === 0 && one.killedAfterAll.length === 0);
  return faultless && !tooManyEquivalent(found);
}

/** A single file may have more than its share. */
function tooManyEquivalent(found: readonly FileHunted[]): boolean {
  return sum(found, (one) => one.equivalent) > Math.max(equivalentShareMax * sum(found, (one) => one.generated), found.length);
}

function share(part: number, whole: number): string {
  return whole === 0 ? "-" : `${((100 * part) / whole).toFixed(1)} %`;
}

function fileText(one: FileHunted): string {
  const { file, generated, killed, equivalent, survivors, unloaded, stale, killedAfterAll } = one;
  const lines = [`${file} (${homesOf(file).join(", ")}): ${killed} of ${generated} killed${equivalent > 0 ? `, ${equivalent} equivalent` : ""}`];
  for (const mutant of survivors) lines.push(`  ${pc.red("survives")} ${mutant.id}: ${mutant.before} → ${mutant.after}`);
  for (const { mutant, why } of unloaded) lines.push(`  ${pc.red("cannot be loaded")} ${mutant.id}: ${mutant.before} → ${mutant.after}: ${why}`);
  for (const entry of stale) lines.push(`  ${pc.red("stale")}: no such mutant is generated any more: ${entry.before} → ${entry.after}`);
  for (const entry of killedAfterAll) lines.push(`  ${pc.red("not equivalent")}: killed after all: ${entry.before} → ${entry.after}`);
  return lines.join("\n");
}

/** What makes the hunt fail, in one line below the sum: none where nothing does. */
function faultsText(found: readonly FileHunted[]): string | undefined {
  const faults = [
    { count: sum(found, (one) => one.survivors.length), name: "survive" },
    { count: sum(found, (one) => one.unloaded.length), name: "cannot be loaded" },
    { count: sum(found, (one) => one.stale.length), name: "listed as equivalent, no longer generated" },
    { count: sum(found, (one) => one.killedAfterAll.length), name: "listed as equivalent, killed after all" },
  ].filter(({ count }) => count > 0);
  return faults.length === 0 ? undefined : `${pc.red("failed")}: ${faults.map(({ count, name }) => `${count} ${name}`).join(", ")} (see above)`;
}

/** All files, and the sum. */
export function generatedText(found: readonly FileHunted[]): string {
  const generated = sum(found, (one) => one.generated);
  const killed = sum(found, (one) => one.killed);
  const equivalent = sum(found, (one) => one.equivalent);
  const lines = found.map(fileText);
  lines.push(`${killed} of ${generated - equivalent} generated mutants killed (${share(killed, generated - equivalent)}), ${equivalent} more equivalent`);
  if (tooManyEquivalent(found)) lines.push(`${pc.red("too many are called equivalent")}: ${share(equivalent, generated)}, at most ${share(equivalentShareMax, 1)}`);
  const faults = faultsText(found);
  if (faults !== undefined) lines.push(faults);
  return `${lines.join("\n")}\n`;
}
