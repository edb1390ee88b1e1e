/** The same case must give the same trace on reused, poisoned memory: whatever differs came from somewhere else than the case. */
import type { Case } from "./case.ts";
import { mix32 } from "./random.ts";
import type { RunOptions, RunResult, StepRecord, StepRecorder } from "./run.ts";
import type { Failure } from "./verdict.ts";

/** Anything that runs cases. */
interface Runner {
  run(one: Case, options?: RunOptions): RunResult;
}

class Steps implements StepRecorder {
  readonly list: StepRecord[] = [];
  step(record: StepRecord): void {
    this.list.push(record);
  }
}

/**
 * Runs the case of `result` again with poisoned memory and compares the digests. Undefined when they agree; else
 * "nondeterministic", with the first step that differs, found by running again with a recorder, with and without poison.
 * `options` are those `result` was run with; its strategy is not asked again.
 */
export function checkDeterminism(pair: Runner, one: Case, result: RunResult, options: RunOptions = {}): Failure | undefined {
  const poison = mix32(one.seed, 0xbad) | 1;
  const plain: RunOptions = { ...options, strategy: undefined, recorder: undefined };
  const ran = result.ran();
  const second = pair.run(ran, { ...plain, poison });
  if (second.digest === result.digest) return undefined;
  const trace = (poisonedWith: number): StepRecord[] => {
    const steps = new Steps();
    pair.run(ran, { ...plain, poison: poisonedWith, recorder: steps });
    return steps.list;
  };
  const poisoned = trace(poison);
  // What the run before left behind may be just what the poison is: other poisons differ from it.
  for (const other of [0, poison ^ 2, poison ^ 0x5555_5554]) {
    const found = parting(trace(other), poisoned);
    if (found !== undefined) return found;
  }
  return failureAt(undefined, 0, "digest", result.digest, second.digest);
}

function parting(one: readonly StepRecord[], other: readonly StepRecord[]): Failure | undefined {
  for (let i = 0; i < Math.max(one.length, other.length); i++) {
    const a = one[i];
    const b = other[i];
    if (a === undefined || b === undefined) return failureAt(a ?? b, i + 1, "steps", `${one.length} steps`, `${other.length} steps`);
    for (const part of ["task", "stages", "witness", "next", "outcome", "sent", "timers", "changes", "digest"] as const) {
      const expected = JSON.stringify(a[part]);
      const found = JSON.stringify(b[part]);
      if (expected !== found) return failureAt(a, a.step, part, expected, found);
    }
  }
  return undefined;
}

function failureAt(record: StepRecord | undefined, step: number, observable: string, expected: string, found: string): Failure {
  return {
    verdict: "nondeterministic",
    rules: [],
    step,
    task: record?.task ?? "",
    observable,
    expected: `as on other memory: ${expected}`,
    found: `on poisoned memory: ${found}`,
  };
}
