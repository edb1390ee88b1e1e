/**
 * Loads modules of the project under other texts: a mutant is a patched copy of a source file, so the code itself carries no hook.
 *
 * Every file is turned from TypeScript into a CommonJS function once and kept by its text; loading links such functions anew, so a patched file is the only one that is transformed
 * again and two loads share no module. Packages are the running process's own.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, resolve } from "node:path";
import vm from "node:vm";
import { transformSync } from "esbuild";

/** What stands in place of a file's text, by absolute path. */
export type Texts = ReadonlyMap<string, string>;

type ModuleFunction = (exports: object, require: (name: string) => unknown, module: { exports: object }) => void;

const compiled = new Map<string, ModuleFunction>();
const packageRequire = createRequire(import.meta.url);

function compile(file: string, text: string): ModuleFunction {
  const key = `${file}\n${text}`;
  const known = compiled.get(key);
  if (known !== undefined) return known;
  const { code } = transformSync(text, { loader: "ts", format: "cjs", target: "node20", sourcefile: file, sourcemap: false });
  const made = vm.compileFunction(code, ["exports", "require", "module"], { filename: file }) as ModuleFunction;
  // Patched texts are met once; keeping them would only fill the memory.
  if (readSource(file) === text) compiled.set(key, made);
  return made;
}

const sources = new Map<string, string>();
/** The text of a file, read once. */
export function readSource(file: string): string {
  const known = sources.get(file);
  if (known !== undefined) return known;
  const text = readFileSync(file, "utf8");
  sources.set(file, text);
  return text;
}

/** The exports of `entry` (absolute path) with the files in `texts` replaced. Modules of the project are loaded afresh. */
export function loadWith(entry: string, texts: Texts): Record<string, unknown> {
  const loaded = new Map<string, { exports: object }>();
  const load = (file: string): object => {
    const known = loaded.get(file);
    if (known !== undefined) return known.exports;
    const module = { exports: {} };
    loaded.set(file, module);
    const requireFrom = (name: string): unknown => (name.startsWith(".") ? load(resolve(dirname(file), name)) : packageRequire(name));
    compile(file, texts.get(file) ?? readSource(file))(module.exports, requireFrom, module);
    return module.exports;
  };
  return load(entry) as Record<string, unknown>;
}
