import { describe, expect, it } from "vitest";
import type { System } from "../harness/engine/contract.ts";
import { drawCase } from "../harness/engine/draw.ts";
import { Pair } from "../harness/engine/run.ts";
import type { Strategy } from "../harness/engine/run.ts";
import { signature } from "../harness/engine/verdict.ts";
import { counterSystem } from "./toys/counter.ts";
import { lockSystem } from "./toys/lock.ts";
import { AnyTask } from "./toys/play.ts";
import { poolSystem } from "./toys/pool.ts";
import { registerSystem } from "./toys/register.ts";

/** How the cases fail, by signature, with how many. */
function campaign(system: System, cases: number, strategy: Strategy | null = new AnyTask()): Map<string, number> {
  const pair = new Pair(system);
  const found = new Map<string, number>();
  for (let seed = 0; seed < cases; seed++) {
    const { failure } = pair.run(drawCase(system, "plain", seed, 20), { strategy: strategy ?? undefined });
    const name = failure === undefined ? "conforms" : signature(failure);
    found.set(name, (found.get(name) ?? 0) + 1);
  }
  return found;
}

describe("toys that are right", () => {
  it.each<[string, System]>([
    ["counter", counterSystem()],
    ["lock", lockSystem()],
    ["pool", poolSystem()],
    ["register", registerSystem()],
    ["lock, held over stages: right results, the discipline is another matter", lockSystem({ fault: "held" })],
  ])("TOY: conforms in every case (%s)", (_, system) => {
    expect([...campaign(system, 300).keys()]).toEqual(["conforms"]);
  });
});

describe("toys with a planted fault", () => {
  const faulty: [string, System][] = [
    ["diverges|COUNT-1|outcome", counterSystem({ fault: "lost update" })],
    ["diverges|LOCK-1|account.balance", lockSystem({ fault: "forgotten" })],
    ["obligation missed|-|deadlock", lockSystem({ fault: "wrong order" })],
    ["diverges|POOL-1|witness", poolSystem({ fault: "taken" })],
    ["diverges|POOL-1|outcome", poolSystem({ fault: "full" })],
    ["diverges|POOL-1|next", poolSystem({ fault: "no stage" })],
    ["diverges|POOL-1|stage", poolSystem({ fault: "other stage" })],
    ["undeclared write|POOL-1|place.taken", poolSystem({ fault: "undeclared" })],
    ["nondeterministic|-|ambient Date.now", poolSystem({ fault: "clock" })],
    ["nondeterministic|-|ambient Math.random", poolSystem({ fault: "random" })],
    ["nondeterministic|-|ambient Date", poolSystem({ fault: "swallowed" })],
    ["nondeterministic|-|ambient setTimeout", poolSystem({ fault: "timeout" })],
    ["crashed|-|RangeError: no place for slot # at #", poolSystem({ fault: "throws" })],
    ["crashed|-|model TypeError: the model's planted exception", poolSystem({ modelFault: "throws" })],
    ["invariant broken|POOL-4|invariant", poolSystem({ modelFault: "invariant" })],
    ["obligation missed|POOL-5|place.taken", poolSystem({ modelFault: "obligation" })],
    ["diverges|REG-2|register.value", registerSystem({ fault: "older wins" })],
    ["diverges|REG-1|timers", registerSystem({ fault: "no retry" })],
    ["diverges|REG-5|sent", registerSystem({ fault: "no resend after start" })],
    ["diverges|REG-4|timers", registerSystem({ fault: "early" })],
    ["diverges|REG-2|stage", registerSystem({ fault: "no order" })],
    ["inconclusive|-|tasks", registerSystem({ fault: "older wins", modelFault: "older wins" })],
    ["obligation missed|REG-7|register.stamp", registerSystem({ fault: "no retry", modelFault: "no retry" })],
    ["obligation missed|REG-7|register.stamp", registerSystem({ fault: "no resend after start", modelFault: "no resend after start" })],
  ];
  it.each(faulty)("TOY: %s", (expected, system) => {
    expect([...campaign(system, 200).keys()]).toContain(expected);
  });
});

describe("what only a schedule can show", () => {
  it.each<[string, System]>([
    ["a lost update", counterSystem({ fault: "lost update" })],
    ["a deadlock", lockSystem({ fault: "wrong order" })],
    ["a forgotten lock", lockSystem({ fault: "forgotten" })],
  ])("TOY: %s never shows on the base schedule", (_, system) => {
    expect([...campaign(system, 100, null).keys()]).toEqual(["conforms"]);
    expect(campaign(system, 100).get("conforms") ?? 0).toBeLessThan(20);
  });

  it("TOY: the smallest lost update is two operations on two cores and one switch", () => {
    const system = counterSystem({ fault: "lost update" });
    const command = { kind: "add", counter: 0, amount: 1 };
    const events = [0, 1].map((core) => ({ id: `op${core}`, do: "op" as const, node: 0, core, command }));
    const one = { format: 1 as const, system: "counter", profile: "plain", config: { cores: 2, counters: 1 }, seed: 0, events, deviations: [], rest: false };
    const pair = new Pair(system);
    expect(pair.run(one).failure).toBeUndefined();
    const switched = pair.run({ ...one, deviations: [{ task: "op0", step: 1, run: "op1" }] });
    expect(switched.failure).toMatchObject({ verdict: "diverges", step: 4, task: "op0", rules: ["COUNT-1", "COUNT-2"] });
  });
});
