/** A model and a program behind a pipe. */
import type { Case } from "../case.ts";
import type { Model, System } from "../contract.ts";
import { Pair, type RunOptions } from "../run.ts";
import type { ProgramCommand } from "./lines.ts";
import { PipedSide, type PipedOptions } from "./side.ts";

type Result = ReturnType<Pair["run"]>;

/** Runs cases as `Pair` does; what is wrong with the program apart from what it decides has a verdict of its own. To be closed. */
export class PipedPair extends Pair {
  readonly program: PipedSide;

  constructor(system: System, command: ProgramCommand, options: PipedOptions & { readonly model?: Model } = {}) {
    const program = new PipedSide(command, options);
    super(system, { implementation: program, model: options.model });
    this.program = program;
  }

  override run(one: Case, options: RunOptions = {}): Result {
    const { system, program } = this;
    program.facts = { system: system.name, seed: one.seed, nodeCount: system.nodeCount(one.config), entries: system.view(one.config, one.profile).size };
    return this.#told(super.run(one, options));
  }

  close(): void {
    this.program.close();
  }

  #told(result: Result): Result {
    const { fault } = this.program;
    if (fault === undefined || result.failure?.verdict !== "crashed") return result;
    const { verdict, observable, expected, found } = fault;
    result.failure = { ...result.failure, verdict, observable, expected, found };
    return result;
  }
}
