/** The command line: arguments to commands, commands to exit codes. */
import { Command, CommanderError } from "commander";
import { benchCommand, type BenchOptions } from "./bench.ts";
import { checkCommand, type CheckOptions } from "./check.ts";
import { conformCommand, type ConformOptions } from "./conform.ts";
import { mutantsCommand, type MutantsOptions } from "./mutants.ts";
import { replayCommand } from "./replay.ts";
import { rulesCommand } from "./rules.ts";
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
    .option("--strategy <name>", "who chooses the next task: mixture, random, round-robin, pct, sticky")
    .option("--profile <p>", "one profile only: patent, product or rfc; otherwise drawn with each case")
    .option("--size <n>", "events of a case, about (62)")
    .option("--workers <n>", "threads (one for each processor)")
    .option("--require-coverage", "a rule or goal that was never reached makes the result inconclusive (exit 3)")
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
    .option("--json <file>", "write the trace as JSON")
    .action((file: string, options: { trace?: boolean; json?: string }) => done(replayCommand(file, options)));

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
    .option("--cases <n>", "cases after which a mutant has survived (2000)")
    .option("--kind <kind>", "hand, model, engine, generated or all (hand; with ids: all that are listed)")
    .option("--generated [file...]", "instead: every mutant generated from these files or folders, such as impl/quota; from all of impl without any")
    .option("--json <file>", "write the result as JSON")
    .action((ids: string[], options: MutantsOptions) => done(mutantsCommand(ids, options)));

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

  return program;
}

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
    if (!(error instanceof InvalidInput)) throw error;
    process.stderr.write(`tandem: ${error.message}\n`);
    return 2;
  }
}

// A pipe that is closed early (`tandem rules | head`) is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});
process.exitCode = await main();
