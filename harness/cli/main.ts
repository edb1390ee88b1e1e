/** The command line: arguments to commands, commands to exit codes. */
import { Command, CommanderError } from "commander";
import { Interrupted, JobFailed } from "../engine/pool/job.ts";
import { strategyNames } from "../engine/strategy/index.ts";
import { benchCommand, type BenchOptions } from "./bench.ts";
import { checkCommand, type CheckOptions } from "./check.ts";
import { conformCommand, type ConformOptions } from "./conform.ts";
import { determinismCommand, type DeterminismOptions } from "./determinism.ts";
import { exploreCommand, type ExploreOptions } from "./explore.ts";
import { minimaCommand, type MinimaOptions } from "./minima.ts";
import { mutantsCommand, type MutantsOptions } from "./mutants.ts";
import { nightlyCommand, type NightlyOptions } from "./nightly.ts";
import { replayCommand } from "./replay.ts";
import { rulesCommand } from "./rules.ts";
import { strategiesCommand, type StrategiesOptions } from "./strategies.ts";
import { columns, fitted } from "./terminal.ts";
import { InvalidInput } from "./usage.ts";

const collect = (value: string, earlier: readonly string[] = []): readonly string[] => [...earlier, value];

function build(done: (code: number) => void): Command {
  const program = new Command("tandem")
    .description("Runs a reference model and an implementation of a carrier-grade NAT side by side, one atomic step at a time, and shrinks whatever parts them.")
    .showHelpAfterError("(tandem --help lists the commands)")
    .configureOutput({ getOutHelpWidth: columns, getErrHelpWidth: columns })
    .configureHelp({ minWidthToWrap: 14 })
    .exitOverride();

  program
    .command("check")
    .description("draw and run cases; shrink what fails; say what was reached")
    .argument("[system...]", "systems to check; all without any")
    .option("--runs <n>", "cases of each system (4000)")
    .option("--time <t>", "instead: begin no new cases after this time, such as 30s")
    .option("--seed <s>", "seed of the campaign")
    .option("--strategy <name>", `who chooses the next task: ${strategyNames.join(", ")}`)
    .option("--profile <p>", "one profile only: patent, product or rfc; otherwise drawn with each case")
    .option("--size <n>", "events of a case, about (62)")
    .option("--workers <n>", "threads (one for each processor)")
    .option("--require-coverage", "a rule, goal or stage that was never reached makes the result inconclusive (exit 3)")
    .option("--steer", "keep the cases that reach something new, and make others of them; for small budgets of cases")
    .option("--pcap <file>", "the flows of a capture instead of drawn cases")
    .option("--inside <cidr>", "with --pcap: a prefix of the inside; may be repeated", collect)
    .option("--allocation <kind>", "with --pcap: dynamic, block or deterministic")
    .option("--json <file>", "write the report as JSON")
    .option("--junit <file>", "write the report as JUnit XML")
    .option("--out <folder>", "where failing cases are kept and looked for (.tandem)")
    .addHelpText("after", () => `\n${fitted("Exit codes: 0 conforms, 1 a failure, 2 bad input, 3 inconclusive.")}`)
    .action(async (names: string[], options: CheckOptions) => done(await checkCommand(names, options)));

  program
    .command("replay")
    .description("run one case file again: the same verdict and trace")
    .argument("<case>", "a case file")
    .option("--trace", "print every step in the lane of its core, with what both sides held before and after it")
    .option("--why", "explain a failing case: the steps that matter, the decision it hangs on, how likely it was")
    .option("--json <file>", "write the trace as JSON")
    .action((file: string, options: { trace?: boolean; why?: boolean; json?: string }) => done(replayCommand(file, options)));

  program
    .command("explore")
    .description("every schedule of the small cases of a scope, with nothing left to chance")
    .argument("<system>", "the system")
    .option("--scope <name>", "which cases (pairs: every two kinds of operation, on two cores)")
    .option("--list", "say which scopes there are, and no more")
    .option("--way <way>", "reduced: without what cannot differ; full: every step, and circles; both: and compare (reduced)")
    .option("--model", "the model alone, under every draw")
    .option("--mutant <id>", "with a seeded fault")
    .option("--states <n>", "states after which a case is cut off (500000)")
    .option("--resume <file>", "keep what is done in this file, and go on from it if it is there")
    .option("--out <folder>", "where failing cases are kept (.tandem)")
    .option("--json <file>", "write the report as JSON")
    .addHelpText("after", () => `\n${fitted("Exit codes: 0 nothing fails, 1 a failure, 2 bad input, 3 cut off or interrupted.")}`)
    .action(async (name: string, options: ExploreOptions) => done(await exploreCommand(name, options)));

  program
    .command("rules")
    .description("the specification: rules, their sources and choices")
    .argument("[id...]", "rules or systems to print; all without any")
    .option("--json", "as JSON")
    .action((ids: string[], options: { json?: boolean }) => done(rulesCommand(ids, options)));

  program
    .command("mutants")
    .description("which seeded faults are caught, how fast, and how small their cases become")
    .argument("[id...]", "mutants, rules or systems; all without any")
    .option("--seeds <n>", "hunts of each (5)")
    .option("--cases <n>", "cases after which a mutant has survived (2000; of columns 400)")
    .option("--kind <kind>", "hand, model, alike, engine, columns, generated or all (hand; with ids: all that are listed)")
    .option("--generated [file...]", "instead: every mutant generated from these files or folders, such as impl/quota; from all of impl without any")
    .option("--workers <n>", "processes (one for each processor); with more of them than idle processors, milliseconds are rough")
    .option("--json <file>", "write the result as JSON")
    .action(async (ids: string[], options: MutantsOptions) => done(await mutantsCommand(ids, options)));

  program
    .command("strategies")
    .description("how many runs each strategy needs for the seeded faults that hide, and how far the mixture is from the best")
    .argument("[id...]", "mutants, rules or systems; all without any")
    .option("--seeds <n>", "seeds of each median (20)")
    .option("--first-seed <s>", "the first of them (0)")
    .option("--limit <runs>", "runs after which a hunt is given up (300)")
    .option("--workers <n>", "processes (one for each processor)")
    .option("--json <file>", "write the result as JSON")
    .action(async (ids: string[], options: StrategiesOptions) => done(await strategiesCommand(ids, options)));

  program
    .command("minima")
    .description("the smallest failing cases of seeded faults, proved by exhaustive search, and how near to them shrinking comes")
    .argument("[id...]", "mutants, rules or systems; all that are listed without any")
    .option("--cases <n>", "failing cases of each that are shrunk (10)")
    .option("--seed <s>", "seed of those cases (1)")
    .option("--seconds <n>", "processor time for each proof (60)")
    .option("--json <file>", "write the result as JSON")
    .action((ids: string[], options: MinimaOptions) => done(minimaCommand(ids, options)));

  program
    .command("determinism")
    .description("the same cases on several versions of Node, with one worker and with two, must come to the same")
    .argument("[system...]", "systems to run; all without any")
    .option("--runs <n>", "cases of each system (10000)")
    .option("--seed <s>", "seed of the campaigns")
    .option("--strategy <name>", "who chooses the next task")
    .option("--node <path>", "a Node binary; may be repeated. Versions 20, 22 and 24 that are not named are fetched through npm", collect)
    .option("--no-fetch", "fetch none")
    .option("--out <folder>", "where fetched binaries are kept (.tandem)")
    .option("--json <file>", "write the report as JSON")
    .addHelpText("after", () => `\n${fitted("Exit codes: 0 all the same, 1 something differs or fails, 2 bad input, 3 a version could not be had.")}`)
    .action(async (names: string[], options: DeterminismOptions) => done(await determinismCommand(names, options)));

  program
    .command("conform")
    .description("judge somebody else's NAT by the rules, from outside")
    .argument("<box>", "kernel: the NAT of the Linux kernel, in a network namespace of its own (needs root, nftables, iproute2)")
    .option("--histories <n>", "histories (400)")
    .option("--size <n>", "operations of a history, about (40)")
    .option("--seed <s>", "seed of the histories")
    .option("--json <file>", "write the report as JSON")
    .addHelpText("after", () => `\n${fitted("Exit codes: 0 as is known of the box, 1 otherwise, 2 bad input, 3 something is missing here.")}`)
    .action((box: string, options: ConformOptions) => done(conformCommand(box, options)));

  program
    .command("bench")
    .description("what checking costs: rates and ratios, medians of several rounds")
    .argument("[name...]", "systems or rows (checking, model-run, stages, shrinking, workers); all without any")
    .option("--rounds <n>", "rounds of each row (7)")
    .option("--cases <n>", "cases of a round (600)")
    .option("--json <file>", "write the figures as JSON")
    .action(async (names: string[], options: BenchOptions) => done(await benchCommand(names, options)));

  program
    .command("nightly")
    .description("the long runs, one after the other, and how they ended")
    .argument("[part...]", "parts to run; all without any")
    .option("--list", "say which parts there are, and no more")
    .option("--out <folder>", "where their reports go (.tandem/nightly)")
    .action((names: string[], options: NightlyOptions) => done(nightlyCommand(names, options)));

  return program;
}

/** What ends a command with one message, and with which code: bad input, a job that a worker could not do, a signal. */
const waysOut = [[InvalidInput, 2], [JobFailed, 1], [Interrupted, 3]] as const;

/** Parses and runs; every way out ends in an exit code. */
async function main(): Promise<number> {
  let code = 0;
  const program = build((result) => {
    code = result;
  });
  if (process.argv.length <= 2) {
    program.outputHelp();
    return 2;
  }
  try {
    await program.parseAsync();
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const way = waysOut.find(([kind]) => error instanceof kind);
    if (way === undefined) throw error;
    process.stderr.write(`tandem: ${(error as Error).message}\n`);
    return way[1];
  }
}

// A pipe that is closed early (`tandem rules | head`) is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});
process.exitCode = await main();
