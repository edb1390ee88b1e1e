/** Progress on a terminal: a pseudo-terminal that `script` (util-linux) makes. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";

const tandem = fileURLToPath(new URL("../harness/cli/tandem.mjs", import.meta.url));
const hasScript = spawnSync("script", ["--version"]).status === 0;

/** What a command writes on a terminal of so many columns. */
function onTerminal(args: string, columns: number): string {
  return spawnSync("script", ["-qec", `stty cols ${columns}; exec ${process.execPath} ${tandem} ${args}`, "/dev/null"], { encoding: "utf8" }).stdout;
}

describe.skipIf(!hasScript)("progress on a terminal", () => {
  test("CLI: whoever breaks a command off has the cursor and lines that wrap: neither is ever taken away", () => {
    const written = onTerminal("mutants QUOTA-3 --kind hand --seeds 1 --workers 1", 60);
    expect(written).toContain("mutants █");
    expect(written).not.toContain("\u001b[?25l");
    expect(written).not.toContain("\u001b[?7l");
  });

  test("CLI: a line of progress is never longer than the terminal is wide", () => {
    const lines = onTerminal("mutants QUOTA-12 --kind model --workers 1", 40).replaceAll("\u001b[1G", "\n").split(/[\r\n]/);
    const shown = lines.map((line) => stripVTControlCharacters(line)).filter((line) => /[█░]/.test(line));
    expect(shown.length).toBeGreaterThan(1);
    expect(shown.some((line) => line.includes("model/QUOTA-12"))).toBe(true);
    for (const line of shown) expect(line.length).toBeLessThan(40);
  });
});
