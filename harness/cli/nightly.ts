/** `tandem nightly`: the long runs, one after the other, each as its own command so that one which breaks off leaves the others alone. */
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Table from "cli-table3";
import pc from "picocolors";
import { systems } from "../systems/index.ts";
import { outputFolder } from "./corpus.ts";
import { columns } from "./terminal.ts";
import { InvalidInput } from "./usage.ts";

export interface NightlyOptions {
  readonly list?: boolean;
  readonly out?: string;
}

interface Part {
  readonly name: string;
  readonly title: string;
  /** Arguments of `tandem`; one list for each command of the part. */
  readonly commands: (out: string) => readonly (readonly string[])[];
}

export const parts: readonly Part[] = [
  { name: "campaigns", title: "100,000 cases of every system; everything that is within reach must be reached", commands: (out) => [["check", "--runs", "100000", "--require-coverage", "--out", out, "--json", join(out, "campaigns.json")]] },
  { name: "explore", title: "every schedule of the large scope of every system", commands: (out) => systems.map(({ name }) => ["explore", name, "--scope", "night", "--out", out, "--json", join(out, `explore-${name}.json`)]) },
  { name: "mutants", title: "every seeded fault: by hand, of models, of both sides alike, of the engine, of columns, generated", commands: (out) => [["mutants", "--kind", "all", "--json", join(out, "mutants.json")]] },
  { name: "minima", title: "smallest failing cases proved, and what the shrinker leaves beside them", commands: (out) => [["minima", "--json", join(out, "minima.json")]] },
  { name: "strategies", title: "runs that each strategy needs for the faults that hide", commands: (out) => [["strategies", "--json", join(out, "strategies.json")]] },
  { name: "determinism", title: "10,000 cases of every system on Node 20, 22 and 24, with one worker and with two", commands: (out) => [["determinism", "--out", out, "--json", join(out, "determinism.json")]] },
  { name: "kernel", title: "the Linux kernel's NAT, judged from outside", commands: (out) => [["conform", "kernel", "--json", join(out, "kernel.json")]] },
  { name: "bench", title: "what checking costs", commands: (out) => [["bench", "--json", join(out, "bench.json")]] },
];

const tandem = fileURLToPath(new URL("tandem.mjs", import.meta.url));
/** Exit codes from the one that matters least. */
const rank = [0, 3, 1, 2];

/** Runs the parts named, all without any; answers the code that matters most. */
export function nightlyCommand(names: readonly string[], options: NightlyOptions): number {
  for (const name of names) if (!parts.some((part) => part.name === name)) throw new InvalidInput("the command line", { at: "part", expected: `one of ${parts.map((part) => part.name).join(", ")}`, found: JSON.stringify(name) });
  const chosen = parts.filter(({ name }) => names.length === 0 || names.includes(name));
  if (options.list === true) {
    for (const { name, title } of chosen) process.stdout.write(`${pc.bold(name)}  ${title}\n`);
    return 0;
  }
  const out = options.out ?? join(outputFolder, "nightly");
  mkdirSync(out, { recursive: true });
  const rows = chosen.map((part) => {
    const began = performance.now();
    const codes = part.commands(out).map(run);
    return { name: part.name, code: worst(codes), minutes: (performance.now() - began) / 60_000 };
  });
  process.stdout.write(`\n${tableOf(rows)}\n`);
  return worst(rows.map(({ code }) => code));
}

function run(args: readonly string[]): number {
  process.stdout.write(`\n${pc.bold(`tandem ${args.join(" ")}`)}\n`);
  // A command that a signal ended has no code; what it was about is open.
  return spawnSync(process.execPath, [tandem, ...args], { stdio: "inherit" }).status ?? 3;
}

function worst(codes: readonly number[]): number {
  return codes.reduce((most, code) => (place(code) > place(most) ? code : most), 0);
}
function place(code: number): number {
  const at = rank.indexOf(code);
  return at < 0 ? rank.length : at;
}

function tableOf(rows: readonly { readonly name: string; readonly code: number; readonly minutes: number }[]): string {
  const words: Record<number, string> = { 0: pc.green("passed"), 1: pc.red("failed"), 2: pc.red("bad input"), 3: pc.yellow("inconclusive") };
  const cells = rows.map(({ name, code, minutes }) => [name, words[code] ?? pc.red(`ended with ${code}`), minutes.toFixed(1)]);
  if (columns() < 50) return cells.map(([name, verdict, minutes]) => `${name}: ${verdict}, ${minutes} minutes`).join("\n");
  const table = new Table({ head: ["part", "verdict", "minutes"], style: { head: [], border: [] }, colAligns: ["left", "left", "right"] });
  table.push(...cells);
  return table.toString();
}
