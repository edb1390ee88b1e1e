import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { systems } from "../harness/systems/index.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
/** Files that git knows or would know, and that are there. */
const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { cwd: root, encoding: "utf8" })
  .trim()
  .split("\n")
  .filter((file) => existsSync(root + file));
const code = files.filter((file) => file.endsWith(".ts"));
const text = (file: string): string => readFileSync(new URL(`../${file}`, import.meta.url), "utf8");

/** Folders a file of the folder may import from, beside its own. */
const arrows: { readonly [folder: string]: readonly string[] } = {
  "spec/": [],
  "model/": ["spec/"],
  "impl/": ["spec/"],
  "harness/engine/": [],
  "harness/systems/": ["spec/", "model/", "impl/", "harness/engine/"],
  "harness/mutants/": ["spec/", "harness/engine/", "harness/systems/"],
  "harness/conform/": ["spec/", "harness/engine/", "harness/systems/"],
  "harness/cli/": ["spec/", "harness/engine/", "harness/systems/", "harness/mutants/", "harness/conform/", "impl/", "model/"],
};

/** Files that ask for time or a later turn though cases run there, and why no result of a case depends on it. */
const excused: { readonly [file: string]: string } = {
  "harness/engine/campaign/campaign.ts": "watches its workers: where one has not answered for long, its case hung",
  "harness/engine/mutate/bounded.ts": "breaks off what goes nowhere; what ends in its time is the same, however long it took",
  "harness/engine/pool/worker.ts": "waits, between two jobs, for what the first has left to come up",
  "harness/engine/traps.ts": "names what it traps, and keeps the clock for whoever breaks off what goes nowhere",
};

/** Paths of the project's own files that a file imports. */
function imports(file: string): string[] {
  const found = [...text(file).matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)].map((match) => match[1]);
  return found.map((path) => fileURLToPath(new URL(path, new URL(`../${file}`, import.meta.url))).slice(root.length));
}

describe("tidy", () => {
  test.each(Object.keys(arrows))("tidy: the arrows of %s hold", (folder) => {
    const allowed = [folder, ...arrows[folder]];
    const wrong = code.filter((file) => file.startsWith(folder)).flatMap((file) => imports(file).filter((path) => !allowed.some((prefix) => path.startsWith(prefix))).map((path) => `${file} imports ${path}`));
    expect(wrong).toEqual([]);
  });

  test("tidy: nothing asks for ambient time, randomness or a later turn where only the case may decide", () => {
    const banned = /Math\.random|Date\.now|new Date\(|performance\.now|setTimeout|setInterval|setImmediate|queueMicrotask|process\.nextTick|clockOfWatch/;
    const ruled = code.filter((file) => /^(model|impl|harness\/engine|harness\/systems)\//.test(file));
    // Exactly these: one that no longer asks is no longer excused.
    expect(ruled.filter((file) => banned.test(text(file).replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "")))).toEqual(Object.keys(excused));
  });

  test("tidy: every stem has its row of places", () => {
    const has = (place: string): boolean => files.some((file) => file === `${place}.ts` || file.startsWith(`${place}/`));
    const missing = systems.flatMap(({ name }) => [`spec/${name}`, `model/${name}`, `impl/${name}`, `harness/systems/${name}`].filter((place) => !has(place)));
    expect(missing).toEqual([]);
  });

  test("tidy: ids of rules and goals are unique, and every rule says where it comes from", () => {
    for (const system of systems) {
      const ids = [...system.rules, ...system.goals].map((one) => one.id);
      expect(new Set(ids).size).toBe(ids.length);
      for (const rule of system.rules) expect(rule.source).toMatch(/\d{3}:\d+|D\d+/);
    }
  });

  test("tidy: every rule of every system has a test whose title begins with its id", () => {
    const titled = new Set<string>();
    for (const file of code.filter((name) => name.endsWith(".test.ts")))
      for (const [, ids] of text(file).matchAll(/["'`]((?:[A-Z]+-\d+(?:, | and )?)+): /g)) for (const [id] of ids.matchAll(/[A-Z]+-\d+/g)) titled.add(id);
    const untested = systems.flatMap((system) => system.rules.map((rule) => rule.id)).filter((id) => !titled.has(id));
    expect([...new Set(untested)]).toEqual([]);
  });

  test("tidy: the README names every command", () => {
    const commands = [...text("harness/cli/main.ts").matchAll(/\.command\("(\w+)"\)/g)].map(([, name]) => name);
    expect(commands).toContain("check");
    expect(commands.filter((name) => !text("README.md").includes(`npx tandem ${name}`))).toEqual([]);
  });

  test("tidy: no file is a giant, none is called utils, and none is skipped, focused or unfinished", () => {
    const unfinished = new RegExp(["\\b(it|test|describe)\\.(skip|only|todo)\\b", "\\bTO" + "DO\\b", "\\bFIX" + "ME\\b"].join("|"));
    for (const file of code) {
      expect(text(file).split("\n").length, file).toBeLessThanOrEqual(500);
      expect(file).not.toMatch(/(utils|helpers|common|misc)\.ts$/);
      if (file !== "test/tidy.test.ts") expect(text(file), file).not.toMatch(unfinished);
    }
  });

  test("tidy: the project speaks of itself alone", () => {
    const outside = new RegExp(["\\.\\./sha" + "red(?!\\.ts)", "(^|[^a-z.])/(wor" + "k|home|root)/", "registry\\.npm"].join("|"), "m");
    for (const file of files.filter((name) => /\.(ts|mjs|json|md)$/.test(name) && name !== "test/tidy.test.ts")) expect(text(file), file).not.toMatch(outside);
  });

  test("tidy: the lock file names no host to download from", () => {
    expect(text("package-lock.json")).not.toContain('"resolved": "http');
  });
});
