/** Model and implementation of every system side by side on drawn cases, and whether these cases are worth the name. */
import { describe, expect, test } from "vitest";
import type { System } from "../harness/engine/contract.ts";
import { drawCase } from "../harness/engine/draw.ts";
import { mix32 } from "../harness/engine/random.ts";
import { Pair } from "../harness/engine/run.ts";
import { MixtureStrategy } from "../harness/engine/strategy/mixture.ts";
import { systems } from "../harness/systems/index.ts";

const casesPerProfile = 700;

interface Campaign {
  readonly cases: number;
  /** What failed, as `profile seed: verdict rules observable`, at most ten. */
  readonly failures: readonly string[];
  readonly operations: readonly number[];
  readonly contended: number;
  readonly rulesMissed: readonly string[];
  readonly goalsMissed: readonly string[];
  readonly stagesMissed: readonly string[];
}

function campaign(system: System): Campaign {
  const pair = new Pair(system);
  const strategy = new MixtureStrategy();
  const failures: string[] = [];
  const operations: number[] = [];
  let contended = 0;
  for (const [at, profile] of system.profiles.entries()) {
    for (let n = 0; n < casesPerProfile && failures.length < 10; n++) {
      const seed = mix32(n, at);
      const result = pair.run(drawCase(system, profile, seed, 60), { strategy });
      operations.push(result.operations);
      if (result.contention) contended++;
      if (result.failure === undefined) continue;
      const { verdict, rules, observable, expected, found } = result.failure;
      failures.push(`${profile} ${seed}: ${verdict} ${rules.join(" ")} ${observable}: ${expected} / ${found}`);
    }
  }
  const missed = (all: readonly string[], reached: Int32Array): string[] => all.filter((_, at) => reached[at] === 0);
  return {
    cases: operations.length,
    failures,
    operations: operations.sort((a, b) => a - b),
    contended,
    rulesMissed: missed(system.rules.map((rule) => rule.id), pair.rulesReached),
    goalsMissed: missed(system.goals.map((goal) => goal.id), pair.goalsReached),
    stagesMissed: missed(system.stages, pair.stagesReached),
  };
}

describe.each(systems.map((system) => [system.name, system] as const))("%s", (_name, system) => {
  let ran: Campaign | undefined;
  const once = (): Campaign => (ran ??= campaign(system));

  test(`model and implementation agree at every step of ${casesPerProfile} cases of each profile`, { timeout: 60_000 }, () => {
    expect(once().failures).toEqual([]);
  });

  test("the cases reach every rule, goal and stage there is to reach", () => {
    const beyond = system.outOfReach ?? { rules: [], goals: [], stages: [] };
    const unexpected = (missed: readonly string[], known: readonly string[]): string[] => missed.filter((one) => !known.includes(one));
    expect(unexpected(once().rulesMissed, beyond.rules)).toEqual([]);
    expect(unexpected(once().goalsMissed, beyond.goals)).toEqual([]);
    expect(unexpected(once().stagesMissed, beyond.stages)).toEqual([]);
  });

  test("the median case begins 60 operations, and in three of ten two cores are in the middle of something on one entry", () => {
    const { operations, contended, cases } = once();
    expect(operations[operations.length >> 1]).toBeGreaterThanOrEqual(60);
    expect(contended / cases).toBeGreaterThanOrEqual(0.3);
  });
});
