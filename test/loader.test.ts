import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CompileError } from "../harness/engine/loader/compile.ts";
import { filesOf, loadWith, prepare, readSource } from "../harness/engine/loader/load.ts";
import { patchTexts } from "../harness/engine/loader/patch.ts";
import { endsInTime } from "../harness/engine/mutate/bounded.ts";
import { drawCase } from "../harness/engine/draw.ts";
import { Pair } from "../harness/engine/run.ts";
import { strategyByName } from "../harness/engine/strategy/index.ts";
import { counterSystem } from "./toys/counter.ts";

let folder = "";
const at = (name: string): string => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tandem-test-"));
  const files = {
    "entry.ts": `import { step, limit } from "./part.ts";\nimport { sep } from "node:path";\nexport { limit };\nexport const here: string = import.meta.url;\nexport function twice(n: number): number { return step(step(n)); }\nexport const separator = sep;\n`,
    "part.ts": `export const limit = 8;\nexport const step = (n: number): number => n + 1;\nlet calls = 0;\nexport function count(): number { return ++calls; }\n// aaa\n`,
    "left.ts": `import { right } from "./right.ts";\nexport function left(n: number): string { return n === 0 ? "left" : right(n - 1); }\n`,
    "right.ts": `import { left } from "./left.ts";\nexport function right(n: number): string { return n === 0 ? "right" : left(n - 1); }\n`,
    "live.ts": `export let value = 1;\nexport function set(to: number): void { value = to; }\n`,
    "reader.ts": `import { value, set } from "./live.ts";\nexport function after(to: number): number { set(to); return value; }\n`,
    "throws.ts": `throw new RangeError("at once");\n`,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(at(name), text);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("loading modules", () => {
  it("LOAD: a copy does what the module does, with packages and its own place known to it", () => {
    const entry = loadWith(at("entry.ts"));
    expect(entry.twice(1)).toBe(3);
    expect(entry.limit).toBe(8);
    expect(entry.separator).toBe("/");
    expect(entry.here).toBe(pathToFileURL(at("entry.ts")).href);
  });

  it("LOAD: a load that a time limit broke off does not disturb the next, and what is prepared takes no time", () => {
    const text = (n: number): string => `let sum = ${n};\n${"sum = sum * 3 + 1;\n".repeat(60_000)}export const limit = ${n};\nexport const step = (): number => 0;\n`;
    const of = (n: number): Map<string, string> => new Map([[at("part.ts"), text(n)]]);
    const ends = (n: number): boolean => endsInTime(() => void loadWith(at("entry.ts"), of(n)), 20);
    const broken = [1, 2, 3].map(ends);
    expect(broken).toContain(false);
    expect([4, 5].map((n) => loadWith(at("entry.ts"), of(n)).limit)).toEqual([4, 5]);
    prepare([at("entry.ts")], new Map([...of(6), [at("throws.ts"), "no typescript at all"]]));
    const began = performance.now();
    loadWith(at("entry.ts"), of(6));
    const prepared = performance.now() - began;
    loadWith(at("entry.ts"), of(7));
    expect(prepared * 3).toBeLessThan(performance.now() - began - prepared);
  });

  it("LOAD: two loads share no state", () => {
    const one = loadWith(at("part.ts"));
    const other = loadWith(at("part.ts"));
    expect([one.count(), one.count(), other.count()]).toEqual([1, 2, 1]);
  });

  it("LOAD: another text of a file reaches whoever imports it, in that load only", () => {
    const texts = new Map([[at("part.ts"), readSource(at("part.ts")).replace("n + 1", "n + 10")]]);
    expect(loadWith(at("entry.ts"), texts).twice(1)).toBe(21);
    expect(loadWith(at("entry.ts")).twice(1)).toBe(3);
  });

  it("LOAD: exports given instead of a file are used and the file is not read", () => {
    const instead = new Map([[at("part.ts"), { step: (n: number) => n * 5, limit: 0 }]]);
    expect(loadWith(at("entry.ts"), undefined, instead).twice(1)).toBe(25);
  });

  it("LOAD: modules may import each other in a circle", () => {
    expect(loadWith(at("left.ts")).left(3)).toBe("right");
    expect(loadWith(at("right.ts")).right(3)).toBe("left");
  });

  it("LOAD: an export that is assigned again is seen to change", () => {
    expect(loadWith(at("reader.ts")).after(7)).toBe(7);
  });

  it("LOAD: the files an entry is made of are listed, sorted", () => {
    expect(filesOf(at("entry.ts"))).toEqual([at("entry.ts"), at("part.ts")]);
    expect(filesOf(at("left.ts"))).toEqual([at("left.ts"), at("right.ts")]);
  });

  it("LOAD: a text that does not compile is refused with its place", () => {
    const texts = new Map([[at("part.ts"), "export const limit = ;\n"]]);
    expect(() => loadWith(at("entry.ts"), texts)).toThrow(CompileError);
    expect(() => loadWith(at("entry.ts"), texts)).toThrow(/^1:21: Unexpected ";"$/);
  });

  it("LOAD: what a module throws comes through", () => {
    expect(() => loadWith(at("throws.ts"))).toThrow(RangeError);
  });

  it("LOAD: works in a worker thread", async () => {
    const module = new URL("../harness/engine/loader/load.ts", import.meta.url).href;
    const code = `import("tsx/esm/api").then(({ register }) => { register(); return import(${JSON.stringify(module)}); })
      .then(({ loadWith }) => require("node:worker_threads").parentPort.postMessage(loadWith(${JSON.stringify(at("entry.ts"))}).twice(1)));`;
    const worker = new Worker(code, { eval: true });
    const answer = await new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));
    await worker.terminate();
    expect(answer).toBe(3);
  });

  it("LOAD: a loaded implementation leaves the traces of the module itself", () => {
    const system = counterSystem();
    const file = fileURLToPath(new URL("toys/counter.ts", import.meta.url));
    const loaded = new Pair(system, { implementation: new (loadWith(file).CounterImplementation)() });
    const own = new Pair(system);
    const strategy = strategyByName("mixture");
    for (let seed = 0; seed < 30; seed++) {
      const one = drawCase(system, "plain", seed, 20);
      expect(loaded.run(one, { strategy }).digest).toBe(own.run(one, { strategy }).digest);
    }
  });
});

describe("patches", () => {
  const patch = (find: string, replace: string): Parameters<typeof patchTexts>[0][number] => ({ file: at("part.ts"), find, replace });

  it("LOAD: a piece met once is replaced, character by character", () => {
    const patched = patchTexts([patch("n + 1", "$& $1")]);
    expect(patched.ok && patched.texts.get(at("part.ts"))).toContain("=> $& $1;");
  });

  it("LOAD: several patches of one file apply in turn", () => {
    const patched = patchTexts([patch("limit = 8", "limit = 9"), patch("limit = 9", "limit = 10"), { file: at("left.ts"), text: "export {};" }]);
    expect(patched.ok && [...patched.texts.keys()]).toEqual([at("part.ts"), at("left.ts")]);
    expect(patched.ok && loadWith(at("entry.ts"), patched.texts).limit).toBe(10);
  });

  it.each([
    ["nowhere", "n + 2", 0],
    ["thrice", "number", 3],
    ["in two places that overlap", "aa", 2],
    ["nowhere, being empty", "", 0],
  ])("LOAD: a piece met %s is stale, and the answer says how often", (_, find, met) => {
    expect(patchTexts([patch(find, "x")])).toEqual({ ok: false, error: { _tag: "StaleMutant", file: at("part.ts"), find, met } });
  });
});
