import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { BatchRunner } from "../harness/engine/campaign/batch.ts";
import { runCampaign } from "../harness/engine/campaign/campaign.ts";
import type { Plan } from "../harness/engine/campaign/plan.ts";
import { merge, noStatistics, type Met } from "../harness/engine/campaign/statistics.ts";
import type { Moved, System } from "../harness/engine/contract.ts";
import { patchTexts } from "../harness/engine/loader/patch.ts";
import { Pair } from "../harness/engine/run.ts";
import { systemByName } from "../harness/systems/index.ts";
import { implementationWith } from "../harness/systems/sources.ts";
import { ambient, leakySystem, silent } from "./toys/leaky.ts";
import { systemByName as toyByName } from "./toys/campaign-module.ts";
import { op, play } from "./toys/play.ts";
import { ScriptSide } from "./toys/script.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const planOf = (system: string): Plan => ({ system, seed: 11, profile: "", size: 30, strategy: "mixture", poisonEvery: 16, disciplineEvery: 0 });

/** Every way in which a campaign's cases fail, in one thread; batches of 50. */
function failuresOf(system: System, cases: number, pair = (): Pair => new Pair(system)): readonly Met[] {
  const runner = new BatchRunner(system, planOf(system.name), pair(), undefined, undefined, pair);
  let all = noStatistics;
  for (let first = 0; first < cases; first += 50) all = merge(all, runner.run(first, Math.min(50, cases - first)));
  return all.failures;
}

/** A step of an operation is named in each of them. */
function expectNamed(met: readonly Met[]): void {
  expect(met.length).toBeGreaterThan(0);
  for (const { failure } of met) {
    expect(failure).toMatchObject({ verdict: "nondeterministic", task: expect.stringMatching(/^op\d+$/) });
    expect(failure.step).toBeGreaterThan(0);
  }
}

describe("leaks planted in a toy", () => {
  it("LEAK: without one, every case comes to the same", () => {
    expect(failuresOf(leakySystem(), 250)).toEqual([]);
  });

  it.each(Object.entries(ambient))("%s is caught in the step that reaches for it", async (_, [planted, what]) => {
    const met = failuresOf(leakySystem(planted), 8);
    expectNamed(met);
    expect(met.map(({ failure }) => failure.observable)).toEqual([`ambient ${what}`]);
    expect(met[0].failure.found).toBe(`the implementation called ${what}`);
    // The smallest case takes a place first, and reaches for nothing before.
    expect(met[0].index).toBe(0);
    // Whatever was put off happens now, and must disturb nobody.
    await new Promise((resolve) => setTimeout(resolve, 0));
  });

  it.each(Object.entries(silent))("%s is caught by the second run, and its step named", (_, planted) => {
    const met = failuresOf(leakySystem(planted), 250);
    expectNamed(met);
    expect(met.map(({ failure }) => failure.observable)).toEqual(["witness"]);
    expect(met[0].failure.expected).toMatch(/^as on other memory: \[\d\]$/);
    expect(met[0].failure.found).toMatch(/^on poisoned memory: \[\d\]$/);
  });

  it("LEFTOVER: the step is the first in which a place is chosen otherwise", () => {
    const [{ failure, case: one }] = failuresOf(leakySystem(silent["LEFTOVER: what happens once in the life of the module"]), 1);
    const pair = new Pair(leakySystem(silent["LEFTOVER: what happens once in the life of the module"]));
    const chosen = (): string[] => {
      const seen: string[] = [];
      pair.run(one, { recorder: { step: ({ witness }) => void seen.push(String(witness)) } });
      return seen;
    };
    // Recording runs a case once before it shows it, so the once in a life is over: the second showing is like the first.
    const [first, second] = [chosen(), chosen()];
    expect(first).toEqual(second);
    expect(failure.found).toBe(`on poisoned memory: [${first[failure.step - 1]}]`);
    expect(first.slice(0, failure.step - 1).every((witness, at) => witness === "" || at < failure.step - 1)).toBe(true);
  });

  it("DIGEST: a choice counts although nothing comes of it", () => {
    class Choosing extends ScriptSide {
      readonly #choice: number;
      constructor(choice: number) {
        super();
        this.#choice = choice;
      }
      override move(slot: number, moved: Moved): void {
        super.move(slot, moved);
        moved.witness.push(this.#choice);
      }
    }
    const digestOf = (choice: number): string => play({ events: [op("step")] }, {}, new Choosing(choice)).digest;
    expect(digestOf(1)).toBe(digestOf(1));
    expect(digestOf(1)).not.toBe(digestOf(2));
  });

  it("TIME: a clock kept when loaded is caught in a campaign's workers too", async () => {
    const systemModule = new URL("./toys/campaign-module.ts", import.meta.url).href;
    const { failures } = await runCampaign({ plan: planOf("leaky kept clock"), system: toyByName("leaky kept clock")!, systemModule, runs: 8, workers: 1 });
    expectNamed(failures);
    expect(failures[0].failure.observable).toBe("ambient Date.now");
  });

  it("LEFTOVER: a campaign's workers run a case twice on another instance", async () => {
    const systemModule = new URL("./toys/campaign-module.ts", import.meta.url).href;
    const { failures } = await runCampaign({ plan: planOf("leaky kept capacity"), system: toyByName("leaky kept capacity")!, systemModule, runs: 1500, workers: 1 });
    expectNamed(failures);
  });
});

describe("leaks planted in the implementations", () => {
  const drawn = "(this.setup.draw((r / Field.words) | 0, this.stage0 + stage, this.records[r + Field.draws]++) >>> 0)";
  const leaks: [string, string, string, string, string, RegExp][] = [
    ["TIME: the clock", "rss-distribution", "impl/rss-distribution/memory.ts", drawn, "Date.now()", /^ambient Date.now$/],
    ["CHANCE: a random number", "nat-session", "impl/nat-session/memory.ts", drawn, 'process.getBuiltinModule("node:crypto").randomInt(below)', /^ambient crypto.randomInt$/],
    ["MICROTASK: an async function", "quota", "impl/quota/index.ts", "    this.moveRow(slot, moved);\n    if (moved.next", "    void (async () => await this)();\n    this.moveRow(slot, moved);\n    if (moved.next", /^ambient Promise$/],
    ["LEFTOVER: a field that open does not reset", "memory-slab", "impl/memory-slab/memory.ts", drawn, "((this as any).leak = ((this as any).leak ?? 0) + 1)", /^(witness|stages|next|outcome)$/],
    ["ADDRESS: where the ports begin", "port-allocation", "impl/port-allocation/memory.ts", "(this.setup.draw(slot,", "(this.portAt + this.setup.draw(slot,", /^(witness|stages|next|outcome)$/],
    ["ORDER: the first of a Set", "nat-session", "impl/nat-session/memory.ts", drawn, `[...new Set([0, 1, 2, 3].map((n) => ${drawn} + n))][0]`, /^(witness|stages|next|outcome)$/],
    ["LEFTOVER: a counter of the module", "port-quota", "impl/port-allocation/memory.ts", "export class PortMemory {", "let leak = 0;\nexport class PortMemory {", /^(witness|stages|next|outcome)$/],
  ];
  it.each(leaks)("%s in %s", (_, name, file, find, replace, observable) => {
    const system = systemByName(name)!;
    const more = file === "impl/port-allocation/memory.ts" && name === "port-quota" ? [{ file: root + file, find: "(this.setup.draw(slot,", replace: "(leak++ + this.setup.draw(slot," }] : [];
    const patched = patchTexts([{ file: root + file, find, replace }, ...more]);
    if (!patched.ok) throw new Error(`the piece is met ${patched.error.met} times`);
    const met = failuresOf(system, 100, () => new Pair(system, { implementation: implementationWith(name, patched.texts) }));
    expectNamed(met);
    for (const { failure } of met) expect(failure.observable).toMatch(observable);
  });
});
