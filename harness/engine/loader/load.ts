/**
 * Loads modules of the project under other texts, into this realm: a mutant is a patched copy of a source file, so the code itself carries no hook.
 *
 * Each file is turned into a function once (`compile.ts`) and kept; a load evaluates fresh instances of everything reached from the entry by relative imports, so
 * no state passes from one load to the next, and only files with another text are compiled again. Packages and node's own modules are the ones
 * everybody uses. Dynamic `import()` and top-level `await` are not supported.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, resolve } from "node:path";
import { compile, CompileError, type Compiled } from "./compile.ts";

/** What stands in place of a file's text, by absolute path. */
export type Texts = ReadonlyMap<string, string>;

/** What a module exports, by name. */
export type Exports = Record<string, any>;

const sources = new Map<string, string>();
const compiled = new Map<string, Compiled>();
/** Of the texts prepared last, by file and text. */
const prepared = new Map<string, Compiled>();
const packageRequire = createRequire(import.meta.url);

/** The text of a file, read once in the life of the process. */
export function readSource(file: string): string {
  let text = sources.get(file);
  if (text === undefined) {
    text = readFileSync(file, "utf8");
    sources.set(file, text);
  }
  return text;
}

/**
 * The exports of `entry` (absolute path). Files in `texts` have that text, files in `instead` are not read at all: their importers get those exports.
 * Throws `CompileError` for a text that is no TypeScript, and whatever the modules throw.
 */
export function loadWith(entry: string, texts: Texts = new Map(), instead: ReadonlyMap<string, Exports> = new Map()): Exports {
  return new Link(texts, instead).exportsOf(entry);
}

/**
 * Compiles what `entries` are made of, and these texts, so that loading them takes no time to speak of; those prepared before are forgotten. Loading under a
 * time limit should be prepared: compiling is slow where much else runs. A text that is no TypeScript is left to be met.
 */
export function prepare(entries: readonly string[], texts: Texts): void {
  for (const entry of entries) new Link(new Map(), new Map()).exportsOf(entry);
  prepared.clear();
  for (const [file, text] of texts) {
    try {
      prepared.set(keyOf(file, text), compile(file, text));
    } catch (error) {
      if (!(error instanceof CompileError)) throw error;
    }
  }
}
function keyOf(file: string, text: string): string {
  return `${file}\n${text}`;
}

/** The files of the project that `entry` is made of, itself included, sorted. */
export function filesOf(entry: string): string[] {
  const link = new Link(new Map(), new Map());
  link.exportsOf(entry);
  return [...link.linked.keys()].sort();
}

class Link {
  readonly linked = new Map<string, { exports: Exports }>();
  readonly #texts: Texts;
  readonly #instead: ReadonlyMap<string, Exports>;
  constructor(texts: Texts, instead: ReadonlyMap<string, Exports>) {
    this.#texts = texts;
    this.#instead = instead;
  }

  exportsOf(file: string): Exports {
    const known = this.#instead.get(file) ?? this.linked.get(file)?.exports;
    if (known !== undefined) return known;
    const { evaluate, fixed } = this.#codeOf(file);
    const module = { exports: {} };
    this.linked.set(file, module);
    evaluate(module, (name) => (name.startsWith(".") ? this.exportsOf(resolve(dirname(file), name)) : packageRequire(name)));
    if (fixed) module.exports = { ...module.exports };
    return module.exports;
  }

  /** Other texts are met once each; keeping what they compile to would only fill the memory. */
  #codeOf(file: string): Compiled {
    const text = this.#texts.get(file);
    if (text !== undefined && text !== readSource(file)) return prepared.get(keyOf(file, text)) ?? compile(file, text);
    let code = compiled.get(file);
    if (code === undefined) {
      code = compile(file, readSource(file));
      compiled.set(file, code);
    }
    return code;
  }
}
