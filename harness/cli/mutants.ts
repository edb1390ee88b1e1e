/** `tandem mutants`: which seeded faults are caught, how fast, and how small their cases become. */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import Table from "cli-table3";
import pc from "picocolors";
import { applyMutant, generateMutants } from "../engine/mutate/generate.ts";
import { huntMutant } from "../engine/mutate/hunt.ts";
import { huntByHand, suspectOf, type Hunted } from "../mutants/hunt.ts";
import { canary, mutants } from "../mutants/index.ts";
import { systemByName, systems } from "../systems/index.ts";
import { progressOf } from "./progress.ts";
import { columns } from "./terminal.ts";
import { InvalidInput, wholeNumber } from "./usage.ts";

export interface MutantsOptions {
  readonly seeds?: string;
  readonly cases?: string;
  readonly generated?: string;
  readonly json?: string;
}

const root = fileURLToPath(new URL("../../", import.meta.url));

function row(hunted: Hunted): string[] {
  const good = hunted.verdict === "caught";
  const rule = hunted.failure?.rules[0] ?? "-";
  return [hunted.mutant.id, good ? pc.green(hunted.verdict) : pc.red(hunted.verdict), hunted.failure?.verdict ?? "-", rule, String(hunted.cases), String(hunted.operations), String(hunted.switches)];
}

function table(rows: readonly string[][]): string {
  const head = ["mutant", "", "verdict", "first rule", "cases", "operations", "switches"];
  if (columns() < 100) return rows.map((cells) => cells.join("  ")).join("\n");
  const drawn = new Table({ head, style: { head: [], border: [], compact: true } });
  for (const cells of rows) drawn.push(cells);
  return drawn.toString();
}

/** Hunts the mutants named (all without names) and the canary; 1 if one is not caught as it should be. */
export function mutantsCommand(ids: readonly string[], options: MutantsOptions): number {
  const seeds = options.seeds === undefined ? 5 : wholeNumber("--seeds", options.seeds, 1, 100);
  const casesMax = options.cases === undefined ? 2000 : wholeNumber("--cases", options.cases, 1, 1_000_000);
  if (options.generated !== undefined) return generatedMutants(options.generated, casesMax, options.json);
  for (const id of ids)
    if (id !== canary.id && !mutants.some((mutant) => mutant.id === id || mutant.rule === id || mutant.system === id))
      throw new InvalidInput("the command line", { at: "mutant", expected: "the id of a mutant, a rule or a system", found: JSON.stringify(id) });
  const chosen = [canary, ...mutants.filter((mutant) => ids.length === 0 || ids.includes(mutant.id) || ids.includes(mutant.rule) || ids.includes(mutant.system))];
  const progress = progressOf("mutants", chosen.length);
  const hunted = chosen.map((mutant, at) => {
    progress.update(at, mutant.id);
    return huntByHand(mutant, { seeds, casesMax });
  });
  progress.end();
  const failed = hunted.filter((one) => one.verdict !== "caught");
  const uncovered = ids.length === 0 ? withoutMutant() : [];
  process.stdout.write(`${table(hunted.map(row))}\n${hunted.length - failed.length} of ${hunted.length} caught under their own rules; cases: median of ${seeds} seeds; operations and switches of the smallest case\n`);
  if (uncovered.length > 0) process.stdout.write(`${pc.yellow("rules without a mutant")}: ${uncovered.join(", ")}\n`);
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify({ format: 1, command: "mutants", mutants: hunted, uncovered }, null, 1)}\n`);
  return failed.length > 0 ? 1 : 0;
}

function withoutMutant(): string[] {
  const rules = new Set(systems.flatMap((system) => system.rules.map((rule) => rule.id)));
  for (const mutant of mutants) rules.delete(mutant.rule);
  return [...rules];
}

/** Every generated mutant of one file; the file's system is the smallest that has it. */
function generatedMutants(file: string, casesMax: number, json: string | undefined): number {
  const name = file.startsWith("impl/port-allocation/") ? "port-allocation" : file.replace(/^(impl|model)\/|(\/.*)?\.ts$/g, "");
  const system = systemByName(name);
  if (system === undefined) throw new InvalidInput("the command line", { at: "--generated", expected: "a file of impl or model that belongs to a system, such as impl/quota.ts", found: JSON.stringify(file) });
  const homes = name === "port-quota" ? [system] : [system, systemByName("port-quota")!];
  const text = readFileSync(root + file, "utf8");
  const generated = generateMutants(file, text);
  const progress = progressOf(file, generated.length);
  const survivors: string[] = [];
  generated.forEach((mutant, at) => {
    progress.update(at, `${survivors.length} alive`);
    const texts = new Map([[root + file, applyMutant(text, mutant)]]);
    // What the system by itself does not use may be called by the pair.
    const killed = homes.some((home) => huntMutant(home, suspectOf(home.name, file, texts), { seed: 1, casesMax }).caught);
    if (!killed) survivors.push(`${mutant.id}: ${mutant.before.replace(/\s+/g, " ").slice(0, 80)} → ${mutant.after.replace(/\s+/g, " ").slice(0, 80)}`);
  });
  progress.end();
  process.stdout.write(`${survivors.map((line) => `  ${line}\n`).join("")}${file}: ${generated.length - survivors.length} of ${generated.length} generated mutants killed (${((100 * (generated.length - survivors.length)) / Math.max(1, generated.length)).toFixed(1)} %)\n`);
  if (json !== undefined) writeFileSync(json, `${JSON.stringify({ format: 1, command: "mutants", file, generated: generated.length, survivors }, null, 1)}\n`);
  return survivors.length > 0 ? 1 : 0;
}
