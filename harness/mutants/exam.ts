/**
 * Sits a mutant of the engine through the engine's own tests: vitest runs one test file in a process of its own, in which one file of the
 * engine has the mutant's text (`vitest.config.ts` swaps it), and only the tests of the claim that should fail. A test that fails without the mutant too
 * says nothing about it.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { patchTexts } from "../engine/loader/patch.ts";
import type { Failure } from "../engine/verdict.ts";
import type { EngineMutant } from "./engine.ts";
import type { Hunted } from "./hunt.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
/** A claim is tested in seconds. A mutant that loops for ever is given this long, or so many times what the claim takes without it: a busy machine makes any claim slow. */
const examMs = 60_000;
const examTimes = 5;
/** What the claim itself may take. */
const soundMs = 600_000;

/** What is read of vitest's JSON report. */
interface Report {
  readonly testResults: readonly { readonly assertionResults: readonly Told[] }[];
}
/** A claim, and the test file that makes it. */
export type Claim = Pick<EngineMutant, "test" | "rule">;
/** The tests of a claim that pass with the engine as it is, and how long they took with the others. */
export interface Sound {
  readonly titles: readonly string[];
  readonly ms: number;
}
interface Swap {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}
interface Told {
  readonly title: string;
  readonly status: "passed" | "failed" | "skipped";
  readonly failureMessages: readonly string[];
}

/**
 * Runs the tests of the mutant's claim against the patched engine; `cases` is the number of tests, the failure names the first that failed. `known`: how the claim stands
 * without it, for whoever has asked already.
 */
export function huntEngine(mutant: EngineMutant, known?: Sound): Hunted {
  const nothing = { mutant, cases: 0, operations: 0, switches: 0, oneMinimal: false };
  const patched = patchTexts([{ file: root + mutant.file, find: mutant.find, replace: mutant.replace }]);
  if (!patched.ok) return { ...nothing, verdict: "stale", stale: patched.error };
  const { titles, ms } = known ?? soundOf(mutant);
  const limitMs = Math.max(examMs, Math.ceil(ms * examTimes));
  const told = testsUnder(mutant, { file: root + mutant.file, find: mutant.find, replace: mutant.replace }, limitMs);
  if (told === undefined) return { ...nothing, verdict: "caught", failure: failureOf(mutant, "hung", mutant.test, `no end within ${Math.round(limitMs / 1000)} s`) };
  const cases = told.length;
  const failed = told.find((test) => test.status === "failed" && titles.includes(test.title));
  if (failed === undefined) return { ...nothing, cases, verdict: "survives" };
  return { ...nothing, cases, verdict: "caught", failure: failureOf(mutant, "diverges", failed.title, failed.failureMessages[0].split("\n", 1)[0]) };
}

/** How the claim stands with the engine as it is. Throws if its tests do not end: what a mutant does would say nothing. */
export function soundOf(claim: Claim): Sound {
  const began = performance.now();
  const told = testsUnder(claim, undefined, soundMs);
  if (told === undefined) throw new Error(`the tests of ${claim.test} that begin with "${claim.rule}: " did not end within ${soundMs / 1000} s with the engine as it is`);
  return { titles: told.filter((test) => test.status === "passed").map((test) => test.title), ms: performance.now() - began };
}

/** The tests of the claim with what became of each, those that were not run left out; undefined if they did not end. */
function testsUnder(claim: Claim, swap: Swap | undefined, limitMs: number): readonly Told[] | undefined {
  const folder = mkdtempSync(join(tmpdir(), "tandem-exam-"));
  const report = join(folder, "report.json");
  try {
    const vitest = join(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs");
    const asked = ["run", claim.test, "-t", `${claim.rule}: `, "--pool=threads", "--reporter=json", `--outputFile=${report}`];
    // The test that asks, and where it is reported to, are no business of the inner run.
    const { VITEST: _, TANDEM_TEST_REPORT: _report, ...outside } = process.env;
    const env = swap === undefined ? outside : { ...outside, TANDEM_SWAP: JSON.stringify(swap) };
    const { error } = spawnSync(process.execPath, [vitest, ...asked], { cwd: root, timeout: limitMs, killSignal: "SIGKILL", stdio: "ignore", env });
    if ((error as NodeJS.ErrnoException | undefined)?.code === "ETIMEDOUT") return undefined;
    const { testResults } = JSON.parse(readFileSync(report, "utf8")) as Report;
    const told = testResults.flatMap((file) => file.assertionResults).filter((test) => test.status !== "skipped");
    if (told.length === 0) throw new Error(`${claim.test} makes no claim "${claim.rule}: ", or cannot be loaded with ${swap === undefined ? "the engine as it is" : `this text in ${swap.file}: ${swap.replace}`}`);
    return told;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function failureOf(mutant: EngineMutant, verdict: Failure["verdict"], title: string, found: string): Failure {
  return { verdict, rules: [mutant.rule], step: 0, task: "", observable: mutant.test, expected: title, found };
}
