/** `tandem replay`: runs one case file again, looked at in every way a campaign has; the same verdict and the same trace, byte for byte. */
import { writeFileSync } from "node:fs";
import pc from "picocolors";
import { Pair } from "../engine/run.ts";
import { exitCode } from "../engine/verdict.ts";
import { explain } from "../engine/why/explain.ts";
import { judged, programsOf } from "../systems/judged.ts";
import { caseLines, failureLine, whyText } from "./failure-text.ts";
import { laneLines, TraceKeeper } from "./lanes.ts";
import { readCase } from "./read-case.ts";
import { fitted } from "./terminal.ts";

export interface ReplayOptions {
  readonly trace?: boolean;
  /** Explains a failing case. */
  readonly why?: boolean;
  readonly json?: string;
}

/** Answers the exit code of the case's verdict. */
export function replayCommand(file: string, options: ReplayOptions): number {
  const { case: one, system } = readCase(file);
  const keeper = new TraceKeeper();
  const looked = judged(system, one);
  // Of a case that hangs there is a trace up to the step that does not end.
  const hung = looked?.verdict === "hung" ? looked : undefined;
  const result = new Pair(system).run(one, { recorder: keeper, wholeAlways: true, ...(hung === undefined ? {} : { stepsMax: Math.max(0, hung.step - 1) }) });
  const lines = [pc.bold(`${file}: ${system.name}, profile ${one.profile}, seed ${one.seed}`), ...caseLines(one, system).map((line) => `  ${line}`)];
  if (options.trace) lines.push("", ...laneLines(keeper.steps, one, system));
  lines.push("", `${result.steps} steps, ${result.operations} operations, ${result.switches} forced switches, trace ${result.digest}`);
  if (result.skippedDeviations > 0 || result.skippedOperations > 0) lines.push(pc.dim(`skipped: ${result.skippedDeviations} switches that could not be made, ${result.skippedOperations} operations whose reference yielded nothing`));
  const failure = hung ?? result.failure ?? looked;
  if (failure === undefined) lines.push(pc.green("conforms"));
  else lines.push(...[pc.red(failureLine(system.name, failure)), `  ${pc.bold("the model says")}           ${failure.expected}`, `  ${pc.bold("the implementation says")}  ${failure.found}`].map(fitted));
  const why = failure === undefined || !options.why ? undefined : explain(system, one, failure, programsOf(system));
  if (why !== undefined) lines.push(fitted(whyText(why, one) || "  nothing can be said of why: it does not come back reliably"));
  process.stdout.write(`${lines.join("\n")}\n`);
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify({ format: 1, command: "replay", case: one, failure: failure ?? null, steps: keeper.steps, digest: result.digest, ...(why === undefined ? {} : { why }) }, null, 1)}\n`);
  return exitCode([failure?.verdict ?? "conforms"]);
}
