/**
 * The same case must give the same trace on other memory: whatever differs came from somewhere else than the case.
 *
 * The second run is poisoned: sides refill what they reuse with junk and shift it in their buffers, and tables are gone through in another order. A caller that can
 * make a second instance lets it do that run: it has seen no case before, so what one leaves behind for the next (a field that is not reset, a capacity that only grows)
 * is not the same in both. What lies outside of instances, in a module, has gone on by one run.
 */
import type { Case } from "./case.ts";
import { mix32 } from "./random.ts";
import type { RunOptions, RunResult } from "./run.ts";
import { Trail, type Parting } from "./trail.ts";
import type { Failure } from "./verdict.ts";

/** Anything that runs cases. */
interface Runner {
  run(one: Case, options?: RunOptions): RunResult;
}

/** What a caller has that makes the check sharper. */
export interface Sharper {
  /** The trail of the run that gave `result`. Without it that run is made again, on memory that is no longer the same. */
  readonly trail?: Trail;
  /** Who makes the second run; the same instance without it. */
  readonly other?: Runner;
}

/**
 * Runs the case of `result` again with poisoned memory and compares the digests. Undefined when they agree; else
 * "nondeterministic", with the first step that differs, its task and what differs there. `options` are those `result` was run with; its strategy is not asked again.
 */
export function checkDeterminism(pair: Runner, one: Case, result: RunResult, options: RunOptions = {}, { trail, other = pair }: Sharper = {}): Failure | undefined {
  // A one is the junk that passes for a flag that was set.
  const poison = mix32(one.seed, 0xf1a6) % 4 === 0 ? 1 : mix32(one.seed, 0xbad) | 1;
  const plain: RunOptions = { ...options, strategy: undefined, recorder: undefined };
  const ran = result.ran();
  const poisoned = new Trail();
  const second = other.run(ran, { ...plain, poison, trail: poisoned });
  if (second.digest === result.digest) return undefined;
  // A trap that only the second run sprang says best what leaked.
  if (second.failure?.verdict === "nondeterministic") return second.failure;
  const parting = trail?.parting(poisoned) ?? partingAgain(pair, ran, plain, poison);
  if (parting !== undefined) return failureOf(parting);
  const { failure } = second;
  if (failure !== undefined) return failureOf({ step: failure.step, task: failure.task, observable: failure.observable, first: "conforms", second: `${failure.verdict}: ${failure.found}` });
  return failureOf({ step: result.steps, task: "", observable: "digest", first: result.digest, second: second.digest });
}

/** The run that is gone is made again. What it left behind may be just what the poison is: other poisons differ from it. */
function partingAgain(pair: Runner, ran: Case, plain: RunOptions, poison: number): Parting | undefined {
  const trailOf = (poisonedWith: number): Trail => {
    const trail = new Trail();
    pair.run(ran, { ...plain, poison: poisonedWith, trail });
    return trail;
  };
  const poisoned = trailOf(poison);
  for (const otherPoison of [0, poison ^ 2, poison ^ 0x5555_5554]) {
    const found = trailOf(otherPoison).parting(poisoned);
    if (found !== undefined) return found;
  }
  return undefined;
}

function failureOf({ step, task, observable, first, second }: Parting): Failure {
  return { verdict: "nondeterministic", rules: [], step, task, observable, expected: `as on other memory: ${first}`, found: `on poisoned memory: ${second}` };
}
