import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { compile } from "../harness/engine/loader/compile.ts";
import { filesOf, loadWith, readSource } from "../harness/engine/loader/load.ts";
import { patchTexts } from "../harness/engine/loader/patch.ts";
import { loadWatched } from "../harness/engine/discipline/watched.ts";
import { endsInTime } from "../harness/engine/mutate/bounded.ts";
import { applyMutant, generateMutants } from "../harness/engine/mutate/generate.ts";
import { huntMutant, type Hunt, type HuntOptions } from "../harness/engine/mutate/hunt.ts";
import { Pair } from "../harness/engine/run.ts";
import { armTraps, disarmTraps } from "../harness/engine/traps.ts";
import type { System } from "../harness/engine/contract.ts";
import { counterSystem } from "./toys/counter.ts";
import { lockSystem } from "./toys/lock.ts";

/** Kind and what becomes of what, in order. */
function mutantsOf(text: string): string[] {
  return generateMutants("a.ts", text).map(({ kind, before, after }) => `${kind}: ${before} -> ${after}`);
}

describe("mutants made from source", () => {
  const pieces: [string, string, string[]][] = [
    ["a bound", "f(a < b);", ["deleted statement: f(a < b); -> ;", "relation off by one: a < b -> a <= b"]],
    ["a comparison that is no condition", "const x = a === b;", ["negated comparison: a === b -> a !== b"]],
    ["a condition", "if (a === b) f();", ["negated condition: a === b -> a !== b", "deleted statement: f(); -> ;"]],
    ["a negated condition", "const x = !a ? 1 : 2;", ["negated condition: !a -> a"]],
    [
      "a condition of parts",
      "while (a && !(b || c)) ;",
      ["negated condition: a && !(b || c) -> !(a && !(b || c))", "negated condition: a -> !(a)", "negated condition: !(b || c) -> (b || c)", "negated condition: b -> !(b)", "negated condition: c -> !(c)"],
    ],
    ["a default", "const x = a ?? b?.c;", []],
    ["one added and one taken away", "const x = a + 1 - b - 1 + 2;", ["dropped one: a + 1 - b - 1 -> a + 1 - b", "dropped one: a + 1 -> a"]],
    ["ways out", "for (;;) { if (a) break; continue; }", ["negated condition: a -> !(a)", "deleted statement: break; -> ;", "deleted statement: continue; -> ;"]],
    ["returns of nothing and of something", "function f() { if (a) return; return 1; }", ["negated condition: a -> !(a)", "deleted statement: return; -> ;"]],
    ["returns of what is void", "function f(): void { return g(); }", ["deleted statement: return g(); -> ;"]],
    ["a row of stages", "const row = [take, stages.claim, free];", ["deleted stage: [take, stages.claim, free] -> [stages.claim, free]", "deleted stage: [take, stages.claim, free] -> [take, free]", "deleted stage: [take, stages.claim, free] -> [take, stages.claim]"]],
    ["other lists", "const list = [1, f(), a];", []],
    ["what names the stage and the way on", "moved.stages.push(3); moved.next = 1; x[at + Field.step] = 2;", ["deleted stage: moved.stages.push(3); -> ;", "deleted stage: moved.next = 1; -> ;", "deleted stage: x[at + Field.step] = 2; -> ;"]],
    ["assertions", 'if (a < 0) throw new Error(a > 1 ? "x" : "y"); if (b) { throw c - 1; }', []],
    ["types, imports and directives", '"use strict"; import { a } from "b"; export * from "c"; type T = A extends B ? C : D; interface I { a: 1 }', []],
    ["inside a type assertion", "const x = (a < b) as unknown as boolean;", ["relation off by one: a < b -> a <= b"]],
    ["a constructor", "class A extends B { constructor() { super(); this.a = 1; } }", ["deleted statement: this.a = 1; -> ;"]],
  ];
  it.each(pieces)("MUTATE: %s", (_, text, expected) => {
    expect(mutantsOf(text)).toEqual(expected);
  });

  it("MUTATE: ids name line and column and are unique, also beyond the basic plane", () => {
    const text = 'const s = "🜁é";\n  if (a && b) f();\n';
    const found = generateMutants("x/a.ts", text);
    expect(found.map((mutant) => mutant.id)).toEqual([
      "x/a.ts:2:7 negated condition",
      "x/a.ts:2:7 negated condition 2",
      "x/a.ts:2:12 negated condition",
      "x/a.ts:2:15 deleted statement",
    ]);
    expect(applyMutant(text, found[3])).toBe('const s = "🜁é";\n  if (a && b) ;\n');
  });

  it("MUTATE: every mutant of a real program compiles, and none leaves the text as it is", () => {
    for (const file of filesOf(fileURLToPath(new URL("toys/register.ts", import.meta.url)))) {
      const text = readSource(file);
      for (const mutant of generateMutants(file, text)) {
        const changed = applyMutant(text, mutant);
        expect(changed, mutant.id).not.toBe(text);
        expect(() => compile(file, changed), mutant.id).not.toThrow();
      }
    }
  });

  it("MUTATE: a text that does not parse is refused", () => {
    expect(() => generateMutants("a.ts", "const = 1;")).toThrow(/^a\.ts does not parse/);
  });
});

const toy = (name: string): string => fileURLToPath(new URL(`toys/${name}.ts`, import.meta.url));

/** Hunts the toy's implementation with one piece of its source replaced. */
function hunt(system: System, file: string, className: string, find: string, replace: string, options: Partial<HuntOptions> = {}, watched = false): Hunt {
  const patched = patchTexts([{ file, find, replace }]);
  if (!patched.ok) throw new Error(`stale: ${find}`);
  const { texts } = patched;
  const create = (exports: Record<string, any>): any => new exports[className]();
  const suspect = {
    sides: () => ({ implementation: create(loadWith(file, texts)) }),
    ...(watched ? { watched: () => loadWatched({ entry: file, accessor: toy("shared"), create }, texts) } : {}),
  };
  return huntMutant(system, suspect, { seed: 1, casesMax: 64, size: 20, batchMs: 200, ...options });
}
const counter = (find: string, replace: string, options?: Partial<HuntOptions>): Hunt => hunt(counterSystem(), toy("counter"), "CounterImplementation", find, replace, options);
const inOpen = "this.#footprint = setup.footprint;";

describe("the hunt", () => {
  it("HUNT: a program that is right survives all cases", () => {
    expect(counter(inOpen, `${inOpen} `)).toEqual({ caught: false, underRule: false, failure: undefined, rules: [], cases: 64, case: undefined });
  });

  it("HUNT: a mutant is caught, and the case it is caught by fails the same way again", () => {
    const found = counter("this.#mem.fill(0);", "this.#mem.fill(1);");
    expect(found).toMatchObject({ caught: true, underRule: true, cases: 1, failure: { verdict: "diverges" } });
    const texts = new Map([[toy("counter"), readSource(toy("counter")).replace("this.#mem.fill(0);", "this.#mem.fill(1);")]]);
    const pair = new Pair(counterSystem(), { implementation: new (loadWith(toy("counter"), texts).CounterImplementation)() });
    expect(pair.run(found.case!).failure).toEqual(found.failure);
  });

  it("HUNT: it goes on for the rule asked for, and says so when others only were met", () => {
    const find = "moved.outcome.push(sum);";
    const strays = "if (sum === 2 && this.#mem.length > 1) this.#mem[counter === 0 ? 1 : 0]++;";
    const either = `moved.outcome.push(sum === 7 ? 0 : sum); ${strays}`;
    const first = counter(find, either);
    expect(first.failure).toMatchObject({ verdict: "undeclared write", rules: ["COUNT-1"] });
    const under = counter(find, either, { rule: "COUNT-2" });
    expect(under).toMatchObject({ underRule: true, failure: { verdict: "diverges", observable: "outcome" }, rules: ["COUNT-1", "COUNT-2"] });
    expect(under.cases).toBeGreaterThan(first.cases);
    const other = counter(find, `moved.outcome.push(sum); ${strays}`, { rule: "COUNT-2", othersMax: 3 });
    expect(other).toMatchObject({ caught: true, underRule: false, cases: first.cases, rules: ["COUNT-1"] });
  });

  it("HUNT: what only a schedule shows is caught", () => {
    expect(counter("!cas(this.#mem, counter, seen, sum)", "store(this.#mem, counter, sum) as unknown")).toMatchObject({ caught: true, failure: { observable: "outcome" } });
  });

  it.each<[string, string, string, object]>([
    ["in a step", "const sum = seen", "while (slot === 5); const sum = seen", { step: expect.toSatisfy((step: number) => step > 1) }],
    ["when opened", inOpen, `${inOpen} while (counters === 2);`, { step: 0 }],
    ["when opened again", inOpen, `${inOpen} while (this.#seen.length > 0);`, {}],
  ])("HUNT: one that loops for ever %s is hung, and nothing of it is left behind", (_, find, replace, failure) => {
    const found = counter(find, replace);
    expect(() => Date.now() + Math.random()).not.toThrow();
    expect(found).toMatchObject({ caught: true, failure: { verdict: "hung", ...failure } });
    expect(counter("this.#mem.fill(0);", "this.#mem.fill(1);").caught).toBe(true);
  });

  it("HUNT: one that cannot be loaded, as it throws or takes too long, is not caught: it says why", () => {
    const top = 'import { cas, load, store } from "./shared.ts";';
    expect(counter(top, `${top} while (true);`, { loadMs: 300 })).toMatchObject({ caught: false, cases: 0, unloaded: "loading did not end within 300 ms" });
    expect(counter(top, `${top} null.x;`)).toMatchObject({ caught: false, cases: 0, unloaded: expect.stringMatching(/^TypeError/) });
  });

  it("HUNT: a program that is slow to load is hunted like any other", () => {
    const top = 'import { cas, load, store } from "./shared.ts";';
    const slow = `${top} for (let left = 3e7, sum = 0; left > 0; left--) sum += Math.sqrt(left);`;
    expect(counter(top, slow, { batchMs: 30 })).toMatchObject({ caught: false, cases: 64 });
  });

  it("HUNT: a forgotten lock shows only to the watched run", () => {
    const forgotten = ["    if (!acquire(this.#mem, low)) return block(low, moved);\n", "    if (low < 0) return block(low, moved);\n"] as const;
    const lock = (watched: boolean): Hunt => hunt(lockSystem(), toy("lock"), "LockImplementation", forgotten[0], forgotten[1], {}, watched);
    expect(lock(false).caught).toBe(false);
    expect(lock(true)).toMatchObject({ caught: true, cases: 1, failure: { verdict: "discipline broken", rules: ["LOCK-3"] } });
  });

  it("HUNT: what depends on memory left over is caught by the poisoned run, or by the next case", () => {
    expect(counter("this.#mem.fill(0);", ";").caught).toBe(true);
  });
});

describe("a time limit", () => {
  it("HUNT: what ends in its time has ended, what does not is broken off, what throws throws", () => {
    let count = 0;
    expect(endsInTime(() => void count++, 1000)).toBe(true);
    expect(count).toBe(1);
    expect(endsInTime(() => { for (;;) count++; }, 20)).toBe(false);
    expect(() => endsInTime(() => { throw new RangeError("x"); }, 1000)).toThrow(RangeError);
  });

  it("HUNT: limits may be nested", () => {
    let inner: boolean | undefined;
    expect(endsInTime(() => { inner = endsInTime(() => { for (;;); }, 20); }, 2000)).toBe(true);
    expect(inner).toBe(false);
  });

  it("HUNT: where the time of both is up before either can be broken off, both are", () => {
    let goneOn = false;
    const ended = endsInTime(() => {
      // Nothing breaks in while another process is waited for.
      endsInTime(() => void execFileSync("sleep", ["0.2"]), 20);
      goneOn = true;
      for (const end = performance.now() + 2000; performance.now() < end; );
    }, 60);
    expect([ended, goneOn]).toEqual([false, false]);
    expect(endsInTime(() => {}, 1000)).toBe(true);
  });

  it("HUNT: what is broken off while the traps are up is broken off", () => {
    try {
      expect(endsInTime(() => { armTraps(); for (;;); }, 20)).toBe(false);
    } finally {
      disarmTraps();
    }
  });
});
