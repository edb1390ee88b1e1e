/** The recording twin of an accessor module: the same functions, each telling a watch what it touches. */
import { AccessWatch } from "./watch.ts";
import type { Texts } from "../loader/load.ts";

/** The functions of an accessor module, and how each touches memory: its second argument is the word. */
const kinds: { readonly [name: string]: "atomic" | "plain" | "acquire" | "release" | "guard" } = {
  load: "atomic",
  store: "atomic",
  cas: "atomic",
  add: "atomic",
  or: "atomic",
  and: "atomic",
  peek: "plain",
  poke: "plain",
  acquire: "acquire",
  release: "release",
  guard: "guard",
};

const registry: Map<number, AccessWatch> = ((globalThis as { tandemWatches?: Map<number, AccessWatch> }).tandemWatches ??= new Map());

/** A watch, and the text that takes the accessor's place so that every access through it is told to that watch. */
export function recordingTwin(accessor: string, source: string): { readonly watch: AccessWatch; readonly texts: Texts } {
  const watch = new AccessWatch();
  const number = registry.size;
  registry.set(number, watch);
  const text = source.replace(/export function (\w+)\(/g, (declaration, name: string) => (name in kinds ? `function plain_${name}(` : declaration));
  const names = Object.keys(kinds).filter((name) => new RegExp(`export function ${name}\\(`).test(source));
  return { watch, texts: new Map([[accessor, `${text}\nconst watch = (globalThis as any).tandemWatches.get(${number});\n${names.map(wrapper).join("\n")}\n`]]) };
}

function wrapper(name: string): string {
  switch (kinds[name]) {
    case "acquire":
      return `export function acquire(mem, lock) { const got = plain_acquire(mem, lock); if (got) watch.acquired(mem, lock); return got; }`;
    case "release":
      return `export function release(mem, lock) { watch.released(mem, lock); plain_release(mem, lock); }`;
    case "guard":
      return `export function guard(mem, lock, from, to, rule) { watch.guard(mem, lock, from, to, rule); plain_guard(mem, lock, from, to, rule); }`;
    default:
      return `export function ${name}(mem, i, a, b) { watch.${kinds[name]}(mem, i); return plain_${name}(mem, i, a, b); }`;
  }
}
