/** What a run can come to. Verdicts are never folded together. */
export const verdicts = [
  "conforms",
  "diverges",
  "invariant broken",
  "obligation missed",
  "undeclared write",
  "discipline broken",
  "nondeterministic",
  "crashed",
  "hung",
  "inconclusive",
  "invalid",
] as const;
export type Verdict = (typeof verdicts)[number];

/** Why a run failed: enough to tell it from other failures and to say it in words. */
export interface Failure {
  readonly verdict: Verdict;
  /** Rule ids, the most specific first; empty where no rule can be named (a crash). */
  readonly rules: readonly string[];
  /** Number of the first step that differs; steps count from 1, 0 is before any. */
  readonly step: number;
  /** Id of the task that moved. */
  readonly task: string;
  /** What was looked at: a column (`port.user`), `stage`, `outcome`, `witness`, `clock`, … Part of the signature. */
  readonly observable: string;
  /** What the model said and what the implementation said, in words. */
  readonly expected: string;
  readonly found: string;
}

/** Two failures are the same way of failing when verdict, first rule and observable agree. */
export function signature(failure: Failure): string {
  return `${failure.verdict}|${failure.rules[0] ?? "-"}|${failure.observable}`;
}

const severity: Record<Verdict, 0 | 1 | 2 | 3> = {
  conforms: 0,
  diverges: 1,
  "invariant broken": 1,
  "obligation missed": 1,
  "undeclared write": 1,
  "discipline broken": 1,
  nondeterministic: 1,
  crashed: 1,
  hung: 1,
  inconclusive: 3,
  invalid: 2,
};

/** Exit code of a set of verdicts: 2 if any is invalid, else 1 for any failure, else 3 if inconclusive, else 0. */
export function exitCode(all: Iterable<Verdict>): 0 | 1 | 2 | 3 {
  let code: 0 | 1 | 2 | 3 = 0;
  const rank = [0, 2, 3, 1];
  for (const verdict of all) if (rank[severity[verdict]]! > rank[code]!) code = severity[verdict];
  return code;
}
